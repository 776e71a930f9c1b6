import type { Place } from "../detector/detector.ts";
import { isBlank } from "./command.ts";
import { readWord } from "./word.ts";

/** Where a command is in its text. */
export interface Context {
  /** At the beginning of the text; after one word; after a few; in running text. */
  readonly depth: "begin" | "chained" | "near" | "prose";
  /** The separator's place, -1 at the beginning. */
  readonly separator: number;
  /** Opened by `$(`, a backtick, `<(` or `>(`. */
  readonly substitution: boolean;
  /** In backticks between words of prose. */
  readonly markdown: boolean;
  /** A word of letters stands right in front of the separator. */
  readonly behindWord: boolean;
  /** Nothing is in front of a separator that is not an end of line. */
  readonly leading: boolean;
  /** The text is short enough for a value that a shell gets. */
  readonly short: boolean;
}

const PREFIX_AT_MOST = 80;
const SHORT = 200;

/** The context of a separator; nothing when it is none (the end of `&amp;`, the `&` of `a=1&b=2`). */
export function contextAt(text: string, separator: number, start: number, place: Place): Context | undefined {
  const short = text.length <= SHORT;
  if (separator < 0) {
    return {
      depth: "begin",
      separator,
      substitution: false,
      markdown: false,
      behindWord: false,
      leading: false,
      short,
    };
  }
  const c = text.charCodeAt(separator);
  if (c === 0x3b && endsReference(text, separator)) return undefined;
  if (c === 0x26 && beginsPair(text, start)) return undefined;
  const before = text.charCodeAt(separator - 1);
  const substitution = c === 0x60 || (c === 0x28 && (before === 0x24 || before === 0x3c || before === 0x3e));
  const head = c === 0x28 ? separator - 1 : separator;
  const prefix = prefixOf(text, head);
  const markdown = c === 0x60 && isMarkdown(text, separator);
  let depth: Context["depth"] = "prose";
  if (
    isLine(c) &&
    separator <= 24 &&
    HEADING.test(text.slice(0, separator)) &&
    text.charCodeAt(start) !== 0x2f
  )
    depth = "near";
  else if (isScript(text) || (isLine(c) && manyLines(text))) depth = "prose";
  else if (prefix.length === 0) depth = "chained";
  else if (prefix.words <= 1 && !prefix.blank) depth = "chained";
  else if (prefix.words <= 2 && head <= PREFIX_AT_MOST) depth = "near";
  if (
    place.part === "query" &&
    c === 0x26 &&
    depth === "chained" &&
    text.charCodeAt(separator + 1) !== 0x26
  ) {
    depth = "near";
  }
  const leading = prefix.length === 0 && !substitution && !isLine(c);
  return { depth, separator, substitution, markdown, behindWord: prefix.letters, leading, short };
}

