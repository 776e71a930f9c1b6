// On the request path. Sets are merged ranges, kept as the bounds at which membership changes: an address is in the set
// when an odd number of bounds is at or below it. So one array answers, and often no more than its index is read.

import { type IpRange, isIp4Range } from "../values/ip.ts";
import type { Ip6, IpValue } from "../values/value.ts";
import { type BoundIndex, GREATEST, indexBounds, LEAST, PLACE, RUN, SHIFT } from "./bound-index.ts";
import { BUCKETS_FROM, Ip4Buckets } from "./ip4-buckets.ts";
import { radixOrder } from "./radix-order.ts";
import { compareWords, isAtOrBelow } from "./word-rows.ts";

/**
 * A frozen set of IPv4 and IPv6 addresses. The families never mix: `::/0` holds no IPv4 address
 * (semantics.md#address-literals).
 */
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
    for (const range of ranges) {
      if (isIp4Range(range)) v4.push(range.start, range.end);
      else v6.push([range.start, range.end]);
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
  /** First addresses at even positions, after each the first address after its range; 2^32 is left out. */
  readonly #bounds: Uint32Array;
  readonly #buckets: Ip4Buckets | undefined;
  readonly #index: BoundIndex | undefined;

  /** @param ranges alternating first and last addresses, in any order; or ranges already sorted. */
  constructor(ranges: readonly number[] | SortedRanges) {
    this.#bounds = mergeSorted("starts" in ranges ? ranges : sortPairs(ranges));
    const isLong = this.#bounds.length >= BUCKETS_FROM;
    this.#buckets = isLong ? new Ip4Buckets(this.#bounds) : undefined;
    this.#index = isLong ? undefined : indexBounds(this.#bounds, 1);
  }

  /** Merged ranges. */
  get count(): number {
    return (this.#bounds.length + 1) >>> 1;
  }

  /** The merged ranges, in order. */
  ranges(): SortedRanges {
    const starts = this.#bounds.filter((_, at) => at % 2 === 0);
    const ends = this.#bounds.filter((_, at) => at % 2 === 1).map((bound) => bound - 1);
    return { starts, ends: ends.length === starts.length ? ends : Uint32Array.of(...ends, 0xffffffff) };
  }

  has(address: number): boolean {
    if (this.#buckets !== undefined) return this.#buckets.has(address);
    const bounds = this.#bounds;
    const index = this.#index;
    let at = 0;
    let end = bounds.length;
    if (index !== undefined) {
      const { nodes, places, children } = index;
      let node = 0;
      do {
        const least = nodes[node + LEAST]!;
        const greatest = nodes[node + GREATEST]!;
        const shift = nodes[node + SHIFT]!;
        let place = nodes[node + PLACE]!;
        if (address < least) return (places[place * 2]! & 1) === 1;
        // Behind the greatest bound, the number that ends the node's last run counts.
        if (address > greatest) return (places[(place + ((greatest - least) >>> shift) + 1) * 2]! & 1) === 1;
        place += (address - least) >>> shift;
        at = places[place * 2]!;
        end = places[place * 2 + 2]!;
        if (at === end || address < places[place * 2 + 1]!) return (at & 1) === 1;
        at++;
        if (end - at < RUN) break;
        node = children[place]!;
      } while (node !== 0);
    }
    while (end - at > RUN) {
      const middle = (at + end) >>> 1;
      if (bounds[middle]! <= address) at = middle + 1;
      else end = middle;
    }
    while (at < end && bounds[at]! <= address) at++;
    return (at & 1) === 1;
  }
}

function sortPairs(pairs: readonly number[]): SortedRanges {
  const count = pairs.length >> 1;
  const firsts = new Uint32Array(count);
  for (let at = 0; at < count; at++) firsts[at] = pairs[at * 2]!;
  const order = radixOrder(firsts, 1);
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    const pair = order[at]! * 2;
    starts[at] = pairs[pair]!;
    ends[at] = pairs[pair + 1]!;
  }
  return { starts, ends };
}

/** Joins ranges that overlap or touch, and gives the bounds. */
function mergeSorted({ starts, ends }: SortedRanges): Uint32Array {
  const bounds = new Uint32Array(starts.length * 2);
  let length = 0;
  /** The first address after the last range so far. */
  let behind = -1;
  for (let at = 0; at < starts.length; at++) {
    const start = starts[at]!;
    const end = ends[at]!;
    if (start > behind) {
      bounds[length++] = start;
      bounds[length++] = end + 1;
      behind = end + 1;
    } else if (end >= behind) {
      bounds[length - 1] = end + 1;
      behind = end + 1;
    }
    if (end === 0xffffffff) return bounds.slice(0, length - 1);
  }
  return bounds.slice(0, length);
}

/** Sorted disjoint ranges of IPv6 addresses. */
export class Ip6Ranges {
  /** As those of {@link Ip4Ranges}, four words each; 2^128 is left out. */
  readonly #bounds: Uint32Array;
  readonly #index: BoundIndex | undefined;

  /** @param ranges first and last addresses in any order; or ranges already sorted, four words per address. */
  constructor(ranges: readonly (readonly [Ip6, Ip6])[] | SortedRanges) {
    this.#bounds = mergeSorted6("starts" in ranges ? ranges : sortPairs6(ranges));
    this.#index = indexBounds(this.#bounds, 4);
  }

  /** Merged ranges. */
  get count(): number {
    return (this.#bounds.length / 4 + 1) >>> 1;
  }

  has(address: Ip6): boolean {
    const bounds = this.#bounds;
    const index = this.#index;
    let at = 0;
    let end = bounds.length >>> 2;
    if (index !== undefined) {
      const { nodes, places, children } = index;
      let node = 0;
      do {
        const word = wordOf(address, nodes[node]!);
        const least = nodes[node + LEAST]!;
        const greatest = nodes[node + GREATEST]!;
        const shift = nodes[node + SHIFT]!;
        let place = nodes[node + PLACE]!;
        if (word < least) return (places[place * 2]! & 1) === 1;
        if (word > greatest) return (places[(place + ((greatest - least) >>> shift) + 1) * 2]! & 1) === 1;
        place += (word - least) >>> shift;
        at = places[place * 2]!;
        end = places[place * 2 + 2]!;
        // Words before this one are equal here, so that this one decides unless it is equal too.
        if (at === end || word < places[place * 2 + 1]!) return (at & 1) === 1;
        if (word > places[place * 2 + 1]!) {
          at++;
          if (at === end) return (at & 1) === 1;
        }
        if (end - at <= RUN) break;
        node = children[place]!;
      } while (node !== 0);
    }
    while (end - at > RUN) {
      const middle = (at + end) >>> 1;
      if (isAtOrBelow(bounds, middle * 4, address)) at = middle + 1;
      else end = middle;
    }
    while (at < end && isAtOrBelow(bounds, at * 4, address)) at++;
    return (at & 1) === 1;
  }
}

function wordOf(address: Ip6, word: number): number {
  if (word === 0) return address.a;
  if (word === 1) return address.b;
  return word === 2 ? address.c : address.d;
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

function mergeSorted6({ starts, ends }: SortedRanges): Uint32Array {
  const bounds = new Uint32Array(starts.length * 2);
  let length = 0;
  for (let at = 0; at < starts.length; at += 4) {
    if (length === 0 || compareWords(starts, at, bounds, length - 4, 4) > 0) {
      bounds.set(starts.subarray(at, at + 4), length);
      length += 8;
    } else if (compareWords(ends, at, bounds, length - 4, 4) < 0) continue;
    if (!putNext(ends, at, bounds, length - 4)) return bounds.slice(0, length - 4);
  }
  return bounds.slice(0, length);
}

/** Writes the address after another one; false when there is none. */
function putNext(from: Uint32Array, at: number, to: Uint32Array, place: number): boolean {
  let carry = 1;
  for (let word = 3; word >= 0; word--) {
    const sum = from[at + word]! + carry;
    to[place + word] = sum;
    carry = sum > 0xffffffff ? 1 : 0;
  }
  return carry === 0;
}
