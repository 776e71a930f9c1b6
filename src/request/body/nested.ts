// On the request path: most values hold nothing but themselves, and a look at a few characters tells it.
import type { Budget } from "../../language/values/budget.ts";
import { asciiLower, base64Decode, percentDecode } from "../../language/values/bytes.ts";
import { JsonCursor } from "../../language/values/json-scan.ts";
import type { RequestLimits } from "../view/limits.ts";
import { mayHoldBase64 } from "./base64-runs.ts";
import { base64Digits, decodedTexts } from "./base64-texts.ts";
import { lineEnd, parseJson, unusualBlank } from "./json.ts";
import { guessedKind, hasMarkup } from "./kind.ts";
import { MIN_LEGIBLE } from "./legible.ts";
import { parseXml } from "./xml.ts";
import { isNoXml } from "./xml-faults.ts";

/** How an application comes to read a value inside another one. */
export type NestedWay =
  | "percent"
  | "json"
  | "xml"
  | "quoted"
  | "octal_escapes"
  | "base64"
  | "basic"
  | "data_url";

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

/** Looks for values inside values; those of one search share the limits. */
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
   * What an application may read inside a value that a reader gave it: JSON, XML, quoted strings with escapes as in cookies
   * (RFC 2109), Base64 of text, credentials of the Basic scheme, tokens after their scheme, `data:` URLs; each of them also
   * behind one layer of percent-encoding, and inside one another. The value itself is not among them.
   *
   * @param isWhole whether it is all of a body, which is a document though its root is an element of HTML
   */
  read(value: string, budget: Budget, isWhole = false): readonly NestedValue[] {
    if (!mayNest(value) && !(isWhole && hasMarkup(value))) return NOTHING;
    const { maxNestedValues, maxNestedBytes } = this.#limits;
    const room = { values: maxNestedValues - this.#values, bytes: maxNestedBytes - this.#bytes };
    const reader = new NestedReader(this.#limits, room, budget);
    const values = reader.read(value, isWhole);
    this.#values += values.length;
    this.#bytes += reader.bytes;
    if (reader.truncated) this.#truncated = true;
    return values;
  }
}

/** A quick test that is false for most values; true says little. */
export function mayNest(value: string): boolean {
  if (value.length < MIN_NESTED) return false;
  return beginsNested(value) || value.includes("%") || mayHoldBase64(value);
}

/** Whether a text begins as what holds values does, encodings of all of it aside. */
export function beginsNested(value: string): boolean {
  let at = 0;
  while (isSkipped(value.charCodeAt(at))) at++;
  const code = value.charCodeAt(at);
  // JSON, quoted strings and markup, after comments too; `Basic` and `data:`; JSON that is marked as such.
  if (code === 123 || code === 91 || code === 34 || code === 60 || isLenientBlank(value, at, code))
    return true;
  const folded = code | 32;
  if (tokenStart(value, at) > at) return true;
  if ((folded === 98 || folded === 100) && (value.charCodeAt(at + 1) | 32) === 97) return true;
  return folded === 106 && value.charCodeAt(at + 1) === 58;
}

/** Where a token that holds JSON begins after its scheme, as in `Authorization` (RFC 6750 §2.1); `at` itself when there is none. */
function tokenStart(value: string, at: number): number {
  if (SCHEME_START.indexOf(value.charAt(at)) === -1) return at;
  TOKEN_SCHEME.lastIndex = at;
  return TOKEN_SCHEME.test(value) ? TOKEN_SCHEME.lastIndex : at;
}

const SCHEME_START = "BbDdJjTt";
const TOKEN_SCHEME = /(?:bearer|dpop|jwt|token) {1,8}(?=ey)/iy;

/** Nothing shorter is an attack in a layer of its own. */
export const MIN_NESTED = 6;

function isSkipped(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
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
  readonly isWhole?: boolean;
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

  read(value: string, isWhole: boolean): readonly NestedValue[] {
    this.#open.push({ value, name: "", way: [], depth: 0, isWhole });
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
    const begin = contentStart(found.value);
    const token = tokenStart(found.value, begin);
    const value = token > begin ? found.value.slice(token) : found.value;
    let at = token > begin ? 0 : begin;
    // Some web frameworks mark cookies that hold JSON.
    if (value.startsWith("j:", at)) at += 2;
    const code = value.charCodeAt(at);
    // Lenient readers of XML pass over text in front of the root.
    if (code !== 60 && found.isWhole === true && hasMarkup(value)) this.#xml(found, value);
    if (code === 123 || code === 91) this.#json(found, value.slice(at));
    else if (code === 60) this.#xml(found, value.slice(at));
    else if (code === 34) {
      if (this.#quoted(found, value.slice(at))) return;
    } else if (code === 66 || code === 98) this.#basic(found, value.slice(at));
    else if (code === 68 || code === 100) this.#dataUrl(found, value.slice(at));
    this.#base64(found, value);
  }

  #json(found: Found, text: string): void {
    const { names, values, inputs, error } = parseJson(text, this.#limits, this.#budget, true);
    // A syntax error is ordinary here: text in brackets is not JSON.
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
   * HTML that people write is text, and its references are part of it; a document in a language of its own, or one with sections
   * and entities that HTML does not have, is none.
   */
  #xml(found: Found, text: string): void {
    const isWhole = found.isWhole === true;
    const isHtml = guessedKind(text) !== "xml";
    if (isHtml && !isWhole && !ONLY_IN_XML.test(text)) return;
    const read = parseXml(text, this.#limits, this.#budget);
    // Some readers go on after any fault; a value that is not a document is text.
    if (isNoXml(read) && !isWhole) return;
    // Elements of HTML need no end, so that their depth says nothing.
    if (read.error !== "" && !isNoXml(read) && !(isHtml && VOID_ELEMENT.test(text))) this.truncated = true;
    const way: readonly NestedWay[] = [...found.way, "xml"];
    // Prose round markup is seen as it is. What elements hold is new; of those that are malformed only markup that was escaped.
    const isProse = text.charCodeAt(0) !== 60;
    const isMalformed = !read.anomalies.every((anomaly) => OUTSIDE_DOCUMENTS.has(anomaly));
    const holdsEscaped = ESCAPED_MARKUP.test(text);
    const isNew = (at: number, value: string) =>
      read.names[at] !== "" && (!isMalformed || (holdsEscaped && value.includes("<")));
    for (const [at, value] of read.values.entries()) {
      if (isProse && !isNew(at, value)) continue;
      if ((value.length < MIN_LEGIBLE && !isWhole) || isXmlSpace(value)) continue;
      this.#emitBy(found, way, read.names[at] ?? "", value, [value]);
    }
  }

  /**
   * `"…"` as JSON, and as cookies are read: `\074` a byte, `\x` for any other character that character. True when all of it is
   * in what is between the quotes.
   */
  #quoted(found: Found, text: string): boolean {
    let end = text.length;
    while (isSkipped(text.charCodeAt(end - 1))) end--;
    if (end < 2 || text.charCodeAt(end - 1) !== 34) return false;
    const inside = text.slice(1, end - 1);
    if (!inside.includes("\\")) {
      // Without escapes it is what is there; only what it holds may be something else.
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
    const data = text.slice(5 + comma + 1);
    if (!type.endsWith(";base64")) this.#emit(found, ["data_url"], "", percentDecode(data, false));
    else this.#emitDecoded(found, ["data_url", "base64"], percentDecode(data, false));
  }

  #base64(found: Found, value: string): void {
    if (mayHoldBase64(value)) this.#emitDecoded(found, ["base64"], value);
  }

  #emitDecoded(found: Found, ways: readonly NestedWay[], written: string): void {
    for (const text of decodedTexts(written)) this.#emit(found, ways, "", text);
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

  /** What is at the deepest level is looked at only to tell whether anything is inside it. */
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

/** Anomalies of text in front of well-formed documents, and between them. */
const OUTSIDE_DOCUMENTS: ReadonlySet<string> = new Set(["xml_text_outside_root", "xml_several_roots"]);
/** Ways in which markup is written as text: a `<` read after them need not be in the source as one. */
const ESCAPED_MARKUP = /&(?:#|lt;)|<!\[CDATA\[|<!ENTITY[ \t\r\n]/;
const ONLY_IN_XML = /<!\[CDATA\[|<!ENTITY[ \t\r\n]/;
/** Elements of HTML that have no end. */
const VOID_ELEMENT = /<(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)(?:[\s/][^<>]*)?>/i;

function isXmlSpace(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}
