import type { Operand, TypedNode } from "./typed-ast.ts";

/** What an array of truth values runs over, so that two of them can be combined element by element (SPEC §8.6). */
export interface Mapping {
  /** Equal for equal arrays. */
  readonly key: string;
  /** Group of equally long arrays, when the array is a plain member of one. */
  readonly group: string | undefined;
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
      return { key: structure(node), group: undefined };
  }
}

export function canCombine(left: Mapping, right: Mapping): boolean {
  return left.key === right.key || (left.group !== undefined && left.group === right.group);
}

function operandMapping(operand: Operand): Mapping {
  if (operand.kind === "field") return { key: structure(operand), group: operand.field.parallelGroup };
  if (operand.kind === "call") {
    // A call that may leave elements out runs over its own result, not over its argument.
    const first = operand.arguments[0];
    if (operand.mapped && operand.function.total === true && first !== undefined) return mappingOf(first);
    return { key: structure(operand), group: undefined };
  }
  const lastEach = operand.path.findLastIndex((step) => step.kind === "each");
  const before = lastEach === -1 ? operand.path : operand.path.slice(0, lastEach);
  const plain = before.length === 0;
  // Steps behind the last `[*]` may find nothing in some elements, which shifts positions.
  const behind = lastEach === -1 ? [] : operand.path.slice(lastEach + 1);
  if (plain && behind.length === 0) return operandMapping(operand.base);
  const key = `${structure(operand.base)}${JSON.stringify(before)}${behind.length === 0 ? "" : JSON.stringify(behind)}`;
  return { key, group: undefined };
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
