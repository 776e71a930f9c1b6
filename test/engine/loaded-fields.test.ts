import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  Bytes,
  type CounterStore,
  compileFilter,
  createShadowEvaluator,
  defineField,
  type FieldDefinition,
  type FieldLoader,
  MemoryCounterStore,
  MisuseError,
  requestFrom,
  SchemeError,
  standardScheme,
  type WafEvent,
  type WafOptions,
  type WafRequest,
} from "../support/source/index.ts";
import {
  CUSTOM,
  GET,
  get,
  LIMITS,
  MANAGED,
  type Members,
  matched,
  rule,
  ruleset,
  verdict,
  wafOf,
} from "./waf-support.ts";

// Fields of an embedder's own whose values are loaded: somebody has to be asked for them.

type Load = FieldLoader<WafRequest>;

const later = (text: string): Promise<string> => new Promise((resolve) => setImmediate(() => resolve(text)));

/** A promise of another library. */
function foreign(then: (resolve: (value: string) => void) => void): PromiseLike<string> {
  return { then } as unknown as PromiseLike<string>;
}

function loaded(load: Load, rest: Partial<FieldDefinition<WafRequest>> = {}): FieldDefinition {
  return defineField({ name: "my.f", type: Bytes, load, loadTimeout: 600_000, ...rest } as FieldDefinition);
}

/** Options with a field of that loader, and what went wrong meanwhile. */
function withField(load: Load, rest: Partial<FieldDefinition<WafRequest>> = {}) {
  const errors: string[] = [];
  const options: WafOptions = {
    fields: [loaded(load, rest)],
    onError: (error) => errors.push(error instanceof Error ? error.message : String(error)),
  };
  return { options, errors };
}

const IS_X = rule("is", { expression: 'my.f eq "x"' });
const IS_NOT = rule("not", { expression: 'not my.f eq "x"' });

describe("a load comes to", () => {
  const never: Load = () => new Promise(() => undefined);
  const cases: [what: string, load: Load, refs: readonly string[], error?: RegExp][] = [
    ["a value later", () => later("x"), ["is"]],
    ["a value at once", () => "x", ["is"]],
    ["a value of a foreign promise", () => foreign((resolve) => void later("x").then(resolve)), ["is"]],
    ["nil", async () => undefined, ["not"]],
    ["nil when it throws", () => fail("down"), ["not"], /^down$/],
    ["nil when it rejects", async () => fail("down"), ["not"], /^down$/],
    ["nil when a foreign promise throws", () => foreign(() => fail("down")), ["not"], /^down$/],
    ["nil when it never settles", never, ["not"], /^no value within 5 ms$/],
    [
      "nil when it settles too late",
      () => new Promise((ok) => setTimeout(ok, 60_000, "x").unref()),
      ["not"],
      /5 ms/,
    ],
    ["nil for a value of another type", async () => 5, ["not"], /^the value is not of type Bytes$/],
    ["nil for text that is no bytes", async () => "\u0100", ["not"], /^the value is not of type Bytes$/],
    ["nil for what is no value", async () => null as never, ["not"], /^the value is not of type Bytes$/],
  ];

  test.each(cases)("%s", async (_what, load, refs, error) => {
    const events: WafEvent[] = [];
    // A busy machine must not make the others late.
    const isLate = error?.source.includes("5 ms") === true;
    const { options, errors } = withField(load, { loadTimeout: isLate ? 5 : 600_000 });
    const sink = { name: "memory", write: (event: WafEvent) => void events.push(event) };
    const waf = wafOf([ruleset("c", [IS_X, IS_NOT])], { ...options, events: [sink] });
    const decision = await waf.evaluate(GET);
    expect([matched(decision), decision.action]).toEqual([refs, "allow"]);
    const failure =
      error === undefined
        ? undefined
        : [
            {
              source: "field",
              field: "my.f",
              verdict: "open",
              message: expect.stringMatching(error.source.replace(/^\^/, "")),
              rule: expect.objectContaining({ ref: "is" }),
            },
          ];
    expect(decision.failures).toEqual(failure);
    expect(events[0]?.failures).toEqual(failure);
    expect(errors).toEqual(error === undefined ? [] : [expect.stringMatching(error)]);
  });

  test.each([
    [1_000, {}],
    [70, { loadTimeout: 70 }],
  ])("nil after %i ms of pretended time", async (milliseconds, members) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const began = Date.now();
    const fields = [defineField({ name: "my.f", type: Bytes, load: never, ...members } as FieldDefinition)];
    const decision = wafOf([ruleset("c", [IS_X, IS_NOT])], { fields, onError: () => undefined }).evaluate(
      GET,
    );
    await vi.advanceTimersToNextTimerAsync();
    expect(matched(await decision)).toEqual(["not"]);
    expect(Date.now() - began).toBe(milliseconds);
  });

  test("an abort when it is late, or when nobody waits any more", async () => {
    const signals: { readonly aborted: boolean }[] = [];
    const { options, errors } = withField(
      (_request, { signal }) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
      { loadTimeout: 5 },
    );
    await wafOf([ruleset("c", [IS_X])], options).evaluate(GET);
    const patient = {
      ...options,
      fields: [loaded(options.fields?.[0]?.load as Load, { loadTimeout: 60_000 })],
    };
    const transaction = wafOf([ruleset("c", [IS_X])], patient).begin(requestFrom(GET));
    void transaction.request();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    transaction.end();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(errors).toHaveLength(1);
  });
});

