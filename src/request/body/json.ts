import type { Budget } from "../../language/values/budget.ts";
import { encodeCodePoint, isUtf8 } from "../../language/values/bytes.ts";
import { JSON_ESCAPES, JsonCursor } from "../../language/values/json-scan.ts";
import type { RequestLimits } from "../view/limits.ts";
import { UTF8_MARK } from "./marks.ts";
import { escapeSegment } from "./paths.ts";

/**
 * Oddities of JSON texts, reported in this order: what readers disagree about (RFC 8259), and what only lenient ones
 * take (JSON5, Python, Jackson's features). All of it is read.
 */
export const JSON_ANOMALIES = [
  "json_byte_order_mark",
  "json_invalid_utf8",
  "json_duplicate_key",
  "json_lone_surrogate",
  "json_control_character",
  "json_invalid_escape",
  "json_comment",
  "json_trailing_comma",
  "json_unusual_literal",
  "json_unusual_quotes",
  "json_unquoted_key",
  "json_unusual_blank",
  "json_several_values",
] as const;
export type JsonAnomaly = (typeof JSON_ANOMALIES)[number];

export type JsonError =
  | "json_syntax"
  | "json_unexpected_end"
  | "json_trailing_data"
  | "json_too_deep"
  | "json_too_many_values"
  | "json_paths_too_long"
  | "budget_exhausted";

/** A JSON text as aligned lists of paths and scalars, in the order written. What precedes an error is kept. */
export interface JsonBody {
  /** Keys and array indexes joined by dots (`user.tags.0`), dots and backslashes in keys escaped; "" for the root. */
  readonly names: readonly string[];
  /** Strings decoded; numbers, `true`, `false`, `null` as written; `{}` and `[]` for empty containers. */
  readonly values: readonly string[];
  /**
   * For each scalar the free text that it adds: the string itself, and the keys on the way to it that no scalar before it has
   * shown, each alone and after the key that it is under (`tags`, `user.tags`). So what is said once is here once, however long the
   * paths are.
   */
  readonly inputs: readonly (readonly string[])[];
  /** Containers around the deepest value. */
  readonly depth: number;
  readonly anomalies: readonly JsonAnomaly[];
  readonly error: JsonError | "";
}

/** Whether it is the text that is at fault, and not how much of it is read. */
export function isNoJson({ error }: JsonBody): boolean {
  return error === "json_syntax" || error === "json_unexpected_end" || error === "json_trailing_data";
}

/** An open container: an object with its keys so far, or an array with the number of its items. */
type Level =
  | {
      readonly kind: "object";
      readonly path: string;
      /** The key that it is under, cut; "" at the root. */
      readonly under: string;
      readonly keys: Set<string>;
      /** The last one. */
      key: string;
    }
  | { readonly kind: "array"; readonly path: string; readonly under: string; index: number };

/**
 * Flattens a JSON text, or several one after the other (JSON lines), in one pass and without recursion.
 *
 * @param isInside whether the text was found inside a value, where prose in brackets is as likely: only objects and arrays
 *   follow one another there, and bare words are not text.
 */
export function parseJson(body: string, limits: RequestLimits, budget: Budget, isInside = false): JsonBody {
  return new JsonScanner(body, limits, budget, isInside).scan();
}

/** Bytes of a key that are shown in front of the keys under it. */
const MAX_UNDER = 64;
const NO_INPUTS: readonly string[] = Object.freeze([]);

class JsonScanner {
  readonly #cursor: JsonCursor;
  readonly #limits: RequestLimits;
  readonly #budget: Budget;
  readonly #isInside: boolean;
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  readonly #inputs: (readonly string[])[] = [];
  readonly #found = new Set<JsonAnomaly>();
  readonly #levels: Level[] = [];
  /** Keys that were read since the last scalar, and those that were ever shown. */
  #newKeys: string[] = [];
  readonly #shownKeys = new Set<string>();
  #depth = 0;
  #pathBytes = 0;
  #error: JsonError | "" = "";

  constructor(text: string, limits: RequestLimits, budget: Budget, isInside: boolean) {
    this.#isInside = isInside;
    this.#cursor = new JsonCursor(text);
    this.#limits = limits;
    this.#budget = budget;
  }

