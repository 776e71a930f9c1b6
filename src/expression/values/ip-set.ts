// On the request path. Sets are merged ranges in typed arrays. Up to 8 ranges a scan is fastest; up to 64 a binary
// search; above, the first 16 bits of the address choose a short run of ranges to search (measured on 100,000 IPv4
// prefixes: about a tenth of a plain binary search's time, for 256 KB).
import type { IpRange } from "./ip.ts";
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
    const v6: [Ip6, Ip6][] = [];
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

/** Sorted disjoint ranges of unsigned 32-bit numbers. */
export class Ip4Ranges {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly count: number;
  /** For each upper half `h`: the first range whose end is at or above `h << 16`. */
  readonly #buckets: Uint32Array | undefined;

  /** @param pairs alternating first and last addresses, in any order. */
  constructor(pairs: readonly number[]) {
    const merged = mergePairs(pairs);
    this.count = merged.length >> 1;
    this.starts = new Uint32Array(this.count);
    this.ends = new Uint32Array(this.count);
    for (let at = 0; at < this.count; at++) {
      this.starts[at] = merged[at * 2]!;
      this.ends[at] = merged[at * 2 + 1]!;
    }
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

function mergePairs(pairs: readonly number[]): Float64Array | readonly number[] {
  const count = pairs.length >> 1;
  // One sortable number per range: start in the upper bits, index in the lower, 32 + 21 bits being exact in a double.
  const keys = new Float64Array(count);
  const indexable = count <= 2 ** 21;
  if (!indexable) return mergeSorted([...chunk(pairs)].sort((left, right) => left[0] - right[0]));
  for (let at = 0; at < count; at++) keys[at] = pairs[at * 2]! * 2 ** 21 + at;
  keys.sort();
  const out: number[] = [];
  for (let at = 0; at < count; at++) {
    const index = keys[at]! % 2 ** 21;
    append(out, pairs[index * 2]!, pairs[index * 2 + 1]!);
  }
  return out;
}

function* chunk(pairs: readonly number[]): Generator<[number, number]> {
  for (let at = 0; at + 1 < pairs.length; at += 2) yield [pairs[at]!, pairs[at + 1]!];
}

function mergeSorted(sorted: readonly (readonly [number, number])[]): number[] {
  const out: number[] = [];
  for (const [start, end] of sorted) append(out, start, end);
  return out;
}

function append(out: number[], start: number, end: number): void {
  const last = out.length - 1;
  if (last > 0 && start <= out[last]! + 1) {
    if (end > out[last]!) out[last] = end;
  } else out.push(start, end);
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

/** Sorted disjoint ranges of IPv6 addresses, four words each. */
export class Ip6Ranges {
  readonly count: number;
  /** `a b c d` of every first address, then the same of every last one. */
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  /** For each upper half of the first word: the first range whose end is at or above it. */
  readonly #buckets: Uint32Array | undefined;

  constructor(ranges: readonly (readonly [Ip6, Ip6])[]) {
    const merged = mergeRanges(ranges);
    this.count = merged.length;
    this.#starts = words(merged.map(([start]) => start));
    this.#ends = words(merged.map(([, end]) => end));
    this.#buckets = this.count > BUCKET_LIMIT ? bucketStarts6(this.#ends) : undefined;
  }

  has(address: Ip6): boolean {
    let low = 0;
    let high = this.count - 1;
    if (high < 0) return false;
    if (this.#buckets !== undefined) {
      const bucket = address.a >>> 16;
      low = this.#buckets[bucket]!;
      high = Math.min(this.#buckets[bucket + 1]!, high);
      if (low >= this.count) return false;
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

function words(addresses: readonly Ip6[]): Uint32Array {
  const out = new Uint32Array(addresses.length * 4);
  addresses.forEach(({ a, b, c, d }, index) => {
    out.set([a, b, c, d], index * 4);
  });
  return out;
}

function compare6(left: Ip6, right: Ip6): number {
  return left.a - right.a || left.b - right.b || left.c - right.c || left.d - right.d;
}

function mergeRanges(ranges: readonly (readonly [Ip6, Ip6])[]): readonly [Ip6, Ip6][] {
  const sorted = [...ranges].sort(([left], [right]) => compare6(left, right));
  const out: [Ip6, Ip6][] = [];
  for (const [start, end] of sorted) {
    const last = out.at(-1);
    if (last !== undefined && (compare6(start, last[1]) <= 0 || isNext(last[1], start))) {
      if (compare6(end, last[1]) > 0) last[1] = end;
    } else out.push([start, end]);
  }
  return out;
}

function isNext(address: Ip6, candidate: Ip6): boolean {
  const d = (address.d + 1) >>> 0;
  const c = d === 0 ? (address.c + 1) >>> 0 : address.c;
  const b = d === 0 && c === 0 ? (address.b + 1) >>> 0 : address.b;
  const a = d === 0 && c === 0 && b === 0 ? address.a + 1 : address.a;
  return candidate.a === a && candidate.b === b && candidate.c === c && candidate.d === d;
}

function bucketStarts6(ends: Uint32Array): Uint32Array {
  const buckets = new Uint32Array(65_537);
  const count = ends.length / 4;
  let at = 0;
  for (let bucket = 0; bucket < 65_536; bucket++) {
    while (at < count && ends[at * 4]! >>> 16 < bucket) at++;
    buckets[bucket] = at;
  }
  buckets[65_536] = count;
  return buckets;
}
