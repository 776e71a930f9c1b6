import { isDigit, isLetter, isSpace } from "./bytes.ts";

/** What stands before a place in a text. */
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

/** What stands in `text` before `end`. */
export function prefixOf(text: string, end: number): number {
  let words = 0;
  let letters = false;
  let inWord = false;
  let at = 0;
  for (; at < end && at < LONGEST; at++) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) {
      inWord = false;
      continue;
    }
    if (!inWord && ++words > 2) return Prefix.words;
    inWord = true;
    letters ||= isLetter(code);
  }
  if (end > LONGEST) return words > 1 ? Prefix.words : Prefix.pair;
  if (words === 0) return Prefix.empty;
  if (words === 2) return Prefix.pair;
  return letters ? Prefix.word : Prefix.number;
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
