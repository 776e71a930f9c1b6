import type { TypedNode } from "../../language/check/typed-ast.ts";
import { compileCondition } from "../../language/compile/closures.ts";
import type { Filter } from "../../language/compile/compile.ts";
import { optimize } from "../../language/compile/optimize.ts";
import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { EvaluationContext } from "../../language/scheme/execution-context.ts";
import { Bool } from "../../language/values/types.ts";

/** Parts of a transaction whose fields may still change after the request is evaluated. */
const LATER: readonly string[] = ["response", "response_body", "scores"];
/** Parts that are unknown when only the head of a request is known. */
const BEHIND_HEAD: readonly string[] = [...LATER, "body"];

/**
 * The part of a filter that the request alone decides: where it is false, no response makes the filter match. Undefined
 * when there is none.
 */
export function requestPartOf(filter: Filter): ((context: EvaluationContext) => boolean) | undefined {
  return partWithout(filter, LATER);
}

/** The same for the request's head: where it is false, no body makes the filter match. */
export function headPartOf(filter: Filter): ((context: EvaluationContext) => boolean) | undefined {
  return partWithout(filter, BEHIND_HEAD);
}

function partWithout(
  { checked }: Filter,
  later: readonly string[],
): ((context: EvaluationContext) => boolean) | undefined {
  const { root } = checked;
  const conjuncts = root.kind === "logical" && root.operator === "and" ? root.items : [root];
  const [first, ...others] = conjuncts.filter((node) => node.type.kind === "Bool" && isDecided(node, later));
  if (first === undefined) return undefined;
  const part: TypedNode =
    others.length === 0
      ? first
      : { kind: "logical", operator: "and", items: [first, ...others], type: Bool, span: root.span };
  return compileCondition(optimize(part));
}

/** Whether nothing of the parts that come later changes the node's value. */
function isDecided(node: TypedNode, later: readonly string[]): boolean {
  switch (node.kind) {
    case "constant":
      return true;
    case "field":
      return isBefore(node.field, later);
    case "call":
      return node.arguments.every((one) => isDecided(one, later));
    case "access":
      return isDecided(node.base, later);
    case "each":
      return isDecided(node.operand, later);
    case "compare":
      return isDecided(node.left, later) && isDecided(node.right, later);
    case "test":
      return isDecided(node.left, later);
    case "not":
    case "quantifier":
      return isDecided(node.argument, later);
    case "logical":
      return node.items.every((one) => isDecided(one, later));
  }
}

/** A field without `derivesFrom` is read again for the response; a loaded one may be missing. */
function isBefore({ derivesFrom, load }: FieldDefinition, later: readonly string[]): boolean {
  return load === undefined && derivesFrom !== undefined && !derivesFrom.some((part) => later.includes(part));
}
