// On the request path: one pass over a value, whatever the number of literals (2.5 ns a byte, measured on the dense
// form). States near the root, where traffic spends its time, have full rows; deeper ones keep only the edges that the
// literals have, since full rows of 10,000 literals would take 35 MB.
import type { Collector } from "./collector.ts";
import { EdgeTable } from "./edge-table.ts";

/** Most cells of full rows: 2 MB. */
const MAX_CELLS = 2 ** 19;

/** Finds which of many literals occur in a value, in either letter case (Aho–Corasick). */
export class LiteralAutomaton {
  readonly #classes = new Uint8Array(256);
  readonly #width: number;
  /** States below this have rows in {@link #rows}; states are numbered by depth. */
  readonly #dense: number;
  readonly #rows: Int32Array;
  readonly #edges: EdgeTable;
  readonly #fallback: Int32Array;
  /** Posting of the literal that is a state's whole text, or -1. */
  readonly #ends: Int32Array;
  /** The longest shorter state at which a literal ends, or -1. */
  readonly #shorter: Int32Array;
  /** 1: some literal ends at the state. */
  readonly #hits: Uint8Array;
  /** 1: some literal begins with the byte. */
  readonly #starts: Uint8Array;

  /** @param postings by literal; literals are lower case, distinct and not empty. */
  constructor(postings: ReadonlyMap<string, number>, maxCells = MAX_CELLS) {
    this.#width = this.#classify(postings.keys());
    const trie = new TrieBuilder(postings, this.#classes, this.#width);
    const { count } = trie;
    this.#ends = trie.ends;
    this.#dense = Math.max(1, Math.min(count, Math.floor(maxCells / this.#width)));
    this.#edges = trie.edgesFrom(this.#dense, this.#width);
    this.#rows = new Int32Array(this.#dense * this.#width);
    this.#fallback = new Int32Array(count);
    this.#shorter = new Int32Array(count).fill(-1);
    this.#hits = new Uint8Array(count);
    for (let state = 0; state < count; state++) this.#complete(state, trie);
    this.#starts = this.#classes.map((column) => (this.#rows[column] === 0 ? 0 : 1));
  }

  #classify(literals: Iterable<string>): number {
    const classes = this.#classes;
    let width = 1;
    for (const literal of literals) {
      for (let at = 0; at < literal.length; at++) {
        const byte = literal.charCodeAt(at);
        if (classes[byte] === 0) classes[byte] = width++;
      }
    }
    // Letters match in either case.
    classes.copyWithin(65, 97, 123);
    return width;
  }

  /** Works out a state's fallback, ends and row; all shallower states have theirs. */
  #complete(state: number, trie: TrieBuilder): void {
    const parent = trie.parents[state]!;
    const fallback = parent <= 0 ? 0 : this.#step(this.#fallback[parent]!, trie.classOf[state]!);
    this.#fallback[state] = fallback;
    if (state > 0) this.#shorter[state] = this.#ends[fallback] === -1 ? this.#shorter[fallback]! : fallback;
    if (this.#ends[state] !== -1 || this.#shorter[state] !== -1) this.#hits[state] = 1;
    if (state >= this.#dense) return;
    const row = state * this.#width;
    if (state > 0) this.#rows.copyWithin(row, fallback * this.#width, (fallback + 1) * this.#width);
    for (let child = trie.firstChild[state]!; child >= 0; child = trie.nextSibling[child]!) {
      this.#rows[row + trie.classOf[child]!] = child;
    }
  }

  #step(from: number, column: number): number {
    let state = from;
    while (state >= this.#dense) {
      const edge = column === 0 ? 0 : this.#edges.get(state * this.#width + column);
      if (edge >= 0) return edge;
      state = this.#fallback[state]!;
    }
    return this.#rows[state * this.#width + column]!;
  }

  find(value: string, collector: Collector): void {
    const classes = this.#classes;
    const rows = this.#rows;
    const hits = this.#hits;
    const width = this.#width;
    const dense = this.#dense;
    const starts = this.#starts;
    const { length } = value;
    let state = 0;
    for (let at = 0; at < length; at++) {
      let code = value.charCodeAt(at) & 255;
      if (state === 0) {
        while (starts[code] === 0) {
          if (++at >= length) return;
          code = value.charCodeAt(at) & 255;
        }
      }
      const column = classes[code]!;
      state = state < dense ? rows[state * width + column]! : this.#step(state, column);
      if (hits[state] === 1) this.#collect(state, collector);
    }
  }

  #collect(from: number, collector: Collector): void {
    for (let state = from; state >= 0; state = this.#shorter[state]!) {
      const posting = this.#ends[state]!;
      // Found before at this state: so were all the shorter ones.
      if (posting >= 0 && !collector.add(posting)) return;
    }
  }
}

/** A trie whose states are numbered by depth, so that every fallback has a smaller number. */
class TrieBuilder {
  readonly parents: Int32Array;
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  readonly classOf: Uint8Array;
  readonly ends: Int32Array;
  readonly count: number;

  constructor(postings: ReadonlyMap<string, number>, classes: Uint8Array, width: number) {
    // In the order of discovery, which is not that of their depths.
    const parents = [-1];
    const classOf = [0];
    const depths = [0];
    const ends: { readonly state: number; readonly posting: number }[] = [];
    const edges = new EdgeTable(postings.size * 4);
    for (const [literal, posting] of postings) {
      let state = 0;
      for (let at = 0; at < literal.length; at++) {
        const column = classes[literal.charCodeAt(at)]!;
        let next = edges.get(state * width + column);
        if (next < 0) {
          next = parents.length;
          parents.push(state);
          classOf.push(column);
          depths.push(at + 1);
          edges.add(state * width + column, next);
        }
        state = next;
      }
      ends.push({ state, posting });
    }
    this.count = parents.length;
    const numbers = byDepth(depths);
    this.parents = new Int32Array(this.count).fill(-1);
    this.firstChild = new Int32Array(this.count).fill(-1);
    this.nextSibling = new Int32Array(this.count).fill(-1);
    this.classOf = new Uint8Array(this.count);
    this.ends = new Int32Array(this.count).fill(-1);
    for (let state = 1; state < this.count; state++) {
      const number = numbers[state]!;
      const parent = numbers[parents[state]!]!;
      this.parents[number] = parent;
      this.nextSibling[number] = this.firstChild[parent]!;
      this.firstChild[parent] = number;
      this.classOf[number] = classOf[state]!;
    }
    for (const { state, posting } of ends) this.ends[numbers[state]!] = posting;
  }

  /** The edges of the states that have no rows. */
  edgesFrom(dense: number, width: number): EdgeTable {
    let first = 1;
    while (first < this.count && this.parents[first]! < dense) first++;
    const edges = new EdgeTable(this.count - first);
    for (let state = first; state < this.count; state++) {
      const parent = this.parents[state]!;
      if (parent >= dense) edges.add(parent * width + this.classOf[state]!, state);
    }
    return edges;
  }
}

/** For each state its place in the order of depths. */
function byDepth(depths: readonly number[]): Int32Array {
  const starts: number[] = [];
  for (const depth of depths) starts[depth] = (starts[depth] ?? 0) + 1;
  let next = 0;
  for (const [depth, count] of starts.entries()) {
    starts[depth] = next;
    next += count;
  }
  return Int32Array.from(depths, (depth) => starts[depth]!++);
}
