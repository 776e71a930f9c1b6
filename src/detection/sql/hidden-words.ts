import { WORD_SEED } from "../detector/word-hash.ts";
import { isDigit, isLetter, isSpace, nameEnd } from "./bytes.ts";
import type { Context } from "./context.ts";
import { Kind } from "./kinds.ts";
import { LONGEST_WORD } from "./lexer.ts";
import { wordStep } from "./word-table.ts";
import { SPLIT_WORDS, VERSIONED_WORDS } from "./words.ts";

/** Bytes of the longest comment that cuts a keyword. */
const LONGEST_COMMENT = 64;

/** A keyword cut in two: answers the end of its last part. */
export function splitByComment(context: Context, start: number, end: number): number {
  const { text } = context;
  let hash = hashOf(text, start, end, WORD_SEED);
  let length = end - start;
  let at = end;
  while (length < LONGEST_WORD) {
    const from = behindComment(text, at);
    if (from < 0 || !isLetter(text.charCodeAt(from))) break;
    at = nameEnd(text, from);
    hash = hashOf(text, from, at, hash);
    length += at - from;
    if (SPLIT_WORDS.mayHold(hash) && isSplitWord(joined(text, start, end, at))) {
      context.found(Kind.splitKeyword, start, at);
      return at;
    }
  }
  return end;
}

function hashOf(text: string, start: number, end: number, before: number): number {
  let hash = before;
  for (let at = start; at < end && at - start <= LONGEST_WORD; at++)
    hash = wordStep(hash, text.charCodeAt(at));
  return hash;
}

/** What is left of a text without the comments from a place on. */
function joined(text: string, start: number, end: number, to: number): string {
  let word = text.slice(start, end);
  for (let at = end; at < to; ) {
    const from = behindComment(text, at);
    at = nameEnd(text, from);
    word += text.slice(from, at);
  }
  return word;
}

/** Byte after the short comment that begins here, one that is not a statement; -1 when there is none. */
function behindComment(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x2f || text.charCodeAt(at + 1) !== 0x2a || text.charCodeAt(at + 2) === 0x21)
    return -1;
  const most = Math.min(text.length, at + LONGEST_COMMENT + 1);
  for (let close = at + 2; close < most; close++)
    if (text.charCodeAt(close) === 0x2a && text.charCodeAt(close + 1) === 0x2f) return close + 2;
  return -1;
}

function isSplitWord(word: string): boolean {
  return SPLIT_WORDS.at(word, 0) !== 0;
}

export function splitByZeroWidth(context: Context, start: number, end: number): void {
  const { text } = context;
  const third = text.charCodeAt(end + 2);
  if (third < 0x8b || third > 0x8d || end - start > LONGEST_WORD) return;
  const close = nameEnd(text, end + 3);
  if (close - end > LONGEST_WORD + 3) return;
  if (isSplitWord(text.slice(start, end) + text.slice(end + 3, close)))
    context.found(Kind.splitKeyword, start, close);
}

export function judgeVersioned(context: Context, at: number): void {
  const { text } = context;
  let from = at + 3;
  while (isDigit(text.charCodeAt(from)) && from - at < 10) from++;
  while (isSpace(text.charCodeAt(from)) && from - at < 24) from++;
  const end = nameEnd(text, from);
  if (end - from > LONGEST_WORD) return;
  // Dumps put a space after the number of the version.
  const glued = end > from && from - at >= 8 && isDigit(text.charCodeAt(from - 1));
  if (glued || VERSIONED_WORDS.at(text, from) !== 0) context.found(Kind.versionedComment, at, end);
}
