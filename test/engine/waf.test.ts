import { describe, expect, test } from "vitest";
import { remoteStore } from "../support/remote-store.ts";
import { ConfigurationError, explain, MisuseError } from "../support/source/engine/decision.ts";
import type { WafEvent } from "../support/source/engine/events.ts";
import { createWaf, tryCreateWaf } from "../support/source/engine/firewall.ts";
import type { WafConfig } from "../support/source/engine/snapshot.ts";
import { defineAction } from "../support/source/index.ts";
import { requestFrom } from "../support/source/request/model.ts";
import type { CounterStore } from "../support/source/rules/ratelimit.ts";
import { PhaseCatalogue, STANDARD_PHASES, standardActions } from "../support/source/rules/ruleset.ts";
import {
  block,
  CUSTOM,
  GET,
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

const pathIs = (path: string) => `http.request.uri.path eq "${path}"`;

describe("the first configuration", () => {
  test("with faults it throws, with all of them in the message", () => {
    const faulty = {
      rulesets: [ruleset("c", [rule("a", { expression: "http.hst eq 1" }), rule("b", { action: "blok" })])],
    };
    const make = () => createWaf(faulty);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(/E_UNKNOWN_IDENTIFIER[\s\S]*E_ACTION_UNKNOWN/);
    const result = tryCreateWaf(faulty);
    expect(result.ok ? [] : result.errors.map(({ code }) => code)).toEqual([
      "E_UNKNOWN_IDENTIFIER",
      "E_ACTION_UNKNOWN",
    ]);
  });

  test("faults of list items count", () => {
    const result = tryCreateWaf({ lists: { bad: { kind: "ip", items: ["1.2.3.4", "not an address"] } } });
    expect(result.ok).toBe(false);
  });

  test.each<[config: unknown, code: string, message: RegExp]>([
    [null, "E_DOC_TYPE", /an object with `rulesets` and `lists`/],
    ["c", "E_DOC_TYPE", /an object with `rulesets` and `lists`/],
    [[], "E_DOC_TYPE", /an object with `rulesets` and `lists`/],
    // What no document can hold is named as what it is.
    [() => ({}), "E_DOC_TYPE", /function/],
  ])("%o is none", (config, code, message) => {
    const result = tryCreateWaf(config as WafConfig);
    expect(result).toMatchObject({ ok: false, errors: [{ code, message: expect.stringMatching(message) }] });
    expect(result.ok ? [] : result.errors).toHaveLength(1);
  });

  test("an empty one lets everything pass", () => {
    expect(createWaf({}).evaluateSync(GET)).toMatchObject({
      action: "allow",
      matches: [],
      score: 0,
      scores: {},
    });
  });

  test.each([undefined, ""])("random bytes that are %j make no reference, and no fault", (bytes) => {
    const decision = createWaf({}, { random: () => bytes as string }).evaluateSync(GET);
    expect([decision.id, decision.failures]).toEqual(["", undefined]);
  });

  test.each([{ budget: 0 }, { historySize: 0 }, { limits: { engine: { maxMatches: -1 } } }])(
    "options %j",
    (options) => {
      expect(() => createWaf({}, options)).toThrow(MisuseError);
    },
  );
});

describe("decisions", () => {
  test.each<[rules: readonly Members[], phase: string, expected: unknown]>([
    [
      [block("b", { action_parameters: { response: { status_code: 418 } } })],
      CUSTOM,
      { action: "block", status: 418 },
    ],
    [[block("b")], CUSTOM, { action: "block", status: 403 }],
    [
      [rule("c", { action: "managed_challenge" })],
      CUSTOM,
      { action: "challenge", kind: "managed_challenge" },
    ],
    [
      [
        rule("r", {
          action: "redirect",
          action_parameters: {
            from_value: { target_url: { value: "https://b.example/x#y" }, preserve_query_string: true },
          },
        }),
      ],
      "http_request_dynamic_redirect",
      { action: "redirect", location: "https://b.example/x?q=1#y", status: 301 },
    ],
    [
      [
        rule("r", {
          action: "redirect",
          action_parameters: {
            from_value: {
              target_url: { expression: 'concat("https://", http.host, "/new")' },
              status_code: 308,
            },
          },
        }),
      ],
      "http_request_dynamic_redirect",
      { action: "redirect", location: "https://a.example/new", status: 308 },
    ],
    [[rule("a", { action: "allow" }), block("b")], CUSTOM, { action: "allow", by: { ref: "a" } }],
  ])("%j in %s", (rules, phase, expected) => {
    expect(wafOf([ruleset("c", rules, { phase })]).evaluateSync(get("/?q=1"))).toMatchObject(
      expected as object,
    );
  });

  test.each([
    [
      "a value with a line break",
      { from_value: { target_url: { expression: "url_decode(http.request.uri.query)" } } },
      "/?%0d%0aa",
    ],
    ["no value", { from_value: { target_url: { expression: 'http.request.uri.args["to"][0]' } } }, "/?q"],
    [
      "an entry of a list with a line break",
      { from_list: { name: "moved", key: 'concat("http://a.example", url_decode(http.request.uri.query))' } },
      "/?/old/%0d%0aa",
    ],
  ])("a redirect that cannot be made refuses: %s", (_what, action_parameters, path) => {
    const waf = wafOf(
      [
        ruleset("c", [rule("r", { action: "redirect", action_parameters })], {
          phase: "http_request_dynamic_redirect",
        }),
      ],
      {},
      {
        moved: {
          kind: "redirect",
          items: [
            {
              redirect: {
                source_url: "a.example/old",
                target_url: "https://a.example/new",
                subpath_matching: true,
                preserve_path_suffix: true,
              },
            },
          ],
        },
      },
    );
    expect(waf.evaluateSync(get(path))).toMatchObject({ action: "block", status: 400, by: { ref: "r" } });
  });

  test("a redirect list is asked by its key", () => {
    const from_list = { name: "moved", key: "http.request.full_uri" };
    const waf = wafOf(
      [
        ruleset("c", [rule("r", { action: "redirect", action_parameters: { from_list } })], {
          phase: "http_request_redirect",
        }),
      ],
      {},
      {
        moved: {
          kind: "redirect",
          items: [{ redirect: { source_url: "a.example/old", target_url: "https://a.example/new" } }],
        },
      },
    );
    expect(waf.evaluateSync(get("/old"))).toMatchObject({
      action: "redirect",
      location: "https://a.example/new",
    });
    expect(waf.evaluateSync(get("/else")).action).toBe("allow");
  });

  test("changes add up, later rules winning by property", () => {
    const waf = wafOf([
      ruleset(
        "origin",
        [
          rule("a", {
            action: "route",
            action_parameters: { host_header: "one", origin: { host: "h", port: 1 } },
          }),
          rule("b", { action: "route", action_parameters: { origin: { host: "i" } } }),
        ],
        { phase: "http_request_origin" },
      ),
      ruleset(
        "config",
        [
          rule("c", { action: "set_config", action_parameters: { x: 1, y: 1 } }),
          rule("d", { action: "set_config", action_parameters: { y: 2 } }),
        ],
        { phase: "http_config_settings" },
      ),
      ruleset(
        "late",
        [
          rule("e", {
            action: "rewrite",
            action_parameters: {
              headers: { "X-A": { operation: "set", value: "1" }, "X-B": { operation: "remove" } },
            },
          }),
        ],
        { phase: "http_request_late_transform" },
      ),
    ]);
    expect(waf.evaluateSync(GET).changes).toMatchObject({
      route: { hostHeader: "one", host: "i", port: 1 },
      config: { x: 1, y: 2 },
      requestHeaders: [
        { operation: "set", name: "X-A", value: "1" },
        { operation: "remove", name: "X-B" },
      ],
    });
  });

  test("nothing of one request shows in the next", () => {
    const waf = wafOf([
      ruleset("c", [
        rule("s", {
          expression: pathIs("/a"),
          action: "score",
          action_parameters: { name: "n", increment: 2 },
        }),
        rule("k", {
          expression: pathIs("/a"),
          action: "skip",
          action_parameters: { rules: { m: ["m1"] }, products: ["waf"] },
        }),
      ]),
      ruleset("m", [rule("m1")], { phase: MANAGED }),
    ]);
    for (let round = 0; round < 3; round++) {
      expect(matched(waf.evaluateSync(get("/a")))).toEqual(["s", "k"]);
      const clean = waf.evaluateSync(get("/b"));
      expect(matched(clean)).toEqual(["m1"]);
      expect(clean).toMatchObject({ scores: {}, changes: { skippedProducts: [] } });
    }
  });

  test("reference ids come from the given source and differ", () => {
    const waf = wafOf([]);
    expect(waf.evaluateSync(GET).id).not.toBe(waf.evaluateSync(GET).id);
    expect(createWaf({}).evaluateSync(GET).id).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe("allow", () => {
  const waf = (count: boolean) =>
    wafOf([
      ruleset("c", [
        rule("ok", { action: "allow", action_parameters: { count }, expression: pathIs("/ok") }),
      ]),
      ruleset(
        "l",
        [block("limit", { ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 1 } })],
        {
          phase: LIMITS,
        },
      ),
      ruleset("m", [rule("managed")], { phase: MANAGED }),
      ruleset(
        "h",
        [
          rule("head", {
            action: "rewrite",
            action_parameters: { headers: { "X-A": { operation: "remove" } } },
          }),
        ],
        {
          phase: "http_request_late_transform",
        },
      ),
    ]);

  test("ends security phases, and no others", () => {
    expect(matched(waf(false).evaluateSync(get("/ok")))).toEqual(["ok", "head"]);
  });

  test("rate limits count an allowed request when the rule says so, and only then", () => {
    for (const count of [true, false]) {
      const counting = waf(count);
      for (let at = 0; at < 3; at++) expect(counting.evaluateSync(get("/ok")).action).toBe("allow");
      expect(verdict(counting.evaluateSync(get("/other")))).toBe(count ? "block by limit" : "allow");
    }
  });
});

describe("rules that are not always on", () => {
  test("`mode` off, `enabled` false and the past", () => {
    const waf = wafOf([
      ruleset("c", [
        rule("off", { mode: "off" }),
        rule("disabled", { enabled: false }),
        rule("until", { expires_at: "2030-01-01T00:00:00Z" }),
        rule("on"),
      ]),
    ]);
    expect(matched(waf.evaluateSync(GET, { now: Date.parse("2029-12-31T23:59:59Z") }))).toEqual([
      "until",
      "on",
    ]);
    expect(matched(waf.evaluateSync(GET, { now: Date.parse("2030-01-01T00:00:00Z") }))).toEqual(["on"]);
  });

  test("a sample by key is the same each time, and near its rate", () => {
    const waf = wafOf([ruleset("c", [rule("some", { sample: { rate: 0.25, key: "ip.src" } })])]);
    const seen = (address: string) => matched(waf.evaluateSync({ ...GET, remoteAddress: address })).length;
    let count = 0;
    for (let at = 0; at < 1000; at++) {
      const address = `10.0.${at >> 8}.${at & 255}`;
      const first = seen(address);
      expect(seen(address)).toBe(first);
      count += first;
    }
    expect(count).toBeGreaterThan(200);
    expect(count).toBeLessThan(300);
  });

  test.each([
    [0, 0],
    [1, 50],
  ])("rate %d", (sample, expected) => {
    const waf = wafOf([ruleset("c", [rule("some", { sample })])]);
    let count = 0;
    for (let at = 0; at < 50; at++) count += waf.evaluateSync(GET).matches.length;
    expect(count).toBe(expected);
  });
});

describe("shadow mode", () => {
  test("reports and changes nothing", () => {
    const waf = wafOf([
      ruleset("c", [
        block("b", { mode: "shadow" }),
        rule("s", { mode: "shadow", action: "score", action_parameters: { increment: 9 } }),
        rule("k", { mode: "shadow", action: "skip", action_parameters: { ruleset: "current" } }),
        rule("a", { mode: "shadow", action: "allow" }),
        rule("last"),
      ]),
    ]);
    const decision = waf.evaluateSync(GET);
    expect(matched(decision)).toEqual(["(b)", "(s)", "(k)", "(a)", "last"]);
    expect(decision).toMatchObject({ action: "allow", score: 0 });
    expect(decision.matches.some(({ decisive }) => decisive)).toBe(false);
  });

  test("an execute in shadow mode runs its ruleset in shadow mode, scores included", () => {
    const waf = wafOf([
      ruleset("c", [
        rule("run", { mode: "shadow", action: "execute", action_parameters: { id: "own" } }),
        rule("after"),
      ]),
      ruleset(
        "own",
        [
          rule("s", { action: "score", action_parameters: { increment: 5 } }),
          block("over", { score_threshold: 5 }),
        ],
        { kind: "custom" },
      ),
    ]);
    const decision = waf.evaluateSync(GET);
    expect(matched(decision)).toEqual(["(run)", "(s)", "(over)", "after"]);
    expect(decision).toMatchObject({ action: "allow", score: 0 });
  });
});

describe("observe mode", () => {
  const rules = [
    ruleset("c", [block("b", { expression: pathIs("/bad") }), rule("after")]),
    ruleset("m", [rule("later")], { phase: MANAGED }),
    ruleset(
      "h",
      [
        rule("head", {
          action: "rewrite",
          action_parameters: { headers: { "X-A": { operation: "remove" } } },
        }),
      ],
      {
        phase: "http_request_late_transform",
      },
    ),
  ];
  test("says what would have been done, and what passes is still rewritten", () => {
    const decision = wafOf(rules, { mode: "observe" }).evaluateSync(get("/bad"));
    expect(decision).toMatchObject({ action: "allow", wouldHave: "block" });
    expect(matched(decision)).toEqual(["b", "head"]);
    expect(decision.matches[0]?.decisive).toBe(true);
    expect(decision.changes.requestHeaders).toHaveLength(1);
  });

  test("says nothing where enforcement does nothing", () => {
    const decision = wafOf(rules, { mode: "observe" }).evaluateSync(get("/good"));
    expect(decision.wouldHave).toBeUndefined();
    expect(matched(decision)).toEqual(["after", "later", "head"]);
  });
});

describe("work budget", () => {
  const heavy = 'http.request.uri.query matches "(a|b)*c"';
  const url = `/?${"ab".repeat(200)}`;
  const rules = (members: Members = {}) => [
    ruleset("c", [block("not", { expression: `not ${heavy}`, ...members }), rule("after")]),
    ruleset("m", [rule("later", { expression: "not ssl" })], { phase: MANAGED }),
  ];

  test.each<
    [onBudget: "continue" | "block" | "log" | undefined, own: Members, expected: string, said: string]
  >([
    [undefined, {}, "block", "block"],
    ["block", {}, "block", "block"],
    ["continue", {}, "allow", "continue"],
    ["log", {}, "allow", "log"],
    ["block", { on_budget: "continue" }, "allow", "continue"],
    ["continue", { on_budget: "block" }, "block", "block"],
  ])("%s, rule %j: %s", (onBudget, own, action, said) => {
    const waf = wafOf(rules(own), { budget: 100, ...(onBudget && { onBudget }) });
    const decision = waf.evaluateSync(get(url));
    expect(decision.action).toBe(action);
    expect(decision.budget).toEqual({ exhausted: true, verdict: said });
    // The stopped match has become no hit through `not`, and nothing after it was believed.
    expect(matched(decision)).toEqual([]);
    if (decision.action === "block") expect(decision.by.ref).toBe("wirewall.budget");
  });

  test("a budget that suffices is not mentioned", () => {
    const decision = wafOf(rules(), { budget: 100_000 }).evaluateSync(get(url));
    expect(verdict(decision)).toBe("block by not");
    expect(decision.budget).toBeUndefined();
  });

  test("each request has its own", () => {
    const waf = wafOf(rules(), { budget: 2000 });
    for (let at = 0; at < 20; at++) expect(verdict(waf.evaluateSync(get(url)))).toBe("block by not");
  });
});

describe("faults of the embedder's own code", () => {
  const broken = defineAction({
    name: "broken",
    summary: "Throws.",
    terminating: false,
    phases: [CUSTOM],
    prepare: () => undefined,
    apply() {
      throw new Error("boom");
    },
  });
  const make = (options: Members, errors: unknown[]) =>
    wafOf([ruleset("c", [rule("x", { action: "broken", expression: pathIs("/x") }), rule("after")])], {
      actions: [...standardActions, broken],
      onError: (error) => errors.push(error),
      ...options,
    });

  test.each<[options: Members, expected: object]>([
    [{}, { action: "block", status: 503, by: { ref: "wirewall.failure" } }],
    [{ failure: "closed" }, { action: "block", status: 503 }],
    [{ failure: "open" }, { action: "allow" }],
    [{ mode: "observe" }, { action: "allow", wouldHave: "block" }],
  ])("%j", (options, expected) => {
    const errors: unknown[] = [];
    const waf = make(options, errors);
    expect(waf.evaluateSync(get("/x"))).toMatchObject(expected);
    expect(errors.map(String)).toEqual(["Error: boom"]);
    // The next request is judged as if nothing had happened.
    expect(matched(waf.evaluateSync(get("/y")))).toEqual(["after"]);
  });

  test("a reporter that throws itself harms nobody", () => {
    const waf = make(
      {
        onError: () => {
          throw new Error("again");
        },
      },
      [],
    );
    expect(waf.evaluateSync(get("/x")).action).toBe("block");
  });

  test("a store that rejects although it must not", async () => {
    const counters = {
      read: () => Promise.reject("no"),
      add: () => {
        throw new Error("down");
      },
    } as unknown as CounterStore;
    const limited = ruleset(
      "l",
      [block("limit", { ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 1 } })],
      {
        phase: LIMITS,
      },
    );
    const decision = await wafOf([limited], { counters }).evaluate(GET);
    expect(decision.action).toBe("allow");
  });
});

describe("stores that answer later", () => {
  const rules = [
    ruleset("c", [rule("before")]),
    ruleset(
      "l",
      [
        block("limit", { ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 2 } }),
        rule("skip", { action: "skip", action_parameters: { products: ["waf"] } }),
      ],
      {
        phase: LIMITS,
      },
    ),
    ruleset("m", [rule("after")], { phase: MANAGED }),
  ];

  test("evaluate waits", async () => {
    const waf = wafOf(rules, { counters: remoteStore() });
    expect(matched(await waf.evaluate(GET))).toEqual(["before", "skip", "after"]);
    const both = await Promise.all([
      waf.evaluate(GET),
      waf.evaluate(GET),
      waf.evaluate({ ...GET, remoteAddress: "192.0.2.9" }),
    ]);
    expect(both.map(verdict)).toEqual(["allow", "block by limit", "allow"]);
  });

  test("evaluateSync says so", () => {
    const waf = wafOf(rules, { counters: remoteStore() });
    expect(() => waf.evaluateSync(GET)).toThrow(
      expect.objectContaining({ name: "MisuseError", code: "E_ASYNC_STORE" }),
    );
  });

  test("a local store never makes a promise", () => {
    expect(wafOf(rules).begin(requestFrom(GET)).request()).not.toBeInstanceOf(Promise);
  });
});

describe("transactions", () => {
  const form = { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": "3" };
  const headOnly = requestFrom(get("/x", { method: "POST", headers: form }));
  const bodyRule = block("body", { expression: 'http.request.body.form["a"][0] eq "1"' });
  const pathRule = (path: string) => block("path", { expression: pathIs(path) });

  test("a rule before the body's decides without waiting", () => {
    const waf = wafOf([ruleset("c", [pathRule("/x"), bodyRule])]);
    const transaction = waf.begin(headOnly);
    expect(transaction.needsBody).toBe(true);
    expect(transaction.head()).toMatchObject({ action: "block", by: { ref: "path" } });
    expect(transaction.needsBody).toBe(false);
    expect(transaction.body({ bytes: "a=1", truncated: false })).toMatchObject({ by: { ref: "path" } });
    transaction.end();
  });

  test.each([20, 1])("the walk goes on where it stopped (%i rules between)", (between) => {
    const filler = Array.from({ length: between }, (_, at) =>
      rule(`f${at}`, { expression: pathIs(`/f${at}`) }),
    );
    const waf = wafOf([ruleset("c", [rule("first"), ...filler, bodyRule, rule("last")])]);
    for (const [bytes, expected] of [
      ["a=1", ["first", "body"]],
      ["a=2", ["first", "last"]],
    ] as const) {
      const transaction = waf.begin(headOnly);
      expect(transaction.head()).toBeUndefined();
      expect(transaction.needsBody).toBe(true);
      const decision = transaction.body({ bytes, truncated: false });
      if (decision instanceof Promise) throw new Error("a promise");
      expect(matched(decision)).toEqual(expected);
      transaction.end();
      transaction.end();
    }
  });

  test("a request without a body, and rules without interest in one, do not wait", () => {
    const waf = wafOf([ruleset("c", [bodyRule])]);
    expect(waf.begin(requestFrom(GET)).needsBody).toBe(false);
    expect(waf.begin(requestFrom(GET)).head()).toMatchObject({ action: "allow" });
    expect(wafOf([ruleset("c", [pathRule("/x")])]).begin(headOnly).needsBody).toBe(false);
  });

  test.each<[string, string, readonly string[]]>([
    ["on the response's head", "http_response_firewall_headers", ["early", "late"]],
    ["on the response's body", "http_response_firewall_body", ["early", "late"]],
    ["of the log", "http_log_custom_fields", ["early"]],
  ])("a body is waited for when only a rule %s reads it", (_name, phase, expected) => {
    const action =
      phase === "http_log_custom_fields"
        ? { action: "log_custom_field", action_parameters: { request_fields: [{ name: "seen" }] } }
        : { action: "log" };
    const early = rule("early", { expression: "true" });
    const late = rule("late", { expression: 'http.request.body.raw contains "a=1"', ...action });
    const events: WafEvent[] = [];
    const waf = wafOf([ruleset("c", [early]), ruleset("r", [late], { phase })], {
      events: [{ name: "memory", write: (event) => void events.push(event) }],
      trace: true,
    });
    const transaction = waf.begin(headOnly);
    expect(transaction.needsBody).toBe(true);
    expect(transaction.head()).toBeUndefined();
    expect(transaction.needsBody).toBe(true);
    expect(transaction.body({ bytes: "a=1", truncated: false })).toMatchObject({ action: "allow" });
    const answered = transaction.response({ status: 200, rawHeaders: [] });
    expect("matches" in answered && matched(answered)).toEqual(expected);
    transaction.end();
    expect(events[0]?.matches.map(({ rule: { ref } }) => ref)).toEqual(["early", "late"]);
  });

  test("a body is not waited for when the request has been refused", () => {
    const late = rule("late", { expression: 'http.request.body.raw contains "a=1"' });
    const response = ruleset("r", [late], { phase: "http_response_firewall_headers" });
    const transaction = wafOf([ruleset("c", [pathRule("/x")]), response]).begin(headOnly);
    expect(transaction.head()).toMatchObject({ action: "block", by: { ref: "path" } });
  });

  test("a body that never comes is judged as absent", () => {
    const transaction = wafOf([ruleset("c", [bodyRule, rule("last")])]).begin(headOnly);
    expect(transaction.request()).toMatchObject({ action: "allow", matches: [{ rule: { ref: "last" } }] });
  });

  test("methods out of order are refused", () => {
    const transaction = wafOf([]).begin(requestFrom(GET));
    transaction.request();
    expect(() => transaction.head()).toThrow(MisuseError);
    transaction.end();
    expect(() => transaction.response({ status: 200, rawHeaders: [] })).toThrow(MisuseError);
  });

  test("a request that is refused has an event with its own fields and none of a response", () => {
    const events: WafEvent[] = [];
    const fields = {
      request_fields: [{ name: "X-Id" }],
      response_fields: [{ name: "X-Served-By" }],
      raw_response_fields: [{ name: "X-Served-By" }],
    };
    const log = rule("fields", { action: "log_custom_field", action_parameters: fields });
    const waf = wafOf(
      [ruleset("log", [log], { phase: "http_log_custom_fields" }), ruleset("c", [block("all")])],
      { events: [{ name: "test", write: (event) => events.push(event) }] },
    );
    waf.evaluateSync(get("/", { headers: { "X-Id": "7" } }));
    expect(events.map((event) => event.fields)).toEqual([{ "request.X-Id": ["7"] }]);
  });

  test("responses: rules on status and headers, rewrites, error pages, logging", () => {
    const events: WafEvent[] = [];
    const waf = wafOf(
      [
        ruleset(
          "log",
          [
            rule("fields", {
              action: "log_custom_field",
              action_parameters: {
                response_fields: [{ name: "X-Served-By" }],
                request_fields: [{ name: "X-Id" }],
                cookie_fields: [{ name: "none" }],
              },
            }),
          ],
          {
            phase: "http_log_custom_fields",
          },
        ),
        ruleset(
          "headers",
          [
            rule("strip", {
              action: "rewrite",
              action_parameters: { headers: { Server: { operation: "remove" } } },
            }),
          ],
          {
            phase: "http_response_headers_transform",
          },
        ),
        ruleset("leak", [block("leaks", { expression: 'http.response.headers["x-secret"][0] eq "1"' })], {
          phase: "http_response_firewall_headers",
        }),
        ruleset(
          "errors",
          [
            rule("page", {
              action: "serve_error",
              expression: "http.response.code ge 500",
              action_parameters: { content: "sorry" },
            }),
          ],
          {
            phase: "http_custom_errors",
          },
        ),
      ],
      { events: [{ name: "test", write: (event) => events.push(event) }] },
    );
    const respond = (status: number, rawHeaders: readonly string[]) => {
      const transaction = waf.begin(requestFrom(get("/", { headers: { "X-Id": "7" } })));
      expect(transaction.needsResponse).toBe(true);
      transaction.request();
      const decision = transaction.response({ status, rawHeaders });
      transaction.end();
      if (decision instanceof Promise) throw new Error("a promise");
      return decision;
    };
    expect(respond(200, ["X-Served-By", "n1"])).toMatchObject({
      action: "allow",
      changes: { responseHeaders: [{ operation: "remove", name: "Server" }] },
    });
    expect(events.at(-1)?.fields).toEqual({ "response.X-Served-By": ["n1"], "request.X-Id": ["7"] });
    expect(respond(200, ["X-Secret", "1"])).toMatchObject({ action: "block", by: { ref: "leaks" } });
    expect(respond(502, [])).toMatchObject({
      action: "serve_error",
      status: 502,
      page: { content: "sorry" },
    });
  });

  test("one event for each request on which something was to be told", () => {
    const events: WafEvent[] = [];
    const waf = wafOf(
      [
        ruleset("c", [
          block("b", { expression: pathIs("/x") }),
          rule("quiet", { logging: { enabled: false } }),
        ]),
      ],
      {
        events: [{ name: "test", write: (event) => events.push(event) }],
      },
    );
    waf.evaluateSync(get("/quiet"));
    expect(events).toEqual([]);
    const { id, snapshot } = waf.evaluateSync(get("/x"));
    expect(events).toMatchObject([
      { id, snapshot, action: "block", service: "custom", status: 403, request: { path: "/x" } },
    ]);
  });
});

describe("updates", () => {
  test("the same configuration again keeps the version", () => {
    const config = { rulesets: [ruleset("c", [block("a", { expression: "true" })])] };
    const waf = createWaf(config);
    const before = waf.snapshot;
    const result = waf.update(structuredClone(config));
    expect(result).toMatchObject({ ok: true, value: { snapshot: before, changes: [] } });
    expect(waf.snapshot).toBe(before);
    expect(waf.history()).toMatchObject([before]);
    expect(waf.update({ rulesets: [] })).toMatchObject({ ok: true, value: { snapshot: { version: 2 } } });
  });

  const one = (ref: string) => ({ rulesets: [ruleset("c", [block(ref)])] });

  test("replace everything at once; transactions keep what they began with", () => {
    const waf = createWaf(one("a"));
    const old = waf.begin(requestFrom(GET));
    const result = waf.update(one("b"));
    expect(result).toMatchObject({
      ok: true,
      value: {
        snapshot: { version: 2, rules: 1 },
        changes: [
          { change: "added", ruleset: "c", ref: "b" },
          { change: "removed", ruleset: "c", ref: "a" },
        ],
      },
    });
    expect(verdict(waf.evaluateSync(GET))).toBe("block by b");
    expect(old.request()).toMatchObject({ by: { ref: "a" } });
    expect(old.snapshot.version).toBe(1);
  });

  test("with faults nothing changes", () => {
    const waf = createWaf(one("a"));
    const before = waf.snapshot;
    expect(waf.update({ rulesets: [ruleset("c", [block("b", { expression: "(" })])] }).ok).toBe(false);
    expect(waf.snapshot).toBe(before);
    expect(waf.history()).toMatchObject([before]);
    expect(verdict(waf.evaluateSync(GET))).toBe("block by a");
  });

  test("changes name what differs", () => {
    const rules = (order: readonly string[], expression = "true") => ({
      rulesets: [
        ruleset(
          "c",
          order.map((ref) => rule(ref, ref === "b" ? { expression } : {})),
        ),
      ],
    });
    const waf = createWaf(rules(["a", "b", "c", "d"]));
    const result = waf.update(rules(["b", "c", "d", "a"], "ssl"));
    expect(result.ok && result.value.changes).toEqual([
      { change: "changed", ruleset: "c", ref: "b", members: ["expression"] },
      { change: "moved", ruleset: "c", ref: "a" },
    ]);
  });

  test("the hash is that of the content", () => {
    const waf = createWaf(one("a"));
    const { hash } = waf.snapshot;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    waf.update(one("b"));
    expect(waf.snapshot.hash).not.toBe(hash);
    waf.update({ rulesets: [{ ...ruleset("c", [{ expression: "true", action: "block", ref: "a" }]) }] });
    expect(waf.snapshot.hash).toBe(hash);
  });

  test("rollback is a version of its own; the history is bounded", () => {
    const waf = createWaf(one("a"), { historySize: 3 });
    waf.update(one("b"));
    waf.update(one("c"));
    expect(waf.rollback(2)).toMatchObject({ ok: true, value: { snapshot: { version: 4 } } });
    expect(verdict(waf.evaluateSync(GET))).toBe("block by b");
    expect(waf.history().map(({ version }) => version)).toEqual([4, 3, 2]);
    expect(waf.rollback(1)).toMatchObject({ ok: false });
  });

  test("what the loader made of a document is a configuration too", () => {
    const rules = [block("a", { made_up: 1 })];
    const loaded = tryCreateWaf({ rulesets: [ruleset("c", rules)] });
    expect(loaded.warnings.map(({ code }) => code)).toContain("W_DOC_UNKNOWN_MEMBER");
  });
});

describe("lists", () => {
  const rules = [ruleset("c", [block("listed", { expression: "ip.src in $bad" })])];

  test("are replaced without compiling; a transaction keeps its own", () => {
    const waf = wafOf(rules, {}, { bad: ["192.0.2.7"] });
    const old = waf.begin(requestFrom(GET));
    const { hash } = waf.snapshot;
    expect(waf.updateList("bad", ["198.51.100.0/24"])).toMatchObject({ ok: true, value: { size: 1 } });
    expect(waf.snapshot.hash).not.toBe(hash);
    expect(waf.evaluateSync(GET).action).toBe("allow");
    expect(waf.evaluateSync({ ...GET, remoteAddress: "198.51.100.1" }).action).toBe("block");
    expect(old.request()).toMatchObject({ action: "block" });
  });

  test("faulty items change nothing, unknown lists are refused", () => {
    const waf = wafOf(rules, {}, { bad: ["192.0.2.7"] });
    expect(waf.updateList("bad", ["x"]).ok).toBe(false);
    expect(waf.updateList("none", [])).toMatchObject({ ok: false, errors: [{ code: "E_LIST_UNKNOWN" }] });
    expect(waf.evaluateSync(GET).action).toBe("block");
  });

  test("items expire by the firewall's clock", () => {
    let now = 0;
    const items = [{ ip: "192.0.2.7", expires_at: "1970-01-01T00:00:10Z" }];
    const waf = wafOf(rules, { now: () => now }, { bad: { kind: "ip", items } });
    const request = { url: "/", remoteAddress: "192.0.2.7" };
    expect(waf.evaluateSync(request).action).toBe("block");
    now = 10_000;
    expect(waf.evaluateSync(request).action).toBe("allow");
  });
});

describe("exceptions for single inputs", () => {
  const skip = (targets: readonly Members[], members: Members = {}) =>
    rule("except", { action: "skip", action_parameters: { targets }, ...members });
  const args = (key: string) => ({ field: "http.request.uri.args", key });
  const anyArg = 'any(http.request.uri.args.values[*] contains "<")';
  const decide = (targets: readonly Members[], url: string, expression = anyArg, members: Members = {}) => {
    const waf = wafOf([
      ruleset("c", [skip(targets, members)]),
      ruleset("m", [rule("hit", { expression, categories: ["xss"] }), rule("other", { expression })], {
        phase: MANAGED,
      }),
    ]);
    return matched(waf.evaluateSync(get(url))).filter((ref) => ref !== "except");
  };

  test.each<[targets: readonly Members[], url: string, expected: readonly string[]]>([
    [[{ rule: "hit", ...args("html") }], "/?html=<b>", ["other"]],
    [[{ rule: "hit", ...args("html") }], "/?html=<b>&q=<b>", ["hit", "other"]],
    [
      [
        { rule: "hit", ...args("html") },
        { rule: "hit", ...args("q") },
      ],
      "/?html=<b>&q=<b>",
      ["other"],
    ],
    [[{ ruleset: "m", ...args("html") }], "/?html=<b>&html=<c>", []],
    [[{ tag: "xss", ...args("html") }], "/?html=<b>", ["other"]],
    [[args("html")], "/?html=<b>", []],
    [[{ ruleset: "c", ...args("html") }], "/?html=<b>", ["hit", "other"]],
    [[{ rule: "hit", field: "http.request.uri.args" }], "/?x=<b>", ["other"]],
    [[{ rule: "hit", field: "http.request.uri.args.values", key: "html" }], "/?html=<b>", ["other"]],
    [[args("__proto__")], "/?__proto__=<b>", []],
  ])("%j on %s", (targets, url, expected) => {
    const known = targets.map((target) => target);
    expect(decide(known, url)).toEqual(expected);
  });

  test.each<[expression: string, url: string, expected: readonly string[]]>([
    ['any(http.request.uri.args["html"][*] contains "<")', "/?html=<b>", ["other"]],
    ['any(http.request.uri.args.names[*] eq "html")', "/?html=<b>", ["other"]],
    // Without the key the rule sees what it would see of a request that has none.
    ['not any(http.request.uri.args.names[*] eq "html")', "/?html=<b>", ["hit"]],
    ['http.request.uri.path eq "/"', "/?html=<b>", ["hit", "other"]],
  ])("%s on %s", (expression, url, expected) => {
    expect(decide([{ rule: "hit", ...args("html") }], url, expression)).toEqual(expected);
  });

  test("an exception is conditional, and is for what comes after it", () => {
    const condition = { expression: pathIs("/editor") };
    expect(decide([args("html")], "/editor?html=<b>", anyArg, condition)).toEqual([]);
    expect(decide([args("html")], "/?html=<b>", anyArg, condition)).toEqual(["hit", "other"]);
    const waf = wafOf([
      ruleset("c", [
        rule("early", { expression: anyArg }),
        skip([args("html")]),
        rule("late", { expression: anyArg }),
      ]),
    ]);
    expect(matched(waf.evaluateSync(get("/?html=<b>")))).toEqual(["early", "except"]);
  });

  test("header names compare without case; cookies and JSON paths work", () => {
    const waf = wafOf([
      ruleset("c", [
        skip([
          { rule: "header", field: "http.request.headers", key: "X-Html" },
          { rule: "cookie", field: "http.request.cookies", key: "draft" },
          { rule: "json", field: "wirewall.request.body.json.values", key: "user.bio" },
        ]),
        rule("header", { expression: 'any(http.request.headers.values[*] contains "<")' }),
        rule("cookie", {
          expression:
            'http.request.cookies["draft"][0] eq "%3C" or http.request.cookies["other"][0] eq "%3C"',
        }),
        rule("json", { expression: 'any(wirewall.request.body.json.values[*] contains "<")' }),
      ]),
    ]);
    const post = (bio: string, name: string, cookie = "draft=%3C") =>
      matched(
        waf.evaluateSync(
          get("/", {
            method: "POST",
            headers: { "x-hTML": "<", "Content-Type": "application/json", Cookie: cookie },
            body: JSON.stringify({ user: { bio, name } }),
          }),
        ),
      );
    expect(post("<", "a")).toEqual(["except"]);
    expect(post("a", "<")).toEqual(["except", "json"]);
    expect(post("a", "a", "draft=%3C; other=%3C")).toEqual(["except", "cookie"]);
  });

  test("the index loses no rule that only an exception makes match", () => {
    const many = Array.from({ length: 40 }, (_, at) =>
      rule(`r${at}`, {
        expression: `not http.request.uri.args["k"][0] eq "v" and http.request.uri.path eq "/p${at}"`,
      }),
    );
    const waf = wafOf([ruleset("c", [skip([args("k")])]), ruleset("m", many, { phase: MANAGED })]);
    expect(matched(waf.evaluateSync(get("/p7?k=v")))).toEqual(["except", "r7"]);
  });
});

describe("challenges", () => {
  const provider = (cleared: boolean) => ({
    name: "test",
    answerPath: "/.answer",
    isCleared: () => cleared,
    challenge: () => ({ status: 403, headers: [], body: "" }),
    answer: () => ({ status: 403, headers: [], body: "" }),
  });
  const rules = [ruleset("c", [rule("c", { action: "challenge" }), rule("after")])];

  test("a client that passed goes on", () => {
    const decision = wafOf(rules, { challenge: provider(true) }).evaluateSync(GET);
    expect(matched(decision)).toEqual(["c", "after"]);
    expect(decision.matches[0]).toMatchObject({
      decisive: false,
      notes: ["the client has passed the challenge"],
    });
  });

  test("others are challenged", () => {
    expect(verdict(wafOf(rules, { challenge: provider(false) }).evaluateSync(GET))).toBe("challenge by c");
    expect(verdict(wafOf(rules).evaluateSync(GET))).toBe("challenge by c");
  });

  test("a promise from a provider that has to say at once who passed is a no", async () => {
    const late = { ...provider(false), isCleared: () => Promise.reject(new Error("later")) as never };
    const decision = wafOf(rules, { challenge: late }).evaluateSync(GET);
    expect(verdict(decision)).toBe("challenge by c");
    expect(decision.matches[0]?.notes).toEqual([
      "the challenge provider gave a promise, where it has to say at once who passed: nobody has",
    ]);
  });

  test.each([undefined, null, 1, "yes", {}])("only true is a yes, not %j", (answer) => {
    const odd = { ...provider(false), isCleared: () => answer as never };
    expect(verdict(wafOf(rules, { challenge: odd }).evaluateSync(GET))).toBe("challenge by c");
  });

  test("a store that cannot forget is told of", () => {
    const counters = {
      read: () => ({ count: 9, resetsAt: 1, mitigatedUntil: 0 }),
      add: () => ({ count: 9, resetsAt: 1, mitigatedUntil: 0 }),
      mitigate: () => undefined,
      reset: () => {
        throw new Error("no connection");
      },
    };
    const limit = rule("limit", {
      action: "challenge",
      ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 1 },
    });
    const waf = wafOf([ruleset("l", [limit], { phase: LIMITS })], { challenge: provider(true), counters });
    expect(waf.evaluateSync(GET).matches[0]?.notes).toEqual([
      "the client has passed the challenge",
      "the counter store failed: no connection",
    ]);
  });

  test("a limit begins anew for a client that passed", () => {
    const limit = rule("limit", {
      action: "challenge",
      ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 1 },
    });
    const waf = wafOf([ruleset("l", [limit], { phase: LIMITS })], { challenge: provider(true) });
    expect([1, 2, 3, 4].map(() => matched(waf.evaluateSync(GET)).length)).toEqual([0, 1, 0, 1]);
  });
});

describe("explanations", () => {
  test("say how far a limit has counted", () => {
    const limited = ruleset(
      "l",
      [block("limit", { ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 1 } })],
      { phase: LIMITS },
    );
    const waf = wafOf([limited], { trace: true });
    const seen = () =>
      explain(waf.evaluateSync(GET), "limit").map(({ rule }) => [rule.outcome, ...rule.notes]);
    expect(seen()).toEqual([["not_matched", "counted 1 of 1"]]);
    expect(seen()).toEqual([["matched"]]);
    const decision = waf.evaluateSync({ ...GET, remoteAddress: "2001:db8:1:2::3" });
    expect(explain(decision, "limit").map(({ rule }) => rule.notes)).toEqual([
      ["counted 1 of 1 for 2001:db8:1:2::/64"],
    ]);
  });

  const waf = wafOf(
    [
      ruleset(
        "root",
        [rule("k", { action: "skip", action_parameters: { rules: { own: ["skipped"] }, scope: "below" } })],
        { kind: "root" },
      ),
      ruleset("c", [
        rule("listed", { expression: "ip.src in $bad" }),
        rule("run", {
          action: "execute",
          action_parameters: {
            id: "own",
            overrides: { rules: [{ id: "changed", action: "challenge", enabled: false }] },
          },
        }),
        block("stop", { expression: 'http.user_agent contains "bot"' }),
        rule("rest"),
      ]),
      ruleset(
        "own",
        [
          rule("skipped"),
          rule("changed"),
          rule("off", { mode: "off" }),
          rule("past", { expires_at: "1970-01-01T00:00:00Z" }),
          rule("sampled", { sample: 0 }),
          rule("no", { expression: "not ssl" }),
        ],
        {
          kind: "custom",
        },
      ),
      ruleset("m", [rule("later")], { phase: MANAGED }),
    ],
    { trace: true },
    { bad: [{ ip: "192.0.2.0/24", description: "test net" }] },
  );
  const decision = waf.evaluateSync(get("/", { headers: { "User-Agent": "a bot" } }));

  test.each([
    ["k", "matched"],
    ["listed", "matched"],
    ["run", "matched"],
    ["skipped", "skipped"],
    ["changed", "disabled"],
    ["off", "disabled"],
    ["past", "expired"],
    ["sampled", "not_sampled"],
    ["no", "not_matched"],
    ["stop", "matched"],
    ["rest", "not_reached"],
    ["later", "not_reached"],
  ])("%s: %s", (ref, outcome) => {
    expect(explain(decision, ref).map(({ rule }) => rule.outcome)).toEqual([outcome]);
  });

  test("say by whom, and on what grounds", () => {
    expect(explain(decision, "own/skipped")[0]?.rule.skippedBy).toBe("root/k");
    expect(explain(decision, "changed")[0]?.rule).toMatchObject({
      action: "challenge",
      overriddenBy: { action: "rule", enabled: "rule" },
    });
    expect(explain(decision, "changed")[0]?.executedBy.map(({ ref }) => ref)).toEqual(["run"]);
    expect(explain(decision, "stop")[0]?.rule.because).toEqual([
      {
        condition: 'http.user_agent contains "bot"',
        held: true,
        field: "http.user_agent",
        actual: "a bot",
        found: [2, 5],
      },
    ]);
    expect(explain(decision, "listed")[0]?.rule.because[0]).toMatchObject({
      actual: "192.0.2.7",
      listItem: { list: "bad", item: "192.0.2.0/24", description: "test net" },
    });
  });

  test("are there only when asked for, and never change the decision", () => {
    const { explanation: _, id: __, ...traced } = decision;
    const {
      explanation,
      id: ___,
      ...plain
    } = waf.evaluateSync(get("/", { headers: { "User-Agent": "a bot" } }), { trace: false });
    expect(explanation).toBeUndefined();
    expect(plain).toEqual(traced);
  });

  test("secrets are not shown", () => {
    const secret = wafOf([
      ruleset("c", [rule("auth", { expression: 'http.request.headers["authorization"][0] contains "x"' })]),
    ]);
    const text = JSON.stringify(
      secret.evaluateSync(get("/", { headers: { Authorization: "Bearer xyzzy-plugh" } }), { trace: true }),
    );
    expect(text).not.toContain("plugh");
  });

  test("are bounded", () => {
    const many = Array.from({ length: 30 }, (_, at) => rule(`r${at}`));
    const bounded = wafOf([ruleset("c", many)], {
      trace: true,
      limits: { engine: { maxExplainedRules: 10 } },
    });
    const { explanation, matches } = bounded.evaluateSync(GET);
    expect(explanation?.truncated).toBe(true);
    expect(explanation?.phases[0]?.rulesets[0]?.rules).toHaveLength(10);
    expect(matches).toHaveLength(30);
  });
});

describe("the embedder's own", () => {
  test("fields, functions and phases", () => {
    const phases = new PhaseCatalogue([
      {
        name: "mine",
        summary: "first of all",
        side: "request",
        scheme: "request",
        actions: ["log", "block"],
        executed: true,
        security: true,
        custom: true,
      },
      ...STANDARD_PHASES,
    ]);
    const waf = wafOf(
      [
        ruleset("c", [rule("second")]),
        ruleset("p", [rule("first", { expression: 'app.tenant eq "t1"' })], { phase: "mine" }),
      ],
      {
        phases,
        fields: [{ name: "app.tenant", type: { kind: "Bytes" }, read: () => "t1" }],
      },
    );
    expect(matched(waf.evaluateSync(GET))).toEqual(["first", "second"]);
  });
});
