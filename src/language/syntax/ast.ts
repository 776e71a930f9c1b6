import type { Span } from "../diagnostics/source.ts";

/**
 * The syntax tree: what was written, before any name or type is known.
 *
 * Parentheses leave no node; a group's node keeps the span of what is between them. A run of one logical
 * operator is a single n-ary node (semantics.md#precedence), while `(a and b) and c` keeps its inner node.
 */
export type Expression = LogicalNode | NotNode | QuantifierNode | ComparisonNode | OperandNode | LiteralNode;

/** Two or more conditions joined by one operator. */
export interface LogicalNode {
  readonly kind: "logical";
  readonly operator: "or" | "xor" | "and";
  /** Two or more. */
  readonly items: readonly Expression[];
  readonly span: Span;
}

/** `not` before a condition. */
export interface NotNode {
  readonly kind: "not";
  readonly argument: Expression;
  readonly span: Span;
}

/** `any(…)` or `all(…)`. */
export interface QuantifierNode {
  readonly kind: "quantifier";
  readonly operator: "any" | "all";
  readonly argument: Expression;
  readonly span: Span;
}

/** Operators whose right side may be an operand. */
export type OrderOperator = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
/** Operators between an operand and its right side, as words. */
export type ComparisonOperator =
  | OrderOperator
  | "bitwise_and"
  | "contains"
  | "matches"
  | "wildcard"
  | "strict wildcard"
  | "in";

/** An operand, an operator and its right side. */
export interface ComparisonNode {
  readonly kind: "comparison";
  /** What is compared. */
  readonly left: OperandNode;
  readonly operator: ComparisonOperator;
  readonly operatorSpan: Span;
  /** What it is compared with; which forms are allowed depends on the operator. */
  readonly right: LiteralNode | OperandNode | RegexNode | SetNode | ListNode;
  readonly span: Span;
}

/** A field or a call with its indexes; alone it is a bare condition or a value. */
export interface OperandNode {
  readonly kind: "operand";
  /** The field or call. */
  readonly base: IdentifierNode | CallNode;
  /** Indexes in order; empty when there are none. */
  readonly indexes: readonly IndexNode[];
  readonly span: Span;
}

/** A name, not resolved yet. */
export interface IdentifierNode {
  readonly kind: "identifier";
  /** Full name as written. */
  readonly name: string;
  readonly span: Span;
}

/** A function call. */
export interface CallNode {
  readonly kind: "call";
  readonly name: IdentifierNode;
  /** Arguments in order; their number and types are not checked yet. */
  readonly arguments: readonly Expression[];
  readonly span: Span;
}

/** `[*]`, `[3]` or `["key"]`; the span covers the brackets. */
export type IndexNode =
  | { readonly kind: "each"; readonly span: Span }
  | { readonly kind: "position"; readonly atom: AtomNode; readonly span: Span }
  | { readonly kind: "key"; readonly key: StringNode; readonly span: Span };

/** A value written in the expression. */
export type LiteralNode = StringNode | AtomNode | BooleanNode;

/** A quoted or raw string. */
export interface StringNode {
  readonly kind: "string";
  readonly form: "quoted" | "raw";
  /** The bytes that the literal stands for (UTF-8 of its characters, escapes applied). */
  readonly value: string;
  readonly span: Span;
}

/**
 * Digits, letters and `.:/-` taken in one piece; the checker reads it as an Int, a range, an address or a byte list,
 * by the type that is expected at the place (semantics.md#literals).
 */
export interface AtomNode {
  readonly kind: "atom";
  /** As written. */
  readonly text: string;
  readonly span: Span;
}

/** `true` or `false`. */
export interface BooleanNode {
  readonly kind: "boolean";
  readonly value: boolean;
  readonly span: Span;
}

/** The pattern after `matches`, not compiled yet. */
export interface RegexNode {
  readonly kind: "regex";
  readonly form: "quoted" | "raw";
  /** The pattern as Unicode text (semantics.md#pattern-literals). */
  readonly pattern: string;
  /** Offset in the source of the pattern's first character. Escaped quotes make later offsets approximate. */
  readonly patternStart: number;
  readonly span: Span;
}

/** `{…}` after `in`. */
export interface SetNode {
  readonly kind: "set";
  /** Items as written, in order; repeats and overlaps are kept. */
  readonly items: readonly LiteralNode[];
  readonly span: Span;
}

/** `$name` after `in`. */
export interface ListNode {
  readonly kind: "list";
  /** Without the dollar sign. */
  readonly name: string;
  readonly span: Span;
}

/** Whether a node is a literal. */
export function isLiteral(node: Expression): node is LiteralNode {
  return node.kind === "string" || node.kind === "atom" || node.kind === "boolean";
}
