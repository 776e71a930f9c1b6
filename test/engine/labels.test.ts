import { describe, expect, test } from "vitest";
import { explain } from "../support/source/engine/decision.ts";
import { memorySink } from "../support/source/engine/events.ts";
import { tryCreateWaf } from "../support/source/engine/firewall.ts";
import {
  block,
  get,
  LIMITS,
  MANAGED,
  type Members,
  matched,
  rule,
  ruleset,
  verdict,
  wafOf,
} from "./waf-support.ts";

const label = (ref: string, labels: readonly string[], members: Members = {}) =>
  rule(ref, { action: "label", action_parameters: { labels }, ...members });
const set = (ref: string, name: string, value: Members, members: Members = {}) =>
  rule(ref, { action: "set_variable", action_parameters: { name, ...value }, ...members });
const PARTNER = 'any(wirewall.labels[*] eq "partner")';
const onPath = (path: string) => ({ expression: `http.request.uri.path eq "${path}"` });

describe("labels", () => {
  const later = [
    [
      "a later rule",
      [ruleset("c", [label("l", ["partner"], onPath("/p")), block("b", { expression: PARTNER })])],
    ],
    [
      "a rule of a later phase",
      [
        ruleset("t", [label("l", ["partner"], onPath("/p"))], { phase: "http_request_transform" }),
        ruleset("m", [block("b", { expression: PARTNER })], { phase: MANAGED }),
      ],
    ],
    [
      "a ruleset that a rule executes",
      [
        ruleset("c", [
          label("l", ["partner"], onPath("/p")),
          rule("run", { action: "execute", action_parameters: { id: "x" } }),
        ]),
        ruleset("x", [block("b", { expression: PARTNER })], { kind: "custom" }),
      ],
    ],
    [
      "a limit",
      [
        ruleset("c", [label("l", ["partner"], onPath("/p"))]),
        ruleset(
          "r",
          [
            block("b", {
              expression: PARTNER,
              ratelimit: { characteristics: ["ip.src"], period: 60, requests_per_period: 1 },
            }),
          ],
          {
            phase: LIMITS,
          },
        ),
      ],
    ],
  ] as const;
  test.each(later)("are read by %s", (_what, rulesets) => {
    for (const candidates of ["index", "linear"] as const) {
      const waf = wafOf(rulesets, { candidates });
      const ask = (path: string) => verdict(waf.evaluateSync(get(path)));
      ask("/p");
      expect([ask("/p"), ask("/other"), ask("/other")]).toEqual(["block by b", "allow", "allow"]);
    }
  });

  test("reach the response and the event; each is there once, in order", () => {
    const sink = memorySink();
    const waf = wafOf(
      [
        ruleset("c", [label("one", ["partner", "beta"]), label("two", ["beta", "late"])]),
        ruleset("a", [block("b", { expression: `${PARTNER} and has_value(wirewall.labels, "late")` })], {
          phase: "http_response_firewall_headers",
        }),
      ],
      { events: [sink] },
    );
    const { request, response } = waf.evaluateExchangeSync(
      get("/", { response: { status: 200, headers: {} } } as never),
    );
    expect(request.labels).toEqual(["partner", "beta", "late"]);
    expect(verdict(response!)).toBe("block by b");
    expect(sink.events[0]?.labels).toEqual(["partner", "beta", "late"]);
  });

  test("of an earlier request are gone, and nothing shows where there are none", () => {
    const waf = wafOf([ruleset("c", [label("l", ["partner"], onPath("/p"))])]);
    expect(waf.evaluateSync(get("/p")).labels).toEqual(["partner"]);
    expect(Object.keys(waf.evaluateSync(get("/")))).not.toContain("labels");
  });

  test("of a rule in shadow mode are not given", () => {
    const waf = wafOf([
      ruleset("c", [label("l", ["partner"], { mode: "shadow" }), block("b", { expression: PARTNER })]),
    ]);
    expect(matched(waf.evaluateSync(get("/")))).toEqual(["(l)"]);
  });

  test("stand where rules want them, whatever is overridden for a whole ruleset", () => {
    const run = rule("run", {
      action: "execute",
      action_parameters: { id: "x", overrides: { action: "log" } },
    });
    const inner = ruleset("x", [label("l", ["partner"]), block("b", { expression: PARTNER })], {
      kind: "custom",
    });
    expect(wafOf([ruleset("c", [run]), inner]).evaluateSync(get("/")).labels).toEqual(["partner"]);
  });

  test("show in an explanation", () => {
    const waf = wafOf([ruleset("c", [label("l", ["partner"]), block("b", { expression: PARTNER })])]);
    const decision = waf.evaluateSync(get("/"), { trace: true });
    expect(explain(decision, "b")[0]?.rule.because).toMatchObject([
      { field: "wirewall.labels", actual: "partner", held: true },
    ]);
  });
});

