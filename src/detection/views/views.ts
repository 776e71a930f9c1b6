// On the request path: most texts have no view but themselves, and their characters tell it.

import { decodeFully } from "../../language/functions/url-decode.ts";
import { hexDigit } from "../../language/values/bytes.ts";
import { base64Parts, base64Text, hiddenBase64 } from "./base64.ts";
import { undoEscapes, undoUnits } from "./escapes.ts";
import { foldToAscii } from "./folding.ts";
import { undoReferences } from "./references.ts";
import { undoUtf7 } from "./utf7.ts";

/** How a view was made of the text before it. */
export type ViewStep =
  | "base64"
  | "escapes"
  | "references"
  | "folded"
  | "percent"
  | "utf7"
  | "controls"
  | "hex";

/** A text as a reader may come to see it. */
export interface View {
  readonly text: string;
  /** Outermost first; empty: the text as it stands. */
  readonly steps: readonly ViewStep[];
}

/** Further layers are looked for in what a layer held, so often at most. */
const MAX_LAYERS = 3;
/** Beyond it a value is data: an image, a file. */
const MAX_HEX = 65_536;
const MIN_HEX = 16;

const NO_VIEWS: readonly View[] = Object.freeze([]);

/** Characters that may begin what hides: signs of escapes and references, control characters, bytes above ASCII. */
const HIDES_ALONE = /[\\&\0-\x08\x0e-\x1f\x7f-\xff]/;

function charactersOf(pattern: RegExp): string {
  const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
  return all.filter((character) => pattern.test(character)).join("");
}

/** Sets of characters of which {@link viewsBySigns} is told whether a text holds any, so that it need not look: a bit for each. */
export const SIGNS: readonly string[] = [
  charactersOf(HIDES_ALONE),
  // What is in escapes of units and UTF-7, and in front of parts in Base64.
  charactersOf(/[0+=:, ]/),
  charactersOf(/[^\w+/=-]/),
];
const MAY_HIDE = 1;
const MAY_SPELL = 2;
const IS_NO_BASE64 = 4;

/** Whether a text holds a character that may begin what hides. @param signs of which of {@link SIGNS} it holds one */
export function mayHide(signs: number): boolean {
  return (signs & MAY_HIDE) !== 0;
}

/** The views of a text. @param signs of which of {@link SIGNS} it holds a character */
export function viewsBySigns(text: string, signs: number): readonly View[] {
  if (mayHide(signs)) return viewsOf(text);
  return (signs & (MAY_SPELL | IS_NO_BASE64)) === IS_NO_BASE64 ? NO_VIEWS : viewsOfPlain(text);
}

/** The views of a text without a character that may begin what hides. */
function viewsOfPlain(text: string): readonly View[] {
  if ((text.includes("00") && UNIT.test(text)) || (text.includes("+A") && UTF7.test(text)))
    return layersOf(text, []);
  if (isHex(text)) return hexView(text);
  const inside = hiddenBase64(text) ?? base64Parts(text);
  return inside === undefined ? NO_VIEWS : [{ text: inside, steps: BASE64 }, ...layersOf(inside, ["base64"])];
}

/**
 * The views of a text besides itself: each layer with the escapes of languages, character references, look-alikes of ASCII
 * and what percent-encoding then shows undone, three layers at most; and what a value of hexadecimal digits spells, or of Base64
 * that no reader took for text.
 * Linear in the text.
 */
export function viewsOf(text: string): readonly View[] {
  if (!HIDES.test(text)) return viewsOfPlain(text);
  const layers = layersOf(text, []);
  return [...layers, ...behindLayers(layers.at(-1)), ...runsOf(text)];
}

/** What the last layer stands for where it is Base64 whose digits were escaped. */
function behindLayers(last: View | undefined): readonly View[] {
  const inside = last === undefined ? undefined : base64Text(last.text);
  if (last === undefined || inside === undefined) return NO_VIEWS;
  const steps: ViewStep[] = [...last.steps, "base64"];
  return [{ text: inside, steps: [...steps] }, ...layersOf(inside, steps)];
}

