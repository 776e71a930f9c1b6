import { utf8Encode } from "../values/bytes.ts";
import type { Assertion, PatternNode, PatternTree } from "./ast.ts";
import { fold, MAX_PATTERN_DEPTH, readClass } from "./class-syntax.ts";
import { Cursor, type Flags, isSpace } from "./cursor.ts";
import type { PatternFault } from "./engine.ts";
import { readEscape } from "./escape-syntax.ts";
import { attempt, refuse } from "./fault.ts";
import { MAX_BYTE, MAX_CODE_POINT, negate, type Ranges, singleByte } from "./ranges.ts";

/** Longest pattern text in UTF-16 units; the language's own limit on patterns is far below. */
export const MAX_PATTERN_LENGTH = 65_536;
/** Largest count of a repetition: what 32 bits hold. */
const MAX_COUNT = 0xffffffff;
/** Largest count that RE2 engines take. */
const MAX_PORTABLE_COUNT = 1000;

export type ParsedPattern =
  | { readonly ok: true; readonly value: PatternTree }
  | { readonly ok: false; readonly fault: PatternFault };

/**
 * Parses a pattern of the reference dialect (semantics.md#regular-expressions): Rust regex syntax, Unicode mode off
 * unless `(?u)` says so.
 *
 * Characters beyond ASCII stand for their UTF-8 bytes. With `portable`, constructs that RE2 engines read in another
 * way are refused with E_REGEX_PORTABILITY (semantics.md#portable-dialect).
 */
export function parsePattern(text: string, options: { readonly portable?: boolean } = {}): ParsedPattern {
  if (text.length > MAX_PATTERN_LENGTH) {
    return {
      ok: false,
      fault: {
        code: "E_REGEX_LIMIT",
        message: `the pattern is longer than ${MAX_PATTERN_LENGTH} characters`,
        start: 0,
        end: text.length,
      },
    };
  }
  return attempt(() => new Parser(new Cursor(text, options.portable === true)).parse());
}

class Parser {
  readonly #cursor: Cursor;
  readonly #names = new Map<string, number>();
  #groups = 0;
  #openGroups = 0;
  #wholeUnicode = false;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  parse(): PatternTree {
    const root = this.#alternation();
    const cursor = this.#cursor;
    if (!cursor.done) {
      cursor.invalid("there is no group to close", cursor.at, cursor.at + 1, "write `\\)` for a parenthesis");
    }
    return { root, groupCount: this.#groups, names: this.#names, wholeUnicode: this.#wholeUnicode };
  }

  /** Alternatives up to `)` or the end. Flags set inside last until there, across `|` too. */
  #alternation(): PatternNode {
    const cursor = this.#cursor;
    const start = cursor.at;
    const first = this.#concatenation();
    if (cursor.next !== "|") return first;
    const items = [first];
    while (cursor.take("|")) items.push(this.#concatenation());
    return this.#branch("alternate", items, start);
  }

  #concatenation(): PatternNode {
    const cursor = this.#cursor;
    const start = cursor.at;
    const items: PatternNode[] = [];
    // Whether what was read last can be repeated: a flag group and the start of an alternative cannot.
    let repeatable = false;
    for (;;) {
      cursor.skipSpace();
      const { next } = cursor;
      if (next === "" || next === "|" || next === ")") break;
      if (next === "*" || next === "+" || next === "?" || next === "{") {
        const repeated = repeatable ? items.pop() : undefined;
        if (repeated === undefined) this.#nothingToRepeat(next);
        items.push(this.#repetition(repeated));
        continue;
      }
      const atom = this.#atom();
      repeatable = atom !== undefined;
      if (atom !== undefined) items.push(atom);
    }
    const [first] = items;
    if (first === undefined) return { kind: "empty", start, end: cursor.at, depth: 1 };
    return items.length === 1 ? first : this.#branch("concat", items, start);
  }

