import type { FaultSink } from "../../documents/shapes/faults.ts";
import type { ExpressionSite } from "../../documents/shapes/read-shape.ts";
import type { Expressions } from "../../language/compile/expressions.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { DECISION_PHASE } from "../../language/scheme/scheme.ts";
import { parseExpression } from "../../language/syntax/parse.ts";
import type { PhaseDefinition } from "../ruleset/phases.ts";
import type { ResolvedOptions } from "./options.ts";

/** Reports the faults of expressions at their places inside the document. */
export function checkExpressions(
  sites: readonly ExpressionSite[],
  phase: PhaseDefinition,
  expressions: Expressions | undefined,
  options: ResolvedOptions,
  sink: FaultSink,
): void {
  for (const site of sites) {
    for (const found of judge(site, phase, expressions, options)) {
      sink.report({
        code: found.code,
        severity: found.severity,
        message: found.message,
        path: site.path,
        inside: { value: site.text, span: { start: found.offset, end: found.endOffset } },
        ...(found.expected === undefined ? {} : { expected: found.expected }),
        ...(found.actual === undefined ? {} : { actual: found.actual }),
        ...(found.hint === undefined ? {} : { hint: found.hint }),
      });
    }
  }
}

function judge(
  site: ExpressionSite,
  phase: PhaseDefinition,
  expressions: Expressions | undefined,
  options: ResolvedOptions,
): readonly Diagnostic[] {
  if (site.shape.names?.includes(site.text.trim()) === true) return [];
  if (expressions === undefined) {
    const limits = options.limits === undefined ? {} : { limits: options.limits };
    const parsed = parseExpression(new Source(site.text), limits);
    return parsed.ok ? parsed.warnings : [...parsed.errors, ...parsed.warnings];
  }
  const { type, onDecision } = site.shape;
  const scheme = onDecision === true ? DECISION_PHASE : phase.scheme;
  const lists = options.references ?? "declared";
  const result =
    type === "filter"
      ? expressions.judgeFilter(site.text, scheme, lists)
      : expressions.judgeValue(site.text, scheme, type === "any" ? undefined : type, lists);
  return result.ok ? result.warnings : [...result.errors, ...result.warnings];
}