function fail(message: string): never {
  throw new Error(message);
}

const limit = (members: Members = {}) => ({
  characteristics: ["ip.src"],
  period: 10,
  requests_per_period: 9,
  ...members,
});
const rewrite = (members: Members) => ({ action: "rewrite", action_parameters: members });
const toB = rewrite({ uri: { path: { value: "/b" } } });
const RESPONSE = "http_response_firewall_headers";

describe("the field is loaded", () => {
  const custom = (...rules: readonly Members[]) => ruleset("c", rules);
  const managed = (...rules: readonly Members[]) => ruleset("m", rules, { phase: MANAGED });
  const limits = (...rules: readonly Members[]) => ruleset("l", rules, { phase: LIMITS });
  const onResponse = (...rules: readonly Members[]) => ruleset("r", rules, { phase: RESPONSE });
  const target = (...rules: readonly Members[]) => ruleset("t", rules, { kind: "custom" });
  const executing = rule("run", { action: "execute", action_parameters: { id: "t" } });
  const reads = 'my.f ne ""';
  const cases: [
    times: number,
    what: string,
    rulesets: readonly Members[],
    field?: Partial<FieldDefinition<WafRequest>>,
  ][] = [
    [1, "for a rule", [custom(IS_X)]],
    [
      1,
      "for several rules and phases",
      [custom(IS_X, IS_NOT), managed(IS_X), onResponse(IS_X)],
      { derivesFrom: [] },
    ],
    [
      2,
      "anew for a response, unless it says that it does not derive from one",
      [custom(IS_X), onResponse(IS_X)],
    ],
    [1, "for a response alone", [custom(rule("a")), onResponse(IS_X)]],
    [1, "in a transformation", [custom(rule("r", { expression: 'lower(my.f) eq "x"' }))]],
    [1, "for a list", [custom(rule("r", { expression: "my.f in $words" }))]],
    [
      1,
      "for a value that a rewrite computes",
      [
        ruleset("t", [rule("r", rewrite({ uri: { path: { expression: 'concat("/", my.f)' } } }))], {
          phase: "http_request_transform",
        }),
      ],
    ],
    [
      1,
      "for a characteristic",
      [limits(rule("r", { action: "block", ratelimit: limit({ characteristics: ["my.f"] }) }))],
    ],
    [
      1,
      "for a counting expression",
      [limits(rule("r", { action: "block", ratelimit: limit({ counting_expression: reads }) }))],
    ],
    [
      1,
      "for one that counts responses, before the response is counted",
      [
        limits(
          rule("r", {
            action: "block",
            ratelimit: limit({ counting_expression: `${reads} and http.response.code eq 200` }),
          }),
        ),
      ],
      { phases: ["response"] },
    ],
    [1, "for the key of a sample", [custom(rule("r", { sample: { rate: 0.5, key: "my.f" } }))]],
    [1, "for a ruleset that is executed", [custom(executing), target(IS_X)]],
    [
      1,
      "for an exception beside a rule",
      [custom(rule("s", { action: "skip", action_parameters: { targets: [{ field: "my.f" }] } }), IS_X)],
    ],
    [
      1,
      "in the log phase",
      [
        ruleset(
          "g",
          [
            rule("g", {
              action: "log_custom_field",
              expression: reads,
              action_parameters: { request_fields: [{ name: "x-a" }] },
            }),
          ],
          {
            phase: "http_log_custom_fields",
          },
        ),
      ],
    ],
    [
      2,
      "anew after a rewrite of what it derives from",
      [
        ruleset("t", [rule("r", { ...toB, expression: reads })], { phase: "http_request_transform" }),
        custom(IS_X),
      ],
      { derivesFrom: ["path"] },
    ],
    [
      1,
      "once, if the rewrite is of something else",
      [
        ruleset("t", [rule("r", { ...toB, expression: reads })], { phase: "http_request_transform" }),
        custom(IS_X),
      ],
      { derivesFrom: ["headers"] },
    ],
    [0, "never for a rule that is off", [custom(rule("r", { expression: reads, enabled: false }))]],
    [0, "never for a ruleset that nothing executes", [custom(rule("a")), target(IS_X)]],
    [
      0,
      "never for a ruleset that a rule skipped",
      [custom(rule("s", { action: "skip", action_parameters: { rulesets: ["m"] } })), managed(IS_X)],
    ],
    [
      0,
      "never for a phase that a rule skipped",
      [custom(rule("s", { action: "skip", action_parameters: { phases: [MANAGED] } })), managed(IS_X)],
    ],
    [0, "never after a rule allowed the request", [custom(rule("s", { action: "allow" })), managed(IS_X)]],
    [0, "never after a rule refused it", [custom(rule("b", { action: "block" })), managed(IS_X)]],
    [
      0,
      "never for an exception alone",
      [custom(rule("s", { action: "skip", action_parameters: { targets: [{ field: "my.f" }] } }), rule("a"))],
    ],
  ];

  test.each(cases)("%i times %s", async (times, _what, rulesets, field = {}) => {
    for (const candidates of ["index", "linear"] as const) {
      let loads = 0;
      const { options, errors } = withField(async () => {
        loads++;
        return later("x");
      }, field);
      const events: WafEvent[] = [];
      const sink = { name: "memory", write: (event: WafEvent) => void events.push(event) };
      const waf = wafOf(rulesets, { ...options, candidates, events: [sink] }, { words: ["x"] });
      const { request } = await waf.evaluateExchange(get("/a", { response: { status: 200 } }), {
        trace: true,
      });
      expect(request.failures).toBeUndefined();
      await expect.poll(() => loads).toBe(times);
      expect(errors).toEqual([]);
    }
  });

  test("with the body, when it derives from it", async () => {
    const seen: unknown[] = [];
    const { options } = withField(
      (request) => {
        seen.push(request.view.body?.bytes);
        return later(request.view.body?.bytes ?? "");
      },
      { derivesFrom: ["body"], phases: ["body", "response"] },
    );
    const waf = wafOf(
      [ruleset("c", [rule("a"), rule("b", { expression: 'my.f eq "evil"', action: "block" })])],
      options,
    );
    const headers = { "Content-Type": "text/plain", "Content-Length": "4" };
    const transaction = waf.begin(requestFrom(get("/", { method: "POST", headers })));
    expect(transaction.needsBody).toBe(true);
    expect(await transaction.head()).toBeUndefined();
    expect(seen).toEqual([]);
    expect(verdict(await transaction.body({ bytes: "evil", truncated: false }))).toBe("block by b");
    expect(seen).toEqual(["evil"]);
    transaction.end();
  });
});

