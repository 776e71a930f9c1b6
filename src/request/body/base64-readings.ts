// On the request path, for each byte of values in which Base64 may stand, JSON and prose among them: digits are read where they
// stand, and no text is made of them on the way.
import { base64Digit } from "../../language/values/bytes.ts";
import { TOKEN } from "./base64-runs.ts";

/** Takes what digits stand for; the bytes are overwritten by the next reading. */
export type TakeBytes = (bytes: Uint8Array, length: number) => void;

const PADDING = 61;

/** By character its digit, and whether it is one. Without branches, since text between digits comes at any place. */
const DIGITS = Uint8Array.from({ length: 256 }, (_, code) => Math.max(0, base64Digit(code)));
const ARE_DIGITS = Uint8Array.from({ length: 256 }, (_, code) => (base64Digit(code) < 0 ? 0 : 1));
/** The same of the alphabet that is not for URLs. */
const ARE_PLAIN = ARE_DIGITS.map((is, code) => (code === 45 || code === 95 ? 0 : is));

/** Digits of a value, and what they stand for. */
let digits = new Uint8Array(1024);
let bytes = new Uint8Array(1024);
/** Where its pieces end, which are between paddings. */
const ends: number[] = [];

/**
 * What digits stand for by lenient decoders, those of Node.js and Python among them, which leave other characters out: by those that
 * end at the padding or begin anew after it, by those that leave it out, and by those to which the two digits of the alphabet for
 * URLs are none. A last digit that stands for no byte is left out.
 */
export function readBase64(written: string, take: TakeBytes): void {
  if (digits.length <= written.length) {
    digits = new Uint8Array(written.length + 1);
    bytes = new Uint8Array(written.length + 1);
  }
  readAll(written, ARE_DIGITS, take);
  // Tokens and signed values are decoded piece by piece; they have no padding.
  if (TOKEN.test(written)) for (const piece of written.split(".")) readPieces(piece, ARE_DIGITS, take);
  if (/[-_]/.test(written)) readAll(written, ARE_PLAIN, take);
}

/** Reads what is between paddings, and all of it together. */
function readAll(written: string, are: Uint8Array, take: TakeBytes): void {
  if (readPieces(written, are, take) < 2) return;
  const count = ends.at(-1) ?? 0;
  decode(0, count, take);
  const joined = joinPieces();
  if (joined < count) decode(0, joined, take);
}

/** Reads what is between paddings. @returns how many such pieces there are */
function readPieces(written: string, are: Uint8Array, take: TakeBytes): number {
  const into = digits;
  ends.length = 0;
  let count = 0;
  let last = 0;
  for (let at = 0; at < written.length; at++) {
    const code = written.charCodeAt(at) & 255;
    into[count] = DIGITS[code] ?? 0;
    count += are[code] ?? 0;
    if (code !== PADDING || count === last) continue;
    ends.push(count);
    last = count;
  }
  if (count > last) ends.push(count);
  let start = 0;
  for (const end of ends) {
    decode(start, end, take);
    start = end;
  }
  return ends.length;
}

/** Puts the pieces together, but for digits at their ends that stand for no byte. @returns how many digits there are */
function joinPieces(): number {
  let count = 0;
  let start = 0;
  for (const end of ends) {
    const whole = (end - start) % 4 === 1 ? end - 1 : end;
    digits.copyWithin(count, start, whole);
    count += whole - start;
    start = end;
  }
  return count;
}

function decode(start: number, end: number, take: TakeBytes): void {
  const from = digits;
  const to = bytes;
  let length = 0;
  let at = start;
  for (; at + 3 < end; at += 4) {
    const group =
      (valueAt(from, at) << 18) |
      (valueAt(from, at + 1) << 12) |
      (valueAt(from, at + 2) << 6) |
      valueAt(from, at + 3);
    to[length++] = group >> 16;
    to[length++] = group >> 8;
    to[length++] = group;
  }
  if (at + 1 < end) to[length++] = (valueAt(from, at) << 2) | (valueAt(from, at + 1) >> 4);
  if (at + 2 < end) to[length++] = (valueAt(from, at + 1) << 4) | (valueAt(from, at + 2) >> 2);
  take(to, length);
}

function valueAt(values: Uint8Array, at: number): number {
  return values[at] ?? 0;
}
