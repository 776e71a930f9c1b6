import type { CompareNode, TestNode, TypedNode } from "../../../language/check/typed-ast.ts";
import { NO_CONTEXT } from "../../../language/compile/optimize.ts";
import { comparePredicate, testPredicate } from "../../../language/compile/predicates.ts";
import type { Predicate } from "../../../language/compile/typed-values.ts";
import type { FieldDefinition } from "../../../language/scheme/definitions.ts";
import type { Value } from "../../../language/values/value.ts";
import type { Formula } from "./formula.ts";
import { isExpensive } from "./operand.ts";

/** A condition about one field, of which only the constants that it mentions distinguish values. */
export interface FieldCondition {
  readonly slot: number;
  readonly field: FieldDefinition;
  readonly holds: (value: Value | undefined) => boolean;
  /** Of an Int field, where truth may change, ascending: values from one on, below the next, are alike. */
  readonly cuts: readonly number[];
  /** Of a Bytes field, the values that may differ from all others. */
  readonly texts: readonly string[];
}

/** Integers near the ends of the safe ones have no safe neighbour to mark the end of a range with. */
const MAX_LANDMARK = Number.MAX_SAFE_INTEGER - 1;

/** The condition that a formula puts on a single Bool, Int or Bytes field; undefined when it is about more than that. */
export function fieldConditionOf(formula: Formula): FieldCondition | undefined {
  const reader = new ConditionReader();
  const holds = reader.read(formula);
  const found = reader.field;
  if (holds === undefined || found === undefined || isExpensive(found.field)) return undefined;
  const cuts = [...reader.cuts].sort((left, right) => left - right);
  return { ...found, holds, cuts, texts: [...reader.texts].sort() };
}

type Holds = (value: Value | undefined) => boolean;

class ConditionReader {
  field: { readonly slot: number; readonly field: FieldDefinition } | undefined;
  readonly cuts = new Set<number>();
  readonly texts = new Set<string>();

  read(formula: Formula): Holds | undefined {
    switch (formula.kind) {
      case "constant":
        return undefined;
      case "leaf": {
        const holds = this.#leaf(formula.node);
        return holds !== undefined && formula.negated ? (value) => !holds(value) : holds;
      }
      default: {
        const items: Holds[] = [];
        for (const item of formula.items) {
          const holds = this.read(item);
          if (holds === undefined) return undefined;
          items.push(holds);
        }
        return formula.kind === "and"
          ? (value) => items.every((holds) => holds(value))
          : (value) => items.some((holds) => holds(value));
      }
    }
  }

  #leaf(node: TypedNode): Holds | undefined {
    switch (node.kind) {
      case "field":
        return node.type.kind === "Bool" && this.#claim(node) ? (value) => value === true : undefined;
      case "compare":
        return this.#compare(node);
      case "test":
        return this.#test(node);
      default:
        return undefined;
    }
  }

  #claim(node: TypedNode): boolean {
    if (node.kind !== "field") return false;
    this.field ??= { slot: node.slot, field: node.field };
    return this.field.slot === node.slot;
  }

  #compare(node: CompareNode): Holds | undefined {
    const { left, right, operator } = node;
    if (right.kind !== "constant" || !this.#claim(left)) return undefined;
    if (left.type.kind === "Int") {
      if (!this.#mark(right.value, right.value)) return undefined;
    } else if (typeof right.value === "string" && (operator === "eq" || operator === "ne")) {
      this.texts.add(right.value);
    } else return undefined;
    return orNil(comparePredicate(node, right), operator === "ne" && node.nilNotEqual);
  }

  #test(node: TestNode): Holds | undefined {
    const { test } = node;
    if (!this.#claim(node.left)) return undefined;
    if (test.kind === "in-bytes") for (const item of test.items) this.texts.add(item);
    else if (test.kind !== "in-ints") return undefined;
    else if (!test.ranges.every(({ start, end }) => this.#mark(start, end))) return undefined;
    return orNil(testPredicate(node), false);
  }

  #mark(start: Value, end: Value): boolean {
    if (typeof start !== "number" || typeof end !== "number") return false;
    if (start < -MAX_LANDMARK || end > MAX_LANDMARK) return false;
    this.cuts.add(start).add(end + 1);
    return true;
  }
}

function orNil(predicate: Predicate, onNil: boolean): Holds {
  return (value) => (value === undefined ? onNil : predicate(value, NO_CONTEXT));
}
