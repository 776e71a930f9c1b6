import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Limiters, SnapshotBuilder } from "../support/source/engine/snapshot.ts";
import {
  automatonEngine,
  Bytes,
  createWaf,
  DEFAULT_ENGINE_LIMITS,
  defineAction,
  defineField,
  type PatternEngine,
  type RulesetDocument,
  type Scheme,
  standardActions,
  standardScheme,
  type Waf,
  type WafConfig,
  type WafOptions,
} from "../support/source/index.ts";
import { sharedCompilation } from "../support/source/rules/plan.ts";

const PHASE = "http_request_firewall_custom";

function ruleset(rules: readonly object[], members: object = {}): object {
  return { id: "c", name: "c", kind: "zone", phase: PHASE, rules, ...members };
}

function rulesOf(count: number, word: string): readonly object[] {
  return Array.from({ length: count }, (_, at) => ({
    ref: `${word}${at}`,
    action: "block",
    expression: `http.request.uri.path eq "/${word}${at}"`,
  }));
}

/** A scheme of its own, so that nothing else of this process is counted. */
function ownScheme(): Scheme<never> {
  return standardScheme().extend({}) as Scheme<never>;
}

/** Counts what a pattern engine compiles and an action prepares: each is done once for rules that are shared. */
function counted(): {
  readonly patterns: PatternEngine;
  readonly actions: NonNullable<WafOptions["actions"]>;
  done(): readonly number[];
} {
  let compiled = 0;
  let prepared = 0;
  const count = defineAction({
    name: "count",
    summary: "Counts how often it is prepared.",
    terminating: false,
    phases: [PHASE],
    prepare() {
      prepared++;
      return undefined;
    },
    apply(control) {
      control.log();
    },
  });
  return {
    patterns: {
      name: automatonEngine.name,
      dialect: automatonEngine.dialect,
      compile(pattern) {
        compiled++;
        return automatonEngine.compile(pattern);
      },
    },
    actions: [...standardActions, count],
    done: () => [compiled, prepared],
  };
}

const COUNTED = { ref: "r", action: "count", expression: 'http.host matches "a.c"' };
const LISTED = { ref: "r", action: "count", expression: 'http.host matches "a.c" and ip.src in $l' };

describe("equal rules are compiled and prepared once", () => {
  const other = defineField({ name: "mine", type: Bytes, read: () => undefined });
  const cases: readonly (readonly [
    what: string,
    second: WafConfig,
    options: WafOptions,
    done: readonly number[],
  ])[] = [
    ["for equal configurations", { rulesets: [ruleset([{ ...COUNTED }])] }, {}, [1, 1]],
    [
      "beside other lists",
      { rulesets: [ruleset([{ ...COUNTED }])], lists: { x: ["192.0.2.1"] } },
      {},
      [1, 1],
    ],
    [
      "beside another ruleset",
      { rulesets: [ruleset([COUNTED]), ruleset([], { id: "d", kind: "root" })] },
      {},
      [1, 1],
    ],
    [
      "but prepared anew in a ruleset that differs",
      { rulesets: [ruleset([COUNTED], { name: "d" })] },
      {},
      [1, 2],
    ],
    ["but not with another scheme", { rulesets: [ruleset([COUNTED])] }, { scheme: ownScheme() }, [2, 2]],
    ["but not with other fields", { rulesets: [ruleset([COUNTED])] }, { fields: [other] }, [2, 2]],
    [
      "but not with other limits",
      { rulesets: [ruleset([COUNTED])] },
      { limits: { expression: { maxNodes: 9 } } },
      [2, 2],
    ],
    [
      "but prepared anew for another depth",
      { rulesets: [ruleset([COUNTED])] },
      { limits: { engine: { maxExecuteDepth: 2 } } },
      [1, 2],
    ],
  ];

  test.each(cases)("%s", (_what, second, options, done) => {
    const { patterns, actions, done: counts } = counted();
    const scheme = ownScheme();
    const first = createWaf({ rulesets: [ruleset([COUNTED])] }, { scheme, patterns, actions });
    const next = createWaf(second, { scheme, patterns, actions, ...options });
    expect(counts()).toEqual(done);
    for (const waf of [first, next]) {
      expect(waf.evaluateSync({ url: "https://abc.example/" }).matches.map(({ rule }) => rule.ref)).toEqual([
        "r",
      ]);
    }
  });

  test("and fields and functions in new arrays make no other scheme", () => {
    const { patterns, actions, done } = counted();
    for (let at = 0; at < 3; at++) {
      createWaf({ rulesets: [ruleset([COUNTED])] }, { patterns, actions: [...actions], fields: [other] });
    }
    expect(done()).toEqual([1, 1]);
  });

  test("and lists of one name keep their own items", () => {
    const { patterns, actions, done } = counted();
    const make = (item: string) =>
      createWaf({ rulesets: [ruleset([LISTED])], lists: { l: [item] } }, { patterns, actions, scheme });
    const scheme = ownScheme();
    const [one, two] = [make("192.0.2.1"), make("192.0.2.2")];
    expect(done()).toEqual([1, 1]);
    const request = { url: "https://abc.example/", remoteAddress: "192.0.2.1" };
    expect([one, two].map((waf) => waf.evaluateSync(request).matches.length)).toEqual([1, 0]);
  });
});

