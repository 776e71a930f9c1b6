import { describe, expect, test } from "vitest";
import {
  DEFAULT_ENGINE_LIMITS,
  defineAction,
  type EngineLimits,
  PhaseCatalogue,
  type RulesetDocument,
  STANDARD_PHASES,
  shape,
  standardActions,
  type WafOptions,
} from "../support/source/index.ts";
import { CUSTOM, GET, get, LIMITS, matched, rule, ruleset, wafOf } from "./waf-support.ts";

// Each limit one below it, at it and one beyond.

const many = (count: number, of: (at: number) => ReturnType<typeof rule>) =>
  Array.from({ length: count }, (_, at) => of(at));

/** An action that says so many notes. */
const noting = defineAction({
  name: "noting",
  summary: "Says notes.",
  terminating: false,
  parameters: shape.object({ count: shape.required(shape.integer(0)) }),
  prepare: ({ count }) => count,
  apply(control, count) {
    for (let at = 0; at < count; at++) control.note(`note ${at}`);
  },
});
const notingOptions: WafOptions = {
  actions: [...standardActions, noting],
  phases: new PhaseCatalogue(
    STANDARD_PHASES.map((phase) =>
      phase.name === CUSTOM ? { ...phase, actions: [...phase.actions, "noting"] } : phase,
    ),
  ),
};

/** Rulesets that execute one another, so many levels below the entry point; only the last one logs. */
function nested(depth: number): readonly RulesetDocument[] {
  return Array.from({ length: depth }, (_, at): RulesetDocument => {
    const last = at === depth - 1;
    const ref = last ? "deepest" : `run${at}`;
    return {
      id: `level${at}`,
      name: `level${at}`,
      kind: "managed",
      phase: CUSTOM,
      rules: [
        {
          id: ref,
          ref,
          expression: "true",
          enabled: true,
          ...(last ? { action: "log" } : { action: "execute", action_parameters: { id: `level${at + 1}` } }),
        },
      ],
    };
  });
}

/** Units that a decision shows of so many, and whether it says that something was left out. */
type Shown = readonly [units: number, cut?: boolean | undefined];

const EDGES: Readonly<
  Record<
    keyof EngineLimits,
    { readonly sizes: readonly number[]; shown(units: number, limits: Partial<EngineLimits>): Shown }
  >
> = {
  maxExecuteDepth: {
    sizes: [0, 1, 6],
    shown(units, engine) {
      const entry = ruleset("entry", [
        units === 0 ? rule("none") : rule("run", { action: "execute", action_parameters: { id: "level0" } }),
      ]);
      const waf = wafOf([entry], { limits: { engine }, managed: nested(units) });
      const refs = matched(waf.evaluateSync(GET));
      return [units === 0 || refs.at(-1) === "deepest" ? units : units - 1];
    },
  },
  maxMatches: {
    sizes: [0, 1, 20],
    shown(units, engine) {
      const last = rule("last", { action: "score", action_parameters: { increment: 1 } });
      const waf = wafOf([ruleset("c", [...many(units - 1, (at) => rule(`r${at}`)), last])], {
        limits: { engine },
      });
      const decision = waf.evaluateSync(GET);
      // A rule beyond the limit acts all the same.
      expect(decision.score).toBe(1);
      return [decision.matches.length];
    },
  },
  maxNotes: {
    sizes: [0, 1, 20],
    shown(units, engine) {
      const noted = rule("noted", { action: "noting", action_parameters: { count: units } });
      const waf = wafOf([ruleset("c", [noted])], { ...notingOptions, limits: { engine } });
      const notes = waf.evaluateSync(GET).matches[0]?.notes ?? [];
      expect(notes).toEqual(notes.map((_, at) => `note ${at}`));
      return [notes.length];
    },
  },
  maxExplainedRules: {
    sizes: [0, 1, 20],
    shown(units, engine) {
      const waf = wafOf(
        [
          ruleset(
            "c",
            many(units, (at) => rule(`r${at}`)),
          ),
        ],
        { limits: { engine } },
      );
      const { explanation } = waf.evaluateSync(GET, { trace: true });
      const rules = explanation?.phases.flatMap((phase) => phase.rulesets.flatMap((one) => one.rules)) ?? [];
      return [rules.length, explanation?.truncated];
    },
  },
  maxLabels: {
    sizes: [0, 1, 20],
    shown(units, engine) {
      const rules = many(units, (at) =>
        rule(`r${at}`, { action: "label", action_parameters: { name: `l${at}` } }),
      );
      const { labels = [], matches } = wafOf([ruleset("c", rules)], { limits: { engine } }).evaluateSync(GET);
      return [labels.length, matches.some(({ notes }) => notes.length > 0) || undefined];
    },
  },
  maxVariables: {
    sizes: [0, 1, 20],
    shown(units, engine) {
      const rules = many(units, (at) =>
        rule(`r${at}`, { action: "set_variable", action_parameters: { name: `v${at}`, value: "1" } }),
      );
      const decision = wafOf([ruleset("c", rules)], { limits: { engine } }).evaluateSync(GET);
      const isCut = decision.matches.some(({ notes }) => notes.length > 0);
      return [Object.keys(decision.variables ?? {}).length, isCut || undefined];
    },
  },
  maxVariableBytes: {
    sizes: [0, 1, 20],
    shown(units, engine) {
      const set = rule("set", {
        action: "set_variable",
        action_parameters: { name: "v", value: "x".repeat(units) },
      });
      const decision = wafOf([ruleset("c", [set])], { limits: { engine } }).evaluateSync(GET);
      const isCut = decision.matches.some(({ notes }) => notes.length > 0);
      return [decision.variables?.["v"]?.length ?? -1, isCut || undefined];
    },
  },
  maxReasons: {
    sizes: [0, 1, 20],
    shown(units, engine) {
      const conditions = Array.from({ length: units }, (_, at) => `http.request.uri.path ne "/${at}"`);
      const held = rule("held", { expression: conditions.join(" and ") });
      const waf = wafOf([ruleset("c", [held])], { limits: { engine } });
      const { explanation } = waf.evaluateSync(GET, { trace: true });
      return [explanation?.phases[0]?.rulesets[0]?.rules[0]?.because.length ?? -1, explanation?.truncated];
    },
  },
};

