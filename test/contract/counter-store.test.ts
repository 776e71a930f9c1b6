import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CounterEntry,
  type CounterState,
  type CounterStore,
  type CounterWindow,
  type Excess,
  MemoryCounterStore,
  type RateLimitAlgorithm,
} from "../support/source/rules/ratelimit.ts";

/** A store in another place, as far as its callers can tell. */
class RemoteStore implements CounterStore {
  readonly #inner = new MemoryCounterStore();

  async read(key: string, window: CounterWindow, now: number): Promise<CounterState> {
    return this.#inner.read(key, window, now);
  }

  async add(
    key: string,
    window: CounterWindow,
    cost: number,
    now: number,
    excess?: Excess,
  ): Promise<CounterState> {
    return this.#inner.add(key, window, cost, now, excess);
  }

  async mitigate(key: string, window: CounterWindow, until: number, now: number): Promise<void> {
    this.#inner.mitigate(key, window, until, now);
  }

  async reset(key: string): Promise<void> {
    this.#inner.reset(key);
  }

  async list(rule: string, most: number, now: number): Promise<readonly CounterEntry[]> {
    return this.#inner.list(rule, most, now);
  }
}

const stores: readonly (readonly [string, () => CounterStore])[] = [
  ["memory", () => new MemoryCounterStore()],
  ["remote", () => new RemoteStore()],
];

const PERIOD = 1000;
const windowOf = (algorithm: RateLimitAlgorithm, limit = 4): CounterWindow => ({
  algorithm,
  period: PERIOD,
  limit,
});

/** What a store should answer, worked out anew from everything that happened. */
interface Model {
  add(cost: number, now: number, excess: Excess): number;
  count(now: number): number;
}

const models: Readonly<Record<RateLimitAlgorithm, (limit: number) => Model>> = {
  fixed_window: (limit) => {
    let events: { time: number; cost: number }[] = [];
    const count = (now: number) => {
      if (events[0] !== undefined && now >= events[0].time + PERIOD) events = [];
      return events.reduce((sum, { cost }) => sum + cost, 0);
    };
    return {
      count,
      add(cost, now, excess) {
        const after = count(now) + cost;
        if (cost > 0 && (after <= limit || excess === "keep")) events.push({ time: now, cost });
        return after;
      },
    };
  },
  sliding_window: (limit) => {
    let anchor: number | undefined;
    let pieces = new Map<number, number>();
    const at = (now: number) => Math.floor((now - (anchor ?? now)) / PERIOD);
    const count = (now: number) => {
      const piece = at(now);
      const share = 1 - (now - (anchor ?? now) - piece * PERIOD) / PERIOD;
      return (pieces.get(piece) ?? 0) + (pieces.get(piece - 1) ?? 0) * share;
    };
    return {
      count,
      add(cost, now, excess) {
        if (anchor === undefined || count(now) === 0) {
          anchor = now;
          pieces = new Map();
        }
        const after = count(now) + cost;
        const kept = after <= limit || excess === "keep" ? cost : 0;
        pieces.set(at(now), (pieces.get(at(now)) ?? 0) + kept);
        return after;
      },
    };
  },
  token_bucket: (limit) => {
    let taken = 0;
    let time = 0;
    const count = (now: number) => Math.max(0, taken - ((now - time) * limit) / PERIOD);
    return {
      count,
      add(cost, now, excess) {
        const before = count(now);
        const after = before + cost;
        taken = after > limit && excess === "drop" ? before : Math.min(after, limit * 2);
        time = now;
        return after;
      },
    };
  },
};

