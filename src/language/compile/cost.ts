import type { TypedNode } from "../check/typed-ast.ts";

/**
 * Cost of evaluating a node in the worst usual case, in units of about two nanoseconds. Rough on purpose: it
 * orders the operands of `and` and `or`, and is shown to rule authors.
 */
export function costOf(node: TypedNode): number {
  switch (node.kind) {
    case "constant":
      return 0;
    case "field":
      return node.field.cost ?? 1;
    case "call":
      return (
        (node.mapped ? 4 : 1) *
        ((node.function.cost ?? PLAIN_CALL) +
          node.arguments.reduce((sum, argument) => sum + costOf(argument), 0))
      );
    case "access":
      return costOf(node.base) + 2 * node.path.length + (node.mapped ? 6 : 0);
    case "each":
      return costOf(node.operand) + 4;
    case "compare":
      return costOf(node.left) + costOf(node.right) + 1;
    case "test":
      return costOf(node.left) + TEST_COSTS[node.test.kind];
    case "not":
      return costOf(node.argument);
    case "logical":
      return node.items.reduce((sum, item) => sum + costOf(item), 0);
    case "quantifier":
      return 2 + costOf(node.argument);
  }
}

const PLAIN_CALL = 6;

const TEST_COSTS = Object.freeze({
  bitwise_and: 1,
  "in-ints": 3,
  "in-bytes": 5,
  "in-ips": 6,
  "in-list": 10,
  contains: 12,
  wildcard: 14,
  matches: 40,
});
