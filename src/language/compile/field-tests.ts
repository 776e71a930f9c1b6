// On the request path: tests and usual calls on a plain field, each in one closure.
import type { CallNode, TestNode } from "../check/typed-ast.ts";
import { intMembership } from "../sets/int-set.ts";
import { ipMembership } from "../sets/small-ip-set.ts";
import { pairMembership } from "../values/byte-pairs.ts";
import { FEW_STRINGS } from "./predicates.ts";
import { type Condition, conditionOn, isBytes, isInt, isIp } from "./typed-values.ts";

/** The tests that most rules are made of, on a plain field, in one closure as {@link fieldComparison}. */
export function fieldTest(node: TestNode, slot: number): Condition | undefined {
  const { left, test } = node;
  switch (test.kind) {
    case "contains": {
      const { needle } = test;
      return conditionOn(left, isBytes, (context) => {
        let text = context.slots[slot];
        if (text === null) text = context.fill(slot);
        if (text === undefined) return false;
        context.budget.remaining -= text.length;
        return text.includes(needle);
      });
    }
    case "matches": {
      const { pattern } = test;
      return conditionOn(left, isBytes, (context) => {
        let text = context.slots[slot];
        if (text === null) text = context.fill(slot);
        return text !== undefined && pattern.test(text, context.budget);
      });
    }
    case "in-ints": {
      const has = intMembership(test.ranges);
      return conditionOn(left, isInt, (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return value !== undefined && has(value);
      });
    }
    case "in-ips": {
      const set = ipMembership(test.ranges);
      return conditionOn(left, isIp, (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return value !== undefined && set.has(value);
      });
    }
    case "in-bytes": {
      if (test.items.length <= FEW_STRINGS) return undefined;
      const hasPair = pairMembership(test.items);
      if (hasPair !== undefined) {
        return (context) => {
          let value = context.slots[slot];
          if (value === null) value = context.fill(slot);
          return typeof value === "string" && hasPair(value);
        };
      }
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
        return value !== undefined && context.lists[listSlot]?.has(value, context.clock) === true;
      };
    }
    default:
      return undefined;
  }
}

/** A prefix or suffix test of a plain field with a literal: no call through the function's table. */
export function fieldCall(node: CallNode): Condition | undefined {
  const [field, literal] = node.arguments;
  if (field?.kind !== "field" || literal?.kind !== "constant" || typeof literal.value !== "string")
    return undefined;
  const { slot } = field;
  const part = literal.value;
  if (node.function.meaning === "prefix") {
    return (context) => {
      let text = context.slots[slot];
      if (text === null) text = context.fill(slot);
      return typeof text === "string" && text.startsWith(part);
    };
  }
  if (node.function.meaning === "suffix") {
    return (context) => {
      let text = context.slots[slot];
      if (text === null) text = context.fill(slot);
      return typeof text === "string" && text.endsWith(part);
    };
  }
  return undefined;
}