describe.each(stores)("%s store", (_, make) => {
  describe.each(Object.entries(models))("%s", (name, model) => {
    const algorithm = name as RateLimitAlgorithm;

    test("equals a plain model on any sequence", async () => {
      const step = fc.record({
        wait: fc.oneof(fc.nat(400), fc.constantFrom(0, PERIOD - 1, PERIOD, 2 * PERIOD, 5000)),
        cost: fc.nat(5),
        key: fc.constantFrom("a", "b"),
        excess: fc.constantFrom<Excess>("keep", "drop"),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 40 }),
          fc.integer({ min: 1, max: 8 }),
          async (steps, limit) => {
            const store = make();
            const expected = { a: model(limit), b: model(limit) };
            let now = 1_000_000;
            for (const { wait, cost, key, excess } of steps) {
              now += wait;
              const one = expected[key as "a"];
              const window = windowOf(algorithm, limit);
              expect((await store.read(key, window, now)).count).toBeCloseTo(one.count(now), 6);
              const state = await store.add(key, window, cost, now, excess);
              expect(state.count).toBeCloseTo(one.add(cost, now, excess), 6);
              expect((await store.read(key, window, now)).count).toBeCloseTo(one.count(now), 6);
            }
          },
        ),
        { numRuns: 150 },
      );
    });

    test("says when the count will be nothing, and when one more fits", async () => {
      const store = make();
      const window = windowOf(algorithm);
      for (let round = 0; round < 4; round++) await store.add("a", window, 1, round * 10);
      const { count, resetsAt, freeAt = resetsAt } = await store.read("a", window, 30);
      expect(count).toBeGreaterThan(3);
      expect((await store.read("a", window, resetsAt)).count).toBe(0);
      expect((await store.read("a", window, resetsAt - 2)).count).toBeGreaterThan(0);
      expect((await store.add("a", window, 1, freeAt - 2, "drop")).count).toBeGreaterThan(4);
      expect((await store.add("a", window, 1, freeAt, "drop")).count).toBeLessThanOrEqual(4);
    });

    test("a refused request that is dropped does not prolong the refusal", async () => {
      const store = make();
      const window = windowOf(algorithm);
      let passed = 0;
      for (let now = 0; now < 20 * PERIOD; now += 50) {
        if ((await store.add("a", window, 1, now, "drop")).count <= window.limit) passed++;
      }
      // 4 per period, and the first filling of a bucket.
      expect(passed).toBeGreaterThanOrEqual(60);
      expect(passed).toBeLessThanOrEqual(84);
    });

    test("nothing is counted while a key is mitigated, and mitigations only grow", async () => {
      const store = make();
      const window = windowOf(algorithm);
      await store.add("a", window, 3, 0);
      await store.mitigate("a", window, 500, 0);
      await store.mitigate("a", window, 200, 0);
      expect(await store.add("a", window, 1, 0)).toMatchObject({
        count: 3,
        mitigatedUntil: 500,
        freeAt: 500,
      });
      expect((await store.read("a", window, 499)).mitigatedUntil).toBe(500);
      expect((await store.read("a", window, 500)).mitigatedUntil).toBe(0);
      expect((await store.read("b", window, 0)).mitigatedUntil).toBe(0);
    });

    test("a clock that was set back counts on", async () => {
      const store = make();
      const window = windowOf(algorithm);
      await store.add("a", window, 1, 10_000);
      expect((await store.add("a", window, 1, 5000)).count).toBeCloseTo(2, 6);
    });

    test("a clock that was set back by far keeps nobody for longer than a period and its mitigation", async () => {
      const store = make();
      const window = windowOf(algorithm);
      const year = 31_536_000_000;
      await store.add("a", window, window.limit, year);
      await store.mitigate("a", window, year + 500, year);
      // What was counted stays, and so does what is left of the mitigation.
      expect(await store.read("a", window, 0)).toMatchObject({ count: window.limit, mitigatedUntil: 500 });
      expect((await store.add("a", window, 1, 0)).mitigatedUntil).toBe(500);
      const { resetsAt } = await store.add("a", window, 1, 500);
      expect(resetsAt).toBeLessThanOrEqual(500 + 3 * PERIOD);
      expect((await store.read("a", window, resetsAt)).count).toBe(0);
    });
  });

  test("windows of one key are counters of their own, and reset forgets them all", async () => {
    const store = make();
    const windows = [
      windowOf("fixed_window"),
      windowOf("fixed_window", 5),
      windowOf("sliding_window"),
      windowOf("token_bucket"),
    ];
    for (const [at, window] of windows.entries()) await store.add("a", window, at + 1, 0);
    const counts = async () =>
      Promise.all(windows.map(async (window) => (await store.read("a", window, 0)).count));
    expect(await counts()).toEqual([1, 2, 3, 4]);
    await store.mitigate("a", windows[0]!, 100, 0);
    await store.reset("b");
    expect(await counts()).toEqual([1, 2, 3, 4]);
    await store.reset("a");
    expect(await counts()).toEqual([0, 0, 0, 0]);
    expect((await store.read("a", windows[0]!, 0)).mitigatedUntil).toBe(0);
  });

  test("a cost that is beyond the limit is counted as it is", async () => {
    const store = make();
    for (const algorithm of ["fixed_window", "sliding_window", "token_bucket"] as const) {
      const window = windowOf(algorithm, 10);
      expect((await store.add(algorithm, window, 0, 0)).count).toBe(0);
      expect((await store.add(algorithm, window, 7, 0)).count).toBe(7);
      expect((await store.add(algorithm, window, 1_000_000, 0, "drop")).count).toBe(1_000_007);
      expect((await store.read(algorithm, window, 0)).count).toBe(7);
      expect((await store.add(algorithm, window, 3, 0)).count).toBe(10);
    }
  });

  test("steps of one key are added at once, and mitigated one by one", async () => {
    const store = make();
    const steps = [
      { ...windowOf("fixed_window", 2), rule: "r" },
      { ...windowOf("fixed_window", 4), period: 5 * PERIOD, rule: "r" },
    ];
    const add = (now: number) => Promise.all(steps.map((window) => store.add("a", window, 1, now)));
    for (const now of [0, 1, 2]) await add(now);
    await store.mitigate("a", steps[1]!, 60_000, 3);
    const states = await add(PERIOD);
    expect(states.map(({ count }) => count)).toEqual([1, 3]);
    expect(states.map(({ mitigatedUntil }) => mitigatedUntil)).toEqual([0, 60_000]);
    await store.reset("a");
    expect((await add(PERIOD)).map(({ count, mitigatedUntil }) => [count, mitigatedUntil])).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  test("lists the counters of a rule that leave no room", async () => {
    const store = make();
    if (store.list === undefined) throw new Error("the store cannot be listed");
    const window = { ...windowOf("fixed_window", 2), rule: "r" };
    const other = { ...window, rule: "other" };
    for (let at = 0; at < 2; at++) await store.add("full", window, 1, 0);
    await store.add("free", window, 1, 0);
    await store.mitigate("banned", window, 5000, 0);
    for (let at = 0; at < 3; at++) await store.add("elsewhere", other, 1, 0);
    const listed = async (rule: string, most: number, now: number) =>
      ((await store.list?.(rule, most, now)) ?? []).map(({ key }) => key).sort();
    expect(await listed("r", 10, 1)).toEqual(["banned", "full"]);
    expect(await listed("other", 10, 1)).toEqual(["elsewhere"]);
    expect(await listed("none", 10, 1)).toEqual([]);
    expect(await listed("r", 1, 1)).toHaveLength(1);
    expect(await listed("r", 10, PERIOD)).toEqual(["banned"]);
    expect(await listed("r", 10, 5000)).toEqual([]);
    const [entry] = await store.list("other", 1, 1);
    expect(entry).toMatchObject({
      key: "elsewhere",
      window: other,
      count: 3,
      mitigatedUntil: 0,
      freeAt: PERIOD,
    });
    await store.reset("banned");
    expect(await listed("r", 10, PERIOD)).toEqual([]);
  });

  test("keys are any text", async () => {
    const store = make();
    const window = windowOf("fixed_window");
    for (const key of ["__proto__", "constructor", "", "\0", "\ud800"]) {
      expect((await store.add(key, window, 1, 0)).count).toBe(1);
      expect((await store.add(key, window, 1, 0)).count).toBe(2);
    }
  });
});
