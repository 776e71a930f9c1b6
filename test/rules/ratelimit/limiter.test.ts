import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileRateLimit, type RateLimitServices } from "../../support/rate-limit.ts";
import { standardScheme } from "../../support/source/engine/firewall.ts";
import { formatDiagnostic } from "../../support/source/language/diagnostics.ts";
import { type ExecutionContext, fieldsFrom, Scheme, toValue } from "../../support/source/language/scheme.ts";
import { Ip6, type Value } from "../../support/source/language/values.ts";
import {
  type CounterStore,
  encodeKey,
  keyPrefix,
  MAX_KEY,
  MemoryCounterStore,
  type RateLimitAlgorithm,
  type RateLimiter,
  type RateLimitVerdict,
  StoreWaits,
} from "../../support/source/rules/ratelimit.ts";
import type { RateLimitDocument } from "../../support/source/rules/ruleset.ts";

const ofResponse = { "http.response.code": "Int", "http.response.headers": "Map<Array<Bytes>>" };
const fields = [
  ...fieldsFrom({
    "ip.src": "Ip",
    "http.host": "Bytes",
    "http.request.uri.path": "Bytes",
    "http.request.headers": "Map<Array<Bytes>>",
    "http.request.body.size": "Int",
  }),
  ...fieldsFrom(ofResponse).map((field) => ({ ...field, phases: ["response"] })),
];
const scheme = new Scheme<never>({ fields });

type Inputs = Readonly<Record<string, unknown>>;

const apiKey = (key: string): Inputs => ({
  "ip.src": "192.0.2.1",
  "http.request.headers": { "x-api-key": [key] },
});

function compile(document: Partial<RateLimitDocument>, services: Partial<RateLimitServices> = {}) {
  return compileRateLimit(
    { ruleset: "rs", ref: "a" },
    { characteristics: ["ip.src"], period: 10, requests_per_period: 1, ...document },
    {
      scheme: scheme.narrow("body"),
      decisionScheme: scheme.narrow("response"),
      store: new MemoryCounterStore(),
      ...services,
    },
  );
}

function limiterOf(
  document: Partial<RateLimitDocument>,
  services: Partial<RateLimitServices> = {},
): RateLimiter {
  const result = compile(document, services);
  if (!result.ok) throw new Error(result.errors.map(formatDiagnostic).join("\n"));
  return result.value;
}

function contextOf(inputs: Inputs): ExecutionContext {
  return scheme.contextFrom(inputs as never) as unknown as ExecutionContext;
}

function put(context: ExecutionContext, inputs: Inputs): void {
  for (const [name, input] of Object.entries(inputs)) {
    const { slot, field } = scheme.field(name)!;
    context.set(slot, toValue(field.type, input, name));
  }
}

/** A verdict that a local store gives at once. */
function judge(limiter: RateLimiter, inputs: Inputs, now: number): RateLimitVerdict {
  return limiter.judge(contextOf(inputs), now) as RateLimitVerdict;
}

/** A request that passes the limit and then gets an answer; whether it was limited. */
function exchange(limiter: RateLimiter, request: Inputs, response: Inputs, now: number): boolean {
  const context = contextOf(request);
  const { limited } = limiter.judge(context, now) as RateLimitVerdict;
  if (limited) return true;
  put(context, response);
  limiter.countLater(context, now, true);
  return false;
}

const key = 'http.request.headers["x-api-key"][0]';

