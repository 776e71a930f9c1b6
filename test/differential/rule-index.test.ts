import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawMix, MIX_SCHEME } from "../../bench/cases/ruleset-mix.ts";
import { arbitraryFilter, arbitrarySlots, RICH_LISTS, RICH_SCHEME } from "../support/arbitrary-expression.ts";
import { arbitraryRequest, arbitraryRule, TRAFFIC_LISTS, TRAFFIC_SCHEME } from "../support/arbitrary-rule.ts";
import { candidates, rulesOf } from "../support/candidates.ts";
import { interpret } from "../support/interpret.ts";
import { literalEngine } from "../support/literal-engine.ts";
import { arbitraryCallingRequest, arbitraryCallingRule, arbitraryFunctions } from "../support/look-alikes.ts";
import type { Filter } from "../support/source/language/compile.ts";
import { automatonEngine, type PatternEngine } from "../support/source/language/pattern.ts";
import { type EvaluationContext, Scheme } from "../support/source/language/scheme.ts";
import { arrayOf, Budget, Bytes, type Value } from "../support/source/language/values.ts";
import {
  type CandidateCursor,
  type CandidateRule,
  type CandidateSource,
  indexOf,
  ruleIndex,
} from "../support/source/rules/plan.ts";

/** More by hand: `RULE_INDEX_RUNS=20 npx vitest run test/differential/rule-index.test.ts`. */
const TIMES = Number(process.env["RULE_INDEX_RUNS"] ?? 1);

function compile(
  texts: readonly string[],
  scheme: Scheme<never>,
  patterns: PatternEngine = automatonEngine,
  nilNotEqual = false,
): readonly CandidateRule[] {
  const limits = { maxExpressionLength: 100_000, maxRegexPerExpression: 1000 };
  return rulesOf(texts, scheme, { patterns, nilNotEqual, limits });
}

type Row = readonly (Value | undefined)[];

const readers = new Map<Scheme<never>, Scheme>();

/** A context whose slots are filled on first use. */
function contextOf(scheme: Scheme<never>, values: Row, lists = RICH_LISTS): EvaluationContext {
  let lazy = readers.get(scheme);
  if (lazy === undefined) {
    const fields = scheme.fields.map((field, slot) => ({ ...field, read: (row: Row) => row[slot] }));
    lazy = new Scheme({ fields: fields as never, lists: scheme.lists });
    readers.set(scheme, lazy);
  }
  const context = lazy.createContext<unknown>(lists);
  context.reset(values);
  return context;
}

function matching(
  rules: readonly CandidateRule[],
  ids: Iterable<number>,
  context: EvaluationContext,
): readonly number[] {
  return [...ids].filter((id) => rules[id]!.filter?.test(context) === true);
}

/** What the walk finds, which is what asking every rule finds. */
function expectSame(
  rules: readonly CandidateRule[],
  source: CandidateSource,
  context: () => EvaluationContext,
): { readonly matches: number; readonly candidates: number } {
  const ids = candidates(source, context());
  for (let at = 1; at < ids.length; at++) expect(ids[at]).toBeGreaterThan(ids[at - 1]!);
  const expected = matching(rules, rules.keys(), context());
  const found = matching(rules, ids, context());
  if (found.join() !== expected.join()) {
    const missed = expected.filter((id) => !found.includes(id));
    throw new Error(`missed ${missed.map((id) => rules[id]!.filter!.source.text).join("\n")}`);
  }
  return { matches: expected.length, candidates: ids.length };
}

