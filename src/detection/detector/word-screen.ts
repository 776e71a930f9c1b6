// On the request path: a detector with fifty words would look for each of them in every text it is asked about.
import { MAX_LISTS, WordAutomaton } from "./word-automaton.ts";

/** Tells in one pass of which entries a text may hold the word, letter case aside; one too many, never one too few. */
export class WordScreen<T> {
  readonly #entries: readonly T[];
  readonly #wordOf: (entry: T) => string;
  readonly #none: readonly T[] = Object.freeze([]);
  #automaton: WordAutomaton | undefined;

  constructor(entries: readonly T[], wordOf: (entry: T) => string) {
    this.#entries = entries;
    this.#wordOf = wordOf;
  }

  /** Entries whose word may be there, in order. */
  in(text: string): readonly T[] {
    this.#automaton ??= this.#make();
    const { classes, next, low, high, width } = this.#automaton;
    let state = 0;
    let first = 0;
    let further = 0;
    for (let at = 0; at < text.length; at++) {
      state = next[state * width + (classes[text.charCodeAt(at) & 255] ?? 0)] ?? 0;
      if (state >= 0) continue;
      state = -state;
      first |= low[state] ?? 0;
      further |= high[state] ?? 0;
    }
    if ((first | further) === 0) return this.#none;
    return this.#entries.filter((_, at) => {
      const list = at % MAX_LISTS;
      return ((list < 32 ? first : further) & (1 << (list & 31))) !== 0;
    });
  }

  /** Made at the first text: most firewalls never ask some detectors. */
  #make(): WordAutomaton {
    const lists: string[][] = [];
    for (const [at, entry] of this.#entries.entries()) {
      const list = at % MAX_LISTS;
      const words = lists[list];
      if (words === undefined) lists[list] = [this.#wordOf(entry)];
      else words.push(this.#wordOf(entry));
    }
    return new WordAutomaton(lists);
  }
}
