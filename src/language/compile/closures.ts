// On the request path: the closures made here run for every rule and request. They allocate nothing, except arrays
// for the rare forms that need them (mapped calls as values, combinations of different truth arrays).

import type {
  AccessNode,
  CallNode,
  CompareNode,
  LogicalNode,
  QuantifierNode,
  TestNode,
  TypedNode,
} from "../check/typed-ast.ts";
import type { ValueOf } from "../scheme/define-function.ts";
import type { EvaluationContext } from "../scheme/execution-context.ts";
import { valuesInKeyOrder } from "../values/ordered-map.ts";
import type { Type } from "../values/types.ts";
import type { Value } from "../values/value.ts";
import { appliedCall, type ElementCall, elementCall } from "./calls.ts";
import { combine, commonOperand, type Elements, joined, some, step, type Truths, walk } from "./elements.ts";
import { fieldComparison } from "./field-conditions.ts";
import { fieldBetween } from "./field-ranges.ts";
import { fieldCall, fieldTest } from "./field-tests.ts";
import { caseComparison, isCaseCall } from "./letter-case.ts";
import { logicalCondition } from "./logicals.ts";
import { compareIps, comparePredicate, compareValues, testPredicate } from "./predicates.ts";
import { screenOf } from "./screen.ts";
import {
  type Condition,
  isArray,
  isArrayOfBool,
  isBytes,
  isIp,
  isMap,
  isMapOfArrays,
  isMapOfMaps,
  type Predicate,
  predicateOn,
  type Reader,
  readerOf,
} from "./typed-values.ts";

/** Sees values as they are computed. The compiler makes the same closures with and without one. */
export interface Recorder {
  /** The value of a whole node. */
  node(node: TypedNode, value: Value | undefined, context: EvaluationContext): void;
  /** One element tested by a comparison over `[*]`; {@link position} says which. */
  element(node: TypedNode, value: Value, result: boolean, context: EvaluationContext): void;
  /** Where among those that its operand reaches the element at hand is. */
  position: number;
  /** Results of a call over `[*]`, with the element of each: elements without a result are left out. */
  mapped(results: readonly Value[], positions: readonly number[]): void;
  /** `any` of one comparison goes on after the first element that holds, until this many do; undefined: it ends there. */
  readonly mostHits?: number;
}

/** Compiles a Bool node. A nil condition is false. */
export function compileCondition(node: TypedNode, recorder?: Recorder): Condition {
  return new ClosureCompiler(recorder).condition(node);
}

/** Compiles a node of any type to a reader of its value. */
export function compileReader(node: TypedNode, recorder?: Recorder): Reader {
  return new ClosureCompiler(recorder).reader(node);
}

/** How many elements the predicate holds for; it stops at the wanted number. */
function countHits(
  elements: Elements,
  predicate: Predicate,
  context: EvaluationContext,
  most: number,
): number {
  let hits = 0;
  elements(context, (value) => predicate(value, context) && ++hits === most);
  return hits;
}

class ClosureCompiler {
  readonly #recorder: Recorder | undefined;

  constructor(recorder: Recorder | undefined) {
    this.#recorder = recorder;
  }

  condition(node: TypedNode): Condition {
    const made = this.#condition(node);
    const recorder = this.#recorder;
    if (recorder === undefined) return made;
    return (context) => {
      const value = made(context);
      recorder.node(node, value, context);
      return value;
    };
  }

