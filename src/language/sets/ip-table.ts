// A set of addresses that also knows which range an address is in, and ranges that end to count. Membership is decided
// by merged ranges; the tree is asked only for a hit, and then only when a deadline or the range itself matters.

import { type IpRange, isIp4Range } from "../values/ip.ts";
import { Ip6, type IpValue } from "../values/value.ts";
import { type Intervals, IntervalTree } from "./interval-tree.ts";
import { Ip4Ranges, Ip6Ranges } from "./ip-set.ts";
import { radixOrder } from "./radix-order.ts";
import { compareWords, isAtOrBelow } from "./word-rows.ts";
import { Words } from "./words.ts";

/** When a numbered range ends to count, in milliseconds since 1970; Infinity: never. */
export type Deadlines = (number: number) => number;

/** Collects ranges, each with a number of the caller's. */
export class IpTableBuilder {
  readonly #v4 = new Words();
  readonly #v6 = new Words();
  readonly #numbers4 = new Words();
  readonly #numbers6 = new Words();

  add(range: IpRange, number: number): void {
    if (isIp4Range(range)) {
      this.#v4.push(range.start);
      this.#v4.push(range.end);
      this.#numbers4.push(number);
    } else {
      for (const address of [range.start, range.end]) {
        this.#v6.push(address.a);
        this.#v6.push(address.b);
        this.#v6.push(address.c);
        this.#v6.push(address.d);
      }
      this.#numbers6.push(number);
    }
  }

