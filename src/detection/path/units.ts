/** What one character of a path is, in whatever bytes it is written: ASCII, full width, more bytes than UTF-8 allows, hex. */
export const OTHER = 0;
export const DOT = 1;
export const SEPARATOR = 2;
/** Two dots in one character: U+2025, U+FE30. */
export const DOTS = 3;

/** Bits of {@link unitAt}: the kind, whether it is disguised, whether its bytes are not UTF-8, and from bit 4 on its length. */
export const KIND = 3;
export const ODD = 4;
export const INVALID = 8;
export const LENGTH_SHIFT = 4;

const unit = (kind: number, flags: number, length: number) => kind | flags | (length << LENGTH_SHIFT);

const PLAIN_OTHER = unit(OTHER, 0, 1);
const PLAIN_DOT = unit(DOT, 0, 1);
const PLAIN_SEPARATOR = unit(SEPARATOR, 0, 1);

/** Look-alikes that systems have folded to a dot or a slash, by the three bytes of their UTF-8. */
const LOOK_ALIKES = new Map<number, number>([
  [0xefbc8e, unit(DOT, ODD, 3)],
  [0xe38082, unit(DOT, ODD, 3)],
  [0xe280a4, unit(DOT, ODD, 3)],
  [0xe280a5, unit(DOTS, ODD, 3)],
  [0xefb8b0, unit(DOTS, ODD, 3)],
  [0xefbc8f, unit(SEPARATOR, ODD, 3)],
  [0xefbcbc, unit(SEPARATOR, ODD, 3)],
  [0xe28895, unit(SEPARATOR, ODD, 3)],
  [0xe28896, unit(SEPARATOR, ODD, 3)],
  [0xe28184, unit(SEPARATOR, ODD, 3)],
  [0xeebf88, unit(SEPARATOR, ODD, 3)],
  [0xef80a5, unit(SEPARATOR, ODD, 3)],
  [0xefb9a8, unit(SEPARATOR, ODD, 3)],
]);

/** Reads the unit of a path that begins at `at`, which must be within the text. */
export function unitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 0x2e) return PLAIN_DOT;
  if (code === 0x2f || code === 0x5c) return PLAIN_SEPARATOR;
  if (code === 0x30) return hexAt(text, at);
  if (code === 0x25) return brokenEscapeAt(text, at);
  if (code < 0xc0) return PLAIN_OTHER;
  if (code < 0xc2) return overlongPairAt(text, at);
  const overlong = overlongAt(text, at, code);
  if (overlong !== 0) return overlong;
  if (code === 0xef || code === 0xe2 || code === 0xe3 || code === 0xee) {
    const bytes = (code << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
    return LOOK_ALIKES.get(bytes) ?? PLAIN_OTHER;
  }
  return PLAIN_OTHER;
}

/** `0x2e`, `0x2f`, `0x5c`. */
function hexAt(text: string, at: number): number {
  if ((text.charCodeAt(at + 1) | 0x20) !== 0x78) return PLAIN_OTHER;
  const code = leftoverAt(text, at + 2);
  if (code === 0x2e) return unit(DOT, ODD, 4);
  return code === 0 ? PLAIN_OTHER : unit(SEPARATOR, ODD, 4);
}

/** `%2%e`, `%2%f`, `%5%c`: escapes that a lenient reader puts together. */
function brokenEscapeAt(text: string, at: number): number {
  if (text.charCodeAt(at + 2) !== 0x25) return PLAIN_OTHER;
  const code = leftoverAt(text.charAt(at + 1) + text.charAt(at + 3), 0);
  if (code === 0x2e) return unit(DOT, ODD, 4);
  return code === 0 ? PLAIN_OTHER : unit(SEPARATOR, ODD, 4);
}

/** Two hex digits of a dot or a separator that have lost their percent sign, as the code they stand for; 0 for others. */
export function leftoverAt(text: string, at: number): 0x2e | 0x2f | 0x5c | 0 {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1) | 0x20;
  if (high === 0x32) return low === 0x65 ? 0x2e : low === 0x66 ? 0x2f : 0;
  return high === 0x35 && low === 0x63 ? 0x5c : 0;
}

/** `C0` and `C1` begin no character of UTF-8; lenient readers take six bits of what follows, or skip a malformed escape. */
function overlongPairAt(text: string, at: number): number {
  const next = text.charCodeAt(at + 1);
  if (next === 0x25) {
    // %c0%9v: the second escape has no two hex digits and was left as it is.
    return isAlphanumeric(text.charCodeAt(at + 2)) && isAlphanumeric(text.charCodeAt(at + 3))
      ? unit(SEPARATOR, ODD | INVALID, 4)
      : PLAIN_OTHER;
  }
  const bits = next & 0x3f;
  if (bits === 0x2f || bits === 0x1c) return unit(SEPARATOR, ODD | INVALID, 2);
  if (bits === 0x2e || bits === 0x1e || bits === 0x3e) return unit(DOT, ODD | INVALID, 2);
  return PLAIN_OTHER;
}

/** A dot or a separator in three to six bytes; 0 when the bytes are something else. */
function overlongAt(text: string, at: number, lead: number): number {
  const length = lead === 0xe0 ? 3 : lead === 0xf0 ? 4 : lead === 0xf8 ? 5 : lead === 0xfc ? 6 : 0;
  if (length === 0 || at + length > text.length) return 0;
  let code = 0;
  for (let offset = 1; offset < length; offset++) {
    const next = text.charCodeAt(at + offset);
    if ((next & 0xc0) !== 0x80) return 0;
    code = (code << 6) | (next & 0x3f);
  }
  if (code === 0x2e) return unit(DOT, ODD | INVALID, length);
  return code === 0x2f || code === 0x5c ? unit(SEPARATOR, ODD | INVALID, length) : 0;
}

export function isAlphanumeric(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}

/** A part of a path in lower case, its disguised dots plain. */
export function plainSegment(text: string, start: number, end: number): string {
  let at = start;
  while (at < end && text.charCodeAt(at) < 0x80) at++;
  const ascii = text.slice(start, at);
  if (at === end) return ascii.toLowerCase();
  let plain = ascii;
  while (at < end) {
    const read = unitAt(text, at);
    plain += (read & KIND) === DOT ? "." : text[at];
    at += read >> LENGTH_SHIFT;
  }
  return plain.toLowerCase();
}