  #condition(node: TypedNode): Condition {
    switch (node.kind) {
      case "constant": {
        const value = node.value === true;
        return () => value;
      }
      case "not": {
        const inner = this.condition(node.argument);
        return (context) => !inner(context);
      }
      case "logical":
        return this.#logical(node);
      case "quantifier":
        return this.#quantifier(node);
      case "compare":
        return this.#compare(node);
      case "test":
        return this.#test(node);
      case "field": {
        const { slot } = node;
        return (context) => {
          const value = context.slots[slot];
          return value === true || (value === null && context.fill(slot) === true);
        };
      }
      case "call": {
        const direct = this.#recorder === undefined ? fieldCall(node) : undefined;
        return direct ?? this.#isTrue(node);
      }
      default:
        return this.#isTrue(node);
    }
  }

  #isTrue(node: TypedNode): Condition {
    const read = this.reader(node);
    return (context) => read(context) === true;
  }

  #logical(node: LogicalNode): Condition {
    const [first, second, third] = node.items;
    if (node.operator === "and" && first && second && third === undefined && this.#recorder === undefined) {
      const between = fieldBetween(first, second);
      if (between !== undefined) return between;
    }
    const items = node.items.map((item) => this.condition(item));
    return logicalCondition(node.operator, items);
  }

  #compare(node: CompareNode): Condition {
    const { nilNotEqual, operator, left, right } = node;
    const onNil = operator === "ne" && nilNotEqual;
    if (right.kind === "constant") {
      if (left.kind === "field" && !onNil && this.#recorder === undefined) {
        const direct = fieldComparison(node, left, right);
        if (direct !== undefined) return direct;
      }
      if (operator === "eq" && isCaseCall(left) && this.#recorder === undefined) {
        const [argument] = left.arguments;
        if (argument !== undefined && typeof right.value === "string") {
          const isSame = predicateOn(argument, isBytes, caseComparison(left, right.value));
          return this.#applied(argument, isSame, false);
        }
      }
      return this.#applied(left, comparePredicate(node, right), onNil);
    }
    if (isIp(left.type)) {
      const readLeft = this.#readerOf(left, isIp);
      const readRight = this.#readerOf(right, isIp);
      return (context) => {
        const leftValue = readLeft(context);
        const rightValue = readRight(context);
        if (leftValue === undefined || rightValue === undefined) return onNil;
        return compareIps(operator, leftValue, rightValue);
      };
    }
    const readLeft = this.reader(left);
    const readRight = this.reader(right);
    return (context) => {
      const leftValue = readLeft(context);
      const rightValue = readRight(context);
      if (leftValue === undefined || rightValue === undefined) return onNil;
      return compareValues(operator, leftValue, rightValue);
    };
  }

  #test(node: TestNode): Condition {
    if (node.left.kind === "field" && this.#recorder === undefined) {
      const direct = fieldTest(node, node.left.slot);
      if (direct !== undefined) return direct;
    }
    return this.#applied(node.left, testPredicate(node), false);
  }

  /** A predicate on an operand's value, with nil answered without it. */
  #applied(left: TypedNode, predicate: Predicate, onNil: boolean): Condition {
    if (left.kind === "field" && this.#recorder === undefined) {
      const { slot } = left;
      return (context) => {
        let value = context.slots[slot];
        if (value === null) value = context.fill(slot);
        return value === undefined ? onNil : predicate(value, context);
      };
    }
    const read = this.reader(left);
    return (context) => {
      const value = read(context);
      return value === undefined ? onNil : predicate(value, context);
    };
  }

  #quantifier(node: QuantifierNode): Condition {
    const fused = this.#fuse(node.argument);
    if (fused !== undefined) {
      const { elements, predicate } = fused;
      if (node.operator === "any") {
        const most = this.#recorder?.mostHits;
        if (most !== undefined && node.argument.kind !== "logical" && node.argument.kind !== "not")
          return (context) => countHits(elements, predicate, context, most) > 0;
        const screen = this.#recorder === undefined ? screenOf(node.argument) : undefined;
        if (screen === undefined) return (context) => elements(context, predicate);
        const { slot } = screen;
        return (context) => {
          let value = context.slots[slot];
          if (value === null) value = context.fill(slot);
          return value !== undefined && !screen.lacks(value, context) && elements(context, predicate);
        };
      }
      const fails: Predicate = (value, context) => !predicate(value, context);
      return (context) => !elements(context, fails);
    }
    const truths = this.#truths(node.argument);
    if (node.operator === "any") return (context) => truths(context)?.includes(true) === true;
    return (context) => {
      const values = truths(context);
      return values !== undefined && !values.includes(false);
    };
  }

  /**
   * When every comparison in the argument runs over the very same operand, one pass over its elements with one
   * predicate gives the answer, and no array of truth values is made.
   */
  #fuse(node: TypedNode): { readonly elements: Elements; readonly predicate: Predicate } | undefined {
    const operand = commonOperand(node);
    if (operand?.kind !== "access" || !operand.mapped) return undefined;
    const predicate = this.#elementPredicate(node);
    return predicate === undefined
      ? undefined
      : { elements: this.#counted(this.#elements(operand)), predicate };
  }

  #elementPredicate(node: TypedNode): Predicate | undefined {
    switch (node.kind) {
      case "compare":
      case "test":
        return this.#watched(node, this.#leafPredicate(node));
      case "not": {
        const inner = this.#elementPredicate(node.argument);
        return inner === undefined ? undefined : (value, context) => !inner(value, context);
      }
      case "logical": {
        const items = node.items.map((item) => this.#elementPredicate(item));
        return items.every((item) => item !== undefined) ? joined(node.operator, items) : undefined;
      }
      default:
        return undefined;
    }
  }

  #leafPredicate(node: CompareNode | TestNode): Predicate {
    if (node.kind === "test") return testPredicate(node);
    const { left, right, operator, nilNotEqual } = node;
    if (right.kind === "constant") return comparePredicate(node, right);
    const onNil = operator === "ne" && nilNotEqual;
    if (isIp(left.type)) {
      const readRight = this.#readerOf(right, isIp);
      return predicateOn(left, isIp, (value, context) => {
        const other = readRight(context);
        return other === undefined ? onNil : compareIps(operator, value, other);
      });
    }
    const readRight = this.reader(right);
    return (value, context) => {
      const other = readRight(context);
      return other === undefined ? onNil : compareValues(operator, value, other);
    };
  }

  /** Tells the recorder which element is at hand. */
  #counted(elements: Elements): Elements {
    const recorder = this.#recorder;
    if (recorder === undefined) return elements;
    return (context, visit) => {
      const outer = recorder.position;
      let next = 0;
      const found = elements(context, (value) => {
        recorder.position = next++;
        return visit(value, context);
      });
      recorder.position = outer;
      return found;
    };
  }

  #watched(node: TypedNode, predicate: Predicate): Predicate {
    const recorder = this.#recorder;
    if (recorder === undefined) return predicate;
    return (value, context) => {
      const { position } = recorder;
      const result = predicate(value, context);
      // The other side may have read other elements.
      recorder.position = position;
      recorder.element(node, value, result, context);
      return result;
    };
  }

  /** A node of type Array<Bool> as an array; undefined for a nil array (semantics.md#missing-arrays). */
  #truths(node: TypedNode): Truths {
    switch (node.kind) {
      case "compare":
      case "test": {
        const elements = this.#counted(this.#elements(mappedOperand(node.left)));
        const predicate = this.#watched(node, this.#leafPredicate(node));
        return (context) => {
          const out: boolean[] = [];
          elements(context, (value) => {
            out.push(predicate(value, context));
            return false;
          });
          return out;
        };
      }
      case "each": {
        const elements = this.#elements(node.operand);
        return (context) => {
          const out: boolean[] = [];
          elements(context, (value) => {
            out.push(value === true);
            return false;
          });
          return out;
        };
      }
      case "not": {
        const inner = this.#truths(node.argument);
        return (context) => inner(context)?.map((value) => !value);
      }
      case "logical": {
        const items = node.items.map((item) => this.#truths(item));
        const { operator } = node;
        return (context) => combine(operator, items, context);
      }
      default: {
        return this.#readerOf(node, isArrayOfBool);
      }
    }
  }

  reader(node: TypedNode): Reader {
    const made = this.#reader(node);
    const recorder = this.#recorder;
    if (recorder === undefined || node.kind === "constant") return made;
    return (context) => {
      const value = made(context);
      recorder.node(node, value, context);
      return value;
    };
  }

  #reader(node: TypedNode): Reader {
    switch (node.kind) {
      case "constant": {
        const { value } = node;
        return () => value;
      }
      case "field": {
        const { slot } = node;
        return (context) => {
          const value = context.slots[slot];
          return value === null ? context.fill(slot) : value;
        };
      }
      case "access":
        return this.#access(node);
      case "call":
        return node.mapped ? this.#mappedCall(node) : this.#call(node);
      default:
        if (node.type.kind === "Bool") return this.#condition(node);
        return this.#truths(node);
    }
  }

  /** The reader of a node whose values have a certain type. */
  #readerOf<T extends Type>(node: TypedNode, isType: (type: Type) => type is T): Reader<ValueOf<T>> {
    return readerOf(node, isType, this.reader(node));
  }

  #access({ base, path }: AccessNode): Reader {
    const [first, second] = path;
    if (path.length === 1 && first?.kind === "key") {
      const read = this.#readerOf(base, isMap);
      const { key } = first;
      return (context) => read(context)?.get(key);
    }
    if (path.length === 1 && first?.kind === "position") {
      const read = this.#readerOf(base, isArray);
      const { position } = first;
      return (context) => read(context)?.[position];
    }
    if (path.length === 2 && first?.kind === "key" && second?.kind === "position") {
      const read = this.#readerOf(base, isMapOfArrays);
      const { key } = first;
      const { position } = second;
      return (context) => read(context)?.get(key)?.[position];
    }
    const read = this.reader(base);
    return (context) => step(read(context), path, 0, path.length);
  }

  #call(node: CallNode): Reader {
    return appliedCall(
      node,
      node.arguments.map((argument) => this.#argument(node, argument)),
    );
  }

  /** Reads an argument. A function that works hard on every byte spends the request's budget by the byte. */
  #argument(node: CallNode, argument: TypedNode): Reader {
    const read = this.reader(argument);
    if (node.function.cost === undefined || argument.kind === "constant") return read;
    return (context) => {
      const value = read(context);
      if (typeof value === "string") context.budget.remaining -= value.length;
      return value;
    };
  }

  /**
   * `f(x[*], …)` as an array: nil for a nil base, nil results left out, the other arguments read once
   * (semantics.md#mapped-calls).
   */
  #mappedCall(node: CallNode): Reader {
    const source = mappedOperand(node.arguments[0]);
    const base = this.#baseOf(source);
    const apply = this.#perElement(node);
    const elements = this.#elements(source);
    const recorder = this.#recorder;
    return (context) => {
      if (base(context) === undefined) return undefined;
      const out: Value[] = [];
      const others = apply.others(context);
      if (others === undefined) return out;
      const positions: number[] | undefined = recorder === undefined ? undefined : [];
      let at = 0;
      elements(context, (value) => {
        apply.charge(value, context);
        const result = apply.call(value, others);
        if (result !== undefined) {
          out.push(result);
          positions?.push(at);
        }
        at++;
        return false;
      });
      if (positions !== undefined) recorder?.mapped(out, positions);
      return out;
    };
  }

  /** The part that must be present for a mapped call to yield an array: everything before the first `[*]`. */
  #baseOf(source: AccessNode): Reader {
    const read = this.reader(source.base);
    const firstEach = source.path.findIndex((part) => part.kind === "each");
    if (firstEach <= 0) return read;
    const { path } = source;
    return (context) => step(read(context), path, 0, firstEach);
  }

  #perElement(node: CallNode): ElementCall {
    return elementCall(
      node,
      node.arguments.slice(1).map((argument) => this.#argument(node, argument)),
    );
  }

  /** The elements that a mapped operand reaches, depth first (semantics.md#every-element). */
  #elements(node: AccessNode): Elements {
    const { base, path } = node;
    if (base.kind === "call" && base.mapped && path[0]?.kind === "each" && this.#recorder === undefined) {
      // Elements flow through the call one by one; its array is never made.
      const inner = this.#elements(mappedOperand(base.arguments[0]));
      const apply = this.#perElement(base);
      const rest = path.slice(1);
      return (context, visit) => {
        const others = apply.others(context);
        if (others === undefined) return false;
        return inner(context, (value) => {
          apply.charge(value, context);
          const result = apply.call(value, others);
          if (result === undefined) return false;
          return rest.length === 0 ? visit(result, context) : walk(result, rest, 0, visit, context);
        });
      };
    }
    const [first, second] = path;
    if (path.length === 1 && isArray(base.type)) {
      const read = this.#readerOf(base, isArray);
      return (context, visit) => {
        const array = read(context);
        return array !== undefined && some(array, visit, context);
      };
    }
    if (path.length === 2 && first?.kind === "key" && second?.kind === "each") {
      const { key } = first;
      if (isMapOfArrays(base.type)) {
        const read = this.#readerOf(base, isMapOfArrays);
        return (context, visit) => {
          const array = read(context)?.get(key);
          return array !== undefined && some(array, visit, context);
        };
      }
      const read = this.#readerOf(base, isMapOfMaps);
      return (context, visit) => {
        const map = read(context)?.get(key);
        return map !== undefined && some(valuesInKeyOrder(map), visit, context);
      };
    }
    const read = this.reader(base);
    return (context, visit) => {
      const value = read(context);
      return value !== undefined && walk(value, path, 0, visit, context);
    };
  }
}

/** The array that a comparison over `[*]` or a mapped call iterates over. */
function mappedOperand(node: TypedNode | undefined): AccessNode {
  if (node?.kind !== "access" || !node.mapped) throw new Error("unreachable: only an access is mapped");
  return node;
}
