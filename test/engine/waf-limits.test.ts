import { describe, expect, test } from "vitest";
import { remoteStore } from "../support/remote-store.ts";
import { type CounterStore, MemoryCounterStore } from "../support/source/rules/ratelimit.ts";
import { get, LIMITS, type Members, rule, ruleset, wafOf } from "./waf-support.ts";

const limit = (ref: string, members: Members, action = "block"): Members =>
  rule(ref, {
    action,
    ratelimit: { characteristics: ["ip.src"], period: 60, requests_per_period: 1, ...members },
  });
const limited = (rules: readonly Members[], counters?: CounterStore, options: Members = {}) =>
  wafOf([ruleset("l", rules, { phase: LIMITS })], { ...(counters && { counters }), ...options });

const stores: readonly (readonly [string, () => CounterStore])[] = [
  ["memory", () => new MemoryCounterStore()],
  ["remote", remoteStore],
];

describe("arguments that make no sense", () => {
  test.each<[query: unknown, code: string]>([
    [null, "E_OPTION"],
    [5, "E_OPTION"],
    [{ most: 0 }, "E_OPTION"],
    [{ most: 1_001 }, "E_OPTION"],
    [{ now: Number.NaN }, "E_OPTION"],
    [{ now: "today" }, "E_OPTION"],
    [{ rule: 5 }, "E_OPTION"],
    [{ rule: "other" }, "E_UNKNOWN_NAME"],
    [{ rules: "r" }, "E_OPTION_UNKNOWN"],
  ])("a query of %j", async (query, code) => {
    await expect(limited([limit("r", {})]).limits.list(query as never)).rejects.toMatchObject({ code });
  });

  test.each<[target: unknown]>([
    [null],
    [undefined],
    ["id"],
    [{}],
    [{ id: 5 }],
    [{ rule: "r" }],
    [{ rule: undefined, key: {} }],
    [{ key: {} }],
    [{ rule: "r", key: null }],
    [{ rule: "r", key: { "ip.src": 5 } }],
  ])("a target of %j", async (target) => {
    const waf = limited([limit("r", {})]);
    for (const now of [0, 1]) await waf.evaluate(get("/"), { now });
    await expect(waf.limits.reset(target as never)).rejects.toMatchObject({ code: "E_OPTION" });
    expect(await waf.limits.list({ now: 2 })).toHaveLength(1);
  });
});

test("requests go on while an id is looked for among many", async () => {
  const now = Date.now();
  const waf = limited([limit("r", { characteristics: ["http.request.uri.path"] })]);
  for (let at = 0; at < 1_500; at++) await waf.evaluate(get(`/${at}`), { now });
  let turns = 0;
  const count = (): void => {
    turns++;
    timer = setTimeout(count, 0);
  };
  let timer = setTimeout(count, 0);
  expect(await waf.limits.reset({ id: "none" })).toBe(false);
  clearTimeout(timer);
  expect(turns).toBeGreaterThan(0);
});

describe.each(stores)("limits in rulesets that rules execute, %s store", (_name, counters) => {
  const execute = (ref: string, id: string, members: Members = {}) =>
    rule(ref, { action: "execute", action_parameters: { id }, ...members });
  const inner = ruleset("inner", [limit("often", {}), { ...limit("off", {}), enabled: false }], {
    kind: "custom",
    phase: LIMITS,
  });

  test("are listed once, and reset, wherever the ruleset runs", async () => {
    const entry = [
      execute("one", "inner"),
      execute("two", "inner"),
      execute("off", "inner", { enabled: false }),
    ];
    const waf = wafOf([ruleset("l", entry, { phase: LIMITS }), inner], { counters: counters() });
    for (const now of [0, 1, 2]) await waf.evaluate(get("/"), { now });
    const listed = await waf.limits.list({ now: 3 });
    expect(listed.map((one) => [one.ruleset, one.rule, one.key])).toEqual([
      ["inner", "often", { "ip.src": "192.0.2.7" }],
    ]);
    expect(await waf.limits.reset({ rule: "often", key: { "ip.src": "192.0.2.7" } })).toBe(true);
    expect(await waf.limits.list({ now: 3 })).toEqual([]);
  });
});

