// On the request path, for each byte of each text: one pass tells which detectors a text is worth.
import type { Detector, Trigger } from "./detector.ts";
import { WordAutomaton } from "./word-automaton.ts";

/** Character sets are told apart by the bits of a small integer. */
const MAX_SETS = 30;

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
 * It may ask one too many, since it does not tell all characters of words apart; never one too few.
 */
export class Prefilter {
  readonly detectors: readonly Detector[];
  /** Bits of the character sets that a byte is in. */
  readonly #sets = new Int32Array(256);
  readonly #setBits = new Map<string, number>();
  readonly #triggers: Compiled[] = [];
  /** Sets of the triggers that name no words: without one of these and without a word nobody is asked. */
  readonly #bareSets: number;
  /** Whether a trigger asks for nothing at all. */
  readonly #isAlways: boolean;
  readonly #automaton: WordAutomaton;
  readonly #found: Uint8Array;
  readonly #asked: number[] = [];

  constructor(detectors: readonly Detector[]) {
    this.detectors = detectors;
    const lists: (readonly string[])[] = [];
    detectors.forEach((detector, at) => {
      for (const trigger of detector.triggers) this.#triggers.push(this.#compiled(trigger, at, lists));
    });
    const bare = this.#triggers.filter(({ words }) => words === -1);
    this.#bareSets = bare.reduce((bits, { characters }) => bits | characters, 0);
    this.#isAlways = bare.some(({ characters }) => characters === 0);
    this.#automaton = new WordAutomaton(lists);
    this.#found = new Uint8Array(lists.length);
  }

  #compiled({ characters, words }: Trigger, detector: number, lists: (readonly string[])[]): Compiled {
    const list = words === undefined ? -1 : lists.push(words) - 1;
    return { characters: characters === undefined ? 0 : this.#bitOf(characters), words: list, detector };
  }

  #bitOf(characters: string): number {
    const sorted = [...new Set(characters)].sort().join("");
    const known = this.#setBits.get(sorted);
    if (known !== undefined) return known;
    if (this.#setBits.size === MAX_SETS) throw new RangeError("too many character sets for the prefilter");
    const bit = 1 << this.#setBits.size;
    this.#setBits.set(sorted, bit);
    for (let at = 0; at < sorted.length; at++) {
      const code = sorted.charCodeAt(at);
      this.#sets[code] = (this.#sets[code] ?? 0) | bit;
    }
    return bit;
  }

  /** Numbers of the detectors that are worth asking, each once, in order; the same array at each call. */
  ask(text: string): readonly number[] {
    const sets = this.#sets;
    const { classes, next, hits, width } = this.#automaton;
    const found = this.#found;
    let characters = 0;
    let state = 0;
    let anyWord = false;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at) & 255;
      characters |= sets[code]!;
      state = next[state * width + classes[code]!]!;
      // Where words end the state is negative: most are not.
      if (state >= 0) continue;
      state = -state;
      if (!anyWord) {
        anyWord = true;
        found.fill(0);
      }
      const lists = hits[state];
      if (lists !== undefined) for (let of = 0; of < lists.length; of++) found[lists[of]!] = 1;
    }
    const asked = this.#asked;
    asked.length = 0;
    if (!anyWord && !this.#isAlways && (characters & this.#bareSets) === 0) return asked;
    for (let at = 0; at < this.#triggers.length; at++) {
      const { characters: wanted, words, detector } = this.#triggers[at]!;
      if (wanted !== 0 && (characters & wanted) === 0) continue;
      if (words !== -1 && (!anyWord || found[words] === 0)) continue;
      if (asked[asked.length - 1] === detector) continue;
      if (text.length >= this.detectors[detector]!.shortest) asked.push(detector);
    }
    return asked;
  }
}
