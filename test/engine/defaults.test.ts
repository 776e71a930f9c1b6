import { expect, onTestFinished, test, vi } from "vitest";
import { createMetrics, memorySink } from "../support/source/engine/events.ts";
import {
  Bool,
  Bytes,
  type ChallengeProvider,
  createWaf,
  type Decision,
  defineAction,
  defineFunction,
  type FieldDefinition,
  Int,
  type Limits,
  MemoryCounterStore,
  MisuseError,
  type PatternEngine,
  PhaseCatalogue,
  type RequestData,
  type RulesetDocument,
  Scheme,
  STANDARD_PHASES,
  tryCreateWaf,
  type WafEvent,
  type WafOptions,
} from "../support/source/index.ts";
import { re2jsEngine } from "../support/source/language/pattern.ts";
import { CUSTOM, get, LIMITS, type Members, rule, ruleset } from "./waf-support.ts";

// One row for each option of a firewall: what one does that is told nothing, and what it does when it is told.

interface Row {
  readonly observe: (options: WafOptions, told: unknown[]) => unknown;
  readonly byDefault: unknown;
  /** @param told what functions of the embedder note here. */
  readonly given: WafOptions | ((told: unknown[]) => WafOptions);
  readonly effect: unknown;
}

type Name =
  | Exclude<keyof WafOptions, "limits">
  | `limits.${keyof NonNullable<WafOptions["limits"]> & string}`;

const PEER = { remoteAddress: "192.0.2.7" };

function judged(
  options: WafOptions,
  rules: readonly Members[],
  request: RequestData = get("/", PEER),
): Decision {
  return createWaf({ rulesets: [ruleset("c", rules)] }, options).evaluateSync(request);
}

/** Whether an expression holds for a request. */
function holds(options: WafOptions, expression: string, request?: RequestData): boolean {
  return judged(options, [rule("r", { expression })], request).matches.length === 1;
}

/** Codes of what is wrong with a configuration. */
function faults(options: WafOptions, rulesets: readonly Members[]): readonly string[] {
  const made = tryCreateWaf({ rulesets }, options);
  return made.ok ? [] : made.errors.map(({ code }) => code);
}

const blockAll = rule("b", { action: "block" });
const limit = (members: Members = {}) =>
  ruleset(
    "l",
    [
      rule("l", {
        action: "block",
        ratelimit: { characteristics: ["ip.src"], period: 60, requests_per_period: 1, ...members },
      }),
    ],
    { phase: LIMITS },
  );

/** A field that fails whoever reads it. */
const failing: FieldDefinition = {
  name: "test.failing",
  type: Bytes,
  read: () => {
    throw new Error("out of order");
  },
};
const readsFailing = rule("f", { expression: 'test.failing eq "x"', action: "block" });

const provider: ChallengeProvider = {
  name: "test",
  answerPath: "/answer",
  isCleared: () => true,
  challenge: () => ({ status: 403, headers: [], body: "" }),
  answer: () => ({ status: 403, headers: [], body: "" }),
};

const managed: RulesetDocument = {
  id: "ours",
  name: "ours",
  kind: "managed",
  phase: "http_request_firewall_managed",
  version: "1",
  rules: [{ id: "m", ref: "m", expression: "true", action: "block", enabled: true }],
};

const wave = defineAction({
  name: "wave",
  summary: "Greets.",
  terminating: false,
  phases: [CUSTOM],
  prepare: () => undefined,
  apply: (control) => control.note("hello"),
});

const isOdd = defineFunction({
  name: "is_odd",
  summary: "Whether a number is odd.",
  params: [Int],
  returns: Bool,
  evaluate: (value) => Number(value) % 2 === 1,
});

/** The engine by its name, and what it is asked to compile. */
function noting(told: unknown[]): PatternEngine {
  return {
    name: "noting",
    dialect: "portable",
    compile: (pattern) => {
      told.push(pattern);
      return re2jsEngine.compile(pattern);
    },
  };
}

async function eventsOf(
  options: WafOptions,
  count: number,
  members: Members = {},
): Promise<readonly WafEvent[]> {
  const events: WafEvent[] = [];
  const waf = createWaf(
    { rulesets: [ruleset("c", [rule("b", { action: "block", ...members })])] },
    { ...options, events: [{ name: "test", write: (event) => void events.push(event) }] },
  );
  for (let at = 0; at < count; at++) waf.evaluateSync(get("/?token=hush", { ...PEER, receivedAt: at }));
  return events;
}

