import type { Span } from "../diagnostics/source.ts";
import type { LiteralForm } from "../pattern/analysis.ts";
import type { FieldDefinition } from "../scheme/definitions.ts";
import { asciiLower } from "../values/bytes.ts";
import { normalHost } from "../values/hostname.ts";
import { type Checking, warn } from "./checking.ts";
import type { Operand } from "./typed-ast.ts";

/** How a literal is compared with a value. */
export type Comparison = "whole" | "prefix" | "suffix" | "piece" | "pattern" | "strict pattern";

/** The field that an operand is, or is a part of. */
export function fieldOf(operand: Operand): FieldDefinition | undefined {
  const base = operand.kind === "access" ? operand.base : operand;
  return base.kind === "field" ? base.field : undefined;
}

/** Warns about a literal that a host name in its usual form can never be, or have. */
export function warnHostForm(
  cx: Checking,
  operand: Operand,
  literal: string,
  span: Span,
  comparison: Comparison,
): void {
  const fitting = fittingForm(literal, comparison);
  if (fitting !== literal) warnNeverMatches(cx, operand, span, fitting);
}

const PATTERN_FORMS: Readonly<Record<LiteralForm["kind"], Comparison>> = {
  equals: "whole",
  prefix: "prefix",
  suffix: "suffix",
  contains: "piece",
};

/** The same for a regular expression that is only a literal. */
export function warnHostPattern(
  cx: Checking,
  operand: Operand,
  form: LiteralForm | undefined,
  span: Span,
): void {
  if (form === undefined) return;
  // Without regard to case, its bytes are in lower case.
  const fitting = fittingForm(form.bytes, PATTERN_FORMS[form.kind]);
  if (fitting !== form.bytes) warnNeverMatches(cx, operand, span, "");
}

/** @param fitting the literal that could match; "" when there is none to suggest. */
function warnNeverMatches(cx: Checking, operand: Operand, span: Span, fitting: string): void {
  const field = fieldOf(operand);
  const asSent = field?.hostName?.asSent;
  if (field === undefined || asSent === undefined) return;
  const better = fitting === "" ? "" : `write \`"${fitting}"\`, or `;
  warn(cx, {
    code: "W_HOST_FORM",
    message: `\`${field.name}\` is in lower case and has no port and no trailing dot, so this never matches`,
    span,
    hint: `${better}use \`${asSent}\` for the host as it was sent`,
  });
}

/** The form that the literal would need; unchanged when it can match. */
function fittingForm(literal: string, comparison: Comparison): string {
  switch (comparison) {
    case "whole":
      return normalHost(literal);
    case "prefix":
    case "piece":
      return asciiLower(literal);
    case "suffix":
      return withoutEnd(asciiLower(literal));
    // A pattern without `strict` ignores case.
    case "pattern":
      return withoutEnd(literal);
    case "strict pattern":
      return withoutEnd(asciiLower(literal));
  }
}

/** Without a port, be it a star, and a last dot; an IPv6 address ends in a bracket. */
function withoutEnd(text: string): string {
  return text.replace(/\.?:(?:[0-9]*|\*)$/, "").replace(/(?<=[^.*])\.$/, "");
}