describe("what a loader sees", () => {
  test("is the request as rewritten, and its own", async () => {
    const kept: WafRequest[] = [];
    const { options } = withField(
      async (request) => {
        kept.push(request);
        await later("");
        return request.path;
      },
      { derivesFrom: ["path"] },
    );
    const reading = rule("r", { ...toB, expression: 'my.f eq "/a"' });
    const waf = wafOf(
      [
        ruleset("t", [reading], { phase: "http_request_transform" }),
        ruleset("c", [rule("b", { expression: 'my.f eq "/b"' }), rule("a", { expression: 'my.f eq "/a"' })]),
      ],
      options,
    );
    expect(matched(await waf.evaluate(get("/a")))).toEqual(["r", "b"]);
    await waf.evaluate(get("/other"));
    expect(kept.map(({ path }) => path)).toEqual(["/a", "/b", "/other"]);
  });

  test("is of its request, however many are under way", async () => {
    const waiting = new Map<string, (value: string) => void>();
    const { options } = withField(({ path }) => new Promise((resolve) => waiting.set(path, resolve)));
    const wafs = [0, 1].map(() => wafOf([ruleset("c", [IS_X, IS_NOT])], options));
    const decisions = Array.from({ length: 6 }, (_, at) => wafs[at % 2]?.evaluate(get(`/${at}`)));
    for (const at of [3, 0, 5, 1, 4, 2]) waiting.get(`/${at}`)?.(at % 3 === 0 ? "x" : "y");
    const refs = await Promise.all(decisions.map(async (one) => one && matched(await one)));
    expect(refs).toEqual([["is"], ["not"], ["not"], ["is"], ["not"], ["not"]]);
  });

  test("comes at once for all fields of a phase", async () => {
    let underWay = 0;
    let most = 0;
    const load: Load = async () => {
      most = Math.max(most, ++underWay);
      await later("");
      underWay--;
      return "x";
    };
    const fields = ["a", "b", "c"].map((name) => loaded(load, { name: `my.${name}` }));
    const expression = 'my.a eq "x" and my.b eq "x" and my.c eq "x"';
    expect(
      matched(await wafOf([ruleset("c", [rule("r", { expression })])], { fields }).evaluate(GET)),
    ).toEqual(["r"]);
    expect(most).toBe(3);
  });
});

