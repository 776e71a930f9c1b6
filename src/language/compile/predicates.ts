// On the request path. One closure per comparison, chosen at build time by operator and type; nil never arrives.
import type { CompareNode, ConstantNode, TestNode } from "../check/typed-ast.ts";
import { intMembership } from "../sets/int-set.ts";
import { ipMembership } from "../sets/small-ip-set.ts";
import type { OrderOperator } from "../syntax/ast.ts";
import { hasCommonBit } from "../values/int.ts";
import { compareIp, sameIp } from "../values/ip.ts";
import type { BytesValue, IpValue, Value } from "../values/value.ts";
import { isIpValue } from "../values/value-guards.ts";
import { isBytes, isInt, isIp, type Predicate, predicateOn } from "./typed-values.ts";

/** The comparison of a present left value with a constant. */
export function comparePredicate(node: CompareNode, right: ConstantNode): Predicate {
  const constant = right.value;
  if (right.type.kind === "Ip" && isIpValue(constant))
    return predicateOn(node.left, isIp, ipPredicate(node.operator, constant));
  // Ints are numbers or bigints, never both for one value, and Bytes order by units: the native operators are exact.
  switch (node.operator) {
    case "eq":
      // Apart, since V8 compares strings without a call where it never met anything else.
      if (typeof constant === "string") return (value) => value === constant;
      return (value) => value === constant;
    case "ne":
      return (value) => value !== constant;
    case "lt":
      return (value) => value < constant;
    case "le":
      return (value) => value <= constant;
    case "gt":
      return (value) => value > constant;
    case "ge":
      return (value) => value >= constant;
  }
}

function ipPredicate(operator: OrderOperator, constant: IpValue): Predicate<IpValue> {
  switch (operator) {
    case "eq":
      return typeof constant === "number"
        ? (value) => value === constant
        : (value) => sameIp(value, constant);
    case "ne":
      return (value) => !sameIp(value, constant);
    // NaN, the answer for addresses of two families, orders as false.
    case "lt":
      return (value) => compareIp(value, constant) < 0;
    case "le":
      return (value) => compareIp(value, constant) <= 0;
    case "gt":
      return (value) => compareIp(value, constant) > 0;
    case "ge":
      return (value) => compareIp(value, constant) >= 0;
  }
}

/** Compares two present values of one scalar type other than Ip. */
export function compareValues(operator: OrderOperator, left: Value, right: Value): boolean {
  switch (operator) {
    case "eq":
      return left === right;
    case "ne":
      return left !== right;
    case "lt":
      return left < right;
    case "le":
      return left <= right;
    case "gt":
      return left > right;
    case "ge":
      return left >= right;
  }
}

/** Compares two addresses. */
export function compareIps(operator: OrderOperator, left: IpValue, right: IpValue): boolean {
  if (operator === "eq") return sameIp(left, right);
  if (operator === "ne") return !sameIp(left, right);
  return ordered(operator, compareIp(left, right));
}

/** NaN, the answer for addresses of two families, orders as false. */
function ordered(operator: OrderOperator, difference: number): boolean {
  switch (operator) {
    case "eq":
      return difference === 0;
    case "ne":
      return difference !== 0;
    case "lt":
      return difference < 0;
    case "le":
      return difference <= 0;
    case "gt":
      return difference > 0;
    case "ge":
      return difference >= 0;
  }
}

/** The operators with a fixed right side. */
export function testPredicate(node: TestNode): Predicate {
  const { left, test } = node;
  switch (test.kind) {
    case "bitwise_and":
      return predicateOn(left, isInt, (value) => hasCommonBit(value, test.mask));
    case "contains": {
      const { needle } = test;
      return predicateOn(left, isBytes, (text, context) => {
        context.budget.remaining -= text.length;
        return text.includes(needle);
      });
    }
    case "matches": {
      const { pattern } = test;
      return predicateOn(left, isBytes, (text, context) => pattern.test(text, context.budget));
    }
    case "wildcard": {
      const { wildcard } = test;
      return predicateOn(left, isBytes, (text, context) => {
        context.budget.remaining -= text.length;
        return wildcard.test(text);
      });
    }
    case "in-ints": {
      const has = intMembership(test.ranges);
      return predicateOn(left, isInt, (value) => has(value));
    }
    case "in-bytes":
      return predicateOn(left, isBytes, bytesMembership(test.items));
    case "in-ips": {
      const set = ipMembership(test.ranges);
      return predicateOn(left, isIp, (value) => set.has(value));
    }
    case "in-list": {
      const { listSlot } = test;
      return (value, context) => context.lists[listSlot]?.has(value, context.clock) === true;
    }
  }
}

/** Comparing with up to this many strings is cheaper than hashing a fresh one (65 ns for 40 characters, measured). */
export const FEW_STRINGS = 3;

function bytesMembership(items: readonly string[]): Predicate<BytesValue> {
  const [first, second, third] = items;
  if (items.length === 0) return () => false;
  if (items.length <= FEW_STRINGS) return (value) => value === first || value === second || value === third;
  const set = new Set(items);
  return (value) => set.has(value);
}
