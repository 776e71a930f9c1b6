/** Suffix of a truncated text. */
const CUT = "…";
/** Control, format, private-use and unassigned characters, and every kind of space but U+0020. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Zs}]/u;

/**
 * Bytes as text that is safe to show: well-formed UTF-8 as characters; a backslash doubled; control characters,
 * invisible ones and bytes of no character as `\n`, `\x1b`, `\u{202e}`. At most `limit` characters, the ellipsis of a
 * cut included; work is bounded by the limit, not by the value.
 */
export function printable(bytes: string, limit: number): string {
  let out = "";
  // Where a cut can be made so that the ellipsis still fits.
  let fits = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    const piece = length === 0 ? hexByte(bytes.charCodeAt(at)) : pieceOf(bytes.slice(at, at + length));
    if (out.length + piece.length > limit) return out.slice(0, fits) + CUT.slice(0, limit);
    out += piece;
    if (out.length < limit) fits = out.length;
    at += Math.max(1, length);
  }
  return out;
}

/** Text that is not a byte string, such as a rule's description, in the same form. */
export function printableText(text: string, limit: number): string {
  let out = "";
  for (const character of text.slice(0, limit + 1)) {
    const piece = escaped(character);
    if (out.length + piece.length > limit - 1) return out + CUT.slice(0, limit);
    out += piece;
  }
  return out;
}

/**
 * A user's own word or text as a message repeats it: at most `limit` UTF-16 units, the ellipsis of a cut included. Not escaped:
 * who shows a diagnostic knows what the place takes.
 */
export function excerpt(text: string, limit = 60): string {
  if (text.length <= limit) return text;
  const end = limit - CUT.length;
  // Half of a surrogate pair would be not a character.
  const isSplit = (text.codePointAt(end - 1) ?? 0) > 0xffff;
  return text.slice(0, isSplit ? end - 1 : end) + CUT;
}

function pieceOf(sequence: string): string {
  if (sequence.length === 1) return escaped(sequence);
  let code = sequence.charCodeAt(0) & (0x7f >> sequence.length);
  for (let at = 1; at < sequence.length; at++) code = (code << 6) | (sequence.charCodeAt(at) & 63);
  return escaped(String.fromCodePoint(code));
}

function escaped(character: string): string {
  switch (character) {
    case "\\":
      return "\\\\";
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
    case " ":
      return " ";
  }
  if (!UNPRINTABLE.test(character)) return character;
  const code = character.codePointAt(0)!;
  return code < 0x80 ? hexByte(code) : `\\u{${code.toString(16)}}`;
}

function hexByte(code: number): string {
  return `\\x${(code & 255).toString(16).padStart(2, "0")}`;
}

/** Bytes of the well-formed UTF-8 sequence at `at`; 0 when there is none (Unicode 16 table 3-7). */
function sequenceLength(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const second = bytes.charCodeAt(at + 1);
  if (at + length > bytes.length) return 0;
  for (let offset = 1; offset < length; offset++) {
    if ((bytes.charCodeAt(at + offset) & 0xc0) !== 0x80) return 0;
  }
  const tooLow = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const tooHigh = (first === 0xed && second > 0x9f) || (first === 0xf4 && second > 0x8f);
  return tooLow || tooHigh ? 0 : length;
}
