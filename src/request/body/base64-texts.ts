import { fromUint8Array, isUtf8 } from "../../language/values/bytes.ts";
import { readBase64 } from "./base64-readings.ts";
import { isBinaryFile } from "./binary-file.ts";
import { legibleRunsOf, MIN_LEGIBLE, mayBeWide, wideRuns } from "./legible.ts";

function isControl(byte: number): boolean {
  return (byte < 32 && !isTextControl(byte)) || byte === 127;
}

function isTextControl(byte: number): boolean {
  return byte === 9 || byte === 10 || byte === 13;
}

/**
 * The digits of Base64 as lenient decoders, those of Node.js and Python among them, take them: other characters left out,
 * up to the padding, whatever its length, and without a last digit that stands for no byte.
 */
export function base64Digits(written: string): string {
  const [digits = ""] = base64Pieces(written);
  return digits;
}

/** What is between paddings, each as such decoders take it. */
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

/** What Base64 stands for by any of the usual decoders, as far as it is text. */
export function decodedTexts(written: string): readonly string[] {
  const texts = new Set<string>();
  readBase64(written, (bytes, length) => {
    if (length < MIN_LEGIBLE) return;
    if (mayBeUtf8(bytes, length) || FILE_STARTS[bytes[0] ?? 0] === 1) {
      const decoded = fromUint8Array(bytes.subarray(0, length));
      if (isText(decoded)) {
        texts.add(decoded);
        return;
      }
      if (isBinaryFile(decoded)) return;
    }
    const runs = legibleRunsOf(bytes, length);
    if (runs !== "") texts.add(runs);
    const wide = mayBeWide(bytes, length) ? wideRuns(fromUint8Array(bytes.subarray(0, length))) : "";
    if (wide !== "") texts.add(wide);
  });
  return [...texts];
}

/** First bytes of files that {@link isBinaryFile} knows. */
const FILE_STARTS = new Uint8Array(256);
for (const start of "\x7fMPS\0") FILE_STARTS[start.charCodeAt(0)] = 1;

/** Whether bytes above ASCII form sequences as in UTF-8: false for most bytes, after a few of them. */
function mayBeUtf8(bytes: Uint8Array, length: number): boolean {
  let tail = 0;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 128 || byte >= 192) {
      if (tail > 0) return false;
      if (byte >= 192) tail = byte < 224 ? 1 : byte < 240 ? 2 : 3;
    } else if (--tail < 0) return false;
  }
  return tail === 0;
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
