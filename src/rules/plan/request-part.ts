import type { TypedNode } from "../../language/check/typed-ast.ts";
import { compileCondition } from "../../language/compile/closures.ts";
import type { Filter } from "../../language/compile/compile.ts";
import { optimize } from "../../language/compile/optimize.ts";
import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { EvaluationContext } from "../../language/scheme/execution-context.ts";
import { Bool } from "../../language/values/types.ts";

/** Parts of a transaction whose fields may still change once the request is judged. */
const LATER: readonly string[] = ["response", "response_body", "scores"];

/**
 * The part of a filter that the request alone decides: where it is false, no response makes the filter match. Undefined
 * when there is none.
 */
export function requestPartOf({ checked }: Filter): ((context: EvaluationContext) => boolean) | undefined {
  const { root } = checked;
  const conjuncts = root.kind === "logical" && root.operator === "and" ? root.items : [root];
  const [first, ...others] = conjuncts.filter((node) => node.type.kind === "Bool" && isDecided(node));
  if (first === undefined) return undefined;
  const part: TypedNode =
    others.length === 0
      ? first
      : { kind: "logical", operator: "and", items: [first, ...others], type: Bool, span: root.span };
  return compileCondition(optimize(part));
}

/** Whether nothing that comes after the request changes the node's value. */
function isDecided(node: TypedNode): boolean {
  switch (node.kind) {
    case "constant":
      return true;
    case "field":
      return isOfRequest(node.field);
    case "call":
      return node.arguments.every(isDecided);
    case "access":
      return isDecided(node.base);
    case "each":
      return isDecided(node.operand);
    case "compare":
      return isDecided(node.left) && isDecided(node.right);
    case "test":
      return isDecided(node.left);
    case "not":
    case "quantifier":
      return isDecided(node.argument);
    case "logical":
      return node.items.every(isDecided);
  }
}

/** A field that says nothing of what it derives from is read again for the response; one that is loaded may not be there. */
function isOfRequest({ derivesFrom, load }: FieldDefinition): boolean {
  return load === undefined && derivesFrom !== undefined && !derivesFrom.some((part) => LATER.includes(part));
}