describe.each(stores)("who is limited, %s store", (_name, counters) => {
  test("lists whom a limit leaves no room, and nobody else", async () => {
    const waf = limited([limit("r", { requests_per_period: 2, mitigation_timeout: 600 })], counters());
    for (let now = 0; now < 4; now++) await waf.evaluate(get("/"), { now });
    await waf.evaluate(get("/", { remoteAddress: "198.51.100.1" }), { now: 5 });
    for (const now of [5, 6]) await waf.evaluate(get("/", { remoteAddress: "2001:db8:1:2:3::4" }), { now });
    expect(await waf.limits.list({ now: 10 })).toEqual([
      {
        id: expect.stringMatching(/^[\w-]{22}$/),
        ruleset: "l",
        rule: "r",
        key: { "ip.src": "192.0.2.7" },
        count: 3,
        limit: 2,
        period: 60,
        banned: true,
        until: 600_002,
      },
      {
        id: expect.any(String),
        ruleset: "l",
        rule: "r",
        key: { "ip.src": "2001:db8:1:2::/64" },
        count: 2,
        limit: 2,
        period: 60,
        banned: false,
        until: 60_005,
      },
    ]);
    expect(await waf.limits.list({ now: 700_000 })).toEqual([]);
  });

  test("shows values of every type, and hides secrets", async () => {
    const characteristics = [
      "http.host",
      "http.request.body.size",
      "ssl",
      'http.request.headers["authorization"][0]',
      'http.request.cookies["session"][0]',
      'lookup_json_string(http.request.body.raw, "password")',
      'lower(http.request.headers["x-plain"][0])',
      'http.request.headers["x-missing"][0]',
      "http.request.uri.path",
    ];
    const waf = limited([limit("r", { characteristics })], counters());
    const secret = "s3cr3t";
    await waf.evaluate(
      get(`/${"long".repeat(20)}`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${secret}`,
          cookie: `session=${secret}`,
          "x-plain": "Plain",
          "content-type": "application/json",
        },
        body: JSON.stringify({ password: secret }),
      }),
      { now: 0 },
    );
    const entries = await waf.limits.list({ now: 1 });
    expect(entries).toHaveLength(1);
    expect(JSON.stringify(entries)).not.toContain(secret);
    // Several long values make a key that is hashed as a whole.
    expect(entries[0]?.key).toEqual({});
  });

  test.each<[characteristic: string, request: Members, shown: string | null]>([
    ["http.host", {}, "a.example"],
    ["http.request.body.size", {}, "0"],
    ["ssl", {}, "true"],
    ["ip.src", {}, "192.0.2.7"],
    ["ip.src", { remoteAddress: "2001:db8::1" }, "2001:db8::/64"],
    ['http.request.headers["x-missing"][0]', {}, null],
    ['lower(http.request.headers["x-plain"][0])', { headers: { "x-plain": "Plain" } }, "plain"],
    ['http.request.headers["x-plain"]', { headers: { "x-plain": "Plain" } }, "Plain"],
    [
      'http.request.headers["authorization"][0]',
      { headers: { authorization: "Bearer s3cr3t" } },
      "[redacted]",
    ],
    ['http.request.cookies["session"][0]', { headers: { cookie: "session=s3cr3t" } }, "[redacted]"],
    ['lower(http.request.cookies["session"][0])', { headers: { cookie: "session=s3cr3t" } }, "[redacted]"],
    ['http.request.headers["x-api-key"][0]', { headers: { "x-api-key": "s3cr3t" } }, "[redacted]"],
    ['http.request.uri.args["token"][0]', { url: "https://a.example/?token=s3cr3t" }, "[redacted]"],
  ])("shows %s of %j as %j, and resets it", async (characteristic, request, shown) => {
    const waf = limited([limit("r", { characteristics: [characteristic] })], counters());
    const ask = async (now: number) => (await waf.evaluate(get("/", request), { now })).action;
    expect([await ask(0), await ask(1)]).toEqual(["allow", "block"]);
    const [entry] = await waf.limits.list({ now: 2 });
    expect(Object.keys(entry?.key ?? {})).toEqual([characteristic]);
    const text = entry?.key[characteristic];
    if (shown === "[redacted]") expect(text).not.toContain("s3cr3t");
    else expect(text).toBe(shown);
    // The entry as it comes from a server: plain data.
    expect(await waf.limits.reset({ id: String(entry?.id) })).toBe(true);
    expect([await ask(3), await ask(4)]).toEqual(["allow", "block"]);
    if (shown !== "[redacted]" && shown !== "Plain") {
      await waf.limits.reset({ rule: "l/r", key: entry?.key ?? {} });
      expect(await ask(5)).toBe("allow");
    }
  });

  test("lists by rule, at most so many, those that last longest first", async () => {
    const waf = limited(
      [limit("short", { period: 10 }, "log"), limit("long", { period: 100 }, "log")],
      counters(),
    );
    for (let at = 1; at <= 20; at++)
      await waf.evaluate(get("/", { remoteAddress: `192.0.2.${at}` }), { now: at });
    const listed = async (query: Members) =>
      (await waf.limits.list({ now: 50, ...query })).map(({ rule: ref, key }) => `${ref} ${key["ip.src"]}`);
    expect(await listed({})).toHaveLength(40);
    expect(await listed({ rule: "short", most: 2 })).toHaveLength(2);
    expect((await listed({ most: 3 })).map((one) => one.split(" ")[0])).toEqual(["long", "long", "long"]);
    expect(await listed({ rule: "l/long" })).toHaveLength(20);
  });

  test("shows the steps of a limit", async () => {
    const waf = limited(
      [limit("r", { steps: [{ requests_per_period: 3, mitigation_timeout: 600 }] })],
      counters(),
    );
    for (let now = 0; now < 5; now++) await waf.evaluate(get("/"), { now });
    expect(await waf.limits.list({ now: 9 })).toMatchObject([
      { step: 1, limit: 3, banned: true },
      { limit: 1, banned: false },
    ]);
    await waf.limits.reset({ rule: "r", key: { "ip.src": "192.0.2.7" } });
    expect(await waf.limits.list({ now: 9 })).toEqual([]);
    expect((await waf.evaluate(get("/"), { now: 9 })).action).toBe("allow");
  });

  test("lists those that are banned for what was counted afterwards, not those that the next request may still pass", async () => {
    const counting_expression = 'wirewall.decision.action eq "allow"';
    const waf = limited([limit("r", { counting_expression, mitigation_timeout: 60 })], counters());
    await waf.evaluate(get("/"), { now: 0 });
    expect(await waf.limits.list({ now: 1 })).toEqual([]);
    await waf.evaluate(get("/"), { now: 1 });
    expect(await waf.limits.list({ now: 2 })).toMatchObject([{ banned: true, until: 60_001 }]);
  });
});

describe("who is limited", () => {
  test("a configuration without limits has nobody", async () => {
    const waf = wafOf([]);
    expect(waf.limits.canList).toBe(true);
    expect(await waf.limits.list()).toEqual([]);
    expect(await waf.limits.reset({ id: "x" })).toBe(false);
  });

  test("what cannot be asked", async () => {
    const waf = limited([limit("r", {})]);
    const refused = async (asked: Promise<unknown>) => asked.then(String, (error: unknown) => String(error));
    expect(await refused(waf.limits.list({ rule: "x" }))).toMatch(/there is no rule `x` with a rate limit/);
    expect(await refused(waf.limits.list({ most: 0 }))).toMatch(/most/);
    expect(await refused(waf.limits.list({ most: 1001 }))).toMatch(/most/);
    expect(await refused(waf.limits.reset({ rule: "r", key: { x: "1" } }))).toMatch(/not a characteristic/);
    expect(await refused(waf.limits.reset({ rule: "r", key: { "ip.src": "1" } }))).toMatch(/not a value of/);
  });

  test("a store without `list` counts, resets by key, and cannot be listed", async () => {
    const { list: _, ...bare } = remoteStore();
    const waf = limited([limit("r", {})], bare);
    for (const now of [0, 1]) await waf.evaluate(get("/"), { now });
    expect(waf.limits.canList).toBe(false);
    await expect(waf.limits.list()).rejects.toMatchObject({ code: "E_OPTION" });
    await waf.limits.reset({ rule: "r", key: { "ip.src": "192.0.2.7" } });
    expect((await waf.evaluate(get("/"), { now: 2 })).action).toBe("allow");
  });

  test.each<[what: string, answer: () => unknown, message: RegExp]>([
    ["fails", () => Promise.reject(new Error("no route")), /no route/],
    [
      "throws",
      () => {
        throw new Error("no route");
      },
      /no route/,
    ],
    ["never answers", () => new Promise(() => {}), /no answer within 20 ms/],
    ["answers nothing", () => undefined, /not a list of counters/],
    ["answers what is no counter", () => [{ key: 1 }], /not a list of counters/],
    [
      "answers a counter without a count",
      () => [{ key: "a", window: { limit: 1, period: 1 } }],
      /not a count/,
    ],
  ])("a store that %s is told", async (_what, answer, message) => {
    const counters: CounterStore = { ...remoteStore(), list: answer as never };
    const waf = limited([limit("r", {})], counters, { storeTimeout: 20 });
    await expect(waf.limits.list()).rejects.toMatchObject({
      code: "E_EVALUATION",
      message: expect.stringMatching(message),
    });
  });

  test("keys of a hostile store are not trusted", async () => {
    const window = { algorithm: "fixed_window", period: 60_000, limit: 1 } as const;
    const state = { count: 2, resetsAt: 9, mitigatedUntil: 0, freeAt: 9 };
    const prefix = "1:l1:r";
    const keys = [
      "",
      "x",
      prefix,
      `${prefix}s9999:a`,
      `${prefix}n99999999999;`,
      `${prefix}a999999:`,
      `${prefix}m1:`,
    ];
    const counters: CounterStore = {
      ...remoteStore(),
      list: () => keys.map((key) => ({ key, window, ...state })),
    };
    const entries = await limited([limit("r", {})], counters).limits.list({ now: 1 });
    expect(entries.map(({ key }) => key)).toEqual(keys.map(() => ({})));
  });
});