const rows: Readonly<Record<Name, Row>> = {
  sealEvidence: {
    observe: async (options) => {
      const sink = memorySink();
      const waf = createWaf(
        { rulesets: [ruleset("c", [rule("b", { expression: 'http.request.uri.query contains "a"' })])] },
        { ...options, events: [sink] },
      );
      waf.evaluateSync(get("/?a"));
      await waf.flush();
      return sink.events.map(({ sealed }) => sealed?.slice(0, 2));
    },
    byDefault: [undefined],
    given: { sealEvidence: "CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
    effect: ["1."],
  },
  client: {
    observe: (options) =>
      ["192.0.2.7", "198.51.100.9"].filter((address) =>
        holds(
          options,
          `ip.src eq ${address}`,
          get("/", { ...PEER, headers: { "x-forwarded-for": "198.51.100.9" } }),
        ),
      ),
    byDefault: ["192.0.2.7"],
    given: { client: { trust: ["192.0.2.7"] } },
    effect: ["198.51.100.9"],
  },
  "limits.request": {
    observe: (options) =>
      [255, 256].map((more) =>
        holds(
          options,
          "http.request.headers.truncated",
          get("/", {
            ...PEER,
            headers: Object.fromEntries(Array.from({ length: more }, (_, at) => [`x-${at}`, "1"])),
          }),
        ),
      ),
    byDefault: [false, true],
    given: { limits: { request: { maxHeaders: 257 } } },
    effect: [false, false],
  },
  "limits.expression": {
    observe: (options) =>
      [4096, 4097].map((length) =>
        faults(options, [
          ruleset("c", [rule("r", { expression: `http.host eq "${"a".repeat(length - 15)}"` })]),
        ]),
      ),
    byDefault: [[], ["E_EXPR_TOO_LONG"]],
    given: { limits: { expression: { maxExpressionLength: 4097 } } },
    effect: [[], []],
  },
  "limits.engine": {
    observe: (options) =>
      judged(
        options,
        Array.from({ length: 1001 }, (_, at) => rule(`r${at}`)),
      ).matches.length,
    byDefault: 1000,
    given: { limits: { engine: { maxMatches: 2 } } },
    effect: 2,
  },
  geo: {
    observe: (options) => holds(options, 'ip.src.country eq "AT"'),
    byDefault: false,
    given: { geo: [{ lookup: () => ({ country: "AT" }) }] },
    effect: true,
  },
  normalizePath: {
    observe: (options) =>
      ["/a/b", "/a//b"].filter((path) =>
        holds(options, `http.request.uri.path eq "${path}"`, get("/a//b", PEER)),
      ),
    byDefault: ["/a/b"],
    given: { normalizePath: "none" },
    effect: ["/a//b"],
  },
  zoneName: {
    observe: (options) => ["", "z"].filter((name) => holds(options, `cf.zone.name eq "${name}"`)),
    byDefault: [""],
    given: { zoneName: "z" },
    effect: ["z"],
  },
  mode: {
    observe: (options) => judged(options, [blockAll]).action,
    byDefault: "block",
    given: { mode: "observe" },
    effect: "allow",
  },
  failure: {
    observe: (options) => judged({ ...options, fields: [failing] }, [readsFailing]),
    byDefault: expect.objectContaining({ action: "block", status: 503 }),
    given: { failure: "open" },
    effect: expect.objectContaining({ action: "allow" }),
  },
  oversize: {
    observe: (options) => {
      const request = (length: number, coding?: string) => ({
        ...PEER,
        url: "/",
        method: "POST",
        headers: coding === undefined ? {} : { "Content-Encoding": coding },
        body: "x".repeat(length),
      });
      const head = (headers: readonly (readonly [string, string])[], query = "") => ({
        ...PEER,
        url: `/?${query}`,
        headers,
      });
      const lines = (count: number) => Array.from({ length: count }, (_, at) => [`x-${at}`, "x"] as const);
      return [
        request(163_840),
        request(163_841),
        request(9, "gzip"),
        head(lines(256), "a&".repeat(1_024)),
        head(lines(257)),
        head([], "a&".repeat(1_025)),
        head([["Cookie", "a;".repeat(256)]]),
        head([["Cookie", "a;".repeat(257)]]),
        head(lines(257), "q=evil"),
      ].map((sent) => {
        const decision = judged(
          options,
          [
            rule("r", { expression: 'wirewall.request.body.unread contains "y"' }),
            rule("q", { action: "block", expression: 'any(http.request.uri.args["q"][*] eq "evil")' }),
          ],
          sent,
        );
        return decision.action === "block" ? [decision.by.ref, decision.status] : decision.action;
      });
    },
    byDefault: [
      "allow",
      ["wirewall.oversize", 413],
      ["wirewall.coding", 415],
      "allow",
      ["wirewall.oversize", 431],
      ["wirewall.oversize", 414],
      "allow",
      ["wirewall.oversize", 431],
      ["q", 403],
    ],
    given: { oversize: "inspect" },
    effect: [...Array.from({ length: 8 }, () => "allow"), ["q", 403]],
  },
  onChange: {
    observe: (options, told) => {
      createWaf({}, options).setMode("off");
      return told;
    },
    byDefault: [],
    given: (told) => ({ onChange: (change) => void told.push(change.change) }),
    effect: ["mode"],
  },
  onError: {
    observe: (options, told) => [judged({ ...options, fields: [failing] }, [readsFailing]).action, ...told],
    byDefault: ["block"],
    given: (told) => ({ onError: (error) => void told.push(String(error)) }),
    effect: ["block", "Error: out of order"],
  },
  now: {
    observe: (options) => {
      const before = Date.now();
      const { createdAt } = createWaf({}, options).snapshot;
      return createdAt >= before && createdAt <= Date.now() ? "now" : createdAt;
    },
    byDefault: "now",
    given: { now: () => 5 },
    effect: 5,
  },
  random: {
    observe: (options) => {
      const waf = createWaf({}, options);
      return new Set([1, 2, 3].map(() => waf.evaluateSync(get("/", PEER)).id)).size;
    },
    byDefault: 3,
    given: { random: (bytes) => "\x07".repeat(bytes) },
    effect: 1,
  },
  counters: {
    // Two firewalls that count apart, or in one store.
    observe: (options) =>
      [1, 2].map(() => createWaf({ rulesets: [limit()] }, options).evaluateSync(get("/", PEER)).action),
    byDefault: ["allow", "allow"],
    given: { counters: new MemoryCounterStore() },
    effect: ["allow", "block"],
  },
  nilNotEqual: {
    observe: (options) => {
      const lacks = 'http.request.headers["x-key"][0] ne "k"';
      return judged(options, [rule("n", { action: "block", expression: lacks })]).action;
    },
    byDefault: "allow",
    given: { nilNotEqual: true },
    effect: "block",
  },
  supplied: {
    observe: (options) => {
      const scored = rule("s", { action: "log", expression: "cf.bot_management.score lt 30" });
      return createWaf({ rulesets: [ruleset("c", [scored])] }, options).warnings.map(({ code }) => code);
    },
    byDefault: ["W_FIELD_UNSUPPLIED"],
    given: { supplied: ["cf.bot_management.score"] },
    effect: [],
  },
  plainHttp: {
    observe: (options) => {
      const secure = rule("s", { action: "log", expression: "ssl" });
      return createWaf({ rulesets: [ruleset("c", [secure])] }, options).warnings.map(({ code }) => code);
    },
    byDefault: [],
    given: { plainHttp: true },
    effect: ["W_FIELD_UNSUPPLIED"],
  },
  storeTimeout: {
    // Milliseconds of pretended time until a store that says nothing is given up.
    observe: async (options) => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
      onTestFinished(() => void vi.useRealTimers());
      const began = Date.now();
      const never = () => new Promise<never>(() => undefined);
      const counters = { read: never, add: never, mitigate: never, reset: never };
      const judging = createWaf({ rulesets: [limit()] }, { ...options, counters }).evaluate(get("/", PEER));
      await vi.advanceTimersToNextTimerAsync();
      await judging;
      return Date.now() - began;
    },
    byDefault: 1_000,
    given: { storeTimeout: 70 },
    effect: 70,
  },
  rateLimitHeaders: {
    observe: (options) => {
      const waf = createWaf({ rulesets: [limit({})] }, options);
      const { changes } = waf.evaluateSync(get("/", PEER), { now: 0 });
      return changes.responseHeaders.map(({ name }) => name);
    },
    byDefault: ["ratelimit-policy", "ratelimit"],
    given: { rateLimitHeaders: "x-ratelimit" },
    effect: ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"],
  },
  servedFromCache: {
    observe: (options) => {
      const waf = createWaf({ rulesets: [limit({ requests_to_origin: true })] }, options);
      const exchange = () =>
        waf.evaluateExchangeSync(get("/", { ...PEER, response: { status: 200 } })).request.action;
      return [exchange(), exchange(), exchange()];
    },
    byDefault: ["allow", "block", "block"],
    given: { servedFromCache: () => true },
    effect: ["allow", "allow", "allow"],
  },
  challenge: {
    observe: (options) => judged(options, [rule("c", { action: "js_challenge" })]).action,
    byDefault: "challenge",
    given: { challenge: provider },
    effect: "allow",
  },
  events: {
    observe: (options, told) => [judged(options, [blockAll]).action, ...told],
    byDefault: ["block"],
    given: (told) => ({
      events: [{ name: "test", write: ({ action }) => void told.push(`event ${action}`) }],
    }),
    effect: ["block", "event block"],
  },
  deduplicateEvents: {
    observe: async (options) => (await eventsOf(options, 3)).length,
    byDefault: 3,
    given: { deduplicateEvents: {} },
    effect: 1,
  },
  metrics: {
    observe: (options, told) => {
      judged(options, [blockAll]);
      return told;
    },
    byDefault: [],
    given: (told) => ({
      metrics: createMetrics({
        createCounter: (name) => ({ add: () => void told.push(name) }),
        createHistogram: () => ({ record() {} }),
      }),
    }),
    effect: ["wirewall.requests", "wirewall.rule.matches"],
  },
  selectEvents: {
    observe: async (options) => (await eventsOf(options, 3)).length,
    byDefault: 3,
    given: { selectEvents: { actions: ["challenge"] } },
    effect: 0,
  },
  eventQueue: {
    observe: (options) => {
      const write = () => new Promise<never>(() => undefined);
      const waf = createWaf(
        { rulesets: [ruleset("c", [rule("b", { action: "block" })])] },
        { ...options, events: [{ name: "test", write }] },
      );
      for (let at = 0; at < 3; at++) waf.evaluateSync(get("/"));
      return waf.eventStats.dropped["test"];
    },
    byDefault: 0,
    given: { eventQueue: 1 },
    effect: 2,
  },
  onSinkError: {
    observe: (options, told) => {
      const write = () => {
        throw new Error("the pipe is full");
      };
      return [judged({ ...options, events: [{ name: "test", write }] }, [blockAll]).action, ...told];
    },
    byDefault: ["block"],
    given: (told) => ({ onSinkError: ({ error }) => void told.push(String(error)) }),
    effect: ["block", "Error: the pipe is full"],
  },
  redact: {
    observe: async (options) => (await eventsOf(options, 1))[0]?.request.query.includes("hush"),
    byDefault: false,
    given: { redact: { secrets: "show" } },
    effect: true,
  },
  trace: {
    observe: (options) => judged(options, [blockAll]).explanation !== undefined,
    byDefault: false,
    given: { trace: true },
    effect: true,
  },
  managed: {
    observe: (options) =>
      faults(options, [
        ruleset("e", [rule("e", { action: "execute", action_parameters: { id: "ours" } })], {
          phase: "http_request_firewall_managed",
        }),
      ]).length,
    byDefault: 1,
    given: { managed: [managed] },
    effect: 0,
  },
  fields: {
    observe: (options) => faults(options, [ruleset("c", [rule("r", { expression: 'test.failing eq "x"' })])]),
    byDefault: ["E_UNKNOWN_IDENTIFIER"],
    given: { fields: [failing] },
    effect: [],
  },
  functions: {
    observe: (options) =>
      faults(options, [ruleset("c", [rule("r", { expression: "is_odd(http.request.body.size)" })])]),
    byDefault: ["E_UNKNOWN_IDENTIFIER"],
    given: { functions: [isOdd] },
    effect: [],
  },
  scheme: {
    observe: (options) => faults(options, [ruleset("c", [rule("r", { expression: 'http.host eq "a"' })])]),
    byDefault: [],
    given: { scheme: new Scheme<never>({}) },
    effect: ["E_UNKNOWN_IDENTIFIER"],
  },
  actions: {
    observe: (options) => [
      faults(options, [ruleset("c", [rule("r", { action: "log" })])]),
      faults(options, [ruleset("c", [rule("r", { action: "wave" })])]),
    ],
    byDefault: [[], ["E_ACTION_UNKNOWN"]],
    given: { actions: [wave] },
    effect: [["E_ACTION_UNKNOWN"], []],
  },
  phases: {
    observe: (options) => faults(options, [ruleset("c", [rule("r")], { phase: "ours" })]),
    byDefault: ["E_PHASE_UNKNOWN"],
    given: {
      phases: new PhaseCatalogue([
        ...STANDARD_PHASES,
        {
          name: "ours",
          summary: "Ours.",
          side: "request",
          scheme: "request",
          actions: ["log"],
          executed: true,
          security: false,
          custom: true,
        },
      ]),
    },
    effect: [],
  },
  candidates: {
    // Rules that the index leaves out cost nothing; asked one by one, they cost more than there is.
    observe: (options) =>
      judged(
        { ...options, budget: 150 },
        Array.from({ length: 100 }, (_, at) =>
          rule(`r${at}`, { expression: `http.host contains "h${at}.example"` }),
        ),
      ).budget?.exhausted === true,
    byDefault: false,
    given: { candidates: "linear" },
    effect: true,
  },
  patterns: {
    observe: (options, told) => [holds(options, 'http.host matches "^a.[e-f]"'), ...new Set(told)],
    byDefault: [true],
    given: (told) => ({ patterns: noting(told) }),
    effect: [true, "^a.[e-f]"],
  },
  budget: {
    observe: (options) => judged(options, [rule("r", { expression: 'http.host contains "zz"' })]).budget,
    byDefault: undefined,
    given: { budget: 1 },
    effect: { exhausted: true, verdict: "block" },
  },
  onBudget: {
    observe: (options) =>
      judged({ ...options, budget: 1 }, [rule("r", { expression: 'http.host contains "zz"' })]).action,
    byDefault: "block",
    given: { onBudget: "continue" },
    effect: "allow",
  },
  historySize: {
    observe: (options) => {
      const waf = createWaf({}, options);
      for (let at = 0; at < 12; at++) waf.update({ rulesets: [ruleset("c", [rule(`r${at}`)])] });
      return waf.history().length;
    },
    byDefault: 10,
    given: { historySize: 2 },
    effect: 2,
  },
  requireSync: {
    observe: (options) => {
      const counters = Object.assign(new MemoryCounterStore(), { answersLater: true });
      try {
        return createWaf({ rulesets: [limit()] }, { ...options, counters }).canEvaluateSync;
      } catch (error) {
        return error instanceof MisuseError ? error.code : error;
      }
    },
    byDefault: false,
    given: { requireSync: true },
    effect: "E_ASYNC_STORE",
  },
  references: {
    observe: (options) =>
      faults(options, [ruleset("c", [rule("r", { expression: "ip.src in $absent" })])]).length,
    byDefault: 1,
    given: { references: "late" },
    effect: 0,
  },
  partial: {
    observe: (options) =>
      faults(options, [ruleset("c", [rule("r", { expression: "nosuch" }), rule("s", { expression: "ssl" })])])
        .length,
    byDefault: 1,
    given: { partial: true },
    effect: 0,
  },
};

