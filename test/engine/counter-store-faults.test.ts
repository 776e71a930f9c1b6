import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memorySink } from "../support/source/engine/events.ts";
import { type CounterStore, MemoryCounterStore } from "../support/source/rules/ratelimit.ts";
import { get, LIMITS, type Members, rule, ruleset, wafOf } from "./waf-support.ts";

const GOOD = { count: 1, resetsAt: 10_000, mitigatedUntil: 0 };
const never = (): Promise<never> => new Promise(() => {});

/** A store of which every operation does the same. */
function storeOf(answer: () => unknown): CounterStore {
  const ask = answer as never;
  return { read: ask, add: ask, mitigate: ask, reset: ask };
}

function limitedBy(counters: CounterStore, limit: Members = {}, options: Members = {}, expression = "true") {
  const ratelimit = { characteristics: ["ip.src"], period: 10, requests_per_period: 5, ...limit };
  const sink = memorySink();
  const rules = ruleset("l", [rule("limit", { action: "block", expression, ratelimit })], { phase: LIMITS });
  return { waf: wafOf([rules], { counters, events: [sink], ...options }), sink };
}

const policies = [
  [undefined, "allow", "open"],
  ["open", "allow", "open"],
  ["closed", "block", "closed"],
] as const;
const policy = (on_store_error: string | undefined): Members =>
  on_store_error === undefined ? {} : { on_store_error };

