import type { Operand, TypedNode } from "./typed-ast.ts";

/**
 * The array that truth values belong to, so that two of them can be combined element by element
 * (semantics.md#elements-in-step).
 */
export interface Mapping {
  /** Equal for equal arrays. */
  readonly key: string;
  /** Group of equally long arrays, when the array is a plain member of one. */
  readonly group: string | undefined;
  /** Steps after the last `[*]`. They find nothing in some elements, and so shift the places of the others. */
  readonly tail: string;
}

/** The array that a node of type Array<Bool> runs over. */
export function mappingOf(node: TypedNode): Mapping {
  switch (node.kind) {
    case "compare":
    case "test":
      return operandMapping(node.left);
    case "each":
      return operandMapping(node.operand);
    case "not":
      return mappingOf(node.argument);
    case "logical":
      return mappingOf(node.items[0]!);
    case "field":
    case "access":
    case "call":
      return operandMapping(node);
    case "constant":
    case "quantifier":
      return { key: structure(node), group: undefined, tail: "" };
  }
}

/** Whether two arrays may be combined element by element. */
export function canCombine(left: Mapping, right: Mapping): boolean {
  return left.key === right.key || (left.group !== undefined && left.group === right.group);
}

function operandMapping(operand: Operand): Mapping {
  if (operand.kind === "field")
    return { key: structure(operand), group: operand.field.parallelGroup, tail: "" };
  if (operand.kind === "call") {
    // A call that may leave elements out runs over its own result, not over its argument.
    const first = operand.arguments[0];
    if (operand.mapped && operand.function.total === true && first !== undefined) return mappingOf(first);
    return { key: structure(operand), group: undefined, tail: "" };
  }
  const lastEach = operand.path.findLastIndex((step) => step.kind === "each");
  const before = lastEach === -1 ? operand.path : operand.path.slice(0, lastEach);
  const behind = lastEach === -1 ? [] : operand.path.slice(lastEach + 1);
  const own = behind.length === 0 ? "" : JSON.stringify(behind);
  if (before.length > 0) {
    return { key: `${structure(operand.base)}${JSON.stringify(before)}`, group: undefined, tail: own };
  }
  const base = operandMapping(operand.base);
  return own === "" ? base : { key: base.key, group: undefined, tail: base.tail + own };
}

/** A text that is equal for nodes that compute the same. */
export function structure(node: TypedNode): string {
  switch (node.kind) {
    case "field":
      return node.field.name;
    case "constant":
      return typeof node.value === "bigint" ? `${node.value}n` : JSON.stringify(node.value);
    case "access":
      return `${structure(node.base)}${JSON.stringify(node.path)}`;
    case "call":
      return `${node.function.name}(${node.arguments.map(structure).join(",")})`;
    default:
      return `${node.kind}@${node.span.start}`;
  }
}
