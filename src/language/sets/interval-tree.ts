/** Closed intervals in the order of their starts; they may overlap. Positions count from 0. */
export interface Intervals<T> {
  readonly count: number;
  startsAfter(at: number, value: T): boolean;
  endsBefore(at: number, value: T): boolean;
  /** Whether one interval ends behind another. */
  endsLater(left: number, right: number): boolean;
  /** How many values the interval holds, to about 15 digits; fewer is more specific. */
  size(at: number): number;
}

/**
 * Finds the intervals that hold a value, however they overlap, in the logarithm of all plus the number found. The
 * tree is implicit: a range of positions has its root in the middle.
 */
export class IntervalTree<T> {
  readonly #intervals: Intervals<T>;
  /** By root: the position in its subtree that ends last. */
  readonly #reach: Uint32Array;
  /** By position: when the interval ends to count; undefined: never, for all of them. */
  readonly #deadlines: Float64Array | undefined;
  /** By root: the latest deadline in its subtree. */
  readonly #latest: Float64Array | undefined;

  constructor(intervals: Intervals<T>, deadlines?: Float64Array) {
    this.#intervals = intervals;
    this.#reach = new Uint32Array(intervals.count);
    this.#deadlines = deadlines;
    this.#latest = deadlines?.slice();
    if (intervals.count > 0) this.#build(0, intervals.count);
  }

  /** Whether an interval holds the value whose deadline is after `now`. */
  has(value: T, now: number): boolean {
    return this.#any(value, now, 0, this.#intervals.count);
  }

  /** Position of the smallest such interval, the first of equal ones; -1 when there is none. */
  smallest(value: T, now: number): number {
    return this.#smallest(value, now, 0, this.#intervals.count, -1);
  }

  #build(low: number, high: number): number {
    const root = (low + high) >>> 1;
    let reach = root;
    const latest = this.#latest;
    for (let side = 0; side < 2; side++) {
      const from = side === 0 ? low : root + 1;
      const to = side === 0 ? root : high;
      if (from >= to) continue;
      const child = this.#build(from, to);
      if (this.#intervals.endsLater(child, reach)) reach = child;
      const top = (from + to) >>> 1;
      if (latest !== undefined) latest[root] = Math.max(latest[root]!, latest[top]!);
    }
    this.#reach[root] = reach;
    return reach;
  }

  /** Whether nothing below a root can hold the value now. */
  #isOut(root: number, value: T, now: number): boolean {
    if (this.#intervals.endsBefore(this.#reach[root]!, value)) return true;
    return this.#latest !== undefined && this.#latest[root]! <= now;
  }

  #holds(at: number, value: T, now: number): boolean {
    if (this.#intervals.endsBefore(at, value)) return false;
    return this.#deadlines === undefined || this.#deadlines[at]! > now;
  }

  #any(value: T, now: number, from: number, to: number): boolean {
    let low = from;
    let high = to;
    while (low < high) {
      const root = (low + high) >>> 1;
      if (this.#isOut(root, value, now)) return false;
      if (this.#intervals.startsAfter(root, value)) {
        high = root;
        continue;
      }
      if (this.#holds(root, value, now) || this.#any(value, now, low, root)) return true;
      low = root + 1;
    }
    return false;
  }

  #smallest(value: T, now: number, low: number, high: number, before: number): number {
    if (low >= high) return before;
    const root = (low + high) >>> 1;
    if (this.#isOut(root, value, now)) return before;
    let best = this.#smallest(value, now, low, root, before);
    if (this.#intervals.startsAfter(root, value)) return best;
    if (this.#holds(root, value, now)) {
      if (best === -1 || this.#intervals.size(root) < this.#intervals.size(best)) best = root;
    }
    return this.#smallest(value, now, root + 1, high, best);
  }
}
