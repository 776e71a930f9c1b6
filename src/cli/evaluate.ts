import type { CheckedExpression } from "../language/check/typed-ast.ts";
import { type CompileOptions, compileFilter, compileValue } from "../language/compile/compile.ts";
import type { ConditionSet } from "../language/compile/conditions.ts";
import { compileTrace, type Trace } from "../language/compile/trace.ts";
import type { Result } from "../language/diagnostics/diagnostic.ts";
import type { Source } from "../language/diagnostics/source.ts";
import type { EvaluationContext } from "../language/scheme/execution-context.ts";
import type { Scheme } from "../language/scheme/scheme.ts";
import { parseExpression } from "../language/syntax/parse.ts";
import type { Type } from "../language/values/types.ts";

/** An expression ready to be tried out, whether it is a filter or a value. */
export interface Trial {
  readonly type: Type;
  readonly checked: CheckedExpression;
  readonly cost: number;
  run(context: EvaluationContext): Trace;
  /** The value alone, as a firewall computes it. */
  readonly plain: (context: EvaluationContext) => unknown;
}

/** Lists that are not loaded may be named, and `#` begins a comment. */
export const TRIAL_OPTIONS: CompileOptions = Object.freeze({ lists: "late", comments: true });

/**
 * Compiles a filter, or failing that a value expression. The faults are those of what was probably meant.
 *
 * @param conditions that the expression may name.
 */
export function compileTrial(source: Source, scheme: Scheme, conditions?: ConditionSet): Result<Trial> {
  const options = conditions === undefined ? TRIAL_OPTIONS : { ...TRIAL_OPTIONS, conditions };
  const filter = compileFilter(source, scheme, options);
  if (filter.ok) return { ...filter, value: trialOf(filter.value, (context) => filter.value.test(context)) };
  const value = compileValue(source, scheme, undefined, options);
  if (value.ok) return { ...value, value: trialOf(value.value, (context) => value.value.read(context)) };
  const parsed = parseExpression(source, { comments: true });
  return parsed.ok && parsed.value.kind === "operand" ? value : filter;
}

function trialOf(
  compiled: Parameters<typeof compileTrace>[0] & { readonly cost: number },
  plain: Trial["plain"],
): Trial {
  return {
    type: compiled.checked.type,
    checked: compiled.checked,
    cost: compiled.cost,
    run: compileTrace(compiled),
    plain,
  };
}
