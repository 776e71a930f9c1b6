// On the request path, for texts of Base64's alphabet: whether they stand for text is told without decoding, mostly by their first bytes.
import { base64Decode, base64Digit, isUtf8 } from "../../language/values/bytes.ts";
import { undoOverlong } from "./folding.ts";

/** Digits of the shortest attack that is worth hiding. */
const MIN_DIGITS = 8;
/** Digits of a part of a value; shorter ones are words. */
const MIN_PART = 16;
/** Beyond it a value is data: an image, a file. */
const MAX_DIGITS = 65_536;
/** Values in which parts are looked for. */
const MAX_VALUE = 4096;

/** Signs that languages are made of; what has none of them is a name, an id, a sentence. */
const STRUCTURE = /[<>'"`;|&$(){}\\%=/*#!]/;
/** So much in a row the reader of values within values has found and shown. */
const SHOWN = /[\t-\r -~]{8}/;

/**
 * The text that Base64 stands for: UTF-8, overlong sequences among it, without control characters but NUL and white space, and
 * with a sign of some language. Undefined when it stands for none.
 */
export function base64Text(digits: string): string | undefined {
  const { length } = digits;
  if (length < MIN_DIGITS || length > MAX_DIGITS || !mayBeText(digits)) return undefined;
  const decoded = base64Decode(digits);
  if (decoded === undefined || !STRUCTURE.test(decoded)) return undefined;
  return isUtf8(undoOverlong(decoded)) ? decoded : undefined;
}

/** What a value of Base64 stands for where the reader of values within values sees too little of it to say. */
export function hiddenBase64(value: string): string | undefined {
  const text = base64Text(value);
  return text === undefined || (value.length > 10 && SHOWN.test(text) && isUtf8(text)) ? undefined : text;
}

/** What parts of a value stand for that begin after a sign that divides: `token=…`, `a,…`, `Bearer …`. */
export function base64Parts(value: string): string | undefined {
  const { length } = value;
  if (length <= MIN_PART || length > MAX_VALUE) return undefined;
  let out: string | undefined;
  let from = 0;
  // Of what is as long as a part, one character in as many tells.
  for (let at = MIN_PART - 1; at < length; at += MIN_PART) {
    if (!isDigit(value, at)) {
      from = at + 1;
      continue;
    }
    let start = at;
    while (start > from && isDigit(value, start - 1)) start--;
    while (at < length && isDigit(value, at)) at++;
    if (at - start >= MIN_PART && start > 0 && DIVIDES.has(value.charCodeAt(start - 1))) {
      const text = base64Text(value.slice(start, at));
      if (text !== undefined) out = out === undefined ? text : `${out}\n${text}`;
    }
    from = at + 1;
  }
  return out;
}

const DIGITS = Int8Array.from({ length: 256 }, (_, code) => base64Digit(code));

function isDigit(text: string, at: number): boolean {
  return (DIGITS[text.charCodeAt(at)] ?? -1) >= 0;
}

/** `=`, `:`, `,`, a blank. */
const DIVIDES: ReadonlySet<number> = new Set([61, 58, 44, 32]);

/** Whether all are digits, padding aside, and none of the bytes is one that no text has. */
function mayBeText(digits: string): boolean {
  let end = digits.length;
  while (end > digits.length - 2 && digits.charCodeAt(end - 1) === 61) end--;
  let group = 0;
  let tail = 0;
  for (let at = 0; at < end; at++) {
    const digit = DIGITS[digits.charCodeAt(at)] ?? -1;
    if (digit < 0) return false;
    group = ((group << 6) | digit) & 0xffff;
    if ((at & 3) === 0) continue;
    const byte = (group >> (6 - 2 * (at & 3))) & 255;
    if (byte >= 128) {
      if (byte < 192) {
        if (tail === 0) return false;
        tail--;
      } else tail = byte < 224 ? 1 : byte < 240 ? 2 : 3;
    } else {
      if (tail > 0 || byte === 127 || (byte < 32 && byte !== 0 && (byte < 9 || byte > 13))) return false;
    }
  }
  return true;
}
