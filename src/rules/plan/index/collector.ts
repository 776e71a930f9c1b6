// On the request path. Marks carry the number of the gathering that set them, so nothing has to be cleared.

/** The rules that each posting selects, concatenated. */
export interface Postings {
  readonly starts: Int32Array;
  readonly rules: Int32Array;
  /** Rules of the ruleset. */
  readonly size: number;
}

const LAST_NUMBER = 2 ** 31 - 1;

/** Collects the rules that the hits of one gathering select, each once. */
export class Collector {
  readonly #postings: Postings;
  readonly #ruleMarks: Int32Array;
  readonly #postingMarks: Int32Array;
  #number = 0;
  #busy = false;
  /** Target of the hits of the current gathering. */
  #ids = new IdHeap();

  constructor(postings: Postings) {
    this.#postings = postings;
    this.#ruleMarks = new Int32Array(postings.size);
    this.#postingMarks = new Int32Array(postings.starts.length - 1);
  }

  /** Whether a gathering is going on. */
  get busy(): boolean {
    return this.#busy;
  }

  begin(ids: IdHeap): void {
    if (this.#number === LAST_NUMBER) {
      this.#ruleMarks.fill(0);
      this.#postingMarks.fill(0);
      this.#number = 0;
    }
    this.#number++;
    this.#busy = true;
    this.#ids = ids;
    ids.clear();
  }

  end(): void {
    this.#ids.order();
    this.#busy = false;
  }

  /** Adds a posting's rules; false when it was hit before, so that repeated hits cost nothing. */
  add(posting: number): boolean {
    const number = this.#number;
    if (this.#postingMarks[posting] === number) return false;
    this.#postingMarks[posting] = number;
    const { starts, rules } = this.#postings;
    const end = starts[posting + 1]!;
    for (let at = starts[posting]!; at < end; at++) {
      const rule = rules[at]!;
      if (this.#ruleMarks[rule] === number) continue;
      this.#ruleMarks[rule] = number;
      this.#ids.push(rule);
    }
    return true;
  }
}

/** Result of {@link IdHeap.head} for an empty heap: above every id. */
export const NO_ID = LAST_NUMBER;

/**
 * Ids that come out smallest first. A heap, because most walks stop at the first match: ordering all of them would be
 * work for nothing.
 */
export class IdHeap {
  #ids = new Int32Array(32);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  /** Adds an id without regard to order; {@link order} must follow before any is taken. */
  push(id: number): void {
    if (this.#count === this.#ids.length) {
      const grown = new Int32Array(this.#count * 2);
      grown.set(this.#ids);
      this.#ids = grown;
    }
    this.#ids[this.#count++] = id;
  }

  order(): void {
    for (let at = (this.#count >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** The smallest id, or {@link NO_ID}. */
  get head(): number {
    return this.#count === 0 ? NO_ID : this.#ids[0]!;
  }

  /** Takes the smallest id out. */
  pop(): void {
    this.#ids[0] = this.#ids[--this.#count]!;
    this.#sink(0);
  }

  #sink(from: number): void {
    const ids = this.#ids;
    const count = this.#count;
    const id = ids[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      let least = ids[child]!;
      if (child + 1 < count && ids[child + 1]! < least) least = ids[++child]!;
      if (least >= id) break;
      ids[at] = least;
      at = child;
    }
    ids[at] = id;
  }
}