describe("the limits of evaluations", () => {
  test("are frozen, and each has an edge here", () => {
    expect(Object.isFrozen(DEFAULT_ENGINE_LIMITS)).toBe(true);
    expect(Object.keys(EDGES).sort()).toEqual(Object.keys(DEFAULT_ENGINE_LIMITS).sort());
  });

  const cases = Object.entries(EDGES).flatMap(([name, edge]) => {
    const limit = name as keyof EngineLimits;
    return [DEFAULT_ENGINE_LIMITS[limit], ...edge.sizes].map((size) => [limit, size, edge] as const);
  });
  test.each(cases)("%s of %d: all is there at it, not beyond it", (name, size, { shown }) => {
    const limits = size === DEFAULT_ENGINE_LIMITS[name] ? {} : { [name]: size };
    for (const units of [size - 1, size, size + 1]) {
      if (units < (name === "maxExecuteDepth" ? 0 : 1)) continue;
      const [found, cut] = shown(units, limits);
      expect([units, found]).toEqual([units, Math.min(units, size)]);
      if (cut !== undefined) expect(cut).toBe(units > size);
    }
  });
});

describe("a store that fails", () => {
  const ratelimit = (members = {}) => ({
    characteristics: ["ip.src"],
    period: 60,
    requests_per_period: 1,
    mitigation_timeout: 60,
    ...members,
  });
  const failing = {
    add: () => {
      throw new Error("out of reach");
    },
    read: () => {
      throw new Error("out of reach");
    },
    mitigate: () => undefined,
    reset: () => undefined,
  };

  test("is told on the match of the rule that it stopped, and as a failure", () => {
    const rules = [
      rule("open", { action: "block", ratelimit: ratelimit() }),
      rule("closed", { action: "block", ratelimit: ratelimit({ on_store_error: "closed" }) }),
    ];
    const waf = wafOf([ruleset("l", rules, { phase: LIMITS })], { counters: failing });
    const decision = waf.evaluateSync(get("/"));
    expect(decision.by?.ref).toBe("closed");
    expect(decision.matches.map((match) => [match.rule.ref, match.notes])).toEqual([
      ["closed", ["the counter store failed: out of reach"]],
    ]);
    expect(decision.failures?.map(({ source, verdict }) => [source, verdict])).toEqual([
      ["store", "open"],
      ["store", "closed"],
    ]);
  });

  test.each([1, 3])("is told of at most %d times", (maxNotes) => {
    const rules = many(4, (at) => rule(`r${at}`, { action: "log", ratelimit: ratelimit() }));
    const waf = wafOf([ruleset("l", rules, { phase: LIMITS })], {
      counters: failing,
      limits: { engine: { maxNotes } },
    });
    expect(waf.evaluateSync(get("/")).failures).toHaveLength(maxNotes);
  });
});

describe("what a cache served", () => {
  const ratelimit = {
    characteristics: ["ip.src"],
    period: 60,
    requests_per_period: 2,
    requests_to_origin: true,
    mitigation_timeout: 60,
  };
  const rules = [ruleset("l", [rule("much", { action: "block", ratelimit })], { phase: LIMITS })];
  const fromCache: WafOptions["servedFromCache"] = ({ status, rawHeaders }) =>
    status === 200 ? rawHeaders.includes("HIT") : undefined;

  test.each<
    [
      name: string,
      options: WafOptions,
      headers: Readonly<Record<string, string>>,
      status: number,
      refused: boolean,
    ]
  >([
    ["does not count", { servedFromCache: fromCache }, { "X-Cache": "HIT" }, 200, false],
    ["counts when the origin answered", { servedFromCache: fromCache }, { "X-Cache": "MISS" }, 200, true],
    ["counts when the host does not know", { servedFromCache: fromCache }, { "X-Cache": "HIT" }, 500, true],
    ["counts when nothing can tell", {}, { "X-Cache": "HIT" }, 200, true],
  ])("%s", (_name, options, headers, status, refused) => {
    const waf = wafOf(rules, options);
    const decide = () => waf.evaluateExchangeSync(get("/", { response: { status, headers } })).request.action;
    const actions = [decide(), decide(), decide(), decide()];
    expect(actions.includes("block")).toBe(refused);
    expect(actions[0]).toBe("allow");
  });
});
