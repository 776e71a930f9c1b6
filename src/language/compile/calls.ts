// On the request path: calls of functions, by the number of their arguments.
import type { CallNode, ConstantNode } from "../check/typed-ast.ts";
import type { EvaluationContext } from "../scheme/execution-context.ts";
import type { Value } from "../values/value.ts";
import type { Reader } from "./typed-values.ts";

/** A function applied to the values of its arguments' readers. */
export function appliedCall(node: CallNode, args: readonly Reader[]): Reader {
  const { evaluate } = node;
  const receivesNil = node.function.nil === "receive";
  const [first, second, third, further] = args;
  const [, constant] = node.arguments;
  if (node.function.firstPresent === true) {
    return (context) => {
      for (let at = 0; at < args.length; at++) {
        const value = args[at]!(context);
        if (value !== undefined) return value;
      }
      return undefined;
    };
  }
  if (first !== undefined && second === undefined) {
    if (receivesNil) return (context) => evaluate(first(context));
    return (context) => {
      const value = first(context);
      return value === undefined ? undefined : evaluate(value);
    };
  }
  if (first !== undefined && second !== undefined && third === undefined && !receivesNil) {
    if (constant?.kind === "constant") {
      const { value: fixed } = constant;
      return (context) => {
        const value = first(context);
        return value === undefined ? undefined : evaluate(value, fixed);
      };
    }
    return (context) => {
      const value = first(context);
      if (value === undefined) return undefined;
      const other = second(context);
      return other === undefined ? undefined : evaluate(value, other);
    };
  }
  if (first && second && third && further === undefined && !receivesNil) {
    return (context) => {
      const value = first(context);
      if (value === undefined) return undefined;
      const other = second(context);
      if (other === undefined) return undefined;
      const last = third(context);
      return last === undefined ? undefined : evaluate(value, other, last);
    };
  }
  return (context) => {
    const values: (Value | undefined)[] = new Array(args.length);
    for (let at = 0; at < args.length; at++) {
      const value = args[at]!(context);
      if (value === undefined && !receivesNil) return undefined;
      values[at] = value;
    }
    return evaluate(...values);
  };
}

/** A mapped call: what it does to one element. */
export interface ElementCall {
  /** The arguments after the first; undefined: one is missing, and no element has a result. */
  readonly others: (context: EvaluationContext) => readonly (Value | undefined)[] | undefined;
  readonly call: (value: Value, others: readonly (Value | undefined)[]) => Value | undefined;
  /** Spends the budget for an element, for functions that work hard on every byte. */
  readonly charge: (value: Value, context: EvaluationContext) => void;
}

/** @param rest readers of the arguments after the first. */
export function elementCall(node: CallNode, rest: readonly Reader[]): ElementCall {
  const { evaluate } = node;
  const charge = node.function.cost === undefined ? chargeNothing : chargeLength;
  const receivesNil = node.function.nil === "receive";
  if (rest.length === 0) return { charge, others: () => NO_VALUES, call: (value) => evaluate(value) };
  const constants = node.arguments.slice(1);
  if (constants.every((argument): argument is ConstantNode => argument.kind === "constant")) {
    const fixed = constants.map((argument) => argument.value);
    const [only] = fixed;
    if (fixed.length === 1)
      return { charge, others: () => NO_VALUES, call: (value) => evaluate(value, only) };
    return { charge, others: () => NO_VALUES, call: (value) => evaluate(value, ...fixed) };
  }
  return {
    charge,
    others: (context) => {
      const values = rest.map((read) => read(context));
      return !receivesNil && values.includes(undefined) ? undefined : values;
    },
    call: (value, others) => evaluate(value, ...others),
  };
}

const NO_VALUES: readonly undefined[] = [];

function chargeNothing(): void {}

function chargeLength(value: Value, context: EvaluationContext): void {
  if (typeof value === "string") context.budget.remaining -= value.length;
}
