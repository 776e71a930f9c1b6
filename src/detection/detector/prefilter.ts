// On the request path, for each byte of each text: one pass tells which detectors a text is worth.
import type { Detector, Trigger } from "./detector.ts";
import { AHEAD, LENGTH, LIST, START, WORD_SIZE, WordTable } from "./word-table.ts";

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
  readonly #table: WordTable;
  /** Whether a word of a list was found. */
  readonly #found: Uint8Array;
  /** Lists of which one was found, as many as the text has. */
  readonly #lists: Uint16Array;
  /** Whether a detector is to be asked. */
  readonly #wanted: Uint8Array;
  readonly #asked: number[] = [];
  readonly #notedBit: number;
  #isNoted = false;

  /** @param noted characters of which {@link isNoted} is to tell */
  constructor(detectors: readonly Detector[], noted = "") {
    this.detectors = detectors;
    const words: string[][] = [];
    detectors.forEach(({ triggers }, detector) => {
      for (const trigger of triggers) this.#add(trigger, detector, words);
    });
    this.#bareSets = this.#bare.reduce((bits, { characters }) => bits | characters, 0);
    this.#isAlways = this.#bare.some(({ characters }) => characters === 0);
    this.#notedBit = noted === "" ? 0 : this.#bitOf(noted);
    this.#table = new WordTable(words);
    this.#found = new Uint8Array(words.length);
    this.#lists = new Uint16Array(words.length);
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
    if (this.#setBits.size === MAX_SETS) throw new RangeError("too many character sets for the prefilter");
    const bit = 1 << this.#setBits.size;
    this.#setBits.set(sorted, bit);
    for (let at = 0; at < sorted.length; at++) {
      const code = sorted.charCodeAt(at);
      this.#sets[code] = (this.#sets[code] ?? 0) | bit;
    }
    return bit;
  }

  /** Whether the text that was asked about last holds a noted character. */
  get isNoted(): boolean {
    return this.#isNoted;
  }

  /** Numbers of the detectors that are worth asking, each once, in order; the array is used again by the next call. */
  ask(text: string): readonly number[] {
    // Asserted, not defaulted: a default in this loop costs a comparison for each byte of all that clients send.
    const sets = this.#sets;
    const { keys, buckets, before } = this.#table;
    const { length } = text;
    let characters = 0;
    // Keys of four bytes: the last three have a bucket, which says what may stand before them.
    let four = 0;
    let lists = 0;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at) & 255;
      characters |= sets[code]!;
      four = ((four << 6) | keys[code]!) & 0xffffff;
      const bucket = buckets[four & 0x3ffff]!;
      if (bucket !== 0 && ((before[(bucket << 1) | (four >> 23)]! >> ((four >> 18) & 31)) & 1) !== 0)
        lists = this.#look(text, at + 1, bucket, lists);
    }
    this.#isNoted = (characters & this.#notedBit) !== 0;
    if (lists === 0 && !this.#isAlways && (characters & this.#bareSets) === 0) return NOBODY;
    return this.#conclude(text, characters, lists);
  }

  /** Looks which words of a bucket stand there. @returns how many lists were found so far */
  #look(text: string, end: number, first: number, lists: number): number {
    const { classes, letters, next, wordOf, words } = this.#table;
    const found = this.#found;
    let count = lists;
    for (let entry = first; entry !== 0; entry = next[entry] ?? 0) {
      const word = (wordOf[entry] ?? 0) * WORD_SIZE;
      const list = words[word + LIST] ?? 0;
      if (found[list] !== 0) continue;
      const from = end - (words[word + AHEAD] ?? 0);
      const length = words[word + LENGTH] ?? 0;
      if (from < 0 || from + length > text.length) continue;
      const start = words[word + START] ?? 0;
      let at = 0;
      while (at < length && classes[text.charCodeAt(from + at) & 255] === letters[start + at]) at++;
      if (at < length) continue;
      found[list] = 1;
      this.#lists[count++] = list;
    }
    return count;
  }

  #conclude(text: string, characters: number, lists: number): readonly number[] {
    const wanted = this.#wanted;
    let isAny = false;
    for (let at = 0; at < lists; at++) {
      const list = this.#lists[at] ?? 0;
      this.#found[list] = 0;
      const condition = this.#worded[list];
      if (condition !== undefined && this.#holds(condition, text, characters)) isAny = true;
    }
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

  /** Whether its detector is to be asked by a condition, which is noted. */
  #holds({ characters, detector, test }: Condition, text: string, found: number): boolean {
    if (characters !== 0 && (found & characters) === 0) return false;
    if (this.#wanted[detector] !== 0 || text.length < (this.detectors[detector]?.shortest ?? 0)) return false;
    if (test !== undefined && !test(text)) return false;
    this.#wanted[detector] = 1;
    return true;
  }
}
