import { expect, test } from "vitest";
import type { AnyDecision, Failure, Match, RuleFacts } from "../../support/source/engine/decision.ts";
import { buildEvent, createRedactor, EVENT_LIMITS } from "../../support/source/engine/events.ts";
import { PhaseCatalogue } from "../../support/source/rules/ruleset.ts";
import { blocked, facts, match, passed, rule } from "../decisions.ts";

const redact = createRedactor();
const phases = new PhaseCatalogue();

function eventOf(decision: AnyDecision, extra: Partial<Parameters<typeof buildEvent>[0]> = {}) {
  return buildEvent({ decision, request: facts, phases, time: 5, ...extra }, redact);
}

const matchOf = (ref: string, over: Partial<Match> = {}, ofRule: Partial<RuleFacts> = {}): Match =>
  match(rule(ref, ofRule), over);

test("nothing that is logged: no event", () => {
  expect(eventOf(passed([]))).toBeUndefined();
  expect(eventOf(passed([matchOf("a", { logged: false })]))).toBeUndefined();
  expect(eventOf(blocked(rule("a"), [matchOf("a", { logged: false, decisive: true })]))).toBeUndefined();
});

test("a budget that ran out makes an event by itself", () => {
  const event = eventOf({ ...passed([]), budget: { exhausted: true, verdict: "continue" } });
  expect(event).toMatchObject({ budgetExhausted: true, service: "engine", matches: [] });
});

test("a refusal of the host's own makes an event by itself", () => {
  const refusal = { status: 413, reason: "too long" };
  expect(eventOf(passed(), { refusal })).toMatchObject({
    action: "block",
    service: "host",
    status: 413,
    reason: "too long",
    matches: [],
  });
});

test("a blocked request", () => {
  const by = rule("sqli", { phase: "http_request_firewall_managed" });
  const event = eventOf(blocked(by, [matchOf("seen"), match(by, { decisive: true })]), {
    response: { status: 200 },
    fields: [
      { source: "request", name: "x-trace", values: ["1", "2\n"] },
      { source: "request", name: "authorization", values: ["Bearer abc"] },
      { source: "cookie", name: "theme", values: ["dark"] },
      { source: "cookie", name: "session", values: ["xyz"] },
      { source: "response", name: "__proto__", values: ["p"] },
    ],
  });
  expect(event).toEqual({
    schemaVersion: "1.1",
    time: "1970-01-01T00:00:00.005Z",
    timeMs: 5,
    id: "ref-1",
    snapshot: "hash",
    action: "block",
    service: "managed",
    status: 403,
    request: { ...facts, query: "q=1&token=[redacted]" },
    response: { status: 200 },
    matches: [
      { rule: rule("seen"), mode: "enforce", decisive: false, notes: [], count: 1 },
      { rule: by, mode: "enforce", decisive: true, notes: [], count: 1 },
    ],
    score: 0,
    scores: {},
    fields: {
      "request.x-trace": ["1", "2\\n"],
      "request.authorization": ["Bearer [redacted]"],
      "cookie.theme": ["dark"],
      "cookie.session": ["[redacted]"],
      "response.__proto__": ["p"],
    },
  });
  expect(JSON.parse(JSON.stringify(event))).toEqual(event);
});

test("a rule that matched several times is one match with a count", () => {
  const event = eventOf(
    passed([
      matchOf("a", { notes: ["x"], scored: { sqli: 2 } }),
      matchOf("b"),
      matchOf("a", { notes: ["x", "y"], scored: { sqli: 3, xss: 1 }, decisive: true }),
      matchOf("a", { mode: "shadow" }),
    ]),
  );
  expect(event?.matches).toEqual([
    {
      rule: rule("a"),
      mode: "enforce",
      decisive: true,
      notes: ["x", "y"],
      scored: { sqli: 5, xss: 1 },
      count: 2,
    },
    { rule: rule("b"), mode: "enforce", decisive: false, notes: [], count: 1 },
    { rule: rule("a"), mode: "shadow", decisive: false, notes: [], count: 1 },
  ]);
});

