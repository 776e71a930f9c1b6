import { describe, expect, test } from "vitest";
import { limitHeaders, type RateLimitHeaders, type ToldLimit } from "../support/source/engine/decision.ts";
import { renderDecision } from "../support/source/engine/respond.ts";
import { get, LIMITS, type Members, rule, ruleset, wafOf } from "./waf-support.ts";

const told = (name: string, verdict: Partial<ToldLimit["verdict"]> = {}): ToldLimit => ({
  name,
  verdict: { count: 1, limit: 10, period: 60_000, resetsAt: 30_000, ...verdict },
});

describe("header lines", () => {
  test.each<[what: string, limits: readonly ToldLimit[], policy: string, state: string]>([
    ["one limit", [told("a")], '"a";q=10;w=60', '"a";r=9;t=30'],
    ["used up", [told("a", { count: 11 })], '"a";q=10;w=60', '"a";r=0;t=30'],
    ["a fraction", [told("a", { count: 1.5, resetsAt: 1 })], '"a";q=10;w=60', '"a";r=8;t=1'],
    ["a ban", [told("a", { count: 3, isBan: true, resetsAt: 90_000 })], '"a";q=10;w=60', '"a";r=0;t=90'],
    [
      "several, the tightest first",
      [told("a"), told("b", { count: 5, limit: 6 })],
      '"b";q=6;w=60, "a";q=10;w=60',
      '"b";r=1;t=30, "a";r=9;t=30',
    ],
    [
      "steps",
      [
        told("a", {
          quotas: [
            { limit: 2, period: 10_000, count: 1, resetsAt: 5000 },
            { limit: 9, period: 60_000, count: 1, resetsAt: 60_000 },
          ],
        }),
      ],
      '"a";q=2;w=10, "a.1";q=9;w=60',
      '"a";r=1;t=5, "a.1";r=8;t=60',
    ],
    ["a name of any text", [told('ä"\\\n')], '"?\\"\\\\?";q=10;w=60', '"?\\"\\\\?";r=9;t=30'],
    [
      "a number beyond what structured fields hold",
      [told("a", { limit: Number.MAX_SAFE_INTEGER })],
      '"a";q=999999999999999;w=60',
      '"a";r=999999999999999;t=30',
    ],
  ])("%s", (_what, limits, policy, state) => {
    expect(limitHeaders(limits, "ratelimit", 0)).toEqual([
      ["ratelimit-policy", policy],
      ["ratelimit", state],
    ]);
  });

  test("no more than eight policies", () => {
    const limits = Array.from({ length: 20 }, (_, at) => told(`l${at}`));
    for (const [, value] of limitHeaders(limits, "ratelimit", 0)) expect(value.split(", ")).toHaveLength(8);
  });

  test.each<[style: RateLimitHeaders, names: readonly string[]]>([
    ["ratelimit", ["ratelimit-policy", "ratelimit"]],
    ["x-ratelimit", ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]],
    [
      "both",
      ["ratelimit-policy", "ratelimit", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"],
    ],
    ["none", []],
  ])("style %s", (style, names) => {
    expect(limitHeaders([told("a")], style, 0).map(([name]) => name)).toEqual(names);
    expect(limitHeaders([], style, 0)).toEqual([]);
  });

  test("those of old tell the tightest limit, and a time in seconds since 1970", () => {
    const limits = [told("a"), told("b", { count: 5, limit: 6, resetsAt: 1_800_000_000_500 })];
    expect(limitHeaders(limits, "x-ratelimit", 1_800_000_000_000)).toEqual([
      ["x-ratelimit-limit", "6"],
      ["x-ratelimit-remaining", "1"],
      ["x-ratelimit-reset", "1800000001"],
    ]);
  });
});