  #branch(kind: "concat" | "alternate", items: readonly PatternNode[], start: number): PatternNode {
    let depth = 0;
    for (const item of items) depth = Math.max(depth, item.depth);
    return { kind, items, start, end: this.#cursor.at, depth: this.#level(depth, start) };
  }

  #level(below: number, start: number): number {
    if (below >= MAX_PATTERN_DEPTH) {
      refuse(
        "E_REGEX_LIMIT",
        `the pattern nests deeper than ${MAX_PATTERN_DEPTH} levels`,
        start,
        this.#cursor.at,
      );
    }
    return below + 1;
  }

  #nothingToRepeat(operator: string): never {
    const { at } = this.#cursor;
    return this.#cursor.invalid(
      `there is nothing before \`${operator}\` to repeat`,
      at,
      at + 1,
      `write \`\\${operator}\` for the character itself`,
    );
  }

  #repetition(item: PatternNode): PatternNode {
    const cursor = this.#cursor;
    const start = cursor.at;
    const { min, max } = cursor.next === "{" ? this.#count() : this.#quantifier();
    if (cursor.flags.verbose && cursor.text[cursor.at - 1] === "}") cursor.skipSpace();
    const marked = cursor.take("?");
    if (item.kind === "repeat" && cursor.text[item.end - 1] !== ")") {
      cursor.notPortable("a repetition of a repetition", start, "group the inner one: `(?:a*)*`");
    }
    const lazy = marked !== cursor.flags.swapGreed;
    const depth = this.#level(item.depth, item.start);
    return { kind: "repeat", item, min, max, lazy, start: item.start, end: cursor.at, depth };
  }

  #quantifier(): { readonly min: number; readonly max: number } {
    const operator = this.#cursor.next;
    this.#cursor.at++;
    return { min: operator === "+" ? 1 : 0, max: operator === "?" ? 1 : Number.POSITIVE_INFINITY };
  }

  #count(): { readonly min: number; readonly max: number } {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.at++;
    const min = this.#decimal(start);
    let max = min;
    if (cursor.take(",")) {
      this.#passSpace();
      max = cursor.next === "}" ? Number.POSITIVE_INFINITY : this.#decimal(start);
    }
    if (!cursor.take("}")) {
      cursor.invalid("the count has no closing `}`", start, cursor.at, "write `\\{` for a brace");
    }
    if (min > max) cursor.invalid("the count's lower bound is above its upper bound", start);
    if (Math.max(min, max === Number.POSITIVE_INFINITY ? 0 : max) > MAX_PORTABLE_COUNT) {
      cursor.notPortable(`a count above ${MAX_PORTABLE_COUNT}`, start, "repeat a group of repetitions");
    }
    return { min, max };
  }

  #passSpace(): void {
    const cursor = this.#cursor;
    while (!cursor.done && isSpace(cursor.text.charCodeAt(cursor.at))) cursor.at++;
  }

  #decimal(start: number): number {
    const cursor = this.#cursor;
    this.#passSpace();
    let value = 0;
    const from = cursor.at;
    for (; cursor.next >= "0" && cursor.next <= "9"; cursor.at++) {
      value = Math.min(value * 10 + Number(cursor.next), MAX_COUNT + 1);
    }
    if (cursor.at === from) {
      cursor.invalid(
        "the count needs a number here",
        start,
        cursor.at + 1,
        "write `{0,3}` for at most three, and `\\{` for a brace",
      );
    }
    if (value > MAX_COUNT) cursor.invalid("the count is too large", from);
    this.#passSpace();
    return value;
  }

  /** One repeatable thing; undefined for a group that only sets flags. */
  #atom(): PatternNode | undefined {
    const cursor = this.#cursor;
    const start = cursor.at;
    switch (cursor.next) {
      case "(":
        return this.#group();
      case "[":
        return this.#set(readClass(cursor, 1), start);
      case ".":
        cursor.at++;
        return this.#set(this.#dot(), start);
      case "^":
        cursor.at++;
        return this.#assertion(this.#lineAnchor("start"), start);
      case "$":
        cursor.at++;
        return this.#assertion(this.#lineAnchor("end"), start);
      case "\\":
        return this.#escape();
      default:
        return this.#literal(cursor.takeCodePoint(), false, start);
    }
  }

  #set(ranges: Ranges, start: number): PatternNode {
    const kind = this.#cursor.flags.unicode ? "char" : "byte";
    return { kind, ranges, start, end: this.#cursor.at, depth: 1 };
  }

  #dot(): Ranges {
    const { unicode, dotAll, crlf } = this.#cursor.flags;
    const excluded = dotAll ? [] : crlf ? [10, 10, 13, 13] : [10, 10];
    return negate(excluded, unicode ? MAX_CODE_POINT : MAX_BYTE);
  }

  #lineAnchor(side: "start" | "end"): Assertion {
    const { lines, crlf } = this.#cursor.flags;
    return !lines ? `text-${side}` : crlf ? `line-${side}-crlf` : `line-${side}`;
  }

  #assertion(assertion: Assertion, start: number): PatternNode {
    return { kind: "assert", assertion, start, end: this.#cursor.at, depth: 1 };
  }

  #escape(): PatternNode {
    const cursor = this.#cursor;
    const start = cursor.at;
    const found = readEscape(cursor);
    if (found.kind === "literal") return this.#literal(found.code, found.rawByte, start);
    if (found.kind === "class") return this.#set(found.ranges, start);
    const { anchor } = found;
    if (anchor === "text-start" || anchor === "text-end" || !cursor.flags.unicode) {
      return this.#assertion(anchor, start);
    }
    cursor.notPortable(
      "a word boundary under `(?u)`",
      start,
      "leave `(?u)` away, or write the neighbours out",
    );
    return this.#assertion(`unicode-${anchor}`, start);
  }

  /** One character: a set of bytes or of characters, or the bytes of its UTF-8 form. */
  #literal(code: number, rawByte: boolean, start: number): PatternNode {
    const cursor = this.#cursor;
    if (cursor.flags.unicode) return this.#set(fold(cursor, [code, code]), start);
    if (code < 0x80 || rawByte) return this.#set(singleByte(code, cursor.flags.fold), start);
    const end = cursor.at;
    const items = [...utf8Encode(String.fromCodePoint(code))].map((byte): PatternNode => {
      const unit = byte.charCodeAt(0);
      return { kind: "byte", ranges: singleByte(unit, false), start, end, depth: 1 };
    });
    return { kind: "concat", items, start, end, depth: 2 };
  }

  #group(): PatternNode | undefined {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.at++;
    const { flags } = cursor;
    let index: number | undefined;
    if (cursor.next === "?") {
      this.#refuseLookAround(start);
      if (cursor.take("?P<") || cursor.take("?<")) index = this.#name();
      else if (this.#flagGroup(start)) return undefined;
    } else index = ++this.#groups;
    if (++this.#openGroups > MAX_PATTERN_DEPTH) {
      refuse("E_REGEX_LIMIT", `groups nest deeper than ${MAX_PATTERN_DEPTH} levels`, start, start + 1);
    }
    const item = this.#alternation();
    if (!cursor.take(")")) {
      cursor.invalid("the group has no closing `)`", start, start + 1, "write `\\(` for a parenthesis");
    }
    this.#openGroups--;
    cursor.flags = flags;
    const depth = this.#level(item.depth, start);
    if (index === undefined) return { ...item, start, end: cursor.at, depth };
    return { kind: "capture", item, index, start, end: cursor.at, depth };
  }

  #refuseLookAround(start: number): void {
    const cursor = this.#cursor;
    const found = /^\?(?:<?[=!]|>|#|P[=>]|\||[R0-9])/.exec(cursor.text.slice(cursor.at, cursor.at + 3))?.[0];
    if (found === undefined || found === "?R") return;
    cursor.at += found.length;
    const what = found.includes("#")
      ? "comments in groups are"
      : found.endsWith("=") || found.endsWith("!")
        ? found.startsWith("?P")
          ? "back-references are"
          : "look-around is"
        : found === "?>"
          ? "atomic groups are"
          : "this kind of group is";
    cursor.invalid(`${what} not supported`, start, cursor.at, "say it with two conditions joined by `and`");
  }

  #name(): number {
    const cursor = this.#cursor;
    const start = cursor.at;
    const close = cursor.text.indexOf(">", start);
    if (close === -1) cursor.invalid("the group's name has no closing `>`", start, cursor.text.length);
    const name = cursor.text.slice(start, close);
    cursor.at = close + 1;
    if (!/^[_\p{Alphabetic}][_.[\]\p{Alphabetic}\p{N}]*$/u.test(name)) {
      cursor.invalid(
        name === "" ? "the group's name is empty" : `\`${name}\` is not a group name`,
        start,
        close,
        "names start with a letter or `_`, and go on with letters, digits and `_`",
      );
    }
    if (this.#names.has(name)) cursor.invalid(`there is already a group \`${name}\``, start, close);
    if (!/^\w+$/.test(name))
      cursor.notPortable("this group name", start, "use ASCII letters, digits and `_`");
    this.#names.set(name, ++this.#groups);
    return this.#groups;
  }

  /** Reads `?flags)` (true: the flags are set from here on) or `?flags:` (false: a group follows). */
  #flagGroup(start: number): boolean {
    const cursor = this.#cursor;
    cursor.at++;
    const seen = new Set<string>();
    const flags: { -readonly [name in keyof Flags]: boolean } = { ...cursor.flags };
    let value = true;
    let dangling = false;
    for (; cursor.next !== ")" && cursor.next !== ":"; cursor.at++) {
      const { at, next } = cursor;
      if (next === "") cursor.invalid("the group has no closing `)`", start, start + 1);
      if (next === "-") {
        if (!value) cursor.invalid("the flags are negated twice", at, at + 1);
        value = false;
        dangling = true;
        continue;
      }
      const name = FLAG_NAMES.get(next);
      if (name === undefined) {
        return cursor.invalid(
          `\`${next}\` is not a flag`,
          at,
          at + 1,
          "the flags are `i`, `m`, `s`, `U`, `u`, `x` and `R`",
        );
      }
      if (seen.has(next)) cursor.invalid(`the flag \`${next}\` occurs twice`, at, at + 1);
      if (next === "x" || next === "R") {
        cursor.at++;
        cursor.notPortable(`the flag \`${next}\``, at, "write the pattern without it");
        cursor.at = at;
      }
      seen.add(next);
      flags[name] = value;
      dangling = false;
    }
    if (dangling) cursor.invalid("there is no flag after `-`", start, cursor.at);
    const scoped = cursor.next === ":";
    if (!scoped && seen.size === 0) {
      cursor.invalid("the flag group is empty", start, cursor.at + 1, "write `(?:…)` for a group");
    }
    cursor.at++;
    this.#judgeUnicodeFlag(flags, seen, start, scoped);
    cursor.flags = flags;
    return !scoped;
  }

  #judgeUnicodeFlag(flags: Flags, seen: ReadonlySet<string>, start: number, scoped: boolean): void {
    if (!seen.has("u")) return;
    const cursor = this.#cursor;
    if (flags.unicode && start === 0 && !scoped) this.#wholeUnicode = true;
    else if (flags.unicode || this.#wholeUnicode) {
      cursor.notPortable(
        "changing `u` inside a pattern",
        start,
        "put `(?u)` at the very start, for the whole pattern",
      );
    }
  }
}

const FLAG_NAMES: ReadonlyMap<string, keyof Flags> = new Map([
  ["i", "fold"],
  ["m", "lines"],
  ["s", "dotAll"],
  ["U", "swapGreed"],
  ["u", "unicode"],
  ["x", "verbose"],
  ["R", "crlf"],
]);
