// The words of a JSON text (RFC 8259), for readers that differ in what they make of them.
import { encodeCodePoint, hexDigit } from "./bytes.ts";

/** A place in a JSON text, and how to read the word that begins there. */
export class JsonCursor {
  readonly text: string;
  at = 0;
  /** Whether a string so far had a bare control character in it, which the grammar forbids. */
  controlCharacter = false;
  /** Whether a string so far had half of a surrogate pair in it; it was read as U+FFFD. */
  loneSurrogate = false;

  constructor(text: string) {
    this.text = text;
  }

  /** The character here; NaN at the end. */
  peek(): number {
    return this.text.charCodeAt(this.at);
  }

  skipBlank(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
      this.at++;
    }
  }

  /** Reads a number, `true`, `false` or `null` as written; undefined, and stays, when there is none here. */
  plain(): string | undefined {
    const start = this.at;
    const code = this.text.charCodeAt(start);
    const isNumber = code === 45 || (code >= 48 && code <= 57);
    const end = isNumber ? numberEnd(this.text, start) : wordEnd(this.text, start);
    if (end === -1) return undefined;
    this.at = end;
    return this.text.slice(start, end);
  }

  /**
   * Reads the string at the quote here, decoded to bytes. Undefined when it has no end, and the place is the text's
   * end; or when an escape is wrong, and the place is there.
   */
  string(): string | undefined {
    const { text } = this;
    let value = "";
    let at = this.at + 1;
    let copied = at;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 34) {
        this.at = at + 1;
        return value + text.slice(copied, at);
      }
      if (code < 32) this.controlCharacter = true;
      if (code !== 92) continue;
      value += text.slice(copied, at);
      this.at = at;
      const decoded = this.#escape();
      if (decoded === undefined) return undefined;
      value += decoded;
      at = this.at;
      copied = at + 1;
    }
    this.at = at;
    return undefined;
  }

  /** Decodes the escape at the backslash here and moves to its last character. */
  #escape(): string | undefined {
    const kind = this.text[++this.at];
    if (kind !== "u") return kind === undefined ? undefined : JSON_ESCAPES.get(kind);
    const unit = hexUnit(this.text, this.at + 1);
    if (unit < 0) return undefined;
    this.at += 4;
    if (unit < 0xd800 || unit > 0xdfff) return encodeCodePoint(unit);
    const isHigh = unit < 0xdc00 && this.text.startsWith("\\u", this.at + 1);
    const low = isHigh ? hexUnit(this.text, this.at + 3) : -1;
    if (low < 0xdc00 || low > 0xdfff) {
      this.loneSurrogate = true;
      return encodeCodePoint(0xfffd);
    }
    this.at += 6;
    return encodeCodePoint(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
  }
}

/** Whether all of a text is JSON: as `JSON.parse` says, but nothing is made, and an error costs nothing. */
export function isJson(text: string): boolean {
  /** What ends the open containers. */
  const closers: number[] = [];
  let at = blankEnd(text, 0);
  for (;;) {
    // A value.
    const code = text.charCodeAt(at);
    if (code === 123 || code === 91) {
      const closer = code + 2;
      at = blankEnd(text, at + 1);
      if (text.charCodeAt(at) === closer) at++;
      else {
        closers.push(closer);
        if (closer === 125) at = keyEnd(text, at);
        if (at < 0) return false;
        continue;
      }
    } else {
      at = scalarEnd(text, at, code);
      if (at < 0) return false;
    }
    // What follows it.
    for (;;) {
      at = blankEnd(text, at);
      const closer = closers.at(-1);
      if (closer === undefined) return at === text.length;
      const next = text.charCodeAt(at++);
      if (next === closer) closers.pop();
      else if (next === 44) {
        at = blankEnd(text, at);
        if (closer === 125) at = keyEnd(text, at);
        if (at < 0) return false;
        break;
      } else return false;
    }
  }
}

/** Where the value of the key begins that is at a place, or -1. */
function keyEnd(text: string, at: number): number {
  const end = text.charCodeAt(at) === 34 ? stringEnd(text, at) : -1;
  if (end < 0) return -1;
  const colon = blankEnd(text, end);
  return text.charCodeAt(colon) === 58 ? blankEnd(text, colon + 1) : -1;
}

function scalarEnd(text: string, at: number, code: number): number {
  if (code === 34) return stringEnd(text, at);
  return code === 45 || (code >= 48 && code <= 57) ? numberEnd(text, at) : wordEnd(text, at);
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) return at + 1;
    if (code < 32) return -1;
    if (code !== 92) continue;
    const kind = text.charAt(++at);
    if (kind === "u") {
      if (hexUnit(text, at + 1) < 0) return -1;
      at += 4;
    } else if (!JSON_ESCAPES.has(kind)) return -1;
  }
  return -1;
}

function blankEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return at;
    at++;
  }
}

function wordEnd(text: string, start: number): number {
  for (const word of WORDS) if (text.startsWith(word, start)) return start + word.length;
  return -1;
}

function numberEnd(text: string, start: number): number {
  const whole = text.charCodeAt(start) === 45 ? start + 1 : start;
  let at = digitsEnd(text, whole);
  if (at === whole || (text.charCodeAt(whole) === 48 && at > whole + 1)) return -1;
  if (text.charCodeAt(at) === 46) {
    const fraction = at + 1;
    at = digitsEnd(text, fraction);
    if (at === fraction) return -1;
  }
  if ((text.charCodeAt(at) | 32) === 101) {
    const sign = text.charCodeAt(at + 1);
    const exponent = at + (sign === 43 || sign === 45 ? 2 : 1);
    at = digitsEnd(text, exponent);
    if (at === exponent) return -1;
  }
  return at;
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at++;
  return at;
}

/** The UTF-16 unit of four hexadecimal digits, or -1. */
function hexUnit(text: string, from: number): number {
  let unit = 0;
  for (let at = from; at < from + 4; at++) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

const WORDS = ["true", "false", "null"];
/** What is after a backslash in a JSON string, but for `u`, and what it means. */
export const JSON_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
