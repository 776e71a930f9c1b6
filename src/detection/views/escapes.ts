// On the request path, for texts with a backslash.
import { encodeCodePoint, hexDigit } from "../../language/values/bytes.ts";

const BACKSLASH = 92;

/**
 * The text with the escapes of JavaScript, JSON and CSS undone: `\u0061`, `\u{61}`, `\x61`, `\141`, `\61 `. Other backslashes
 * stay, since what they mean depends on the language. The same string when there is nothing to undo.
 */
export function undoEscapes(text: string): string {
  let out = "";
  let copied = 0;
  for (let at = text.indexOf("\\"); at !== -1; at = text.indexOf("\\", at)) {
    const end = readEscape(text, at + 1);
    if (end === 0) {
      at += text.charCodeAt(at + 1) === BACKSLASH ? 2 : 1;
      continue;
    }
    out += text.slice(copied, at) + encodeCodePoint(code);
    copied = end;
    at = end;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

/**
 * The text with `u003c` undone, as escapes of JSON are when a filter has taken the backslashes away; only of signs, which no word
 * has after such digits.
 */
export function undoUnits(text: string): string {
  return text.replace(UNIT, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

const UNIT = /(?<!\\)u00(2[0-9a-f]|3[a-f]|5[b-e]|60|7[b-e])/gi;

/** What the last escape stands for: one result of two would be an object for each. */
let code = 0;

/** Where the escape after a backslash ends, 0 when it is none. */
function readEscape(text: string, at: number): number {
  const kind = text.charCodeAt(at);
  if (kind === 117) {
    return text.charCodeAt(at + 1) === 123 ? braced(text, at + 2) : unit(text, at + 1);
  }
  if (kind === 120) return fixed(text, at + 1, 2);
  if (kind >= 48 && kind <= 51) {
    // Six digits are CSS; of three that are octal too nobody means CSS.
    if (kind === 48 && fixed(text, at, 6) !== 0) return css(text, at);
    const end = octal(text, at);
    if (end !== 0) return end;
  }
  return hexDigit(kind) >= 0 ? css(text, at) : 0;
}

function fixed(text: string, at: number, digits: number): number {
  let value = 0;
  for (let of = at; of < at + digits; of++) {
    const digit = hexDigit(text.charCodeAt(of));
    if (!(digit >= 0)) return 0;
    value = value * 16 + digit;
  }
  code = value;
  return at + digits;
}

/** `\uHHHH`, and two of them for what lies beyond. */
function unit(text: string, at: number): number {
  const end = fixed(text, at, 4);
  if (end === 0 || code < 0xd800 || code > 0xdfff) return end;
  const high = code;
  if (high < 0xdc00 && text.charCodeAt(end) === BACKSLASH && text.charCodeAt(end + 1) === 117) {
    const second = fixed(text, end + 2, 4);
    if (second !== 0 && code >= 0xdc00 && code <= 0xdfff) {
      code = 0x10000 + ((high - 0xd800) << 10) + (code - 0xdc00);
      return second;
    }
  }
  return 0;
}

function braced(text: string, at: number): number {
  let value = 0;
  let of = at;
  for (; of < at + 8; of++) {
    const digit = hexDigit(text.charCodeAt(of));
    if (!(digit >= 0)) break;
    value = value * 16 + digit;
  }
  if (of === at || text.charCodeAt(of) !== 125 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return 0;
  code = value;
  return of + 1;
}

/** Three octal digits. */
function octal(text: string, at: number): number {
  let value = 0;
  for (let of = at; of < at + 3; of++) {
    const digit = text.charCodeAt(of) - 48;
    if (!(digit >= 0 && digit <= 7)) return 0;
    value = value * 8 + digit;
  }
  if (value > 255) return 0;
  code = value;
  return at + 3;
}

/** Two to six hexadecimal digits and one white space, of a printable ASCII character only. */
function css(text: string, at: number): number {
  let value = 0;
  let of = at;
  for (; of < at + 6; of++) {
    const digit = hexDigit(text.charCodeAt(of));
    if (!(digit >= 0)) break;
    value = value * 16 + digit;
  }
  if (of - at < 2 || value < 32 || value > 126) return 0;
  code = value;
  const next = text.charCodeAt(of);
  return next === 32 || next === 9 || next === 10 ? of + 1 : of;
}
