// On the request path, for each value: whether its digits may stand for text is told in one pass, without decoding.
import { base64Decode, base64Digit, isUtf8 } from "../../language/values/bytes.ts";
import { isBinaryFile } from "./binary-file.ts";
import { IS_LEGIBLE, legibleRuns, MIN_LEGIBLE, wideRuns } from "./legible.ts";

/** Digits of what is as short as an attack may be. */
const MIN_BASE64 = 11;

/**
 * Whether what digits stand for, anything between them left out as lenient decoders do, has a run of text, or of text whose
 * characters are wide, to any of the decoders that {@link decodedTexts} names.
 */
export function mayHoldBase64(value: string): boolean {
  if (value.length < MIN_BASE64) return false;
  if (hasLegibleRun(value, DIGITS, true)) return true;
  if (/[-_]/.test(value) && hasLegibleRun(value, PLAIN_DIGITS, true)) return true;
  return /=[\w+/-]/.test(value) && hasLegibleRun(value, DIGITS, false);
}

function hasLegibleRun(value: string, digits: Int8Array, endsAtPadding: boolean): boolean {
  const { length } = value;
  let group = 0;
  let count = 0;
  let run = 0;
  for (let at = 0; at < length; at++) {
    const code = value.charCodeAt(at);
    const digit = digits[code & 255]!;
    if (digit < 0) {
      // What follows begins anew.
      if (code === 61 && endsAtPadding) {
        count = 0;
        run = 0;
      }
      continue;
    }
    group = ((group << 6) | digit) & 0xffff;
    if ((++count & 3) === 1) continue;
    const byte = (group >> (6 - 2 * ((count - 1) & 3))) & 255;
    if (IS_LEGIBLE[byte] === 1) {
      if (++run === MIN_LEGIBLE) return true;
    } else if (byte !== 0) run = 0;
  }
  return false;
}

const DIGITS = Int8Array.from({ length: 256 }, (_, code) => base64Digit(code));
/** Those of the alphabet that is not for URLs. */
const PLAIN_DIGITS = DIGITS.map((digit, code) => (code === 45 || code === 95 ? -1 : digit));

function isControl(byte: number): boolean {
  return (byte < 32 && !isTextControl(byte)) || byte === 127;
}

function isTextControl(byte: number): boolean {
  return byte === 9 || byte === 10 || byte === 13;
}

const TOKEN = /^[\w-]+(?:\.[\w-]*){1,2}$/;

/**
 * The digits of Base64 as lenient decoders, those of Node.js and Python among them, take them: other characters left out,
 * up to the padding, whatever its length, and without a last digit that stands for no byte.
 */
export function base64Digits(written: string): string {
  const [digits = ""] = base64Pieces(written);
  return digits;
}

/** What stands between paddings, each as such decoders take it. */
function base64Pieces(written: string): readonly string[] {
  const digits = /[^\w+/=-]/.test(written) ? written.replace(/[^\w+/=-]+/g, "") : written;
  return digits
    .split(/=+/)
    .filter((piece) => piece !== "")
    .map(wholeBytes);
}

function wholeBytes(digits: string): string {
  return digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
}

/**
 * What Base64 stands for, as far as it is text: by decoders that end at the padding or begin anew behind it, by those that
 * leave it out, and by those to which the two digits of the alphabet for URLs are none.
 */
export function decodedTexts(written: string): readonly string[] {
  const pieces = base64Pieces(written);
  const readings = new Set(pieces);
  // Tokens and signed values are decoded piece by piece.
  if (TOKEN.test(written)) for (const piece of written.split(".")) readings.add(wholeBytes(piece));
  if (pieces.length > 1) readings.add(wholeBytes(pieces.join("")));
  if (/[-_]/.test(written))
    for (const piece of base64Pieces(written.replace(/[-_]+/g, ""))) readings.add(piece);
  const texts = new Set<string>();
  for (const digits of readings) {
    const decoded = digits.length < MIN_BASE64 ? undefined : base64Decode(digits);
    if (decoded === undefined) continue;
    if (isText(decoded)) texts.add(decoded);
    else if (!isBinaryFile(decoded))
      for (const runs of [legibleRuns(decoded), wideRuns(decoded)]) if (runs !== "") texts.add(runs);
  }
  return [...texts];
}

/** UTF-8 with hardly any control characters. */
function isText(decoded: string): boolean {
  if (!isUtf8(decoded)) return false;
  let controls = 0;
  for (let at = 0; at < decoded.length; at++) {
    if (isControl(decoded.charCodeAt(at))) controls++;
  }
  return controls <= Math.max(MAX_FEW_CONTROLS, decoded.length / MAX_CONTROL_SHARE);
}

/** Control characters that any text may have. */
const MAX_FEW_CONTROLS = 2;
/** One control character in as many. */
const MAX_CONTROL_SHARE = 16;
