// Many byte strings as one trie. Edges live in one hash table, because a table of states and bytes would take 35 MB for
// 10,000 words; small automata are given such a table nevertheless, because it is read without hashing.
import { MisuseError } from "../diagnostics/misuse.ts";

/** The most bytes that the words of one trie may have together: an edge is 24 bits of node and 8 of byte. */
export const MAX_TRIE_BYTES = 2 ** 24 - 1;
/** Entries of an automaton's table; above, it walks the hash table. */
const MAX_TABLE = 2 ** 22;

/** Whether a word counts at present. */
export type Accept = (word: number) => boolean;

/** Words that a value may begin with, or, in reverse, end with. */
export class LiteralTrie {
  /** By node: the number of the word that ends there, or -1. */
  words = new Int32Array(64).fill(-1);
  /** Nodes, the root included. */
  count = 1;
  readonly edges = new Edges();
  readonly #reverse: boolean;

  /** @param reverse words are read from their end. */
  constructor(reverse = false) {
    this.#reverse = reverse;
  }

  /**
   * Adds a word that is not empty, and answers the number that the same word had before, or -1.
   *
   * @throws MisuseError `E_OPTION` beyond {@link MAX_TRIE_BYTES}: the caller counts.
   */
  add(bytes: string, word: number): number {
    let node = 0;
    for (let step = 0; step < bytes.length; step++) {
      const byte = bytes.charCodeAt(this.#reverse ? bytes.length - 1 - step : step) & 255;
      const next = this.edges.get(node, byte);
      if (next >= 0) node = next;
      else {
        const made = this.#node();
        this.edges.set(node, byte, made);
        node = made;
      }
    }
    const before = this.words[node]!;
    this.words[node] = word;
    return before;
  }

  /** A word that the value begins with (in reverse: ends with), the shortest or the longest; -1 for none. */
  find(value: string, accept: Accept | undefined, longest: boolean): number {
    let node = 0;
    let found = -1;
    for (let step = 0; step < value.length; step++) {
      node = this.edges.get(node, value.charCodeAt(this.#reverse ? value.length - 1 - step : step) & 255);
      if (node < 0) return found;
      const word = this.words[node]!;
      if (word >= 0 && (accept === undefined || accept(word))) {
        if (!longest) return word;
        found = word;
      }
    }
    return found;
  }

  #node(): number {
    if (this.count > MAX_TRIE_BYTES)
      throw new MisuseError("E_OPTION", "the words of a trie have too many bytes");
    if (this.count === this.words.length) {
      const grown = new Int32Array(this.count * 2).fill(-1);
      grown.set(this.words);
      this.words = grown;
    }
    return this.count++;
  }
}

/** Finds words anywhere in a value in one pass: an Aho–Corasick automaton over a finished trie. */
export class SubstringAutomaton {
  readonly #trie: LiteralTrie;
  /** By node: the longest proper suffix that is a node. */
  readonly #fallback: Int32Array;
  /** By node: the node itself or the nearest on its fallbacks at which a word ends; 0: none. */
  readonly #ending: Int32Array;
  readonly #depths: Int32Array;
  /** Rows of classes by node, premultiplied; undefined for large automata. */
  readonly #table: Int32Array | undefined;
  readonly #classes = new Uint8Array(256);
  readonly #width: number;

  constructor(trie: LiteralTrie) {
    this.#trie = trie;
    this.#fallback = new Int32Array(trie.count);
    this.#ending = new Int32Array(trie.count);
    this.#depths = new Int32Array(trie.count);
    let width = 1;
    const used = new Uint8Array(256);
    trie.edges.each((_, byte) => {
      used[byte] = 1;
    });
    for (let byte = 0; byte < 256; byte++) if (used[byte] === 1) this.#classes[byte] = width++ & 255;
    // With all 256 bytes in use there is no class left for the others; the hash table does without classes.
    this.#width = width;
    this.#link();
    this.#table = width <= 256 && trie.count * width <= MAX_TABLE ? this.#fill() : undefined;
  }

  /** Whether a word occurs that counts: any for `has`, the longest for explanations. -1 for none. */
  find(value: string, accept: Accept | undefined, longest: boolean): number {
    const table = this.#table;
    const ending = this.#ending;
    let node = 0;
    let found = -1;
    let depth = 0;
    for (let at = 0; at < value.length; at++) {
      const byte = value.charCodeAt(at) & 255;
      node = table === undefined ? this.#step(node, byte) : table[node * this.#width + this.#classes[byte]!]!;
      for (let end = ending[node]!; end !== 0; end = ending[this.#fallback[end]!]!) {
        const word = this.#trie.words[end]!;
        const length = this.#depths[end]!;
        if (length <= depth) break;
        if (accept !== undefined && !accept(word)) continue;
        if (!longest) return word;
        found = word;
        depth = length;
        break;
      }
    }
    return found;
  }

  #step(from: number, byte: number): number {
    let node = from;
    for (;;) {
      const next = this.#trie.edges.get(node, byte);
      if (next >= 0) return next;
      if (node === 0) return 0;
      node = this.#fallback[node]!;
    }
  }

  /** Breadth first, so that a node's fallback, being less deep, is known before the node's own children. */
  #link(): void {
    const { count, words } = this.#trie;
    const children = childrenOf(this.#trie);
    const queue = new Int32Array(count);
    let tail = 1;
    for (let head = 0; head < tail; head++) {
      const node = queue[head]!;
      for (let child = children.first[node]!; child !== 0; child = children.next[child]!) {
        const byte = children.bytes[child]!;
        this.#depths[child] = this.#depths[node]! + 1;
        const linked = node === 0 ? 0 : this.#step(this.#fallback[node]!, byte);
        this.#fallback[child] = linked;
        this.#ending[child] = words[child]! >= 0 ? child : this.#ending[linked]!;
        queue[tail++] = child;
      }
    }
  }

  #fill(): Int32Array {
    const table = new Int32Array(this.#trie.count * this.#width);
    const used: { readonly byte: number; readonly column: number }[] = [];
    for (const [byte, column] of this.#classes.entries()) if (column !== 0) used.push({ byte, column });
    for (let node = 0; node < this.#trie.count; node++) {
      for (const { byte, column } of used) table[node * this.#width + column] = this.#step(node, byte);
    }
    return table;
  }
}

/** The children of each node as linked lists. */
function childrenOf(trie: LiteralTrie): {
  readonly first: Int32Array;
  readonly next: Int32Array;
  readonly bytes: Uint8Array;
} {
  const first = new Int32Array(trie.count);
  const next = new Int32Array(trie.count);
  const bytes = new Uint8Array(trie.count);
  trie.edges.each((node, byte, child) => {
    next[child] = first[node]!;
    first[node] = child;
    bytes[child] = byte;
  });
  return { first, next, bytes };
}

/** `(node, byte) → node`, by open addressing in two typed arrays. */
class Edges {
  /** `node * 256 + byte`. */
  #keys = new Uint32Array(256);
  /** 0: free, for no edge leads to the root. */
  #targets = new Int32Array(256);
  #count = 0;

  /** The node after an edge, or -1. */
  get(node: number, byte: number): number {
    const key = node * 256 + byte;
    const mask = this.#keys.length - 1;
    for (let at = slotOf(key) & mask; ; at = (at + 1) & mask) {
      const target = this.#targets[at]!;
      if (target === 0) return -1;
      if (this.#keys[at] === key) return target;
    }
  }

  /** @param byte an edge that is not there yet. */
  set(node: number, byte: number, target: number): void {
    if (this.#count * 2 >= this.#keys.length) this.#grow();
    this.#count++;
    this.#put(node * 256 + byte, target);
  }

  each(visit: (node: number, byte: number, target: number) => void): void {
    eachEntry(this.#keys, this.#targets, (key, target) => {
      visit(Math.floor(key / 256), key & 255, target);
    });
  }

  #put(key: number, target: number): void {
    const mask = this.#keys.length - 1;
    let at = slotOf(key) & mask;
    while (this.#targets[at] !== 0) at = (at + 1) & mask;
    this.#keys[at] = key;
    this.#targets[at] = target;
  }

  #grow(): void {
    const keys = this.#keys;
    const targets = this.#targets;
    this.#keys = new Uint32Array(keys.length * 2);
    this.#targets = new Int32Array(keys.length * 2);
    eachEntry(keys, targets, (key, target) => {
      this.#put(key, target);
    });
  }
}

/** The slots of a table that are not free. */
function eachEntry(
  keys: Uint32Array,
  targets: Int32Array,
  visit: (key: number, target: number) => void,
): void {
  for (let at = 0; at < keys.length; at++) {
    const target = targets[at]!;
    if (target !== 0) visit(keys[at]!, target);
  }
}

function slotOf(key: number): number {
  const mixed = Math.imul(key ^ (key >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