describe("decisions tell of limits", () => {
  const limit = (members: Members = {}, rest: Members = {}) =>
    rule("r", {
      action: "block",
      ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 1, ...members },
      ...rest,
    });
  const wafWith = (one: Members, options: Members = {}) =>
    wafOf([ruleset("l", [one], { phase: LIMITS })], options);
  const HEADERS = [
    ["ratelimit-policy", '"r";q=1;w=10'],
    ["ratelimit", '"r";r=0;t=10'],
  ];

  test("when the request passes", () => {
    const decision = wafWith(limit()).evaluateSync(get("/"), { now: 0 });
    expect(decision).toMatchObject({
      action: "allow",
      rateLimits: [
        {
          rule: { ref: "r" },
          limited: false,
          count: 1,
          limit: 1,
          remaining: 0,
          period: 10,
          resetsAt: 10_000,
        },
      ],
      rateLimitHeaders: HEADERS,
    });
    expect(decision.changes.responseHeaders).toEqual(
      HEADERS.map(([name, value]) => ({ operation: "add", name, value })),
    );
  });

  test.each(["block", "managed_challenge"])("when the answer is a %s", (action) => {
    const waf = wafWith(limit({}, { action }));
    waf.evaluateSync(get("/"), { now: 0 });
    const decision = waf.evaluateSync(get("/"), { now: 0 });
    expect(decision.rateLimits).toMatchObject([{ limited: true, remaining: 0 }]);
    expect(decision.changes.responseHeaders).toEqual([]);
    const answer = renderDecision(decision, { method: "GET", accept: "", contentType: "" });
    expect(answer?.headers).toEqual(expect.arrayContaining([...HEADERS, ["retry-after", "10"]]));
  });

  test("with the response too", () => {
    const waf = wafOf([
      ruleset("l", [limit()], { phase: LIMITS }),
      ruleset(
        "h",
        [
          rule("own", {
            action: "rewrite",
            action_parameters: { headers: { "ratelimit-policy": { operation: "remove" } } },
          }),
        ],
        {
          phase: "http_response_headers_transform",
        },
      ),
    ]);
    const exchange = waf.evaluateExchangeSync(get("/", { response: { status: 200 } }), { now: 0 });
    // A rule comes after, and may take them away.
    expect(exchange.response?.changes.responseHeaders.map((one) => `${one.operation} ${one.name}`)).toEqual([
      "add ratelimit-policy",
      "add ratelimit",
      "remove ratelimit-policy",
    ]);
  });

  test.each<[what: string, one: Members, options?: Members]>([
    ["an action that refuses nothing", limit({}, { action: "log" })],
    ["a rule in shadow mode", limit({}, { mode: "shadow" })],
    [
      "a limit that counts what became of requests",
      limit({ counting_expression: 'wirewall.decision.action eq "block"' }),
    ],
    ["a limit that says no", limit({ response_headers: false })],
    ["observe mode", limit(), { mode: "observe" }],
    ["a firewall that sends none", limit(), { rateLimitHeaders: "none" }],
  ])("but clients are not told of %s", (_what, one, options) => {
    const decision = wafWith(one, options).evaluateSync(get("/"), { now: 0 });
    expect(decision.rateLimits).toHaveLength(1);
    expect(decision.rateLimitHeaders).toBeUndefined();
    expect(decision.changes.responseHeaders).toEqual([]);
  });

  test("and of one that counts what became of requests when it says so", () => {
    const counting_expression = 'wirewall.decision.action eq "block"';
    const decision = wafWith(limit({ counting_expression, response_headers: true })).evaluateSync(get("/"));
    expect(decision.rateLimitHeaders).toHaveLength(2);
  });

  test("a request that comes to no limit has none", () => {
    expect(wafWith(limit({}, { expression: "false" })).evaluateSync(get("/"))).not.toHaveProperty(
      "rateLimits",
    );
  });
});

describe("steps act", () => {
  const waf = (over: Members = {}) =>
    wafOf([
      ruleset("l", [rule("run", { action: "execute", action_parameters: { id: "own", ...over } })], {
        phase: LIMITS,
      }),
      ruleset(
        "own",
        [
          rule("r", {
            action: "managed_challenge",
            ratelimit: {
              characteristics: ["ip.src"],
              period: 10,
              requests_per_period: 1,
              steps: [
                {
                  requests_per_period: 2,
                  action: "block",
                  action_parameters: {
                    response: { status_code: 420, content: "slow down", content_type: "text/plain" },
                  },
                },
                { requests_per_period: 3, mitigation_timeout: 60 },
              ],
            },
          }),
        ],
        { phase: LIMITS, kind: "custom" },
      ),
    ]);
  const acts = (over?: Members) => {
    const one = waf(over);
    return [0, 1, 2, 3].map((now) => {
      const decision = one.evaluateSync(get("/"), { now });
      const status = "status" in decision ? decision.status : "";
      return [decision.action, status, decision.by?.action, decision.matches.at(-1)?.rateLimit?.step].join(
        " ",
      );
    });
  };

  test("each with its own action, else with the rule's", () => {
    expect(acts()).toEqual([
      "allow   ",
      "challenge  managed_challenge ",
      "block 420 block 1",
      "challenge  managed_challenge 2",
    ]);
  });

  test("and with the one of an override, all of them", () => {
    expect(acts({ overrides: { action: "log" } })).toEqual([
      "allow   ",
      "allow   ",
      "allow   1",
      "allow   2",
    ]);
  });
});
