// On the request path. Sets are merged ranges in typed arrays. Up to 8 ranges a scan is fastest; up to 64 a binary
// search; above, the first 16 bits of the address choose a short run of ranges to search (measured on 100,000 IPv4
// prefixes: about a tenth of a plain binary search's time, for 256 KB).
import type { IpRange } from "./ip.ts";
import { radixOrder } from "./radix-order.ts";
import type { Ip6, IpValue } from "./value.ts";

const SCAN_LIMIT = 8;
const BUCKET_LIMIT = 64;

/** A frozen set of IPv4 and IPv6 addresses. The families never mix: `::/0` holds no IPv4 address (SPEC §3.7). */
export class IpSet {
  readonly #v4: Ip4Ranges;
  readonly #v6: Ip6Ranges;

  private constructor(v4: Ip4Ranges, v6: Ip6Ranges) {
    this.#v4 = v4;
    this.#v6 = v6;
  }

  static from(ranges: Iterable<IpRange>): IpSet {
    const v4: number[] = [];
    const v6: (readonly [Ip6, Ip6])[] = [];
    for (const { start, end } of ranges) {
      if (typeof start === "number") v4.push(start, end as number);
      else v6.push([start, end as Ip6]);
    }
    return new IpSet(new Ip4Ranges(v4), new Ip6Ranges(v6));
  }

  has(address: IpValue): boolean {
    return typeof address === "number" ? this.#v4.has(address) : this.#v6.has(address);
  }

  /** Merged ranges of each family. */
  get rangeCount(): { readonly v4: number; readonly v6: number } {
    return { v4: this.#v4.count, v6: this.#v6.count };
  }
}

/** Ranges sorted by first address, as parallel arrays; they may overlap. */
export interface SortedRanges {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Sorted disjoint ranges of unsigned 32-bit numbers. */
export class Ip4Ranges {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly count: number;
  /** For each upper half `h`: the first range whose end is at or above `h << 16`. */
  readonly #buckets: Uint32Array | undefined;

  /** @param ranges alternating first and last addresses, in any order; or ranges already sorted. */
  constructor(ranges: readonly number[] | SortedRanges) {
    const merged = mergeSorted("starts" in ranges ? ranges : sortPairs(ranges));
    this.starts = merged.starts;
    this.ends = merged.ends;
    this.count = merged.starts.length;
    this.#buckets = this.count > BUCKET_LIMIT ? bucketStarts(this.ends) : undefined;
  }

  has(address: number): boolean {
    const ends = this.ends;
    const count = this.count;
    if (count <= SCAN_LIMIT) {
      for (let at = 0; at < count; at++) if (address <= ends[at]!) return address >= this.starts[at]!;
      return false;
    }
    let low = 0;
    let high = count - 1;
    if (this.#buckets !== undefined) {
      const bucket = address >>> 16;
      low = this.#buckets[bucket]!;
      high = Math.min(this.#buckets[bucket + 1]!, count - 1);
      if (low >= count) return false;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! < address) low = middle + 1;
      else high = middle;
    }
    return address >= this.starts[low]! && address <= ends[low]!;
  }
}

function sortPairs(pairs: readonly number[]): SortedRanges {
  const count = pairs.length >> 1;
  const firsts = new Uint32Array(count);
  for (let at = 0; at < count; at++) firsts[at] = pairs[at * 2]!;
  const order = radixOrder(firsts, 1);
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  order.forEach((index, at) => {
    starts[at] = pairs[index * 2]!;
    ends[at] = pairs[index * 2 + 1]!;
  });
  return { starts, ends };
}

/** Joins ranges that overlap or touch. */
function mergeSorted({ starts, ends }: SortedRanges): SortedRanges {
  const firsts = new Uint32Array(starts.length);
  const lasts = new Uint32Array(starts.length);
  let last = -1;
  for (let at = 0; at < starts.length; at++) {
    if (last >= 0 && starts[at]! <= lasts[last]! + 1) {
      if (ends[at]! > lasts[last]!) lasts[last] = ends[at]!;
    } else {
      last++;
      firsts[last] = starts[at]!;
      lasts[last] = ends[at]!;
    }
  }
  return { starts: firsts.slice(0, last + 1), ends: lasts.slice(0, last + 1) };
}

function bucketStarts(ends: Uint32Array): Uint32Array {
  const buckets = new Uint32Array(65_537);
  let at = 0;
  for (let bucket = 0; bucket < 65_536; bucket++) {
    const first = bucket * 65_536;
    while (at < ends.length && ends[at]! < first) at++;
    buckets[bucket] = at;
  }
  buckets[65_536] = ends.length;
  return buckets;
}

/** Ranges between two samples. */
const STRIDE = 16;

/**
 * Sorted disjoint ranges of IPv6 addresses, four words each.
 *
 * Addresses in use share few upper halves, so that a bucket of one holds most of a long list. The search therefore goes
 * first over samples: the upper 53 bits of every sixteenth end, which stay in the processor's cache.
 */
export class Ip6Ranges {
  readonly count: number;
  /** `a b c d` of every first address, then the same of every last one. */
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #samples: Float64Array | undefined;
  /** For each upper half of the first word: the first sample that is at or above it. */
  readonly #buckets: Uint32Array | undefined;

