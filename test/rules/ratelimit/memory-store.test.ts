import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MisuseError } from "../../support/source/language/diagnostics.ts";
import { type CounterWindow, DueHeap, MemoryCounterStore } from "../../support/source/rules/ratelimit.ts";

const window: CounterWindow = { algorithm: "fixed_window", period: 1000, limit: 5 };
const short: CounterWindow = { ...window, period: 10 };

test("expired counters go first, then those counted longest ago", () => {
  const store = new MemoryCounterStore({ maxKeys: 3 });
  store.add("a", window, 1, 0);
  store.add("b", short, 1, 1);
  store.add("c", window, 1, 2);
  store.add("d", window, 1, 20);
  expect(store.stats()).toEqual({ keys: 3, maxKeys: 3, expired: 1, evicted: 0, evictedMitigated: 0 });
  store.add("a", window, 1, 21);
  store.add("e", window, 1, 22);
  expect(["a", "b", "c", "d", "e"].map((key) => store.read(key, window, 22).count)).toEqual([2, 0, 0, 1, 1]);
  expect(store.stats()).toMatchObject({ keys: 3, expired: 1, evicted: 1 });
});

test("mitigated counters are spared while another is near", () => {
  const store = new MemoryCounterStore({ maxKeys: 2 });
  store.mitigate("a", window, 5000, 0);
  store.add("b", window, 1, 0);
  store.add("c", window, 1, 0);
  expect(store.read("a", window, 0).mitigatedUntil).toBe(5000);
  store.mitigate("c", window, 5000, 0);
  store.add("d", window, 1, 0);
  expect(store.stats()).toMatchObject({ keys: 2, evicted: 2, evictedMitigated: 1 });
  expect(store.read("a", window, 0).mitigatedUntil).toBe(0);
});

test("a counter stays while it is mitigated", () => {
  const store = new MemoryCounterStore();
  store.add("a", short, 9, 0);
  store.mitigate("a", short, 5000, 0);
  for (let now = 0; now < 4000; now += 10) store.add(`k${now}`, short, 1, now);
  expect(store.read("a", short, 4000).mitigatedUntil).toBe(5000);
  for (let now = 5000; now < 5100; now += 10) store.add("z", short, 1, now);
  expect(store.get("a", 5100)).toEqual([]);
});

describe("memory stays bounded", () => {
  interface Operation {
    readonly key: string;
    readonly kind: "add" | "mitigate" | "reset" | "read";
    readonly period: number;
    readonly wait: number;
  }

  const PERIODS = [10, 100, 1000];
  const operations = (keys: number): fc.Arbitrary<Operation[]> =>
    fc.array(
      fc.record({
        key: fc.nat(keys - 1).map(String),
        kind: fc.constantFrom("add", "add", "add", "mitigate", "reset", "read"),
        period: fc.constantFrom(...PERIODS),
        wait: fc.nat(60),
      }),
      { maxLength: 200 },
    );

  function run(all: readonly Operation[]): void {
    const store = new MemoryCounterStore({ maxKeys: 8 });
    let now = 0;
    for (const { key, kind, period, wait } of all) {
      now += wait;
      const used = { ...window, period };
      if (kind === "add") store.add(key, used, 1, now);
      else if (kind === "mitigate") store.mitigate(key, used, now + 50, now);
      else if (kind === "reset") store.reset(key);
      else store.read(key, used, now);
      const counters = Array.from({ length: 31 }, (_, at) => store.get(String(at), now)).flat();
      expect(store.stats().keys).toBe(counters.length);
      expect(counters.length).toBeLessThanOrEqual(8);
    }
  }

  const add = (key: string, period: number, wait = 0): Operation => ({ key, kind: "add", period, wait });

  // With three keys nearly every counter shares its key with others; with 31 hardly one does.
  test.each([1, 3, 31])("with %d keys", (keys) => {
    fc.assert(fc.property(operations(keys), run), {
      numRuns: 60,
      examples: [
        // The counter that expires was made first, so that it is the last of its key; then the one in the middle.
        [[add("0", 10), add("0", 1000), add("0", 1000, 20), add("0", 1000, 20)]],
        [[add("0", 1000), add("0", 10), add("0", 100), add("0", 1000, 30), add("0", 1000, 30)]],
      ],
    });
  });

  test.each<[gone: string, periods: readonly number[], left: readonly number[]]>([
    ["the first made", [10, 100, 1000], [1000, 100]],
    ["the second made", [100, 10, 1000], [1000, 100]],
    ["the last made", [100, 1000, 10], [1000, 100]],
    ["the first two made", [10, 20, 1000], [1000]],
    ["all but the first made", [1000, 10, 20], [1000]],
  ])("of one key's counters only %s expire", (_gone, periods, left) => {
    const store = new MemoryCounterStore({ maxKeys: 8 });
    for (const period of periods) store.add("k", { ...window, period }, 1, 0);
    for (let turn = 0; turn < 3; turn++) store.add("other", { ...window, period: 1 }, 1, 40);
    expect(
      store
        .get("k", 40)
        .map((entry) => entry.window.period)
        .sort((one, other) => other - one),
    ).toEqual(left);
    expect(store.get("k", 40).map(({ count }) => count)).toEqual(left.map(() => 1));
    expect(store.stats()).toMatchObject({ keys: left.length + 1, expired: periods.length - left.length });
  });
});

test("shows the highest counters", () => {
  const store = new MemoryCounterStore();
  ["a", "b", "c"].forEach((key, at) => {
    store.add(key, window, at + 1, 0);
  });
  expect(store.top(2, 0).map(({ key, count }) => [key, count])).toEqual([
    ["c", 3],
    ["b", 2],
  ]);
  expect(store.top(2, 1000).map(({ count }) => count)).toEqual([0, 0]);
  expect(store.get("a", 0)).toEqual([
    { key: "a", window, count: 1, resetsAt: 1000, mitigatedUntil: 0, freeAt: 0 },
  ]);
});

test.each([0, -1, 1.5, Number.NaN])("a store of %s keys is none", (maxKeys) => {
  expect(() => new MemoryCounterStore({ maxKeys })).toThrow(MisuseError);
});

test("the heap gives what is due in order, whatever was taken out", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.array(fc.nat(50)), (times, removed) => {
      const heap = new DueHeap<{ dueAt: number; place: number }>();
      const members = times.map((dueAt) => ({ dueAt, place: -1 }));
      for (const member of members) heap.push(member, member.dueAt);
      const gone = new Set(removed.map((at) => members[at]).filter((member) => member !== undefined));
      for (const member of gone) heap.remove(member);
      const popped: number[] = [];
      for (let one = heap.popDue(40); one !== undefined; one = heap.popDue(40)) popped.push(one.dueAt);
      const left = members
        .filter((member) => !gone.has(member) && member.dueAt <= 40)
        .map(({ dueAt }) => dueAt);
      expect(popped).toEqual(left.sort((one, other) => one - other));
    }),
  );
});
