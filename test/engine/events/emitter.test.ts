import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  callbackSink,
  createDeduplicator,
  EventEmitter,
  jsonLinesSink,
  memorySink,
  type SinkFailure,
  type WafEvent,
} from "../../support/source/engine/events.ts";
import { MisuseError } from "../../support/source/language/diagnostics.ts";
import { facts, match, rule } from "../decisions.ts";

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

describe("sums by the clock", () => {
  function clocked() {
    const memory = memorySink();
    const timers: { readonly at: number; readonly call: () => void }[] = [];
    let now = 0;
    const emitter = new EventEmitter({
      sinks: [memory],
      deduplicate: { windowMs: 1_000 },
      clock: () => now,
      timer: (wait, call) => {
        const timer = { at: now + wait, call };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
    });
    const pass = (until: number): void => {
      for (let due = timers[0]; due !== undefined && due.at <= until; due = timers[0]) {
        timers.shift();
        now = due.at;
        due.call();
      }
      now = until;
    };
    return {
      emitter,
      memory,
      timers,
      pass,
      shown: () => memory.events.map(({ id, repeats }) => [id, repeats?.count]),
    };
  }

  test("a sum is written when its window is over, though nothing follows", () => {
    const { emitter, timers, pass, shown } = clocked();
    for (const id of ["1", "2", "3"]) emitter.emit(event({ id }));
    pass(999);
    expect(shown()).toEqual([["1", undefined]]);
    pass(1_000);
    expect(shown()).toEqual([
      ["1", undefined],
      ["3", 1],
    ]);
    expect(timers).toEqual([]);
  });

  test("each window has its own end, and one timer at a time waits for them", () => {
    const { emitter, timers, pass, shown } = clocked();
    emitter.emit(event({ id: "1" }));
    pass(600);
    for (const id of ["2", "3"]) emitter.emit(event({ id }, "b"));
    emitter.emit(event({ id: "4" }));
    expect(timers.length).toBe(1);
    pass(1_599);
    expect(shown().map(([id]) => id)).toEqual(["1", "2", "4"]);
    pass(1_600);
    expect(shown().map(([id]) => id)).toEqual(["1", "2", "4", "3"]);
    expect(timers).toEqual([]);
  });

  test("nothing is left to wait for after a flush", async () => {
    const { emitter, timers, shown } = clocked();
    for (const id of ["1", "2"]) emitter.emit(event({ id }));
    // Flushing has a timer of its own while it waits for the sink.
    await emitter.flush();
    expect(timers).toEqual([]);
    expect(shown().map(([id]) => id)).toEqual(["1", "2"]);
  });
});

describe("events that wait for what was sent", () => {
  test("go out once, with status and delivery; those that still wait at the end go out as they are", async () => {
    const memory = memorySink();
    const emitter = new EventEmitter({ sinks: [memory] });
    const tells: ((sent: { status?: number; delivery?: "aborted" }) => void)[] = [];
    for (const id of ["1", "2", "3"])
      emitter.emit(event({ id, status: 403 }), (tell) => void tells.push(tell));
    emitter.emit(event({ id: "4", status: 403 }), () => {
      throw new Error("no");
    });
    expect(emitter.stats()).toMatchObject({ events: 4, written: 1, waiting: 3 });
    tells[1]?.({ status: 200, delivery: "aborted" });
    tells[1]?.({ status: 500 });
    tells[2]?.({});
    await emitter.close();
    tells[0]?.({ status: 404 });
    expect(memory.events.map(({ id, status, delivery }) => [id, status, delivery])).toEqual([
      ["4", undefined, undefined],
      ["2", 200, "aborted"],
      ["3", undefined, undefined],
      ["1", 403, undefined],
    ]);
    expect(emitter.stats()).toMatchObject({ events: 4, written: 4, waiting: 0 });
  });
});

describe("a sink that answers with promises", () => {
  test("has a bounded number of events under way; more are dropped and counted", async () => {
    const settle: (() => void)[] = [];
    const emitter = new EventEmitter({
      sinks: [{ name: "slow", write: () => new Promise<void>((resolve) => settle.push(resolve)) }],
      queue: 2,
    });
    for (let at = 0; at < 5; at++) emitter.emit(event());
    expect([settle.length, emitter.stats().dropped]).toEqual([2, { slow: 3 }]);
    const flushed = emitter.flush();
    for (const resolve of settle.splice(0)) resolve();
    await flushed;
    emitter.emit(event());
    expect([settle.length, emitter.stats().dropped]).toEqual([1, { slow: 3 }]);
  });

  test("and hangs is waited for though nothing else keeps the process alive", async () => {
    const emitter = new EventEmitter({
      sinks: [{ name: "hangs", write: () => new Promise<void>(() => undefined) }],
    });
    emitter.emit(event());
    const spy = vi.spyOn(globalThis, "setTimeout");
    const closed = emitter.close(5);
    const [timer] = spy.mock.results;
    spy.mockRestore();
    expect(timer?.value.hasRef()).toBe(true);
    await closed;
  });

  test("and hangs does not hold up the end", async () => {
    const emitter = new EventEmitter({
      sinks: [{ name: "hangs", write: () => new Promise<void>(() => undefined) }],
    });
    emitter.emit(event());
    await emitter.close(5);
    expect(emitter.stats().failures).toEqual({ hangs: 1 });
  });

  test("and is a thenable that throws", async () => {
    const thenable = {
      // biome-ignore lint/suspicious/noThenProperty: that is what is tried.
      then() {
        throw new Error("no");
      },
    };
    const emitter = new EventEmitter({ sinks: [{ name: "odd", write: () => thenable as never }] });
    emitter.emit(event());
    await emitter.flush();
    expect(emitter.stats().failures).toEqual({ odd: 1 });
  });
});