test.each(Object.entries(rows))("%s", async (_name, { observe, byDefault, given, effect }) => {
  expect(await observe({}, [])).toEqual(byDefault);
  const told: unknown[] = [];
  expect(await observe(typeof given === "function" ? given(told) : given, told)).toEqual(effect);
});

test.each<[limits: Partial<Limits>, within: string, beyond: string]>([
  [{ maxExpressionLength: 20 }, 'http.host eq "abcde"', 'http.host eq "abcdef"'],
  [{ maxNestingDepth: 2 }, "((ssl))", "(((ssl)))"],
  [{ maxNodes: 3 }, "ssl or ssl", "ssl and ssl and ssl and ssl"],
  [{ maxRegexLength: 3 }, 'http.host matches "abc"', 'http.host matches "abcd"'],
  [{ maxWildcardStars: 1 }, 'http.host wildcard "a*"', 'http.host wildcard "a*b*"'],
  [{ maxRegexPerExpression: 1 }, 'http.host matches "a"', 'http.host matches "a" or http.host matches "b"'],
])("limits of expressions are limits of rules: %j", (expression, within, beyond) => {
  const options = { limits: { expression } };
  const one = (text: string) => [ruleset("c", [rule("r", { expression: text })])];
  expect(faults({}, one(beyond))).toEqual([]);
  expect(faults(options, one(within))).toEqual([]);
  expect(faults(options, one(beyond)).length).toBeGreaterThan(0);
});

test("limits of expressions hold while they run too", () => {
  const wide = [rule("r", { expression: 'len(concat(http.host, "0123456789")) gt 10' })];
  expect(judged({}, wide).matches.length).toBe(1);
  expect(judged({ limits: { expression: { maxValueBytes: 10 } } }, wide).matches.length).toBe(0);
});
