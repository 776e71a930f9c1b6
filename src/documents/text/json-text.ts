import { excerpt } from "../../language/diagnostics/printable.ts";
import type { Source, Span } from "../../language/diagnostics/source.ts";
import { JSON_ESCAPES } from "../../language/values/json-scan.ts";
import { type ContainerPlaces, type Located, MAX_DOCUMENT_DEPTH, type TextFault } from "./located.ts";

/**
 * Reads JSON (RFC 8259) with the place of every part. Several objects or arrays one after the other, as `jq -c` and repeated
 * calls of an API leave them in a file, are an array of them.
 *
 * One pass of our own and not `JSON.parse`, which silently uses the last of two members with one name: which of two
 * `expression` members applies must not depend on the reader. Syntax faults end the reading, others are collected.
 */
export function readJsonText(source: Source): Located {
  return new JsonReader(source).read(false);
}

/** The same of JSON Lines: an array of its values, however many there are. */
export function readJsonLines(source: Source): Located {
  return new JsonReader(source).read(true);
}

/** Unwinds to {@link JsonReader.read} at the first syntax fault; never leaves this file. */
class Unreadable extends Error {}

class JsonReader {
  readonly #source: Source;
  readonly #text: string;
  readonly #places = new Map<object, ContainerPlaces>();
  readonly #faults: TextFault[] = [];
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
    if (this.#text.startsWith("\ufeff")) this.#at = 1;
  }

  read(isLines: boolean): Located {
    let value: unknown;
    let root: Span = { start: 0, end: 0 };
    try {
      this.#blank();
      const start = this.#at;
      if (isLines) value = this.#values([], [], isLines);
      else {
        value = this.#value(0);
        const offsets = [start, this.#at, start, this.#at];
        this.#blank();
        if (typeof value === "object" && value !== null && this.#isAtContainer())
          value = this.#values([value], offsets, isLines);
      }
      root = { start, end: this.#at };
      if (this.#at < this.#text.length) this.#fail("something follows the end of the document");
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      value = undefined;
    }
    return { source: this.#source, value, root, places: this.#places, faults: this.#faults };
  }

  #isAtContainer(): boolean {
    const char = this.#text[this.#at];
    return char === "{" || char === "[";
  }

  /** The values up to the end, after those that were read; unless they are lines, objects and arrays alone. */
  #values(read: unknown[], offsets: number[], isLines: boolean): unknown {
    this.#places.set(read, { index: undefined, offsets, styles: undefined });
    while (isLines ? this.#at < this.#text.length : this.#isAtContainer()) {
      const start = this.#at;
      this.#path.push(read.length);
      read.push(this.#value(1));
      this.#path.pop();
      offsets.push(start, this.#at, start, this.#at);
      this.#blank();
    }
    return read;
  }

  #value(depth: number): unknown {
    const char = this.#text[this.#at];
    if (char === "{" || char === "[") {
      if (depth >= MAX_DOCUMENT_DEPTH) {
        this.#fail(`the document nests more than ${MAX_DOCUMENT_DEPTH} levels deep`);
      }
      return char === "{" ? this.#object(depth + 1) : this.#array(depth + 1);
    }
    if (char === '"') return this.#string();
    if (char === "-" || (char !== undefined && char >= "0" && char <= "9")) return this.#number();
    for (const [word, value] of [
      ["true", true],
      ["false", false],
      ["null", null],
    ] as const) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    if (char === undefined) return this.#fail("the document ends where a value is expected");
    if (char === "'") return this.#fail("expected a value", 'JSON strings use double quotes (`"`)');
    return this.#fail("expected a value");
  }

  #object(depth: number): unknown {
    const result: Record<string, unknown> = Object.create(null);
    const index = new Map<string, number>();
    const offsets: number[] = [];
    this.#places.set(result, { index, offsets, styles: undefined });
    this.#at++;
    this.#blank();
    if (this.#take("}")) return result;
    for (;;) {
      const keyStart = this.#at;
      if (this.#text[keyStart] !== '"') {
        this.#fail(
          "expected a member name",
          this.#text[keyStart] === "}" ? "remove the comma before it" : undefined,
        );
      }
      const key = this.#string();
      const keyEnd = this.#at;
      this.#path.push(key);
      if (index.has(key)) {
        const span = { start: keyStart, end: keyEnd };
        const message = `the member \`${key}\` occurs twice`;
        this.#faults.push({ code: "E_DOC_DUPLICATE_MEMBER", message, span, path: [...this.#path] });
      }
      this.#blank();
      if (!this.#take(":")) this.#fail("expected `:`");
      this.#blank();
      const start = this.#at;
      result[key] = this.#value(depth);
      index.set(key, offsets.length / 4);
      offsets.push(keyStart, keyEnd, start, this.#at);
      this.#path.pop();
      this.#blank();
      if (this.#take("}")) return result;
      if (!this.#take(",")) this.#fail("expected `,` or `}`");
      this.#blank();
    }
  }

  #array(depth: number): unknown {
    const result: unknown[] = [];
    const offsets: number[] = [];
    this.#places.set(result, { index: undefined, offsets, styles: undefined });
    this.#at++;
    this.#blank();
    if (this.#take("]")) return result;
    for (;;) {
      const start = this.#at;
      if (this.#text[start] === "]") this.#fail("expected a value", "remove the comma before it");
      this.#path.push(result.length);
      result.push(this.#value(depth));
      this.#path.pop();
      offsets.push(start, this.#at, start, this.#at);
      this.#blank();
      if (this.#take("]")) return result;
      if (!this.#take(",")) this.#fail("expected `,` or `]`");
      this.#blank();
    }
  }

  #string(): string {
    const open = this.#at++;
    let result = "";
    let from = this.#at;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === '"') {
        result += this.#text.slice(from, this.#at++);
        return result;
      }
      if (char === undefined || char === "\n") {
        this.#at = open;
        this.#fail("this string has no closing quote", "write a line break as `\\n`");
      } else if (char < " ") this.#fail("a control character must be written as an escape");
      else if (char === "\\") {
        result += this.#text.slice(from, this.#at) + this.#escape();
        from = this.#at;
      } else this.#at++;
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? "";
    if (letter === "u") {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail("`\\u` takes four hexadecimal digits");
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const meant = JSON_ESCAPES.get(letter);
    if (meant === undefined) {
      this.#fail(`\`\\${letter}\` is not an escape of JSON`, "write a backslash as `\\\\`");
    }
    this.#at += 2;
    return meant ?? "";
  }

  #number(): number {
    const start = this.#at;
    while (this.#at < this.#text.length && "+-.0123456789eE".includes(this.#text.charAt(this.#at)))
      this.#at++;
    const digits = this.#text.slice(start, this.#at);
    if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(digits)) {
      this.#at = start;
      this.#fail(`\`${excerpt(digits, 40)}\` is not a JSON number`);
    }
    return Number(digits);
  }

  #blank(): void {
    while (this.#at < this.#text.length && " \t\r\n".includes(this.#text.charAt(this.#at))) this.#at++;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #fail(message: string, hint?: string): never {
    const comment = this.#text.startsWith("//", this.#at) || this.#text.startsWith("/*", this.#at);
    const advice = comment ? "JSON has no comments; YAML has" : hint;
    const span = { start: this.#at, end: Math.min(this.#at + 1, this.#text.length) };
    this.#faults.push({
      code: "E_DOC_SYNTAX",
      message,
      span,
      path: [...this.#path],
      ...(advice === undefined ? {} : { hint: advice }),
    });
    throw new Unreadable(message);
  }
}
