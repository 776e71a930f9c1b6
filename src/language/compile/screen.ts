// On the request path: one search over all elements of a long array in place of a test of each.
import type { TestNode, TypedNode } from "../check/typed-ast.ts";
import { SEARCHED_PER_STEP } from "../pattern/engine.ts";
import type { EvaluationContext } from "../scheme/execution-context.ts";
import { asciiLower } from "../values/bytes.ts";
import type { ArrayValue, Value } from "../values/value.ts";

/** Whether no element of a field's value can pass a test. */
export interface Screen {
  /** The field's slot. */
  readonly slot: number;
  lacks(value: Value, context: EvaluationContext): boolean;
}

/**
 * Elements from which a screen pays. A test of an element costs about 30 ns, a search of 128 KiB for a rare character
 * about 10 µs (measured with 15,000 numbers: 44 ms for the managed rules without screens).
 */
const SCREENED_FROM = 64;

interface Joined {
  readonly text: string;
  readonly folded: string;
}

/** By array: the values of a request's fields, which its rules share. */
const joinedTexts = new WeakMap<object, Joined>();

/** The screen for a test of every element of a field; undefined where elements have to be looked at one by one. */
export function screenOf(node: TypedNode): Screen | undefined {
  if (node.kind !== "test" || node.left.kind !== "access") return undefined;
  const { base, path } = node.left;
  if (base.kind !== "field" || !path.every(({ kind }) => kind === "each")) return undefined;
  const lacks = lacking(node);
  if (lacks === undefined) return undefined;
  return {
    slot: base.slot,
    lacks(value, context) {
      if (!Array.isArray(value) || value.length < SCREENED_FROM) return false;
      const { text, folded } = joinedOf(value, context);
      context.budget.remaining -= Math.ceil(text.length / SEARCHED_PER_STEP);
      return lacks(text, folded);
    },
  };
}

function lacking({ test }: TestNode): ((text: string, folded: string) => boolean) | undefined {
  if (test.kind === "contains") {
    const { needle } = test;
    return (text) => !text.includes(needle);
  }
  if (test.kind !== "matches") return undefined;
  const { pattern } = test;
  return pattern.lacks === undefined ? undefined : (text, folded) => pattern.lacks?.(text, folded) === true;
}

function joinedOf(array: ArrayValue, context: EvaluationContext): Joined {
  const known = joinedTexts.get(array);
  if (known !== undefined) return known;
  const texts: string[] = [];
  collect(array, texts);
  // A literal across the seam of two elements is found in vain; none inside an element is missed.
  const text = texts.join("\n");
  context.budget.remaining -= text.length;
  const made = { text, folded: asciiLower(text) };
  joinedTexts.set(array, made);
  return made;
}

function collect(items: Iterable<Value>, texts: string[]): void {
  for (const item of items) {
    if (typeof item === "string") texts.push(item);
    else if (Array.isArray(item)) collect(item, texts);
    else if (item instanceof Map) collect(item.values(), texts);
  }
}
