import type { AccessNode, CallNode, PathStep, TypedNode } from "../../../language/check/typed-ast.ts";
import type { FieldDefinition } from "../../../language/scheme/definitions.ts";

/** A field, or values inside it, that comparisons are about. */
export interface Operand {
  /** Equal for equal operands of one scheme. */
  readonly key: string;
  readonly slot: number;
  readonly field: FieldDefinition;
  readonly path: readonly PathStep[];
  readonly type: "Bytes" | "Int" | "Ip";
  /** The comparison folds the value to one letter case: it may be searched in lower case. */
  readonly folded: boolean;
}

/** Reading such a field for the first time is worth avoiding: a body has to be parsed for it. */
const EXPENSIVE_READ = 40;

export function isExpensive(field: FieldDefinition): boolean {
  return (field.cost ?? 1) >= EXPENSIVE_READ;
}

/** The operand that a node reads; undefined when it computes more than an index can look up. */
export function operandOf(node: TypedNode): Operand | undefined {
  switch (node.kind) {
    case "field":
      return reached(node.slot, node.field, [], node.type.kind);
    case "access":
      return accessed(node);
    case "call":
      return folding(node);
    default:
      return undefined;
  }
}

function accessed(node: AccessNode): Operand | undefined {
  const { base, path } = node;
  if (base.kind === "field") return reached(base.slot, base.field, path, node.type.kind);
  // `lower(x[*])[*]`: the elements of the call's array.
  return base.mapped && path.length === 1 && path[0]!.kind === "each" ? folding(base) : undefined;
}

function folding(call: CallNode): Operand | undefined {
  const [first] = call.arguments;
  const { meaning } = call.function;
  if (first === undefined || (meaning !== "ascii_lower" && meaning !== "ascii_upper")) return undefined;
  const inner = operandOf(first);
  return inner?.type === "Bytes" ? { ...inner, folded: true } : undefined;
}

function reached(
  slot: number,
  field: FieldDefinition,
  path: readonly PathStep[],
  type: string,
): Operand | undefined {
  if (type !== "Bytes" && type !== "Int" && type !== "Ip") return undefined;
  const key = path.length === 0 ? `${slot}` : `${slot}${JSON.stringify(path)}`;
  return { key, slot, field, path, type, folded: false };
}

/** A prefix or suffix test with a literal; over `[*]` it answers for each element. */
export function affixOf(
  node: TypedNode,
): { readonly kind: "prefix" | "suffix"; readonly operand: Operand; readonly text: string } | undefined {
  if (node.kind !== "call" || node.arguments.length !== 2) return undefined;
  const [subject, affix] = node.arguments;
  if (subject === undefined || affix?.kind !== "constant" || typeof affix.value !== "string")
    return undefined;
  const { meaning: kind } = node.function;
  if (kind !== "prefix" && kind !== "suffix") return undefined;
  const operand = operandOf(subject);
  if (operand?.type !== "Bytes") return undefined;
  return { kind, operand, text: affix.value };
}