test("the part of the firewall that is named is the decisive rule's, else the first logged one's", () => {
  const managed = matchOf("m", {}, { phase: "http_request_firewall_managed" });
  const limit = matchOf("l", {}, { phase: "http_ratelimit" });
  const silent = { ...managed, logged: false };
  const serviceOf = (...matches: Match[]) => eventOf(passed(matches))?.service;
  expect(serviceOf(managed, limit)).toBe("managed");
  expect(serviceOf(silent, limit)).toBe("ratelimit");
  expect(serviceOf(managed, { ...limit, decisive: true })).toBe("ratelimit");
  expect(serviceOf({ ...silent, decisive: true }, limit)).toBe("managed");
});

test("remarks are bounded, of one match and of several together", () => {
  const notes = (from: number) => Array.from({ length: 6 }, (_, at) => `note ${from + at}`);
  const noted = (...matches: Match[]) => eventOf(passed(matches))?.matches[0]?.notes;
  const first = Array.from({ length: EVENT_LIMITS.notes }, (_, at) => `note ${at}`);
  expect(noted(matchOf("a", { notes: [...notes(0), ...notes(6)] }))).toEqual(first);
  expect(noted(matchOf("a", { notes: notes(0) }), matchOf("a", { notes: notes(4) }))).toEqual(first);
});

test("of several rate limits the last one counts, of several scores the sum", () => {
  const limit = (count: number) => ({ count, limit: 5, period: 60, resetsAt: 0, retryAfter: 1 });
  const merged = (...parts: Partial<Match>[]) =>
    eventOf(passed(parts.map((part) => matchOf("a", part))))?.matches[0];
  expect(merged({ rateLimit: limit(1) }, { rateLimit: limit(2) })?.rateLimit?.count).toBe(2);
  expect(merged({ rateLimit: limit(1) }, {})?.rateLimit?.count).toBe(1);
  expect(merged({}, { scored: { a: 1 } })?.scored).toEqual({ a: 1 });
  expect(merged({ scored: { a: 1 } }, {})?.scored).toEqual({ a: 1 });
});

test("what is known of the client's place, and what went wrong, is in the event", () => {
  const failure: Failure = { source: "engine", message: "broken\n", verdict: "open" };
  const event = eventOf(
    { ...passed(), failures: [failure] },
    { request: { ...facts, country: "AT", asn: 64500 } },
  );
  expect(event?.request).toMatchObject({ country: "AT", asn: 64500 });
  expect(event?.failures).toEqual([{ ...failure, message: "broken\\n" }]);
  expect(event?.service).toBe("engine");
});

test("matches are bounded; the decisive one is always there", () => {
  const many = Array.from({ length: EVENT_LIMITS.matches + 6 }, (_, at) => matchOf(`r${at}`));
  const event = eventOf(passed([...many, matchOf("last", { decisive: true })]));
  expect(event?.matches).toHaveLength(EVENT_LIMITS.matches + 1);
  expect(event?.matches.at(-1)?.rule.ref).toBe("last");
  expect(event?.matchesLeftOut).toBe(6);
});

test("logged fields are bounded", () => {
  const fields = Array.from({ length: 100 }, (_, at) => ({
    source: "request" as const,
    name: `h${at}`,
    values: Array(40).fill("v"),
  }));
  const event = eventOf(passed([matchOf("a")]), { fields });
  expect(Object.keys(event?.fields ?? {})).toHaveLength(EVENT_LIMITS.fields);
  expect(event?.fields?.["request.h0"]).toHaveLength(EVENT_LIMITS.fieldValues);
});

test.each<[phase: string, service: string]>([
  ["http_request_firewall_custom", "custom"],
  ["http_ratelimit", "ratelimit"],
  ["http_request_firewall_managed", "managed"],
  ["http_request_sbfm", "bot"],
  ["http_request_dynamic_redirect", "dynamic_redirect"],
  ["http_response_firewall_managed", "response_firewall_managed"],
  ["my_phase", "my_phase"],
])("service of %s", (phase, service) => {
  expect(phases.serviceOf(phase)).toBe(service);
});
