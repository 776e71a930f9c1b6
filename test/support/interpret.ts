// The oracle: every rule of the language written down in the plainest way, without regard for speed. Tests compare
// the compiled closures with it, so it shares no evaluation code with them.

import type { CallNode, Operand, PathStep, Test, TypedNode } from "./source/language/check.ts";
import { MisuseError } from "./source/language/diagnostics.ts";
import type { EvaluationContext } from "./source/language/scheme.ts";
import type { OrderOperator } from "./source/language/syntax.ts";
import {
  type ArrayValue,
  type BytesValue,
  type IntValue,
  Ip6,
  type IpValue,
  type MapValue,
  type Value,
} from "./source/language/values.ts";

/** The value of a checked node; `undefined` is nil. A filter is true when its value is `true`. */
export function interpret(node: TypedNode, context: EvaluationContext): Value | undefined {
  switch (node.kind) {
    case "constant":
      return node.value;
    case "field":
      return context.get(node.slot);
    case "access":
      // A mapped operand has no single value; who contains it asks for its elements.
      return node.mapped ? elementsOf(node, context) : reach(interpret(node.base, context), node.path)[0];
    case "call":
      return node.mapped ? mappedCall(node, context) : plainCall(node, context);
    case "each":
      return elementsOf(node.operand, context);
    case "compare": {
      const right = interpret(node.right, context);
      const answer = (left: Value | undefined): boolean =>
        left === undefined || right === undefined
          ? node.operator === "ne" && node.nilNotEqual
          : compare(node.operator, left, right, node.left.type.kind === "Ip");
      return isMapped(node.left)
        ? elementsOf(node.left, context).map(answer)
        : answer(interpret(node.left, context));
    }
    case "test": {
      const answer = (left: Value | undefined): boolean =>
        left !== undefined && holds(node.test, left, context);
      return isMapped(node.left)
        ? elementsOf(node.left, context).map(answer)
        : answer(interpret(node.left, context));
    }
    case "not": {
      const value = interpret(node.argument, context);
      if (node.type.kind === "Bool") return value !== true;
      return value === undefined ? undefined : array(value).map((item) => item !== true);
    }
    case "logical":
      return logical(
        node.operator,
        node.items.map((item) => interpret(item, context)),
        node.type.kind === "Array",
      );
    case "quantifier": {
      const value = interpret(node.argument, context);
      if (value === undefined) return false;
      const isTrue = (item: Value) => item === true;
      return node.operator === "any" ? array(value).some(isTrue) : array(value).every(isTrue);
    }
  }
}

function isMapped(operand: Operand): boolean {
  return operand.kind === "access" && operand.mapped;
}

function elementsOf(operand: Operand, context: EvaluationContext): ArrayValue {
  if (operand.kind !== "access") throw new MisuseError("E_SYNTAX_TREE", "only an access is mapped");
  return reach(interpret(operand.base, context), operand.path);
}

/** Every value at the end of a path; empty when a step finds nothing. */
function reach(value: Value | undefined, path: readonly PathStep[]): ArrayValue {
  if (value === undefined) return [];
  const [step, ...rest] = path;
  if (step === undefined) return [value];
  if (step.kind === "key") return reach(map(value).get(step.key), rest);
  if (step.kind === "position") return reach(array(value)[step.position], rest);
  const items = value instanceof Map ? inKeyOrder(value) : array(value);
  return items.flatMap((item) => reach(item, rest));
}

function inKeyOrder(map: MapValue): ArrayValue {
  return [...map.entries()].sort(([left], [right]) => order(left, right)).map(([, value]) => value);
}

function plainCall(node: CallNode, context: EvaluationContext): Value | undefined {
  return applied(
    node,
    node.arguments.map((argument) => interpret(argument, context)),
  );
}

function applied(node: CallNode, values: readonly (Value | undefined)[]): Value | undefined {
  if (node.function.nil !== "receive" && values.includes(undefined)) return undefined;
  return node.evaluate(...values);
}

function mappedCall(node: CallNode, context: EvaluationContext): Value | undefined {
  const [source, ...others] = node.arguments;
  if (source?.kind !== "access")
    throw new MisuseError("E_SYNTAX_TREE", "a mapped call has a mapped first argument");
  const before = source.path.slice(
    0,
    source.path.findIndex((step) => step.kind === "each"),
  );
  if (reach(interpret(source.base, context), before).length === 0) return undefined;
  const rest = others.map((argument) => interpret(argument, context));
  return elementsOf(source, context)
    .map((element) => applied(node, [element, ...rest]))
    .filter((value) => value !== undefined);
}

