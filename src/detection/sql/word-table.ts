import { wordStep as step, WORD_SEED } from "../detector/word-hash.ts";
import { isNamePart } from "./bytes.ts";

/** The hash of a word with one more byte; letters hash alike in both cases. */
export function wordStep(hash: number, code: number): number {
  return step(hash, code | 32);
}

/** Whether the word, in lower case, is at a place of the text, in any case. */
export function standsAt(text: string, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    const code = text.charCodeAt(at + i);
    const wanted = word.charCodeAt(i);
    if (code !== wanted && (code | 32) !== wanted) return false;
  }
  return true;
}

/** Numbers of words in lower case; 0 stands for every other word. */
export class WordTable {
  readonly #mask: number;
  readonly #hashes: Int32Array;
  readonly #values: Int32Array;
  readonly #words: string[];

  constructor(entries: Iterable<readonly [string, number]>) {
    const known = [...entries];
    let size = 16;
    while (size < known.length * 4) size *= 2;
    this.#mask = size - 1;
    this.#hashes = new Int32Array(size);
    this.#values = new Int32Array(size);
    this.#words = new Array<string>(size).fill("");
    for (const [word, value] of known) {
      let hash = WORD_SEED;
      for (let at = 0; at < word.length; at++) hash = wordStep(hash, word.charCodeAt(at));
      let slot = this.#first(hash);
      while (this.#values[slot] !== 0 && this.#words[slot] !== word) slot = (slot + 1) & this.#mask;
      this.#hashes[slot] = hash;
      this.#values[slot] = value;
      this.#words[slot] = word;
    }
  }

  static of(words: Iterable<string>): WordTable {
    return new WordTable([...words].map((word): [string, number] => [word, 1]));
  }

  #first(hash: number): number {
    return (hash ^ (hash >>> 15)) & this.#mask;
  }

  /** The number of a word of the text whose hash is known. */
  get(text: string, start: number, end: number, hash: number): number {
    for (let slot = this.#first(hash); ; slot = (slot + 1) & this.#mask) {
      const value = this.#values[slot] ?? 0;
      if (value === 0) return 0;
      if (this.#hashes[slot] !== hash) continue;
      const word = this.#words[slot] ?? "";
      if (word.length === end - start && standsAt(text, start, word)) return value;
    }
  }

  /** Whether one of the words has the hash: what else has it is not a word. */
  mayHold(hash: number): boolean {
    for (let slot = this.#first(hash); ; slot = (slot + 1) & this.#mask) {
      if (this.#values[slot] === 0) return false;
      if (this.#hashes[slot] === hash) return true;
    }
  }

  /** The number of the name that begins at a place of the text. */
  at(text: string, start: number): number {
    let hash = WORD_SEED;
    let end = start;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (!isNamePart(code)) break;
      hash = wordStep(hash, code);
    }
    return this.get(text, start, end, hash);
  }
}