  scan(): JsonBody {
    if (this.#cursor.text.startsWith(UTF8_MARK)) {
      this.#found.add("json_byte_order_mark");
      this.#cursor.at = 3;
    }
    if (!this.#budget.spend(this.#cursor.text.length + 1)) this.#error = "budget_exhausted";
    else {
      if (!isUtf8(this.#cursor.text)) this.#found.add("json_invalid_utf8");
      this.#documents();
      if (this.#cursor.loneSurrogate) this.#found.add("json_lone_surrogate");
      if (this.#cursor.controlCharacter) this.#found.add("json_control_character");
    }
    return {
      names: this.#names,
      values: this.#values,
      inputs: this.#inputs,
      depth: this.#depth,
      anomalies: JSON_ANOMALIES.filter((anomaly) => this.#found.has(anomaly)),
      error: this.#error,
    };
  }

  #documents(): void {
    this.#skipBlank();
    for (let first = true; first || !this.#isAtEnd(); first = false) {
      if (!first) {
        this.#found.add("json_several_values");
        // A reader of one value has all of it; what follows may not be JSON at all.
        if (!this.#beginsValue()) {
          this.#error = "json_trailing_data";
          return;
        }
      }
      this.#document();
      if (this.#error !== "") return;
      this.#skipBlank();
    }
  }

  #isAtEnd(): boolean {
    return this.#cursor.at >= this.#cursor.text.length;
  }

  #beginsValue(): boolean {
    const code = this.#cursor.peek();
    if (code === 123 || code === 91) return true;
    return !this.#isInside && (code === 34 || code === 39 || isWordCode(code) || code === 45);
  }

  #document(): void {
    let path: string | undefined = "";
    while (path !== undefined && this.#error === "") {
      this.#value(path);
      path = this.#error === "" ? this.#next() : undefined;
    }
  }

  /** Reads a scalar or an empty container, or opens a container and leaves its first value to the caller. */
  #value(path: string): void {
    let place = path;
    for (;;) {
      this.#skipBlank();
      const code = this.#cursor.peek();
      if (code === 123 || code === 91) {
        const inner = this.#open(place, code === 123);
        if (inner === undefined) return;
        place = inner;
      } else {
        this.#scalar(place, code);
        return;
      }
    }
  }

  /** The path of the new container's first value; undefined when it is empty or on error. */
  #open(path: string, isObject: boolean): string | undefined {
    if (this.#levels.length >= this.#limits.maxJsonDepth) {
      this.#error = "json_too_deep";
      return undefined;
    }
    this.#cursor.at++;
    this.#depth = Math.max(this.#depth, this.#levels.length + 1);
    this.#skipBlank();
    if (this.#cursor.peek() === (isObject ? 125 : 93)) {
      this.#cursor.at++;
      this.#emit(path, isObject ? "{}" : "[]", false);
      return undefined;
    }
    const outer = this.#levels.at(-1);
    const under = outer?.kind === "object" ? outer.key.slice(-MAX_UNDER) : (outer?.under ?? "");
    const level: Level = isObject
      ? { kind: "object", path, under, keys: new Set(), key: "" }
      : { kind: "array", path, under, index: 0 };
    this.#levels.push(level);
    return this.#member(level);
  }

  /** Reads a key, or counts an index, and answers the path of the value that follows. */
  #member(level: Level): string | undefined {
    if (level.kind === "array") return this.#join(level, String(level.index++));
    this.#skipBlank();
    const key = this.#key();
    if (key === undefined) return undefined;
    if (level.keys.has(key)) this.#found.add("json_duplicate_key");
    level.keys.add(key);
    level.key = key;
    this.#show(key);
    if (level.under !== "") this.#show(`${level.under}.${key}`);
    this.#skipBlank();
    if (this.#cursor.peek() !== 58) return this.#fail();
    this.#cursor.at++;
    return this.#join(level, escapeSegment(key));
  }

  #show(key: string): void {
    if (this.#shownKeys.has(key)) return;
    this.#shownKeys.add(key);
    this.#newKeys.push(key);
  }

  #key(): string | undefined {
    const code = this.#cursor.peek();
    if (code === 34 || code === 39) return this.#string(code);
    const word = this.#word();
    if (word === undefined) return this.#fail();
    this.#found.add("json_unquoted_key");
    return word;
  }

