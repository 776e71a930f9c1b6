import type { Span } from "../diagnostics/source.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { LiteralForm } from "../pattern/analysis.ts";
import type { FieldDefinition } from "../scheme/definitions.ts";
import { asciiLower, asciiUpper } from "../values/bytes.ts";
import type { IntValue } from "../values/value.ts";
import { type Checking, warn } from "./checking.ts";
import { type Comparison, fieldOf, warnHostForm, warnHostPattern } from "./host-form.ts";
import { structure } from "./mapping.ts";
import type { CallNode, Operand, TypedNode } from "./typed-ast.ts";

/** Warns about a literal that the operand can never be, begin with, or hold. */
export function warnLiteral(
  cx: Checking,
  operand: Operand,
  literal: string,
  span: Span,
  comparison: Comparison,
): void {
  warnHostForm(cx, operand, literal, span, comparison);
  const folded = foldedBy(operand);
  if (folded !== undefined) warnFolded(cx, folded, literal, span, comparison);
  const field = fieldOf(operand);
  if (field !== undefined && literal !== "") warnForm(cx, field, literal, span, comparison);
}

const PATTERN_FORMS: Readonly<Record<LiteralForm["kind"], Comparison>> = {
  equals: "whole",
  prefix: "prefix",
  suffix: "suffix",
  contains: "piece",
};

/** The same for a regular expression that is only a literal. */
export function warnPattern(cx: Checking, operand: Operand, form: LiteralForm | undefined, span: Span): void {
  warnHostPattern(cx, operand, form, span);
  if (form === undefined || form.caseInsensitive) return;
  const comparison = PATTERN_FORMS[form.kind];
  const folded = foldedBy(operand);
  if (folded !== undefined) warnFolded(cx, folded, form.bytes, span, comparison);
  const field = fieldOf(operand);
  if (field !== undefined && comparison !== "piece" && form.bytes !== "")
    warnForm(cx, field, form.bytes, span, comparison);
}

/** The call that has made all letters small, or large. */
function foldedBy(operand: Operand): CallNode | undefined {
  const base = operand.kind === "access" ? operand.base : operand;
  if (base.kind !== "call") return undefined;
  const { meaning } = base.function;
  return meaning === "ascii_lower" || meaning === "ascii_upper" ? base : undefined;
}

function warnFolded(cx: Checking, call: CallNode, literal: string, span: Span, comparison: Comparison): void {
  // A pattern without `strict` ignores case.
  if (comparison === "pattern") return;
  const isLower = call.function.meaning === "ascii_lower";
  const fitting = isLower ? asciiLower(literal) : asciiUpper(literal);
  if (fitting === literal) return;
  warn(cx, {
    code: "W_NEVER_EQUAL",
    message: `\`${call.function.name}\` leaves no ${isLower ? "upper" : "lower"}-case letters, so this never matches`,
    span,
    hint: `write the text in ${isLower ? "lower" : "upper"} case`,
  });
}

function warnForm(
  cx: Checking,
  { name, form }: FieldDefinition,
  literal: string,
  span: Span,
  comparison: Comparison,
): void {
  if (form === undefined) return;
  const report = (message: string, hint: string | undefined) =>
    warn(cx, { code: "W_NEVER_EQUAL", message, span, ...(hint === undefined ? {} : { hint }) });
  if (form.begins !== undefined && !literal.startsWith(form.begins)) {
    const starts = comparison === "whole" || comparison === "prefix";
    const isPattern = comparison === "pattern" || comparison === "strict pattern";
    if ((starts && literal !== "*") || (isPattern && !/^[*\\]/.test(literal)))
      report(
        `\`${name}\` begins with \`${form.begins}\`, so this never matches`,
        `write \`"${form.begins}${literal}"\``,
      );
  }
  if (
    form.without !== undefined &&
    comparison !== "suffix" &&
    literal.length > 1 &&
    literal.startsWith(form.without)
  )
    report(`\`${name}\` does not hold the \`${form.without}\` before it`, `write \`"${literal.slice(1)}"\``);
  if (comparison !== "whole") return;
  const { words, like, instead } = form;
  const isKnown = words?.includes(literal) ?? like?.test(literal) ?? true;
  if (isKnown) return;
  const meant = instead?.[literal] ?? instead?.[literal.toUpperCase()];
  const near = words === undefined ? upperHint(like, literal) : didYouMean(literal, words);
  report(
    `\`${name}\` is never \`${literal}\``,
    meant === undefined
      ? (near ??
          (words !== undefined && words.length <= 16 ? `it is one of ${words.join(", ")}` : form.described))
      : `write \`"${meant}"\``,
  );
}

function upperHint(like: RegExp | undefined, literal: string): string | undefined {
  const upper = asciiUpper(literal);
  return like?.test(upper) === true ? `did you mean \`${upper}\`?` : undefined;
}

/** Warns about a comparison of an integer that is never negative with a bound that decides it. */
export function warnBound(cx: Checking, left: Operand, operator: string, value: IntValue, span: Span): void {
  const isLength = left.kind === "call" && !left.mapped && left.function.meaning === "length";
  const field = left.kind === "field" ? left.field : undefined;
  if (!isLength && field?.form?.least !== 0) return;
  const name = isLength ? `${left.function.name}(…)` : (field?.name ?? "");
  const isNever =
    (operator === "lt" && value <= 0) || ((operator === "le" || operator === "eq") && value < 0);
  const isAlways =
    (operator === "ge" && value <= 0) || ((operator === "gt" || operator === "ne") && value < 0);
  if (isNever || isAlways)
    warn(cx, {
      code: "W_NEVER_EQUAL",
      message: `\`${name}\` is never less than 0, so this is ${isNever ? "never" : "always"} true`,
      span,
    });
}

/** Conditions joined by `and` of which no value satisfies both, or by `or` of which each does one. */
export function warnContradiction(cx: Checking, operator: "and" | "or", items: readonly TypedNode[]): void {
  const allowed = new Map<string, ReadonlySet<string | IntValue>>();
  const texts = new Map<string, boolean>();
  for (const item of items) {
    if (item.type.kind !== "Bool") return;
    const isNot = item.kind === "not";
    const { span } = isNot ? item.argument : item;
    const text = cx.source.text.slice(span.start, span.end);
    if (texts.get(text) === !isNot)
      warn(cx, {
        code: "W_NEVER_EQUAL",
        message: `this and its opposite are joined by \`${operator}\`, which is ${operator === "and" ? "never" : "always"} true`,
        span: item.span,
      });
    texts.set(text, isNot);
    const values = operator === "and" ? valuesOf(item) : undefined;
    if (values === undefined) continue;
    const before = allowed.get(values.key);
    if (before !== undefined && ![...values.values].some((value) => before.has(value)))
      warn(cx, {
        code: "W_NEVER_EQUAL",
        message: "no value satisfies this and the comparison before it, so the `and` is never true",
        span: item.span,
        hint: "join them with `or`, or with one `in {…}`",
      });
    allowed.set(values.key, values.values);
  }
}

/** The values that an operand may have; undefined where they are not written out. */
function valuesOf(
  node: TypedNode,
): { readonly key: string; readonly values: ReadonlySet<string | IntValue> } | undefined {
  if (node.kind === "compare" && node.operator === "eq" && node.right.kind === "constant") {
    const { value } = node.right;
    return typeof value === "string" || typeof value === "number" || typeof value === "bigint"
      ? { key: structure(node.left), values: new Set([value]) }
      : undefined;
  }
  return node.kind === "test" && node.test.kind === "in-bytes"
    ? { key: structure(node.left), values: new Set(node.test.items) }
    : undefined;
}
