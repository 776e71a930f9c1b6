import { WINDOWS_VARIABLES } from "./windows-commands.ts";

/** A word as the shell reads it. */
export interface Word {
  /** Without quotes, backslashes and what expands to nothing. */
  text: string;
  start: number;
  /** Byte after it. */
  end: number;
  /** Something that vanishes stood between its letters. */
  hidden: boolean;
  /** It ended at $IFS. */
  split: boolean;
  /** It holds `?`, `*` or `[`. */
  wild: boolean;
  /** A variable that the text itself sets is part of it. */
  assembled: boolean;
  /** It holds an expansion whose value is not known. */
  variable: boolean;
}

/** Variables that a text sets, in the order in which it does. */
export type Variables = Map<string, string>;

const QUOTED_AT_MOST = 64;

/** What every system sets; the letters serve to spell others. */
const COMMON: ReadonlyMap<string, string> = new Map([
  ["HOME", "/root"],
  ["PWD", "/srv"],
  ["OLDPWD", "/srv"],
  ["PATH", "/usr/local/bin:/usr/bin:/bin"],
  ["SHELL", "/bin/sh"],
  ["BASH", "/bin/sh"],
]);

const WINDOWS_VARIABLE = /%(\w{2,20})(?::~(-?\d{1,2})(?:,(-?\d{1,2}))?)?%/y;
const NAME = /[A-Za-z_]\w{0,31}/y;

/** Bytes that end a word: blanks, separators, redirections, parentheses, the zero byte. */
const ENDS = new Uint8Array(256);
for (const c of "\0 \t\r\n\v\f;|&<>()`") ENDS[c.charCodeAt(0)] = 1;
/** Bytes that need a closer look. */
const SPECIAL = new Uint8Array(256);
for (const c of "'\"\\$?*[{}^%") SPECIAL[c.charCodeAt(0)] = 1;

