import { describe, expect, test } from "vitest";
import { renderDecision } from "../support/source/engine/respond.ts";
import { memorySink, tryCreateWaf, uncheckedRuleset } from "../support/source/index.ts";
import { block, GET, LIMITS, type Members, rule, ruleset, wafOf } from "./waf-support.ts";

// Rules that close the connection, or let the client wait.

const ASKED = { method: "GET", accept: "text/html", contentType: "" };
const teapot = { response: { status_code: 418, content_type: "text/plain", content: "no" } };
const drop = (parameters?: Members) =>
  rule("d", { action: "drop", ...(parameters && { action_parameters: parameters }) });
const tarpit = (parameters?: Members) =>
  rule("t", { action: "tarpit", ...(parameters && { action_parameters: parameters }) });
const plain = { status: 403, response: { body: undefined, grpcStatus: 7 } };

test.each<[what: string, rule: Members, decision: Members]>([
  ["drop", drop(), { action: "drop", by: { ref: "d", action: "drop" }, fallback: plain }],
  ["drop with an answer for hosts that need one", drop(teapot), { fallback: { status: 418 } }],
  ["tarpit", tarpit(), { action: "tarpit", seconds: 10, end: "drop", by: { ref: "t" }, fallback: plain }],
  [
    "tarpit as told",
    tarpit({ seconds: 3, end: "block", ...teapot }),
    { seconds: 3, end: "block", fallback: { status: 418 } },
  ],
])("%s", (_, one, expected) => {
  const sink = memorySink();
  const waf = wafOf([ruleset("z", [one, block("later")])], { events: [sink] });
  const decision = waf.evaluateSync(GET);
  expect(decision).toMatchObject(expected);
  expect(JSON.parse(JSON.stringify(decision))).toMatchObject(JSON.parse(JSON.stringify(expected)));
  expect(sink.events).toMatchObject([
    { action: decision.action, matches: [{ rule: { action: decision.action }, decisive: true }] },
  ]);
  // Nothing was sent.
  expect(sink.events[0]).not.toHaveProperty("status");
});

test("a rate limit drops, with 429 for hosts that need an answer", () => {
  const ratelimit = { characteristics: ["ip.src"], period: 60, requests_per_period: 1 };
  const waf = wafOf([ruleset("z", [rule("d", { action: "drop", ratelimit })], { phase: LIMITS })]);
  expect([waf.evaluateSync(GET), waf.evaluateSync(GET)]).toMatchObject([
    { action: "allow" },
    { action: "drop", fallback: { status: 429 } },
  ]);
});

test("an override gives it, observe mode and shadow mode do nothing", () => {
  const execute = rule("x", {
    action: "execute",
    action_parameters: { id: "c", overrides: { action: "drop" } },
  });
  const custom = ruleset("c", [block("b")], { kind: "custom" });
  expect(wafOf([ruleset("z", [execute]), custom]).evaluateSync(GET).action).toBe("drop");
  const observed = wafOf([ruleset("z", [drop()])], { mode: "observe" }).evaluateSync(GET);
  expect([observed.action, observed.wouldHave]).toEqual(["allow", "drop"]);
  const shadow = wafOf([ruleset("z", [{ ...tarpit(), mode: "shadow" }])]);
  expect(shadow.evaluateSync(GET)).toMatchObject({ action: "allow", matches: [{ mode: "shadow" }] });
  expect(shadow.hostNeeds).toEqual([]);
});

test("a host that cannot do it blocks, and the match says so", () => {
  const waf = wafOf([ruleset("z", [drop(teapot)])]);
  const transaction = waf.begin({ ...viewOf() }, { closesConnections: false });
  const decision = transaction.request();
  transaction.end();
  expect(decision).toMatchObject({
    action: "block",
    status: 418,
    matches: [
      { decisive: true, notes: ["this host cannot close connections: the request is blocked instead"] },
    ],
  });
  expect(waf.hostNeeds).toMatchObject([{ part: "connection", rule: { ref: "d" } }]);
});

test("what is rendered of it is the answer in its place", () => {
  const decision = wafOf([ruleset("z", [drop(teapot)])]).evaluateSync(GET);
  expect(renderDecision(decision, ASKED)).toMatchObject({ status: 418, body: "no" });
});

test("responses are dropped too", async () => {
  const phase = "http_response_firewall_headers";
  const waf = wafOf([ruleset("z", [drop()], { phase })]);
  const { response } = await waf.evaluateExchange({ ...GET, response: { status: 200 } });
  expect(response?.action).toBe("drop");
});

describe("parameters", () => {
  test.each<[parameters: Members, code: string]>([
    [{ seconds: 11 }, "E_DOC_RANGE"],
    [{ seconds: 0 }, "E_DOC_RANGE"],
    [{ end: "allow" }, "E_DOC_VALUE"],
    [{ delay: 5 }, "E_ACTION_PARAMETER"],
  ])("%j", (parameters, code) => {
    const made = tryCreateWaf({ rulesets: [uncheckedRuleset(ruleset("z", [tarpit(parameters)]))] });
    expect(made.ok ? [] : made.errors.map((fault) => fault.code)).toEqual([code]);
  });
});

function viewOf() {
  return {
    method: "GET",
    target: "/",
    version: "HTTP/1.1",
    secure: false,
    rawHeaders: ["host", "a.example"],
    remoteAddress: "192.0.2.7",
    receivedAt: 0,
  };
}
