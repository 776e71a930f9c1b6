import type { Budget } from "../../language/values/budget.ts";
import { isUtf8 } from "../../language/values/bytes.ts";
import { JsonCursor } from "../../language/values/json-scan.ts";
import type { RequestLimits } from "../view/limits.ts";

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

/** An open container: an object with its keys so far, or an array with the number of its items. */
type Level =
  | { readonly kind: "object"; readonly path: string; readonly keys: Set<string> }
  | { readonly kind: "array"; readonly path: string; index: number };

/** Flattens a JSON text in one pass, without recursion. */
export function parseJson(body: string, limits: RequestLimits, budget: Budget): JsonBody {
  return new JsonScanner(body, limits, budget).scan();
}

class JsonScanner {
  readonly #cursor: JsonCursor;
  readonly #limits: RequestLimits;
  readonly #budget: Budget;
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  readonly #found = new Set<JsonAnomaly>();
  readonly #levels: Level[] = [];
  #depth = 0;
  #pathBytes = 0;
  #error: JsonError | "" = "";

  constructor(text: string, limits: RequestLimits, budget: Budget) {
    this.#cursor = new JsonCursor(text);
    this.#limits = limits;
    this.#budget = budget;
  }

  scan(): JsonBody {
    if (this.#cursor.text.startsWith("\xef\xbb\xbf")) {
      this.#found.add("json_byte_order_mark");
      this.#cursor.at = 3;
    }
    if (!this.#budget.spend(this.#cursor.text.length + 1)) this.#error = "budget_exhausted";
    else {
      if (!isUtf8(this.#cursor.text)) this.#found.add("json_invalid_utf8");
      this.#document();
      if (this.#cursor.loneSurrogate) this.#found.add("json_lone_surrogate");
      if (this.#cursor.controlCharacter) this.#found.add("json_control_character");
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
    this.#cursor.skipBlank();
    if (this.#cursor.at < this.#cursor.text.length) this.#error = "json_trailing_data";
  }

  /** Reads a scalar or an empty container, or opens a container and leaves its first value to the caller. */
  #value(path: string): void {
    let place = path;
    for (;;) {
      this.#cursor.skipBlank();
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
    this.#cursor.skipBlank();
    if (this.#cursor.peek() === (isObject ? 125 : 93)) {
      this.#cursor.at++;
      this.#emit(path, isObject ? "{}" : "[]");
      return undefined;
    }
    const level: Level = isObject
      ? { kind: "object", path, keys: new Set() }
      : { kind: "array", path, index: 0 };
    this.#levels.push(level);
    return this.#member(level);
  }

  /** Reads a key, or counts an index, and answers the path of the value that follows. */
  #member(level: Level): string | undefined {
    if (level.kind === "array") return this.#join(level, String(level.index++));
    this.#cursor.skipBlank();
    if (this.#cursor.peek() !== 34) return this.#fail();
    const key = this.#string();
    if (key === undefined) return undefined;
    if (level.keys.has(key)) this.#found.add("json_duplicate_key");
    level.keys.add(key);
    this.#cursor.skipBlank();
    if (this.#cursor.peek() !== 58) return this.#fail();
    this.#cursor.at++;
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
      this.#cursor.skipBlank();
      const code = this.#cursor.peek();
      if (code === 44) {
        this.#cursor.at++;
        return this.#member(level);
      }
      if (code !== (level.kind === "object" ? 125 : 93)) return this.#fail();
      this.#cursor.at++;
      this.#levels.pop();
    }
  }

  #scalar(path: string, code: number): void {
    if (code === 34) {
      const value = this.#string();
      if (value !== undefined) this.#emit(path, value);
      return;
    }
    const plain = this.#cursor.plain();
    if (plain === undefined) this.#fail();
    else this.#emit(path, plain);
  }

  #string(): string | undefined {
    return this.#cursor.string() ?? this.#fail();
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
    this.#error = this.#cursor.at >= this.#cursor.text.length ? "json_unexpected_end" : "json_syntax";
    return undefined;
  }
}

function escapeKey(key: string): string {
  if (!key.includes(".") && !key.includes("\\")) return key;
  return key.replaceAll("\\", "\\\\").replaceAll(".", "\\.");
}
