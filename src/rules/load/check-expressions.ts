import type { FaultSink } from "../../documents/shapes/faults.ts";
import type { ExpressionSite } from "../../documents/shapes/read-shape.ts";
import { placeOf } from "../../documents/text/located.ts";
import type { Expressions } from "../../language/compile/expressions.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import { wordsText } from "../../language/diagnostics/option-values.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { hasTextForm } from "../../language/functions/text-of.ts";
import { DECISION_PHASE } from "../../language/scheme/scheme.ts";
import { parseExpression } from "../../language/syntax/parse.ts";
import { Bytes } from "../../language/values/types.ts";
import { isVendorList, vendorFunctionHint } from "../import/imported.ts";
import type { Part } from "../import/parts.ts";
import type { PhaseDefinition } from "../ruleset/phases.ts";
import type { ResolvedOptions } from "./options.ts";

/** The scheme that expressions are checked against, and the part of a document that contains them. */
interface Judging extends ResolvedOptions {
  readonly part: Part;
}

/** Reports the faults of expressions at their places inside the document. */
export function checkExpressions(
  sites: readonly ExpressionSite[],
  phase: PhaseDefinition,
  expressions: Expressions | undefined,
  options: Judging,
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
        ...listHint(found),
        ...vendorFunction(found, site),
        ...commentHint(found, site, options.part),
        ...fieldPhase(found, site, phase, options),
      });
    }
  }
}

function listHint({ code, hint }: Diagnostic): { readonly hint?: string } {
  return code === "E_LIST_UNKNOWN" && hint === undefined
    ? { hint: "declare it under `lists`, with `name`, `kind` and `items`" }
    : {};
}

/** An expression without quotes in YAML that ends within a string, where a comment begins. */
function commentHint(
  { code }: Diagnostic,
  { path }: ExpressionSite,
  { located }: Part,
): { readonly hint?: string } {
  if (code !== "E_UNTERMINATED_STRING") return {};
  const { end } = placeOf(located, path).value;
  return /^[ \t]+#/.test(located.source.text.slice(end, end + 200))
    ? { hint: "YAML begins a comment at ` #`: put the expression in single quotes" }
    : {};
}

/** The replacement for a function that only Cloudflare can compute. */
function vendorFunction(
  { code, offset, endOffset }: Diagnostic,
  { text }: ExpressionSite,
): { readonly hint?: string } {
  const hint =
    code === "E_UNKNOWN_IDENTIFIER" ? vendorFunctionHint(text.slice(offset, endOffset)) : undefined;
  return hint === undefined ? {} : { hint };
}

/**
 * A field that has no value yet, in the terms of documents: the compiler knows stages of a request, authors phases of
 * rules.
 */
function fieldPhase(
  { code, offset, endOffset }: Diagnostic,
  { text, shape }: ExpressionSite,
  phase: PhaseDefinition,
  { scheme, phases }: ResolvedOptions,
): { readonly message?: string; readonly hint?: string } {
  if (code !== "E_FIELD_PHASE") return {};
  const name = text.slice(offset, endOffset);
  const stages = scheme?.field(name)?.field.phases;
  // The field is in a named condition, which the compiler reports.
  if (stages === undefined) return {};
  const usable = phases.phases.filter((one) => one.executed && stages.includes(one.scheme));
  const where = shape.onDecision === true ? "when a response is counted" : `in the phase \`${phase.name}\``;
  return {
    message: `\`${excerpt(name)}\` has no value yet ${where}`,
    hint:
      usable.length === 0
        ? stages.includes(DECISION_PHASE)
          ? "it can be used in the `counting_expression` of a rate limit"
          : "no phase for rules on requests and responses has it"
        : `it can be used in ${wordsText(usable.map((one) => one.name))}`,
  };
}

function judge(
  site: ExpressionSite,
  phase: PhaseDefinition,
  expressions: Expressions | undefined,
  options: Judging,
): readonly Diagnostic[] {
  if (site.shape.names?.includes(site.text.trim()) === true) return [];
  if (expressions === undefined) {
    const limits = options.limits === undefined ? {} : { limits: options.limits };
    const parsed = parseExpression(new Source(site.text), limits);
    return parsed.ok ? parsed.warnings : [...parsed.errors, ...parsed.warnings];
  }
  const { type, onDecision } = site.shape;
  const scheme = onDecision === true ? DECISION_PHASE : phase.scheme;
  const judged = (lists: "declared" | "late") => {
    if (type === "filter") return expressions.judgeFilter(site.text, scheme, lists);
    if (type === "any") return expressions.judgeValue(site.text, scheme, undefined, lists);
    if (type !== "text") return expressions.judgeValue(site.text, scheme, type, lists);
    const found = expressions.judgeValue(site.text, scheme, undefined, lists);
    return found.ok && !hasTextForm(found.value.type)
      ? expressions.judgeValue(site.text, scheme, Bytes, lists)
      : found;
  };
  // An export may refer to lists outside it.
  const isLate = options.part.origin === "export" || options.references === "late";
  let result = judged(isLate ? "late" : "declared");
  if (!isLate && !result.ok && result.errors.every((error) => isOutside(error, site, options))) {
    result = judged("late");
  }
  if (!phase.executed && !result.ok && isUnjudged(site, options)) return [];
  return result.ok ? result.warnings : [...result.errors, ...result.warnings];

  /** Rules of a phase that never runs may use names that only Cloudflare has; a syntax error remains one. */
  function isUnjudged({ text }: ExpressionSite, { part, limits }: Judging): boolean {
    if (part.origin === "native")
      return !result.ok && result.errors.every(({ code }) => code === "E_FIELD_PHASE");
    return parseExpression(new Source(text), limits === undefined ? {} : { limits }).ok;
  }
}

/**
 * Whether a fault is about a list outside the documents: one of Cloudflare's, or, in a document for its API, one whose
 * name is not close to that of a known list.
 */
function isOutside(
  { code, hint, offset, endOffset }: Diagnostic,
  { text }: ExpressionSite,
  { part }: Judging,
): boolean {
  if (code !== "E_LIST_UNKNOWN") return false;
  return isVendorList(text.slice(offset + 1, endOffset)) || (part.origin === "request" && hint === undefined);
}
