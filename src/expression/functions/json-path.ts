// Finds one value in a JSON text without building the rest: one pass, no recursion, nothing kept but a stack of
// brackets. The whole text is read, since a text that breaks off further down is no JSON (RFC 8259).
import { encodeCodePoint, hexDigit } from "../values/bytes.ts";
import type { IntValue } from "../values/value.ts";

/** A step into an object (bytes) or an array (a position). */
export type JsonKey = string | IntValue;

/** A scalar as found: a string's decoded bytes, or the text of anything else. */
export interface JsonScalar {
  readonly kind: "string" | "other";
  readonly text: string;
}

/** The scalar at the path; undefined when there is none, or when the text is not valid JSON. */
export function findInJson(text: string, path: readonly JsonKey[]): JsonScalar | undefined {
  return new JsonFinder(text, path).find();
}

interface Level {
  readonly isObject: boolean;
  /** How many steps of the path lead here; -1 beside the path. */
  readonly matched: number;
  index: number;
}

class JsonFinder {
  readonly #text: string;
  readonly #path: readonly JsonKey[];
  readonly #levels: Level[] = [];
  #at = 0;
  #found: JsonScalar | undefined;

  constructor(text: string, path: readonly JsonKey[]) {
    this.#text = text;
    this.#path = path;
  }

  find(): JsonScalar | undefined {
    let matched = 0;
    for (;;) {
      if (!this.#value(matched)) return undefined;
      const next = this.#next();
      if (next === undefined) return undefined;
      if (next === "end") break;
      matched = next;
    }
    this.#skipBlank();
    return this.#at === this.#text.length ? this.#found : undefined;
  }

  /** Reads a scalar or an empty container whole, or opens containers down to their first scalar. */
  #value(matchedSteps: number): boolean {
    let matched = matchedSteps;
    for (;;) {
      this.#skipBlank();
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 123 && code !== 91) return this.#scalar(code, matched);
      this.#at++;
      const isObject = code === 123;
      this.#skipBlank();
      if (this.#text.charCodeAt(this.#at) === (isObject ? 125 : 93)) {
        this.#at++;
        return true;
      }
      this.#levels.push({ isObject, matched, index: 0 });
      const inner = this.#member();
      if (inner === undefined) return false;
      matched = inner;
    }
  }

  /** Behind a value: the matched steps of the next one, or the end of the text's one value. */
  #next(): number | "end" | undefined {
    for (;;) {
      const level = this.#levels.at(-1);
      if (level === undefined) return "end";
      this.#skipBlank();
      const code = this.#text.charCodeAt(this.#at++);
      if (code === 44) return this.#member();
      if (code !== (level.isObject ? 125 : 93)) return undefined;
      this.#levels.pop();
    }
  }

  /** Reads a key, or counts a position: how many steps of the path lead to the value that follows. */
  #member(): number | undefined {
    const level = this.#levels.at(-1)!;
    const wanted = level.matched < 0 ? undefined : this.#path[level.matched];
    let hit: boolean;
    if (level.isObject) {
      this.#skipBlank();
      if (this.#text.charCodeAt(this.#at) !== 34) return undefined;
      const key = this.#string();
      this.#skipBlank();
      if (key === undefined || this.#text.charCodeAt(this.#at++) !== 58) return undefined;
      hit = key === wanted;
    } else hit = level.index++ === wanted;
    if (!hit) return -1;
    // The last of equal keys counts, so what an earlier one led to is forgotten.
    this.#found = undefined;
    return level.matched + 1;
  }

  #scalar(code: number, matched: number): boolean {
    const start = this.#at;
    const kind = code === 34 ? "string" : "other";
    const text = code === 34 ? this.#string() : this.#plain(start, code);
    if (text === undefined) return false;
    if (matched === this.#path.length) this.#found = { kind, text };
    return true;
  }

  #plain(start: number, code: number): string | undefined {
    if (code === 45 || (code >= 48 && code <= 57)) {
      this.#at = this.#numberEnd(start);
    } else {
      const word = WORDS.find((each) => this.#text.startsWith(each, start));
      this.#at = word === undefined ? -1 : start + word.length;
    }
    return this.#at === -1 ? undefined : this.#text.slice(start, this.#at);
  }

  #numberEnd(start: number): number {
    const whole = this.#text.charCodeAt(start) === 45 ? start + 1 : start;
    let at = this.#digitsEnd(whole);
    if (at === whole || (this.#text.charCodeAt(whole) === 48 && at > whole + 1)) return -1;
    if (this.#text.charCodeAt(at) === 46) {
      const fraction = at + 1;
      at = this.#digitsEnd(fraction);
      if (at === fraction) return -1;
    }
    if ((this.#text.charCodeAt(at) | 32) === 101) {
      const sign = this.#text.charCodeAt(at + 1);
      const exponent = at + (sign === 43 || sign === 45 ? 2 : 1);
      at = this.#digitsEnd(exponent);
      if (at === exponent) return -1;
    }
    return at;
  }

  #digitsEnd(from: number): number {
    let at = from;
    while (this.#text.charCodeAt(at) >= 48 && this.#text.charCodeAt(at) <= 57) at++;
    return at;
  }

  /** The string at the quote here, decoded. */
  #string(): string | undefined {
    const text = this.#text;
    let value = "";
    let copied = ++this.#at;
    for (; this.#at < text.length; this.#at++) {
      const code = text.charCodeAt(this.#at);
      if (code === 34) return value + text.slice(copied, this.#at++);
      if (code < 32) return undefined;
      if (code !== 92) continue;
      value += text.slice(copied, this.#at);
      const decoded = this.#escape();
      if (decoded === undefined) return undefined;
      value += decoded;
      copied = this.#at + 1;
    }
    return undefined;
  }

  /** Decodes the escape at the backslash here and moves to its last character. A lone surrogate is U+FFFD. */
  #escape(): string | undefined {
    const kind = this.#text[++this.#at];
    if (kind !== "u") return kind === undefined ? undefined : ESCAPES.get(kind);
    const unit = this.#unit(this.#at + 1);
    if (unit < 0) return undefined;
    this.#at += 4;
    if (unit < 0xd800 || unit > 0xdfff) return encodeCodePoint(unit);
    const isHigh = unit < 0xdc00 && this.#text.startsWith("\\u", this.#at + 1);
    const low = isHigh ? this.#unit(this.#at + 3) : -1;
    if (low < 0xdc00 || low > 0xdfff) return encodeCodePoint(0xfffd);
    this.#at += 6;
    return encodeCodePoint(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
  }

  #unit(from: number): number {
    let unit = 0;
    for (let at = from; at < from + 4; at++) {
      const digit = hexDigit(this.#text.charCodeAt(at));
      if (digit < 0) return -1;
      unit = unit * 16 + digit;
    }
    return unit;
  }

  #skipBlank(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
      this.#at++;
    }
  }
}

const WORDS = ["true", "false", "null"];
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
