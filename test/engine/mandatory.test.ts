import { describe, expect, test } from "vitest";
import { explain } from "../support/source/engine/decision.ts";
import { tryCreateWaf } from "../support/source/engine/firewall.ts";
import { managedRulesets } from "../support/source/rules/managed.ts";
import {
  block,
  CUSTOM,
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

const account = (rules: readonly Members[], members: Members = {}) =>
  ruleset("account", rules, { kind: "root", phase: MANAGED, ...members });
const zone = (one: Members) => ruleset("zone", [one], { phase: CUSTOM });
const skip = (parameters: Members) => rule("undo", { action: "skip", action_parameters: parameters });
const ALL = { scope: "all" };
const BAD = 'http.request.uri.path eq "/bad"';
const LIMIT = { characteristics: ["ip.src"], period: 60, requests_per_period: 1 };
const XSS = `/?q=${encodeURIComponent("<script>alert(1)</script>")}`;

/** What a zone may write against the account's rule. */
const UNDOING: readonly (readonly [string, Members])[] = [
  ["allow", rule("undo", { action: "allow" })],
  ["a skip of the phase", skip({ ...ALL, phases: [MANAGED] })],
  ["a skip of the phase by its alias", skip({ ...ALL, phases: ["managed"] })],
  ["a skip of the ruleset", skip({ ...ALL, rulesets: ["account"] })],
  ["a skip of the rule", skip({ ...ALL, rules: { account: ["geo"] } })],
  ["an exception to its input", skip({ ...ALL, targets: [{ field: "http.request.uri.path" }] })],
  [
    "a limit that allows",
    rule("undo", { action: "allow", ratelimit: { ...LIMIT, counting_expression: "true" } }),
  ],
];

describe("a mandatory rule of the account", () => {
  test.each(UNDOING)("is not undone by %s", (_what, undo) => {
    const limited = undo["ratelimit"] !== undefined;
    const zones = [zone(undo)];
    const of = (mandatory: boolean) =>
      wafOf([account([block("geo", { expression: BAD, ...(mandatory ? { mandatory } : {}) })]), ...zones]);
    const [bound, free] = [of(true), of(false)];
    // A limit acts on the second request.
    for (const waf of [bound, free]) if (limited) waf.evaluateSync(get("/fine"));
    expect(verdict(bound.evaluateSync(get("/bad")))).toBe("block by geo");
    expect(bound.evaluateSync(get("/fine")).action).toBe("allow");
    expect(free.evaluateSync(get("/bad")).action).toBe("allow");
  });

  test.each([
    ["its own member", [block("geo", { expression: BAD, mandatory: true })], {}],
    ["its ruleset's", [block("geo", { expression: BAD })], { mandatory: true }],
  ])("is so by %s", (_what, rules, members) => {
    const waf = wafOf([account(rules, members), zone(rule("undo", { action: "allow" }))]);
    expect(verdict(waf.evaluateSync(get("/bad")))).toBe("block by geo");
    expect(waf.evaluateSync(get("/bad")).by?.mandatory).toBe(true);
  });

  test("may be left out of a mandatory ruleset", () => {
    const rules = [block("loose", { expression: BAD, mandatory: false }), rule("kept")];
    const waf = wafOf([account(rules, { mandatory: true }), zone(rule("undo", { action: "allow" }))]);
    expect(matched(waf.evaluateSync(get("/bad")))).toEqual(["undo", "kept"]);
  });

  test("leaves the rules beside it to the zone", () => {
    const rules = [block("loose", { expression: BAD }), rule("kept", { mandatory: true })];
    for (const [, undo] of UNDOING.slice(0, 4)) {
      const decision = wafOf([account(rules), zone(undo)]).evaluateSync(get("/bad"));
      expect(decision.action).toBe("allow");
      expect(matched(decision)).toEqual(["undo", "kept"]);
    }
  });

  test("takes what it executes with it", () => {
    const run = rule("run", {
      action: "execute",
      mandatory: true,
      action_parameters: { id: "wirewall-core" },
    });
    for (const undo of [
      rule("undo", { action: "allow" }),
      skip({ ...ALL, rulesets: ["wirewall-core"] }),
      skip({ ...ALL, phases: [MANAGED] }),
      skip({ ...ALL, targets: [{ ruleset: "wirewall-core", field: "http.request.uri.args", key: "q" }] }),
    ]) {
      const waf = wafOf([account([run]), zone(undo)], { managed: managedRulesets });
      expect(waf.evaluateSync(get(XSS))).toMatchObject({
        action: "block",
        by: { mandatory: true, layer: "account" },
      });
      expect(waf.evaluateSync(get("/?q=fine")).action).toBe("allow");
    }
  });

  test("runs in every later phase, limits and responses included", () => {
    const limit = { ...LIMIT, requests_per_period: 1 };
    const waf = wafOf([
      ruleset("limits", [block("limit", { mandatory: true, ratelimit: limit })], {
        kind: "root",
        phase: LIMITS,
      }),
      ruleset("answers", [block("leak", { mandatory: true, expression: "http.response.code eq 500" })], {
        kind: "root",
        phase: "http_response_firewall_headers",
      }),
      zone(rule("undo", { action: "allow" })),
    ]);
    const ask = (status: number) =>
      waf.evaluateExchangeSync(get("/", { response: { status, headers: {} } } as never), { now: 0 });
    expect(verdict(ask(500).response!)).toBe("block by leak");
    expect(verdict(ask(200).request)).toBe("block by limit");
  });

  const post = (body: string) => ({
    url: "https://shop.example/",
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: new TextEncoder().encode(body),
  });
  const CONFIG = "http_config_settings";
  const limits = (parameters: Members) =>
    rule("hide", { action: "set_body_limits", action_parameters: parameters });

  test.each<Members>([
    { on_oversize: "pass", max_bytes: 1 },
    { on_oversize: "inspect", max_bytes: 1 },
    { max_bytes: 1 },
    { on_oversize: "block", max_bytes: 1 },
  ])("sees bodies of which a zone would show less: %j", (parameters) => {
    const geo = { expression: 'http.request.body.raw contains "bad"' };
    const of = (mandatory: boolean) =>
      wafOf([
        account([block("geo", { ...geo, mandatory })]),
        ruleset("early", [limits(parameters)], { phase: CONFIG }),
        zone(rule("undo", { action: "allow" })),
      ]);
    expect(of(true).evaluateSync(post("bad")).action).toBe("block");
    expect(of(false).evaluateSync(post("bad")).action).toBe("allow");
  });

  test("keeps limits on bodies", () => {
    const own = { ...limits({ max_bytes: 2, on_oversize: "block" }), ref: "own" };
    const of = (mandatory: boolean) =>
      wafOf([
        account([block("geo", { expression: 'http.request.body.raw contains "bad"' })]),
        ruleset("company", [{ ...own, mandatory }], { kind: "root", phase: CONFIG }),
        ruleset("early", [limits({ max_bytes: 2, on_oversize: "pass" })], { phase: CONFIG }),
      ]);
    expect(of(true).evaluateSync(post("bad")).action).toBe("block");
    expect(of(false).evaluateSync(post("bad")).action).toBe("allow");
  });

  test.each<[string, Members, string]>([
    ["label", { labels: ["bad"] }, 'any(wirewall.labels[*] eq "bad")'],
    ["set_variable", { name: "mark", value: "bad" }, 'wirewall.variables["mark"] eq "bad"'],
  ])("finds room for what its condition needs: %s", (action, parameters, expression) => {
    const others = Array.from({ length: 70 }, (_, at) => {
      const own = action === "label" ? { labels: [`l${at}`] } : { name: `v${at}`, value: "x" };
      return rule(`fill${at}`, { action, action_parameters: own });
    });
    const mark = rule("mark", { action, action_parameters: parameters });
    const rules = [mark, block("geo", { expression, mandatory: true })];
    const waf = wafOf([account(rules), ruleset("zone", others, { phase: CUSTOM })]);
    expect(verdict(waf.evaluateSync(get("/")))).toBe("block by geo");
  });

  test("keeps the variables that it sets", () => {
    const set = (value: string, mandatory = false) =>
      rule("mark", {
        action: "set_variable",
        action_parameters: { name: "mark", value },
        ...(mandatory ? { mandatory } : {}),
      });
    const of = (mandatory: boolean) =>
      wafOf([
        account([block("geo", { expression: 'wirewall.variables["mark"] eq "bad"', mandatory: true })]),
        ruleset("early", [set("bad", mandatory)], { kind: "root", phase: CUSTOM }),
        zone(set("fine")),
      ]);
    expect(of(true).evaluateSync(get("/")).action).toBe("block");
    expect(of(false).evaluateSync(get("/")).action).toBe("allow");
  });

  test.each(["continue", "log"])("runs though a zone's rule has used the budget up: on_budget %s", (word) => {
    const long = `/bad?q=${"a".repeat(2_000)}`;
    const geo = { expression: BAD, mandatory: true };
    const costly = rule("costly", { expression: 'http.request.uri.query contains "b"', on_budget: word });
    const of = (phase: string, onBudget?: "continue") =>
      wafOf([account([block("geo", geo)], { phase }), zone(costly)], {
        budget: 100,
        ...(onBudget && { onBudget }),
      });
    // The rule that ran the budget out, or the mandatory one before it.
    expect(verdict(of(MANAGED).evaluateSync(get(long)))).toBe("block by wirewall.budget");
    expect(of(MANAGED).evaluateSync(get(long)).budget).toEqual({ exhausted: true, verdict: "block" });
    // Nothing mandatory is left.
    expect(of("http_request_firewall_custom").evaluateSync(get(`/?q=${"a".repeat(2_000)}`)).budget).toEqual({
      exhausted: true,
      verdict: word,
    });
    // The operator says so for all rules.
    expect(of(MANAGED, "continue").evaluateSync(get(long)).budget?.verdict).toBe("continue");
  });

  test("keeps the scores that it adds to", () => {
    const score = (ref: string, increment: number, members: Members = {}) =>
      rule(ref, { action: "score", action_parameters: { name: "bad", increment }, ...members });
    const judge = block("geo", { expression: 'wirewall.scores["bad"] ge 10', mandatory: true });
    const of = (mandatory: boolean, zones: readonly number[], own: readonly Members[] = []) =>
      wafOf([
        account([score("up", 10, { mandatory }), ...own, judge]),
        ruleset("early", [score("down", zones[0] ?? 0)], { phase: CUSTOM }),
        ruleset("late", [score("more", zones[1] ?? 0)], { phase: MANAGED }),
      ]).evaluateSync(get("/"));
    expect(verdict(of(true, [-1_000]))).toBe("block by geo");
    expect(of(true, [-1_000]).matches[0]?.notes).toEqual([]);
    expect(of(false, [-1_000]).action).toBe("allow");
    expect(of(true, [5]).scores).toEqual({ bad: 15 });
    // The account's own are its business.
    expect(of(true, [], [score("off", -1)])).toMatchObject({ action: "allow", scores: { bad: 9 } });
    const lowered = of(true, [0, -5], [score("off", -1)]);
    expect(lowered).toMatchObject({ action: "allow", scores: { bad: 9 } });
    expect(lowered.matches.at(-1)?.notes).toEqual(["a mandatory rule has added to `bad`: it stays at 9"]);
  });

  test.each<[string, Members]>([
    ["allow", { rules: [rule("undo", { action: "allow" })] }],
    ["skip", { rules: [skip({ ...ALL, phase: "current" })] }],
    ["its own default", { rules: [block("other", { expression: BAD })], default_action: "allow" }],
  ])("is the default of its ruleset too, which no %s of a zone in its phase undoes", (_what, members) => {
    const of = (mandatory: boolean) =>
      wafOf([
        account([rule("open", { expression: BAD, action: "allow" })], { default_action: "block", mandatory }),
        ruleset("zone", [], { phase: MANAGED, ...members }),
      ]);
    expect(verdict(of(true).evaluateSync(get("/")))).toBe("block by default_action");
    expect(of(true).evaluateSync(get("/bad")).action).toBe("allow");
    expect(of(false).evaluateSync(get("/")).action).toBe("allow");
  });

  test("is the account's own to leave out", () => {
    const geo = block("geo", { expression: BAD, mandatory: true });
    for (const undo of [
      rule("undo", { action: "allow" }),
      skip({ phases: [MANAGED] }),
      skip({ rules: { account: ["geo"] } }),
    ]) {
      const own = ruleset("early", [undo], { kind: "root" });
      expect(wafOf([account([geo]), own]).evaluateSync(get("/bad")).action).toBe("allow");
    }
  });

  test("is only reported where the firewall observes", () => {
    const geo = block("geo", { expression: BAD, mandatory: true });
    const waf = wafOf([account([geo]), zone(rule("undo", { action: "allow" }))], { mode: "observe" });
    expect(waf.evaluateSync(get("/bad"))).toMatchObject({ action: "allow", wouldHave: "block" });
  });

  test.each(UNDOING.slice(0, 6))(
    "says in event and explanation that it was not reached: %s",
    (_what, undo) => {
      const waf = wafOf([account([block("geo", { expression: BAD, mandatory: true })]), zone(undo)]);
      const decision = waf.evaluateSync(get("/bad"), { trace: true });
      const told = decision.matches.map(({ notes }) => notes.join("; "));
      expect(told[0]).toMatch(/^mandatory rules (still evaluate the request|are not skipped)$/);
      expect(told[1]).toMatch(
        /^mandatory: (`(allow|skip)` of zone\/undo|an exception of a lower layer) does not apply to it$/,
      );
      expect(explain(decision, "geo")[0]?.rule.notes).toEqual([told[1]]);
      // The rule that does not match says it in the explanation.
      const fine = waf.evaluateSync(get("/fine"), { trace: true });
      expect(explain(fine, "geo")[0]?.rule.notes).toEqual([told[1]]);
    },
  );
});

test.each([
  [skip({ rules: { account: ["geo"] } }), "/rulesets/1/rules/0/action_parameters/rules/account/0"],
  [skip({ ...ALL, rulesets: ["account"] }), "/rulesets/1/rules/0/action_parameters/rulesets/0"],
  [skip({ ...ALL, phases: ["managed"] }), "/rulesets/1/rules/0/action_parameters/phases/0"],
  [
    skip({ ...ALL, targets: [{ ruleset: "account", field: "http.host" }] }),
    "/rulesets/1/rules/0/action_parameters/targets/0/ruleset",
  ],
])("a zone's skip that names it is warned about: %j", (undo, pointer) => {
  const made = tryCreateWaf({
    rulesets: [account([block("geo", { mandatory: true })]), zone(undo)] as never,
  });
  expect(made.ok).toBe(true);
  expect(made.warnings.map(({ code, pointer }) => [code, pointer])).toEqual([["W_SKIP_MANDATORY", pointer]]);
});

test.each(["zone", "custom"])(
  "a ruleset of kind %s cannot be mandatory, and neither can its rules",
  (kind) => {
    for (const [members, of] of [
      [{}, { mandatory: true }],
      [{ mandatory: true }, {}],
    ]) {
      const made = tryCreateWaf({ rulesets: [ruleset("a", [rule("r", of)], { kind, ...members })] as never });
      expect(made.ok ? [] : made.errors.map(({ code }) => code)).toEqual(["E_DOC_VALUE"]);
    }
  },
);
