// On the request path. A walk ends at the first byte that no text goes on with, and so never runs longer than the
// longest text, whatever the value.
import { asciiLower } from "../../../language/values/bytes.ts";
import type { Collector } from "./collector.ts";
import { EdgeTable } from "./edge-table.ts";

export interface TrieOptions {
  /** Texts are compared with the value's end, from the back. */
  readonly fromEnd: boolean;
  /** Texts are lower case; letters of the value match in either case. */
  readonly folded: boolean;
}

/** Finds which of many texts a value begins or ends with. */
export class ByteTrie {
  readonly #fromEnd: boolean;
  readonly #units: Uint8Array;
  readonly #first = new Int32Array(256).fill(-1);
  readonly #edges: EdgeTable;
  /** Posting of the text that ends at each state, or -1. */
  readonly #ends: Int32Array;

  /** @param postings by text; texts are distinct and not empty. */
  constructor(postings: ReadonlyMap<string, number>, options: TrieOptions) {
    this.#fromEnd = options.fromEnd;
    this.#units = options.folded ? FOLDED : PLAIN;
    this.#edges = new EdgeTable(postings.size * 8);
    const ends: number[] = [];
    for (const [text, posting] of postings) ends[this.#insert(text, ends)] = posting;
    this.#ends = Int32Array.from(ends);
  }

  #insert(text: string, ends: number[]): number {
    let state = -1;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(this.#fromEnd ? text.length - 1 - at : at);
      let next = state < 0 ? this.#first[unit]! : this.#edges.get(state * 256 + unit);
      if (next < 0) {
        next = ends.length;
        ends.push(-1);
        if (state < 0) this.#first[unit] = next;
        else this.#edges.add(state * 256 + unit, next);
      }
      state = next;
    }
    return state;
  }

  find(value: string, collector: Collector): void {
    const { length } = value;
    if (length === 0) return;
    const step = this.#fromEnd ? -1 : 1;
    const units = this.#units;
    const ends = this.#ends;
    let at = this.#fromEnd ? length - 1 : 0;
    let state = this.#first[units[value.charCodeAt(at) & 255]!]!;
    while (state >= 0) {
      const posting = ends[state]!;
      if (posting >= 0) collector.add(posting);
      at += step;
      if (at < 0 || at >= length) return;
      state = this.#edges.get(state * 256 + units[value.charCodeAt(at) & 255]!);
    }
  }
}

const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) =>
  asciiLower(String.fromCharCode(byte)).charCodeAt(0),
);
