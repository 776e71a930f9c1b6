import { describe, expect, test } from "vitest";
import { remoteStore } from "../../support/remote-store.ts";
import {
  type CounterStore,
  createLimiter,
  type LimiterKey,
  type LimiterOptions,
  MemoryCounterStore,
} from "../../support/source/rules/ratelimit.ts";

const never = (): Promise<never> => new Promise(() => {});

/** A limiter with a clock that the test moves. */
function limiterOf(options: Partial<LimiterOptions> = {}) {
  const clock = { now: 1_000_000 };
  const limiter = createLimiter({ name: "mail", limit: 2, period: 10, now: () => clock.now, ...options });
  return { limiter, clock };
}

const stores: readonly (readonly [string, () => CounterStore])[] = [
  ["memory", () => new MemoryCounterStore()],
  ["remote", remoteStore],
];

describe.each(stores)("a limiter of an application, %s store", (_name, make) => {
  test("takes until there is no room, and says when there is again", async () => {
    const { limiter, clock } = limiterOf({ store: make() });
    expect(await limiter.take("ada")).toEqual({
      allowed: true,
      count: 1,
      limit: 2,
      remaining: 1,
      period: 10,
      resetsAt: 1_010_000,
      retryAfter: 0,
    });
    expect(await limiter.take("ada")).toMatchObject({ allowed: true, remaining: 0 });
    expect(await limiter.take("ada")).toMatchObject({ allowed: false, remaining: 0, retryAfter: 10 });
    expect(await limiter.take("bob")).toMatchObject({ allowed: true, count: 1 });
    clock.now += 10_000;
    expect(await limiter.take("ada")).toMatchObject({ allowed: true, count: 1 });
  });

  test("takes what something costs, and nothing of what does not fit", async () => {
    const { limiter } = limiterOf({ store: make(), limit: 10 });
    expect(await limiter.take("ada", 7)).toMatchObject({ allowed: true, count: 7, remaining: 3 });
    expect(await limiter.take("ada", 4)).toMatchObject({ allowed: false });
    expect(await limiter.check("ada", 4)).toMatchObject({ allowed: false, count: 7, remaining: 3 });
    expect(await limiter.check("ada", 3)).toMatchObject({ allowed: true, count: 7 });
    expect(await limiter.take("ada", 3)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await limiter.take("ada", 0)).toMatchObject({ allowed: true, remaining: 0 });
  });

  test("refuses for as long as it is told", async () => {
    const { limiter, clock } = limiterOf({ store: make(), mitigationTimeout: 600 });
    for (let at = 0; at < 2; at++) await limiter.take("ada");
    expect(await limiter.take("ada")).toMatchObject({ allowed: false, retryAfter: 600, resetsAt: 1_600_000 });
    clock.now += 599_000;
    expect(await limiter.check("ada")).toMatchObject({ allowed: false, remaining: 0, retryAfter: 1 });
    clock.now += 1000;
    expect(await limiter.take("ada")).toMatchObject({ allowed: true });
  });

  test("lets a key begin anew", async () => {
    const { limiter } = limiterOf({ store: make() });
    for (let at = 0; at < 3; at++) await limiter.take("ada");
    await limiter.reset("ada");
    expect(await limiter.check("ada")).toMatchObject({ allowed: true, count: 0 });
  });

  test("keys are their own, whatever they are", async () => {
    const { limiter } = limiterOf({ store: make() });
    const keys: readonly LimiterKey[] = [
      "1",
      1,
      "true",
      true,
      ["1", "2"],
      ["12"],
      ["1", 2],
      "",
      "__proto__",
      "ä".repeat(500),
      `${"ä".repeat(499)}b`,
      ["a".repeat(60), "b".repeat(60)],
      ["a".repeat(60), "b".repeat(61)],
    ];
    for (const key of keys) expect((await limiter.take(key)).count).toBe(1);
    for (const key of keys) expect((await limiter.check(key)).count).toBe(1);
    expect((await limiter.check(["1"])).count).toBe(1);
  });

  test("limiters of other names count apart on one store", async () => {
    const store = make();
    const [mail, login] = [limiterOf({ store }).limiter, limiterOf({ store, name: "login" }).limiter];
    await mail.take("ada");
    expect(await login.check("ada")).toMatchObject({ count: 0 });
    expect(await limiterOf({ store }).limiter.check("ada")).toMatchObject({ count: 1 });
  });
});