test("what is each firewall's own stays its own", () => {
  const limit = { characteristics: ["ip.src"], period: 10, requests_per_period: 1 };
  const rules = [{ ref: "l", action: "block", expression: "true", ratelimit: limit }];
  const make = () => createWaf({ rulesets: [ruleset(rules, { phase: "http_ratelimit" })] });
  const [one, two] = [make(), make()];
  const request = { url: "https://a.example/", remoteAddress: "192.0.2.1", receivedAt: 0 };
  expect([one, one, two, two].map((waf) => waf.evaluateSync(request).action)).toEqual([
    "allow",
    "block",
    "allow",
    "block",
  ]);
});

test("a ruleset supplied in code is read as it is when a firewall is made", () => {
  const rule = { id: "m", ref: "m", action: "block", expression: 'http.host eq "a.example"', enabled: true };
  const managed = { id: "mine", name: "mine", kind: "managed" as const, phase: PHASE, rules: [rule] };
  const execute = { ref: "x", action: "execute", expression: "true", action_parameters: { id: "mine" } };
  const make = () => createWaf({ rulesets: [ruleset([execute])] }, { managed: [managed] });
  const verdict = (waf: ReturnType<typeof make>) => waf.evaluateSync({ url: "https://a.example/" }).action;
  const first = make();
  rule.expression = 'http.host eq "b.example"';
  expect([verdict(first), verdict(make())]).toEqual(["block", "allow"]);
});

test("warnings are told for shared rules too, at their own places", () => {
  const rules = [{ ...COUNTED, action: "log", made_up: 1 }];
  const at = (position: number) => [
    ...Array.from({ length: position }, (_, other) => ruleset([], { id: `o${other}`, kind: "custom" })),
    ruleset(rules),
  ];
  const waf = createWaf({ rulesets: at(0) });
  for (const position of [0, 2]) {
    const result = waf.update({ rulesets: at(position) });
    expect(result.warnings).toMatchObject([
      { code: "W_DOC_UNKNOWN_MEMBER", pointer: `/rulesets/${position}/rules/0/made_up` },
    ]);
  }
});

test("sharing changes no decision", () => {
  const expression = fc.constantFrom(
    'http.host eq "a.example"',
    "ip.src in $l",
    'http.request.uri.path contains "x"',
    'http.request.uri.path in {"/$l" "/x"}',
    "not ip.src in $l",
  );
  const rule = fc.record({
    action: fc.constantFrom("block", "log", "managed_challenge"),
    expression,
    enabled: fc.boolean(),
  });
  const config = fc
    .tuple(fc.array(rule, { maxLength: 4 }), fc.subarray(["192.0.2.1", "192.0.2.2"]), fc.boolean())
    .map(([rules, items, more]) => ({
      rulesets: [ruleset(rules.map((one, at) => ({ ref: `r${at}`, ...one })))],
      lists: more ? { k: ["192.0.2.9"], l: items } : { l: items },
    }));
  const scheme = ownScheme();
  fc.assert(
    fc.property(fc.array(config, { minLength: 1, maxLength: 5 }), (configs) => {
      const shared = configs.map((one) => createWaf(one, { scheme, random: () => "\0" }));
      configs.forEach((one, at) => {
        const alone = createWaf(one, { scheme: ownScheme(), random: () => "\0" });
        for (const path of ["/", "/x", "/$l"]) {
          const request = { url: `https://a.example${path}`, remoteAddress: "192.0.2.1", receivedAt: 0 };
          expect(shared[at]?.evaluateSync(request)).toEqual(alone.evaluateSync(request));
        }
      });
    }),
    { numRuns: 40 },
  );
});

