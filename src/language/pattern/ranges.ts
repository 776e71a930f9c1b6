/**
 * A set of bytes or of code points: inclusive bounds `[low, high, low, high, …]`, ascending, disjoint, not touching.
 */
export type Ranges = readonly number[];

/** Highest member of a set of bytes. */
export const MAX_BYTE = 0xff;
/** Highest member of a set of code points. */
export const MAX_CODE_POINT = 0x10ffff;

/** The bounds of a set as pairs. */
export function pairsOf(bounds: readonly number[]): [low: number, high: number][] {
  const pairs: [number, number][] = [];
  let low: number | undefined;
  for (const bound of bounds) {
    if (low === undefined) low = bound;
    else {
      pairs.push([low, bound]);
      low = undefined;
    }
  }
  return pairs;
}

/** Sorts and merges bounds that come in any order and may overlap. */
export function normalise(bounds: readonly number[]): Ranges {
  if (isNormal(bounds)) return bounds;
  const merged: [low: number, high: number][] = [];
  for (const [low, high] of pairsOf(bounds).sort((left, right) => left[0] - right[0])) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged.flat();
}

function isNormal(bounds: readonly number[]): boolean {
  for (let at = 2; at < bounds.length; at += 2) if (bounds[at]! <= bounds[at - 1]! + 1) return false;
  return true;
}

/** Everything up to `max` that is not in the set; surrogates are not scalar values, so never a member. */
export function negate(ranges: Ranges, max: number): Ranges {
  const out: number[] = [];
  let next = 0;
  const add = (low: number, high: number): void => {
    if (low > high) return;
    if (max === MAX_CODE_POINT && low <= 0xdfff && high >= 0xd800) {
      add(low, 0xd7ff);
      add(0xe000, high);
    } else out.push(low, high);
  };
  for (const [low, high] of pairsOf(ranges)) {
    add(next, low - 1);
    next = high + 1;
  }
  add(next, max);
  return out;
}

export function intersect(left: Ranges, right: Ranges): Ranges {
  const out: number[] = [];
  const others = pairsOf(right).values();
  let other = others.next();
  for (const [low, high] of pairsOf(left)) {
    while (other.done !== true) {
      const [otherLow, otherHigh] = other.value;
      if (otherLow <= high && low <= otherHigh) out.push(Math.max(low, otherLow), Math.min(high, otherHigh));
      // It may reach into the next pair.
      if (high < otherHigh) break;
      other = others.next();
    }
  }
  return out;
}

/** Adds the other case of every ASCII letter in the set. */
export function foldAscii(ranges: Ranges): Ranges {
  const letters: number[] = [];
  for (const [low, high] of pairsOf(ranges)) {
    otherCase(letters, low, high, 65, 32);
    otherCase(letters, low, high, 97, -32);
  }
  return letters.length === 0 ? ranges : normalise([...ranges, ...letters]);
}

function otherCase(out: number[], low: number, high: number, first: number, shift: number): void {
  const from = Math.max(low, first);
  const to = Math.min(high, first + 25);
  if (from <= to) out.push(from + shift, to + shift);
}

const SINGLE: Ranges[] = [];
const SINGLE_FOLDED: Ranges[] = [];

/** The set of one byte, with `folded` in both cases. Most sets of most patterns are these, so that they exist once. */
export function singleByte(byte: number, folded: boolean): Ranges {
  const known = folded ? SINGLE_FOLDED : SINGLE;
  let set = known[byte];
  if (set === undefined) {
    set = folded ? foldAscii([byte, byte]) : [byte, byte];
    known[byte] = set;
  }
  return set;
}

/** Membership of each byte as 0 or 1. */
export type ByteSet = Uint8Array;

export function toByteSet(ranges: Ranges): ByteSet {
  const set = new Uint8Array(256);
  for (let at = 0; at < ranges.length; at += 2) set.fill(1, ranges[at]!, ranges[at + 1]! + 1);
  return set;
}