  /** @param ranges first and last addresses in any order; or ranges already sorted, four words per address. */
  constructor(ranges: readonly (readonly [Ip6, Ip6])[] | SortedRanges) {
    const merged = mergeSorted6("starts" in ranges ? ranges : sortPairs6(ranges));
    this.count = merged.starts.length / 4;
    this.#starts = merged.starts;
    this.#ends = merged.ends;
    this.#samples = this.count > BUCKET_LIMIT ? samplesOf(this.#ends, this.count) : undefined;
    this.#buckets = this.#samples === undefined ? undefined : bucketSamples(this.#samples);
  }

  has(address: Ip6): boolean {
    let low = 0;
    let high = this.count - 1;
    if (high < 0) return false;
    if (this.#samples !== undefined && this.#buckets !== undefined) {
      const samples = this.#samples;
      const key = address.a * 2 ** 21 + (address.b >>> 11);
      let left = this.#buckets[address.a >>> 16]!;
      let right = this.#buckets[(address.a >>> 16) + 1]!;
      while (left < right) {
        const middle = (left + right) >>> 1;
        if (samples[middle]! < key) left = middle + 1;
        else right = middle;
      }
      // The range before `left` ends below the address; the first sample above the address ends the search.
      low = left === 0 ? 0 : (left - 1) * STRIDE + 1;
      while (left < samples.length && samples[left]! === key) left++;
      high = Math.min(left * STRIDE, high);
      if (low > high) return false;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareAt(this.#ends, middle * 4, address) < 0) low = middle + 1;
      else high = middle;
    }
    return compareAt(this.#starts, low * 4, address) <= 0 && compareAt(this.#ends, low * 4, address) >= 0;
  }
}

function compareAt(array: Uint32Array, at: number, address: Ip6): number {
  const a = array[at]! - address.a;
  if (a !== 0) return a;
  const b = array[at + 1]! - address.b;
  if (b !== 0) return b;
  const c = array[at + 2]! - address.c;
  return c !== 0 ? c : array[at + 3]! - address.d;
}

function sortPairs6(ranges: readonly (readonly [Ip6, Ip6])[]): SortedRanges {
  const firsts = new Uint32Array(ranges.length * 4);
  ranges.forEach(([start], at) => {
    putWords(firsts, at * 4, start);
  });
  const order = radixOrder(firsts, 4);
  const starts = new Uint32Array(firsts.length);
  const ends = new Uint32Array(firsts.length);
  order.forEach((index, at) => {
    const [start, end] = ranges[index]!;
    putWords(starts, at * 4, start);
    putWords(ends, at * 4, end);
  });
  return { starts, ends };
}

/** Writes an address as four words, most significant first. */
function putWords(array: Uint32Array, at: number, { a, b, c, d }: Ip6): void {
  array[at] = a;
  array[at + 1] = b;
  array[at + 2] = c;
  array[at + 3] = d;
}

function mergeSorted6({ starts, ends }: SortedRanges): SortedRanges {
  const firsts = new Uint32Array(starts.length);
  const lasts = new Uint32Array(starts.length);
  let last = -4;
  for (let at = 0; at < starts.length; at += 4) {
    if (last >= 0 && (compareWords(starts, at, lasts, last) <= 0 || isNext(lasts, last, starts, at))) {
      if (compareWords(ends, at, lasts, last) > 0) copyWords(ends, at, lasts, last);
    } else {
      last += 4;
      copyWords(starts, at, firsts, last);
      copyWords(ends, at, lasts, last);
    }
  }
  return { starts: firsts.slice(0, last + 4), ends: lasts.slice(0, last + 4) };
}

function copyWords(from: Uint32Array, at: number, to: Uint32Array, place: number): void {
  for (let word = 0; word < 4; word++) to[place + word] = from[at + word]!;
}

function compareWords(left: Uint32Array, at: number, right: Uint32Array, place: number): number {
  for (let word = 0; word < 4; word++) {
    const difference = left[at + word]! - right[place + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether the second address is the first one plus one. */
function isNext(left: Uint32Array, at: number, right: Uint32Array, place: number): boolean {
  let carry = 1;
  for (let word = 3; word >= 0; word--) {
    const sum = left[at + word]! + carry;
    if (sum >>> 0 !== right[place + word]!) return false;
    carry = sum > 0xffffffff ? 1 : 0;
  }
  return carry === 0;
}

function samplesOf(ends: Uint32Array, count: number): Float64Array {
  const samples = new Float64Array(Math.ceil(count / STRIDE));
  for (let at = 0; at < samples.length; at++) {
    const word = at * STRIDE * 4;
    samples[at] = ends[word]! * 2 ** 21 + (ends[word + 1]! >>> 11);
  }
  return samples;
}

function bucketSamples(samples: Float64Array): Uint32Array {
  const buckets = new Uint32Array(65_537);
  let at = 0;
  for (let bucket = 0; bucket < 65_536; bucket++) {
    while (at < samples.length && samples[at]! < bucket * 2 ** 37) at++;
    buckets[bucket] = at;
  }
  buckets[65_536] = samples.length;
  return buckets;
}
