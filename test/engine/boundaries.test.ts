import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AnyDecision,
  type Exchange,
  type RequestData,
  type RulesetDocument,
  requestFrom,
  type Waf,
  type WafOptions,
} from "../support/source/index.ts";
import {
  CUSTOM,
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

// What an evaluation keeps from one rule, ruleset, phase or side to the next. Rulesets are long enough to be indexed.

const RESPONSE = "http_response_firewall_body";
const INDEXED = 17;

/** Rules that no request here matches, so that the ruleset is long enough for an index. */
const filler = (count = INDEXED): readonly Members[] =>
  Array.from({ length: count }, (_, at) =>
    rule(`f${at}`, { expression: `http.request.uri.path eq "/f${at}"` }),
  );

const block = (ref: string, expression: string, members: Members = {}) =>
  rule(ref, { action: "block", expression, ...members });
const execute = (ref: string, id: string, members: Members = {}) =>
  rule(ref, { action: "execute", action_parameters: { id }, ...members });
const except = (target: Members, members: Members = {}) =>
  rule("except", { action: "skip", action_parameters: { targets: [target] }, ...members });

/** The same rulesets with the index, with a linear walk, and with the trace that needs one. */
function wafsOf(rulesets: readonly Members[], options: WafOptions = {}): readonly Waf[] {
  return [{}, { candidates: "linear" as const }, { trace: true }].map((way) =>
    wafOf(rulesets, { ...options, ...way }),
  );
}

/** A ruleset as embedders supply it: it may execute others, which those of a configuration may not. */
function supplied(id: string, rules: readonly Members[], phase = CUSTOM): RulesetDocument {
  return {
    id,
    name: id,
    kind: "managed",
    phase,
    rules: rules.map((one) => ({
      id: String(one["ref"]),
      ref: String(one["ref"]),
      action: String(one["action"]),
      expression: String(one["expression"]),
      enabled: true,
      ...one,
    })),
  };
}

describe("an exception reaches the rules after it, and only them", () => {
  const args = { field: "http.request.uri.args", key: "k" };
  // True of the request below without its first argument, which the index looks up.
  const second = 'http.request.uri.path contains "7" and http.request.uri.args.values[0] eq "w"';
  const inner = (id: string, rules: readonly Members[]) => ruleset(id, rules, { kind: "custom" });

  test.each<
    [
      name: string,
      rulesets: readonly Members[],
      expected: string,
      refs: readonly string[],
      managed?: readonly RulesetDocument[],
    ]
  >([
    [
      "in the ruleset itself",
      [ruleset("z", [...filler(), except(args), block("r7", second)])],
      "block by r7",
      ["except", "r7"],
    ],
    [
      "in an executed ruleset",
      [
        ruleset("z", [...filler(), execute("run", "x")]),
        inner("x", [except(args), ...filler(), block("r7", second)]),
      ],
      "block by r7",
      ["run", "except", "r7"],
    ],
    [
      "in the ruleset that executed it, after it",
      [
        ruleset("z", [execute("run", "x"), ...filler(), block("r7", second)]),
        inner("x", [except(args), ...filler()]),
      ],
      "block by r7",
      ["run", "except", "r7"],
    ],
    [
      "two levels down",
      [ruleset("z", [execute("run", "outer"), ...filler()])],
      "block by r7",
      ["run", "again", "except", "r7"],
      [
        supplied("outer", [...filler(), execute("again", "deep")]),
        supplied("deep", [...filler(), except(args), block("r7", second)]),
      ],
    ],
    [
      "from two levels down, in the first",
      [ruleset("z", [execute("run", "outer"), ...filler(), block("r7", second)])],
      "block by r7",
      ["run", "again", "except", "r7"],
      [
        supplied("outer", [execute("again", "deep"), ...filler()]),
        supplied("deep", [except(args), ...filler()]),
      ],
    ],
    [
      "in a ruleset executed after it",
      [
        ruleset("z", [except(args), ...filler(), execute("run", "x")]),
        inner("x", [...filler(), block("r7", second)]),
      ],
      "block by r7",
      ["except", "run", "r7"],
    ],
    [
      "in a later phase",
      [
        ruleset("z", [except(args), ...filler()]),
        ruleset("m", [...filler(), block("r7", second)], { phase: MANAGED }),
      ],
      "block by r7",
      ["except", "r7"],
    ],
    [
      "no rule before it",
      [ruleset("z", [block("r7", second), ...filler(), except(args)])],
      "allow",
      ["except"],
    ],
    [
      "no rule before its executed ruleset",
      [ruleset("z", [block("r7", second), ...filler(), execute("run", "x")]), inner("x", [except(args)])],
      "allow",
      ["run", "except"],
    ],
    [
      "not when the exception is in shadow mode",
      [
        ruleset("z", [execute("run", "x"), ...filler()]),
        inner("x", [except(args, { mode: "shadow" }), ...filler(), block("r7", second)]),
      ],
      "allow",
      ["run", "(except)"],
    ],
    [
      "not when the ruleset is executed in shadow mode",
      [
        ruleset("z", [execute("run", "x", { mode: "shadow" }), ...filler(), block("r7", second)]),
        inner("x", [except(args), ...filler()]),
      ],
      "allow",
      ["(run)", "(except)"],
    ],
    [
      "not another ruleset than the one it names",
      [
        ruleset("z", [execute("run", "x"), ...filler(), block("outer", second)]),
        inner("x", [except({ ...args, ruleset: "x" }), ...filler(), rule("r7", { expression: second })]),
      ],
      "allow",
      ["run", "except", "r7"],
    ],
  ])("%s", (_name, rulesets, expected, refs, managed = []) => {
    for (const waf of wafsOf(rulesets, { managed })) {
      const decision = waf.evaluateSync(get("/p7?k=v&b=w"));
      expect([verdict(decision), matched(decision)]).toEqual([expected, refs]);
      // The pool keeps the evaluation: what it knew of the first request is gone.
      expect(matched(waf.evaluateSync(get("/other?k=w")))).toEqual(
        refs.filter((ref) => !/r7|outer/.test(ref)),
      );
    }
  });
});

describe("what an exception hides follows the field it is about", () => {
  const form = { field: "http.request.body.form", key: "k" };
  const inForm = 'any(http.request.body.form["k"][*] eq "v")';
  const headers = [["Content-Type", "application/x-www-form-urlencoded"]] as const;
  const post = get("/", { method: "POST", headers, body: "k=v" });

  test.each<[name: string, rules: readonly Members[]]>([
    ["a rule of the head ran under it", [except(form), rule("head"), block("hit", inForm)]],
    ["no rule ran under it", [except(form), block("hit", inForm)]],
  ])("a body that comes later, when %s", (_name, rules) => {
    for (const waf of wafsOf([ruleset("z", [...rules, ...filler()])])) {
      expect(inSteps(waf, post)).toEqual(told(waf.evaluateExchangeSync(post)));
      expect(verdict(waf.evaluateSync(post))).toBe("allow");
    }
  });

  test("the response, after a request that was refused", () => {
    const target = { field: "http.response.headers", key: "x-b" };
    const seen = rule("seen", { expression: 'not any(http.response.headers.names[*] eq "x-b")' });
    const rules = [
      ruleset("z", [except(target, { ref: "early" }), rule("under"), block("stop", "true")]),
      ruleset("b", [seen], { phase: RESPONSE }),
    ];
    for (const waf of wafsOf(rules)) {
      const transaction = waf.begin(requestFrom(get("/")));
      transaction.request();
      const decision = transaction.response({ status: 403, rawHeaders: ["X-B", "1"] });
      transaction.end();
      expect("then" in decision ? [] : matched(decision)).toEqual(["early", "under", "stop", "seen"]);
    }
  });

  test("scores that rules add to meanwhile", () => {
    const score = (ref: string, name: string) =>
      rule(ref, { action: "score", action_parameters: { name, increment: 1 } });
    const rules = [
      score("zero", "other"),
      except({ field: "wirewall.scores", key: "other" }),
      score("one", "s"),
      rule("at-one", { expression: 'wirewall.scores["s"] eq 1' }),
      score("two", "s"),
      rule("at-two", { expression: 'wirewall.scores["s"] eq 2' }),
      rule("never", { expression: 'wirewall.scores["other"] ge 0' }),
    ];
    for (const waf of wafsOf([ruleset("z", [...rules, ...filler()])])) {
      expect(matched(waf.evaluateSync(get("/")))).toEqual([
        "zero",
        "except",
        "one",
        "at-one",
        "two",
        "at-two",
      ]);
    }
  });
});

describe("a response is judged by itself", () => {
  const blockAll = ruleset("z", [block("first", "true")]);
  const leak = ruleset("b", [block("leak", 'wirewall.response.body.raw contains "secret"')], {
    phase: RESPONSE,
  });

  test.each<
    [mode: "enforce" | "observe", path: string, body: string, request: string, response: string | undefined]
  >([
    ["enforce", "/ok", "fine", "allow", "allow"],
    ["enforce", "/ok", "a secret", "allow", "block"],
    ["enforce", "/bad", "fine", "block", undefined],
    ["observe", "/ok", "fine", "allow", "allow"],
    ["observe", "/ok", "a secret", "allow", "allow but block"],
    ["observe", "/bad", "fine", "allow but block", "allow but block"],
    ["observe", "/bad", "a secret", "allow but block", "allow but block"],
  ])("%s: %s answered by %j", (mode, path, body, request, response) => {
    const said = (decision: AnyDecision | undefined) =>
      decision && `${decision.action}${decision.wouldHave === undefined ? "" : ` but ${decision.wouldHave}`}`;
    const rules = [ruleset("z", [...filler(), block("bad", 'http.request.uri.path eq "/bad"')]), leak];
    for (const waf of wafsOf(rules, { mode })) {
      const exchange = waf.evaluateExchangeSync(get(path, { response: { status: 200, body } }));
      expect([said(exchange.request), said(exchange.response)]).toEqual([request, response]);
    }
  });

  test.each(["enforce", "observe"] as const)(
    "by a host that goes on after a decided request (%s)",
    (mode) => {
      for (const waf of wafsOf([blockAll, leak], { mode })) {
        const transaction = waf.begin(requestFrom(get("/")));
        const request = transaction.request();
        expect(request).toMatchObject({ action: mode === "enforce" ? "block" : "allow" });
        const response = transaction.response({ status: 403, rawHeaders: [] });
        transaction.end();
        expect(response).toMatchObject({ action: "allow" });
        expect("by" in response).toBe(false);
      }
    },
  );

  test("of a site's own page for a request that the host refused", () => {
    for (const waf of wafsOf([blockAll, leak])) {
      const transaction = waf.begin(requestFrom(get("/")));
      transaction.request();
      const body = { bytes: "a secret", truncated: false };
      expect(transaction.response({ status: 403, rawHeaders: [], body })).toMatchObject({
        action: "block",
        by: { ref: "leak" },
      });
      transaction.end();
    }
  });

  test("with a budget of its own", () => {
    const needle = "x".repeat(600);
    const rules = [
      ruleset("z", [block("long", 'http.request.uri.query matches "(a|b)*c$"')]),
      ruleset("b", [block("leak", 'wirewall.response.body.raw matches "(a|b)*c$"')], { phase: RESPONSE }),
    ];
    for (const waf of wafsOf(rules, { budget: 2000 })) {
      const exchange = waf.evaluateExchangeSync(
        get(`/?${needle}`, { response: { status: 200, body: `${needle}c` } }),
      );
      expect([verdict(exchange.request), exchange.response && verdict(exchange.response)]).toEqual([
        "allow",
        "block by leak",
      ]);
    }
  });
});

describe("a budget that ends while candidates are looked for", () => {
  const path = (ref: string, at: number) => block(ref, `http.request.uri.path contains "needle${at}x"`);
  const needles = ruleset(
    "z",
    Array.from({ length: 60 }, (_, at) => path(`r${at}`, at)),
  );
  const long = `/${"abc".repeat(40)}`;
  const inForm = (ref: string, at: number) =>
    block(ref, `any(http.request.body.form.values[*] contains "needle${at}x")`);
  const forms = ruleset(
    "z",
    Array.from({ length: 60 }, (_, at) => inForm(`r${at}`, at)),
  );
  const form = `${"a=b&".repeat(40)}q=needle7x`;
  const post = get("/", {
    method: "POST",
    body: form,
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });

  test.each([
    ["no candidate is found", needles, get(long)],
    // The index reads what the parser had time for: the rule that matches is no candidate.
    ["the field that is looked at is incomplete", forms, post],
  ])("is exhausted for the request: %s", (_name, rules, request) => {
    for (const [onBudget, action] of [
      ["block", "block"],
      ["continue", "allow"],
      ["log", "allow"],
    ] as const) {
      const waf = wafOf([rules], { budget: 60, onBudget });
      const decision = waf.evaluateSync(request);
      expect(decision.action).toBe(action);
      expect(decision.budget).toEqual({ exhausted: true, verdict: onBudget });
    }
    const closed = wafOf([rules], { budget: 60 }).evaluateSync(request);
    expect(closed).toMatchObject({ by: { ref: "wirewall.budget", message: "the work budget ran out" } });
  });

  test("leaves nothing of it to the next request", () => {
    const waf = wafOf([needles], { budget: 60 });
    expect(verdict(waf.evaluateSync(get(long)))).toBe("block by wirewall.budget");
    expect(verdict(waf.evaluateSync(get("/short")))).toBe("allow");
    expect(verdict(waf.evaluateSync(get("/needle7x")))).toBe("block by r7");
  });
});

// Random rulesets of everything that carries state, over the request's and the response's sides.

const NAMES = ["k", "q"];
const quoted = fc.constantFrom("v0", "v1", "w");
const onRequest = fc.oneof(
  fc.nat(4).map((at) => `http.request.uri.path eq "/p${at}"`),
  fc.nat(3).map((at) => `http.request.uri.path in {"/p${at}" "/p${at + 1}"}`),
  fc.nat(4).map((at) => `ends_with(http.request.uri.path, "${at}")`),
  fc.constantFrom(...NAMES).map((name) => `not any(http.request.uri.args.names[*] eq "${name}")`),
  fc
    .tuple(fc.constantFrom(...NAMES), quoted)
    .map(([name, value]) => `http.request.uri.args["${name}"][0] eq "${value}"`),
  quoted.map((value) => `any(http.request.uri.args.values[*] contains "${value}")`),
  // With an argument left out, another one is first.
  quoted.map((value) => `http.request.uri.args.values[0] eq "${value}"`),
  quoted.map((value) => `any(http.request.headers["x-a"][*] eq "${value}")`),
  fc.constant('not any(http.request.headers.names[*] eq "x-a")'),
  fc.constantFrom("ssl", 'http.request.method eq "POST"', 'lower(http.host) eq "a.example"'),
  fc.nat(6).map((at) => `wirewall.scores["s"] ge ${at}`),
);
const onBody = fc.oneof(
  quoted.map((value) => `http.request.body.raw contains "${value}"`),
  fc
    .tuple(fc.constantFrom(...NAMES), quoted)
    .map(([name, value]) => `any(http.request.body.form["${name}"][*] eq "${value}")`),
  quoted.map((value) => `http.request.body.form.values[0] eq "${value}"`),
  fc.constantFrom(...NAMES).map((name) => `not any(http.request.body.form.names[*] eq "${name}")`),
);
const onResponse = fc.oneof(
  fc.constantFrom(200, 404).map((code) => `http.response.code eq ${code}`),
  quoted.map((value) => `any(http.response.headers["x-b"][*] eq "${value}")`),
  fc.constant('not any(http.response.headers.names[*] eq "x-b")'),
  quoted.map((value) => `wirewall.response.body.raw contains "${value}"`),
);
const conditions = (phase: string) => {
  const one =
    phase === RESPONSE ? fc.oneof(onRequest, onResponse, onResponse) : fc.oneof(onRequest, onRequest, onBody);
  return fc.oneof(
    { weight: 2, arbitrary: one },
    {
      weight: 3,
      arbitrary: fc
        .tuple(one, fc.constantFrom("and", "and", "or"), one)
        .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    },
    { weight: 1, arbitrary: fc.constant("true") },
  );
};

const FIELDS = ["http.request.uri.args", "http.request.headers", "http.request.body.form"];
const targets = fc
  .record({
    field: fc.constantFrom(...FIELDS),
    key: fc.option(fc.constantFrom("k", "q", "x-a"), { nil: undefined, freq: 5 }),
    // A name that a target may leave out.
    rule: fc.option(fc.constantFrom("r3", "r9", "r15"), { nil: undefined, freq: 1 }),
  })
  .map((target) => Object.fromEntries(Object.entries(target).filter(([, value]) => value !== undefined)));

const OWN: Readonly<Record<string, string>> = { [CUSTOM]: "x", [MANAGED]: "y", [RESPONSE]: "w" };

function actionsOf(phase: string, executes: boolean): fc.Arbitrary<Members> {
  const skip = fc.oneof(
    { weight: 3, arbitrary: targets.map((target) => ({ targets: [target] })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Members>({ ruleset: "current" }, { rules: { [OWN[phase]!]: ["r3", "r5"] } }),
    },
  );
  return fc.oneof(
    { weight: 14, arbitrary: fc.constant<Members>({ action: "log" }) },
    {
      weight: phase === RESPONSE ? 3 : 1,
      arbitrary: fc.constantFrom<Members>({ action: "block" }, { action: "allow" }),
    },
    {
      weight: 3,
      arbitrary: fc
        .integer({ min: -1, max: 3 })
        .map((increment) => ({ action: "score", action_parameters: { name: "s", increment } })),
    },
    { weight: 3, arbitrary: skip.map((action_parameters) => ({ action: "skip", action_parameters })) },
    {
      weight: executes ? 2 : 0,
      arbitrary: fc.constant<Members>({ action: "execute", action_parameters: { id: OWN[phase] } }),
    },
  );
}

function rulesOf(id: string, phase: string, kind: "zone" | "custom"): fc.Arbitrary<Members> {
  const members = fc
    .tuple(
      conditions(phase),
      actionsOf(phase, kind === "zone"),
      fc.constantFrom<Members>({}, {}, {}, {}, { mode: "shadow" }),
    )
    .map(([expression, action, mode]) => ({ expression, ...action, ...mode }));
  return fc.array(members, { minLength: INDEXED, maxLength: INDEXED + 2 }).map((rules) =>
    ruleset(
      id,
      rules.map((one, at) => rule(`r${at}`, one)),
      { phase, kind },
    ),
  );
}

const configurations = fc.tuple(
  rulesOf("zone-custom", CUSTOM, "zone"),
  rulesOf("x", CUSTOM, "custom"),
  rulesOf("zone-managed", MANAGED, "zone"),
  rulesOf("y", MANAGED, "custom"),
  rulesOf("zone-response", RESPONSE, "zone"),
  rulesOf("w", RESPONSE, "custom"),
);

const value = fc.constantFrom("v0", "v1", "w", "-");
const pairs = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 3 })
  .map((all) => all.map((pair) => pair.join("=")).join("&"));