/** A line in front of code: `Fix:`, `SYNOPSIS`. */
const HEADING = /^(?:[A-Z][a-z]{1,20}:|[A-Z]{4,20}|```\w{0,12})$/;

/**
 * What a script begins with, in front of which a shell that was given something else refuses the line as a whole: nothing between
 * the condition and its `then` can hide that. And a file for Docker, whose commands only `&&` joins.
 */
const CONDITION = /^\s{0,16}(?:el)?if\s{1,8}!?\s{0,8}\[(?:[^#"'`\\{(<\n]|\((?!\()){1,200};\s{0,4}then\s/;
const BUILD =
  /^\s{0,16}RUN\s{1,8}[a-z[](?:[^;|&`$<>\n\\]|&&|\$(?!\()|\\\r?\n|\n(?=(?:RUN|COPY|ADD|ENV|CMD|FROM|USER|WORKDIR|EXPOSE|ENTRYPOINT)\s))*$/;
const LONGEST_BUILD = 1000;
/** The interpreter of a script. */
const INTERPRETER = /^#!\s{0,4}\/[\w./-]{1,60}(?:\s[\w./-]{1,20}){0,3}\s{0,4}(?:[\r\n]|$)/;

function isScript(text: string): boolean {
  if (text.startsWith("#!")) return INTERPRETER.test(text);
  return CONDITION.test(text) || (text.length <= LONGEST_BUILD && BUILD.test(text));
}

function isLine(c: number): boolean {
  return c === 10 || c === 13;
}

function manyLines(text: string): boolean {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) if (++lines > 3) return true;
  return text.length > 2 * SHORT;
}

interface Prefix {
  readonly length: number;
  readonly words: number;
  readonly blank: boolean;
  readonly letters: boolean;
}

const NO_PREFIX: Prefix = { length: 0, words: 0, blank: false, letters: false };
const FAR: Prefix = { length: PREFIX_AT_MOST + 1, words: 99, blank: true, letters: false };

/** One long word: what is put in front to get past readers that stop early. */
const PADDED: Prefix = { length: PREFIX_AT_MOST + 1, words: 1, blank: false, letters: false };
const PADDING = /^[A-Za-z0-9_.-]+$/;

/** What is in front of a separator: how many words, and whether it is one of letters. */
function prefixOf(text: string, end: number): Prefix {
  let last = end;
  while (last > 0 && isTrimmed(text.charCodeAt(last - 1))) last--;
  if (last === 0) return NO_PREFIX;
  if (last > PREFIX_AT_MOST) return PADDING.test(text.slice(last - PREFIX_AT_MOST, last)) ? PADDED : FAR;
  const prefix = text.slice(0, last).trimStart();
  const parts = prefix.split(/\s+/);
  const words = parts.filter((part) => /^[A-Za-z][A-Za-z',.:-]+$/.test(part)).length;
  const quoted = last < end && /["'`]/.test(text.charAt(last));
  return {
    length: prefix.length,
    words,
    blank: parts.length > 1,
    letters: !quoted && isListOfWords(parts.at(-1) ?? "", text.charAt(end) === text.charAt(end + 1)),
  };
}

/** `name` or `tags=a;b`: what is between separators in lists that are not commands. */
function isListOfWords(text: string, doubled: boolean): boolean {
  const items = text.slice(text.indexOf("=") + 1).split(/[;|&,]+/);
  return items.every((item) => /^[A-Za-z_]+$/.test(item)) && (items.length > 1 || doubled || text.length > 2);
}

function isTrimmed(c: number): boolean {
  return (
    isBlank(c) ||
    isLine(c) ||
    c === 0x22 ||
    c === 0x27 ||
    c === 0x3b ||
    c === 0x7c ||
    c === 0x26 ||
    c === 0x29
  );
}

/** `&name;` or `&#1;` before its semicolon. */
function endsReference(text: string, semicolon: number): boolean {
  for (let at = semicolon - 1; at >= 0 && semicolon - at < 12; at--) {
    const c = text.charCodeAt(at);
    if (c === 0x26) return semicolon - at > 2;
    if (!((c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x23))
      return false;
  }
  return false;
}

const PAIR = /[\w.[\]-]{1,40}(?:=|;|&|$)/y;
const ONLY = /[\w.[\]-]{1,40}=/y;

/** `name=` after an ampersand. */
function beginsPair(text: string, start: number): boolean {
  ONLY.lastIndex = start;
  if (!ONLY.test(text)) return false;
  PAIR.lastIndex = start;
  const end = ONLY.lastIndex;
  return !/^(?:[^&\s]{0,40});/.test(text.slice(end, end + 48));
}

/** Code between backticks in prose: a word and a blank in front, or a blank and a word behind. */
function isMarkdown(text: string, tick: number): boolean {
  if (
    text.charCodeAt(tick - 1) === 0x60 &&
    /[\w,.:(\]][ \n(]{0,4}``$/.test(text.slice(Math.max(0, tick - 8), tick + 1))
  ) {
    return true;
  }
  const close = text.indexOf("`", tick + 1);
  if (tick === 1 && text.startsWith("``") && /^`[.,:;]? [A-Za-z]{2}/.test(text.slice(close + 1, close + 6)))
    return true;
  const before = text.slice(Math.max(0, tick - 24), tick);
  const behind = close < 0 ? "" : text.slice(close + 1, close + 25);
  if (/^[.,:;!?)]*\s+[A-Za-z(]/.test(behind)) return true;
  return (
    /[A-Za-z,.:(]\s+[("]?$/.test(before) &&
    !/[;|&]\s*$/.test(before) &&
    (close < 0 || /^[\s.,:;!?)]/.test(behind) || /[A-Za-z]{2,}[,:]?\s+\S*$/.test(before))
  );
}

/** Whether a command ends where it is: at the end of the text, a separator, a closing bracket or quote. */
export function isClosed(text: string, end: number): boolean {
  let at = end;
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  if (at >= text.length) return true;
  const c = text.charAt(at);
  if (c === ")") return !/^\)+\.[a-z]/i.test(text.slice(at, at + 4));
  return ";|&\n\r`'\"#}<>\0\\".includes(c);
}

const NONE = new Map<string, string>();

/** The name of the command that begins at a place, without its directory. */
export function nextName(text: string, at: number): string {
  let start = at;
  while (start < text.length && isBlank(text.charCodeAt(start))) start++;
  let word = readWord(text, start, Math.min(text.length, start + 40), NONE);
  if (word.text === "sudo") {
    start = word.end + 1;
    word = readWord(text, start, Math.min(text.length, start + 40), NONE);
  }
  return word.text.slice(word.text.lastIndexOf("/") + 1);
}
