import type { Budget } from "../../language/values/budget.ts";

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
 * piece is no pair.
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
