import { encodeCodePoint } from "../../language/values/bytes.ts";

/** What a token of a script is. A regular expression's value is its source, a string's and a template's its text, escapes undone. */
export type TokenKind = "name" | "keyword" | "number" | "string" | "template" | "pattern" | "sign";

export interface Tokens {
  readonly kinds: TokenKind[];
  readonly values: string[];
  readonly starts: number[];
  /** Byte behind the last token. */
  end: number;
  /** Names and values that stand side by side on a line with nothing between, as in prose and in no script. */
  prose: number;
  /** Whether a name or a string holds an escape where it need not. */
  escaped: boolean;
  /** Whether a keyword was read that a bracket and then a statement follow. */
  branches: boolean;
  /** Byte up to which no quote of a kind ends a string, so that none is looked for twice: `"`, `'` and the backtick. */
  readonly open: [number, number, number];
}

/** Words behind or before which another name may stand. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "var let const new typeof void delete return throw in of instanceof else case function class extends async await yield do try " +
    "catch finally if for while switch static get set import export from default as with"
  ).split(" "),
);

const BRANCHES: ReadonlySet<string> = new Set(["if", "for", "while", "with", "function"]);

/** Longest string whose escapes are undone. */
const STRING_LIMIT = 4096;

/**
 * Cuts a text into the tokens of JavaScript, as far as this can be told without parsing it: what is no token is a sign.
 *
 * @param most tokens that are read at most
 */
export function readTokens(text: string, start: number, end: number, most: number): Tokens {
  const tokens: Tokens = {
    kinds: [],
    values: [],
    starts: [],
    end: start,
    prose: 0,
    escaped: false,
    branches: false,
    open: [0, 0, 0],
  };
  let at = start;
  let gap = false;
  let line = true;
  while (at < end && tokens.kinds.length < most) {
    const code = text.charCodeAt(at);
    if (code <= 32) {
      if (code === 10 || code === 13) line = true;
      gap = true;
      at++;
      continue;
    }
    if (code === 0xc2 && text.charCodeAt(at + 1) === 0xa0) {
      at += 2;
      continue;
    }
    if (code === 0xef && text.charCodeAt(at + 1) === 0xbb && text.charCodeAt(at + 2) === 0xbf) {
      at += 3;
      continue;
    }
    const behindComment = comment(text, at, end, code);
    if (behindComment > at) {
      if (text.charCodeAt(at + 1) !== 42) line = true;
      at = behindComment;
      continue;
    }
    at = readToken(text, at, end, code, tokens, gap && !line);
    tokens.end = at;
    gap = false;
    line = false;
  }
  return tokens;
}

/** Byte behind the comment that begins here, or `at` when none does. A `//` behind a colon is one as well. */
function comment(text: string, at: number, end: number, code: number): number {
  const next = text.charCodeAt(at + 1);
  if (code === 47 && next === 42) {
    const close = text.indexOf("*/", at + 2);
    return close < 0 || close > end ? end : close + 2;
  }
  if ((code === 47 && next === 47) || (code === 60 && text.startsWith("!--", at + 1))) {
    return lineEnd(text, at, end);
  }
  return at;
}

function lineEnd(text: string, at: number, end: number): number {
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) break;
  }
  return at;
}

function readToken(
  text: string,
  at: number,
  end: number,
  code: number,
  tokens: Tokens,
  sameLine: boolean,
): number {
  if (code === 34 || code === 39 || code === 96) {
    const close = stringEnd(text, at, end, code, tokens.open);
    if (close < 0) {
      push(tokens, "sign", text.charAt(at), at, false);
      return at + 1;
    }
    push(tokens, code === 96 ? "template" : "string", undoEscapes(text, at + 1, close, tokens), at, sameLine);
    return close + 1;
  }
  if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(at + 1)))) {
    let stop = at + 1;
    while (stop < end && (isNamePart(text.charCodeAt(stop)) || text.charCodeAt(stop) === 46)) {
      // `1..toString`: the second dot is an access.
      if (text.charCodeAt(stop) === 46 && text.charCodeAt(stop - 1) === 46) break;
      stop++;
    }
    push(tokens, "number", text.slice(at, stop), at, sameLine);
    return stop;
  }
  if (isNamePart(code) || code === 92) return readName(text, at, end, tokens, sameLine);
  if (code === 47 && patternMayBegin(tokens)) {
    const close = patternEnd(text, at, end);
    if (close > 0) {
      push(tokens, "pattern", text.slice(at + 1, close), at, false);
      let stop = close + 1;
      while (stop < end && isNamePart(text.charCodeAt(stop))) stop++;
      return stop;
    }
  }
  push(tokens, "sign", text.charAt(at), at, false);
  return at + 1;
}

