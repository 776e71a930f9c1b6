import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Failure } from "../../support/source/engine/decision.ts";
import {
  callbackSink,
  createDeduplicator,
  createMetrics,
  EventEmitter,
  jsonLinesSink,
  type MeterLike,
  memorySink,
  type SinkFailure,
  type WafEvent,
} from "../../support/source/engine/events.ts";
import { MisuseError } from "../../support/source/language/diagnostics.ts";
import { blocked, facts, match, passed, rule } from "../decisions.ts";

function event(over: Partial<WafEvent> = {}, ref = "a"): WafEvent {
  const { logged: _, rateLimit: __, ...rest } = match(rule(ref));
  return {
    schemaVersion: "1.0",
    time: "1970-01-01T00:00:00.000Z",
    timeMs: 0,
    id: "1",
    snapshot: "h",
    action: "block",
    service: "custom",
    request: facts,
    matches: [{ ...rest, count: 1 }],
    score: 0,
    scores: {},
    ...over,
  };
}

describe("emitter", () => {
  test("a sink that fails harms no other, and is reported", async () => {
    const failures: SinkFailure[] = [];
    const memory = memorySink();
    const emitter = new EventEmitter({
      sinks: [
        callbackSink(() => {
          throw new Error("thrown");
        }, "throws"),
        { name: "rejects", write: () => Promise.reject(new Error("rejected")) as unknown as undefined },
        { name: "flushes badly", write: () => undefined, flush: () => Promise.reject(new Error("flush")) },
        memory,
      ],
      onError(failure) {
        failures.push(failure);
        throw new Error("the reporter fails too");
      },
    });
    emitter.emit(event());
    emitter.emit(event());
    await emitter.flush();
    expect(memory.events).toHaveLength(2);
    expect(emitter.stats()).toEqual({
      events: 2,
      written: 2,
      leftOut: { filter: 0, sample: 0 },
      waiting: 0,
      dropped: { throws: 0, rejects: 0, "flushes badly": 0, memory: 0 },
      failures: { throws: 2, rejects: 2, "flushes badly": 1, memory: 0 },
    });
    expect(failures.map(({ sink, failures }) => `${sink} ${failures}`).sort()).toEqual([
      "flushes badly 1",
      "rejects 1",
      "rejects 2",
      "throws 1",
      "throws 2",
    ]);
  });

  test("two sinks of one name are refused", () => {
    expect(() => new EventEmitter({ sinks: [memorySink(), memorySink()] })).toThrow(MisuseError);
  });

  test("equal events are summed up, and flushing tells the rest", async () => {
    const memory = memorySink();
    const emitter = new EventEmitter({ sinks: [memory], deduplicate: { windowMs: 1000 } });
    for (const time of [0, 10, 20, 999]) emitter.emit(event({ timeMs: time, id: String(time) }));
    expect(memory.events.map(({ id }) => id)).toEqual(["0"]);
    await emitter.flush();
    expect(memory.events.map(({ id, repeats }) => [id, repeats])).toEqual([
      ["0", undefined],
      ["999", { count: 2, since: "1970-01-01T00:00:00.000Z" }],
    ]);
    expect(emitter.stats()).toMatchObject({ events: 4, written: 2 });
  });
});