/** Reads the word that begins at `start`, as far as `limit`. */
export function readWord(text: string, start: number, limit: number, variables: Variables): Word {
  const word: Word = {
    text: "",
    start,
    end: start,
    hidden: false,
    split: false,
    wild: false,
    assembled: false,
    variable: false,
  };
  let at = start;
  let open = 0;
  let double = -1;
  let quotes = 0;
  let closedAt = -1;
  while (at < limit) {
    const c = text.charCodeAt(at) & 0xff;
    if (double >= 0 && c === 0x22) {
      if (at === double + 1) word.hidden = true;
      double = -1;
      closedAt = ++at;
      continue;
    }
    if (ENDS[c] === 1 && double < 0) {
      // An empty pair of backticks, or an empty group after letters, is not an end.
      if (c === 0x60 && text.charCodeAt(at + 1) === 0x60 && word.text !== "") {
        word.hidden = true;
        at += 2;
        continue;
      }
      break;
    }
    if (SPECIAL[c] === 0) {
      const from = at++;
      while (at < limit) {
        const next = text.charCodeAt(at) & 0xff;
        if (SPECIAL[next] === 1 || (ENDS[next] === 1 && double < 0)) break;
        at++;
      }
      word.text += text.slice(from, at);
      continue;
    }
    if (c === 0x27 && double < 0) {
      const close = text.indexOf("'", at + 1);
      if (close < 0 || close >= limit || close - at > QUOTED_AT_MOST) break;
      if (close === at + 1) word.hidden = true;
      word.text += text.slice(at + 1, close);
      quotes++;
      closedAt = at = close + 1;
    } else if (c === 0x22) {
      const close = text.indexOf('"', at + 1);
      if (close < 0 || close >= limit || close - at > QUOTED_AT_MOST) break;
      double = at++;
      quotes++;
    } else if (c === 0x5c) {
      const next = text[at + 1];
      if (next === undefined || at + 1 >= limit) break;
      if (next !== "\n") word.text += next;
      if (at > start || next === "\n") word.hidden = true;
      at += 2;
    } else if (c === 0x24) {
      const next = expand(text, at, limit, word, variables);
      // Within double quotes nothing is split.
      if (word.split && double >= 0) {
        word.split = false;
        word.text += " ";
        at = next;
        continue;
      }
      if (word.split || next < 0) {
        if (word.split) at = next;
        break;
      }
      at = next;
    } else if (c === 0x7b) {
      open++;
      word.text += "{";
      at++;
    } else if (c === 0x7d) {
      if (open-- === 0) break;
      word.text += "}";
      at++;
    } else if (c === 0x5e) {
      at++;
    } else if (c === 0x25) {
      at = expandWindows(text, at, word);
    } else {
      word.wild = true;
      word.text += text.charAt(at++);
    }
  }
  const whole = quotes === 1 && closedAt === at && /["']/.test(text.charAt(start));
  if (quotes > 0 && !whole) word.hidden = true;
  word.end = at;
  return word;
}

/** What begins with `$`: the byte after it, or -1 when the word ends before it. */
function expand(text: string, at: number, limit: number, word: Word, variables: Variables): number {
  const next = text.charAt(at + 1);
  if (next === "'") return ansiQuoted(text, at + 2, limit, word);
  if (next === '"') {
    word.hidden = true;
    return at + 1;
  }
  if (next === "{") return braced(text, at + 2, limit, word, variables);
  if (next === "(") return substitution(text, at + 2, limit, word);
  if (next === "0") {
    word.text += "sh";
    word.assembled = true;
    return at + 2;
  }
  if (next !== "" && "@*#!-123456789".includes(next)) {
    word.hidden = true;
    return at + 2;
  }
  NAME.lastIndex = at + 1;
  const name = NAME.exec(text)?.[0];
  if (name === undefined) {
    word.text += "$";
    return at + 1;
  }
  const end = at + 1 + name.length;
  if (name === "IFS") {
    word.split = true;
    return end;
  }
  value(variables.get(name), COMMON.get(name), word);
  return end;
}

function value(own: string | undefined, common: string | undefined, word: Word): void {
  if (own !== undefined) {
    word.text += own;
    word.assembled = true;
  } else if (common !== undefined) {
    word.text += common;
    word.variable = true;
  } else {
    word.hidden = true;
    word.variable = true;
  }
}

/** `${…}` after its brace. */
function braced(text: string, at: number, limit: number, word: Word, variables: Variables): number {
  let depth = 1;
  let end = at;
  const last = Math.min(limit, at + QUOTED_AT_MOST);
  for (; end < last; end++) {
    const c = text.charCodeAt(end);
    if (c === 0x7b) depth++;
    else if (c === 0x7d && --depth === 0) break;
  }
  if (end >= last) return -1;
  NAME.lastIndex = at;
  const name = NAME.exec(text)?.[0] ?? "";
  const rest = text.slice(at + name.length, end);
  if (name === "IFS") {
    word.split = true;
    return end + 1;
  }
  const own = variables.get(name);
  const known = own ?? COMMON.get(name);
  const part = /^:(\d{1,2})(?::(\d{1,2}))?$/.exec(rest);
  const fallback = /^:?[-=](.{0,40})$/.exec(rest);
  if (part !== null && known !== undefined) {
    const from = Number(part[1]);
    word.text += known.slice(from, part[2] === undefined ? undefined : from + Number(part[2]));
    word.hidden = true;
  } else if (fallback !== null) {
    word.text += known ?? fallback[1];
    word.hidden = true;
  } else {
    value(own, COMMON.get(name), word);
    if (rest !== "") word.hidden = word.assembled = true;
  }
  return end + 1;
}

/** `$(…)` after its parenthesis: nothing when empty, a value that is not known otherwise. */
function substitution(text: string, at: number, limit: number, word: Word): number {
  let depth = 1;
  let end = at;
  const last = Math.min(limit, at + QUOTED_AT_MOST);
  for (; end < last; end++) {
    const c = text.charCodeAt(end);
    if (c === 0x28) depth++;
    else if (c === 0x29 && --depth === 0) break;
  }
  if (end >= last) return -1;
  if (text.slice(at, end).trim() === "") word.hidden = true;
  else word.variable = true;
  return end + 1;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["e", "\x1b"],
]);

/** `$'…'` after its quote. */
function ansiQuoted(text: string, at: number, limit: number, word: Word): number {
  const close = text.indexOf("'", at);
  if (close < 0 || close >= limit || close - at > 4 * QUOTED_AT_MOST) return -1;
  word.text += text
    .slice(at, close)
    .replace(
      /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([0-7]{1,3})|(.))/g,
      (_, hex, wide, octal, other) => {
        if (typeof hex === "string") return String.fromCharCode(Number.parseInt(hex, 16));
        if (typeof wide === "string") return String.fromCharCode(Number.parseInt(wide, 16) & 0xff);
        if (typeof octal === "string") return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
        return ESCAPES.get(String(other)) ?? String(other);
      },
    );
  word.hidden = true;
  return close + 1;
}

/** `%NAME%` or `%NAME:~1,2%`: the byte after it. */
function expandWindows(text: string, at: number, word: Word): number {
  WINDOWS_VARIABLE.lastIndex = at;
  const found = WINDOWS_VARIABLE.exec(text);
  const known = found === null ? undefined : WINDOWS_VARIABLES.get((found[1] ?? "").toLowerCase());
  if (found === null || known === undefined) {
    word.text += "%";
    return at + 1;
  }
  if (found[2] === undefined) word.text += known;
  else {
    const from = Number(found[2]);
    const begin = from < 0 ? known.length + from : from;
    const count = found[3] === undefined ? known.length : Number(found[3]);
    word.text += known.slice(begin, count < 0 ? count : begin + count);
    word.hidden = true;
  }
  return at + found[0].length;
}
