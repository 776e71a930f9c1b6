// On the request path: most values hold nothing but themselves, and a look at a few characters tells it.
import type { Budget } from "../../language/values/budget.ts";
import { asciiLower, base64Decode, base64Digit, isUtf8, percentDecode } from "../../language/values/bytes.ts";
import { JsonCursor } from "../../language/values/json-scan.ts";
import type { RequestLimits } from "../view/limits.ts";
import { lineEnd, parseJson, unusualBlank } from "./json.ts";

/** How an application comes to read a value inside another one. */
export type NestedWay = "percent" | "json" | "quoted" | "octal_escapes" | "base64" | "basic" | "data_url";

export interface NestedValue {
  /** Outermost first. */
  readonly way: readonly NestedWay[];
  /** Path inside the outer value: of JSON as its reader gives it, `user` and `password` of credentials; otherwise "". */
  readonly name: string;
  readonly value: string;
  /** The free text that it adds: the value, and keys that none before it has shown. */
  readonly inputs: readonly string[];
}

const NOTHING: readonly NestedValue[] = Object.freeze([]);

/** Looks for values inside of values; those of one search share the limits. */
export class NestedSearch {
  readonly #limits: RequestLimits;
  #values = 0;
  #bytes = 0;
  #truncated = false;

  constructor(limits: RequestLimits) {
    this.#limits = limits;
  }

  /** Whether a limit or the budget kept something from being read. */
  get truncated(): boolean {
    return this.#truncated;
  }

