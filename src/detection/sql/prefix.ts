import { isDigit, isLetter, isSpace } from "./bytes.ts";

/** What is before a place in a text. */
export const Prefix = {
  empty: 0,
  /** A number, perhaps with a sign, percent signs or parentheses. */
  number: 1,
  /** Letters and other characters without white space. */
  word: 2,
  /** Two words. */
  pair: 3,
  /** More words: a sentence, or a whole statement. */
  words: 4,
} as const;

const LONGEST = 80;

/** Tells what is before places of one text. */
export class Prefixes {
  /** Where the second and the third word begin, and where the first letter is; Infinity when there is none near. */
  #second = Number.POSITIVE_INFINITY;
  #third = Number.POSITIVE_INFINITY;
  #letter = Number.POSITIVE_INFINITY;
  #first = Number.POSITIVE_INFINITY;

  constructor(text: string) {
    let words = 0;
    let inWord = false;
    for (let at = 0; at < text.length && at < LONGEST && words < 3; at++) {
      const code = text.charCodeAt(at);
      if (isSpace(code)) {
        inWord = false;
        continue;
      }
      if (isLetter(code) && at < this.#letter) this.#letter = at;
      if (inWord) continue;
      inWord = true;
      words++;
      if (words === 1) this.#first = at;
      else if (words === 2) this.#second = at;
      else this.#third = at;
    }
  }

  /** What is before `end`. */
  before(end: number): number {
    if (end > this.#third) return Prefix.words;
    if (end > LONGEST) return end > this.#second ? Prefix.words : Prefix.pair;
    if (end > this.#second) return Prefix.pair;
    if (end <= this.#first) return Prefix.empty;
    return end > this.#letter ? Prefix.word : Prefix.number;
  }
}

/** Whether the text between two places is short and has no spaces inside and no signs of a list: what a program's own quote may close. */
export function isShort(text: string, from: number, to: number): boolean {
  if (to - from > 24) return false;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (isSpace(code) ? at > from && at < to - 1 : LIST_SIGNS.includes(text.charAt(at))) return false;
  }
  return true;
}

const LIST_SIGNS = ",;:()[]{}";

/** Whether a comment that begins at `from` says nothing, or only what a tool puts there at random. */
export function isIdleComment(text: string, from: number): boolean {
  let letters = 0;
  for (let at = from; at < text.length; at++) {
    if (at - from > 64) return false;
    const code = text.charCodeAt(at);
    if (isLetter(code) || isDigit(code)) letters++;
  }
  return letters <= 8;
}
