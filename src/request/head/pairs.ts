import type { Budget } from "../../language/values/budget.ts";
import { skipWhiteSpace } from "./characters.ts";

/** Names and values in the order sent, repeats included; the arrays are aligned. */
export interface Pairs {
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** True when there were more than the limit allows. */
  readonly truncated: boolean;
}

export const NO_PAIRS: Pairs = Object.freeze({ names: [], values: [], truncated: false });

/** The values of a name that is there. */
export type NonEmpty = readonly [first: string, ...others: string[]];

/** The values of each name, in order. A `Map`, so that `__proto__` is a name like any other. */
export function groupByName(pairs: Pairs): ReadonlyMap<string, NonEmpty> {
  const grouped = new Map<string, [string, ...string[]]>();
  for (let at = 0; at < pairs.names.length; at++) {
    const name = pairs.names[at]!;
    const value = pairs.values[at]!;
    const values = grouped.get(name);
    if (values === undefined) grouped.set(name, [value]);
    else values.push(value);
  }
  return grouped;
}

/**
 * Splits `a=1&b=2`, undecoded: at each `&`, then at the first `=`. A name without `=` has the empty value; an empty
 * piece is not a pair.
 */
export function splitPairs(text: string, limit: number, budget: Budget): Pairs {
  if (text === "") return NO_PAIRS;
  const names: string[] = [];
  const values: string[] = [];
  for (let at = 0; at <= text.length; ) {
    let end = text.indexOf("&", at);
    if (end === -1) end = text.length;
    if (!budget.spend(end - at + 1)) return { names, values, truncated: true };
    if (end > at) {
      if (names.length === limit) return { names, values, truncated: true };
      const piece = text.slice(at, end);
      const equals = piece.indexOf("=");
      names.push(equals === -1 ? piece : piece.slice(0, equals));
      values.push(equals === -1 ? "" : piece.slice(equals + 1));
    }
    at = end + 1;
  }
  return { names, values, truncated: false };
}

/**
 * Whether the text from a place on has more pieces than so many, as {@link splitPairs} and the reader of cookies count
 * them: pieces of nothing but white space are none, where the separator is that of cookies.
 */
export function hasMorePieces(text: string, from: number, separator: "&" | ";", most: number): boolean {
  // Each piece but the last takes two characters at least.
  if (text.length - from <= 2 * most) return false;
  let count = 0;
  for (let at = from; at <= text.length; ) {
    let end = text.indexOf(separator, at);
    if (end === -1) end = text.length;
    const start = separator === ";" ? skipWhiteSpace(text, at) : at;
    if (start < end && ++count > most) return true;
    at = end + 1;
  }
  return false;
}