  /**
   * What an application may read inside a value that a reader gave it: JSON, quoted strings with escapes as in cookies
   * (RFC 2109), Base64 of text, credentials of the Basic scheme, `data:` URLs; each of them also behind one layer of
   * percent-encoding, and inside one another. The value itself is not among them.
   */
  read(value: string, budget: Budget): readonly NestedValue[] {
    if (!mayNest(value)) return NOTHING;
    const { maxNestedValues, maxNestedBytes } = this.#limits;
    const room = { values: maxNestedValues - this.#values, bytes: maxNestedBytes - this.#bytes };
    const reader = new NestedReader(this.#limits, room, budget);
    const values = reader.read(value);
    this.#values += values.length;
    this.#bytes += reader.bytes;
    if (reader.truncated) this.#truncated = true;
    return values;
  }
}

/** A quick test that is false for most values; true says little. */
export function mayNest(value: string): boolean {
  if (value.length < MIN_NESTED) return false;
  let at = 0;
  while (isSkipped(value.charCodeAt(at))) at++;
  const code = value.charCodeAt(at);
  // JSON and quoted strings, behind comments too; `Basic` and `data:`; JSON that is marked as such.
  if (code === 123 || code === 91 || code === 34 || isLenientBlank(value, at, code)) return true;
  const folded = code | 32;
  if ((folded === 98 || folded === 100) && (value.charCodeAt(at + 1) | 32) === 97) return true;
  return (folded === 106 && value.charCodeAt(at + 1) === 58) || value.includes("%") || startsBase64(value);
}

/** Nothing shorter is an attack in a layer of its own. */
export const MIN_NESTED = 6;

/** As short texts of letters are words, not Base64; no attack is shorter than the ten bytes of so many digits. */
const MIN_BASE64 = 14;
/** Digits that are looked at to begin with. */
const FIRST_DIGITS = 16;
/** Control characters that may be among what the first digits stand for. */
const MAX_FIRST_CONTROLS = 2;

/**
 * Whether the first sixteen digits, anything between them left out as lenient decoders do, may be the Base64 of text: hardly
 * any control characters, and UTF-8 so far.
 */
function startsBase64(value: string): boolean {
  if (value.length < MIN_BASE64) return false;
  let group = 0;
  let count = 0;
  let expected = 0;
  let controls = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    const digit = base64Digit(code);
    if (digit < 0) {
      // Padding ends it, and is passed over in front.
      if (code === 61 && count > 0) break;
      continue;
    }
    group = ((group << 6) | digit) & 0xffffff;
    if ((++count & 3) !== 0) continue;
    for (let shift = 16; shift >= 0; shift -= 8) {
      const byte = (group >> shift) & 255;
      if (expected === 0 && isControl(byte)) {
        if (++controls > MAX_FIRST_CONTROLS) return false;
      } else expected = nextExpected(expected, byte);
      if (expected === -1) return false;
    }
    if (count === FIRST_DIGITS) return true;
  }
  return count >= MIN_BASE64;
}

/** How many more bytes the character has in UTF-8, of which `byte` is the next one; -1 when this is no text. */
function nextExpected(expected: number, byte: number): number {
  if (byte < 128) return expected === 0 && (byte >= 32 || isTextControl(byte)) ? 0 : -1;
  if (byte < 0xc0) return expected > 0 ? expected - 1 : -1;
  if (expected !== 0 || byte < 0xc2 || byte > 0xf4) return -1;
  return byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
}

function isControl(byte: number): boolean {
  return (byte < 32 && !isTextControl(byte)) || byte === 127;
}

function isTextControl(byte: number): boolean {
  return byte === 9 || byte === 10 || byte === 13;
}

function isSkipped(code: number): boolean {
  return code === 32 || isTextControl(code);
}

/** What lenient readers of JSON pass over besides white space: comments, and other blanks. */
function isLenientBlank(value: string, at: number, code: number): boolean {
  if (code !== 47) return unusualBlank(value, at, code) > 0;
  const next = value.charCodeAt(at + 1);
  return next === 42 || next === 47;
}

/** Where a value begins, white space and what lenient readers of JSON pass over left out. */
function contentStart(value: string): number {
  for (let at = 0; ; ) {
    const code = value.charCodeAt(at);
    if (isSkipped(code)) at++;
    else if (!isLenientBlank(value, at, code)) return at;
    else if (code !== 47) at += unusualBlank(value, at, code);
    else at = commentEnd(value, at);
  }
}

function commentEnd(value: string, at: number): number {
  if (value.charCodeAt(at + 1) === 47) return lineEnd(value, at);
  const end = value.indexOf("*/", at + 2);
  return end === -1 ? value.length : end + 2;
}

interface Found {
  readonly value: string;
  readonly name: string;
  readonly way: readonly NestedWay[];
  readonly depth: number;
}

class NestedReader {
  readonly #limits: RequestLimits;
  readonly #room: { readonly values: number; readonly bytes: number };
  readonly #budget: Budget;
  readonly #values: NestedValue[] = [];
  readonly #open: Found[] = [];
  /** Of values and names. */
  bytes = 0;
  truncated = false;
  #isFull = false;

  constructor(limits: RequestLimits, room: { values: number; bytes: number }, budget: Budget) {
    this.#limits = limits;
    this.#room = room;
    this.#budget = budget;
  }

  read(value: string): readonly NestedValue[] {
    this.#open.push({ value, name: "", way: [], depth: 0 });
    for (let found = this.#open.pop(); found !== undefined; found = this.#open.pop()) {
      if (!this.#budget.spend(found.value.length + 1)) this.#stop();
      if (this.#isFull) break;
      this.#inside(found);
    }
    return this.#values.length === 0 ? NOTHING : this.#values;
  }

  #stop(): void {
    this.truncated = true;
    this.#isFull = true;
  }

  #inside(found: Found): void {
    this.#layer(found);
    if (!found.value.includes("%")) return;
    const value = percentDecode(found.value, false);
    if (value !== found.value) this.#layer({ ...found, value, way: [...found.way, "percent"] });
  }

  #layer(found: Found): void {
    const { value } = found;
    let at = contentStart(value);
    // Some web frameworks mark cookies that hold JSON.
    if (value.startsWith("j:", at)) at += 2;
    const code = value.charCodeAt(at);
    if (code === 123 || code === 91) this.#json(found, value.slice(at));
    else if (code === 34) {
      if (this.#quoted(found, value.slice(at))) return;
    } else if (code === 66 || code === 98) this.#basic(found, value.slice(at));
    else if (code === 68 || code === 100) this.#dataUrl(found, value.slice(at));
    this.#base64(found, value);
  }

