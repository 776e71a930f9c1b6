// Small steps over byte strings. Each is linear, and bounded where it looks ahead or back.
import { isDigit, isLetter } from "../detector/characters.ts";

/** Letters, digits and the underscore. */
export function isWord(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 95;
}

export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

export function isQuote(code: number): boolean {
  return code === 39 || code === 34;
}

/** The first position from `at` on that holds no white space. */
export function skipSpace(text: string, at: number): number {
  let position = at;
  while (isSpace(text.charCodeAt(position))) position += 1;
  return position;
}

/** The last position before `at` that holds no white space; -1 when there is none. */
export function lastBefore(text: string, at: number): number {
  let position = at - 1;
  while (position >= 0 && isSpace(text.charCodeAt(position))) position -= 1;
  return position;
}

/** The end of the word that begins at `at`. */
export function wordEnd(text: string, at: number): number {
  let position = at;
  while (isWord(text.charCodeAt(position))) position += 1;
  return position;
}

/** Every place of a word, one after the other; places do not overlap. */
export function placesOf(text: string, word: string): Iterable<number> {
  const first = text.indexOf(word);
  return first < 0 ? NO_PLACES : placesFrom(text, word, first);
}

const NO_PLACES: readonly number[] = Object.freeze([]);

function* placesFrom(text: string, word: string, first: number): Generator<number> {
  for (let at = first; at >= 0; at = text.indexOf(word, at + word.length)) yield at;
}

/** Where a pattern with the flag `y` ends when it holds at `at`; -1 otherwise. */
export function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** The last part of a path of a body's value, of the name of an argument with dots or brackets. */
export function lastPart(name: string): string {
  let end = name.length;
  while (end > 0 && (name.charCodeAt(end - 1) === 93 || isQuote(name.charCodeAt(end - 1)))) end -= 1;
  let start = end;
  while (start > 0 && !".[".includes(name.charAt(start - 1)) && !isQuote(name.charCodeAt(start - 1)))
    start -= 1;
  return name.slice(start, end);
}
