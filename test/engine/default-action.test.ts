import { describe, expect, test } from "vitest";
import { explain } from "../support/source/engine/decision.ts";
import { memorySink, tryCreateWaf, uncheckedRuleset } from "../support/source/index.ts";
import { block, GET, get, MANAGED, type Members, rule, ruleset, verdict, wafOf } from "./waf-support.ts";

// What a phase says of requests that none of its rules decides.

const allow = (ref: string, members: Members = {}) => rule(ref, { action: "allow", ...members });
const skip = (ref: string, parameters: Members, members: Members = {}) =>
  rule(ref, { action: "skip", action_parameters: parameters, ...members });
const at = (path: string): Members => ({ expression: `http.request.uri.path eq "${path}"` });
const CLOSED: Members = { default_action: "block" };
const teapot: Members = {
  default_action: "block",
  default_action_parameters: { response: { status_code: 418 } },
};

const rows: readonly (readonly [
  what: string,
  rulesets: readonly Members[],
  path: string,
  verdict: string,
])[] = [
  ["no rule at all", [ruleset("z", [], CLOSED)], "/", "block by default_action"],
  [
    "a rule that matches not",
    [ruleset("z", [allow("a", at("/a"))], CLOSED)],
    "/b",
    "block by default_action",
  ],
  ["a rule that allows", [ruleset("z", [allow("a", at("/a"))], CLOSED)], "/a", "allow by a"],
  ["a rule that blocks", [ruleset("z", [block("b")], CLOSED)], "/", "block by b"],
  ["a rule that only logs", [ruleset("z", [rule("l")], CLOSED)], "/", "block by default_action"],
  [
    "a rule in shadow mode",
    [ruleset("z", [block("b", { mode: "shadow" })], CLOSED)],
    "/",
    "block by default_action",
  ],
  ["a skip of the rest", [ruleset("z", [skip("s", { ruleset: "current" })], CLOSED)], "/", "allow"],
  ["a skip of the phase", [ruleset("z", [skip("s", { phase: "current" })], CLOSED)], "/", "allow"],
  ["a skip of the ruleset by id", [ruleset("z", [skip("s", { rulesets: ["z"] })], CLOSED)], "/", "allow"],
  [
    "a skip of another rule",
    [ruleset("z", [skip("s", { rules: { z: ["b"] } }), block("b")], CLOSED)],
    "/",
    "block by default_action",
  ],
  [
    "a skip inside an executed ruleset",
    [
      ruleset("z", [rule("x", { action: "execute", action_parameters: { id: "c" } })], CLOSED),
      ruleset("c", [skip("s", { ruleset: "current" })], { kind: "custom" }),
    ],
    "/",
    "block by default_action",
  ],
  [
    "a request that an earlier phase allows",
    [ruleset("z", [allow("a")]), ruleset("m", [], { phase: MANAGED, ...CLOSED })],
    "/",
    "allow by a",
  ],
  [
    "the account's default, when the zone has none",
    [ruleset("r", [], { kind: "root", ...CLOSED }), ruleset("z", [rule("l")])],
    "/",
    "block by default_action",
  ],
  [
    "a zone's rule before the account's default",
    [ruleset("r", [], { kind: "root", ...CLOSED }), ruleset("z", [allow("a")])],
    "/",
    "allow by a",
  ],
  [
    "the zone's default before the account's",
    [ruleset("r", [], { kind: "root", ...CLOSED }), ruleset("z", [], { default_action: "log" })],
    "/",
    "allow",
  ],
  [
    "each phase for itself",
    [ruleset("z", [], { default_action: "log" }), ruleset("m", [block("b")], { phase: MANAGED })],
    "/",
    "block by b",
  ],
];

test.each(rows)("%s", (_, rulesets, path, expected) => {
  const waf = wafOf(rulesets);
  expect(verdict(waf.evaluateSync(get(path)))).toBe(expected);
  expect(verdict(waf.evaluateSync(get(path), { trace: true }))).toBe(expected);
});