describe("the documented walk-throughs", () => {
  test("one request in 10 seconds for each address and API key", () => {
    const store = new MemoryCounterStore();
    const limiter = limiterOf({ characteristics: ["cf.colo.id", "ip.src", key] }, { store });
    expect(judge(limiter, apiKey("one"), 0)).toMatchObject({ limited: false, count: 1 });
    expect(judge(limiter, apiKey("two"), 1000)).toMatchObject({ limited: false, count: 1 });
    // A request that the rule's expression does not match is told by `count`, and touches nothing.
    limiter.count(contextOf(apiKey("one")), 2000);
    expect(judge(limiter, apiKey("one"), 3000)).toMatchObject({ limited: true, count: 2, retryAt: 10_000 });
    expect(judge(limiter, apiKey("one"), 9999)).toMatchObject({ limited: true, count: 3 });
    expect(judge(limiter, apiKey("one"), 10_000)).toMatchObject({ limited: false, count: 1 });
    expect(store.stats().keys).toBe(2);
  });

  test("two answers 400 in 10 seconds, then a block of a minute", () => {
    const limiter = limiterOf({ counting_expression: "http.response.code eq 400", mitigation_timeout: 60 });
    expect([limiter.countsResponse, limiter.countsUnmatched]).toEqual([true, true]);
    const request = { "ip.src": "192.0.2.1" };
    expect(exchange(limiter, request, { "http.response.code": 400 }, 0)).toBe(false);
    expect(exchange(limiter, request, { "http.response.code": 200 }, 1000)).toBe(false);
    expect(exchange(limiter, request, { "http.response.code": 400 }, 2000)).toBe(false);
    expect(judge(limiter, request, 3000)).toEqual({
      limited: true,
      count: 2,
      limit: 1,
      period: 10_000,
      isBan: true,
      resetsAt: 62_000,
      retryAt: 62_000,
    });
    expect(judge(limiter, request, 61_999).limited).toBe(true);
    expect(judge(limiter, { "ip.src": "192.0.2.2" }, 61_999).limited).toBe(false);
    expect(judge(limiter, request, 62_000)).toMatchObject({ limited: false, count: 0 });
  });
});

describe("counting", () => {
  test("a counting expression on the request counts what the rule does not match", () => {
    const limiter = limiterOf({
      counting_expression: 'http.request.uri.path eq "/login"',
      requests_per_period: 2,
    });
    expect([limiter.countsResponse, limiter.countsUnmatched]).toEqual([false, true]);
    const at = (path: string) => ({ "ip.src": "192.0.2.1", "http.request.uri.path": path });
    for (const path of ["/login", "/login", "/other", "/login"]) limiter.count(contextOf(at(path)), 0);
    expect(judge(limiter, at("/other"), 1)).toMatchObject({ limited: true, count: 3 });
    expect(judge(limiter, at("/login"), 2)).toMatchObject({ limited: true, count: 4 });
  });

  test("match and count see the same request, whatever was rewritten", () => {
    const limiter = limiterOf({
      characteristics: ["http.host"],
      counting_expression: 'http.host eq "a.example" and http.response.code eq 400',
    });
    const context = contextOf({ "http.host": "a.example" });
    limiter.judge(context, 0);
    put(context, { "http.host": "origin.internal", "http.response.code": 400 });
    limiter.countLater(context, 0, true);
    expect(context.get(scheme.field("http.host")!.slot)).toBe("origin.internal");
    expect(judge(limiter, { "http.host": "a.example" }, 1).count).toBe(1);
    // The context's next request has nothing of the one before.
    put(context, { "http.host": "b.example" });
    limiter.count(context, 2);
    limiter.countLater(context, 2, true);
    expect(judge(limiter, { "http.host": "b.example" }, 3).count).toBe(0);
  });

  test.each<[readonly string[] | undefined, number]>([
    [["25"], 25],
    [["1"], 1],
    [["1000000"], 1_000_000],
    [["0"], 0],
    [["1000001"], 0],
    [["-5"], 0],
    [["2.5"], 0],
    [[" 5"], 0],
    [["99999999999"], 0],
    [["x"], 0],
    [[""], 0],
    [["7", "9"], 7],
    [[], 0],
    [undefined, 0],
  ])("a score of %j counts %d", (values, count) => {
    const limiter = limiterOf({
      requests_per_period: undefined as never,
      score_per_period: 100,
      score_response_header_name: "X-Score",
    });
    expect([limiter.limit, limiter.countsResponse, limiter.countsUnmatched]).toEqual([100, true, false]);
    const request = { "ip.src": "192.0.2.1" };
    const headers = values === undefined ? {} : { "x-score": values };
    expect(exchange(limiter, request, { "http.response.headers": headers }, 0)).toBe(false);
    expect(judge(limiter, request, 1)).toMatchObject({ count, limited: count > 100 });
  });

  test("answers of the cache do not count when only requests to the origin do", () => {
    let cached: boolean | undefined;
    const limiter = limiterOf({ requests_to_origin: true }, { servedFromCache: () => cached });
    const request = { "ip.src": "192.0.2.1" };
    const counts = [true, false, undefined].map((answer, at) => {
      cached = answer;
      exchange(limiter, request, {}, at);
      return judge(limiter, request, at).count;
    });
    expect(counts).toEqual([0, 1, 2]);
  });

  test("a host that cannot tell is warned of, and everything counts", () => {
    const result = compile({ requests_to_origin: true });
    expect(result.warnings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ["W_RATELIMIT", "/ratelimit/requests_to_origin"],
    ]);
    expect(result.ok && result.value.countsResponse).toBe(false);
  });

  test("rules have counters of their own", () => {
    const store = new MemoryCounterStore();
    const document = { characteristics: ["ip.src"], period: 10, requests_per_period: 1 };
    const services = { scheme, decisionScheme: scheme, store };
    for (const [ruleset, ref] of [
      ["rs", "a"],
      ["rs", "b"],
      ["rsa", ""],
      ["r", "sa"],
    ] as const) {
      const made = compileRateLimit({ ruleset, ref }, document, services);
      expect(made.ok && judge(made.value, { "ip.src": "192.0.2.1" }, 0).count).toBe(1);
    }
  });
});

