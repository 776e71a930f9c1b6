// On the request path: the sets that are in rules, `ip.src in {…}`. The first byte of an address chooses the few
// ranges that are compared one by one: 21 networks measured a third of a binary search over merged ranges.
import { type Ip4Range, type Ip6Range, type IpRange, isIp4Range } from "../values/ip.ts";
import { Ip6, type IpValue } from "../values/value.ts";
import { IpSet } from "./ip-set.ts";

/** More ranges are merged and searched by halves. */
const FEW = 64;

/** Common interface of the sets. */
export interface IpMembership {
  has(address: IpValue): boolean;
}

/** The set for a rule's ranges, which may come in any order and overlap. */
export function ipMembership(ranges: readonly IpRange[]): IpMembership {
  return ranges.length <= FEW ? new SmallIpSet(ranges) : IpSet.from(ranges);
}

/** The addresses from `start` on that lie below `end`; undefined when there are none. */
export function rangeBelow(start: Ip6, end: Ip6): Ip6Range | undefined {
  if (isAtMost(end, start)) return undefined;
  const borrowD = end.d === 0 ? 1 : 0;
  const borrowC = borrowD === 1 && end.c === 0 ? 1 : 0;
  const borrowB = borrowC === 1 && end.b === 0 ? 1 : 0;
  return {
    start,
    end: new Ip6(
      (end.a - borrowB) >>> 0,
      (end.b - borrowC) >>> 0,
      (end.c - borrowD) >>> 0,
      (end.d - 1) >>> 0,
    ),
  };
}

/** Whether the first words of addresses decide, as they do for networks of up to 32 bits. */
export function isWhole({ start, end }: Ip6Range): boolean {
  const all = 0xffffffff;
  return (start.b | start.c | start.d) === 0 && end.b === all && end.c === all && end.d === all;
}

/** Words are kept with their uppermost bit flipped: integers of 32 bits with a sign, which order as the words do. */
const FLIP = 0x80000000 | 0;

/** Up to {@link FEW} ranges of both families. */
export class SmallIpSet implements IpMembership {
  readonly #v4: FirstBytes;
  readonly #starts4: Int32Array;
  readonly #ends4: Int32Array;
  readonly #v6: FirstBytes;
  /** First words; what is equal there is compared as a whole. */
  readonly #starts6: Int32Array;
  readonly #ends6: Int32Array;
  readonly #ranges6: readonly Ip6Range[];
  /** 1: see {@link isWhole}. */
  readonly #whole: Uint8Array;

  constructor(ranges: readonly IpRange[]) {
    const v4: Ip4Range[] = [];
    const v6: Ip6Range[] = [];
    for (const range of ranges) {
      if (isIp4Range(range)) v4.push(range);
      else v6.push(range);
    }
    v4.sort((left, right) => left.start - right.start);
    v6.sort((left, right) => left.start.a - right.start.a);
    this.#starts4 = wordsOf(v4, ({ start }) => start);
    this.#ends4 = wordsOf(v4, ({ end }) => end);
    this.#v4 = firstBytes(this.#starts4, this.#ends4);
    this.#starts6 = wordsOf(v6, ({ start }) => start.a);
    this.#ends6 = wordsOf(v6, ({ end }) => end.a);
    this.#v6 = firstBytes(this.#starts6, this.#ends6);
    this.#ranges6 = v6;
    this.#whole = v6.length === 0 ? NO_FLAGS : Uint8Array.from(v6, (range) => (isWhole(range) ? 1 : 0));
  }

  has(address: IpValue): boolean {
    if (typeof address === "number") {
      const byte = address >>> 24;
      const word = address ^ FLIP;
      const until = this.#v4.until[byte]!;
      for (let at = this.#v4.from[byte]!; at < until; at++) {
        if (word >= this.#starts4[at]! && word <= this.#ends4[at]!) return true;
      }
      return false;
    }
    const byte = address.a >>> 24;
    const word = address.a ^ FLIP;
    const until = this.#v6.until[byte]!;
    for (let at = this.#v6.from[byte]!; at < until; at++) {
      if (word < this.#starts6[at]! || word > this.#ends6[at]!) continue;
      if (this.#whole[at] === 1 || isBetween(address, this.#ranges6[at]!)) return true;
    }
    return false;
  }
}

// Shared, since most sets are of one family, and ten thousand rules have as many sets.
const NO_WORDS = new Int32Array(0);
const NO_FLAGS = new Uint8Array(0);

function wordsOf<Range>(ranges: readonly Range[], word: (range: Range) => number): Int32Array {
  return ranges.length === 0 ? NO_WORDS : Int32Array.from(ranges, (range) => word(range) ^ FLIP);
}

/** So few ranges are all compared: a table would weigh a kilobyte for each of them. */
const MAX_WITHOUT_TABLE = 4;
const withoutTable: (FirstBytes | undefined)[] = [];

function firstBytes(starts: Int32Array, ends: Int32Array): FirstBytes {
  const { length } = starts;
  if (length > MAX_WITHOUT_TABLE) return tableOf(starts, ends);
  let found = withoutTable[length];
  if (found === undefined) {
    found = { from: new Uint8Array(256), until: new Uint8Array(256).fill(length) };
    withoutTable[length] = found;
  }
  return found;
}

/** For each first byte of a word: which of the ranges, sorted by their starts, can hold it. */
interface FirstBytes {
  readonly from: Uint8Array;
  readonly until: Uint8Array;
}

function tableOf(starts: Int32Array, ends: Int32Array): FirstBytes {
  const from = new Uint8Array(256).fill(starts.length);
  const until = new Uint8Array(256);
  let next = 0;
  for (let byte = 0; byte < 256; byte++) {
    while (next < starts.length && (starts[next]! ^ FLIP) >>> 24 <= byte) next++;
    until[byte] = next;
  }
  let open = 0;
  for (let at = 0; at < ends.length; at++) {
    const last = (ends[at]! ^ FLIP) >>> 24;
    for (; open <= last; open++) from[open] = at;
  }
  return { from, until };
}

function isBetween(address: Ip6, { start, end }: Ip6Range): boolean {
  return isAtMost(start, address) && isAtMost(address, end);
}

function isAtMost(left: Ip6, right: Ip6): boolean {
  if (left.a !== right.a) return left.a < right.a;
  if (left.b !== right.b) return left.b < right.b;
  if (left.c !== right.c) return left.c < right.c;
  return left.d <= right.d;
}
