// On the request path, for each byte of each value.
import { base64Digit } from "../../language/values/bytes.ts";
import { IS_LEGIBLE, MIN_LEGIBLE } from "./legible.ts";

/** Digits of what is as short as an attack may be. */
const MIN_BASE64 = 11;

/** Classes of characters besides the 64 digits. */
const PADDING = 64;
const OTHER = 65;
const WIDTH = 66;
/** What is known of the digits since the last whole group: none, six bits of one, four of two, two of three. */
const PARTS = 1 + 64 + 16 + 4;
const FOUND = 0xffff;

/**
 * What digits stand for, as a state: the bits of the byte that is not whole yet, and how many legible ones in a row are in front of
 * it. The automaton has a third of the cost of working bytes out, since it has no branches.
 */
let transitions: Uint16Array | undefined;

function automaton(): Uint16Array {
  const next = new Uint16Array(MIN_LEGIBLE * PARTS * WIDTH);
  for (let run = 0; run < MIN_LEGIBLE; run++)
    for (let part = 0; part < PARTS; part++) {
      const row = (run * PARTS + part) * WIDTH;
      for (let digit = 0; digit < 64; digit++) next[row + digit] = stateBehind(run, part, digit);
      // What follows a padding begins anew.
      next[row + PADDING] = 0;
      next[row + OTHER] = row;
    }
  return next;
}

function stateBehind(run: number, part: number, digit: number): number {
  if (part === 0) return (run * PARTS + 1 + digit) * WIDTH;
  if (part <= 64) return behindByte(run, ((part - 1) << 2) | (digit >> 4), 65 + (digit & 15));
  if (part <= 80) return behindByte(run, ((part - 65) << 4) | (digit >> 2), 81 + (digit & 3));
  return behindByte(run, ((part - 81) << 6) | digit, 0);
}

/** A byte of zero is between characters that are wide. */
function behindByte(run: number, byte: number, part: number): number {
  const length = IS_LEGIBLE[byte] === 1 ? run + 1 : byte === 0 ? run : 0;
  return length === MIN_LEGIBLE ? FOUND : (length * PARTS + part) * WIDTH;
}

const CLASSES = Uint8Array.from({ length: 256 }, (_, code) => {
  const digit = base64Digit(code);
  if (digit >= 0) return digit;
  return code === 61 ? PADDING : OTHER;
});
/** By decoders to which the two digits of the alphabet for URLs are none. */
const CLASSES_PLAIN = CLASSES.map((of, code) => (code === 45 || code === 95 ? OTHER : of));
/** By those that leave the padding out. */
const CLASSES_UNPADDED = CLASSES.map((of) => (of === PADDING ? OTHER : of));
/** By those that do both, as PHP does. */
const CLASSES_PHP = CLASSES_PLAIN.map((of) => (of === PADDING ? OTHER : of));
/** Of a token, whose pieces are read one by one. */
const CLASSES_TOKEN = CLASSES.map((of, code) => (code === 46 ? PADDING : of));

/**
 * Whether what digits stand for, anything between them left out as lenient decoders do, has a run of text, or of text whose
 * characters are wide, to any of the usual decoders.
 */
export function mayHoldBase64(value: string): boolean {
  if (value.length < MIN_BASE64) return false;
  if (hasRun(value, CLASSES)) return true;
  const isForUrls = value.includes("-") || value.includes("_");
  if (isForUrls && hasRun(value, CLASSES_PLAIN)) return true;
  if (value.includes(".") && TOKEN.test(value) && hasRun(value, CLASSES_TOKEN)) return true;
  return goesOn(value) && (hasRun(value, CLASSES_UNPADDED) || (isForUrls && hasRun(value, CLASSES_PHP)));
}

/** Pieces of Base64 for URLs: tokens, signed values. */
export const TOKEN = /^[\w-]+(?:\.[\w-]*){1,2}$/;

/** Whether digits are after a padding. */
function goesOn(value: string): boolean {
  const padding = value.indexOf("=");
  if (padding < 0) return false;
  let last = value.length - 1;
  while (last > padding && (CLASSES[value.charCodeAt(last) & 255] ?? OTHER) >= PADDING) last--;
  return last > padding;
}

function hasRun(value: string, classes: Uint8Array): boolean {
  transitions ??= automaton();
  const next = transitions;
  let state = 0;
  for (let at = 0; at < value.length; at++) {
    state = next[state + (classes[value.charCodeAt(at) & 255] ?? OTHER)] ?? 0;
    if (state === FOUND) return true;
  }
  return false;
}

/**
 * The same of bytes without an equals sign.
 *
 * @param isForUrls whether digits of the alphabet for URLs are among them
 * @param isDivided whether full stops are
 */
export function mayHoldBase64In(
  bytes: Uint8Array,
  start: number,
  end: number,
  isForUrls: boolean,
  isDivided: boolean,
): boolean {
  if (end - start < MIN_BASE64) return false;
  return (
    hasRunIn(bytes, start, end, CLASSES) ||
    (isForUrls && hasRunIn(bytes, start, end, CLASSES_PLAIN)) ||
    (isDivided && isToken(bytes, start, end) && hasRunIn(bytes, start, end, CLASSES_TOKEN))
  );
}

/** Whether all of it may be {@link TOKEN}: digits but for those that no URL has, and full stops. */
function isToken(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = bytes[at] ?? 0;
    if (code !== 46 && (code === 43 || code === 47 || (CLASSES[code] ?? OTHER) >= PADDING)) return false;
  }
  return true;
}

function hasRunIn(bytes: Uint8Array, start: number, end: number, classes: Uint8Array): boolean {
  transitions ??= automaton();
  const next = transitions;
  let state = 0;
  for (let at = start; at < end; at++) {
    state = next[state + (classes[bytes[at] ?? 0] ?? OTHER)] ?? 0;
    if (state === FOUND) return true;
  }
  return false;
}
