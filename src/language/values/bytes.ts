// Byte strings: JavaScript strings whose UTF-16 units are bytes (semantics.md#byte-strings). Everything here is
// linear in its input.

/**
 * The UTF-8 bytes of a text. A lone surrogate has no UTF-8 form and becomes U+FFFD's bytes.
 *
 * Pure ASCII text is returned as it is.
 */
export function utf8Encode(text: string): string {
  let at = 0;
  while (at < text.length && text.charCodeAt(at) < 0x80) at++;
  if (at === text.length) return text;
  let out = text.slice(0, at);
  for (; at < text.length; at++) {
    let code = text.charCodeAt(at);
    if (code < 0x80) {
      out += text[at];
      continue;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = code < 0xdc00 && at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
      if (low >= 0xdc00 && low <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at++;
      } else code = 0xfffd;
    }
    out += encodeCodePoint(code);
  }
  return out;
}

/** The UTF-8 bytes of one code point, which must not be a surrogate. */
export function encodeCodePoint(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 63));
  if (code < 0x10000) {
    return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return String.fromCharCode(
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 63),
    0x80 | ((code >> 6) & 63),
    0x80 | (code & 63),
  );
}

/**
 * Reads one UTF-8 sequence at `at`. Answers `code * 8 + length`, or -1 when the bytes there are no well-formed
 * sequence (overlong forms, surrogates and values above U+10FFFF are not; Unicode 16 table 3-7).
 */
function decodeAt(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return first * 8 + 1;
  if (first < 0xc2 || first > 0xf4) return -1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > bytes.length) return -1;
  let code = first & (0x7f >> length);
  for (let offset = 1; offset < length; offset++) {
    const next = bytes.charCodeAt(at + offset);
    if ((next & 0xc0) !== 0x80) return -1;
    code = (code << 6) | (next & 63);
  }
  if (length === 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return -1;
  if (length === 4 && (code < 0x10000 || code > 0x10ffff)) return -1;
  return code * 8 + length;
}

/** The text that the bytes spell in UTF-8; undefined when they are not well-formed UTF-8. */
export function utf8Decode(bytes: string): string | undefined {
  if (isAscii(bytes)) return bytes;
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const decoded = decodeAt(bytes, at);
    if (decoded < 0) return undefined;
    parts.push(String.fromCodePoint(decoded >> 3));
    at += decoded & 7;
  }
  return parts.join("");
}

export function isUtf8(bytes: string): boolean {
  for (let at = 0; at < bytes.length; ) {
    if (bytes.charCodeAt(at) < 0x80) {
      at++;
      continue;
    }
    const decoded = decodeAt(bytes, at);
    if (decoded < 0) return false;
    at += decoded & 7;
  }
  return true;
}

export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= 0x80) return false;
  return true;
}

/** Lower case for A to Z only; the same string when nothing changes, which is the common case on request data. */
export function asciiLower(bytes: string): string {
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes.charCodeAt(at);
    if (code >= 65 && code <= 90) return mapCase(bytes, at, 65, 90, 32);
  }
  return bytes;
}

/** Upper case for a to z only; the same string when nothing changes. */
export function asciiUpper(bytes: string): string {
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes.charCodeAt(at);
    if (code >= 97 && code <= 122) return mapCase(bytes, at, 97, 122, -32);
  }
  return bytes;
}

function mapCase(bytes: string, from: number, first: number, last: number, shift: number): string {
  // `toLowerCase` is several times faster than building a string, and agrees with us on pure ASCII.
  if (isAscii(bytes)) return shift > 0 ? bytes.toLowerCase() : bytes.toUpperCase();
  // Built by the byte, twelve megabytes took three seconds, most of them to collect what concatenation leaves.
  const out = toUint8Array(bytes);
  for (let at = from; at < out.length; at++) {
    const code = out[at] ?? 0;
    if (code >= first && code <= last) out[at] = code + shift;
  }
  return fromUint8Array(out);
}

/** Whether two byte strings are equal, in a time that depends on their lengths alone. */
export function equalInConstantTime(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < left.length; at++) difference |= left.charCodeAt(at) ^ right.charCodeAt(at);
  return difference === 0;
}

const CHUNK = 8192;

/** The byte string of an array of bytes. */
export function fromUint8Array(bytes: Uint8Array): string {
  if (bytes.length <= CHUNK) return Reflect.apply(String.fromCharCode, undefined, bytes);
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    parts.push(Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + CHUNK)));
  }
  return parts.join("");
}

export function toUint8Array(bytes: string): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) out[at] = bytes.charCodeAt(at);
  return out;
}

/** The value 0..15 of a hexadecimal digit's char code, or -1. */
export function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const folded = code | 32;
  return folded >= 97 && folded <= 102 ? folded - 87 : -1;
}

/** Every request is given an id: eight bytes took a third of what `toString(16)` and padding took. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal text of the bytes. */
export function toHex(bytes: string): string {
  let out = "";
  for (let at = 0; at < bytes.length; at++) out += HEX[bytes.charCodeAt(at)]!;
  return out;
}

/**
 * Percent-decoding: `%HH` becomes the byte, `+` a space when asked; malformed escapes stay as they are.
 * Returns the same string when there is nothing to decode.
 */
