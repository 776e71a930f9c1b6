// On the request path, for each byte of a form: it may have thousands of fields, so that one pass decodes all of them, and tells
// which of them can hold nothing but themselves.
import { fromUint8Array, hexDigit } from "../../language/values/bytes.ts";
import { mayHoldBase64In } from "./base64-runs.ts";
import { beginsNested, MIN_NESTED, mayNest } from "./nested.ts";

/** Values of a form with one layer of encoding undone. */
export interface FlatValues {
  readonly values: readonly string[];
  /** By value whether it is decoded to its end, and no reader of forms makes another text of it. */
  readonly isPlain: Uint8Array;
}

/** Undoes one layer of the values of a form. */
export function flatValues(sent: readonly string[]): FlatValues {
  let size = 0;
  for (const value of sent) size += value.length;
  const room = new Uint8Array(size);
  const ends = new Int32Array(sent.length);
  const isPlain = new Uint8Array(sent.length);
  let start = 0;
  for (let at = 0; at < sent.length; at++) {
    const value = sent[at] ?? "";
    const kinds = decodeInto(room, start, value);
    if ((kinds & ODD) === 0 && !holdsBase64(room, start, value, kinds)) isPlain[at] = 1;
    if ((kinds & SIGN) !== 0 && holdsEscape(room, start)) isPlain[at] = 0;
    // What is as it was sent need not be made again.
    if ((kinds & (PLUS | ESCAPE)) === 0) continue;
    start = decodedEnd;
    ends[at] = start;
  }
  const text = fromUint8Array(room.subarray(0, start));
  start = 0;
  const values = sent.map((value, at) => {
    const end = ends[at] ?? 0;
    const decoded = end === 0 ? value : text.slice(start, end);
    if (end !== 0) start = end;
    if (decoded.length >= MIN_NESTED && beginsNested(decoded)) isPlain[at] = 0;
    return decoded;
  });
  return { values, isPlain };
}

function holdsBase64(room: Uint8Array, start: number, value: string, kinds: number): boolean {
  if (decodedEnd - start < MIN_NESTED) return false;
  if (mayHoldBase64In(room, start, decodedEnd, (kinds & DASH) !== 0, (kinds & STOP) !== 0)) return true;
  // Some applications take the spaces that came of plus signs for plus signs.
  return (kinds & (PLUS | NO_BASE64)) === PLUS && mayNest(value);
}

/** Whether a value that has a percent sign has a further layer of encoding. */
function holdsEscape(room: Uint8Array, start: number): boolean {
  for (let at = start; at + 2 < decodedEnd; at++) {
    if (room[at] !== 37) continue;
    const next = room[at + 1] ?? 0;
    if ((next | 32) === 117 || byteOf(next, room[at + 2] ?? 0) >= 0) return true;
  }
  return false;
}

/** What a value was found to have: an equals sign, or bytes above ASCII that are there as they are, */
const ODD = 1;
/** a plus sign, an escape, a digit of Base64 for URLs, */
const PLUS = 2;
const ESCAPE = 4;
const DASH = 8;
/** and what no Base64 has whose plus signs were not escaped. */
const NO_BASE64 = 16;
/** A percent sign when it was decoded. */
const SIGN = 32;
/** What divides a token. */
const STOP = 64;

const KINDS = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (code >= 128 || character === "=") return ODD;
  if (character === "%") return SIGN | NO_BASE64;
  if ("-_".includes(character)) return DASH;
  if (character === ".") return STOP | NO_BASE64;
  return /[\w/]/.test(character) ? 0 : NO_BASE64;
});
const HEX = Int8Array.from({ length: 256 }, (_, code) => hexDigit(code));

/** The byte of two hexadecimal digits; negative where one is none. */
function byteOf(high: number, low: number): number {
  return ((HEX[high] ?? -1) << 4) | (HEX[low] ?? -1);
}

/** Where the last value ends. */
let decodedEnd = 0;

/** Writes a value decoded. @returns what it has */
function decodeInto(room: Uint8Array, start: number, value: string): number {
  const last = value.length - 2;
  let to = start;
  let kinds = 0;
  for (let at = 0; at < value.length; at++) {
    let code = value.charCodeAt(at);
    if (code === 43) {
      code = 32;
      kinds |= PLUS;
    } else if (code === 37 && at < last) {
      const byte = byteOf(value.charCodeAt(at + 1), value.charCodeAt(at + 2));
      if (byte >= 0) {
        code = byte;
        at += 2;
        kinds |= ESCAPE | NO_BASE64;
        // Bytes that are written so are cut off by no reader.
        if (byte < 128) kinds |= KINDS[byte] ?? 0;
      } else kinds |= SIGN | NO_BASE64;
    } else kinds |= KINDS[code] ?? 0;
    room[to++] = code;
  }
  decodedEnd = to;
  return kinds;
}