describe("acting", () => {
  const request = { "ip.src": "192.0.2.1" };

  test.each(["fixed_window", "sliding_window", "token_bucket"] as const)(
    "a throttle of %s lets the limit through",
    (algorithm) => {
      const limiter = limiterOf({ algorithm, requests_per_period: 5, mitigation_timeout: 0 });
      let passed = 0;
      for (let now = 0; now < 100_000; now += 500) if (!judge(limiter, request, now).limited) passed++;
      // 5 in 10 seconds over 100 seconds; a bucket starts full, and a sliding estimate errs on the strict side.
      expect(passed).toBeGreaterThanOrEqual(40);
      expect(passed).toBeLessThanOrEqual(55);
    },
  );

  test("retryAt is when the next request passes", () => {
    for (const algorithm of ["fixed_window", "sliding_window", "token_bucket"] as const) {
      const limiter = limiterOf({ algorithm, requests_per_period: 3 });
      for (let at = 0; at < 3; at++) judge(limiter, request, at * 100);
      const { limited, retryAt = 0 } = judge(limiter, request, 400);
      expect([algorithm, limited, judge(limiter, request, retryAt).limited]).toEqual([
        algorithm,
        true,
        false,
      ]);
    }
  });

  test("a passed challenge begins anew", () => {
    const limiter = limiterOf({ mitigation_timeout: 60 });
    judge(limiter, request, 0);
    expect(judge(limiter, request, 1).limited).toBe(true);
    limiter.forgive(contextOf(request));
    expect(judge(limiter, request, 2)).toMatchObject({ limited: false, count: 1 });
  });

  const broken: CounterStore = {
    read: () => Promise.reject(new Error("no route to store")),
    add: () => {
      throw new Error("no route to store");
    },
    mitigate: () => Promise.reject(new Error("no route to store")),
    reset: () => {
      throw new Error("no route to store");
    },
  };

  test.each([
    [undefined, false],
    ["open", false],
    ["closed", true],
  ] as const)("a store that fails, %s", async (policy, limited) => {
    const document = policy === undefined ? {} : { on_store_error: policy };
    const verdict = { limited, storeError: "no route to store", limit: 1 };
    const limiter = limiterOf(document, { store: broken });
    expect(limiter.judge(contextOf(request), 0)).toMatchObject(verdict);
    const onResponse = limiterOf(
      { ...document, counting_expression: "http.response.code eq 400" },
      { store: broken },
    );
    await expect(onResponse.judge(contextOf(request), 0)).resolves.toMatchObject(verdict);
    const context = contextOf({ ...request, "http.response.code": 400 });
    expect(onResponse.countLater(context, 0, true)).toBe("no route to store");
    expect(limiter.forgive(context)).toBe("no route to store");
  });

  const state = { count: 1, resetsAt: 10, mitigatedUntil: 0 };
  const LAST_TIME = 8_640_000_000_000_000;
  test.each<[answer: unknown, isCount: boolean]>([
    [state, true],
    [{ ...state, freeAt: 0 }, true],
    [{ ...state, resetsAt: LAST_TIME }, true],
    [{ ...state, count: Number.MAX_SAFE_INTEGER }, true],
    [{ ...state, resetsAt: LAST_TIME + 1 }, false],
    [{ ...state, count: Number.MAX_SAFE_INTEGER + 1 }, false],
    [{ ...state, count: 0.5 }, false],
    [{ ...state, count: -1 }, false],
    [{ ...state, count: Number.NaN }, false],
    [{ ...state, count: "1" }, false],
    [{ ...state, resetsAt: undefined }, false],
    [{ ...state, resetsAt: Number.POSITIVE_INFINITY }, false],
    [{ ...state, mitigatedUntil: null }, false],
    [{ ...state, mitigatedUntil: -1 }, false],
    [{ ...state, freeAt: null }, false],
    [{ ...state, freeAt: -1 }, false],
    [undefined, false],
    [null, false],
    [1, false],
    ["OK", false],
  ])("a store that answers %j: %s", (answer, isCount) => {
    const store = { ...broken, add: () => answer as never };
    const verdict = judge(limiterOf({ requests_per_period: 5 }, { store }), request, 7);
    expect(verdict).toEqual(
      isCount
        ? {
            limited: (answer as typeof state).count > 5,
            count: (answer as typeof state).count,
            limit: 5,
            period: 10_000,
            resetsAt: (answer as typeof state).resetsAt,
            retryAt: (answer as { freeAt?: number }).freeAt ?? (answer as typeof state).resetsAt,
          }
        : {
            limited: false,
            count: 0,
            limit: 5,
            period: 10_000,
            resetsAt: 7,
            retryAt: 7,
            storeError: "the answer is no count",
          },
    );
  });

  test.each<[algorithm: RateLimitAlgorithm, isCount: boolean]>([
    ["fixed_window", false],
    ["sliding_window", true],
    ["token_bucket", true],
  ])("a fraction of a request in a %s: %s", (algorithm, isCount) => {
    const store = { ...broken, add: () => ({ ...state, count: 0.5 }) };
    const { storeError } = judge(limiterOf({ algorithm }, { store }), request, 7);
    expect(storeError).toBe(isCount ? undefined : "the answer is no count");
  });

  test("a store that never answers is given up after its time", async () => {
    const waits: number[] = [];
    const timer = (milliseconds: number, callback: () => void) => {
      waits.push(milliseconds);
      callback();
      return () => undefined;
    };
    const store = { ...broken, add: () => new Promise<never>(() => undefined) };
    const limiter = limiterOf({}, { store, waits: new StoreWaits(250, timer) });
    const { storeError } = await limiter.judge(contextOf(request), 0);
    expect(storeError).toBe("no answer within 250 ms");
    expect(waits).toEqual([250]);
  });

  test("a store that cannot keep a mitigation still limits", async () => {
    const inner = new MemoryCounterStore();
    const store: CounterStore = {
      read: inner.read.bind(inner),
      add: inner.add.bind(inner),
      mitigate: broken.mitigate,
      reset: inner.reset.bind(inner),
    };
    const limiter = limiterOf({ mitigation_timeout: 60 }, { store });
    judge(limiter, request, 0);
    await expect(limiter.judge(contextOf(request), 1)).resolves.toMatchObject({
      limited: true,
      storeError: "no route to store",
    });
  });
});

