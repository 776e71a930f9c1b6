import { base64Decode, isUtf8 } from "../../language/values/bytes.ts";
import { MIN_BASE64 } from "./base64-runs.ts";
import { isBinaryFile } from "./binary-file.ts";
import { legibleRuns, wideRuns } from "./legible.ts";

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