  #join(level: Level, key: string): string {
    return this.#levels.length === 1 ? key : `${level.path}.${key}`;
  }

  /** Behind a value: the path of the next one, undefined at the end of the document. */
  #next(): string | undefined {
    for (;;) {
      const level = this.#levels.at(-1);
      if (level === undefined) return undefined;
      this.#skipBlank();
      const end = level.kind === "object" ? 125 : 93;
      let code = this.#cursor.peek();
      if (code === 44) {
        this.#cursor.at++;
        this.#skipBlank();
        code = this.#cursor.peek();
        if (code !== end) return this.#member(level);
        this.#found.add("json_trailing_comma");
      }
      if (code !== end) return this.#fail();
      this.#cursor.at++;
      this.#levels.pop();
    }
  }

  #scalar(path: string, code: number): void {
    if (code === 34 || code === 39) {
      const value = this.#string(code);
      if (value !== undefined) this.#emit(path, value, true);
      return;
    }
    const start = this.#cursor.at;
    const plain = this.#cursor.plain();
    if (plain !== undefined && !isAsciiWordCode(this.#cursor.peek())) {
      this.#emit(path, plain, false);
      return;
    }
    this.#cursor.at = start;
    const word = this.#word();
    if (word === undefined) {
      this.#fail();
      return;
    }
    this.#found.add("json_unusual_literal");
    this.#emit(path, word, !this.#isInside);
  }

  /** Reads the string at the quote here: strictly, else as lenient readers do. */
  #string(quote: number): string | undefined {
    if (quote === 39) this.#found.add("json_unusual_quotes");
    const start = this.#cursor.at;
    const strict = quote === 34 ? this.#cursor.string() : undefined;
    if (strict !== undefined) return strict;
    // At its end, or at a wrong escape.
    if (quote === 34 && this.#isAtEnd()) return this.#fail();
    this.#cursor.at = start;
    return this.#lenientString(quote) ?? this.#fail();
  }

  #lenientString(quote: number): string | undefined {
    const { text } = this.#cursor;
    let value = "";
    let at = this.#cursor.at + 1;
    let copied = at;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#cursor.at = at + 1;
        return value + text.slice(copied, at);
      }
      if (code !== 92) continue;
      value += text.slice(copied, at);
      const read = lenientEscape(text, at + 1, quote);
      if (!read.usual) this.#found.add("json_invalid_escape");
      value += read.value;
      at = read.end - 1;
      copied = read.end;
    }
    this.#cursor.at = text.length;
    return undefined;
  }

  /** Reads what lenient readers take for a word or a number: `NaN`, `+1`, `.5`, `0xff`, `undefined`. */
  #word(): string | undefined {
    const { text } = this.#cursor;
    const start = this.#cursor.at;
    let at = start;
    if (text.charCodeAt(at) === 43 || text.charCodeAt(at) === 45) at++;
    const first = at;
    for (let length = wordLength(text, at); length > 0; length = wordLength(text, at)) at += length;
    if (at === first) return undefined;
    this.#cursor.at = at;
    const word = text.slice(start, at);
    return word.includes("\\") ? word.replace(UNICODE_ESCAPE, undoUnicodeEscape) : word;
  }

  /** Past white space, comments, and what lenient readers take for white space. */
  #skipBlank(): void {
    const cursor = this.#cursor;
    for (;;) {
      cursor.skipBlank();
      const code = cursor.peek();
      if (code === 47) {
        if (!this.#skipComment()) return;
      } else if (code === 35 && this.#levels.length > 0) {
        this.#found.add("json_comment");
        cursor.at = lineEnd(cursor.text, cursor.at);
      } else {
        const length = unusualBlank(cursor.text, cursor.at, code);
        if (length === 0) return;
        // Record separators of JSON text sequences (RFC 7464) are nothing unusual.
        if (code !== 30) this.#found.add("json_unusual_blank");
        cursor.at += length;
      }
    }
  }

  #skipComment(): boolean {
    const { text, at } = this.#cursor;
    const next = text.charCodeAt(at + 1);
    if (next !== 42 && next !== 47) return false;
    this.#found.add("json_comment");
    const end = next === 42 ? text.indexOf("*/", at + 2) : lineEnd(text, at);
    this.#cursor.at = next === 42 && end !== -1 ? end + 2 : end;
    if (end === -1) this.#cursor.at = text.length;
    return true;
  }

  #emit(path: string, value: string, isText: boolean): void {
    this.#pathBytes += path.length;
    if (this.#error !== "") return;
    if (this.#values.length >= this.#limits.maxJsonValues) this.#error = "json_too_many_values";
    else if (this.#pathBytes > this.#limits.maxJsonPathBytes) this.#error = "json_paths_too_long";
    else {
      this.#names.push(path);
      this.#values.push(value);
      this.#inputs.push(this.#inputsOf(value, isText));
    }
  }

  #inputsOf(value: string, isText: boolean): readonly string[] {
    const keys = this.#newKeys;
    if (keys.length === 0) return isText ? [value] : NO_INPUTS;
    this.#newKeys = [];
    return isText ? [value, ...keys] : keys;
  }

  #fail(): undefined {
    this.#error = this.#isAtEnd() ? "json_unexpected_end" : "json_syntax";
    return undefined;
  }
}

