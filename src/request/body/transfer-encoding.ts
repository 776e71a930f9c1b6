import { asciiLower, base64Digit, fromUint8Array, hexDigit } from "../../language/values/bytes.ts";
import { isWhiteSpace } from "../head/characters.ts";

/** The result of undoing a transfer encoding. */
export interface DecodedContent {
  readonly bytes: string;
  /** False when decoders disagree about the text: something in it belongs to no encoding of this kind. */
  readonly wellFormed: boolean;
}

/** Transfer encodings that change nothing (RFC 2045 §6.2). */
const IDENTITY: ReadonlySet<string> = new Set(["7bit", "8bit", "binary"]);

/**
 * Undoes a transfer encoding (RFC 2045 §6), passing over what is malformed.
 *
 * @returns the content itself for the encodings that change nothing, `undefined` for an unknown one
 */
export function undoTransferEncoding(encoding: string, content: string): DecodedContent | undefined {
  const name = asciiLower(encoding);
  if (IDENTITY.has(name)) return { bytes: content, wellFormed: true };
  if (name === "base64") return decodeBase64(content);
  return name === "quoted-printable" ? decodeQuotedPrintable(content) : undefined;
}

const INVALID = -1;
/** The six bits of each character; both alphabets, since lenient decoders take either. */
const DIGITS = Int8Array.from({ length: 256 }, (_, code) => base64Digit(code));

function decodeBase64(text: string): DecodedContent {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let length = 0;
  let wellFormed = true;
  let ended = false;
  let group = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 61 || code === 13 || code === 10 || isWhiteSpace(code)) {
      ended ||= digits > 0;
      continue;
    }
    const digit = DIGITS[code] ?? INVALID;
    // Characters of the other alphabet, text after the padding and rubbish: dropped by some decoders only. White
    // space between digits: some decode what comes in one piece without a look at where groups begin.
    if (digit === INVALID || ended || code === 45 || code === 95) wellFormed = false;
    if (digit === INVALID) continue;
    group = ((group << 6) | digit) & 0xffff;
    digits++;
    if (digits % 4 !== 1) bytes[length++] = group >> (6 - 2 * ((digits - 1) % 4));
  }
  return { bytes: fromUint8Array(bytes.subarray(0, length)), wellFormed: wellFormed && digits % 4 !== 1 };
}

function decodeQuotedPrintable(text: string): DecodedContent {
  if (!text.includes("=")) return { bytes: text, wellFormed: true };
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let wellFormed = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 61) {
      bytes[length++] = code;
      continue;
    }
    const high = hexDigit(text.charCodeAt(at + 1));
    const low = hexDigit(text.charCodeAt(at + 2));
    if (high >= 0 && low >= 0) {
      bytes[length++] = (high << 4) | low;
      at += 2;
    } else if (text.startsWith("\r\n", at + 1)) {
      at += 2;
    } else {
      wellFormed = false;
      bytes[length++] = code;
    }
  }
  return { bytes: fromUint8Array(bytes.subarray(0, length)), wellFormed };
}

/** `=?charset?B?text?=` and `=?charset?Q?text?=` (RFC 2047 §2). */
const ENCODED_WORD = /=\?([^?\s]{1,40})\?([BbQq])\?([^?\s]*)\?=/g;

/** A text whose encoded words (RFC 2047) are undone, and the charsets that they name. */
export interface DecodedWords {
  readonly text: string;
  readonly charsets: readonly string[];
}

/** Undoes encoded words, as mail-minded readers and .NET do in file names; `undefined` when there is none. */
export function undoEncodedWords(text: string): DecodedWords | undefined {
  if (!text.includes("=?")) return undefined;
  const charsets: string[] = [];
  // White space between two words is not part of the text (RFC 2047 §6.2).
  const decoded = text
    .replace(/\?=[ \t]+=\?/g, "?==?")
    .replace(ENCODED_WORD, (_word, charset: string, encoding: string, content: string): string => {
      charsets.push(charset);
      return asciiLower(encoding) === "b"
        ? decodeBase64(content).bytes
        : decodeQuotedPrintable(content.replaceAll("_", " ")).bytes;
    });
  return charsets.length === 0 ? undefined : { text: decoded, charsets };
}
