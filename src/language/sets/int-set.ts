import type { IntValue } from "../values/value.ts";

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

/** Values as far apart as this are marked bit by bit: 8 KB at most, and all ports. */
const MAX_SPAN = 65_536;

/** Up to this many single values a `Set` of numbers is not worth its hashing: a linear scan of a short array wins. */
const FEW = 8;

/**
 * A membership test for merged ranges, chosen by their shape: what lies close together is looked up in a bit map, short
 * lists are scanned, single values hashed, long lists of ranges searched by halves.
 */
export function intMembership(ranges: readonly IntRange[]): (value: IntValue) => boolean {
  const [lowest, ...others] = ranges;
  if (lowest === undefined) return () => false;
  const highest = others.at(-1);
  if (highest === undefined) {
    const { start, end } = lowest;
    return (value) => value >= start && value <= end;
  }
  const count = ranges.length;
  const first = lowest.start;
  const last = highest.end;
  if (typeof first === "number" && typeof last === "number" && last - first < MAX_SPAN) {
    const bits = bitMap(ranges, first, last - first);
    return (value) => {
      if (typeof value !== "number" || value < first || value > last) return false;
      const offset = value - first;
      return ((bits[offset >> 5]! >>> (offset & 31)) & 1) === 1;
    };
  }
  if (count > FEW && ranges.every((range) => range.start === range.end)) {
    const values = new Set<IntValue>(ranges.map((range) => range.start));
    return (value) => values.has(value);
  }
  const starts = ranges.map((range) => range.start);
  const ends = ranges.map((range) => range.end);
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

function bitMap(ranges: readonly IntRange[], first: number, span: number): Uint32Array {
  const bits = new Uint32Array((span >> 5) + 1);
  for (const { start, end } of ranges) {
    for (let offset = Number(start) - first; offset <= Number(end) - first; offset++) {
      bits[offset >> 5]! |= 1 << (offset & 31);
    }
  }
  return bits;
}