describe("equal configurations are one", () => {
  const config = (): WafConfig => ({
    rulesets: [ruleset([{ ref: "l", action: "block", expression: "ip.src in $l" }])],
    lists: { l: ["192.0.2.1"], k: [7] },
  });
  const limit = { characteristics: ["ip.src"], period: 10, requests_per_period: 1 };
  const limited = (): WafConfig => ({
    rulesets: [
      ruleset([{ ref: "l", action: "block", expression: "true", ratelimit: limit }], {
        phase: "http_ratelimit",
      }),
    ],
  });
  const sizes = (scheme: Scheme<never>) => sharedCompilation(scheme, { patterns: automatonEngine }).sizes();
  const cases: readonly (readonly [what: string, make: () => WafConfig, options: readonly WafOptions[]])[] = [
    ["with equal options", config, [{}, {}, {}]],
    ["with options that do not concern it", config, [{}, { mode: "observe" }, { budget: 5, trace: true }]],
    ["with lists in it", config, [{ historySize: 2 }, { events: [] }]],
    ["with rate limits, which count apart", limited, [{}, {}, { storeTimeout: 5 }]],
  ];
  test.each(cases)("%s", (_what, make, options) => {
    const scheme = ownScheme();
    const [first, ...others] = options;
    const wafs = [createWaf(make(), { scheme, patterns: automatonEngine, ...first })];
    const one = sizes(scheme);
    expect(one.wholes).toBe(1);
    for (const more of others) {
      wafs.push(createWaf(make(), { scheme, patterns: automatonEngine, ...more }));
    }
    expect(sizes(scheme)).toEqual(one);
    expect(new Set(wafs.map(({ snapshot }) => snapshot.hash)).size).toBe(1);
  });

  test("and facts for hosts are shared by equal options, never by others", () => {
    const scheme = ownScheme();
    const client = { trust: ["192.0.2.0/24"] };
    const host = (options: WafOptions) => createWaf({}, { scheme, ...options }).host;
    const same = host({ client: { trust: [...client.trust] } });
    expect(host({ client })).toBe(same);
    client.trust.push("198.51.100.0/24");
    expect(host({ client })).not.toBe(same);
    expect(host({ client }).client).toEqual(client);
    expect(same.client).toEqual({ trust: ["192.0.2.0/24"] });
    expect(host({ client, mode: "observe" })).toBe(host({ client }));
  });

  test("down to what is made of them", () => {
    const scheme = ownScheme();
    const build = () => {
      const builder = new SnapshotBuilder({}, scheme, DEFAULT_ENGINE_LIMITS);
      const built = builder.build(config(), 1, new Limiters({}));
      if (!built.ok) throw new Error("the configuration has faults");
      return built.value.made;
    };
    expect(build()).toBe(build());
  });
});

describe("options are taken as they are when a firewall is made", () => {
  const client = { trust: ["192.0.2.0/24"], header: "x-forwarded-for" };
  const request = { maxHeaders: 50 };
  const expression = { maxNodes: 50 };
  const engine = { maxMatches: 50 };
  const geo = [{ lookup: () => undefined }];
  const managed: RulesetDocument[] = [];
  const actions = [...standardActions];
  test.each<[what: string, options: WafOptions, change: () => unknown]>([
    ["trusted proxies", { client }, () => client.trust.push("198.51.100.0/24")],
    [
      "the proxies' header",
      { client },
      () => {
        client.header = "x-real-ip";
      },
    ],
    [
      "limits of requests",
      { limits: { request } },
      () => {
        request.maxHeaders = 60;
      },
    ],
    [
      "limits of expressions",
      { limits: { expression } },
      () => {
        expression.maxNodes = 60;
      },
    ],
    [
      "limits of the engine",
      { limits: { engine } },
      () => {
        engine.maxMatches = 60;
      },
    ],
    ["databases", { geo }, () => geo.push({ lookup: () => undefined })],
    ["managed rulesets", { managed }, () => managed.push({ ...ruleset([]), id: "m" } as RulesetDocument)],
    ["actions", { actions }, () => actions.pop()],
  ])("%s", (_what, options, change) => {
    const scheme = ownScheme();
    const host = () => createWaf({}, { ...options, scheme }).host;
    const first = host();
    const told = JSON.stringify(first.client);
    expect(host()).toBe(first);
    change();
    expect(host()).not.toBe(first);
    expect(JSON.stringify(first.client)).toBe(told);
  });
});

