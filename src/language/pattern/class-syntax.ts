import { POSIX_CLASSES } from "./class-names.ts";
import type { Cursor } from "./cursor.ts";
import { readEscape } from "./escape-syntax.ts";
import { refuse } from "./fault.ts";
import { foldAscii, intersect, MAX_BYTE, MAX_CODE_POINT, negate, normalise, type Ranges } from "./ranges.ts";
import { foldUnicode } from "./unicode-classes.ts";

/** Deepest nesting of groups, classes and repetitions, as in the reference. */
export const MAX_PATTERN_DEPTH = 250;

type Operator = "&&" | "--" | "~~";

type Item =
  | { readonly literal: number; readonly start: number }
  | { readonly ranges: Ranges; readonly start: number };

/** Reads a bracketed class; the head is on `[`. The result is folded and negated as the flags and `^` ask. */
export function readClass(cursor: Cursor, depth: number): Ranges {
  const max = cursor.flags.unicode ? MAX_CODE_POINT : MAX_BYTE;
  const open = cursor.at;
  if (depth > MAX_PATTERN_DEPTH) {
    refuse("E_REGEX_LIMIT", `classes nest deeper than ${MAX_PATTERN_DEPTH} levels`, open, open + 1);
  }
  cursor.at++;
  cursor.skipSpace();
  const negated = cursor.take("^");
  cursor.skipSpace();

  let union: number[] = [];
  let pending: { readonly operator: Operator; readonly left: Ranges } | undefined;
  const combined = (): Ranges => {
    const right = fold(cursor, normalise(union));
    return pending === undefined ? right : apply(pending.operator, pending.left, right, max);
  };

  while (cursor.next === "-") {
    union.push(45, 45);
    cursor.at++;
    cursor.skipSpace();
  }
  if (union.length === 0 && cursor.next === "]") {
    union.push(93, 93);
    cursor.at++;
  }
  for (;;) {
    cursor.skipSpace();
    if (cursor.done) {
      cursor.invalid("the class has no closing `]`", open, open + 1, "write `\\[` for a bracket");
    }
    if (cursor.next === "]") {
      cursor.at++;
      const ranges = combined();
      return negated ? negate(ranges, max) : ranges;
    }
    if (cursor.next === "[") {
      const posix = readPosixClass(cursor, max);
      if (posix !== undefined) {
        for (const bound of posix) union.push(bound);
        continue;
      }
      const start = cursor.at;
      cursor.at++;
      cursor.notPortable(
        "`[` inside a class",
        start,
        "write `\\[` for a bracket; merge nested classes by hand",
      );
      cursor.at = start;
      for (const bound of readClass(cursor, depth + 1)) union.push(bound);
      continue;
    }
    const next = cursor.text.slice(cursor.at, cursor.at + 2);
    if (next === "&&" || next === "--" || next === "~~") {
      const start = cursor.at;
      cursor.at += 2;
      cursor.notPortable(
        `\`${next}\` inside a class`,
        start,
        `write the class out; a literal needs \`\\${next[0]}\``,
      );
      pending = { operator: next, left: combined() };
      union = [];
      continue;
    }
    readRange(cursor, union, open);
  }
}

function apply(operator: Operator, left: Ranges, right: Ranges, max: number): Ranges {
  if (operator === "&&") return intersect(left, right);
  const difference = intersect(left, negate(right, max));
  if (operator === "--") return difference;
  return normalise([...difference, ...intersect(right, negate(left, max))]);
}

/** The set with the members that the `i` flag holds equal to its own. */
export function fold(cursor: Cursor, ranges: Ranges): Ranges {
  if (!cursor.flags.fold) return ranges;
  return cursor.flags.unicode ? foldUnicode(ranges) : foldAscii(ranges);
}

/** `[:name:]` or `[:^name:]`; anything else is left for a nested class. */
function readPosixClass(cursor: Cursor, max: number): Ranges | undefined {
  const found = /^\[:(\^?)([a-z]+):\]/.exec(cursor.text.slice(cursor.at, cursor.at + 16));
  if (found === null) return undefined;
  const isNegated = found[1] === "^";
  const ranges = POSIX_CLASSES.get(found[0].slice(isNegated ? 3 : 2, -2));
  if (ranges === undefined) return undefined;
  cursor.at += found[0].length;
  return isNegated ? negate(ranges, max) : ranges;
}

function readRange(cursor: Cursor, union: number[], open: number): void {
  const from = readItem(cursor);
  cursor.skipSpace();
  if (cursor.done) cursor.invalid("the class has no closing `]`", open, open + 1);
  const after = cursor.next === "-" ? cursor.peekPast() : "]";
  if (after === "]" || after === "-") {
    if ("ranges" in from) for (const bound of from.ranges) union.push(bound);
    else union.push(from.literal, from.literal);
    return;
  }
  cursor.at++;
  cursor.skipSpace();
  if (cursor.done) cursor.invalid("the class has no closing `]`", open, open + 1);
  const to = readItem(cursor);
  if ("ranges" in from || "ranges" in to) {
    cursor.invalid(
      "a class cannot be the end of a range",
      from.start,
      cursor.at,
      "put the `-` last, or write it as `\\-`",
    );
  }
  if (from.literal > to.literal) {
    cursor.invalid("the range has its higher character first", from.start, cursor.at, "swap its ends");
  }
  union.push(from.literal, to.literal);
}

function readItem(cursor: Cursor): Item {
  const start = cursor.at;
  if (cursor.next !== "\\") return { literal: inClass(cursor, cursor.takeCodePoint(), false, start), start };
  const found = readEscape(cursor);
  switch (found.kind) {
    case "literal":
      return { literal: inClass(cursor, found.code, found.rawByte, start), start };
    case "class":
      return { ranges: found.ranges, start };
    case "anchor":
      return cursor.invalid("a class cannot hold an assertion", start);
  }
}

function inClass(cursor: Cursor, code: number, rawByte: boolean, start: number): number {
  if (cursor.flags.unicode || code < 0x80 || rawByte) return code;
  return cursor.invalid(
    "a class of bytes cannot hold a character beyond ASCII",
    start,
    cursor.at,
    code <= MAX_BYTE && cursor.text[start] === "\\"
      ? `write \`\\x${code.toString(16)}\` for the single byte`
      : "put `(?u)` at the start of the pattern, or write the alternatives as `(?:é|è)`",
  );
}