export function percentDecode(bytes: string, plusIsSpace: boolean): string {
  const plus = plusIsSpace ? bytes.indexOf("+") : -1;
  const first = escapeFrom(bytes, bytes.indexOf("%"));
  if (plus === -1) return first === -1 ? bytes : withoutEscapes(bytes, first);
  // Joined from pieces, a text of many escapes took three times as long.
  if (bytes.length > CHUNK) {
    const room = new Uint8Array(bytes.length);
    return fromUint8Array(room.subarray(0, decodeInto(room, bytes)));
  }
  // Of a plain array a short string is made in three quarters of the time.
  const length = decodeInto(SCRATCH, bytes);
  return Reflect.apply(String.fromCharCode, undefined, SCRATCH.slice(0, length));
}

/** Writes a form's text decoded. @returns its length */
function decodeInto(room: number[] | Uint8Array, bytes: string): number {
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    let code = bytes.charCodeAt(at);
    if (code === 43) code = 32;
    else if (code === 37) {
      const byte = escapeAt(bytes, at);
      if (byte >= 0) {
        code = byte;
        at += 2;
      }
    }
    room[length++] = code;
  }
  return length;
}

/** The place of the first well-formed escape from a percent sign on, or -1. */
function escapeFrom(bytes: string, sign: number): number {
  let at = sign;
  while (at !== -1 && escapeAt(bytes, at) < 0) at = bytes.indexOf("%", at + 1);
  return at;
}

/** The byte that the escape at a percent sign stands for; negative when it is malformed. */
function escapeAt(bytes: string, at: number): number {
  const high = HEX_VALUES[bytes.charCodeAt(at + 1)] ?? -1;
  const low = HEX_VALUES[bytes.charCodeAt(at + 2)] ?? -1;
  return (high << 4) | low;
}

const HEX_VALUES = Int8Array.from({ length: 256 }, (_, code) => hexDigit(code));

/** A text without its escapes, of which the first is at a place. */
function withoutEscapes(bytes: string, first: number): string {
  // The global function takes half the time of a loop, and knows one escape more.
  if (!bytes.includes("%u")) return unescape(bytes);
  let out = "";
  let copied = 0;
  for (let at = first; at !== -1; at = escapeFrom(bytes, bytes.indexOf("%", at + 3))) {
    out += bytes.slice(copied, at) + String.fromCharCode(escapeAt(bytes, at));
    copied = at + 3;
  }
  return out + bytes.slice(copied);
}

/** Where short texts are written to before they are strings. */
const SCRATCH = new Array<number>(CHUNK).fill(0);

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** RFC 4648 Base64, with the URL-safe alphabet and padding as asked. */
export function base64Encode(
  bytes: string,
  options: { readonly url: boolean; readonly pad: boolean },
): string {
  const alphabet = options.url ? BASE64_URL : BASE64;
  let out = "";
  let at = 0;
  for (; at + 2 < bytes.length; at += 3) {
    const group = (bytes.charCodeAt(at) << 16) | (bytes.charCodeAt(at + 1) << 8) | bytes.charCodeAt(at + 2);
    out +=
      alphabet.charAt(group >> 18) +
      alphabet.charAt((group >> 12) & 63) +
      alphabet.charAt((group >> 6) & 63) +
      alphabet.charAt(group & 63);
  }
  const rest = bytes.length - at;
  if (rest === 1) {
    const group = bytes.charCodeAt(at) << 4;
    out += alphabet.charAt(group >> 6) + alphabet.charAt(group & 63) + (options.pad ? "==" : "");
  } else if (rest === 2) {
    const group = ((bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1)) << 2;
    out +=
      alphabet.charAt(group >> 12) +
      alphabet.charAt((group >> 6) & 63) +
      alphabet.charAt(group & 63) +
      (options.pad ? "=" : "");
  }
  return out;
}

/**
 * Decodes Base64 of either alphabet, padded or not. Undefined for any other character (white space too), for
 * padding in the wrong place, and for a length that no encoding has.
 */
export function base64Decode(text: string): string | undefined {
  let end = text.length;
  let padding = 0;
  while (padding < 2 && end > 0 && text.charCodeAt(end - 1) === 61) {
    end--;
    padding++;
  }
  if (end % 4 === 1 || (padding > 0 && (end + padding) % 4 !== 0)) return undefined;
  const out = new Uint8Array(Math.floor((end * 3) / 4));
  let length = 0;
  let group = 0;
  let bits = 0;
  for (let at = 0; at < end; at++) {
    const digit = base64Digit(text.charCodeAt(at));
    if (digit < 0) return undefined;
    group = ((group << 6) | digit) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[length++] = group >> bits;
    }
  }
  return fromUint8Array(out);
}

/** Six bits by their character in either alphabet; -1 for any other. */
export function base64Digit(code: number): number {
  if (code >= 65 && code <= 90) return code - 65;
  if (code >= 97 && code <= 122) return code - 71;
  if (code >= 48 && code <= 57) return code + 4;
  if (code === 43 || code === 45) return 62;
  return code === 47 || code === 95 ? 63 : -1;
}
