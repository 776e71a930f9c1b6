import type { Budget } from "../../expression/values/budget.ts";
import { encodeCodePoint, hexDigit, isUtf8 } from "../../expression/values/bytes.ts";
import type { RequestLimits } from "../options.ts";

/** Oddities of JSON texts that readers disagree about (RFC 8259), reported in this order. */
export const JSON_ANOMALIES = [
  "json_byte_order_mark",
  "json_invalid_utf8",
  "json_duplicate_key",
  "json_lone_surrogate",
  "json_control_character",
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
  /** Containers around the deepest value. */
  readonly depth: number;
  readonly anomalies: readonly JsonAnomaly[];
  readonly error: JsonError | "";
}

interface Level {
  readonly kind: "object" | "array";
  readonly path: string;
  /** Keys so far; only of objects. */
  readonly keys: Set<string> | undefined;
  index: number;
}

/** Flattens a JSON text in one pass, without recursion. */
export function parseJson(body: string, limits: RequestLimits, budget: Budget): JsonBody {
  return new JsonScanner(body, limits, budget).scan();
}

class JsonScanner {
  readonly #text: string;
  readonly #limits: RequestLimits;
  readonly #budget: Budget;
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  readonly #found = new Set<JsonAnomaly>();
  readonly #levels: Level[] = [];
  #at = 0;
  #depth = 0;
  #pathBytes = 0;
  #error: JsonError | "" = "";

  constructor(text: string, limits: RequestLimits, budget: Budget) {
    this.#text = text;
    this.#limits = limits;
    this.#budget = budget;
  }

