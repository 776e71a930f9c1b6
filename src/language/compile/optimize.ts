import type {
  CallNode,
  CompareNode,
  ConstantNode,
  LogicalNode,
  TestNode,
  TypedNode,
} from "../check/typed-ast.ts";
import type { EvaluationContext } from "../scheme/execution-context.ts";
import { Budget } from "../values/budget.ts";
import { Bool } from "../values/types.ts";
import { costOf } from "./cost.ts";
import { isCaseCall } from "./letter-case.ts";
import { comparePredicate, testPredicate } from "./predicates.ts";

/**
 * Rewrites a checked tree without changing its meaning: calls and comparisons of literals are computed, conditions
 * that are decided disappear, and operands of `and` and `or` are tried in the order of their cost. Expressions are pure and total,
 * so that order is free (nil included: a condition over nil is simply false).
 */
export function optimize(node: TypedNode): TypedNode {
  switch (node.kind) {
    case "call":
      return optimizeCall(node);
    case "access": {
      const base = optimize(node.base);
      return base.kind === "field" || base.kind === "call" ? { ...node, base } : node;
    }
    case "each":
      return node;
    case "compare": {
      const left = optimize(node.left);
      const right = optimize(node.right);
      if (left.kind === "constant" && right.kind === "constant") {
        return truth(node, comparePredicate(node, right)(left.value, NO_CONTEXT));
      }
      if (!isOperand(left) || !(right.kind === "constant" || isOperand(right))) return node;
      return { ...node, left, right };
    }
    case "test": {
      const left = optimize(node.left);
      // The items of a list are known only at run time.
      if (left.kind === "constant" && node.test.kind !== "in-list") {
        return truth(node, testPredicate(node)(left.value, NO_CONTEXT));
      }
      return isOperand(left) ? { ...node, left } : node;
    }
    case "not": {
      const argument = optimize(node.argument);
      if (argument.kind === "constant")
        return { kind: "constant", value: argument.value !== true, type: Bool, span: node.span };
      // Two negations cancel; nil arrays stay nil and present ones flip twice.
      return argument.kind === "not" ? argument.argument : { ...node, argument };
    }
    case "quantifier":
      return { ...node, argument: optimize(node.argument) };
    case "logical":
      return optimizeLogical(node);
    default:
      return node;
  }
}

/** For predicates over literals, which read no field and have all the time they need. */
export const NO_CONTEXT: EvaluationContext = {
  slots: [],
  lists: [],
  clock: undefined,
  budget: new Budget(Number.POSITIVE_INFINITY),
  fill: () => undefined,
  get: () => undefined,
};

function truth({ span }: CompareNode | TestNode, value: boolean): ConstantNode {
  return { kind: "constant", value, type: Bool, span };
}

function optimizeCall(node: CallNode): TypedNode {
  const args = node.arguments.map(optimize);
  if (node.mapped) return { ...node, arguments: args };
  if (node.function.firstPresent === true) {
    // A literal is never missing, so that nothing after it counts.
    const literal = args.findIndex((argument) => argument.kind === "constant");
    if (literal === 0) return args[0]!;
    return { ...node, arguments: literal === -1 ? args : args.slice(0, literal + 1) };
  }
  if (args.length > 0 && args.every((argument) => argument.kind === "constant")) {
    const value = node.evaluate(...args.map((argument) => argument.value));
    if (value !== undefined) return { kind: "constant", value, type: node.type, span: node.span };
  }
  const [inner] = args;
  // The letter case that was given last counts.
  if (inner !== undefined && isCaseCall(node) && isCaseCall(inner))
    return { ...node, arguments: inner.arguments };
  return { ...node, arguments: args };
}

function isOperand(node: TypedNode): node is Extract<TypedNode, { kind: "field" | "call" | "access" }> {
  return node.kind === "field" || node.kind === "call" || node.kind === "access";
}

function optimizeLogical(node: LogicalNode): TypedNode {
  const items = node.items.map(optimize);
  if (node.type.kind !== "Bool" || node.operator === "xor") return { ...node, items };
  const deciding = node.operator === "or";
  const open: TypedNode[] = [];
  for (const item of items) {
    if (item.kind !== "constant") {
      // `(a and b) and c` and `a and b and c` are the same to the evaluator, and the flat one is cheaper.
      if (item.kind === "logical" && item.operator === node.operator) open.push(...item.items);
      else open.push(item);
    } else if (item.value === deciding)
      return { kind: "constant", value: deciding, type: Bool, span: node.span };
  }
  if (open.length === 0) return { kind: "constant", value: !deciding, type: Bool, span: node.span };
  if (open.length === 1) return open[0]!;
  const costs = new Map(open.map((item) => [item, costOf(item)]));
  return { ...node, items: open.sort((left, right) => costs.get(left)! - costs.get(right)!) };
}
