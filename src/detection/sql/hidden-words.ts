import { isDigit, isLetter, isSpace, nameEnd } from "./bytes.ts";
import type { Context } from "./context.ts";
import { Kind } from "./kinds.ts";
import { LONGEST_WORD } from "./lexer.ts";
import { SPLIT_WORDS, VERSIONED_WORDS } from "./words.ts";

/** A keyword cut in two: answers the end of its last part. */
export function splitByComment(context: Context, start: number, end: number): number {
  const { text } = context;
  let word = text.slice(Math.max(start, end - LONGEST_WORD), end);
  let at = end;
  for (let parts = 0; parts < 12; parts++) {
    if (text.charCodeAt(at) !== 0x2f || text.charCodeAt(at + 1) !== 0x2a || text.charCodeAt(at + 2) === 0x21)
      break;
    const close = text.indexOf("*/", at + 2);
    if (close < 0 || close - at > 64) break;
    const from = close + 2;
    if (!isLetter(text.charCodeAt(from))) break;
    at = nameEnd(text, from);
    if (at - from > LONGEST_WORD) break;
    word += text.slice(from, at);
    if (SPLIT_WORDS.has(word.toLowerCase())) {
      context.found(Kind.splitKeyword, start, at);
      return at;
    }
  }
  return end;
}

export function splitByZeroWidth(context: Context, start: number, end: number): void {
  const { text } = context;
  const third = text.charCodeAt(end + 2);
  if (third < 0x8b || third > 0x8d || end - start > LONGEST_WORD) return;
  const close = nameEnd(text, end + 3);
  if (close - end > LONGEST_WORD + 3) return;
  const word = (text.slice(start, end) + text.slice(end + 3, close)).toLowerCase();
  if (SPLIT_WORDS.has(word)) context.found(Kind.splitKeyword, start, close);
}

export function judgeVersioned(context: Context, at: number): void {
  const { text } = context;
  let from = at + 3;
  while (isDigit(text.charCodeAt(from)) && from - at < 10) from++;
  while (isSpace(text.charCodeAt(from)) && from - at < 24) from++;
  const end = nameEnd(text, from);
  if (end - from > LONGEST_WORD) return;
  // Dumps put a space behind the number of the version.
  const glued = end > from && from - at >= 8 && isDigit(text.charCodeAt(from - 1));
  if (glued || VERSIONED_WORDS.has(text.slice(from, end).toLowerCase()))
    context.found(Kind.versionedComment, at, end);
}
