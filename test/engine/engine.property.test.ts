import fc from "fast-check";
import { expect, test } from "vitest";
import type { AnyDecision } from "../support/source/engine/decision.ts";
import type { WafOptions } from "../support/source/engine/options.ts";
import type { RequestData } from "../support/source/request/model.ts";
import { type PlainDecision, type PlainRule, type PlainRuleset, referenceDecision } from "./reference.ts";
import { CUSTOM, get, MANAGED, type Members, matched, wafOf } from "./waf-support.ts";

// Documents are drawn, not whole: few words, so that skips and overrides hit what they name.

const PHASES = [CUSTOM, MANAGED] as const;
const TAGS = ["t1", "t2"];
const REFS = ["r0", "r1", "r2", "r3", "r4"];

const CONDITIONS = [
  "true",
  "ssl",
  'http.request.uri.path eq "/a"',
  'not http.request.uri.path eq "/a"',
  'http.request.uri.args["x"][0] eq "1"',
  'any(http.request.uri.args.values[*] contains "2")',
  'http.host in {"a.example" "b.example"}',
  'starts_with(http.request.uri.path, "/b")',
  'wirewall.scores["s"] ge 4',
  'not wirewall.scores["default"] lt 3',
  'http.request.method eq "POST" or http.request.uri.path eq "/c"',
];

const expressions = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...CONDITIONS) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...CONDITIONS), fc.constantFrom("and", "or"), fc.constantFrom(...CONDITIONS))
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
  },
);

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** Without the members that were not drawn: a document has no `undefined`. */
function drawn<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

const overrideActions = fc.constantFrom("log", "block", "challenge");
const properties = { action: optional(overrideActions), enabled: optional(fc.boolean()) };

const overrides = fc
  .record({
    ...properties,
    categories: optional(
      fc.array(fc.record({ category: fc.constantFrom(...TAGS), ...properties }).map(drawn), {
        minLength: 1,
        maxLength: 3,
      }),
    ),
    rules: optional(
      fc.uniqueArray(fc.record({ id: fc.constantFrom("r0", "r1"), ...properties }).map(drawn), {
        minLength: 1,
        maxLength: 2,
        selector: ({ id }) => id,
      }),
    ),
  })
  .map(drawn);

const skips = fc
  .tuple(
    fc.oneof(
      fc.constant({ ruleset: "current" }),
      fc.constant({ phase: "current" }),
      fc.constant({ phases: [MANAGED] }),
      fc.subarray(["own-custom", "own-managed"], { minLength: 1 }).map((rulesets) => ({ rulesets })),
      fc
        .subarray(["r0", "r1"], { minLength: 1 })
        .map((refs) => ({ rules: { "own-managed": refs, "zone-custom": refs } })),
    ),
    optional(fc.constantFrom("layer", "below", "all")),
  )
  .map(([parameters, scope]) => drawn({ ...parameters, scope }));

function actions(
  phase: string,
  isEntry: boolean,
): fc.Arbitrary<Pick<PlainRule, "action" | "action_parameters">> {
  const plain = fc
    .constantFrom("log", "log", "log", "block", "challenge", "allow")
    .map((action) => ({ action }));
  const score = fc
    .record({ name: optional(fc.constant("s")), increment: fc.integer({ min: -2, max: 5 }) })
    .map((parameters) => ({ action: "score", action_parameters: drawn(parameters) }));
  const skip = skips.map((action_parameters) => ({ action: "skip", action_parameters }));
  const execute = optional(overrides).map((changed) => ({
    action: "execute",
    action_parameters: drawn({ id: phase === CUSTOM ? "own-custom" : "own-managed", overrides: changed }),
  }));
  return isEntry ? fc.oneof(plain, plain, score, skip, execute) : fc.oneof(plain, plain, score, skip);
}

function rulesetOf(id: string, kind: PlainRuleset["kind"], phase: string): fc.Arbitrary<PlainRuleset> {
  const members = fc
    .tuple(
      fc.record({
        expression: expressions,
        enabled: optional(fc.boolean()),
        mode: optional(fc.constantFrom("enforce" as const, "shadow" as const, "off" as const)),
        categories: fc.constantFrom(["t1"], ["t1", "t2"], ["t2"]),
        score_threshold: fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined, freq: 8 }),
      }),
      actions(phase, kind === "root" || kind === "zone"),
    )
    .map(([rest, action]) => drawn({ ...rest, ...action }) as Omit<PlainRule, "ref">);
  // Tags and refs that overrides and skips name are always there: the loader refuses others.
  return fc
    .array(members, { minLength: 2, maxLength: REFS.length })
    .map((rules) => rules.map((rule, at) => ({ ref: REFS[at]!, ...rule })))
    .map(([first, ...rest]) => ({
      id,
      name: id,
      kind,
      phase,
      rules: [{ ...first!, categories: TAGS }, ...rest],
    }));
}

const documents = fc
  .tuple(
    rulesetOf("own-custom", "custom", CUSTOM),
    rulesetOf("own-managed", "managed", MANAGED),
    rulesetOf("zone-custom", "zone", CUSTOM),
    optional(rulesetOf("root-custom", "root", CUSTOM)),
    optional(rulesetOf("root-managed", "root", MANAGED)),
    optional(rulesetOf("zone-managed", "zone", MANAGED)),
  )
  .map((rulesets) => rulesets.filter((one) => one !== undefined));

