// On the request path. One closure per comparison, chosen at build time by operator and type; nil never arrives.
import type { CompareNode, ConstantNode, TestNode } from "../check/typed-ast.ts";
import type { EvaluationContext } from "../scheme/execution-context.ts";
import { intMembership } from "../sets/int-set.ts";
import { ipMembership } from "../sets/ip-few.ts";
import type { OrderOperator } from "../syntax/ast.ts";
import { hasCommonBit } from "../values/int.ts";
import { compareIp, sameIp } from "../values/ip.ts";
import type { IntValue, IpValue, Value } from "../values/value.ts";

/** Tests a present value. */
export type Predicate = (value: Value, context: EvaluationContext) => boolean;

/** The comparison of a present left value with a constant. */
export function comparePredicate(node: CompareNode, right: ConstantNode): Predicate {
  if (right.type.kind === "Ip") {
    const constant = right.value as IpValue;
    if (node.operator === "eq") {
      return typeof constant === "number"
        ? (value) => value === constant
        : (value) => sameIp(value as IpValue, constant);
    }
    switch (node.operator) {
      case "ne":
        return (value) => !sameIp(value as IpValue, constant);
      // NaN, the answer for addresses of two families, orders as false.
      case "lt":
        return (value) => compareIp(value as IpValue, constant) < 0;
      case "le":
        return (value) => compareIp(value as IpValue, constant) <= 0;
      case "gt":
        return (value) => compareIp(value as IpValue, constant) > 0;
      case "ge":
        return (value) => compareIp(value as IpValue, constant) >= 0;
    }
  }
  // Ints are numbers or bigints, never both for one value, and Bytes order by units: the native operators are exact.
  const constant = right.value as IntValue | string;
  switch (node.operator) {
    case "eq":
      // Apart, since V8 compares strings without a call where it never met anything else.
      if (typeof constant === "string") return (value) => (value as string) === constant;
      return (value) => value === constant;
    case "ne":
      return (value) => value !== constant;
    case "lt":
      return (value) => (value as IntValue) < (constant as IntValue);
    case "le":
      return (value) => (value as IntValue) <= (constant as IntValue);
    case "gt":
      return (value) => (value as IntValue) > (constant as IntValue);
    case "ge":
      return (value) => (value as IntValue) >= (constant as IntValue);
  }
}

/** Compares two present values of one scalar type. */
export function compareValues(operator: OrderOperator, left: Value, right: Value, isIp: boolean): boolean {
  if (isIp) {
    if (operator === "eq") return sameIp(left as IpValue, right as IpValue);
    if (operator === "ne") return !sameIp(left as IpValue, right as IpValue);
    return ordered(operator, compareIp(left as IpValue, right as IpValue));
  }
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
  const { test } = node;
  switch (test.kind) {
    case "bitwise_and":
      return (value) => hasCommonBit(value as IntValue, test.mask);
    case "contains": {
      const { needle } = test;
      return (value, context) => {
        const text = value as string;
        context.budget.remaining -= text.length;
        return text.includes(needle);
      };
    }
    case "matches": {
      const { pattern } = test;
      return (value, context) => pattern.test(value as string, context.budget);
    }
    case "wildcard": {
      const { wildcard } = test;
      return (value, context) => {
        const text = value as string;
        context.budget.remaining -= text.length;
        return wildcard.test(text);
      };
    }
    case "in-ints": {
      const has = intMembership(test.ranges);
      return (value) => has(value as IntValue);
    }
    case "in-bytes":
      return bytesMembership(test.items);
    case "in-ips": {
      const set = ipMembership(test.ranges);
      return (value) => set.has(value as IpValue);
    }
    case "in-list": {
      const { listSlot } = test;
      return (value, context) => context.lists[listSlot]?.has(value as never) === true;
    }
  }
}

/** Comparing with up to this many strings is cheaper than hashing a fresh one (65 ns for 40 characters, measured). */
export const FEW_STRINGS = 3;

function bytesMembership(items: readonly string[]): Predicate {
  const [first, second, third] = items;
  if (items.length === 0) return () => false;
  if (items.length <= FEW_STRINGS) return (value) => value === first || value === second || value === third;
  const set = new Set(items);
  return (value) => set.has(value as string);
}