function readName(text: string, at: number, end: number, tokens: Tokens, sameLine: boolean): number {
  let stop = at;
  let hasEscape = false;
  while (stop < end) {
    const code = text.charCodeAt(stop);
    if (isNamePart(code)) stop++;
    else if (code === 92 && text.charCodeAt(stop + 1) === 117) {
      hasEscape = true;
      stop += 2;
      if (text.charCodeAt(stop) === 123) {
        const close = text.slice(stop, stop + 10).indexOf("}");
        if (close < 0) break;
        stop += close + 1;
      }
    } else break;
  }
  if (stop === at) {
    push(tokens, "sign", text.charAt(at), at, false);
    return at + 1;
  }
  stop = Math.min(stop, end);
  const raw = text.slice(at, stop);
  const name = hasEscape ? undoEscapes(raw, 0, raw.length, tokens) : raw;
  push(tokens, KEYWORDS.has(name) ? "keyword" : "name", name, at, sameLine);
  return stop;
}

function push(tokens: Tokens, kind: TokenKind, value: string, start: number, sameLine: boolean): void {
  if (sameLine && (kind === "name" || kind === "number" || kind === "string")) {
    const before = tokens.kinds[tokens.kinds.length - 1];
    if (before === "name" || before === "number" || before === "string") tokens.prose++;
    else if (kind === "name" && before === "sign" && !tokens.branches) {
      // Behind a bracket a script needs a line break or an operator, unless it has `if (…)` before.
      const sign = tokens.values[tokens.values.length - 1];
      if (sign === ")" || sign === "]") tokens.prose++;
    }
  }
  if (kind === "keyword" && BRANCHES.has(value)) tokens.branches = true;
  tokens.kinds.push(kind);
  tokens.values.push(value);
  tokens.starts.push(start);
}

function stringEnd(text: string, at: number, end: number, quote: number, open: Tokens["open"]): number {
  const index = quote === 34 ? 0 : quote === 39 ? 1 : 2;
  if (at < open[index]) return -1;
  let stop = at + 1;
  for (; stop < end; stop++) {
    const code = text.charCodeAt(stop);
    if (code === 92) stop++;
    else if (code === quote) return stop;
    else if (quote !== 96 && (code === 10 || code === 13)) break;
  }
  open[index] = stop;
  return -1;
}

function patternMayBegin(tokens: Tokens): boolean {
  const last = tokens.kinds.length - 1;
  if (last < 0) return false;
  const kind = tokens.kinds[last];
  if (kind === "keyword") return true;
  const value = tokens.values[last];
  return kind === "sign" && value !== ")" && value !== "]" && value !== "}";
}

/** A regular expression ends on its line and is short where it matters. */
function patternEnd(text: string, at: number, end: number): number {
  const most = Math.min(end, at + 64);
  let inClass = false;
  for (let stop = at + 1; stop < most; stop++) {
    const code = text.charCodeAt(stop);
    if (code === 10 || code === 13) return -1;
    if (code === 92) stop++;
    else if (code === 91) inClass = true;
    else if (code === 93) inClass = false;
    else if (code === 47 && !inClass) return stop;
  }
  return -1;
}

/** The text between two bytes with `\x61`, `\u0061`, `\u{61}`, `\141` and `\'` undone. */
function undoEscapes(text: string, from: number, to: number, tokens: Tokens): string {
  let at = text.indexOf("\\", from);
  if (at < 0 || at >= to || to - from > STRING_LIMIT) return text.slice(from, to);
  let out = "";
  let copied = from;
  while (at >= 0 && at + 1 < to) {
    out += text.slice(copied, at);
    const match = escapeAt(text, at + 1, to);
    if (match.letter) tokens.escaped = true;
    out += match.value;
    copied = match.end;
    at = text.indexOf("\\", copied);
  }
  return out + text.slice(copied, to);
}

const HEX_ESCAPE = /x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}/iy;
const OCTAL_ESCAPE = /[0-3]?[0-7]{1,2}/y;

function escapeAt(text: string, at: number, to: number): { value: string; end: number; letter: boolean } {
  HEX_ESCAPE.lastIndex = at;
  const hex = HEX_ESCAPE.exec(text);
  OCTAL_ESCAPE.lastIndex = at;
  const octal = hex ? null : OCTAL_ESCAPE.exec(text);
  const found = hex ?? octal;
  if (!found || at + found[0].length > to) {
    const code = text.charCodeAt(at);
    return {
      value: code === 10 ? "" : code === 110 || code === 116 ? " " : text.charAt(at),
      end: at + 1,
      letter: false,
    };
  }
  const code = octal
    ? Number.parseInt(octal[0], 8)
    : Number.parseInt(hex?.[1] ?? hex?.[2] ?? hex?.[3] ?? "0", 16);
  const value = code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? "" : encodeCodePoint(code);
  const letter = code === 40 || code === 96 || (code >= 48 && code < 123);
  return { value, end: at + found[0].length, letter };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters, digits, `_`, `$` and whatever is beyond ASCII. */
function isNamePart(code: number): boolean {
  const letter = code | 32;
  return (letter >= 97 && letter <= 122) || isDigit(code) || code === 95 || code === 36 || code >= 128;
}