/** What is between control characters, where that is long enough to say something: bytes around a value are not part of it. */
function runsOf(text: string): readonly View[] {
  if (text.search(CONTROL) === -1) return NO_VIEWS;
  const runs = text.split(CONTROLS).filter((run) => run.length >= MIN_RUN && run.length < text.length);
  return runs.slice(0, MAX_RUNS).map((run) => ({ text: run, steps: CONTROLS_STEP }));
}

const MIN_RUN = 8;
const MAX_RUNS = 64;
const CONTROLS_STEP: readonly ViewStep[] = ["controls"];
const BASE64: readonly ViewStep[] = ["base64"];

/** The views of a text that may hide something, itself aside. */
function layersOf(text: string, steps: ViewStep[]): readonly View[] {
  const views: View[] = [];
  let current = text;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const before = current;
    for (const [step, undo] of LAYERS) {
      const undone = undo(current);
      if (undone === current) continue;
      current = undone;
      steps.push(step);
    }
    if (current === before) break;
    views.push({ text: current, steps: [...steps] });
  }
  return views;
}

/** What a step could undo; a percent sign alone is what percent-decoding has left over. */
const HIDES = /\\[ux0-9a-fA-F]|&(?:#|[A-Za-z]{2,16};)|[\0-\x08\x0e-\x1f\x7f-\xff]/;
const UNIT = /[uU]00[2-7][0-9a-fA-F]/;
const UTF7 = /\+A[A-H][\w+/]/;

const LAYERS: readonly (readonly [ViewStep, (text: string) => string])[] = [
  ["escapes", (text) => (text.includes("\\") ? undoEscapes(text) : text)],
  ["utf7", (text) => (text.includes("+A") ? undoUtf7(text) : text)],
  ["references", (text) => (text.includes("&") && !hasElement(text) ? undoReferences(text) : text)],
  ["folded", (text) => (HIGH.test(text) ? foldToAscii(text) : text)],
  ["percent", (text) => (text.includes("%") ? decodeFully(text, false) : text)],
  ["escapes", undoUnits],
  ["controls", (text) => text.replace(CONTROLS, "")],
];

const HIGH = /[\x80-\xff]/;
/** Characters that lenient readers leave out of words. */
const CONTROL = /[\0-\x08\x0e-\x1f\x7f]/;
const CONTROLS = /[\0-\x08\x0e-\x1f\x7f]+/g;

/** In markup references are text; those of attributes are undone by who reads the markup. */
function hasElement(text: string): boolean {
  return /<[a-zA-Z/!?]/.test(text);
}

function hexView(text: string): readonly View[] {
  const start = text.startsWith("0x") || text.startsWith("0X") ? 2 : 0;
  let bytes = "";
  for (let at = start; at < text.length; at += 2) {
    bytes += String.fromCharCode(hexDigit(text.charCodeAt(at)) * 16 + hexDigit(text.charCodeAt(at + 1)));
  }
  return /^[\t\n\r -~]+$/.test(bytes) && /[^0-9A-Za-z]/.test(bytes)
    ? [{ text: decodeFully(bytes, false), steps: ["hex"] }]
    : NO_VIEWS;
}

const HEX_DIGIT = Uint8Array.from({ length: 256 }, (_, code) => (hexDigit(code) >= 0 ? 1 : 0));

/** All of it digits for bytes of printable ASCII: the first digit of each is 2 to 7. */
function isHex(text: string): boolean {
  const { length } = text;
  // The last byte is none for most.
  if (HEX_DIGIT[text.charCodeAt(length - 1)] !== 1) return false;
  if (length < MIN_HEX || length > MAX_HEX || length % 2 === 1) return false;
  const start = text.charCodeAt(0) === 48 && (text.charCodeAt(1) | 32) === 120 ? 2 : 0;
  for (let at = start; at < length; at++) {
    const digit = hexDigit(text.charCodeAt(at));
    if (!(digit >= 0) || (at % 2 === 0 && (digit > 7 || digit === 1))) return false;
  }
  return true;
}
