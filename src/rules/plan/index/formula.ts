import type { TypedNode } from "../../../language/check/typed-ast.ts";

/**
 * A condition in negation normal form: `not` occurs only before comparisons. The laws that this uses hold for single
 * truths, nil being false, and for arrays of truths element by element.
 */
export type Formula =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "leaf"; readonly node: TypedNode; readonly negated: boolean }
  | { readonly kind: "and" | "or"; readonly items: readonly Formula[] };

/** The normal form of a Bool or Array<Bool> node; `xor` stays a leaf. */
export function formulaOf(node: TypedNode, negated = false): Formula {
  switch (node.kind) {
    case "constant":
      return { kind: "constant", value: (node.value === true) !== negated };
    case "not":
      return formulaOf(node.argument, !negated);
    case "logical": {
      if (node.operator === "xor") return { kind: "leaf", node, negated };
      const kind = (node.operator === "and") === negated ? "or" : "and";
      return joined(
        kind,
        node.items.map((item) => formulaOf(item, negated)),
      );
    }
    default:
      return { kind: "leaf", node, negated };
  }
}

function joined(kind: "and" | "or", items: readonly Formula[]): Formula {
  const deciding = kind === "or";
  const open: Formula[] = [];
  for (const item of items) {
    if (item.kind === kind) open.push(...item.items);
    else if (item.kind !== "constant") open.push(item);
    else if (item.value === deciding) return item;
  }
  const [first, ...others] = open;
  if (first === undefined) return { kind: "constant", value: !deciding };
  return others.length === 0 ? first : { kind, items: open };
}

/** The parts of which all must hold. */
export function conjunctsOf(formula: Formula): readonly Formula[] {
  return formula.kind === "and" ? formula.items : [formula];
}

/** The parts of which one must hold. */
export function branchesOf(formula: Formula): readonly Formula[] {
  return formula.kind === "or" ? formula.items : [formula];
}
