import { type ContainerPlaces, type Located, MAX_DOCUMENT_DEPTH } from "../../documents/text/located.ts";
import { isContainer, isMembers } from "../../documents/text/members.ts";
import type { Source } from "../../language/diagnostics/source.ts";
import { type BlockPlace, rememberBlockOrder } from "./block-order.ts";

/**
 * A file in HCL whose contents a parser returned as JSON, with the places of its blocks, attributes and literal lists
 * and objects, which JSON lacks. Where text and JSON do not agree, parts have no place of their own.
 */
export function locateHcl(source: Source, value: unknown): Located {
  const outline = new Outline(source.text);
  if (isMembers(value)) outline.body(value, 0);
  return {
    source,
    value,
    root: { start: 0, end: source.text.length },
    places: outline.places,
    faults: [],
    syntax: "hcl",
  };
}

const WORD = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)[^\S\n]*\r?\n/uy;
/** The tokens between those parts of an expression that the scan must look into. */
const PLAIN = /[^"<#/()[\]{}\n,:=]+/y;

class Outline {
  readonly places = new Map<object, ContainerPlaces>();
  readonly #text: string;
  readonly #index = new Map<object, Map<string, number>>();
  readonly #offsets = new Map<object, number[]>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith("\ufeff")) this.#at = 1;
  }

  /** Attributes and blocks up to the closing brace. */
  body(target: unknown, depth: number): void {
    const order: BlockPlace[] = [];
    const counts = new Map<string, number>();
    for (;;) {
      this.#space();
      const start = this.#at;
      const word = this.#match(WORD);
      if (word === undefined) break;
      const keyEnd = this.#at;
      const labels: string[] = [];
      let label = this.#label();
      while (label !== undefined) {
        labels.push(label);
        label = this.#label();
      }
      this.#blank();
      const char = this.#text[this.#at];
      if (char === "=" && labels.length === 0) {
        this.#at++;
        this.#space();
        this.#member(target, word, start, keyEnd, depth);
      } else if (char === "{" && depth < MAX_DOCUMENT_DEPTH) {
        const [type = word] = word === "dynamic" ? labels : [word];
        const key = `${word} ${type}`;
        const index = counts.get(key) ?? 0;
        counts.set(key, index + 1);
        order.push({ type, dynamic: word === "dynamic", index });
        this.#block(target, [word, ...labels], start, depth);
      } else break;
    }
    if (isContainer(target) && order.some(({ dynamic }) => dynamic)) rememberBlockOrder(target, order);
  }

  /** The block's body is found in the JSON below its type and labels, in a list of all that have the same. */
  #block(target: unknown, names: readonly string[], start: number, depth: number): void {
    this.#at++;
    let container: unknown = target;
    const containers: { readonly of: object; readonly name: string }[] = [];
    for (const name of names) {
      if (!isMembers(container)) break;
      containers.push({ of: container, name });
      container = container[name];
    }
    let inner: unknown = container;
    const list = Array.isArray(container) ? container : undefined;
    let slot = 0;
    if (list !== undefined) {
      slot = (this.#offsets.get(list)?.length ?? 0) / 4;
      inner = list[slot];
      this.#place(list, undefined, [start, start, start, start]);
    }
    this.body(inner, depth + 1);
    this.#space();
    if (this.#text[this.#at] === "}") this.#at++;
    if (list !== undefined) this.#offsets.get(list)?.splice(slot * 4, 4, start, this.#at, start, this.#at);
    for (const { of, name } of containers) this.#place(of, name, [start, this.#at, start, this.#at]);
  }

  #member(target: unknown, name: string, start: number, keyEnd: number, depth: number): void {
    const from = this.#at;
    this.#expression(
      isMembers(target) && Object.hasOwn(target, name) ? target[name] : undefined,
      depth,
      "\n",
    );
    if (isContainer(target)) this.#place(target, name, [start, keyEnd, from, this.#at]);
  }

  /** Up to the end of a value: a line break, a comma or a bracket that it did not open. */
  #expression(value: unknown, depth: number, end: "\n" | ","): void {
    const open = this.#text[this.#at];
    if (open === "[" && Array.isArray(value) && depth < MAX_DOCUMENT_DEPTH) this.#list(value, depth + 1);
    else if (open === "{" && isMembers(value) && depth < MAX_DOCUMENT_DEPTH) this.#object(value, depth + 1);
    let nesting = 0;
    let last = this.#at;
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (nesting === 0 && (char === "\n" || char === "}" || char === "]" || char === ")")) break;
      if (nesting === 0 && char === "," && (end === "," || depth > 0)) break;
      if (char === "#" || this.#text.startsWith("//", this.#at) || this.#text.startsWith("/*", this.#at)) {
        this.#comment();
        continue;
      }
      if (char === '"') this.#quoted(0);
      else if (char === "<" && this.#heredoc()) {
        // Its end is a line of its own.
      } else if ("([{".includes(char)) {
        nesting++;
        this.#at++;
      } else if (")]}".includes(char)) {
        nesting--;
        this.#at++;
      } else if (this.#match(PLAIN) === undefined) this.#at++;
      if (this.#text.slice(last, this.#at).trim() !== "") last = this.#at;
    }
    this.#at = last;
  }

  #list(value: readonly unknown[], depth: number): void {
    this.#at++;
    for (let at = 0; ; at++) {
      this.#space();
      const start = this.#at;
      if (this.#text[start] === "]" || start >= this.#text.length) break;
      this.#expression(value[at], depth, ",");
      if (this.#at === start) break;
      this.#place(value, undefined, [start, this.#at, start, this.#at]);
      this.#space();
      if (this.#text[this.#at] === ",") this.#at++;
    }
    if (this.#text[this.#at] === "]") this.#at++;
  }

  #object(value: object, depth: number): void {
    this.#at++;
    for (;;) {
      this.#space();
      const start = this.#at;
      const char = this.#text[start];
      if (char === "}" || char === undefined) break;
      let name = this.#match(WORD);
      if (name === undefined && char === '"') {
        this.#quoted(0);
        name = this.#text.slice(start + 1, this.#at - 1);
      } else if (name === undefined) this.#parentheses();
      const keyEnd = this.#at;
      if (keyEnd === start) break;
      this.#blank();
      if (this.#text[this.#at] === "=" || this.#text[this.#at] === ":") this.#at++;
      else break;
      this.#space();
      this.#member(value, name ?? `\${${this.#text.slice(start, keyEnd)}}`, start, keyEnd, depth);
      this.#space();
      if (this.#text[this.#at] === ",") this.#at++;
    }
    if (this.#text[this.#at] === "}") this.#at++;
  }

  #parentheses(): void {
    if (this.#text[this.#at] !== "(") return;
    this.#at++;
    this.#expression(undefined, 0, "\n");
    this.#space();
    if (this.#text[this.#at] === ")") this.#at++;
  }

  #place(container: object, name: string | undefined, offsets: readonly number[]): void {
    let known = this.#offsets.get(container);
    if (known === undefined) {
      known = [];
      const index = name === undefined ? undefined : new Map<string, number>();
      if (index !== undefined) this.#index.set(container, index);
      this.#offsets.set(container, known);
      this.places.set(container, { index, offsets: known, styles: undefined });
    }
    const index = this.#index.get(container);
    if (name !== undefined) {
      // Of blocks with the same labels the first one gives the place of all.
      if (index === undefined || index.has(name)) return;
      index.set(name, known.length / 4);
    }
    known.push(...offsets);
  }

  #label(): string | undefined {
    this.#blank();
    const start = this.#at;
    if (this.#text[start] !== '"') return this.#match(WORD);
    this.#quoted(0);
    return this.#text.slice(start + 1, this.#at - 1);
  }

  /** A text in quotes, whose expressions may hold texts in quotes. */
  #quoted(depth: number): void {
    this.#at++;
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (char === "\\") this.#at += 2;
      else if (char === '"') {
        this.#at++;
        return;
      } else if ((char === "$" || char === "%") && this.#text[this.#at + 1] === char) this.#at += 2;
      else if (
        (char === "$" || char === "%") &&
        this.#text[this.#at + 1] === "{" &&
        depth < MAX_DOCUMENT_DEPTH
      ) {
        this.#at += 2;
        this.#inside(depth + 1);
      } else this.#at++;
    }
  }

  /** An expression in a text, up to its `}`. */
  #inside(depth: number): void {
    let nesting = 0;
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (char === '"') this.#quoted(depth);
      else {
        this.#at++;
        if (char === "{") nesting++;
        else if (char === "}" && nesting-- === 0) return;
      }
    }
  }

  #heredoc(): boolean {
    HEREDOC.lastIndex = this.#at;
    const found = HEREDOC.exec(this.#text);
    if (found === null) return false;
    let at = this.#at + found[0].length;
    while (at < this.#text.length) {
      const end = this.#text.indexOf("\n", at);
      const line = this.#text.slice(at, end === -1 ? undefined : end);
      at = end === -1 ? this.#text.length : end;
      if (line.trim() === found[1]) break;
      at++;
    }
    this.#at = at;
    return true;
  }

  #comment(): void {
    if (this.#text.startsWith("/*", this.#at)) {
      const end = this.#text.indexOf("*/", this.#at + 2);
      this.#at = end === -1 ? this.#text.length : end + 2;
      return;
    }
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #space(): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === " " || char === "\t" || char === "\n" || char === "\r") this.#at++;
      else if (
        char === "#" ||
        (char === "/" && (this.#text[this.#at + 1] === "/" || this.#text[this.#at + 1] === "*"))
      )
        this.#comment();
      else return;
    }
  }

  #blank(): void {
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at++;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}