describe("variables", () => {
  test("hold a text or what an expression gives, for later rules, limits and rewrites", () => {
    const waf = wafOf([
      ruleset("c", [
        set("fixed", "plan", { value: "gold" }),
        set("host", "tenant", { expression: "lower(http.host)" }),
        block("b", {
          expression: 'wirewall.variables["tenant"] eq "a.example" and http.request.uri.path eq "/b"',
        }),
      ]),
      ruleset(
        "h",
        [
          rule("header", {
            action: "rewrite",
            action_parameters: {
              headers: {
                "x-tenant": {
                  operation: "set",
                  expression: 'concat(wirewall.variables["tenant"], "/", wirewall.variables["plan"])',
                },
              },
            },
          }),
        ],
        { phase: "http_request_late_transform" },
      ),
    ]);
    const decision = waf.evaluateSync(get("/"));
    expect(decision.variables).toEqual({ plan: "gold", tenant: "a.example" });
    expect(decision.changes.requestHeaders).toEqual([
      { operation: "set", name: "x-tenant", value: "a.example/gold" },
    ]);
    expect(verdict(waf.evaluateSync(get("/b")))).toBe("block by b");
  });

  test("the last value counts; a missing one sets nothing, and says so", () => {
    const waf = wafOf([
      ruleset("c", [
        set("a", "v", { value: "1" }),
        set("b", "v", { value: "2" }),
        set("c", "none", { expression: 'http.request.headers["x-none"][0]' }),
      ]),
    ]);
    const decision = waf.evaluateSync(get("/"));
    expect(decision.variables).toEqual({ v: "2" });
    expect(decision.matches.at(-1)?.notes).toEqual(["the expression gave no value: the variable is not set"]);
  });

  test("tell limits apart", () => {
    const limit = { characteristics: ['wirewall.variables["tenant"]'], period: 60, requests_per_period: 1 };
    const waf = wafOf([
      ruleset("c", [set("t", "tenant", { expression: "http.host" })]),
      ruleset("l", [block("limit", { ratelimit: limit })], { phase: LIMITS }),
    ]);
    const ask = (host: string) => waf.evaluateSync({ ...get("/"), url: `https://${host}/` }).action;
    expect(["a", "b", "a", "b"].map(ask)).toEqual(["allow", "allow", "block", "block"]);
  });

  test("of a secret's name are redacted in the event", () => {
    const sink = memorySink();
    const waf = wafOf(
      [
        ruleset("c", [
          set("p", "password", { expression: 'url_decode(http.request.uri.args["password"][0])' }),
        ]),
      ],
      {
        events: [sink],
      },
    );
    waf.evaluateSync(get("/?password=hunter2"));
    expect(JSON.stringify(sink.events)).not.toContain("hunter2");
    expect(sink.events[0]?.variables?.["password"]).not.toBe("hunter2");
  });

  test("may be called like a member of every object", () => {
    const waf = wafOf([
      ruleset("c", [
        set("p", "__proto__", { value: "x" }),
        block("b", { expression: 'wirewall.variables["__proto__"] eq "x"' }),
      ]),
    ]);
    expect(verdict(waf.evaluateSync(get("/")))).toBe("block by b");
    expect(Object.getPrototypeOf(waf.evaluateSync(get("/")).variables)).toBe(Object.prototype);
  });
});

describe("a name that no rule sets is warned about", () => {
  test.each([
    ['any(wirewall.labels[*] eq "partnr")', "no rule sets the label `partnr`", "did you mean `partner`?"],
    [
      'any(wirewall.labels[*] in {"partner" "parter"})',
      "no rule sets the label `parter`",
      "did you mean `partner`?",
    ],
    ['has_value(wirewall.labels, "beta")', "no rule sets the label `beta`", undefined],
    ['has_value(wirewall.labels, "parner")', "no rule sets the label `parner`", "did you mean `partner`?"],
    ['any(wirewall.labels[*] in {"partner" "other"})', "no rule sets the label `other`", undefined],
    ['wirewall.variables["tennant"] eq "a"', "no rule sets the variable `tennant`", "did you mean `tenant`?"],
  ])("%s", (expression, message, hint) => {
    const rules = [
      label("l", ["partner"]),
      set("v", "tenant", { expression: "http.host" }),
      rule("r", { expression }),
    ];
    const made = tryCreateWaf({ rulesets: [ruleset("c", rules)] as never });
    expect(made.warnings).toMatchObject([
      {
        code: "W_STATE_UNKNOWN",
        message,
        pointer: "/rulesets/0/rules/2/expression",
        ...(hint === undefined ? {} : { hint }),
      },
    ]);
  });

  test.each([
    PARTNER,
    'wirewall.variables["tenant"] eq "a"',
    'not any(wirewall.labels[*] ne "x")',
    'any(starts_with(wirewall.labels[*], "par"))',
    'any(concat(wirewall.labels[*], "/")[*] eq "partner/")',
    'join(wirewall.labels, ",") contains "partner"',
    'starts_with(join(wirewall.labels, ","), "part")',
    "has_value(wirewall.labels, http.host)",
    "len(wirewall.labels) gt 0",
  ])("%s is not", (expression) => {
    const rules = [
      label("l", ["partner"]),
      set("v", "tenant", { expression: "http.host" }),
      rule("r", { expression }),
    ];
    expect(tryCreateWaf({ rulesets: [ruleset("c", rules)] as never }).warnings).toEqual([]);
  });
});

test.each([
  ["label", {}],
  ["label", { name: "a", labels: ["b"] }],
  ["label", { labels: [] }],
  ["label", { name: "two words" }],
  ["label", { name: "x".repeat(65) }],
  ["set_variable", { name: "a" }],
  ["set_variable", { name: "a", value: "b", expression: "http.host" }],
  ["set_variable", { name: "a", expression: "ip.src" }],
])("%s refuses %j", (action, parameters) => {
  const made = tryCreateWaf({
    rulesets: [ruleset("c", [rule("r", { action, action_parameters: parameters })])] as never,
  });
  expect(made.ok).toBe(false);
});