  #json(found: Found, text: string): void {
    const { names, values, inputs, error } = parseJson(text, this.#limits, this.#budget, true);
    // A syntax error is ordinary here: text in brackets is no JSON.
    if (LIMIT_ERRORS.has(error)) this.truncated = true;
    const way: readonly NestedWay[] = [...found.way, "json"];
    for (const [at, value] of values.entries()) {
      const name = names[at] ?? "";
      const added = inputs[at] ?? NO_TEXTS;
      if (added.length === 0 && (!isPlain(value) || isSeriesItem(name, value))) continue;
      this.#emitBy(found, way, name, value, added);
    }
  }

  /**
   * `"…"` as JSON, and as cookies are read: `\074` a byte, `\x` for any other character that character. True when all of it is
   * in what stands between the quotes.
   */
  #quoted(found: Found, text: string): boolean {
    let end = text.length;
    while (isSkipped(text.charCodeAt(end - 1))) end--;
    if (end < 2 || text.charCodeAt(end - 1) !== 34) return false;
    const inside = text.slice(1, end - 1);
    if (!inside.includes("\\")) {
      // Without escapes it is what stands there; only what it holds may be something else.
      if (!mayNest(inside)) return true;
      if (!this.#isDeepest(found)) this.#further({ ...found, value: inside, way: [...found.way, "quoted"] });
      else if (/^[ \t\r\n"]*[{[]/.test(inside)) this.truncated = true;
      return true;
    }
    const asJson = jsonString(text.slice(0, end));
    if (asJson !== undefined) this.#emit(found, ["json"], "", asJson);
    const { value, isOctal } = unquote(inside);
    if (value !== asJson) this.#emit(found, isOctal ? ["quoted", "octal_escapes"] : ["quoted"], "", value);
    return false;
  }

  #basic(found: Found, text: string): void {
    if (asciiLower(text.slice(0, 6)) !== "basic ") return;
    const decoded = base64Decode(base64Digits(text.slice(6)));
    if (decoded === undefined) return;
    const colon = decoded.indexOf(":");
    this.#emit(found, ["basic"], "user", colon === -1 ? decoded : decoded.slice(0, colon));
    if (colon !== -1) this.#emit(found, ["basic"], "password", decoded.slice(colon + 1));
  }

  #dataUrl(found: Found, text: string): void {
    if (asciiLower(text.slice(0, 5)) !== "data:") return;
    const head = text.slice(5, 5 + MAX_DATA_HEAD);
    const comma = head.indexOf(",");
    if (comma === -1) return;
    const type = asciiLower(head.slice(0, comma)).replace(/[ \t\r\n]+/g, "");
    // Pictures and the like are files, whose contents are no input to a program.
    if (/^(image|audio|video|font)\//.test(type)) return;
    const data = text.slice(5 + comma + 1);
    if (!type.endsWith(";base64")) this.#emit(found, ["data_url"], "", percentDecode(data, false));
    else {
      const decoded = decodedText(percentDecode(data, false));
      if (decoded !== undefined) this.#emit(found, ["data_url", "base64"], "", decoded);
    }
  }

  #base64(found: Found, value: string): void {
    if (!startsBase64(value)) return;
    const decoded = decodedText(value);
    if (decoded !== undefined) this.#emit(found, ["base64"], "", decoded);
  }

  #emit(found: Found, ways: readonly NestedWay[], inner: string, value: string): void {
    this.#emitBy(found, [...found.way, ...ways], inner, value, [value]);
  }

