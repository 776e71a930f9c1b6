// On the request path: a plain field between two constants, in one closure.
import type { FieldNode, TypedNode } from "../check/typed-ast.ts";
import { isWhole, rangeBelow, SmallIpSet } from "../sets/small-ip-set.ts";
import type { OrderOperator } from "../syntax/ast.ts";
import { Ip6 } from "../values/value.ts";
import { compareValues } from "./predicates.ts";
import { type Condition, conditionOn, isIp } from "./typed-values.ts";

/**
 * `field >= a and field < b`: two comparisons of one field from either side, in either order, which read
 * the slot once.
 */
export function fieldBetween(left: TypedNode, right: TypedNode): Condition | undefined {
  const one = boundOf(left);
  const two = boundOf(right);
  if (one === undefined || two === undefined || one.field.slot !== two.field.slot || one.below === two.below)
    return undefined;
  const { slot } = one.field;
  const ofIp = one.field.type.kind === "Ip";
  const low = one.below ? two : one;
  const high = one.below ? one : two;
  const least = low.value;
  const most = high.value;
  if (typeof least !== "number" || typeof most !== "number") {
    if (
      typeof least !== "object" ||
      typeof most !== "object" ||
      low.operator !== "ge" ||
      high.operator !== "lt"
    )
      return undefined;
    return ip6Between(one.field, least, most);
  }
  const other: Condition = (context) => {
    const value = context.get(slot);
    if (value === undefined || (ofIp && typeof value !== "number")) return false;
    return compareValues(low.operator, value, least) && compareValues(high.operator, value, most);
  };
  if (low.operator === "ge" && high.operator === "lt")
    return (context) => {
      const value = context.slots[slot];
      return typeof value === "number" ? value >= least && value < most : other(context);
    };
  if (low.operator === "ge")
    return (context) => {
      const value = context.slots[slot];
      return typeof value === "number" ? value >= least && value <= most : other(context);
    };
  if (high.operator === "lt")
    return (context) => {
      const value = context.slots[slot];
      return typeof value === "number" ? value > least && value < most : other(context);
    };
  return (context) => {
    const value = context.slots[slot];
    return typeof value === "number" ? value > least && value <= most : other(context);
  };
}

function ip6Between(field: FieldNode, least: Ip6, below: Ip6): Condition {
  const { slot } = field;
  const range = rangeBelow(least, below);
  if (range === undefined) return () => false;
  const first = range.start.a;
  const last = range.end.a;
  if (isWhole(range)) {
    return conditionOn(field, isIp, (context) => {
      let value = context.slots[slot];
      if (value === null) value = context.fill(slot);
      return typeof value === "object" && value.a >= first && value.a <= last;
    });
  }
  // The set answers sooner than two comparisons of four words.
  const set = new SmallIpSet([range]);
  return conditionOn(field, isIp, (context) => {
    let value = context.slots[slot];
    if (value === null) value = context.fill(slot);
    return typeof value === "object" && set.has(value);
  });
}

interface Bound {
  readonly field: FieldNode;
  readonly operator: OrderOperator;
  /** The field must be below it. */
  readonly below: boolean;
  readonly value: number | Ip6;
}

function boundOf(node: TypedNode): Bound | undefined {
  if (node.kind !== "compare" || node.left.kind !== "field" || node.right.kind !== "constant")
    return undefined;
  const { operator, left, right } = node;
  if (operator === "eq" || operator === "ne") return undefined;
  if (typeof right.value !== "number" && !(right.value instanceof Ip6)) return undefined;
  const below = operator === "lt" || operator === "le";
  return { field: left, operator, below, value: right.value };
}
