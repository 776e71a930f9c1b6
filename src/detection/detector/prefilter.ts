// On the request path, for each byte of each text: one pass tells which detectors a text is worth.
import type { Detector, Trigger } from "./detector.ts";
import { WordAutomaton } from "./word-automaton.ts";

/** Character sets are told apart by the bits of an integer. */
const MAX_SETS = 32;

const NOBODY: readonly number[] = Object.freeze([]);

/** A trigger in numbers: what must be there besides its words, and who is asked then. */
interface Condition {
  /** Bit of the character set; 0: any. */
  readonly characters: number;
  readonly detector: number;
  readonly test: ((text: string) => boolean) | undefined;
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
  /** Of triggers that name words, by the number of the list of their words. */
  readonly #worded: Condition[] = [];
  readonly #bare: Condition[] = [];
  /** Sets of the triggers that name no words. */
  readonly #bareSets: number;
  /** Whether a trigger asks for nothing at all. */
  readonly #isAlways: boolean;
  readonly #automaton: WordAutomaton;
  /** Whether a detector is to be asked. */
  readonly #wanted: Uint8Array;
  readonly #asked: number[] = [];
  /** Bits of the sets that are only noted by byte, and of those of the text that was asked about last. */
  readonly #noted = new Uint8Array(256);
  #notes = 0;

  /** @param noted sets of characters of which {@link notes} is to tell, eight at most */
  constructor(detectors: readonly Detector[], noted: readonly string[] = []) {
    this.detectors = detectors;
    const words: string[][] = [];
    detectors.forEach(({ triggers }, detector) => {
      for (const trigger of triggers) this.#add(trigger, detector, words);
    });
    this.#bareSets = this.#bare.reduce((bits, { characters }) => bits | characters, 0);
    this.#isAlways = this.#bare.some(({ characters }) => characters === 0);
    noted.forEach((characters, at) => {
      addTo(this.#noted, characters, 1 << at);
    });
    this.#automaton = new WordAutomaton(words);
    this.#wanted = new Uint8Array(detectors.length);
  }

  /** Adds a trigger; words of triggers that ask for the same besides are one list. */
  #add({ characters, words, test }: Trigger, detector: number, lists: string[][]): void {
    const set = characters === undefined ? 0 : this.#bitOf(characters);
    const condition = { characters: set, detector, test };
    if (words === undefined) {
      this.#bare.push(condition);
      return;
    }
    const known = this.#worded.findIndex(
      (one) => one.characters === set && one.detector === detector && one.test === test,
    );
    if (known === -1) {
      this.#worded.push(condition);
      lists.push([...words]);
    } else lists[known]?.push(...words);
  }

  #bitOf(characters: string): number {
    const sorted = [...new Set(characters)].sort().join("");
    const known = this.#setBits.get(sorted);
    if (known !== undefined) return known;
    if (this.#setBits.size === MAX_SETS)
      throw new RangeError(`the prefilter has ${MAX_SETS} character sets, and no room for ${sorted}`);
    const bit = 1 << this.#setBits.size;
    this.#setBits.set(sorted, bit);
    addTo(this.#sets, sorted, bit);
    return bit;
  }

  /** Of which noted sets the text that was asked about last holds a character: a bit for each. */
  get notes(): number {
    return this.#notes;
  }

  /** Numbers of the detectors that are worth asking, each once, in order; the array is used again by the next call. */
  ask(text: string): readonly number[] {
    // Asserted, not defaulted: a default in this loop costs a comparison for each byte of all that clients send.
    const sets = this.#sets;
    const { classes, next, low, high, width } = this.#automaton;
    const noted = this.#noted;
    let characters = 0;
    let notes = 0;
    let state = 0;
    // Bits of the lists of which a word was found.
    let lists = 0;
    let further = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at) & 255;
      characters |= sets[code]!;
      notes |= noted[code]!;
      state = next[state * width + classes[code]!]!;
      if (state >= 0) continue;
      state = -state;
      lists |= low[state] ?? 0;
      further |= high[state]!;
    }
    this.#notes = notes;
    if ((lists | further) === 0 && !this.#isAlways && (characters & this.#bareSets) === 0) return NOBODY;
    return this.#conclude(text, characters, lists, further);
  }

  #conclude(text: string, characters: number, lists: number, further: number): readonly number[] {
    const wanted = this.#wanted;
    let isAny = this.#holdAny(0, lists, text, characters);
    if (further !== 0 && this.#holdAny(32, further, text, characters)) isAny = true;
    for (const condition of this.#bare) if (this.#holds(condition, text, characters)) isAny = true;
    if (!isAny) return NOBODY;
    const asked = this.#asked;
    asked.length = 0;
    for (let detector = 0; detector < wanted.length; detector++) {
      if (wanted[detector] === 0) continue;
      wanted[detector] = 0;
      asked.push(detector);
    }
    return asked;
  }

  /** The same of the conditions whose words were found. @param first number of the one of the lowest bit */
  #holdAny(first: number, found: number, text: string, characters: number): boolean {
    let isAny = false;
    for (let bits = found; bits !== 0; bits &= bits - 1) {
      const condition = this.#worded[first + 31 - Math.clz32(bits & -bits)];
      if (condition !== undefined && this.#holds(condition, text, characters)) isAny = true;
    }
    return isAny;
  }

  /** Whether its detector is to be asked by a condition, which is noted. */
  #holds({ characters, detector, test }: Condition, text: string, found: number): boolean {
    if (characters !== 0 && (found & characters) === 0) return false;
    if (this.#wanted[detector] !== 0 || text.length < (this.detectors[detector]?.shortest ?? 0)) return false;
    if (test !== undefined && !test(text)) return false;
    this.#wanted[detector] = 1;
    return true;
  }
}

function addTo(sets: Int32Array | Uint8Array, characters: string, bit: number): void {
  for (let at = 0; at < characters.length; at++) {
    const code = characters.charCodeAt(at);
    sets[code] = (sets[code] ?? 0) | bit;
  }
}
