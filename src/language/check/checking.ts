import { type Diagnostic, diagnose, type Fault } from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../diagnostics/source.ts";
import type { PatternEngine, PatternResult } from "../pattern/engine.ts";
import type { FieldDefinition, ListDefinition } from "../scheme/definitions.ts";
import type { Scheme } from "../scheme/scheme.ts";
import type { Expression, OperandNode } from "../syntax/ast.ts";
import type { Limits } from "../syntax/limits.ts";
import { asciiLower } from "../values/bytes.ts";
import type { Type } from "../values/types.ts";
import type { Operand, TypedNode } from "./typed-ast.ts";

/** How the checker treats an expression. */
export interface CheckOptions {
  /** Limits to replace; the others keep their defaults. */
  readonly limits?: Partial<Limits>;
  /** Compiles the patterns of `matches` and of functions. */
  readonly patterns: PatternEngine;
  /** Result of `!=` on a missing value. Default false, as documented (semantics.md#missing-values-in-comparisons). */
  readonly nilNotEqual?: boolean;
  /** `late`: an unknown list name is a warning, and the list is empty until it is supplied. Default: an error. */
  readonly lists?: "declared" | "late";
  /** Judge functions by the contexts in which they are documented; needs {@link context}. Default false. */
  readonly strict?: boolean;
  /** Where the expression is used, such as `filter` or `rewrite`, for the strict profile. */
  readonly context?: string;
}

/** The state of one check: what it may name, what it found. */
export interface Checking {
  readonly source: Source;
  readonly scheme: Scheme<never>;
  readonly limits: Limits;
  readonly options: CheckOptions;
  readonly faults: Fault[];
  readonly fields: Map<string, FieldDefinition>;
  readonly lists: Map<string, ListDefinition>;
  readonly lowerCaseKeys: Set<string>;
  readonly warnings: Diagnostic[];
  patterns: number;
  /** One pattern for several fields is one automaton, whose tables grow once. */
  readonly compiledPatterns: Map<string, PatternResult>;
  /** `all` conditions over something that may be missing, as they are met. */
  readonly absent: { readonly base: string; readonly span: Span }[];
  /** The rules that a call's arguments need; handed in here because they in turn need the rule for calls. */
  readonly rules: {
    readonly condition: (cx: Checking, node: Expression) => TypedNode | undefined;
    readonly operand: (cx: Checking, node: OperandNode) => Operand | undefined;
  };
  /** Names of functions that may stand once per expression, as they are met. */
  readonly once: string[];
}

/** The array at its length: what a rule keeps grew by `push`, which makes room for 17 at once. */
export function cut<T>(items: readonly T[]): readonly T[] {
  return items.length === 0 ? NOTHING : items.slice();
}

const NOTHING: readonly never[] = Object.freeze([]);

/** Records something that compiles but is probably not meant. */
export function warn(cx: Checking, fault: Omit<Fault, "severity">): void {
  cx.warnings.push(diagnose(cx.source, { ...fault, severity: "warning" }));
}

/** Records a key that is read of a field. */
export function noteKey(cx: Checking, field: FieldDefinition, key: string): void {
  if (field.lowerCaseKeys === true) cx.lowerCaseKeys.add(asciiLower(key));
}

/** Warns of a key that a field never has, because all of its keys are lower case. */
export function warnKeyCase(
  cx: Checking,
  { name, lowerCaseKeys }: FieldDefinition,
  key: string,
  span: Span,
  written: (key: string) => string,
): void {
  if (lowerCaseKeys !== true || !/[A-Z]/.test(key)) return;
  warn(cx, {
    code: "W_KEY_CASE",
    message: `keys of \`${name}\` are lower case, so \`${key}\` is never found`,
    span,
    hint: `write \`${written(asciiLower(key))}\``,
  });
}

/**
 * Whether a node has its own parentheses. They group conditions only, and leave no node in the tree
 * (semantics.md#comparisons), so the text before the node decides.
 *
 * @param from where the text in front begins; it holds nothing but punctuation.
 * @param opened parentheses there that belong to something else, such as the call.
 */
export function isGrouped(cx: Checking, from: number, node: Expression, opened: number): boolean {
  const before = cx.source.text.slice(from, node.span.start).replace(/#[^\n]*/g, "");
  return before.split("(").length - 1 > opened;
}

/** Refuses a value in parentheses. */
export function groupedFault(cx: Checking, node: Expression): undefined {
  cx.faults.push({
    code: "E_EXPECTED_TOKEN",
    message: "parentheses group conditions, not plain values",
    span: node.span,
    hint: "write it without the parentheses",
  });
  return undefined;
}

/** Refuses an expression with more regular expressions than its limit. */
export function tooManyPatterns(cx: Checking, span: Span): Fault {
  return {
    code: "E_REGEX_LIMIT",
    message: `an expression has at most ${cx.limits.maxRegexPerExpression} regular expressions`,
    span,
    hint: "join patterns with `|`, or split the rule",
  };
}

/** Longest operand that a hint repeats. */
const MAX_SHOWN = 120;

/** How each element of an array or a map is written, for hints. */
export function eachOf(cx: Checking, { start, end }: Span, type: Type): string {
  let steps = "";
  for (let inner = type; inner.kind === "Array" || inner.kind === "Map"; inner = inner.element)
    steps += "[*]";
  const text = cx.source.text.slice(start, end);
  return `${text.length > MAX_SHOWN || /[`\s]/.test(text) ? "…" : text}${steps}`;
}
