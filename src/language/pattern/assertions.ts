import { utf8Decode } from "../values/bytes.ts";
import { FIRST_UNICODE_WORD, isWordByte } from "./program.ts";

const LF = 10;
const CR = 13;

/**
 * Whether an assertion that looks at single bytes holds between two of them; -1 stands for the value's edge.
 * `code` is an index into ASSERTION_CODES below FIRST_UNICODE_WORD.
 */
export function holdsBetween(code: number, before: number, after: number): boolean {
  switch (code) {
    case 0:
      return before === -1;
    case 1:
      return after === -1;
    case 2:
      return before === -1 || before === LF;
    case 3:
      return after === -1 || after === LF;
    case 4:
      return before === -1 || before === LF || (before === CR && after !== LF);
    case 5:
      return after === -1 || after === CR || (after === LF && before !== CR);
    default:
      return wordCondition(code, isWordByte(before), isWordByte(after));
  }
}

function wordCondition(code: number, before: boolean, after: boolean): boolean {
  switch (code) {
    case 6:
      return before !== after;
    case 7:
      return before === after;
    case 8:
      return !before && after;
    case 9:
      return before && !after;
    case 10:
      return !before;
    default:
      return !after;
  }
}

const UNICODE_WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;

/**
 * Whether an assertion on characters holds at an offset. Bytes that spell no character are not word; the reference
 * holds that no boundary of the negated kind is beside them.
 */
export function holdsAt(code: number, subject: string, at: number): boolean {
  if (code < FIRST_UNICODE_WORD) {
    const before = at === 0 ? -1 : subject.charCodeAt(at - 1);
    const after = at === subject.length ? -1 : subject.charCodeAt(at);
    return holdsBetween(code, before, after);
  }
  const before = charBefore(subject, at);
  const after = charAfter(subject, at);
  const kind = code - FIRST_UNICODE_WORD + 6;
  if (kind === 7 && (before === undefined || after === undefined)) return false;
  if (kind === 10 && before === undefined) return false;
  if (kind === 11 && after === undefined) return false;
  return wordCondition(kind, isWordChar(before), isWordChar(after));
}

function isWordChar(char: string | undefined): boolean {
  return char !== undefined && UNICODE_WORD.test(char);
}

/** The character that ends at an offset; empty at the start, undefined when the bytes there are no character. */
function charBefore(subject: string, at: number): string | undefined {
  if (at === 0) return "";
  let from = at - 1;
  while (from > 0 && at - from < 4 && (subject.charCodeAt(from) & 0xc0) === 0x80) from--;
  return single(utf8Decode(subject.slice(from, at)));
}

function charAfter(subject: string, at: number): string | undefined {
  if (at === subject.length) return "";
  const first = subject.charCodeAt(at);
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return single(utf8Decode(subject.slice(at, at + length)));
}

function single(text: string | undefined): string | undefined {
  return text !== undefined && [...text].length === 1 ? text : undefined;
}
