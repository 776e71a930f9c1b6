import { hexDigit } from "../values/bytes.ts";
import type { WordAssertion } from "./ast.ts";
import { asciiPerlClass } from "./class-names.ts";
import type { Cursor } from "./cursor.ts";
import { MAX_BYTE, MAX_CODE_POINT, negate, type Ranges } from "./ranges.ts";
import { unicodePerlClass, unicodeProperty } from "./unicode-classes.ts";

/** Meaning of one backslash sequence. */
export type Escape =
  | { readonly kind: "literal"; readonly code: number; readonly rawByte: boolean }
  | { readonly kind: "class"; readonly ranges: Ranges }
  | { readonly kind: "anchor"; readonly anchor: "text-start" | "text-end" | WordAssertion };

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["f", 12],
  ["t", 9],
  ["n", 10],
  ["r", 13],
  ["v", 11],
]);

const WORD_BOUNDARIES: ReadonlyMap<string, WordAssertion> = new Map([
  ["start", "word-start"],
  ["end", "word-end"],
  ["start-half", "word-start-half"],
  ["end-half", "word-end-half"],
]);

const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ["Q", "escape the characters one by one"],
  ["Z", "write `\\z` for the end of the value"],
  ["G", "patterns are searched once; use `\\A` or `^`"],
  ["h", "write `[ \\t]`"],
  ["R", "write `\\r?\\n`"],
  ["e", "write `\\x1b`"],
  ["c", "write the control character as `\\xHH`"],
  ["C", "write `(?s:.)`: a dot is one byte"],
  ["K", "capture the part that you want"],
  ["X", "match characters with `(?u)` and classes"],
]);

/** Reads a backslash sequence; the head is on the backslash. */
export function readEscape(cursor: Cursor): Escape {
  const start = cursor.at;
  cursor.at++;
  if (cursor.done)
    cursor.invalid("the pattern ends in a lone backslash", start, cursor.at, "write `\\\\` for a backslash");
  const code = cursor.takeCodePoint();
  const char = String.fromCodePoint(code);
  if (code >= 48 && code <= 57) {
    cursor.invalid(
      code === 48 ? "octal escapes are not supported" : "back-references are not supported",
      start,
      cursor.at,
      code === 48 ? "write the byte as `\\x00`" : "matching is linear, which back-references rule out",
    );
  }
  const control = CONTROLS.get(char);
  if (control !== undefined) return { kind: "literal", code: control, rawByte: false };
  switch (char) {
    case "x":
      return readHex(cursor, start, 2);
    case "u":
      return readHex(cursor, start, 4);
    case "U":
      return readHex(cursor, start, 8);
    case "d":
    case "s":
    case "w":
    case "D":
    case "S":
    case "W":
      return readPerlClass(cursor, char, start);
    case "p":
    case "P":
      return readProperty(cursor, char === "P", start);
    case "A":
      return { kind: "anchor", anchor: "text-start" };
    case "z":
      return { kind: "anchor", anchor: "text-end" };
    case "b":
      return { kind: "anchor", anchor: readWordBoundary(cursor, start) };
    case "B":
      if (cursor.next === "{") {
        cursor.notPortable("`\\B{`", start, "group the assertion before you repeat it: `(?:\\B)`");
      }
      return { kind: "anchor", anchor: "not-word" };
    case "<":
    case ">":
      cursor.notPortable(`\`\\${char}\``, start, "write `\\b`");
      return { kind: "anchor", anchor: char === "<" ? "word-start" : "word-end" };
  }
  const isLetter = (code | 32) >= 97 && (code | 32) <= 122;
  if (code < 0x80 && !isLetter) return { kind: "literal", code, rawByte: false };
  return cursor.invalid(
    `\`\\${char}\` is not a known escape`,
    start,
    cursor.at,
    UNSUPPORTED.get(char) ?? (isLetter ? undefined : "only ASCII punctuation can be escaped"),
  );
}