const requests: fc.Arbitrary<RequestData> = fc
  .record({
    path: fc.constantFrom("/a", "/b/x", "/c"),
    query: fc.constantFrom("", "?x=1", "?x=2&x=1", "?y=2"),
    method: fc.constantFrom("GET", "POST"),
    host: fc.constantFrom("a.example", "c.example"),
  })
  .map(({ path, query, method, host }) =>
    get(path + query, { method, headers: { Host: host, "Content-Length": "0" } }),
  );

function plain(decision: AnyDecision): PlainDecision {
  return {
    action: decision.action,
    by: decision.by?.ref,
    matches: matched(decision),
    scores: decision.scores,
  };
}

function decide(
  rulesets: readonly PlainRuleset[],
  request: RequestData,
  options: WafOptions = {},
): AnyDecision {
  return wafOf(rulesets as unknown as readonly Members[], options).evaluateSync(request);
}

const RUNS = { numRuns: 60 };

test("the engine decides as the plain evaluator does, with the index and without, traced or not", () => {
  fc.assert(
    fc.property(documents, requests, (rulesets, request) => {
      const expected = referenceDecision(rulesets, PHASES, request);
      expect(plain(decide(rulesets, request))).toEqual(expected);
      expect(plain(decide(rulesets, request, { candidates: "linear" }))).toEqual(expected);
      expect(plain(decide(rulesets, request, { trace: true }))).toEqual(expected);
    }),
    RUNS,
  );
});

test("the properties' documents reach what they are about", () => {
  const seen = new Map<string, number>();
  for (const [rulesets, request] of fc.sample(fc.tuple(documents, requests), { numRuns: 150, seed: 7 })) {
    const decision = decide(rulesets, request);
    const words = [
      decision.action,
      ...decision.matches.map((match) => (match.mode === "shadow" ? "shadow" : match.rule.action)),
      ...(decision.by?.action === "allow" ? ["allowed"] : []),
      ...decision.matches.flatMap((match) => (match.executedBy === undefined ? [] : ["executed"])),
    ];
    for (const word of new Set(words)) seen.set(word, (seen.get(word) ?? 0) + 1);
  }
  for (const word of [
    "allow",
    "block",
    "challenge",
    "allowed",
    "shadow",
    "skip",
    "score",
    "execute",
    "executed",
  ]) {
    expect([word, (seen.get(word) ?? 0) >= 3]).toEqual([word, true]);
  }
});

test("a shadow rule changes no decision, wherever it stands", () => {
  fc.assert(
    fc.property(
      documents,
      requests,
      expressions,
      fc.nat(),
      fc.constantFrom("block", "allow", "log"),
      (rulesets, request, expression, at, action) => {
        const added: PlainRule = { ref: "added", action, expression, mode: "shadow" };
        const with_ = rulesets.map((ruleset) => {
          const place = at % (ruleset.rules.length + 1);
          return {
            ...ruleset,
            rules: [...ruleset.rules.slice(0, place), added, ...ruleset.rules.slice(place)],
          };
        });
        // An override can give the added rule no mode, but it could give it tags: it has none.
        const before = plain(decide(rulesets, request));
        const after = plain(decide(with_, request));
        expect({ ...after, matches: after.matches.filter((ref) => ref !== "(added)") }).toEqual(before);
      },
    ),
    RUNS,
  );
});

test("neighbours that only log or score can change places", () => {
  const mild = fc.record({
    expression: expressions.filter((text) => !text.includes("wirewall.scores")),
    action: fc.constantFrom(
      { action: "log" },
      { action: "score", action_parameters: { increment: 3 } },
      { action: "score", action_parameters: { name: "s", increment: -1 } },
    ),
  });
  fc.assert(
    fc.property(documents, requests, mild, mild, fc.nat(), (rulesets, request, one, other, at) => {
      const rules = [one, other].map(({ expression, action }, index) => ({
        ref: `n${index}`,
        expression,
        ...action,
      }));
      const withNeighbours = (neighbours: readonly PlainRule[]) =>
        plain(
          decide(
            rulesets.map((ruleset) => {
              const place = at % (ruleset.rules.length + 1);
              return {
                ...ruleset,
                rules: [...ruleset.rules.slice(0, place), ...neighbours, ...ruleset.rules.slice(place)],
              };
            }),
            request,
          ),
        );
      // An override for the whole ruleset could make a logging rule end the evaluation.
      fc.pre(!JSON.stringify(rulesets).includes('"overrides"'));
      const { matches: before, ...rest } = withNeighbours(rules);
      const { matches: after, ...swapped } = withNeighbours([...rules].reverse());
      expect(swapped).toEqual(rest);
      expect([...after].sort()).toEqual([...before].sort());
    }),
    { numRuns: 40 },
  );
});

test("observing lets everything pass and says what enforcing does", () => {
  fc.assert(
    fc.property(documents, requests, (rulesets, request) => {
      const enforced = decide(rulesets, request);
      const observed = decide(rulesets, request, { mode: "observe" });
      expect(observed.action).toBe("allow");
      expect(observed.wouldHave).toBe(enforced.action === "allow" ? undefined : enforced.action);
      // Both phases are security phases, so that the walk ends at the same rule.
      expect(matched(observed)).toEqual(matched(enforced));
    }),
    { numRuns: 40 },
  );
});