/** What can be done with one of several firewalls, told so that two runs can be compared. */
type Step =
  | { readonly what: "ask"; readonly path: string; readonly peer: string }
  | { readonly what: "list"; readonly items: readonly string[] }
  | { readonly what: "update"; readonly path: string }
  | { readonly what: "rollback"; readonly back: number };

function step(waf: Waf, one: Step): unknown {
  switch (one.what) {
    case "ask": {
      const { action, matches, id, snapshot } = waf.evaluateSync({
        url: `https://a.example${one.path}`,
        remoteAddress: one.peer,
        receivedAt: 0,
      });
      return { action, id, snapshot, matches: matches.map(({ rule, rateLimit }) => [rule.ref, rateLimit]) };
    }
    case "list":
      return waf.updateList("l", one.items).ok;
    case "update":
      return waf.update(steppedConfig(one.path)).ok;
    case "rollback":
      return waf.rollback(waf.snapshot.version - one.back).ok;
  }
}

function steppedConfig(path: string): WafConfig {
  const limit = { characteristics: ["ip.src"], period: 10, requests_per_period: 2 };
  return {
    rulesets: [
      ruleset([
        {
          ref: "skip",
          action: "skip",
          expression: 'http.request.uri.path eq "/skip"',
          action_parameters: { rules: { c: ["path"] } },
        },
        { ref: "path", action: "log", expression: `http.request.uri.path contains "${path}"` },
        { ref: "score", action: "score", expression: "true", action_parameters: { increment: 3 } },
        { ref: "list", action: "block", expression: "ip.src in $l" },
      ]),
      ruleset([{ ref: "limit", action: "block", expression: "true", ratelimit: limit }], {
        id: "limits",
        phase: "http_ratelimit",
      }),
    ],
    lists: { l: ["192.0.2.1"] },
  };
}

test("firewalls of equal configuration and any options decide as if they stood alone", () => {
  const peer = fc.constantFrom("192.0.2.1", "192.0.2.2");
  const path = fc.constantFrom("/", "/x", "/skip", "/x/skip");
  const doing: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ what: fc.constant("ask" as const), path, peer }) },
    fc.record({
      what: fc.constant("list" as const),
      items: fc.subarray(["192.0.2.1", "192.0.2.2", "192.0.2.3"]),
    }),
    fc.record({ what: fc.constant("update" as const), path: fc.constantFrom("/x", "/") }),
    fc.record({ what: fc.constant("rollback" as const), back: fc.integer({ min: 0, max: 3 }) }),
  );
  const options: fc.Arbitrary<WafOptions> = fc.record(
    {
      mode: fc.constantFrom("enforce" as const, "observe" as const),
      historySize: fc.integer({ min: 1, max: 3 }),
      candidates: fc.constantFrom("index" as const, "linear" as const),
      client: fc.constantFrom({ trust: ["192.0.2.0/24"] }, {}),
    },
    { requiredKeys: [] },
  );
  const scheme = ownScheme();
  const random = () => "\0";
  fc.assert(
    fc.property(
      fc.array(options, { minLength: 2, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat({ max: 3 }), doing), { maxLength: 30 }),
      (given, steps) => {
        const make = (one: WafOptions, own: Scheme<never>) =>
          createWaf(steppedConfig("/x"), { ...one, scheme: own, random, now: () => 0 });
        const shared = given.map((one) => make(one, scheme));
        const alone = given.map((one) => make(one, ownScheme()));
        for (const [at, one] of steps) {
          const [here, there] = [shared[at % shared.length], alone[at % alone.length]];
          if (here === undefined || there === undefined) continue;
          expect(step(here, one)).toEqual(step(there, one));
          expect(here.history()).toEqual(there.history());
        }
      },
    ),
    { numRuns: 30 },
  );
});