function readWordBoundary(cursor: Cursor, start: number): WordAssertion {
  if (cursor.next !== "{") return "word";
  cursor.notPortable("`\\b{`", start, "write `\\b`");
  // `\b{3}` repeats `\b`; a name makes it a special boundary.
  const name = /^\{[A-Za-z-]+\}?/.exec(cursor.text.slice(cursor.at, cursor.at + 32));
  if (name === null) return "word";
  cursor.at += name[0].length;
  const anchor = name[0].endsWith("}") ? WORD_BOUNDARIES.get(name[0].slice(1, -1)) : undefined;
  if (anchor === undefined) {
    cursor.invalid(
      `\`${name[0]}\` is not a known word boundary`,
      start,
      cursor.at,
      "there are `\\b{start}`, `\\b{end}`, `\\b{start-half}` and `\\b{end-half}`",
    );
  }
  return anchor;
}

function readHex(cursor: Cursor, start: number, digits: number): Escape {
  let value = 0;
  let count = 0;
  const braces = cursor.take("{");
  if (braces) {
    for (; !cursor.done && cursor.next !== "}"; cursor.at++) {
      value = value * 16 + readDigit(cursor, start);
      if (value > MAX_CODE_POINT) value = MAX_CODE_POINT + 1;
      count++;
    }
    if (cursor.done) cursor.invalid("the hexadecimal escape has no closing `}`", start);
    cursor.at++;
    if (count === 0) cursor.invalid("the hexadecimal escape is empty", start);
  } else {
    for (; count < digits; count++, cursor.at++) {
      if (cursor.done) cursor.invalid(`the escape needs ${digits} hexadecimal digits`, start);
      value = value * 16 + readDigit(cursor, start);
    }
  }
  if (value > MAX_CODE_POINT || (value >= 0xd800 && value <= 0xdfff)) {
    cursor.invalid("the escape names no Unicode character", start);
  }
  return { kind: "literal", code: value, rawByte: !braces && digits === 2 };
}

function readDigit(cursor: Cursor, start: number): number {
  const digit = hexDigit(cursor.text.charCodeAt(cursor.at));
  if (digit < 0) cursor.invalid(`\`${cursor.next}\` is not a hexadecimal digit`, start, cursor.at + 1);
  return digit;
}

/** Upper case means whatever is not in the class. */
const PERL_CLASSES = { d: "d", s: "s", w: "w", D: "d", S: "s", W: "w" } as const;

function readPerlClass(cursor: Cursor, char: "d" | "s" | "w" | "D" | "S" | "W", start: number): Escape {
  const letter = PERL_CLASSES[char];
  const { unicode } = cursor.flags;
  if (unicode) {
    cursor.notPortable(`\`\\${char}\` under \`(?u)\``, start, "write the class out, or leave `(?u)` away");
  }
  const ranges = unicode ? unicodePerlClass(letter) : asciiPerlClass(letter);
  return {
    kind: "class",
    ranges: char === letter ? ranges : negate(ranges, unicode ? MAX_CODE_POINT : MAX_BYTE),
  };
}

function readProperty(cursor: Cursor, negated: boolean, start: number): Escape {
  if (cursor.done) cursor.invalid("the property escape ends early", start);
  let query: string;
  if (cursor.next === "{") {
    const end = cursor.text.indexOf("}", cursor.at);
    if (end === -1) cursor.invalid("the property escape has no closing `}`", start, cursor.text.length);
    query = cursor.text.slice(cursor.at + 1, end);
    cursor.at = end + 1;
  } else query = String.fromCodePoint(cursor.takeCodePoint());
  if (!cursor.flags.unicode) {
    cursor.invalid(
      "Unicode classes need Unicode mode",
      start,
      cursor.at,
      "put `(?u)` at the start of the pattern, or list ASCII characters",
    );
  }
  const unequal = query.includes("!=");
  const ranges = unicodeProperty(query.replace("!=", "="));
  if (ranges === undefined) cursor.invalid(`\`${query}\` is not a known Unicode property`, start);
  return { kind: "class", ranges: negated !== unequal ? negate(ranges, MAX_CODE_POINT) : ranges };
}