describe("cost", () => {
  const sized = (size: unknown): Inputs => ({
    "ip.src": "192.0.2.1",
    ...(size === undefined ? {} : { "http.request.body.size": size }),
  });
  test.each<[size: number | bigint | undefined, count: number]>([
    [7, 7],
    [1, 1],
    [0, 0],
    [-5, 0],
    [1_000_000, 1_000_000],
    [1_000_001, 1_000_000],
    [9_007_199_254_740_993n, 1_000_000],
    [-9_007_199_254_740_993n, 0],
    [undefined, 1],
  ])("of %s counts %d", (size, count) => {
    const limiter = limiterOf({ cost_expression: "http.request.body.size", requests_per_period: 10 });
    expect(judge(limiter, sized(size), 0)).toMatchObject({ count, limited: count > 10 });
    // What unmatched requests and responses count costs the same.
    const counting = limiterOf({
      cost_expression: "http.request.body.size",
      counting_expression: "ip.src eq 192.0.2.1",
      requests_per_period: 10,
    });
    counting.count(contextOf(sized(size)), 0);
    expect(judge(counting, sized(0), 1).count).toBe(count);
    const onResponse = limiterOf({
      cost_expression: "http.request.body.size",
      counting_expression: "http.response.code eq 400",
      requests_per_period: 10,
    });
    exchange(onResponse, sized(size), { "http.response.code": 400 }, 0);
    expect(judge(onResponse, sized(0), 1).count).toBe(count);
  });

  test("is what the request cost when it was judged", () => {
    const limiter = limiterOf({
      cost_expression: "http.request.body.size",
      counting_expression: "http.response.code eq 400",
    });
    const context = contextOf(sized(7));
    limiter.judge(context, 0);
    put(context, { "http.request.body.size": 1, "http.response.code": 400 });
    limiter.countLater(context, 0, true);
    expect(judge(limiter, sized(0), 1).count).toBe(7);
  });

  test("is an Int of the request", () => {
    const faults = (cost_expression: string) => {
      const compiled = compile({ cost_expression });
      return compiled.ok ? [] : compiled.errors;
    };
    expect(faults("http.host").map(({ code, pointer }) => [code, pointer])).toEqual([
      ["E_TYPE_MISMATCH", "/ratelimit/cost_expression"],
    ]);
    expect(faults("http.response.code").map(({ code }) => code)).toEqual(["E_FIELD_PHASE"]);
  });
});