describe("a store that never answers", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  for (const [given, milliseconds] of [
    [undefined, 1000],
    [50, 50],
  ] as const) {
    const options = given === undefined ? {} : { storeTimeout: given };
    test.each(policies)(`after ${milliseconds} ms, %s: %s`, async (on_store_error, action, verdict) => {
      const { waf, sink } = limitedBy(storeOf(never), policy(on_store_error), options);
      let settled = false;
      const decision = Promise.resolve(waf.evaluate(get("/"))).finally(() => {
        settled = true;
      });
      await vi.advanceTimersByTimeAsync(milliseconds - 1);
      expect(settled).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      const message = `no answer within ${milliseconds} ms`;
      const failures = [{ source: "store", verdict, rule: { ref: "limit" }, message }];
      expect(await decision).toMatchObject({ action, failures });
      expect(sink.events).toMatchObject([{ action, failures: [{ source: "store", verdict }] }]);
      expect(vi.getTimerCount()).toBe(0);
    });
  }

  describe("several limits", () => {
    const limits = (counters: CounterStore, ...policies: (string | undefined)[]) => {
      const ratelimit = { characteristics: ["ip.src"], period: 10, requests_per_period: 5 };
      const rules = policies.map((on_store_error, at) =>
        rule(`limit-${at}`, { action: "block", ratelimit: { ...ratelimit, ...policy(on_store_error) } }),
      );
      return wafOf([ruleset("l", rules, { phase: LIMITS })], { counters, storeTimeout: 100 });
    };
    /** Answers after some milliseconds. */
    const after = (milliseconds: number) =>
      storeOf(() => new Promise((resolve) => void setTimeout(() => resolve(GOOD), milliseconds)));
    const settledAfter = async (asked: unknown, milliseconds: number) => {
      let settled = false;
      const decision = Promise.resolve(asked).finally(() => {
        settled = true;
      });
      await vi.advanceTimersByTimeAsync(milliseconds - 1);
      expect(settled).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(settled).toBe(true);
      return decision;
    };
    const FAILED = { source: "store", verdict: "open", message: "no answer within 100 ms" };

    test("wait for a store that hangs no longer than one", async () => {
      const waf = limits(storeOf(never), undefined, undefined, undefined);
      const failures = [FAILED, FAILED, FAILED];
      expect(await settledAfter(waf.evaluate(get("/")), 100)).toMatchObject({ action: "allow", failures });
      // The next request has its own time.
      expect(await settledAfter(waf.evaluate(get("/")), 100)).toMatchObject({ failures });
      expect(vi.getTimerCount()).toBe(0);
    });

    test("the last of them may still refuse", async () => {
      const waf = limits(storeOf(never), undefined, undefined, "closed");
      expect(await settledAfter(waf.evaluate(get("/")), 100)).toMatchObject({ action: "block" });
    });

    test("of a slow store: the answers that come in time count", async () => {
      const waf = limits(after(40), undefined, undefined, undefined, undefined);
      const decision = await settledAfter(waf.evaluate(get("/")), 100);
      expect(decision).toMatchObject({ failures: [FAILED, FAILED] });
    });

    test("a rejection that comes too late goes unheard", async () => {
      let asked = 0;
      const waf = limits(
        storeOf(() => (asked++ === 0 ? never() : Promise.reject(new Error("late")))),
        undefined,
        undefined,
      );
      expect(await settledAfter(waf.evaluate(get("/")), 100)).toMatchObject({ failures: [FAILED, FAILED] });
    });
  });

  test("an answer in time leaves no timer behind", async () => {
    const { waf } = limitedBy(storeOf(async () => GOOD));
    expect((await waf.evaluate(get("/"))).failures).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("an answer that is late goes unheard, a rejection too", async () => {
    const late = () => new Promise((_, reject) => void setTimeout(() => reject(new Error("late")), 2000));
    const { waf } = limitedBy(storeOf(late));
    const decision = waf.evaluate(get("/"));
    await vi.advanceTimersByTimeAsync(1000);
    expect((await decision).failures).toMatchObject([{ message: "no answer within 1000 ms" }]);
    await vi.advanceTimersByTimeAsync(2000);
  });

  test("to mitigate: the request is refused, and the failure told", async () => {
    const store = { ...storeOf(() => ({ ...GOOD, count: 9 })), mitigate: never };
    const { waf } = limitedBy(store, { mitigation_timeout: 60 });
    const decision = waf.evaluate(get("/"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await decision).toMatchObject({ action: "block", failures: [{ source: "store" }] });
  });

  test("to count a response: the response's decision comes all the same", async () => {
    const store = { ...storeOf(() => GOOD), add: never };
    const counting_expression = "http.response.code eq 400";
    const { waf } = limitedBy(store, { counting_expression });
    const exchange = waf.evaluateExchange({ ...get("/"), response: { status: 400, headers: [] } } as never);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await exchange).toMatchObject({ request: { action: "allow" }, response: { action: "allow" } });
  });
});

const ALGORITHMS = ["fixed_window", "sliding_window", "token_bucket"] as const;

/** An object of which one member cannot be read. */
function withThrowing(member: string): unknown {
  return Object.defineProperty({ ...GOOD }, member, {
    get() {
      throw new Error("no member");
    },
  });
}

/** An object whose count is one at the first look only. */
function turning(): unknown {
  let looks = 0;
  return Object.defineProperty({ ...GOOD }, "count", { get: () => (looks++ === 0 ? 1 : Number.NaN) });
}

describe("an answer that is no count", () => {
  const NO_COUNT = "the result is not a count";
  const answers: readonly (readonly [name: string, answer: unknown, message?: string])[] = [
    ["undefined", undefined],
    ["null", null],
    ["a number", 3],
    ["a function", () => GOOD],
    ["an empty object", {}],
    ["an array", [1, 10_000, 0]],
    ["no reset time", { count: 1, mitigatedUntil: 0 }],
    ["NaN", { ...GOOD, count: Number.NaN }],
    ["a negative count", { ...GOOD, count: -1 }],
    ["an infinite count", { ...GOOD, count: Number.POSITIVE_INFINITY }],
    ["a count that nobody can have reached", { ...GOOD, count: 1e300 }],
    ["a text", { ...GOOD, count: "3" }],
    ["a bigint", { ...GOOD, count: 3n }],
    ["a boxed number", { ...GOOD, count: Object(3) }],
    ["a reset time that is none", { ...GOOD, resetsAt: Number.NaN }],
    ["a reset time that no clock shows", { ...GOOD, resetsAt: 1e16 }],
    ["a mitigation that is none", { ...GOOD, mitigatedUntil: "never" }],
    ["a mitigation without an end", { ...GOOD, mitigatedUntil: Number.POSITIVE_INFINITY }],
    ["a free time that is none", { ...GOOD, freeAt: Number.NaN }],
    ["a count that cannot be read", withThrowing("count"), "no member"],
    ["a free time that cannot be read", withThrowing("freeAt"), "no member"],
  ];
  const ways = [
    ["at once", (answer: unknown) => answer],
    ["later", async (answer: unknown) => answer],
  ] as const;
  const cases = answers.flatMap(([name, answer, message = NO_COUNT]) =>
    ways.flatMap(([when, give]) =>
      policies.map(
        ([on_store_error, action, verdict]) =>
          [
            `${name}, ${when}, ${on_store_error}: ${action}`,
            () => give(answer),
            { on_store_error, action, verdict, message },
          ] as const,
      ),
    ),
  );

  test.each(cases)("%s", async (_name, give, { on_store_error, action, verdict, message }) => {
    const { waf } = limitedBy(storeOf(give), policy(on_store_error));
    const failures = [{ source: "store", verdict, message }];
    expect(await waf.evaluate(get("/"))).toMatchObject({ action, failures });
  });

  // What the response counts is read, not added, when the request is judged.
  const limits: readonly (readonly [name: string, limit: Members])[] = [
    ...ALGORITHMS.map((algorithm) => [algorithm, { algorithm }] as const),
    ...ALGORITHMS.map(
      (algorithm) => [`${algorithm}, mitigating`, { algorithm, mitigation_timeout: 60 }] as const,
    ),
    ["counting responses", { counting_expression: "http.response.code eq 400" }],
    [
      "counting scores",
      { requests_per_period: undefined, score_per_period: 5, score_response_header_name: "x-cost" },
    ],
  ];
  const nonsense = answers.filter(([name]) =>
    ["NaN", "undefined", "a count that cannot be read"].includes(name),
  );
  const paths = limits.flatMap(([limit, members]) =>
    nonsense.flatMap(([name, answer]) =>
      ways.map(([when, give]) => [`${limit}: ${name}, ${when}`, members, () => give(answer)] as const),
    ),
  );

  test.each(paths)("%s is refused where the rule says so", async (_name, members, give) => {
    const { waf } = limitedBy(storeOf(give), { ...members, on_store_error: "closed" });
    const failures = [{ source: "store", verdict: "closed" }];
    expect(await waf.evaluate(get("/"))).toMatchObject({ action: "block", failures });
  });

  test.each(ways)("is told when nothing is judged by it, %s", async (_name, give) => {
    const store = storeOf(() => give({ ...GOOD, count: Number.NaN }));
    const { waf, sink } = limitedBy(
      store,
      { counting_expression: 'http.request.uri.path eq "/other"', on_store_error: "closed" },
      {},
      'http.request.uri.path eq "/"',
    );
    const failures = [{ source: "store", verdict: "open", rule: { ref: "limit" }, message: NO_COUNT }];
    expect(await waf.evaluate(get("/other"))).toMatchObject({ action: "allow", failures });
    expect(sink.events).toMatchObject([{ failures: [{ source: "store", verdict: "open" }] }]);
  });

  test.each(ways)("to a response is in its decision and in the event, %s", async (_name, give) => {
    const store = { ...storeOf(() => give(GOOD)), add: () => give({ ...GOOD, count: -1 }) as never };
    const { waf, sink } = limitedBy(store, { counting_expression: "http.response.code eq 400" });
    const response = { status: 400, headers: [] };
    const failures = [{ source: "store", verdict: "open", rule: { ref: "limit" }, message: NO_COUNT }];
    expect(await waf.evaluateExchange({ ...get("/"), response })).toMatchObject({
      request: { action: "allow" },
      response: { action: "allow", failures },
    });
    expect(sink.events).toMatchObject([{ failures: [{ source: "store", verdict: "open" }] }]);
  });

  test("a count is what it was when it was looked at", async () => {
    const { waf } = limitedBy(storeOf(turning), { on_store_error: "closed" });
    expect(await waf.evaluate(get("/"))).not.toHaveProperty("failures");
  });
});

describe("a promise that is none of the runtime's", () => {
  type Then = (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void;
  const foreign = (then: Then) => () => ({ then });

  test.each<[name: string, then: Then, fails: boolean]>([
    [
      "resolves twice: the first counts",
      (resolve) => {
        resolve(GOOD);
        resolve(null);
      },
      false,
    ],
    [
      "resolves, and rejects",
      (resolve, reject) => {
        resolve(GOOD);
        reject(new Error("late"));
      },
      false,
    ],
    [
      "rejects, and resolves",
      (resolve, reject) => {
        reject(new Error("early"));
        resolve(GOOD);
      },
      true,
    ],
    [
      "resolves, and throws",
      (resolve) => {
        resolve(GOOD);
        throw new Error("late");
      },
      false,
    ],
    ["resolves to another one", (resolve) => resolve(foreign((inner) => inner(GOOD))()), false],
    ["resolves to one that rejects", (resolve) => resolve(Promise.reject(new Error("inner"))), true],
  ])("%s", async (_name, then, fails) => {
    const { waf } = limitedBy(storeOf(foreign(then)), { on_store_error: "closed" });
    expect((await waf.evaluate(get("/"))).action).toBe(fails ? "block" : "allow");
  });

  test("is bounded in time like any other", async () => {
    vi.useFakeTimers();
    try {
      const { waf } = limitedBy(storeOf(foreign(() => undefined)), { on_store_error: "closed" });
      const decision = waf.evaluate(get("/"));
      await vi.advanceTimersByTimeAsync(1000);
      expect(await decision).toMatchObject({ action: "block", failures: [{ source: "store" }] });
    } finally {
      vi.useRealTimers();
    }
  });
});

test("whether a response is from a cache has to be said at once: a promise counts", async () => {
  const { waf } = limitedBy(
    new MemoryCounterStore(),
    { requests_to_origin: true, requests_per_period: 1 },
    { servedFromCache: () => Promise.reject(new Error("later")) },
  );
  const exchange = () => waf.evaluateExchange({ ...get("/"), response: { status: 200, headers: [] } });
  const answers: string[] = [];
  for (let round = 0; round < 3; round++) answers.push((await exchange()).request.action);
  expect(answers).toEqual(["allow", "allow", "block"]);
});

describe("what a store throws", () => {
  const thrown: readonly (readonly [name: string, give: () => unknown])[] = [
    [
      "an object without a text",
      () => {
        throw Object.create(null);
      },
    ],
    ["a rejection without a value", () => Promise.reject(undefined)],
    [
      "a thenable that throws",
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: a foreign promise is what is tested
        then() {
          throw new Error("no promise");
        },
      }),
    ],
  ];

  test.each(thrown)("%s is a failure of the store", async (_name, give) => {
    const { waf } = limitedBy(storeOf(give), { on_store_error: "closed" });
    const failures = [{ source: "store", verdict: "closed" }];
    expect(await waf.evaluate(get("/"))).toMatchObject({ action: "block", failures });
  });
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "1000" as never])(
  "a time limit of %s is refused",
  (storeTimeout) => {
    expect(() =>
      limitedBy(
        storeOf(() => GOOD),
        {},
        { storeTimeout },
      ),
    ).toThrow(expect.objectContaining({ code: "E_OPTION" }));
  },
);

test("the wait does not keep the process alive", () => {
  const program = `
    import { createWaf } from "./dist/index.js";
    const never = () => new Promise(() => {});
    const ratelimit = { characteristics: ["ip.src"], period: 10, requests_per_period: 5 };
    const rules = [{ ref: "a", expression: "true", action: "block", ratelimit }];
    const waf = createWaf(
      { rulesets: [{ id: "l", name: "l", kind: "zone", phase: "http_ratelimit", rules }] },
      { counters: { read: never, add: never, mitigate: never, reset: never }, storeTimeout: 2_000_000_000 },
    );
    void waf.evaluate({ url: "http://a.example/", remoteAddress: "192.0.2.1" });
    console.log("asked");
  `;
  const words = ["--input-type=module", "-e", program];
  expect(execFileSync(process.execPath, words, { encoding: "utf8", timeout: 50_000 })).toBe("asked\n");
});
