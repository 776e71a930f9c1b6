import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sameValue } from "../conformance/values.ts";
import {
  arbitraryFilter,
  arbitrarySlots,
  arbitraryValueExpression,
  RICH_LISTS,
  RICH_SCHEME,
} from "../support/arbitrary-expression.ts";
import { interpret } from "../support/interpret.ts";
import { literalEngine } from "../support/literal-engine.ts";
import {
  type Compiled,
  type CompileOptions,
  compileCondition,
  compileFilter,
  compileReader,
  compileTrace,
  compileValue,
  optimize,
} from "../support/source/language/compile.ts";
import { formatDiagnostic, type Result } from "../support/source/language/diagnostics.ts";
import { type ExecutionContext, Scheme } from "../support/source/language/scheme.ts";
import type { Value } from "../support/source/language/values.ts";

const slots = arbitrarySlots(RICH_SCHEME);
const options = (nilNotEqual: boolean): CompileOptions => ({
  patterns: literalEngine,
  nilNotEqual,
  limits: { maxExpressionLength: 100_000, maxRegexPerExpression: 1000 },
});

/** A context whose slots are filled beforehand, or by readers on first use. */
function contextOf(values: readonly (Value | undefined)[], lazy: boolean): ExecutionContext {
  if (!lazy) {
    const context = RICH_SCHEME.createContext<unknown>(RICH_LISTS);
    values.forEach((value, slot) => {
      context.set(slot, value);
    });
    return context;
  }
  const scheme = new Scheme({
    fields: RICH_SCHEME.fields.map((field, slot) => ({ ...field, read: (() => values[slot]) as never })),
    lists: RICH_SCHEME.lists,
  });
  const context = scheme.createContext<unknown>(RICH_LISTS);
  context.reset({});
  return context;
}

function compiled<T extends Compiled>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.errors.map(formatDiagnostic).join("\n"));
  return result.value;
}

describe("filters", () => {
  test("closures, optimised or not, recorded or not, agree with the interpreter", () => {
    const decided = { true: 0, false: 0 };
    fc.assert(
      fc.property(
        arbitraryFilter(RICH_SCHEME),
        fc.array(slots, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (text, rows, nilNotEqual) => {
          const filter = compiled(compileFilter(text, RICH_SCHEME, options(nilNotEqual)));
          const plain = compileCondition(filter.checked.root);
          const optimized = optimize(filter.checked.root);
          const trace = compileTrace(filter);
          for (const values of rows) {
            const expected = interpret(filter.checked.root, contextOf(values, false)) === true;
            decided[`${expected}`]++;
            expect(interpret(optimized, contextOf(values, false)) === true).toBe(expected);
            expect(filter.test(contextOf(values, false))).toBe(expected);
            expect(filter.test(contextOf(values, true))).toBe(expected);
            expect(plain(contextOf(values, true))).toBe(expected);
            expect(trace(contextOf(values, true)).value === true).toBe(expected);
          }
        },
      ),
      { numRuns: 1500, seed: 1 },
    );
    // The generator is worth something only when both answers are common.
    expect(Math.min(decided.true, decided.false)).toBeGreaterThan(300);
  });

  test("a filter reads no field that it does not declare", () => {
    fc.assert(
      fc.property(arbitraryFilter(RICH_SCHEME), slots, (text, values) => {
        const filter = compiled(compileFilter(text, RICH_SCHEME, options(false)));
        const declared = new Set(filter.fields.map(({ name }) => name));
        const bare = values.map((value, slot) =>
          declared.has(RICH_SCHEME.fields[slot]!.name) ? value : undefined,
        );
        expect(filter.test(contextOf(bare, false))).toBe(filter.test(contextOf(values, false)));
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  test("negating every element and the quantifier changes nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom('"a"', '"ab"', '"A"'), slots, (literal, values) => {
        const context = contextOf(values, false);
        const answer = (text: string): boolean =>
          compiled(compileFilter(text, RICH_SCHEME, options(false))).test(context);
        expect(answer(`any(not words[*] == ${literal})`)).toBe(answer(`not all(words[*] == ${literal})`));
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});

test("value expressions: closures agree with the interpreter", () => {
  fc.assert(
    fc.property(arbitraryValueExpression(RICH_SCHEME), slots, (text, values) => {
      const expression = compiled(compileValue(text, RICH_SCHEME, undefined, options(false)));
      const expected = interpret(expression.checked.root, contextOf(values, false));
      for (const read of [expression.read, compileReader(expression.checked.root)]) {
        const actual = read(contextOf(values, true));
        // A filter's reader answers false where the tree's value is nil.
        const same =
          expression.type.kind === "Bool"
            ? (actual === true) === (expected === true)
            : sameValue(actual, expected);
        expect({ text, same, actual, expected }).toMatchObject({ same: true });
      }
    }),
    { numRuns: 1000, seed: 4 },
  );
});
