// On the request path: what closures over `[*]` have in common.
import { structure } from "../check/mapping.ts";
import type { LogicalNode, Operand, PathStep, TypedNode } from "../check/typed-ast.ts";
import type { EvaluationContext } from "../scheme/execution-context.ts";
import { valuesInKeyOrder } from "../values/ordered-map.ts";
import type { ArrayValue, MapValue, Value } from "../values/value.ts";
import type { Predicate } from "./typed-values.ts";

/** An array of truth values; undefined when it is nil. */
export type Truths = (context: EvaluationContext) => readonly boolean[] | undefined;
/** Hands every element reached to `visit`; true as soon as `visit` says so. Nil bases have no elements. */
export type Elements = (context: EvaluationContext, visit: Predicate) => boolean;

/** Whether `visit` says so for an element of the array. */
export function some(array: ArrayValue, visit: Predicate, context: EvaluationContext): boolean {
  for (let at = 0; at < array.length; at++) if (visit(array[at]!, context)) return true;
  return false;
}

/** Visits every value that the rest of a path reaches, depth first (semantics.md#every-element). */
export function walk(
  value: Value,
  path: readonly PathStep[],
  at: number,
  visit: Predicate,
  context: EvaluationContext,
): boolean {
  if (at === path.length) return visit(value, context);
  const part = path[at]!;
  if (part.kind === "each") {
    const items = elementsOf(value);
    for (let index = 0; index < items.length; index++) {
      if (walk(items[index]!, path, at + 1, visit, context)) return true;
    }
    return false;
  }
  const next = member(value, part);
  return next !== undefined && walk(next, path, at + 1, visit, context);
}

/** The value at the end of a part of a path without `[*]`. */
export function step(
  value: Value | undefined,
  path: readonly PathStep[],
  from: number,
  to: number,
): Value | undefined {
  let current = value;
  for (let at = from; at < to && current !== undefined; at++) {
    const part = path[at]!;
    if (part.kind !== "each") current = member(current, part);
  }
  return current;
}

// The checker allows keys of maps only, positions of arrays only and `[*]` of either.

function member(value: Value, part: Exclude<PathStep, { readonly kind: "each" }>): Value | undefined {
  return part.kind === "key" ? (value as MapValue).get(part.key) : (value as ArrayValue)[part.position];
}

function elementsOf(value: Value): ArrayValue {
  return Array.isArray(value) ? value : valuesInKeyOrder(value as MapValue);
}

/** The tests of one element under an operator. */
export function joined(operator: LogicalNode["operator"], items: readonly Predicate[]): Predicate {
  if (operator === "and") {
    return (value, context) => {
      for (let at = 0; at < items.length; at++) if (!items[at]!(value, context)) return false;
      return true;
    };
  }
  if (operator === "or") {
    return (value, context) => {
      for (let at = 0; at < items.length; at++) if (items[at]!(value, context)) return true;
      return false;
    };
  }
  return (value, context) => {
    let odd = false;
    for (let at = 0; at < items.length; at++) if (items[at]!(value, context)) odd = !odd;
    return odd;
  };
}

/** Element by element, cut to the shortest; nil when one is nil. */
export function combine(
  operator: LogicalNode["operator"],
  items: readonly Truths[],
  context: EvaluationContext,
): readonly boolean[] | undefined {
  const arrays: (readonly boolean[])[] = [];
  for (const item of items) {
    const values = item(context);
    if (values === undefined) return undefined;
    arrays.push(values);
  }
  const length = Math.min(...arrays.map((values) => values.length));
  const out: boolean[] = [];
  for (let at = 0; at < length; at++) {
    if (operator === "and") out.push(arrays.every((values) => values[at]!));
    else if (operator === "or") out.push(arrays.some((values) => values[at]!));
    else out.push(arrays.filter((values) => values[at]!).length % 2 === 1);
  }
  return out;
}

/** The operand that all comparisons of a node run over, when there is just one. */
export function commonOperand(node: TypedNode): Operand | undefined {
  switch (node.kind) {
    case "compare":
    case "test":
      return node.left;
    case "not":
      return commonOperand(node.argument);
    case "logical": {
      const operands = node.items.map(commonOperand);
      const [first] = operands;
      if (first === undefined) return undefined;
      const key = structure(first);
      return operands.every((operand) => operand !== undefined && structure(operand) === key)
        ? first
        : undefined;
    }
    default:
      return undefined;
  }
}
