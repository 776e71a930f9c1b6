// On the request path, for each byte of each text: one pass tells which detectors a text is worth.
import type { Detector, Trigger } from "./detector.ts";

/** Detectors and character sets are told apart by the bits of small integers. */
const MAX_BITS = 30;
const MAX_DETECTORS = 60;

/** A trigger in numbers: what must be there, and who is asked then. */
interface Compiled {
  /** Bit of the character set; 0: any. */
  readonly characters: number;
  /** Number of the word list; -1: none. */
  readonly words: number;
  readonly detector: number;
}

/**
 * Tells which detectors are worth asking about a text: character sets and words of all triggers in one pass over the text.
 * The words are in an automaton (Aho–Corasick) that is made at the first use.
 */
export class Prefilter {
  readonly detectors: readonly Detector[];
  /** Bits of the character sets that a byte is in. */
  readonly #sets = new Int32Array(256);
  readonly #setBits = new Map<string, number>();
  readonly #triggers: Compiled[] = [];
  readonly #automaton: WordAutomaton;
  readonly #found: Uint8Array;
  readonly #asked: boolean[];

  constructor(detectors: readonly Detector[]) {
    if (detectors.length > MAX_DETECTORS) throw new RangeError("too many detectors for the prefilter");
    this.detectors = detectors;
    const lists: (readonly string[])[] = [];
    detectors.forEach((detector, at) => {
      for (const trigger of detector.triggers) this.#triggers.push(this.#compiled(trigger, at, lists));
    });
    this.#automaton = new WordAutomaton(lists);
    this.#found = new Uint8Array(lists.length);
    this.#asked = detectors.map(() => false);
  }

  #compiled({ characters, words }: Trigger, detector: number, lists: (readonly string[])[]): Compiled {
    const list = words === undefined ? -1 : lists.push(words) - 1;
    return { characters: characters === undefined ? 0 : this.#bitOf(characters), words: list, detector };
  }

  #bitOf(characters: string): number {
    const sorted = [...new Set(characters)].sort().join("");
    const known = this.#setBits.get(sorted);
    if (known !== undefined) return known;
    if (this.#setBits.size === MAX_BITS) throw new RangeError("too many character sets for the prefilter");
    const bit = 1 << this.#setBits.size;
    this.#setBits.set(sorted, bit);
    for (let at = 0; at < sorted.length; at++) {
      const code = sorted.charCodeAt(at);
      this.#sets[code] = (this.#sets[code] ?? 0) | bit;
    }
    return bit;
  }

  /** For each detector whether it is worth asking; the same array at each call. */
  ask(text: string): readonly boolean[] {
    const asked = this.#asked;
    asked.fill(false);
    const found = this.#found;
    const characters = this.#scan(text, found);
    for (const trigger of this.#triggers) {
      if (trigger.characters !== 0 && (characters & trigger.characters) === 0) continue;
      if (trigger.words !== -1 && found[trigger.words] === 0) continue;
      const detector = this.detectors[trigger.detector];
      if (detector !== undefined && text.length >= detector.shortest) asked[trigger.detector] = true;
    }
    return asked;
  }

  #scan(text: string, found: Uint8Array): number {
    found.fill(0);
    const sets = this.#sets;
    const { classes, next, hits, width } = this.#automaton;
    let characters = 0;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at) & 255;
      characters |= sets[code]!;
      state = next[state * width + classes[code]!]!;
      const lists = hits[state];
      if (lists !== undefined) for (let of = 0; of < lists.length; of++) found[lists[of]!] = 1;
    }
    return characters;
  }
}

/** Which of several lists of words occur in a text, letter case aside. */
class WordAutomaton {
  /** Class of each byte; bytes in no word share class 0. */
  readonly classes = new Uint8Array(256);
  readonly width: number;
  /** Next state by state and class. */
  readonly next: Uint16Array;
  /** Lists of which a word ends in the state; undefined for most. */
  readonly hits: (readonly number[] | undefined)[];

  constructor(lists: readonly (readonly string[])[]) {
    let width = 1;
    let size = 1;
    for (const word of lists.flat()) {
      size += word.length;
      for (let at = 0; at < word.length; at++) {
        const code = word.charCodeAt(at);
        if (this.classes[code] !== 0) continue;
        this.classes[code] = width;
        if (code >= 97 && code <= 122) this.classes[code - 32] = width;
        width++;
      }
    }
    if (size > 0xffff) throw new RangeError("too many words for the prefilter");
    this.width = width;
    const next = new Uint16Array(size * width);
    const hits: (Set<number> | undefined)[] = [undefined];
    let states = 1;
    lists.forEach((words, list) => {
      for (const word of words) {
        let state = 0;
        for (let at = 0; at < word.length; at++) {
          const edge = state * width + (this.classes[word.charCodeAt(at)] ?? 0);
          if (next[edge] === 0) {
            next[edge] = states++;
            hits.push(undefined);
          }
          state = next[edge] ?? 0;
        }
        hits[state] = (hits[state] ?? new Set()).add(list);
      }
    });
    const fails = new Uint16Array(states);
    const queue: number[] = [0];
    // Breadth first: what a state falls back to is complete before the state is.
    for (let head = 0; head < queue.length; head++) {
      const state = queue[head] ?? 0;
      const fail = fails[state] ?? 0;
      for (let of = 0; of < width; of++) {
        const edge = state * width + of;
        const child = next[edge] ?? 0;
        const fallback = state === 0 ? 0 : (next[fail * width + of] ?? 0);
        if (child === 0) {
          next[edge] = fallback;
          continue;
        }
        fails[child] = fallback;
        const inherited = hits[fallback];
        if (inherited !== undefined) hits[child] = new Set([...(hits[child] ?? []), ...inherited]);
        queue.push(child);
      }
    }
    this.next = next.slice(0, states * width);
    this.hits = hits.map((found) => (found === undefined ? undefined : [...found]));
  }
}