test("rules decide on loaded values as on values that are read", async () => {
  const parts: Readonly<Record<string, (request: WafRequest) => string>> = {
    path: (request) => request.path,
    query: (request) => request.query,
    headers: (request) => request.headers.first("x-a") ?? "",
  };
  const sources = ["path", "query", "headers"] as const;
  const fieldsBy = (make: (read: (request: WafRequest) => string) => Partial<FieldDefinition<WafRequest>>) =>
    sources.map((source) => {
      const read = parts[source] ?? (() => "");
      return defineField({
        name: `my.${source}`,
        type: Bytes,
        derivesFrom: [source],
        ...make(read),
      } as FieldDefinition);
    });
  const word = fc.constantFrom("/a", "/b", "a=1", "x", "");
  const condition = fc
    .tuple(fc.constantFrom(...sources), fc.constantFrom("eq", "ne", "contains"), word)
    .map(([source, operator, text]) => `my.${source} ${operator} "${text}"`);
  const expression = fc.oneof(
    condition,
    fc.tuple(condition, condition).map(([left, right]) => `${left} and not ${right}`),
    fc.tuple(condition, condition).map(([left, right]) => `${left} or ${right}`),
  );
  const rules = (prefix: string, actions: readonly string[]) =>
    fc
      .array(fc.record({ expression, action: fc.constantFrom(...actions), enabled: fc.boolean() }), {
        maxLength: 20,
      })
      .map((all) => all.map((one, at) => rule(`${prefix}${at}`, one)));
  const rewrites = fc
    .array(expression, { maxLength: 3 })
    .map((all) => all.map((one, at) => rule(`t${at}`, { ...toB, expression: one })));
  const config = fc
    .tuple(
      rewrites,
      rules("c", ["log", "block", "allow"]),
      rules("m", ["log", "block"]),
      rules("r", ["log", "block"]),
    )
    .map(([t, c, m, r]) => [
      ruleset("t", t, { phase: "http_request_transform" }),
      ruleset("c", c, { phase: CUSTOM }),
      ruleset("m", m, { phase: MANAGED }),
      ruleset("r", r, { phase: RESPONSE }),
    ]);
  let matches = 0;
  await fc.assert(
    fc.asyncProperty(config, fc.constantFrom("/a", "/b?a=1", "/x"), async (rulesets, url) => {
      const request = get(url, { headers: { "X-A": "x" }, response: { status: 200 } });
      const reading = wafOf(rulesets, { fields: fieldsBy((read) => ({ read })) });
      const loading = wafOf(rulesets, { fields: fieldsBy((read) => ({ load: async (one) => read(one) })) });
      const expected = reading.evaluateExchangeSync(request);
      const { request: asked, response } = await loading.evaluateExchange(request);
      expect([matched(asked), verdict(asked)]).toEqual([
        matched(expected.request),
        verdict(expected.request),
      ]);
      expect(response && matched(response)).toEqual(expected.response && matched(expected.response));
      matches += expected.request.matches.length;
    }),
    { numRuns: 60, seed: 3 },
  );
  expect(matches).toBeGreaterThan(60);
});