  #emitBy(
    found: Found,
    way: readonly NestedWay[],
    inner: string,
    value: string,
    inputs: readonly string[],
  ): void {
    if (this.#isDeepest(found)) {
      this.truncated = true;
      return;
    }
    const name = found.name === "" || inner === "" ? found.name + inner : `${found.name}.${inner}`;
    const bytes = this.bytes + value.length + name.length;
    if (this.#values.length >= this.#room.values || bytes > this.#room.bytes) {
      this.#stop();
      return;
    }
    this.bytes = bytes;
    this.#values.push({ way, name, value, inputs });
    if (mayNest(value)) this.#further({ value, name, way, depth: found.depth });
  }

  /** What is at the deepest level is looked at only to tell whether anything is inside of it. */
  #isDeepest(found: Found): boolean {
    return found.depth >= this.#limits.maxNestedDepth;
  }

  #further(found: Found): void {
    this.#open.push({ ...found, depth: found.depth + 1 });
  }
}

const NO_TEXTS: readonly string[] = Object.freeze([]);
const MAX_DATA_HEAD = 256;

const LIMIT_ERRORS: ReadonlySet<string> = new Set([
  "json_too_deep",
  "json_too_many_values",
  "json_paths_too_long",
  "budget_exhausted",
]);

/** A number, word or empty container in an array: coordinates and the like come by the thousand, and say nothing. */
function isSeriesItem(name: string, value: string): boolean {
  return /(^|\.)[0-9]+$/.test(name) && (PLAIN_WORDS.has(value) || /^[-+.0-9eE]+$/.test(value));
}

/** Whether it is what JSON has besides strings; bare words are none of it. */
function isPlain(value: string): boolean {
  const code = value.charCodeAt(0);
  return (code >= 48 && code <= 57) || code === 45 || PLAIN_WORDS.has(value);
}

const PLAIN_WORDS: ReadonlySet<string> = new Set(["true", "false", "null", "{}", "[]"]);

/** The string that the whole text is in JSON. */
function jsonString(text: string): string | undefined {
  const cursor = new JsonCursor(text);
  const value = cursor.string();
  return cursor.at === text.length ? value : undefined;
}

function unquote(text: string): { readonly value: string; readonly isOctal: boolean } {
  let value = "";
  let copied = 0;
  let isOctal = false;
  for (let at = text.indexOf("\\"); at !== -1; at = text.indexOf("\\", copied)) {
    const code = octal(text, at + 1);
    value += text.slice(copied, at);
    if (code === -1) value += text.charAt(at + 1);
    else value += String.fromCharCode(code);
    isOctal ||= code !== -1;
    copied = Math.min(text.length, at + (code === -1 ? 2 : 4));
  }
  return { value: value + text.slice(copied), isOctal };
}

/** The byte of three octal digits; -1 when they are none. */
function octal(text: string, at: number): number {
  let byte = 0;
  for (let digit = at; digit < at + 3; digit++) {
    const code = text.charCodeAt(digit);
    if (!(code >= 48 && code <= 55)) return -1;
    byte = byte * 8 + code - 48;
  }
  return byte < 256 ? byte : -1;
}

/**
 * The digits of Base64 as lenient decoders, those of Node.js and Python among them, take them: other characters left out,
 * up to the padding, whatever its length, and without a last digit that stands for no byte.
 */
function base64Digits(written: string): string {
  const digits = /^=|[^\w+/=-]/.test(written)
    ? written.replace(/[^\w+/=-]+/g, "").replace(/^=+/, "")
    : written;
  const padding = digits.indexOf("=");
  const end = padding === -1 ? digits.length : padding;
  return digits.slice(0, end % 4 === 1 ? end - 1 : end);
}

/** What Base64 stands for when that is text: UTF-8 with hardly any control characters. */
function decodedText(written: string): string | undefined {
  const decoded = base64Decode(base64Digits(written));
  if (decoded === undefined || decoded.length < MIN_TEXT || !isUtf8(decoded)) return undefined;
  let controls = 0;
  for (let at = 0; at < decoded.length; at++) {
    if (isControl(decoded.charCodeAt(at))) controls++;
  }
  const most = Math.max(MAX_FIRST_CONTROLS, decoded.length / MAX_CONTROL_SHARE);
  return controls > most ? undefined : decoded;
}

/** What the shortest Base64 that is looked at stands for. */
const MIN_TEXT = 10;
/** One control character in as many. */
const MAX_CONTROL_SHARE = 16;