describe("deduplication", () => {
  test.each<[what: string, other: WafEvent]>([
    ["action", event({ action: "challenge" })],
    ["what would have been done", event({ wouldHave: "block" })],
    ["rule", event({}, "b")],
    ["client", event({ request: { ...facts, client: "192.0.2.8" } })],
    ["host", event({ request: { ...facts, host: "b.example" } })],
    ["path", event({ request: { ...facts, path: "/b" } })],
  ])("events of another %s are others", (_what, other) => {
    const deduplicator = createDeduplicator();
    expect(deduplicator.take(event())).toHaveLength(1);
    expect(deduplicator.take(other)).toHaveLength(1);
    expect(deduplicator.take(event({ request: { ...facts, query: "z" } }))).toHaveLength(0);
  });

  test("lasts a minute and remembers 10,000 unless told otherwise", () => {
    const deduplicator = createDeduplicator();
    expect(deduplicator.take(event({ timeMs: 0 }))).toHaveLength(1);
    expect(deduplicator.take(event({ timeMs: 59_999 }))).toHaveLength(0);
    expect(deduplicator.take(event({ timeMs: 60_000 }))).toHaveLength(2);
    for (let at = 0; at < 10_001; at++)
      deduplicator.take(event({ timeMs: 60_000, request: { ...facts, path: `/${at}` } }));
    expect(deduplicator.size).toBe(10_000);
  });

  test("a window that is over tells its count when the next event of any kind comes", () => {
    const deduplicator = createDeduplicator({ windowMs: 100 });
    deduplicator.take(event({ timeMs: 0 }));
    deduplicator.take(event({ timeMs: 50, id: "only" }));
    const later = deduplicator.take(event({ timeMs: 100, id: "x" }, "b"));
    expect(later.map(({ id, repeats }) => [id, repeats])).toEqual([
      ["only", undefined],
      ["x", undefined],
    ]);
    expect(deduplicator.take(event({ timeMs: 101 }))).toHaveLength(1);
  });

  test("memory is bounded, and no event is lost from the counts", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ path: fc.integer({ min: 0, max: 12 }), step: fc.integer({ min: -5, max: 40 }) }),
          { maxLength: 200 },
        ),
        (steps) => {
          const deduplicator = createDeduplicator({ windowMs: 100, maxEntries: 4 });
          let time = 0;
          const out: WafEvent[] = [];
          for (const { path, step } of steps) {
            time += step;
            out.push(...deduplicator.take(event({ timeMs: time, request: { ...facts, path: `/${path}` } })));
            expect(deduplicator.size).toBeLessThanOrEqual(4);
          }
          out.push(...deduplicator.drain());
          expect(out.reduce((sum, { repeats }) => sum + 1 + (repeats?.count ?? 0), 0)).toBe(steps.length);
          expect(deduplicator.size).toBe(0);
        },
      ),
    );
  });
});

describe("JSON Lines", () => {
  test("an event is one line, whatever its texts hold", () => {
    const hostile = 'a\r\n\u2028\u2029\u0085\u009b31m\u202e\ufeff\0\ud800{"x":1}';
    const lines: string[] = [];
    const sink = jsonLinesSink((line) => lines.push(line));
    const given = event({ request: { ...facts, path: hostile }, matches: [] });
    sink.write(given);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*\n$/u);
    expect(JSON.parse(lines[0]!)).toEqual(given);
  });

  test("has a name of its own, and no flush unless the host gives one", () => {
    const { name, flush } = jsonLinesSink(() => undefined);
    expect([name, flush]).toEqual(["json-lines", undefined]);
  });

  test("flush is the host's", async () => {
    let flushed = false;
    const sink = jsonLinesSink(() => undefined, {
      name: "file",
      flush: async () => {
        flushed = true;
      },
    });
    await sink.flush?.();
    expect([sink.name, flushed]).toEqual(["file", true]);
  });
});

test.each<[limit: number, kept: string[], dropped: number]>([
  [0, [], 5],
  [1, ["4"], 4],
  [3, ["2", "3", "4"], 2],
  [9, ["0", "1", "2", "3", "4"], 0],
])("a memory sink of %j keeps the latest", (limit, kept, dropped) => {
  const sink = memorySink({ limit });
  for (let at = 0; at < 5; at++) sink.write(event({ id: String(at) }));
  expect(sink.events.map(({ id }) => id)).toEqual(kept);
  expect(sink.dropped).toBe(dropped);
  sink.clear();
  expect([sink.events, sink.dropped]).toEqual([[], 0]);
});

test("sinks have names, and a memory sink keeps 1,000 events unless told otherwise", () => {
  const sink = memorySink();
  for (let at = 0; at < 1001; at++) sink.write(event({ id: String(at) }));
  expect([sink.events.length, sink.events[0]?.id, sink.dropped]).toEqual([1000, "1", 1]);
  expect([sink.name, callbackSink(() => undefined).name]).toEqual(["memory", "callback"]);
  expect([memorySink({ name: "a" }).name, callbackSink(() => undefined, "b").name]).toEqual(["a", "b"]);
});

test("a memory sink that was cleared fills anew in order", () => {
  const sink = memorySink({ limit: 3 });
  const ids = () => sink.events.map(({ id }) => id);
  for (let at = 0; at < 4; at++) sink.write(event({ id: String(at) }));
  sink.clear();
  for (let at = 4; at < 6; at++) sink.write(event({ id: String(at) }));
  expect(ids()).toEqual(["4", "5"]);
  for (let at = 6; at < 8; at++) sink.write(event({ id: String(at) }));
  expect([ids(), sink.dropped]).toEqual([["5", "6", "7"], 1]);
});

