// On the request path: conditions on a plain field, which most rules consist of, each in one closure.
import type { CompareNode, ConstantNode, TestNode } from "../check/typed-ast.ts";
import type { EvaluationContext } from "../scheme/execution-context.ts";
import type { OrderOperator } from "../syntax/ast.ts";
import { intMembership } from "../values/int-set.ts";
import { IpSet } from "../values/ip-set.ts";
import { type IntValue, Ip6, type IpValue, type Value } from "../values/value.ts";
import { compareValues, FEW_STRINGS } from "./predicates.ts";

export type Condition = (context: EvaluationContext) => boolean;

/**
 * Comparisons of a plain field with a constant, which most rules consist of, read the slot themselves: one closure
 * instead of two measured 1.1 instead of 1.5 times handwritten code. Each type has closures of its own, behind a
 * `typeof`: all closures of one place in this file share V8's notes on what types met there, and a comparison that
 * met several costs a call.
 */
export function fieldComparison(node: CompareNode, slot: number, right: ConstantNode): Condition | undefined {
  const constant = right.value;
  if (typeof constant === "string") return textComparison(node.operator, slot, constant);
  if (typeof constant === "number")
    return numberComparison(node.operator, slot, constant, right.type.kind === "Ip");
  if (constant instanceof Ip6) return ip6Comparison(node.operator, slot, constant);
  return undefined;
}

function textComparison(operator: OrderOperator, slot: number, constant: string): Condition | undefined {
  switch (operator) {
    case "eq":
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return typeof value === "string" && value === constant;
      };
    case "ne":
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return typeof value === "string" && value !== constant;
      };
    default:
      return undefined;
  }
}

/** Of Ints and of IPv4 addresses. What is no number is a large Int, an IPv6 address or nil. */
function numberComparison(operator: OrderOperator, slot: number, constant: number, isIp: boolean): Condition {
  const other: (value: Value | undefined) => boolean = isIp
    ? (value) => operator === "ne" && value !== undefined
    : (value) => value !== undefined && compareValues(operator, value, constant, false);
  switch (operator) {
    case "eq":
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return typeof value === "number" && value === constant;
      };
    case "ne":
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return typeof value === "number" ? value !== constant : other(value);
      };
    case "lt":
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return typeof value === "number" ? value < constant : other(value);
      };
    case "le":
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return typeof value === "number" ? value <= constant : other(value);
      };
    case "gt":
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return typeof value === "number" ? value > constant : other(value);
      };
    case "ge":
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return typeof value === "number" ? value >= constant : other(value);
      };
  }
}

function ip6Comparison(operator: OrderOperator, slot: number, constant: Ip6): Condition | undefined {
  const { a, b, c, d } = constant;
  const below = operator === "lt" || operator === "le";
  const orEqual = operator === "le" || operator === "ge";
  switch (operator) {
    case "ne":
      return undefined;
    case "eq":
      return (context) => {
        let value = context.slots[slot] as IpValue | undefined | null;
        if (value === null) value = context.fill(slot) as IpValue | undefined;
        if (typeof value !== "object") return false;
        return value.d === d && value.c === c && value.b === b && value.a === a;
      };
    default:
      return (context) => {
        let value = context.slots[slot] as IpValue | undefined | null;
        if (value === null) value = context.fill(slot) as IpValue | undefined;
        if (typeof value !== "object") return false;
        if (value.a !== a) return value.a < a === below;
        if (value.b !== b) return value.b < b === below;
        if (value.c !== c) return value.c < c === below;
        return value.d === d ? orEqual : value.d < d === below;
      };
  }
}

/** The tests that most rules are made of, on a plain field, in one closure for the same reason. */
export function fieldTest(node: TestNode, slot: number): Condition | undefined {
  const { test } = node;
  switch (test.kind) {
    case "contains": {
      const { needle } = test;
      return (context) => {
        let text = context.slots[slot] as string | undefined | null;
        if (text === null) text = context.fill(slot) as string | undefined;
        if (text === undefined) return false;
        context.budget.remaining -= text.length;
        return text.includes(needle);
      };
    }
    case "matches": {
      const { pattern } = test;
      return (context) => {
        let text = context.slots[slot] as string | undefined | null;
        if (text === null) text = context.fill(slot) as string | undefined;
        return text !== undefined && pattern.test(text, context.budget);
      };
    }
    case "in-ints": {
      const has = intMembership(test.ranges);
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return value !== undefined && has(value as IntValue);
      };
    }
    case "in-ips": {
      const set = IpSet.from(test.ranges);
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return value !== undefined && set.has(value as IpValue);
      };
    }
    case "in-bytes": {
      if (test.items.length <= FEW_STRINGS) return undefined;
      const items = new Set(test.items);
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return typeof value === "string" && items.has(value);
      };
    }
    case "in-list": {
      const { listSlot } = test;
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return value !== undefined && context.lists[listSlot]?.has(value as never) === true;
      };
    }
    default:
      return undefined;
  }
}