  scan(): JsonBody {
    if (this.#text.startsWith("\xef\xbb\xbf")) {
      this.#found.add("json_byte_order_mark");
      this.#at = 3;
    }
    if (!this.#budget.spend(this.#text.length + 1)) this.#error = "budget_exhausted";
    else {
      if (!isUtf8(this.#text)) this.#found.add("json_invalid_utf8");
      this.#document();
    }
    return {
      names: this.#names,
      values: this.#values,
      depth: this.#depth,
      anomalies: JSON_ANOMALIES.filter((anomaly) => this.#found.has(anomaly)),
      error: this.#error,
    };
  }

  #document(): void {
    let path: string | undefined = "";
    while (path !== undefined && this.#error === "") {
      this.#value(path);
      path = this.#error === "" ? this.#next() : undefined;
    }
    if (this.#error !== "") return;
    this.#skipBlank();
    if (this.#at < this.#text.length) this.#error = "json_trailing_data";
  }

  /** Reads a scalar or an empty container, or opens a container and leaves its first value to the caller. */
  #value(path: string): void {
    let place = path;
    for (;;) {
      this.#skipBlank();
      const code = this.#text.charCodeAt(this.#at);
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
    this.#at++;
    this.#depth = Math.max(this.#depth, this.#levels.length + 1);
    this.#skipBlank();
    if (this.#text.charCodeAt(this.#at) === (isObject ? 125 : 93)) {
      this.#at++;
      this.#emit(path, isObject ? "{}" : "[]");
      return undefined;
    }
    this.#levels.push({
      kind: isObject ? "object" : "array",
      path,
      keys: isObject ? new Set() : undefined,
      index: 0,
    });
    return this.#member();
  }

  /** Reads a key, or counts an index, and answers the path of the value that follows. */
  #member(): string | undefined {
    const level = this.#levels.at(-1)!;
    if (level.kind === "array") return this.#join(level, String(level.index++));
    this.#skipBlank();
    if (this.#text.charCodeAt(this.#at) !== 34) return this.#fail();
    const key = this.#string();
    if (key === undefined) return undefined;
    if (level.keys!.has(key)) this.#found.add("json_duplicate_key");
    level.keys!.add(key);
    this.#skipBlank();
    if (this.#text.charCodeAt(this.#at) !== 58) return this.#fail();
    this.#at++;
    return this.#join(level, escapeKey(key));
  }

  #join(level: Level, key: string): string {
    return this.#levels.length === 1 ? key : `${level.path}.${key}`;
  }

  /** Behind a value: the path of the next one, undefined at the end of the text's one value. */
  #next(): string | undefined {
    for (;;) {
      const level = this.#levels.at(-1);
      if (level === undefined) return undefined;
      this.#skipBlank();
      const code = this.#text.charCodeAt(this.#at);
      if (code === 44) {
        this.#at++;
        return this.#member();
      }
      if (code !== (level.kind === "object" ? 125 : 93)) return this.#fail();
      this.#at++;
      this.#levels.pop();
    }
  }

  #scalar(path: string, code: number): void {
    if (code === 34) {
      const value = this.#string();
      if (value !== undefined) this.#emit(path, value);
      return;
    }
    const start = this.#at;
    const end = code === 45 || (code >= 48 && code <= 57) ? this.#numberEnd(start) : this.#wordEnd(start);
    if (end === -1) {
      this.#fail();
      return;
    }
    this.#at = end;
    this.#emit(path, this.#text.slice(start, end));
  }

  #wordEnd(start: number): number {
    for (const word of ["true", "false", "null"])
      if (this.#text.startsWith(word, start)) return start + word.length;
    return -1;
  }

  #numberEnd(start: number): number {
    let at = this.#text.charCodeAt(start) === 45 ? start + 1 : start;
    const whole = at;
    at = this.#digitsEnd(at);
    if (at === whole || (this.#text.charCodeAt(whole) === 48 && at > whole + 1)) return -1;
    if (this.#text.charCodeAt(at) === 46) {
      const fraction = at + 1;
      at = this.#digitsEnd(fraction);
      if (at === fraction) return -1;
    }
    if ((this.#text.charCodeAt(at) | 32) === 101) {
      at++;
      const sign = this.#text.charCodeAt(at);
      if (sign === 43 || sign === 45) at++;
      const exponent = at;
      at = this.#digitsEnd(at);
      if (at === exponent) return -1;
    }
    return at;
  }

  #digitsEnd(from: number): number {
    let at = from;
    while (this.#text.charCodeAt(at) >= 48 && this.#text.charCodeAt(at) <= 57) at++;
    return at;
  }

  /** The string that begins at the quote here, decoded to bytes. */
  #string(): string | undefined {
    const text = this.#text;
    let value = "";
    let copied = ++this.#at;
    for (; this.#at < text.length; this.#at++) {
      const code = text.charCodeAt(this.#at);
      if (code === 34) {
        value += text.slice(copied, this.#at++);
        return value;
      }
      if (code < 32) this.#found.add("json_control_character");
      if (code !== 92) continue;
      value += text.slice(copied, this.#at);
      const decoded = this.#escape();
      if (decoded === undefined) return this.#fail();
      value += decoded;
      copied = this.#at + 1;
    }
    this.#error = "json_unexpected_end";
    return undefined;
  }

  /** Decodes the escape at the backslash here and moves to its last character. */
  #escape(): string | undefined {
    const kind = this.#text[++this.#at];
    if (kind !== "u") return kind === undefined ? undefined : SIMPLE_ESCAPES.get(kind);
    const unit = this.#hexUnit(this.#at + 1);
    if (unit < 0) return undefined;
    this.#at += 4;
    if (unit < 0xd800 || unit > 0xdfff) return encodeCodePoint(unit);
    if (unit < 0xdc00 && this.#text.startsWith("\\u", this.#at + 1)) {
      const low = this.#hexUnit(this.#at + 3);
      if (low >= 0xdc00 && low <= 0xdfff) {
        this.#at += 6;
        return encodeCodePoint(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
      }
    }
    this.#found.add("json_lone_surrogate");
    return encodeCodePoint(0xfffd);
  }

  #hexUnit(from: number): number {
    let unit = 0;
    for (let at = from; at < from + 4; at++) {
      const digit = hexDigit(this.#text.charCodeAt(at));
      if (digit < 0) return -1;
      unit = unit * 16 + digit;
    }
    return unit;
  }

  #emit(path: string, value: string): void {
    this.#pathBytes += path.length;
    if (this.#values.length >= this.#limits.maxJsonValues) this.#error = "json_too_many_values";
    else if (this.#pathBytes > this.#limits.maxJsonPathBytes) this.#error = "json_paths_too_long";
    else {
      this.#names.push(path);
      this.#values.push(value);
    }
  }

  #fail(): undefined {
    this.#error = this.#at >= this.#text.length ? "json_unexpected_end" : "json_syntax";
    return undefined;
  }

  #skipBlank(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
      this.#at++;
    }
  }
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function escapeKey(key: string): string {
  if (!key.includes(".") && !key.includes("\\")) return key;
  return key.replaceAll("\\", "\\\\").replaceAll(".", "\\.");
}