const headers = (name: string) =>
  fc.array(value, { maxLength: 2 }).map((values) => values.map((one) => [name, one] as const));
const exchanges: fc.Arbitrary<RequestData> = fc
  .record({
    path: fc.nat(5),
    query: pairs,
    body: fc.option(pairs, { nil: undefined }),
    lines: headers("X-A"),
    status: fc.constantFrom(200, 404),
    answered: headers("X-B"),
    text: fc.constantFrom("", "v0", "v1 w", "nothing"),
  })
  .map(({ path, query, body, lines, status, answered, text }) =>
    get(`/p${path}${query === "" ? "" : `?${query}`}`, {
      method: body === undefined ? "GET" : "POST",
      headers: [
        ["Host", path % 2 === 0 ? "A.example" : "b.example"],
        ["Content-Type", "application/x-www-form-urlencoded"],
        ...lines,
      ],
      ...(body === undefined ? {} : { body }),
      response: { status, headers: answered, body: text },
    }),
  );

function told({ request, response }: Exchange) {
  const facts = (decision: AnyDecision | undefined) =>
    decision && {
      action: decision.action,
      by: decision.by?.ref,
      matches: decision.matches.map((match) => ({
        by: match.executedBy?.ref,
        ref: `${match.rule.ruleset}/${match.rule.ref}`,
        mode: match.mode,
        notes: match.notes,
        scored: match.scored,
      })),
      scores: decision.scores,
      wouldHave: decision.wouldHave,
      budget: decision.budget,
    };
  return { request: facts(request), response: facts(response) };
}

