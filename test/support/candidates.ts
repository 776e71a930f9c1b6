import { compileFilter } from "./source/language/compile.ts";
import { formatDiagnostic } from "./source/language/diagnostics.ts";
import type { EvaluationContext, Scheme } from "./source/language/scheme.ts";
import type { CandidateRule, CandidateSource } from "./source/rules/plan.ts";

/** Rules of nothing but their expressions. */
export function rulesOf(
  texts: readonly string[],
  scheme: Scheme<never>,
  options: Parameters<typeof compileFilter>[2] = {},
): readonly CandidateRule[] {
  return texts.map((text) => {
    const compiled = compileFilter(text, scheme, options);
    if (!compiled.ok) throw new Error(compiled.errors.map(formatDiagnostic).join("\n"));
    return { filter: compiled.value };
  });
}

/** The rules that a source yields for a request, in order. */
export function candidates(source: CandidateSource, context: EvaluationContext): readonly number[] {
  const cursor = source.open(context);
  const found: number[] = [];
  for (let id = cursor.next(); id !== -1; id = cursor.next()) found.push(id);
  cursor.close();
  return found;
}