describe("the index finds what asking every rule finds", () => {
  test("rules of every form", () => {
    const texts = fc.array(arbitraryFilter(RICH_SCHEME), { minLength: 1, maxLength: 12 });
    const requests = fc.array(arbitrarySlots(RICH_SCHEME), { minLength: 1, maxLength: 4 });
    const engine = fc.constantFrom(literalEngine, automatonEngine);
    let matches = 0;
    fc.assert(
      fc.property(texts, requests, engine, fc.boolean(), (rules, rows, patterns, nilNotEqual) => {
        const compiled = compile(rules, RICH_SCHEME, patterns, nilNotEqual);
        const source = indexOf(compiled);
        for (const values of rows) {
          matches += expectSame(compiled, source, () => contextOf(RICH_SCHEME, values)).matches;
        }
      }),
      { numRuns: 250 * TIMES, ...(TIMES === 1 ? { seed: 1 } : {}) },
    );
    expect(matches).toBeGreaterThan(500);
  });

  test("rules that look-ups can call up", () => {
    const texts = fc.array(arbitraryRule, { minLength: 1, maxLength: 25 });
    const requests = fc.array(arbitraryRequest, { minLength: 1, maxLength: 6 });
    const totals = { rules: 0, matches: 0, candidates: 0 };
    fc.assert(
      fc.property(texts, requests, fc.boolean(), (rules, rows, nilNotEqual) => {
        const compiled = compile(rules, TRAFFIC_SCHEME, automatonEngine, nilNotEqual);
        const source = indexOf(compiled);
        for (const values of rows) {
          const context = (): EvaluationContext => contextOf(TRAFFIC_SCHEME, values, TRAFFIC_LISTS);
          const counts = expectSame(compiled, source, context);
          totals.rules += rules.length;
          totals.matches += counts.matches;
          totals.candidates += counts.candidates;
        }
      }),
      { numRuns: 300 * TIMES, ...(TIMES === 1 ? { seed: 2 } : {}) },
    );
    expect(totals.matches).toBeGreaterThan(500);
    // The index is worth something only if it leaves rules out.
    expect(totals.candidates).toBeLessThan(totals.rules * 0.7);
  });

  test("rules that call an embedder's functions, also under standard names", () => {
    const texts = fc.array(arbitraryCallingRule, { minLength: 4, maxLength: 20 });
    const requests = fc.array(arbitraryCallingRequest, { minLength: 4, maxLength: 8 });
    const fields = [
      { name: "host", type: Bytes },
      { name: "path", type: Bytes },
      { name: "words", type: arrayOf(Bytes) },
    ];
    let matches = 0;
    fc.assert(
      fc.property(texts, requests, arbitraryFunctions, (rules, rows, functions) => {
        const scheme = new Scheme<never>({ fields, functions });
        const compiled = compile(rules, scheme);
        const source = indexOf(compiled);
        for (const { host, path, words } of rows) {
          const context = (): EvaluationContext => contextOf(scheme, [host, path, words], []);
          matches += expectSame(compiled, source, context).matches;
          // The interpreter calls every function; the closures have fast paths.
          for (const [id, { filter }] of compiled.entries()) {
            expect(filter?.test(context()), rules[id]).toBe(
              filter !== undefined && interpret(filter.checked.root, context()) === true,
            );
          }
        }
      }),
      { numRuns: 120 * TIMES, ...(TIMES === 1 ? { seed: 4 } : {}) },
    );
    expect(matches).toBeGreaterThan(200);
  });

  test.each([0, 0.02, 0.1])("a realistic mix, %d of it without pivot", (withoutPivot) => {
    for (const size of [10, 100, 1000]) {
      const mix = drawMix({ rules: size, withoutPivot, requests: 150 });
      const rules = compile(mix.rules, MIX_SCHEME);
      const source = ruleIndex(rules);
      let asked = 0;
      for (const values of mix.requests) {
        asked += expectSame(rules, source, () => contextOf(MIX_SCHEME, values, [])).candidates;
      }
      if (size === 1000) expect(asked / mix.requests.length).toBeLessThan(40);
    }
  });
});

describe("walks", () => {
  const mix = drawMix({ rules: 200, withoutPivot: 0.2, requests: 40 });
  const rules = compile(mix.rules, MIX_SCHEME);

  test("of many requests at once do not disturb each other", () => {
    const source = indexOf(rules);
    const steps = fc.array(fc.record({ walk: fc.nat(11), close: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (script) => {
        const walks = new Map<
          number,
          { cursor: CandidateCursor; left: number[]; context: EvaluationContext }
        >();
        for (const { walk, close } of script) {
          let state = walks.get(walk);
          if (state === undefined) {
            const context = contextOf(MIX_SCHEME, mix.requests[walk]!, []);
            const left = [...candidates(indexOf(rules), context)];
            state = { cursor: source.open(context), left, context };
            walks.set(walk, state);
          }
          expect(state.cursor.next()).toBe(state.left.shift() ?? -1);
          if (!close) continue;
          state.cursor.close();
          walks.delete(walk);
        }
        for (const { cursor, left } of walks.values()) {
          for (const id of left) expect(cursor.next()).toBe(id);
          expect(cursor.next()).toBe(-1);
          cursor.close();
        }
      }),
      { numRuns: 25 * TIMES, ...(TIMES === 1 ? { seed: 3 } : {}) },
    );
  });

  test("lose no candidate when the budget is used up, and take the same off it each time", () => {
    const source = indexOf(rules);
    for (const values of mix.requests) {
      const full = candidates(source, contextOf(MIX_SCHEME, values, []));
      const spent = [0, 10, 1000].map((limit) => {
        const context = contextOf(MIX_SCHEME, values, []);
        context.budget = new Budget(limit);
        expect(candidates(source, context)).toEqual(full);
        return limit - context.budget.remaining;
      });
      expect(new Set(spent).size).toBe(1);
    }
  });
});

test("a rule that is never evaluated is no candidate", () => {
  const compiled = compile(['http.host == "a"', "true", 'http.host == "a"'], MIX_SCHEME);
  const rules: readonly CandidateRule[] = [compiled[0]!, { filter: undefined }, compiled[2]!];
  const request = contextOf(MIX_SCHEME, ["GET", "a"], []);
  for (const make of [indexOf, ruleIndex]) {
    const source = make(rules);
    expect(source.size).toBe(3);
    expect(candidates(source, request)).toEqual([0, 2]);
  }
});

test("equal filters may stand at several places", () => {
  const [rule] = compile(['http.host == "a" and http.request.uri.path contains "needle"'], MIX_SCHEME);
  const filter: Filter = rule!.filter!;
  const rules = Array.from({ length: 30 }, () => ({ filter }));
  const source = ruleIndex(rules);
  expect(candidates(source, contextOf(MIX_SCHEME, ["GET", "a", "/the-needle"], []))).toHaveLength(30);
});
