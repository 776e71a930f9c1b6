import type { FaultSink } from "../../documents/shapes/faults.ts";
import type { ExpressionSite } from "../../documents/shapes/read-shape.ts";
import type { Expressions } from "../../language/compile/expressions.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { wordsText } from "../../language/diagnostics/option-values.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { Source } from "../../language/diagnostics/source.ts";
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
        ...fieldPhase(found, site, phase, options),
        path: site.path,
        inside: { value: site.text, span: { start: found.offset, end: found.endOffset } },
        ...(found.expected === undefined ? {} : { expected: found.expected }),
        ...(found.actual === undefined ? {} : { actual: found.actual }),
        ...(found.hint === undefined || found.code === "E_FIELD_PHASE" ? {} : { hint: found.hint }),
      });
    }
  }
}

/** A field that is not there yet, in the words of documents: the compiler knows stages of a request, authors phases of rules. */
function fieldPhase(
  { code, offset, endOffset }: Diagnostic,
  { text, shape }: ExpressionSite,
  phase: PhaseDefinition,
  { scheme, phases }: ResolvedOptions,
): { readonly message?: string; readonly hint?: string } {
  if (code !== "E_FIELD_PHASE") return {};
  const name = text.slice(offset, endOffset);
  const stages = scheme?.field(name)?.field.phases ?? [];
  const usable = phases.phases.filter((one) => one.executed && stages.includes(one.scheme));
  const where = shape.onResponse === true ? "when a response is counted" : `in the phase \`${phase.name}\``;
  return {
    message: `\`${excerpt(name)}\` has no value yet ${where}`,
    hint:
      usable.length === 0
        ? "no phase for rules on requests and responses has it"
        : `it can be used in ${wordsText(usable.map((one) => one.name))}`,
  };
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
  const { type, onResponse } = site.shape;
  const scheme = onResponse === true ? "response" : phase.scheme;
  const lists = options.references ?? "declared";
  const result =
    type === "filter"
      ? expressions.judgeFilter(site.text, scheme, lists)
      : expressions.judgeValue(site.text, scheme, type === "any" ? undefined : type, lists);
  return result.ok ? result.warnings : [...result.errors, ...result.warnings];
}
