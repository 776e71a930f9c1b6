/** Characters that are told apart no further: fewer classes are a smaller table, which stays in the processor's cache. */
const ALIKE = ["0123456789", " \t\v\f\0", "\"'`"];
/** A state and its sign are 16 bits. */
const MAX_STATES = 0x7fff;
/** Lists are told apart by the bits of two integers. */
export const MAX_LISTS = 64;

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
  /** By state the bits of the lists of which a word ends in it, of the first 32 and of the others. */
  readonly low: Int32Array;
  readonly high: Int32Array;

  constructor(lists: readonly (readonly string[])[]) {
    if (lists.length > MAX_LISTS)
      throw new RangeError(`an automaton tells ${MAX_LISTS} lists of words apart`);
    this.width = this.#classify(lists);
    const trie = new Trie(lists, this.classes);
    const { width } = this;
    const { states, first, sibling, classOf } = trie;
    if (states > MAX_STATES) throw new RangeError("too many words for an automaton");
    const { low, high } = trie;
    const next = new Int16Array(states * width);
    const fails = new Int16Array(states);
    const queue = new Int16Array(states);
    let tail = 1;
    // Breadth first: what a state falls back to is complete before the state is.
    for (let head = 0; head < tail; head++) {
      const state = numberAt(queue, head);
      const row = state * width;
      const fallback = numberAt(fails, state) * width;
      if (state !== 0) next.copyWithin(row, fallback, fallback + width);
      for (let child = numberAt(first, state); child !== 0; child = numberAt(sibling, child)) {
        const edge = row + numberAt(classOf, child);
        const fail = state === 0 ? 0 : Math.abs(numberAt(next, edge));
        fails[child] = fail;
        low[child] = numberAt(low, child) | numberAt(low, fail);
        high[child] = numberAt(high, child) | numberAt(high, fail);
        next[edge] = low[child] === 0 && high[child] === 0 ? child : -child;
        queue[tail++] = child;
      }
    }
    this.low = low;
    this.high = high;
    this.next = next;
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

/** The words, letter by letter; children of a state are linked. */
class Trie {
  states = 1;
  readonly first: Int16Array;
  readonly sibling: Int16Array;
  readonly classOf: Uint8Array;
  readonly low: Int32Array;
  readonly high: Int32Array;

  constructor(lists: readonly (readonly string[])[], classes: Uint8Array) {
    let letters = 1;
    for (const words of lists) for (const word of words) letters += word.length;
    this.first = new Int16Array(letters);
    this.sibling = new Int16Array(letters);
    this.classOf = new Uint8Array(letters);
    this.low = new Int32Array(letters);
    this.high = new Int32Array(letters);
    for (const [list, words] of lists.entries())
      for (const word of words) {
        let state = 0;
        for (let at = 0; at < word.length; at++)
          state = this.#child(state, numberAt(classes, word.charCodeAt(at)));
        if (list < 32) this.low[state] = numberAt(this.low, state) | (1 << list);
        else this.high[state] = numberAt(this.high, state) | (1 << (list - 32));
      }
  }

  #child(state: number, byClass: number): number {
    let child = numberAt(this.first, state);
    while (child !== 0 && this.classOf[child] !== byClass) child = numberAt(this.sibling, child);
    if (child !== 0) return child;
    child = this.states++;
    this.classOf[child] = byClass;
    this.sibling[child] = numberAt(this.first, state);
    this.first[state] = child;
    return child;
  }
}

/** Codes that are of one class with the character. */
function alikeOf(character: string): readonly number[] {
  const alike = ALIKE.find((characters) => characters.includes(character)) ?? character;
  const both = /[a-z]/i.test(character) ? character.toLowerCase() + character.toUpperCase() : alike;
  return [...both].map((one) => one.charCodeAt(0));
}

type Numbers = Int16Array | Int32Array | Uint8Array;

function numberAt(numbers: Numbers, index: number): number {
  return numbers[index] ?? 0;
}
