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
  expect(store.stats()).toEqual({
    keys: 3,
    maxKeys: 3,
    rules: 1,
    share: 3,
    expired: 1,
    evicted: 0,
    evictedMitigated: 0,
  });
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

describe("a flood of keys on one rule", () => {
  const of = (rule: string, period = 60_000): CounterWindow => ({ ...window, period, rule });

  function flood(store: MemoryCounterStore, rule: string, keys: number, now: number): void {
    for (let at = 0; at < keys; at++) store.add(`${rule}${at}`, of(rule), 1, now);
  }

  test.each([1, 2, 7, 50])("leaves other rules' counters alone, with %d of them", (others) => {
    const store = new MemoryCounterStore({ maxKeys: 1000 });
    const share = Math.floor(1000 / (others + 1));
    const names = Array.from({ length: others }, (_, at) => `rule ${at} `);
    for (const name of names) flood(store, name, share, 0);
    flood(store, "flooded", 5000, 1);
    for (const name of names) {
      for (let at = 0; at < share; at++) expect(store.read(`${name}${at}`, of(name), 2).count).toBe(1);
    }
    expect(store.stats()).toMatchObject({ keys: 1000, rules: others + 1, share });
    // Of the rule's own counters those that were counted last are there.
    expect(store.read("flooded4999", of("flooded"), 2).count).toBe(1);
    expect(store.read("flooded0", of("flooded"), 2).count).toBe(0);
  });

  test("a rule that has less than its share takes back what was lent", () => {
    const store = new MemoryCounterStore({ maxKeys: 100 });
    flood(store, "a", 100, 0);
    flood(store, "b", 50, 1);
    expect(store.stats()).toMatchObject({ keys: 100, evicted: 50, share: 50 });
    flood(store, "b", 100, 2);
    expect([store.read("a50", of("a"), 3).count, store.read("a99", of("a"), 3).count]).toEqual([1, 1]);
  });

  test("a rule without counters leaves its share to others", () => {
    const store = new MemoryCounterStore({ maxKeys: 4 });
    store.add("a", of("a", 10), 1, 0);
    flood(store, "b", 10, 20);
    expect(store.stats()).toMatchObject({ keys: 4, rules: 1, share: 4, expired: 1 });
    store.reset("b9");
    expect(store.stats()).toMatchObject({ keys: 3, rules: 1 });
  });

  test("more rules than keys: each may count, within the bound", () => {
    const store = new MemoryCounterStore({ maxKeys: 3 });
    for (let at = 0; at < 10; at++) expect(store.add("k", of(`rule ${at}`), 1, 0).count).toBe(1);
    expect(store.stats()).toMatchObject({ keys: 3, rules: 3, evicted: 7 });
  });

  test("equals a plain model on any sequence", () => {
    interface Kept {
      readonly rule: string;
      readonly key: string;
      count: number;
      mitigated: boolean;
    }
    const RULES = ["a", "b", "c", "d"];
    const step = fc.record({
      rule: fc.constantFrom("a", "a", "a", "b", "b", "c", "d"),
      key: fc.nat(12).map(String),
      kind: fc.constantFrom("add", "add", "add", "add", "mitigate", "reset"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), fc.integer({ min: 1, max: 12 }), (steps, maxKeys) => {
        const store = new MemoryCounterStore({ maxKeys });
        // In the order of use.
        let kept: Kept[] = [];
        for (const { rule, key, kind } of steps) {
          const full = `${rule}/${key}`;
          const found = kept.find((one) => one.key === full);
          const before = new Map(
            RULES.map((one) => [one, kept.filter((other) => other.rule === one).length]),
          );
          if (kind === "reset") {
            kept = kept.filter((one) => one !== found);
            store.reset(full);
          } else {
            if (found !== undefined) kept = [...kept.filter((one) => one !== found), found];
            else {
              if (kept.length === maxKeys) {
                const own = kept.filter((one) => one.rule === rule);
                const rules = new Set([...kept.map((one) => one.rule), rule]).size;
                const largest = Math.max(...before.values());
                const victims =
                  own.length > 0 && own.length >= Math.floor(maxKeys / rules)
                    ? own
                    : own.length === largest
                      ? own
                      : undefined;
                const gone = victims && (victims.slice(0, 8).find((one) => !one.mitigated) ?? victims[0]);
                if (gone !== undefined) kept = kept.filter((one) => one !== gone);
                else {
                  // Any of the largest rules gives one up, the store says which.
                  const candidates = RULES.filter((one) => before.get(one) === largest).map((one) => {
                    const all = kept.filter((other) => other.rule === one);
                    return all.slice(0, 8).find((other) => !other.mitigated) ?? all[0];
                  });
                  store.read(full, of(rule), 0);
                  kept.push({ rule, key: full, count: 0, mitigated: false });
                  if (kind === "add") store.add(full, of(rule), 1, 0);
                  else store.mitigate(full, of(rule), 5000, 0);
                  const lost = candidates.filter(
                    (one) => one !== undefined && store.get(one.key, 0).length === 0,
                  );
                  expect(lost).toHaveLength(1);
                  kept = kept.filter((one) => one !== lost[0]);
                  const added = kept.at(-1)!;
                  if (kind === "add") added.count = 1;
                  else added.mitigated = true;
                  continue;
                }
              }
              kept.push({ rule, key: full, count: 0, mitigated: false });
            }
            const one = kept.at(-1)!;
            if (kind === "add") {
              if (!one.mitigated) one.count++;
              expect(store.add(full, of(rule), 1, 0).count).toBe(one.count);
            } else {
              one.mitigated = true;
              store.mitigate(full, of(rule), 5000, 0);
            }
          }
          expect(store.stats().keys).toBe(kept.length);
          for (const one of kept) {
            expect(store.get(one.key, 0)).toMatchObject([
              { count: one.count, mitigatedUntil: one.mitigated ? 5000 : 0 },
            ]);
          }
        }
      }),
      { numRuns: 300 },
    );
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
