import { compileFilter, compileValue } from "../expression/compile/compile.ts";
import type { Scheme } from "../expression/scheme/scheme.ts";
import type { Diagnostic } from "../expression/source/diagnostic.ts";
import { Source } from "../expression/source/source.ts";
import { parseExpression } from "../expression/syntax/parse.ts";
import type { FaultSink } from "./faults.ts";
import type { ResolvedOptions } from "./options.ts";
import type { PhaseDefinition } from "./phases.ts";
import type { ExpressionSite } from "./read-shape.ts";

/** Reports the faults of expressions at their places inside the document. */
export function checkExpressions(
  sites: readonly ExpressionSite[],
  phase: PhaseDefinition,
  scheme: Scheme<never> | undefined,
  options: ResolvedOptions,
  sink: FaultSink,
): void {
  for (const site of sites) {
    for (const found of judge(site, phase, scheme, options)) {
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
  scheme: Scheme<never> | undefined,
  options: ResolvedOptions,
): readonly Diagnostic[] {
  if (site.shape.names?.includes(site.text.trim()) === true) return [];
  const source = new Source(site.text);
  const limits = options.limits === undefined ? {} : { limits: options.limits };
  if (scheme === undefined || options.patterns === undefined) {
    const parsed = parseExpression(source, limits);
    return parsed.ok ? parsed.warnings : [...parsed.errors, ...parsed.warnings];
  }
  const narrowed = scheme.narrow(site.shape.onResponse === true ? "response" : phase.scheme);
  const late = options.references === "late";
  const compileOptions = {
    ...limits,
    patterns: options.patterns,
    lists: late ? "late" : "declared",
  } as const;
  const { type } = site.shape;
  const result =
    type === "filter"
      ? compileFilter(source, narrowed, compileOptions)
      : compileValue(source, narrowed, type === "any" ? undefined : type, compileOptions);
  return result.ok ? result.warnings : [...result.errors, ...result.warnings];
}
