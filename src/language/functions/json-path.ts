// Finds one value in a JSON text without building the rest: one pass, no recursion, nothing kept but a stack of
// brackets. The whole text is read, since a text that breaks off further down is not JSON (RFC 8259).
import { JsonCursor } from "../values/json-scan.ts";
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

/** U+FEFF in UTF-8. A reader may ignore it (RFC 8259 §8.1), and most do. */
const BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

interface Level {
  readonly isObject: boolean;
  /** How many steps of the path lead here; -1 beside the path. */
  readonly matched: number;
  index: number;
}

class JsonFinder {
  readonly #cursor: JsonCursor;
  readonly #path: readonly JsonKey[];
  readonly #levels: Level[] = [];
  #found: JsonScalar | undefined;

  constructor(text: string, path: readonly JsonKey[]) {
    this.#cursor = new JsonCursor(text);
    if (text.startsWith(BYTE_ORDER_MARK)) this.#cursor.at = BYTE_ORDER_MARK.length;
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
    this.#cursor.skipBlank();
    return this.#cursor.at === this.#cursor.text.length ? this.#found : undefined;
  }

  /** Reads a scalar or an empty container whole, or opens containers down to their first scalar. */
  #value(matchedSteps: number): boolean {
    let matched = matchedSteps;
    for (;;) {
      this.#cursor.skipBlank();
      const code = this.#cursor.peek();
      if (code !== 123 && code !== 91) return this.#scalar(code, matched);
      this.#cursor.at++;
      const isObject = code === 123;
      this.#cursor.skipBlank();
      if (this.#cursor.peek() === (isObject ? 125 : 93)) {
        this.#cursor.at++;
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
      this.#cursor.skipBlank();
      const code = this.#cursor.text.charCodeAt(this.#cursor.at++);
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
      this.#cursor.skipBlank();
      if (this.#cursor.peek() !== 34) return undefined;
      const key = this.#string();
      this.#cursor.skipBlank();
      if (key === undefined || this.#cursor.text.charCodeAt(this.#cursor.at++) !== 58) return undefined;
      hit = key === wanted;
    } else hit = level.index++ === wanted;
    if (!hit) return -1;
    // The last of equal keys counts, so what an earlier one led to is forgotten.
    this.#found = undefined;
    return level.matched + 1;
  }

  #scalar(code: number, matched: number): boolean {
    const kind = code === 34 ? "string" : "other";
    const text = code === 34 ? this.#string() : this.#cursor.plain();
    if (text === undefined) return false;
    if (matched === this.#path.length) this.#found = { kind, text };
    return true;
  }

  #string(): string | undefined {
    const value = this.#cursor.string();
    return this.#cursor.controlCharacter ? undefined : value;
  }
}