/** A store that says when it answers. */
function remote(answersLater: boolean): CounterStore {
  const local = new MemoryCounterStore();
  return {
    answersLater,
    read: async (...all) => local.read(...all),
    add: async (...all) => local.add(...all),
    mitigate: async (...all) => local.mitigate(...all),
    reset: async (...all) => local.reset(...all),
  };
}

describe("without waiting", () => {
  const limited = rule("limit", {
    action: "block",
    expression: 'http.host eq "b.example"',
    ratelimit: limit(),
  });
  const onOtherHost = rule("r", { expression: 'http.host eq "b.example" and my.f eq "x"' });
  const deep = [
    ruleset("c", [rule("run", { action: "execute", expression: "false", action_parameters: { id: "t" } })]),
    ruleset("t", [onOtherHost], { kind: "custom" }),
  ];
  const { options } = withField(() => later("x"));
  const cases: [what: string, rulesets: readonly Members[], options: WafOptions, code?: string][] = [
    ["nothing to wait for", [ruleset("c", [rule("a")])], options],
    ["a rule that is off", [ruleset("c", [{ ...onOtherHost, enabled: false }])], options],
    ["a ruleset that nothing executes", [ruleset("t", [onOtherHost], { kind: "custom" })], options],
    [
      "a rule that the request does not reach",
      [ruleset("c", [rule("b", { action: "block" }), onOtherHost])],
      options,
      "E_ASYNC_FIELD",
    ],
    ["a ruleset that is executed", deep, options, "E_ASYNC_FIELD"],
    ["a rule of the response", [ruleset("r", [IS_X], { phase: RESPONSE })], options, "E_ASYNC_FIELD"],
    [
      "a remote store",
      [ruleset("l", [limited], { phase: LIMITS })],
      { counters: remote(true) },
      "E_ASYNC_STORE",
    ],
    ["a remote store that no rule uses", [ruleset("c", [rule("a")])], { counters: remote(true) }],
    [
      "a remote store for a rule that is off",
      [ruleset("l", [{ ...limited, enabled: false }], { phase: LIMITS })],
      { counters: remote(true) },
    ],
    ["a local store", [ruleset("l", [limited], { phase: LIMITS })], {}],
  ];

  test.each(cases)("%s", (_what, rulesets, given, code) => {
    const waf = wafOf(rulesets, given);
    const refusal = expect.objectContaining({ name: "MisuseError", code });
    expect(waf.canEvaluateSync).toBe(code === undefined);
    for (const url of ["/", "/other"]) {
      for (const judge of [() => waf.evaluateSync(get(url)), () => waf.evaluateExchangeSync(get(url))]) {
        if (code === undefined) expect(judge).not.toThrow();
        else expect(judge).toThrow(refusal);
      }
    }
    const required = () => wafOf(rulesets, { ...given, requireSync: true });
    if (code === undefined) expect(required).not.toThrow();
    else expect(required).toThrow(refusal);
  });

  test("`requireSync` names rule and field, and an update that it refuses changes nothing", () => {
    const waf = wafOf([ruleset("c", [rule("a")])], { ...options, requireSync: true });
    const update = () => waf.update({ rulesets: [ruleset("c", [onOtherHost])] as never });
    expect(update).toThrow(MisuseError);
    expect(update).toThrow(
      "`requireSync` refuses the configuration: rule `c/r` reads `my.f`, which is loaded; use `evaluate`, which waits, or leave the rule out",
    );
    expect(waf.snapshot.version).toBe(1);
    expect(matched(waf.evaluateSync(GET))).toEqual(["a"]);
  });

  test("`requireSync` names the rule that counts in a store that answers later", () => {
    const make = () =>
      wafOf([ruleset("l", [limited], { phase: LIMITS })], { counters: remote(true), requireSync: true });
    expect(make).toThrow(
      /^`requireSync` refuses the configuration: rule `l\/\w+` counts in an asynchronous store; use `evaluate`, which waits, or a synchronous store$/,
    );
  });

  test("an update may take the need away", () => {
    const waf = wafOf([ruleset("c", [onOtherHost])], options);
    expect(() => waf.evaluateSync(GET)).toThrow(MisuseError);
    waf.update({ rulesets: [ruleset("c", [rule("a")])] as never });
    expect(matched(waf.evaluateSync(GET))).toEqual(["a"]);
    waf.rollback(1);
    expect(waf.canEvaluateSync).toBe(false);
  });

  test("a filter by itself refuses, unless the value is given", () => {
    const scheme = standardScheme().extend({ fields: options.fields ?? [] });
    const compiled = compileFilter('my.f eq "x"', scheme as never, {});
    if (!compiled.ok) throw new Error("does not compile");
    const context = scheme.createContext();
    context.reset({});
    expect(() => compiled.value.test(context)).toThrow(expect.objectContaining({ code: "E_ASYNC_FIELD" }));
    expect(compiled.value.test(scheme.contextFrom({ "my.f": "x" }))).toBe(true);
    expect(compiled.value.test(scheme.contextFrom({}))).toBe(false);
  });
});