/** As a host does it that has the head first, then the body, then the response. */
function inSteps(waf: Waf, init: RequestData) {
  const { body, response, ...view } = requestFrom(init);
  const transaction = waf.begin(view);
  let request = transaction.head();
  if (request === undefined) request = transaction.body(body ?? { bytes: "", truncated: false, size: 0 });
  if ("then" in request) throw new Error("nothing here waits");
  const answer =
    request.action === "allow" && response !== undefined ? transaction.response(response) : undefined;
  if (answer !== undefined && "then" in answer) throw new Error("nothing here waits");
  transaction.end();
  return told(answer === undefined ? { request } : { request, response: answer });
}

describe("indexed evaluation", () => {
  test.each(["enforce", "observe"] as const)(
    "decides as the linear one does, traced, or in a host's steps (%s)",
    (mode) => {
      fc.assert(
        fc.property(
          configurations,
          fc.array(exchanges, { minLength: 1, maxLength: 5 }),
          (rulesets, requests) => {
            const indexed = wafOf(rulesets, { mode });
            const linear = wafOf(rulesets, { mode, candidates: "linear" });
            for (const request of requests) {
              const expected = told(linear.evaluateExchangeSync(request));
              expect(told(indexed.evaluateExchangeSync(request))).toEqual(expected);
              expect(told(indexed.evaluateExchangeSync(request, { trace: true }))).toEqual(expected);
              expect(inSteps(indexed, request)).toEqual(expected);
            }
          },
        ),
        { numRuns: 20 },
      );
    },
  );

  test("is compared on rulesets that do what it is about", () => {
    const seen = new Map<string, number>();
    const drawn = fc.tuple(configurations, fc.array(exchanges, { minLength: 8, maxLength: 8 }));
    for (const [rulesets, requests] of fc.sample(drawn, { numRuns: 12, seed: 11 })) {
      const waf = wafOf(rulesets);
      for (const request of requests) {
        const exchange = waf.evaluateExchangeSync(request);
        const words = new Set<string>([`request ${exchange.request.action}`]);
        if (exchange.response !== undefined) words.add(`response ${exchange.response.action}`);
        const matches = [exchange.request, exchange.response].flatMap((one) => one?.matches ?? []);
        for (const { rule: facts, executedBy, mode } of matches) {
          const side = facts.phase === RESPONSE ? "response" : "request";
          if (executedBy === undefined) continue;
          words.add(`executed ${side}`);
          if (mode === "shadow") words.add("executed in shadow");
          if (facts.action === "skip") words.add(`executed skip, ${side}`);
          if (facts.action === "score") words.add("executed score");
        }
        for (const word of words) seen.set(word, (seen.get(word) ?? 0) + 1);
      }
    }
    for (const word of [
      "request allow",
      "request block",
      "response allow",
      "response block",
      "executed request",
      "executed response",
      "executed in shadow",
      "executed skip, request",
      "executed skip, response",
      "executed score",
    ]) {
      expect([word, (seen.get(word) ?? 0) >= 3]).toEqual([word, true]);
    }
  });
});

test("a limit's rule in observe mode leaves the response to its own rules", () => {
  const ratelimit = {
    characteristics: ["ip.src"],
    period: 60,
    requests_per_period: 1,
    mitigation_timeout: 60,
  };
  const rules = [
    ruleset("l", [rule("much", { action: "block", ratelimit })], { phase: LIMITS }),
    ruleset("b", [block("leak", 'wirewall.response.body.raw contains "secret"')], { phase: RESPONSE }),
  ];
  const waf = wafOf(rules, { mode: "observe" });
  const decide = (body: string) => {
    const { request, response } = waf.evaluateExchangeSync(get("/", { response: { status: 200, body } }));
    return [request.wouldHave, response?.action, response?.wouldHave];
  };
  expect(decide("secret")).toEqual([undefined, "allow", "block"]);
  expect(decide("fine")).toEqual(["block", "allow", "block"]);
});
