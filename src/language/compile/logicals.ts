// On the request path: `and`, `or` and `xor` of conditions.
import type { LogicalNode } from "../check/typed-ast.ts";
import type { Condition } from "./typed-values.ts";

/** Conditions under an operator. */
export function logicalCondition(operator: LogicalNode["operator"], items: readonly Condition[]): Condition {
  const [a, b, c, d, further] = items;
  const isFew = a !== undefined && b !== undefined && further === undefined;
  if (operator === "and") {
    if (isFew) return everyOf(a, b, c, d);
    return (context) => {
      for (let at = 0; at < items.length; at++) if (!items[at]!(context)) return false;
      return true;
    };
  }
  if (operator === "or") {
    if (isFew) return someOf(a, b, c, d);
    return (context) => {
      for (let at = 0; at < items.length; at++) if (items[at]!(context)) return true;
      return false;
    };
  }
  return (context) => {
    let odd = false;
    for (let at = 0; at < items.length; at++) if (items[at]!(context)) odd = !odd;
    return odd;
  };
}

// Written out for the usual lengths: a call through a constant closure is cheaper than a loop over an array.

type Few = [a: Condition, b: Condition, c: Condition | undefined, d: Condition | undefined];

function everyOf(...[a, b, c, d]: Few): Condition {
  if (c === undefined) return (context) => a(context) && b(context);
  if (d === undefined) return (context) => a(context) && b(context) && c(context);
  return (context) => a(context) && b(context) && c(context) && d(context);
}

function someOf(...[a, b, c, d]: Few): Condition {
  if (c === undefined) return (context) => a(context) || b(context);
  if (d === undefined) return (context) => a(context) || b(context) || c(context);
  return (context) => a(context) || b(context) || c(context) || d(context);
}