  /** @param deadlines undefined: every range counts for ever. */
  build(deadlines?: Deadlines): IpTable {
    return new IpTable(
      new Family(this.#v4.words(), 1, this.#numbers4.words(), deadlines),
      new Family(this.#v6.words(), 4, this.#numbers6.words(), deadlines),
    );
  }
}

/** Frozen; made by {@link IpTableBuilder}. */
export class IpTable {
  readonly #v4: Family;
  readonly #v6: Family;
  readonly #ranges4: Ip4Ranges;
  readonly #ranges6: Ip6Ranges;
  readonly #tree4: IntervalTree<number>;
  readonly #tree6: IntervalTree<Ip6>;
  readonly #timed: boolean;

  constructor(v4: Family, v6: Family) {
    this.#v4 = v4;
    this.#v6 = v6;
    this.#ranges4 = new Ip4Ranges(v4);
    this.#ranges6 = new Ip6Ranges(v6);
    this.#tree4 = new IntervalTree(new Intervals4(v4), v4.deadlines);
    this.#tree6 = new IntervalTree(new Intervals6(v6), v6.deadlines);
    this.#timed = v4.deadlines !== undefined;
  }

  /** Whether ranges have deadlines, so that {@link has} depends on the time. */
  get timed(): boolean {
    return this.#timed;
  }

  /** Whether a range holds the address, whatever its deadline. */
  has(address: IpValue): boolean {
    return typeof address === "number" ? this.#ranges4.has(address) : this.#ranges6.has(address);
  }

  /** Whether a range holds the address whose deadline is after `now`. */
  hasAt(address: IpValue, now: number): boolean {
    if (!this.has(address)) return false;
    return typeof address === "number" ? this.#tree4.has(address, now) : this.#tree6.has(address, now);
  }

  /** The smallest range that holds the address at that time, the first of equal ones. */
  find(address: IpValue, now: number): NumberedRange | undefined {
    if (!this.has(address)) return undefined;
    return typeof address === "number"
      ? this.#v4.at(this.#tree4.smallest(address, now))
      : this.#v6.at(this.#tree6.smallest(address, now));
  }

  /** Ranges that are there twice, each after the first time, with the number that the range had before. */
  duplicates(most: number): readonly (NumberedRange & { readonly before: number })[] {
    const found: (NumberedRange & { readonly before: number })[] = [];
    for (const family of [this.#v4, this.#v6]) {
      const { starts, ends, numbers, width } = family;
      for (let at = 1; at < numbers.length && found.length < most; at++) {
        if (!sameRow(starts, at, at - 1, width) || !sameRow(ends, at, at - 1, width)) continue;
        const again = family.at(at);
        if (again !== undefined) found.push({ ...again, before: numbers[at - 1]! });
      }
    }
    return found;
  }
}

/** A range with the number that it was added under. */
export interface NumberedRange {
  readonly number: number;
  readonly range: IpRange;
}

/** The ranges of one address family, sorted. */
class Family {
  readonly width: number;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly numbers: Uint32Array;
  readonly deadlines: Float64Array | undefined;

  /** @param pairs first and last address of each range, `width` words each. */
  constructor(pairs: Uint32Array, width: number, numbers: Uint32Array, deadlines: Deadlines | undefined) {
    const count = numbers.length;
    // By first address, then by last, then as given.
    const order = radixOrder(pairs, width * 2, width);
    this.width = width;
    this.starts = new Uint32Array(count * width);
    this.ends = new Uint32Array(count * width);
    this.numbers = new Uint32Array(count);
    for (let at = 0; at < count; at++) {
      const from = order[at]! * width * 2;
      for (let word = 0; word < width; word++) {
        this.starts[at * width + word] = pairs[from + word]!;
        this.ends[at * width + word] = pairs[from + width + word]!;
      }
      this.numbers[at] = numbers[order[at]!]!;
    }
    this.deadlines = deadlines === undefined ? undefined : Float64Array.from(this.numbers, deadlines);
  }

  /** Undefined below 0. */
  at(position: number): NumberedRange | undefined {
    const number = this.numbers[position];
    if (number === undefined) return undefined;
    const range =
      this.width === 1
        ? { end: this.ends[position]!, start: this.starts[position]! }
        : { end: ip6At(this.ends, position), start: ip6At(this.starts, position) };
    return { number, range };
  }
}

function ip6At(words: Uint32Array, position: number): Ip6 {
  const at = position * 4;
  return new Ip6(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
}

function sameRow(words: Uint32Array, left: number, right: number, width: number): boolean {
  for (let word = 0; word < width; word++) {
    if (words[left * width + word] !== words[right * width + word]) return false;
  }
  return true;
}

class Intervals4 implements Intervals<number> {
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly count: number;

  constructor({ starts, ends }: Family) {
    this.#starts = starts;
    this.#ends = ends;
    this.count = starts.length;
  }

  startsAfter(at: number, value: number): boolean {
    return this.#starts[at]! > value;
  }

  endsBefore(at: number, value: number): boolean {
    return this.#ends[at]! < value;
  }

  endsLater(left: number, right: number): boolean {
    return this.#ends[left]! > this.#ends[right]!;
  }

  size(at: number): number {
    return this.#ends[at]! - this.#starts[at]!;
  }
}

class Intervals6 implements Intervals<Ip6> {
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly count: number;

  constructor({ starts, ends, numbers }: Family) {
    this.#starts = starts;
    this.#ends = ends;
    this.count = numbers.length;
  }

  startsAfter(at: number, value: Ip6): boolean {
    return !isAtOrBelow(this.#starts, at * 4, value);
  }

  endsBefore(at: number, value: Ip6): boolean {
    return isBelow(this.#ends, at * 4, value);
  }

  endsLater(left: number, right: number): boolean {
    return compareWords(this.#ends, left * 4, this.#ends, right * 4, 4) > 0;
  }

  size(at: number): number {
    let size = 0;
    for (let word = 0; word < 4; word++) {
      size = size * 2 ** 32 + (this.#ends[at * 4 + word]! - this.#starts[at * 4 + word]!);
    }
    return size;
  }
}

/** Whether the row at a place is before an address's. */
function isBelow(rows: Uint32Array, at: number, address: Ip6): boolean {
  const { a, b, c, d } = address;
  const isEqual = rows[at] === a && rows[at + 1] === b && rows[at + 2] === c && rows[at + 3] === d;
  return !isEqual && isAtOrBelow(rows, at, address);
}