function logical(
  operator: "or" | "xor" | "and",
  values: readonly (Value | undefined)[],
  elementwise: boolean,
): Value | undefined {
  const decide = (row: readonly (Value | undefined)[]): boolean => {
    const truths = row.filter((value) => value === true).length;
    if (operator === "xor") return truths % 2 === 1;
    return operator === "and" ? truths === row.length : truths > 0;
  };
  if (!elementwise) return decide(values);
  if (!values.every((value) => value !== undefined)) return undefined;
  const arrays = values.map(array);
  const length = Math.min(...arrays.map((array) => array.length));
  return Array.from({ length }, (_, at) => decide(arrays.map((array) => array[at])));
}

/** -1, 0 or 1 over the values' units. */
function order(left: string, right: string): number {
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = left.charCodeAt(at) - right.charCodeAt(at);
    if (difference !== 0) return Math.sign(difference);
  }
  return Math.sign(left.length - right.length);
}

function orderInts(left: IntValue, right: IntValue): number {
  const difference = BigInt(left) - BigInt(right);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

/** Undefined for addresses of different families. */
function orderIps(left: IpValue, right: IpValue): number | undefined {
  if (left instanceof Ip6 !== right instanceof Ip6) return undefined;
  return orderInts(addressNumber(left), addressNumber(right));
}

function addressNumber(address: IpValue): bigint {
  if (!(address instanceof Ip6)) return BigInt(address);
  return [address.a, address.b, address.c, address.d].reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

function compare(operator: OrderOperator, left: Value, right: Value, isIp: boolean): boolean {
  let result: number | undefined;
  if (isIp) result = orderIps(ip(left), ip(right));
  else if (typeof left === "string") result = order(left, bytes(right));
  else result = orderInts(int(left), int(right));
  if (result === undefined) return operator === "ne";
  switch (operator) {
    case "eq":
      return result === 0;
    case "ne":
      return result !== 0;
    case "lt":
      return result < 0;
    case "le":
      return result <= 0;
    case "gt":
      return result > 0;
    case "ge":
      return result >= 0;
  }
}

function holds(test: Test, value: Value, context: EvaluationContext): boolean {
  switch (test.kind) {
    case "bitwise_and":
      return (BigInt.asUintN(64, BigInt(int(value))) & BigInt.asUintN(64, BigInt(test.mask))) !== 0n;
    case "contains":
      return contains(bytes(value), test.needle);
    case "matches":
      return test.pattern.test(bytes(value));
    case "wildcard":
      return test.wildcard.test(bytes(value));
    case "in-ints":
      return test.ranges.some(
        ({ start, end }) => orderInts(int(value), start) >= 0 && orderInts(int(value), end) <= 0,
      );
    case "in-bytes":
      return test.items.some((item) => order(item, bytes(value)) === 0);
    case "in-ips":
      return test.ranges.some(({ start, end }) => {
        const [low, high] = [orderIps(ip(value), start), orderIps(ip(value), end)];
        return low !== undefined && high !== undefined && low >= 0 && high <= 0;
      });
    case "in-list":
      return context.lists[test.listSlot]?.has(value) === true;
  }
}

function contains(value: string, needle: string): boolean {
  for (let at = 0; at + needle.length <= value.length; at++) {
    if (value.slice(at, at + needle.length) === needle) return true;
  }
  return false;
}

// The checker lets no value of another type come here; the oracle says so aloud if one does.

function bytes(value: Value): BytesValue {
  if (typeof value === "string") return value;
  throw new TypeError("not Bytes");
}

function int(value: Value): IntValue {
  if (typeof value === "number" || typeof value === "bigint") return value;
  throw new TypeError("not an Int");
}

function ip(value: Value): IpValue {
  if (typeof value === "number" || value instanceof Ip6) return value;
  throw new TypeError("not an Ip");
}

function array(value: Value): ArrayValue {
  if (Array.isArray(value)) return value;
  throw new TypeError("not an Array");
}

function map(value: Value): MapValue {
  if (value instanceof Map) return value;
  throw new TypeError("not a Map");
}
