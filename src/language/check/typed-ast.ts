import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/source.ts";
import type {
  Evaluator,
  FieldDefinition,
  FunctionDefinition,
  ListDefinition,
} from "../scheme/definitions.ts";
import type { OrderOperator } from "../syntax/ast.ts";
import type { IpRange } from "../values/ip.ts";
import type { Type } from "../values/types.ts";
import type { IntValue, Value } from "../values/value.ts";

/**
 * The checked tree: names are slots, literals are values, every node has a type. Nothing that compiles or
 * interprets it can fail on account of the rule's text.
 *
 * `type` of a comparison over `[*]`, and of logic over such comparisons, is `Array<Bool>`
 * (semantics.md#every-element).
 */
export type TypedNode =
  | ConstantNode
  | FieldNode
  | CallNode
  | AccessNode
  | EachNode
  | CompareNode
  | TestNode
  | NotNode
  | LogicalNode
  | QuantifierNode;

interface Base {
  readonly type: Type;
  readonly span: Span;
}

export interface ConstantNode extends Base {
  readonly kind: "constant";
  readonly value: Value;
}

export interface FieldNode extends Base {
  readonly kind: "field";
  readonly slot: number;
  readonly field: FieldDefinition;
}

export interface CallNode extends Base {
  readonly kind: "call";
  readonly function: FunctionDefinition;
  /** Specialised for the literal arguments; called with one value per argument. */
  readonly evaluate: Evaluator;
  readonly arguments: readonly TypedNode[];
  /**
   * True when the first argument contains `[*]`: the call runs per element and `type` is an array
   * (semantics.md#mapped-calls).
   */
  readonly mapped: boolean;
}

export type PathStep =
  | { readonly kind: "position"; readonly position: number }
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "each" };

/**
 * Indexes applied to a field or a call. With an `each` step (`mapped`), the node stands for all values reached,
 * depth first, in one flat sequence; `type` is then the type of one element and the enclosing construct is the array.
 */
export interface AccessNode extends Base {
  readonly kind: "access";
  readonly base: FieldNode | CallNode;
  readonly path: readonly PathStep[];
  readonly mapped: boolean;
}

/** All elements that a mapped Bool operand reaches, as one array: `any(flags["k"][*][*])`. */
export interface EachNode extends Base {
  readonly kind: "each";
  readonly operand: AccessNode;
}

export type Operand = FieldNode | CallNode | AccessNode;

/** Equality or order; `right` is a constant of the left type or, in a dynamic comparison, an unmapped operand. */
export interface CompareNode extends Base {
  readonly kind: "compare";
  readonly operator: OrderOperator;
  readonly left: Operand;
  readonly right: ConstantNode | Operand;
  readonly operatorSpan: Span;
  /** Result of `ne` when a side is nil. */
  readonly nilNotEqual: boolean;
}

/** The operators whose right side is fixed at compile time. */
export interface TestNode extends Base {
  readonly kind: "test";
  readonly left: Operand;
  readonly test: Test;
  readonly operatorSpan: Span;
}

export type Test =
  | { readonly kind: "bitwise_and"; readonly mask: IntValue }
  | { readonly kind: "contains"; readonly needle: string }
  | {
      readonly kind: "matches";
      readonly pattern: import("../pattern/engine.ts").CompiledPattern;
    }
  | {
      readonly kind: "wildcard";
      readonly strict: boolean;
      readonly wildcard: import("../values/wildcard.ts").Wildcard;
    }
  | {
      readonly kind: "in-ints";
      readonly ranges: readonly { readonly start: IntValue; readonly end: IntValue }[];
    }
  | { readonly kind: "in-bytes"; readonly items: readonly string[] }
  | { readonly kind: "in-ips"; readonly ranges: readonly IpRange[] }
  | { readonly kind: "in-list"; readonly list: ListDefinition; readonly listSlot: number };

export interface NotNode extends Base {
  readonly kind: "not";
  readonly argument: TypedNode;
}

export interface LogicalNode extends Base {
  readonly kind: "logical";
  readonly operator: "or" | "xor" | "and";
  readonly items: readonly TypedNode[];
}

export interface QuantifierNode extends Base {
  readonly kind: "quantifier";
  readonly operator: "any" | "all";
  readonly argument: TypedNode;
}

/** Result of checking an expression. */
export interface CheckedExpression {
  /** Root of the typed tree. */
  readonly root: TypedNode;
  /** Type of the result. */
  readonly type: Type;
  /** Fields in order of first use. */
  readonly fields: readonly FieldDefinition[];
  /** Literal keys that are read of maps with lower-case keys, such as header names; in lower case, each once. */
  readonly lowerCaseKeys: readonly string[];
  /** Lists in order of first use. */
  readonly lists: readonly ListDefinition[];
  /** Warnings: text that compiles but is probably not intended. */
  readonly warnings: readonly Diagnostic[];
  /** The text of a part, where named conditions are part of the tree; undefined: that of the expression. */
  readonly shownAt?: (span: Span) => string;
}
