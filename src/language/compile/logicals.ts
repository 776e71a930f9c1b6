// On the request path: `and`, `or` and `xor` of conditions.
import type { LogicalNode } from "../check/typed-ast.ts";
import type { Condition } from "./field-conditions.ts";

/** Conditions under an operator. */
export function logicalCondition(operator: LogicalNode["operator"], items: readonly Condition[]): Condition {
  const [a, b, c, d] = items as [Condition, Condition, Condition, Condition];
  // Written out for the usual lengths: a call through a constant closure is cheaper than a loop over an array.
  if (operator === "and") {
    if (items.length === 2) return (context) => a(context) && b(context);
    if (items.length === 3) return (context) => a(context) && b(context) && c(context);
    if (items.length === 4) return (context) => a(context) && b(context) && c(context) && d(context);
    return (context) => {
      for (let at = 0; at < items.length; at++) if (!items[at]!(context)) return false;
      return true;
    };
  }
  if (operator === "or") {
    if (items.length === 2) return (context) => a(context) || b(context);
    if (items.length === 3) return (context) => a(context) || b(context) || c(context);
    if (items.length === 4) return (context) => a(context) || b(context) || c(context) || d(context);
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