describe("steps", () => {
  const request = { "ip.src": "192.0.2.1" };
  const verdictOf = ({ limited, step, isBan, limit }: RateLimitVerdict) =>
    `${limited ? "limited" : "passes"} ${limit}${step === undefined ? "" : ` step ${step}`}${isBan ? " ban" : ""}`;

  test("the hardest that is passed acts, and its ban outlasts the others", () => {
    const limiter = limiterOf({
      requests_per_period: 2,
      steps: [
        { requests_per_period: 4, mitigation_timeout: 30 },
        { requests_per_period: 6, period: 3600, mitigation_timeout: 600 },
      ],
    });
    const at = (now: number) => verdictOf(judge(limiter, request, now));
    expect([0, 1, 2, 3, 4, 5].map(at)).toEqual([
      "passes 2",
      "passes 2",
      "limited 2",
      "limited 2",
      "limited 4 step 1 ban",
      "limited 4 step 1 ban",
    ]);
    // Requests that a ban refuses count towards harder steps.
    expect(at(6)).toBe("limited 6 step 2 ban");
    expect(at(599_000)).toBe("limited 6 step 2 ban");
    // The hour is over as the ban is.
    expect(at(3_600_001)).toBe("passes 2");
  });

  test("what is dropped from one step counts in the next", () => {
    const limiter = limiterOf({
      algorithm: "sliding_window",
      requests_per_period: 1,
      steps: [{ requests_per_period: 3, mitigation_timeout: 60 }],
    });
    expect([0, 1, 2, 3].map((now) => verdictOf(judge(limiter, request, now)))).toEqual([
      "passes 1",
      "limited 1",
      "limited 1",
      "limited 3 step 1 ban",
    ]);
  });

  test("tell how far each is used up", () => {
    const limiter = limiterOf({ requests_per_period: 3, steps: [{ requests_per_period: 9, period: 60 }] });
    judge(limiter, request, 0);
    expect(judge(limiter, request, 1).quotas).toEqual([
      { limit: 3, period: 10_000, count: 2, resetsAt: 10_000 },
      { limit: 9, period: 60_000, count: 2, resetsAt: 60_000 },
    ]);
    expect(judge(limiterOf({}), request, 1).quotas).toBeUndefined();
  });

  test("a store of which one answer fails has failed, and no rejection goes unheard", async () => {
    const inner = new MemoryCounterStore();
    let asked = 0;
    const store: CounterStore = {
      read: async (...given) => inner.read(...given),
      add: (...given) => {
        asked++;
        if (asked % 2 === 0) throw new Error("no route to store");
        return Promise.reject(new Error(`down ${given[0]}`));
      },
      mitigate: async (...given) => inner.mitigate(...given),
      reset: async (key) => inner.reset(key),
    };
    const limiter = limiterOf({ steps: [{ requests_per_period: 9 }] }, { store });
    expect(await limiter.judge(contextOf(request), 0)).toMatchObject({
      limited: false,
      storeError: "no route to store",
    });
  });

  test("all stores and all algorithms let at most the limit of each step pass", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<RateLimitAlgorithm>("fixed_window", "sliding_window", "token_bucket"),
        fc.array(fc.nat(3000), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 5, max: 12 }),
        (algorithm, waits, soft, hard) => {
          const both = limiterOf({
            algorithm,
            requests_per_period: soft,
            steps: [{ requests_per_period: hard, period: 60 }],
          });
          const alone = [
            limiterOf({ algorithm, requests_per_period: soft }),
            limiterOf({ algorithm, requests_per_period: hard, period: 60 }),
          ];
          let now = 0;
          for (const wait of waits) {
            now += wait;
            // Each step counts as a limit of its own would, and the last one that is passed acts.
            const [first, second] = alone.map((one) => judge(one, request, now).limited);
            const verdict = judge(both, request, now);
            expect(verdict.limited).toBe(first === true || second === true);
            expect(verdict.step).toBe(second === true ? 1 : undefined);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("characteristics", () => {
  test("a missing field and an empty one are two counters", () => {
    const limiter = limiterOf({ characteristics: [key] });
    expect(judge(limiter, { "http.request.headers": {} }, 0).count).toBe(1);
    expect(judge(limiter, { "http.request.headers": { "x-api-key": [""] } }, 0).count).toBe(1);
    expect(judge(limiter, {}, 0).count).toBe(2);
  });

  const TELLS_APART = (call: string) =>
    `a client of IPv6 has a /64 of addresses, which \`${call}\` tells apart: it can have a new counter for each request`;
  const FINE = (length: number) =>
    `a client of IPv6 has a /64 of addresses, so with /${length} it can have a new counter for each request`;
  test.each<[document: Partial<RateLimitDocument>, ...told: (readonly [pointer: string, message: string])[]]>(
    [
      [{ characteristics: ["cidr6(ip.src, 64)"] }],
      [{ characteristics: ["cidr6(ip.src, 56)", "http.host"] }],
      [
        { characteristics: ["http.host", "cidr6(ip.src, 65)"] },
        ["/ratelimit/characteristics/1", TELLS_APART("cidr6(ip.src, 65)")],
      ],
      [
        { characteristics: ["cidr(ip.src, 24, 128)"] },
        ["/ratelimit/characteristics/0", TELLS_APART("cidr(ip.src, 24, 128)")],
      ],
      [
        { characteristics: ["to_string(cidr6(ip.src, 96))"] },
        ["/ratelimit/characteristics/0", TELLS_APART("cidr6(ip.src, 96)")],
      ],
      [{ characteristics: ["cidr(ip.src, 24, 64)"] }],
      // Of addresses the limit makes networks itself.
      [{ characteristics: ["ip.src"] }],
      [{ characteristics: ["to_string(ip.src)"], ipv6_prefix_length: 64 }],
      [{ characteristics: ["ip.src"], ipv6_prefix_length: 65 }, ["/ratelimit/ipv6_prefix_length", FINE(65)]],
      [
        { characteristics: ["to_string(ip.src)"], ipv6_prefix_length: 128 },
        ["/ratelimit/ipv6_prefix_length", FINE(128)],
      ],
      [{ characteristics: ["http.host"], ipv6_prefix_length: 128 }],
    ],
  )("W_RATELIMIT: %j", (document, ...told) => {
    const { warnings } = compile(document, {
      scheme: standardScheme().narrow("body"),
      decisionScheme: standardScheme().narrow("response"),
    });
    expect(warnings.map(({ code }) => code)).toEqual(told.map(() => "W_RATELIMIT"));
    expect(warnings.map(({ pointer, message }) => [pointer, message])).toEqual(told);
    for (const { hint } of warnings) expect(hint).toMatch(/\/64 (?:counts )?as one client/);
  });

  test("names of the reference product", () => {
    const result = compile({
      characteristics: ["cf.colo.id", "cf.unique_visitor_id", "ip.src", "http.host"],
    });
    expect(
      result.warnings.map(({ code, severity, pointer, message }) => [code, severity, pointer, message]),
    ).toEqual([
      [
        "W_RATELIMIT",
        "warning",
        "/ratelimit/characteristics/0",
        "`cf.colo.id` is left out: there are no data centres here, and the store says how far counters reach",
      ],
      [
        "W_RATELIMIT",
        "warning",
        "/ratelimit/characteristics/1",
        "`cf.unique_visitor_id` counts as `ip.src`: visitors behind one address are not told apart here",
      ],
    ]);
    expect(result.warnings[0]?.frame).toContain("cf.colo.id");
    expect(result.ok && result.value.characteristics).toEqual(["ip.src", "http.host"]);
  });

  test.each<[document: Partial<RateLimitDocument>, fields: readonly string[]]>([
    [{}, ["ip.src"]],
    [{ characteristics: [" ip.src ", "http.host", "ip.src"] }, ["ip.src", "http.host"]],
    [{ counting_expression: " " }, ["ip.src"]],
    [{ counting_expression: 'http.host eq "a"' }, ["ip.src", "http.host"]],
    [{ score_per_period: 5, score_response_header_name: "x" }, ["ip.src", "http.response.headers"]],
  ])("%j reads %j", (document, fields) => {
    const limiter = limiterOf(document);
    expect([limiter.fields.map(({ name }) => name), limiter.period]).toEqual([fields, 10]);
  });

  test("a field of the embedder's with a name of the reference product is that field", () => {
    const own = new Scheme<never>({ fields: fieldsFrom({ "ip.src": "Ip", "cf.colo.id": "Int" }) });
    const result = compile({ characteristics: ["cf.colo.id"] }, { scheme: own, decisionScheme: own });
    expect([result.warnings, result.ok && result.value.characteristics]).toEqual([[], ["cf.colo.id"]]);
  });

  test.each<[Partial<RateLimitDocument>, string, string, message?: string]>([
    [{ characteristics: ["ip.src", "http.hots"] }, "E_UNKNOWN_IDENTIFIER", "/ratelimit/characteristics/1"],
    [{ characteristics: ["http.response.code"] }, "E_FIELD_PHASE", "/ratelimit/characteristics/0"],
    [{ counting_expression: "http.host" }, "E_EXPECTED_TOKEN", "/ratelimit/counting_expression"],
    [
      { requests_per_period: undefined as never },
      "E_RATELIMIT",
      "/ratelimit/requests_per_period",
      "a rate limit needs `requests_per_period` or `score_per_period`",
    ],
    [
      { requests_per_period: undefined as never, score_per_period: 5 },
      "E_RATELIMIT",
      "/ratelimit/score_response_header_name",
      "`score_per_period` needs `score_response_header_name`",
    ],
  ])("%j: %s", (document, code, pointer, message) => {
    const result = compile(document);
    const errors = result.ok ? [] : result.errors;
    expect(errors.map((error) => [error.code, error.pointer, error.source])).toEqual([
      [code, pointer, "rs/a"],
    ]);
    if (message !== undefined) expect(errors[0]?.message).toBe(message);
  });
});

describe("keys", () => {
  const text = fc.string({ unit: fc.constantFrom("a", ":", ";", "1", "s", "-", "\0"), maxLength: 4 });
  const value: fc.Arbitrary<Value | undefined> = fc.oneof(
    text,
    fc.constant(undefined),
    fc.boolean(),
    fc.integer(),
    fc.array(text, { maxLength: 3 }),
    fc
      .dictionary(text, fc.array(text, { maxLength: 2 }), { maxKeys: 2 })
      .map((entries) => new Map(Object.entries(entries))),
  );
  const plain = (values: readonly (Value | undefined)[]) =>
    JSON.stringify(
      values.map((one) =>
        one instanceof Map ? { map: [...one].sort() } : one === undefined ? { none: 1 } : one,
      ),
    );

  test("different tuples have different keys, equal ones the same", () => {
    const tuple = fc.array(value, { maxLength: 3 });
    fc.assert(
      fc.property(tuple, tuple, (left, right) => {
        expect(encodeKey("", left) === encodeKey("", right)).toBe(plain(left) === plain(right));
      }),
      { numRuns: 3000 },
    );
    expect(encodeKey("", ["a", "bc"])).not.toBe(encodeKey("", ["ab", "c"]));
  });

  // Counters outlive a release where the store is elsewhere.
  test.each<[key: string, values: readonly (Value | undefined)[]]>([
    ["", []],
    ["-", [undefined]],
    ["s0:", [""]],
    ["s1:as2:bc", ["a", "bc"]],
    ["tf", [true, false]],
    ["n5;n-5;", [5, -5n]],
    ["p2001:db8::1;", [new Ip6(0x20010db8, 0, 0, 1)]],
    ["a2:s1:as0:", [["a", ""]]],
    [
      "m2:s1:aa1:s1:1s1:ba1:s1:2",
      [
        new Map([
          ["b", ["2"]],
          ["a", ["1"]],
        ]),
      ],
    ],
    [`s92:${"x".repeat(92)}`, ["x".repeat(92)]],
    ["hlx34MOJ7rVCLI9LbxdkJgV_xQtR2bS67A8FrKrOlA0U", ["x".repeat(93)]],
  ])("the key %s", (expected, values) => {
    expect(encodeKey("", values)).toBe(expected);
  });

  test("are bounded, the rule's part too", () => {
    const long = "x".repeat(100_000);
    expect(encodeKey(keyPrefix(long, long), [long]).length).toBeLessThanOrEqual(MAX_KEY);
    expect(encodeKey("", [long])).not.toBe(encodeKey("", [`${long}y`]));
    expect(keyPrefix(long, "a")).not.toBe(keyPrefix(long, "b"));
  });
});
