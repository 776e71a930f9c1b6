// On the request path: one search finds the innermost block around a value, and its parents are the others.

import { isAtOrBelow } from "../../../language/sets/word-rows.ts";
import type { Ip6, IpValue } from "../../../language/values/value.ts";
import type { Collector } from "./collector.ts";

export interface PostedRange<Key> {
  readonly start: Key;
  readonly end: Key;
  readonly posting: number;
}

/** Searches are cut short by the upper half of an IPv4 address when there are more intervals than this. */
const BUCKET_LIMIT = 256;

/** Ranges of numbers: finds the postings of all ranges that hold a value. */
export class NumberRanges {
  readonly #starts: Float64Array;
  readonly #nest: Nest;
  readonly #buckets: Uint32Array | undefined;

  /** @param addresses whether the numbers are IPv4 addresses. */
  constructor(ranges: readonly PostedRange<number>[], addresses: boolean) {
    const blocks: Block<number>[] = [];
    for (const range of ranges) addNumberBlocks(range, blocks);
    const { starts, nest } = nestBlocks(
      blocks,
      (left, right) => left - right,
      (key) => key + 1,
    );
    this.#starts = Float64Array.from(starts);
    this.#nest = nest;
    this.#buckets = addresses && starts.length > BUCKET_LIMIT ? bucketStarts(this.#starts) : undefined;
  }

  find(value: number, collector: Collector): void {
    const starts = this.#starts;
    let low = 0;
    let high = starts.length;
    if (this.#buckets !== undefined) {
      low = this.#buckets[value >>> 16]!;
      high = this.#buckets[(value >>> 16) + 1]!;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    if (low > 0) collect(this.#nest, low - 1, collector);
  }
}

/** The same for IPv6 addresses. */
export class Ip6Ranges {
  /** `a b c d` of every interval's first address. */
  readonly #starts: Uint32Array;
  readonly #nest: Nest;

  constructor(ranges: readonly PostedRange<Ip6>[]) {
    const blocks: Block<bigint>[] = [];
    for (const { start, end, posting } of ranges) addBigBlocks(bigOf(start), bigOf(end), posting, blocks);
    const { starts, nest } = nestBlocks(
      blocks,
      (left, right) => (left < right ? -1 : left > right ? 1 : 0),
      (key) => key + 1n,
    );
    // An interval that begins after the last address does not fit in the words.
    const within = starts.filter((start) => start <= LAST_IP6);
    this.#starts = new Uint32Array(within.length * 4);
    for (const [at, start] of within.entries()) {
      for (let word = 0; word < 4; word++) {
        this.#starts[at * 4 + word] = Number((start >> BigInt(96 - 32 * word)) & 0xffffffffn);
      }
    }
    this.#nest = nest;
  }

  find(value: Ip6, collector: Collector): void {
    let low = 0;
    let high = this.#starts.length >> 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAtOrBelow(this.#starts, middle * 4, value)) low = middle + 1;
      else high = middle;
    }
    if (low > 0) collect(this.#nest, low - 1, collector);
  }
}

const LAST_IP6 = (1n << 128n) - 1n;

export function isIp6(value: IpValue): value is Ip6 {
  return typeof value !== "number";
}

/** Blocks, each inside or outside of any other, and the intervals that their bounds cut the line into. */
interface Nest {
  /** Innermost block of each interval, or -1. */
  readonly innermost: Int32Array;
  /** The next block around a block, or -1. */
  readonly parents: Int32Array;
  readonly postings: Int32Array;
}

function collect(nest: Nest, interval: number, collector: Collector): void {
  for (let block = nest.innermost[interval]!; block >= 0; block = nest.parents[block]!) {
    collector.add(nest.postings[block]!);
  }
}

type Block<Key> = PostedRange<Key>;

function nestBlocks<Key>(
  unordered: readonly Block<Key>[],
  compare: (left: Key, right: Key) => number,
  next: (key: Key) => Key,
): { readonly starts: readonly Key[]; readonly nest: Nest } {
  const blocks = [...unordered].sort(
    (left, right) => compare(left.start, right.start) || compare(right.end, left.end),
  );
  const parents = new Int32Array(blocks.length).fill(-1);
  const intervals: { readonly start: Key; block: number }[] = [];
  const open: { readonly index: number; readonly end: Key }[] = [];
  const innermost = (): number => open.at(-1)?.index ?? -1;
  const begin = (start: Key, block: number): void => {
    const last = intervals.at(-1);
    if (last !== undefined && compare(last.start, start) === 0) last.block = block;
    else intervals.push({ start, block });
  };
  const close = (before: Key | undefined): void => {
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      if (before !== undefined && compare(last.end, before) >= 0) return;
      open.pop();
      begin(next(last.end), innermost());
    }
  };
  for (const [index, { start, end }] of blocks.entries()) {
    close(start);
    parents[index] = innermost();
    open.push({ index, end });
    begin(start, index);
  }
  close(undefined);
  return {
    starts: intervals.map(({ start }) => start),
    nest: {
      innermost: Int32Array.from(intervals, ({ block }) => block),
      parents,
      postings: Int32Array.from(blocks, (block) => block.posting),
    },
  };
}

/**
 * A range as blocks of a power of two at multiples of their size. Such blocks never overlap by halves, which ranges do;
 * a network is one block, any other range a few dozen at most.
 */
function addNumberBlocks(range: PostedRange<number>, blocks: Block<number>[]): void {
  const { start, end, posting } = range;
  const length = end - start + 1;
  if (start % length === 0 && 2 ** Math.round(Math.log2(length)) === length) {
    blocks.push(range);
    return;
  }
  for (let from = start; from <= end; ) {
    let size = 1;
    while (from % (size * 2) === 0 && from + size * 2 - 1 <= end) size *= 2;
    blocks.push({ start: from, end: from + size - 1, posting });
    from += size;
  }
}

function addBigBlocks(start: bigint, end: bigint, posting: number, blocks: Block<bigint>[]): void {
  for (let from = start; from <= end; ) {
    let bits = 0n;
    while (bits < 128n && BigInt.asUintN(Number(bits) + 1, from) === 0n && from + (2n << bits) - 1n <= end)
      bits++;
    blocks.push({ start: from, end: from + (1n << bits) - 1n, posting });
    from += 1n << bits;
  }
}

function bigOf({ a, b, c, d }: Ip6): bigint {
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d);
}

function bucketStarts(starts: Float64Array): Uint32Array {
  const buckets = new Uint32Array(65_537);
  let at = 0;
  for (let bucket = 0; bucket < 65_536; bucket++) {
    while (at < starts.length && starts[at]! < bucket * 65_536) at++;
    buckets[bucket] = at;
  }
  buckets[65_536] = starts.length;
  return buckets;
}
