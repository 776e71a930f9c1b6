import type { Span } from "../source/source.ts";

/**
 * The syntax tree: what was written, before any name or type is known.
 *
 * Parentheses leave no node; a group's node keeps the span of what stands between them. A run of one logical
 * operator is a single n-ary node (SPEC §4.1), while `(a and b) and c` keeps its inner node.
 */
export type Expression = LogicalNode | NotNode | QuantifierNode | ComparisonNode | OperandNode | LiteralNode;

export interface LogicalNode {
  readonly kind: "logical";
  readonly operator: "or" | "xor" | "and";
  /** Two or more. */
  readonly items: readonly Expression[];
  readonly span: Span;
}

export interface NotNode {
  readonly kind: "not";
  readonly argument: Expression;
  readonly span: Span;
}

export interface QuantifierNode {
  readonly kind: "quantifier";
  readonly operator: "any" | "all";
  readonly argument: Expression;
  readonly span: Span;
}

export type OrderOperator = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
export type ComparisonOperator =
  | OrderOperator
  | "bitwise_and"
  | "contains"
  | "matches"
  | "wildcard"
  | "strict wildcard"
  | "in";

export interface ComparisonNode {
  readonly kind: "comparison";
  readonly left: OperandNode;
  readonly operator: ComparisonOperator;
  readonly operatorSpan: Span;
  readonly right: LiteralNode | OperandNode | RegexNode | SetNode | ListNode;
  readonly span: Span;
}

/** A field or a call with its indexes; alone it is a bare condition or a value. */
export interface OperandNode {
  readonly kind: "operand";
  readonly base: IdentifierNode | CallNode;
  readonly indexes: readonly IndexNode[];
  readonly span: Span;
}

export interface IdentifierNode {
  readonly kind: "identifier";
  readonly name: string;
  readonly span: Span;
}

export interface CallNode {
  readonly kind: "call";
  readonly name: IdentifierNode;
  readonly arguments: readonly Expression[];
  readonly span: Span;
}

/** `[*]`, `[3]` or `["key"]`; the span covers the brackets. */
export type IndexNode =
  | { readonly kind: "each"; readonly span: Span }
  | { readonly kind: "position"; readonly atom: AtomNode; readonly span: Span }
  | { readonly kind: "key"; readonly key: StringNode; readonly span: Span };

export type LiteralNode = StringNode | AtomNode | BooleanNode;

export interface StringNode {
  readonly kind: "string";
  readonly form: "quoted" | "raw";
  /** The bytes that the literal stands for (UTF-8 of its characters, escapes applied). */
  readonly value: string;
  readonly span: Span;
}

/**
 * Digits, letters and `.:/-` taken in one piece; the checker reads it as an Int, a range, an address or a byte list,
 * by the type that is expected at the place (SPEC §5).
 */
export interface AtomNode {
  readonly kind: "atom";
  readonly text: string;
  readonly span: Span;
}

export interface BooleanNode {
  readonly kind: "boolean";
  readonly value: boolean;
  readonly span: Span;
}

export interface RegexNode {
  readonly kind: "regex";
  readonly form: "quoted" | "raw";
  /** The pattern as Unicode text (SPEC §3.9). */
  readonly pattern: string;
  /** Offset in the source of the pattern's first character. Escaped quotes make later offsets approximate. */
  readonly patternStart: number;
  readonly span: Span;
}

export interface SetNode {
  readonly kind: "set";
  readonly items: readonly LiteralNode[];
  readonly span: Span;
}

export interface ListNode {
  readonly kind: "list";
  /** Without the dollar sign. */
  readonly name: string;
  readonly span: Span;
}