describe("a limiter whose store fails", () => {
  const broken = (answer: () => unknown): CounterStore => {
    const ask = answer as never;
    return { read: ask, add: ask, mitigate: ask, reset: ask };
  };
  const throws = () => {
    throw new Error("no route");
  };
  test.each<[what: string, answer: () => unknown, storeError: string]>([
    ["throws", throws, "no route"],
    ["rejects", () => Promise.reject(new Error("no route")), "no route"],
    ["never answers", never, "no answer within 20 ms"],
    ["answers no count", () => ({}), "the result is not a count"],
  ])("%s: open or closed, as it is told", async (_what, answer, storeError) => {
    const options = { store: broken(answer), storeTimeout: 20 };
    const [open, closed] = [limiterOf(options), limiterOf({ ...options, onStoreError: "closed" })];
    expect(await open.limiter.take("ada")).toMatchObject({ allowed: true, storeError });
    expect(await open.limiter.check("ada")).toMatchObject({ allowed: true, storeError });
    expect(await closed.limiter.take("ada")).toMatchObject({ allowed: false, remaining: 0, storeError });
    expect(await closed.limiter.check("ada")).toMatchObject({ allowed: false, storeError });
  });

  test.each<[what: string, mitigate: () => never, storeError: string]>([
    ["throws", throws, "no route"],
    ["rejects", (() => Promise.reject(new Error("no route"))) as never, "no route"],
    ["never answers", never as never, "no answer within 20 ms"],
  ])("a key beyond the limit is refused, though its mitigation %s", async (_what, mitigate, storeError) => {
    const counts = new MemoryCounterStore();
    const store: CounterStore = {
      read: counts.read.bind(counts),
      add: counts.add.bind(counts),
      mitigate,
      reset: throws,
    };
    const { limiter } = limiterOf({ store, storeTimeout: 20, mitigationTimeout: 600 });
    for (let at = 0; at < 2; at++) expect(await limiter.take("ada")).toMatchObject({ allowed: true });
    expect(await limiter.take("ada")).toMatchObject({
      allowed: false,
      count: 3,
      retryAfter: 600,
      storeError,
    });
  });

  test("a reset that fails rejects", async () => {
    await expect(limiterOf({ store: broken(throws) }).limiter.reset("a")).rejects.toThrow("no route");
    const late = limiterOf({ store: broken(never), storeTimeout: 20 });
    await expect(late.limiter.reset("a")).rejects.toThrow("no answer within 20 ms");
  });
});

describe("options and keys that make no sense", () => {
  test.each<[options: object, message: RegExp]>([
    [{ name: "" }, /name/],
    [{ limit: 0 }, /limit/],
    [{ period: 0 }, /period/],
    [{ period: 86_401 }, /period/],
    [{ mitigationTimeout: -1 }, /mitigationTimeout/],
    [{ algorithm: "gcra" }, /algorithm/],
    [{ onStoreError: "ignore" }, /onStoreError/],
    [{ store: {} }, /store/],
    [{ storeTimeout: 0 }, /storeTimeout/],
    [{ max: 1 }, /max/],
  ])("%j", (options, message) => {
    expect(() => limiterOf(options)).toThrow(message);
  });

  test.each<[unknown]>([
    [undefined],
    [null],
    [{}],
    [[]],
    [[["a"]]],
    [1.5],
    [Number.NaN],
    [Array(17).fill("a")],
  ])("a key of %j", async (key) => {
    await expect(limiterOf().limiter.take(key as LimiterKey)).rejects.toMatchObject({ code: "E_OPTION" });
  });

  test.each<[unknown]>([[Number.NaN], [Number.POSITIVE_INFINITY], [-1], [8.64e15], ["1"], [undefined]])(
    "a clock of %j",
    async (now) => {
      const { limiter } = limiterOf({ now: () => now as number });
      for (const asked of [limiter.take("a"), limiter.check("a")])
        await expect(asked).rejects.toMatchObject({
          code: "E_OPTION",
          message: expect.stringContaining("`now`"),
        });
    },
  );

  test.each([-1, 0.5, 1_000_001, Number.NaN])("a cost of %d", async (cost) => {
    await expect(limiterOf().limiter.take("a", cost)).rejects.toMatchObject({ code: "E_OPTION" });
  });
});