describe("a shadow evaluator", () => {
  const { options } = withField(() => later("x"));
  const waiting = () =>
    wafOf([ruleset("c", [rule("b", { action: "block", expression: 'my.f eq "x"' })])], options);
  const plain = () => wafOf([ruleset("c", [rule("a")])]);

  test("asks a candidate that has to wait later", async () => {
    const shadow = createShadowEvaluator({ live: plain(), candidate: waiting() });
    expect(matched(shadow.evaluateSync(GET))).toEqual(["a"]);
    await shadow.settled();
    expect(shadow.report()).toMatchObject({ requests: 1, errors: 0 });
    expect(JSON.stringify(shadow.report())).toContain('"block"');
  });

  test("waits for a live firewall, or refuses", async () => {
    const shadow = createShadowEvaluator({ live: waiting(), candidate: plain() });
    expect(() => shadow.evaluateSync(GET)).toThrow(expect.objectContaining({ code: "E_ASYNC_FIELD" }));
    expect(verdict(await shadow.evaluate(GET))).toBe("block by b");
  });
});

describe("a declaration that contradicts itself", () => {
  const load = async () => "x";
  test.each<[what: string, members: Partial<FieldDefinition>]>([
    ["`read` beside `load`", { load, read: () => "x" }],
    ["deriving from scores", { load, derivesFrom: ["scores"] }],
    ["a time limit of nothing", { load, loadTimeout: 0 }],
    ["a time limit that is no whole number", { load, loadTimeout: 1.5 }],
    ["a time limit beyond the runtime's", { load, loadTimeout: 2 ** 31 }],
    ["a time limit without `load`", { loadTimeout: 5 }],
    ["a loader that is no function", { load: "x" as never }],
  ])("%s", (_what, members) => {
    const field = { name: "my.f", type: Bytes, ...members } as FieldDefinition;
    const code = expect.objectContaining({ name: "SchemeError", code: "E_SCHEME_LOAD" });
    expect(() => defineField(field)).toThrow(code);
    expect(() => standardScheme().extend({ fields: [field] })).toThrow(SchemeError);
  });
});