test("it says of which ruleset it is, in decision, event and explanation", () => {
  const sink = memorySink();
  const waf = wafOf([ruleset("z", [allow("a", at("/a"))], teapot)], { events: [sink] });
  const decision = waf.evaluateSync(GET, { trace: true });
  const facts = {
    ref: "default_action",
    ruleset: "z",
    action: "block",
    isDefault: true,
    message: "no rule of http_request_firewall_custom decided: the default of z",
  };
  expect(decision).toMatchObject({
    action: "block",
    status: 418,
    by: facts,
    matches: [{ rule: facts, decisive: true }],
  });
  expect(sink.events).toMatchObject([{ action: "block", status: 418, matches: [{ rule: facts }] }]);
  expect(explain(decision, "default_action")).toMatchObject([{ ruleset: "z", rule: { outcome: "matched" } }]);
});

test("it only counts what would have been done in observe mode, and later phases are left out", () => {
  const waf = wafOf([ruleset("z", [], CLOSED), ruleset("m", [block("b")], { phase: MANAGED })], {
    mode: "observe",
  });
  const decision = waf.evaluateSync(GET);
  expect([decision.action, decision.wouldHave, decision.matches.map(({ rule: { ref } }) => ref)]).toEqual([
    "allow",
    "block",
    ["default_action"],
  ]);
});

test("it waits for rules that read the body", () => {
  const reads = allow("a", { expression: 'http.request.body.raw contains "yes"' });
  const waf = wafOf([ruleset("z", [reads], CLOSED)]);
  const post = (body: string) => get("/", { method: "POST", body });
  expect(verdict(waf.evaluateSync(post("yes")))).toBe("allow by a");
  expect(verdict(waf.evaluateSync(post("no")))).toBe("block by default_action");
});

test("responses have defaults too", async () => {
  const phase = "http_response_firewall_headers";
  const waf = wafOf([
    ruleset("z", [allow("a", { expression: "http.response.code eq 200" })], { phase, ...CLOSED }),
  ]);
  const of = async (status: number) =>
    (await waf.evaluateExchange(get("/", { response: { status } }))).response?.action;
  expect([await of(200), await of(500)]).toEqual(["allow", "block"]);
});

describe("what is no default", () => {
  const faults: readonly (readonly [what: string, members: Members, code: string, pointer: string])[] = [
    [
      "an action that there is not",
      { default_action: "blok" },
      "E_ACTION_UNKNOWN",
      "/rulesets/0/default_action",
    ],
    [
      "an action that decides nothing",
      { default_action: "skip" },
      "E_DOC_VALUE",
      "/rulesets/0/default_action",
    ],
    ["an action that labels", { default_action: "label" }, "E_DOC_VALUE", "/rulesets/0/default_action"],
    ["an action that executes", { default_action: "execute" }, "E_DOC_VALUE", "/rulesets/0/default_action"],
    [
      "one that the phase does not have",
      {
        default_action: "redirect",
        default_action_parameters: { from_list: { name: "l", key: "http.host" } },
      },
      "E_ACTION_PHASE",
      "/rulesets/0/default_action",
    ],
    [
      "that of an executed ruleset",
      { kind: "custom", ...CLOSED },
      "E_DOC_VALUE",
      "/rulesets/0/default_action",
    ],
    [
      "that of rate limits",
      { phase: "http_ratelimit", ...CLOSED },
      "E_DOC_VALUE",
      "/rulesets/0/default_action",
    ],
    [
      "that of rewrites",
      { phase: "http_request_transform", ...CLOSED },
      "E_DOC_VALUE",
      "/rulesets/0/default_action",
    ],
    [
      "parameters that the action does not take",
      { default_action: "block", default_action_parameters: { response: { status_code: 200 } } },
      "E_DOC_RANGE",
      "/rulesets/0/default_action_parameters/response/status_code",
    ],
    [
      "parameters alone",
      { default_action_parameters: {} },
      "E_DOC_MISSING",
      "/rulesets/0/default_action_parameters",
    ],
  ];

  test.each(faults)("%s", (_, members, code, pointer) => {
    const made = tryCreateWaf({
      rulesets: [uncheckedRuleset({ id: "z", name: "z", rules: [], ...members })],
      lists: [{ name: "l", kind: "redirect", items: [] }],
    });
    const errors = made.ok ? [] : made.errors.map((error) => [error.code, error.pointer ?? ""]);
    expect(errors).toEqual([[code, pointer]]);
  });
});
