import type { ComparisonOperator, LogicalNode, QuantifierNode } from "../ast.ts";

/**
 * The interchange form of a tree (semantics.md#interchange-form): plain JSON in the shapes that the reference engine
 * writes. A literal has no spelling there, so quoted and raw strings, and `0x10` and `16`, come out the same.
 */
export type JsonExpression =
  | { readonly op: "And" | "Or" | "Xor"; readonly items: readonly JsonExpression[] }
  | { readonly op: "Not" | "Any" | "All"; readonly arg: JsonExpression }
  | { readonly lhs: JsonOperand; readonly op: "IsTrue" }
  | { readonly lhs: JsonOperand; readonly op: JsonOperator; readonly rhs: JsonRight }
  | JsonLiteral;

/** A literal that is alone or is an argument. The reference engine has only the latter. */
export interface JsonLiteral {
  readonly kind: "Literal";
  /** The literal's value. */
  readonly value: JsonValue;
}

/** Operators by the names of the interchange form. */
export type JsonOperator =
  | "Equal"
  | "NotEqual"
  | "LessThan"
  | "LessThanEqual"
  | "GreaterThan"
  | "GreaterThanEqual"
  | "BitwiseAnd"
  | "Contains"
  | "Matches"
  | "Wildcard"
  | "Strict Wildcard"
  | "OneOf"
  | "InList";

/** A field's name, a call, or either of them with its indexes after it. */
export type JsonOperand = JsonBase | readonly [JsonBase, ...JsonIndex[]];
/** A field's name, or a call. */
export type JsonBase = string | { readonly name: string; readonly args: readonly JsonArgument[] };
/** One index after a field or a call. */
export type JsonIndex =
  | { readonly kind: "ArrayIndex"; readonly value: number | JsonAtom }
  | { readonly kind: "MapKey"; readonly value: string | readonly number[] }
  | { readonly kind: "MapEach" };

/** An argument of a call. */
export type JsonArgument =
  | JsonOperandValue
  | JsonLiteral
  | { readonly kind: "SimpleExpr"; readonly value: JsonExpression };

/** An operand in the place of a value: an argument, or the right side of a dynamic comparison (ours). */
export interface JsonOperandValue {
  readonly kind: "IndexExpr";
  /** The operand. */
  readonly value: JsonOperand;
}

/**
 * Right side of a comparison. `Matches` has its pattern, `InList` the list's name without the dollar sign, `OneOf` the
 * items.
 */
export type JsonRight = JsonValue | JsonOperandValue | readonly JsonItem[];

/** What may be in `{ }`; single integers are ranges of one there. */
export type JsonItem = JsonValue | JsonRange;

/** A range of integers or addresses, both ends included. */
export interface JsonRange {
  readonly start: number | string;
  readonly end: number | string;
}

/**
 * Text is a string when it is UTF-8, an address or a network, or an integer too large for a JSON number. A string that
 * spells one of the latter is written as its bytes, so that no reader has to guess.
 */
export type JsonValue = boolean | number | string | readonly number[] | JsonAtom;

/** A literal that no type reads, such as `08`, by its text (ours). */
export interface JsonAtom {
  /** The text as written. */
  readonly atom: string;
}

export const JSON_OPERATORS: ReadonlyMap<ComparisonOperator, JsonOperator> = new Map([
  ["eq", "Equal"],
  ["ne", "NotEqual"],
  ["lt", "LessThan"],
  ["le", "LessThanEqual"],
  ["gt", "GreaterThan"],
  ["ge", "GreaterThanEqual"],
  ["bitwise_and", "BitwiseAnd"],
  ["contains", "Contains"],
  ["matches", "Matches"],
  ["wildcard", "Wildcard"],
  ["strict wildcard", "Strict Wildcard"],
]);

export const JSON_LOGIC = {
  and: "And",
  or: "Or",
  xor: "Xor",
} as const satisfies Record<LogicalNode["operator"], string>;
export const JSON_QUANTIFIERS = {
  any: "Any",
  all: "All",
} as const satisfies Record<QuantifierNode["operator"], string>;

/** How a literal is read where its operator says so; `any` where only a type could. */
export type LiteralContext = "any" | "bytes" | "int";

export function contextOf(operator: ComparisonOperator): LiteralContext {
  if (operator === "bitwise_and") return "int";
  return operator === "contains" || operator === "wildcard" || operator === "strict wildcard"
    ? "bytes"
    : "any";
}
