// One time for all that asks for it during an evaluation.
import { describe, expect, test } from "vitest";
import { memorySink, type WafChange } from "../support/source/engine/events.ts";
import { createWaf } from "../support/source/engine/firewall.ts";
import { block, CUSTOM, LIMITS, type Members, rule, ruleset } from "./waf-support.ts";

const START = Date.parse("2026-03-01T10:00:00.250Z");
const DATA = { url: "https://shop.example/", remoteAddress: "192.0.2.7" };
const LISTS = {
  bad: { kind: "ip" as const, items: [{ ip: "192.0.2.7", expires_at: "2026-03-01T10:00:10Z" }] },
};

const limit = { characteristics: ["ip.src"], period: 10, requests_per_period: 1, mitigation_timeout: 10 };

type Step = readonly [after: number, action: string];

/** What a rule does at times after {@link START}. */
const ROWS: readonly (readonly [what: string, phase: string, rule: Members, steps: readonly Step[]])[] = [
  [
    "a list item",
    CUSTOM,
    block("r", { expression: "ip.src in $bad" }),
    [
      [0, "block"],
      [9_749, "block"],
      [9_750, "allow"],
    ],
  ],
  [
    "a list item that expired before",
    CUSTOM,
    block("r", { expression: "not ip.src in $bad" }),
    [
      [0, "allow"],
      [60_000, "block"],
      [0, "allow"],
    ],
  ],
  [
    "a rule",
    CUSTOM,
    block("r", { expires_at: "2026-03-01T10:00:10Z" }),
    [
      [0, "block"],
      [9_750, "allow"],
    ],
  ],
  [
    "a timestamp in seconds",
    CUSTOM,
    block("r", { expression: `http.request.timestamp.sec eq ${Math.floor(START / 1000)}` }),
    [
      [0, "block"],
      [749, "block"],
      [750, "allow"],
    ],
  ],
  [
    "a timestamp's milliseconds",
    CUSTOM,
    block("r", { expression: "http.request.timestamp.msec eq 250" }),
    [
      [0, "block"],
      [1, "allow"],
      [1_000, "block"],
    ],
  ],
  [
    "a rate limit",
    LIMITS,
    block("r", { ratelimit: limit }),
    [
      [0, "allow"],
      [1, "block"],
      [30_000, "allow"],
    ],
  ],
];

const wafFor = (phase: string, one: Members, options = {}) =>
  createWaf({ rulesets: [ruleset("c", [one], { phase })], lists: LISTS } as never, options);

describe.each(ROWS)("%s", (_what, phase, one, steps) => {
  const expected = steps.map(([, action]) => action);

  test("goes by `now` of the evaluation, whenever the request arrived", () => {
    const waf = wafFor(phase, one, { now: () => 5 });
    const actions = steps.map(
      ([after]) => waf.evaluateSync({ ...DATA, receivedAt: 77 }, { now: START + after }).action,
    );
    expect(actions).toEqual(expected);
  });

  test("goes by the time of arrival", () => {
    const waf = wafFor(phase, one, { now: () => 5 });
    const actions = steps.map(([after]) => waf.evaluateSync({ ...DATA, receivedAt: START + after }).action);
    expect(actions).toEqual(expected);
  });

  test("goes by the firewall's clock for requests that do not say when they arrived", () => {
    let now = 0;
    const waf = wafFor(phase, one, { now: () => now });
    const actions = steps.map(([after]) => {
      now = START + after;
      return waf.evaluateSync(DATA).action;
    });
    expect(actions).toEqual(expected);
  });
});

test.each([
  [0, "1970-01-01T00:00:00.000Z"],
  [START, "2026-03-01T10:00:00.250Z"],
  [253_402_300_799_999, "9999-12-31T23:59:59.999Z"],
])("the event of an evaluation at %d says so", (now, time) => {
  const sink = memorySink();
  const waf = createWaf({ rulesets: [ruleset("c", [rule("r")])] } as never, { events: [sink] });
  waf.evaluateSync(DATA, { now });
  expect(sink.events.map((event) => [event.time, event.timeMs])).toEqual([[time, now]]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 8.64e15, "1000", null, new Date(0)])(
  "%o is no time",
  async (now) => {
    const waf = createWaf({});
    await expect(waf.evaluate(DATA, { now: now as never })).rejects.toMatchObject({ code: "E_OPTION" });
    expect(() => waf.evaluateSync(DATA, { now: now as never })).toThrow(/milliseconds since 1970/);
  },
);

describe.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 8.64e15])(
  "a request that arrived at %d",
  (receivedAt) => {
    test("has an event at the firewall's time", () => {
      const sink = memorySink();
      const options = { events: [sink], now: () => START };
      const waf = createWaf({ rulesets: [ruleset("c", [rule("r")])] } as never, options);
      waf.evaluateSync({ ...DATA, receivedAt });
      expect(sink.events[0]?.timeMs).toBe(START);
    });

    test("is limited", () => {
      const ratelimit = { characteristics: ["ip.src"], period: 10, requests_per_period: 1 };
      const limit = { ...rule("l"), action: "block", ratelimit };
      const waf = createWaf({ rulesets: [{ ...ruleset("l", [limit]), phase: "http_ratelimit" }] } as never);
      const actions = [1, 2].map(() => waf.evaluateSync({ ...DATA, receivedAt }).action);
      expect(actions).toEqual(["allow", "block"]);
    });
  },
);

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 8.64e15, "1" as never])(
  "a clock of %j is told",
  async (now) => {
    const rules = [block("limit", { ratelimit: limit })];
    const waf = createWaf(
      { rulesets: [ruleset("l", rules, { phase: LIMITS })] as never },
      { now: () => now },
    );
    const told = expect.objectContaining({ code: "E_OPTION", message: expect.stringContaining("`now`") });
    expect(() => waf.evaluateSync(DATA)).toThrow(told);
    await expect(waf.evaluate(DATA)).rejects.toEqual(told);
  },
);

test("modes change, and are told, though the clock fails", () => {
  const changes: WafChange[] = [];
  let isBroken = false;
  const now = (): number => {
    if (isBroken) throw new Error("no clock");
    return START;
  };
  const waf = createWaf({}, { now, onChange: (change) => changes.push(change) });
  isBroken = true;
  waf.setMode("off");
  expect(waf.mode).toBe("off");
  expect(changes).toMatchObject([{ change: "mode", time: expect.any(Number) }]);
});