describe("nothing stays that no snapshot uses", () => {
  const options = (scheme: Scheme<never>): WafOptions => ({
    scheme,
    patterns: automatonEngine,
    historySize: 3,
  });
  const sizes = (scheme: Scheme<never>) => sharedCompilation(scheme, { patterns: automatonEngine }).sizes();
  const config = (at: number): WafConfig => ({
    rulesets: [ruleset(rulesOf(20, `p${at}x`)), ruleset([LISTED_BLOCK], { id: "l", kind: "root" })],
    lists: { l: [`192.0.2.${at % 250}`] },
  });
  const LISTED_BLOCK = { ref: "l", action: "block", expression: "ip.src in $l" };

  test("after 1,000 updates, list updates and rollbacks", () => {
    const scheme = ownScheme();
    const waf = createWaf(config(0), options(scheme));
    const work = (at: number) => {
      expect(waf.update(config(at)).ok).toBe(true);
      waf.updateList("l", [`198.51.100.${at % 250}`]);
      waf.rollback(waf.snapshot.version - 1);
      waf.update({ rulesets: [ruleset([{ ref: "bad", action: "block", expression: `faulty${at}` }])] });
    };
    for (let at = 1; at <= 4; at++) work(at);
    const before = sizes(scheme);
    expect(before.documents).toBeGreaterThan(0);
    for (let at = 5; at <= 254; at++) work(at);
    expect(waf.snapshot.version).toBeGreaterThan(750);
    expect(sizes(scheme)).toEqual(before);
  });

  test("after a first configuration with faults", () => {
    const scheme = ownScheme();
    expect(() =>
      createWaf(
        { rulesets: [ruleset([...rulesOf(3, "p"), { ref: "bad", action: "no", expression: "true" }])] },
        options(scheme),
      ),
    ).toThrow();
    expect(Object.values(sizes(scheme)).every((size) => size === 0)).toBe(true);
  });

  test("after the last firewall is garbage", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const scheme = ownScheme();
    const make = () => {
      for (let at = 0; at < 5; at++)
        createWaf(config(at), options(scheme)).evaluateSync({ url: "https://a.example/" });
    };
    make();
    expect(sizes(scheme).documents).toBeGreaterThan(0);
    for (let round = 0; round < 50 && sizes(scheme).documents > 0; round++) {
      collect();
      await setImmediate();
    }
    expect(Object.values(sizes(scheme)).every((size) => size === 0)).toBe(true);
  });
});

describe("what decisions of several firewalls have in common", () => {
  /** Paths of the objects that both have and that somebody could change. */
  function changeable(one: unknown, other: unknown, path = ""): readonly string[] {
    if (typeof one !== "object" || one === null || typeof other !== "object" || other === null) return [];
    const own = one === other && !Object.isFrozen(one) ? [path] : [];
    return [
      ...own,
      ...Object.keys(one).flatMap((name) =>
        changeable(Reflect.get(one, name), Reflect.get(other, name), `${path}/${name}`),
      ),
    ];
  }

  const facts = { categories: ["a"], references: ["b"] };
  const reply = {
    status_code: 403,
    content_type: "text/plain",
    content: "x",
    variants: { json: { content: "{}" } },
  };
  test.each<[phase: string, rule: object]>([
    [PHASE, { action: "block", action_parameters: { response: reply }, ...facts }],
    ["http_config_settings", { action: "set_config", action_parameters: { autominify: { html: true } } }],
    ["http_request_origin", { action: "route", action_parameters: { origin: { port: 81 } } }],
    [
      "http_request_redirect",
      { action: "redirect", action_parameters: { from_value: { target_url: { value: "/x" } } } },
    ],
    ["http_custom_errors", { action: "serve_error", action_parameters: { content: "x" } }],
  ])("%s: cannot be changed", (phase, rule) => {
    const config = { rulesets: [ruleset([{ ref: "r", expression: "true", ...rule }], { phase })] };
    const managed = [
      ruleset([{ ref: "m", expression: "true", action: "log", ...facts }], { id: "m", kind: "managed" }),
    ];
    const decide = () =>
      createWaf(config as WafConfig, { managed: managed as never }).evaluateExchangeSync({
        url: "https://a.example/",
        response: { status: 500, headers: {} },
      });
    const [one, other] = [decide(), decide()];
    expect(JSON.stringify(one)).toContain('"ref":"r"');
    expect(changeable(one, other)).toEqual([]);
  });
});