describe("metrics", () => {
  function recording() {
    const records: [name: string, value: number, attributes: Record<string, string> | undefined][] = [];
    const meter: MeterLike = {
      createCounter: (name) => ({ add: (value, attributes) => records.push([name, value, attributes]) }),
      createHistogram: (name) => ({ record: (value, attributes) => records.push([name, value, attributes]) }),
    };
    return { records, meter };
  }

  test("a blocked request", () => {
    const { records, meter } = recording();
    const metrics = createMetrics(meter);
    metrics.decided(
      { ...blocked(rule("a")), score: 7, budget: { exhausted: true, verdict: "block" } },
      0.001,
    );
    metrics.decided(passed());
    metrics.sinkFailed({ sink: "file" });
    const phase = "http_request_firewall_custom";
    expect(records).toEqual([
      ["wirewall.requests", 1, { "wirewall.action": "block", "wirewall.phase": phase }],
      [
        "wirewall.rule.matches",
        1,
        {
          "wirewall.action": "block",
          "wirewall.phase": phase,
          "wirewall.ruleset": "custom",
          "wirewall.ref": "a",
          "wirewall.mode": "enforce",
        },
      ],
      ["wirewall.budget.exhaustions", 1, { "wirewall.verdict": "block" }],
      ["wirewall.request.score", 7, { "wirewall.action": "block" }],
      ["wirewall.request.duration", 0.001, { "wirewall.action": "block" }],
      ["wirewall.requests", 1, { "wirewall.action": "allow" }],
      ["wirewall.sink.failures", 1, { "wirewall.sink": "file" }],
    ]);
  });

  test("a failure names its source and what was made of it", () => {
    const { records, meter } = recording();
    const failure: Failure = { source: "store", message: "broken", verdict: "closed" };
    createMetrics(meter).decided({ ...passed(), failures: [failure, failure] });
    const told = ["wirewall.failures", 1, { "wirewall.source": "store", "wirewall.verdict": "closed" }];
    expect(records.slice(1)).toEqual([told, told]);
  });

  test("1,000 rules have a series of their own unless told otherwise", () => {
    const { records, meter } = recording();
    const metrics = createMetrics(meter);
    for (let at = 0; at < 1002; at++) metrics.decided(passed([match(rule(`r${at}`))]));
    const refs = records.flatMap(([, , attributes]) => attributes?.["wirewall.ref"] ?? []);
    expect(refs.slice(998)).toEqual(["r998", "r999", "_OTHER", "_OTHER"]);
  });

  test("rules beyond the bound share one series", () => {
    const { records, meter } = recording();
    const metrics = createMetrics(meter, { maxRules: 2 });
    for (const ref of ["a", "b", "c", "a", "d"]) metrics.decided(passed([match(rule(ref))]));
    const refs = records.flatMap(([, , attributes]) => attributes?.["wirewall.ref"] ?? []);
    expect(refs).toEqual(["a", "b", "_OTHER", "a", "_OTHER"]);
  });

  test("instruments have the units that their documentation names", () => {
    const made: [kind: string, name: string, unit: string | undefined][] = [];
    createMetrics({
      createCounter(name, options) {
        made.push(["counter", name, options?.unit]);
        expect(options?.description).toMatch(/^[A-Z].+\.$/);
        return { add() {} };
      },
      createHistogram(name, options) {
        made.push(["histogram", name, options?.unit]);
        expect(options?.description).toMatch(/^[A-Z].+\.$/);
        return { record() {} };
      },
    });
    expect(made).toEqual([
      ["counter", "wirewall.requests", "{request}"],
      ["counter", "wirewall.rule.matches", "{match}"],
      ["counter", "wirewall.budget.exhaustions", "{request}"],
      ["counter", "wirewall.failures", "{failure}"],
      ["counter", "wirewall.sink.failures", "{failure}"],
      ["histogram", "wirewall.request.score", "1"],
      ["histogram", "wirewall.request.duration", "s"],
    ]);
  });

  test("a meter that throws changes nothing", () => {
    const instrument = {
      add() {
        throw new Error("no");
      },
      record() {
        throw new Error("no");
      },
    };
    const metrics = createMetrics({ createCounter: () => instrument, createHistogram: () => instrument });
    expect(() => metrics.decided(passed(), 1)).not.toThrow();
    expect(() => metrics.sinkFailed({ sink: "x" })).not.toThrow();
  });
});