/** Letters, digits, `_`, `$`, and the bytes of other letters. */
function isWordCode(code: number): boolean {
  return isAsciiWordCode(code) || code >= 128;
}

function isAsciiWordCode(code: number): boolean {
  const lower = code | 32;
  return (code >= 48 && code <= 57) || (lower >= 97 && lower <= 122) || code === 95 || code === 36;
}

const UNICODE_ESCAPE = /\\u([0-9a-f]{4})/gi;

function undoUnicodeEscape(_escape: string, digits: string): string {
  const unit = Number.parseInt(digits, 16);
  return encodeCodePoint(unit >= 0xd800 && unit <= 0xdfff ? 0xfffd : unit);
}

/** How many bytes here belong to a word: JSON5 allows escapes in keys without quotes. */
function wordLength(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 92) return /^\\u[0-9a-f]{4}/i.test(text.slice(at, at + 6)) ? 6 : 0;
  return (isWordCode(code) || code === 46) && unusualBlank(text, at, code) === 0 ? 1 : 0;
}

/**
 * The length of a blank here that RFC 8259 does not know: form feed, vertical tab, and those of Unicode, which JSON5 takes (separators
 * and the byte order mark) or which applications strip (the next line, what has no width).
 */
export function unusualBlank(text: string, at: number, code: number): number {
  if (code === 11 || code === 12 || code === 30) return 1;
  if (code < 0xc2 || Number.isNaN(code)) return 0;
  if (code === 0xc2) return /^[\x85\xa0]/.test(text.slice(at + 1, at + 2)) ? 2 : 0;
  return (code < 0xe4 || code === 0xef) && WIDE_BLANK.test(text.slice(at, at + 3)) ? 3 : 0;
}

/** U+1680, U+180E, U+2000 to U+200B, U+2028, U+2029, U+202F, U+205F, U+2060, U+3000, U+FEFF. */
const WIDE_BLANK =
  /^(?:\xe1(?:\x9a\x80|\xa0\x8e)|\xe2(?:\x80[\x80-\x8b\xa8\xa9\xaf]|\x81[\x9f\xa0])|\xe3\x80\x80|\xef\xbb\xbf)$/;

export function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return at;
  }
  return text.length;
}

/** What lenient readers make of the escape whose kind is here, as JSON5 does, and where it ends. */
function lenientEscape(
  text: string,
  at: number,
  quote: number,
): { value: string; end: number; usual: boolean } {
  const kind = text[at];
  if (kind === undefined) return { value: "", end: at, usual: false };
  const usual = JSON_ESCAPES.get(kind);
  if (usual !== undefined) return { value: usual, end: at + 1, usual: true };
  const digits = kind === "x" ? 2 : kind === "u" ? 4 : 0;
  const code = text.slice(at + 1, at + 1 + digits);
  if (digits > 0 && code.length === digits && /^[0-9a-f]+$/i.test(code)) {
    const unit = Number.parseInt(code, 16);
    const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
    const value = encodeCodePoint(isSurrogate ? 0xfffd : unit);
    return { value, end: at + 1 + digits, usual: kind === "u" && !isSurrogate };
  }
  if (kind === "'") return { value: "'", end: at + 1, usual: quote === 39 };
  if (kind === "v") return { value: "\v", end: at + 1, usual: false };
  if (kind === "0") return { value: "\0", end: at + 1, usual: false };
  if (kind === "\r" || kind === "\n") {
    const end = kind === "\r" && text[at + 1] === "\n" ? at + 2 : at + 1;
    return { value: "", end, usual: false };
  }
  return { value: kind, end: at + 1, usual: false };
}
