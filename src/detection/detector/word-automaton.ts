/** Characters that are told apart no further: fewer classes are a smaller table, which stays in the processor's cache. */
const ALIKE = ["0123456789", " \t\v\f\0", "\"'`"];

/** A state and its sign are 16 bits. */
const MAX_STATES = 0x7fff;

/**
 * Which of several lists of words occur in a text (Aho–Corasick), letter case aside. Digits, blanks and quotes are not told
 * apart, so that it may find a word that is not there, and never misses one.
 */
export class WordAutomaton {
  /** Class of each byte; bytes in no word share class 0. */
  readonly classes = new Uint8Array(256);
  /** How many classes there are. */
  readonly width: number;
  /** By state and class the next state; negative where a word ends. */
  readonly next: Int16Array;
  /** For each state the lists of which a word ends in it; undefined for most. */
  readonly hits: readonly (readonly number[] | undefined)[];

  constructor(lists: readonly (readonly string[])[]) {
    const width = this.#classify(lists);
    const letters = lists.reduce((sum, words) => sum + words.reduce((all, word) => all + word.length, 0), 1);
    const edges = new Int32Array(letters * width);
    const hits: (Set<number> | undefined)[] = [undefined];
    lists.forEach((words, list) => {
      for (const word of words) {
        let state = 0;
        for (let at = 0; at < word.length; at++) {
          const edge = state * width + (this.classes[word.charCodeAt(at)] ?? 0);
          if (edges[edge] === 0) edges[edge] = hits.push(undefined) - 1;
          state = edges[edge] ?? 0;
        }
        hits[state] = (hits[state] ?? new Set()).add(list);
      }
    });
    link(edges, hits, width);
    const states = hits.length;
    if (states > MAX_STATES) throw new RangeError("too many words for the prefilter");
    this.width = width;
    this.next = Int16Array.from(edges.subarray(0, states * width), (state) =>
      hits[state] === undefined ? state : -state,
    );
    this.hits = hits.map((found) => (found === undefined ? undefined : [...found]));
  }

  /** Gives the bytes of words their classes. @returns how many classes there are */
  #classify(lists: readonly (readonly string[])[]): number {
    let width = 1;
    for (const words of lists)
      for (const word of words)
        for (let at = 0; at < word.length; at++) {
          if (this.classes[word.charCodeAt(at)] !== 0) continue;
          for (const code of alikeOf(word.charAt(at))) this.classes[code] = width;
          width++;
        }
    return width;
  }
}

/** Codes that are of one class with the character. */
function alikeOf(character: string): readonly number[] {
  const alike = ALIKE.find((characters) => characters.includes(character)) ?? character;
  const both = /[a-z]/i.test(character) ? character.toLowerCase() + character.toUpperCase() : alike;
  return [...both].map((one) => one.charCodeAt(0));
}

/** Adds what each state falls back to, so that every state has a next one for every class. */
function link(edges: Int32Array, hits: (Set<number> | undefined)[], width: number): void {
  const fails = new Int32Array(hits.length);
  const queue: number[] = [0];
  // Breadth first: what a state falls back to is complete before the state is.
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] ?? 0;
    const fail = fails[state] ?? 0;
    for (let of = 0; of < width; of++) {
      const edge = state * width + of;
      const child = edges[edge] ?? 0;
      const fallback = state === 0 ? 0 : (edges[fail * width + of] ?? 0);
      if (child === 0) {
        edges[edge] = fallback;
        continue;
      }
      fails[child] = fallback;
      const inherited = hits[fallback];
      if (inherited !== undefined) hits[child] = new Set([...(hits[child] ?? []), ...inherited]);
      queue.push(child);
    }
  }
}
