import type { IntValue } from "./value.ts";

/** Integers from `start` to `end`, both included. */
export interface IntRange {
  readonly start: IntValue;
  readonly end: IntValue;
}

/** Sorted, disjoint and not adjacent, whatever the input. */
export function mergeIntRanges(ranges: readonly IntRange[]): readonly IntRange[] {
  const sorted = [...ranges].sort((left, right) =>
    left.start < right.start ? -1 : left.start > right.start ? 1 : 0,
  );
  const merged: { start: IntValue; end: IntValue }[] = [];
  for (const { start, end } of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && (start <= last.end || BigInt(start) === BigInt(last.end) + 1n)) {
      if (end > last.end) last.end = end;
    } else merged.push({ start, end });
  }
  return merged;
}

/** Up to this many single values a `Set` of numbers is not worth its hashing: a linear scan of a short array wins. */
const FEW = 8;

/**
 * A membership test for merged ranges, chosen by their shape: short lists are scanned, single values hashed, long
 * lists of ranges searched by halves.
 */
export function intMembership(ranges: readonly IntRange[]): (value: IntValue) => boolean {
  const starts = ranges.map((range) => range.start);
  const ends = ranges.map((range) => range.end);
  const count = ranges.length;
  if (count === 0) return () => false;
  if (count === 1) {
    const start = starts[0]!;
    const end = ends[0]!;
    return (value) => value >= start && value <= end;
  }
  if (count > FEW && ranges.every((range) => range.start === range.end)) {
    const values = new Set<IntValue>(starts);
    return (value) => values.has(value);
  }
  if (count <= FEW) {
    return (value) => {
      for (let at = 0; at < count; at++) if (value <= ends[at]!) return value >= starts[at]!;
      return false;
    };
  }
  return (value) => {
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return value >= starts[low]! && value <= ends[low]!;
  };
}
