import { encodeCodePoint } from "../../language/values/bytes.ts";

/** Kinds of tokens; a sign's kind is its byte. A regular expression's value is its source, a string's and a template's its text, escapes undone. */
export const NAME = 256;
export const KEYWORD = 257;
export const NUMBER = 258;
export const STRING = 259;
export const TEMPLATE = 260;
export const PATTERN = 261;

/** Values are cut out when they are asked for: most never are. */
export interface Tokens {
  readonly text: string;
  readonly kinds: number[];
  /** Bytes of the values, the quotes around them left out. */
  readonly starts: number[];
  readonly ends: number[];
  /** Byte behind the last token. */
  end: number;
  /** Names and values that stand side by side on a line with nothing between, as in prose and in no script. */
  prose: number;
  /** Whether a name holds an escape. */
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
    text,
    kinds: [],
    starts: [],
    ends: [],
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
    if (code === 0xe2 && text.charCodeAt(at + 1) === 0x80 && (text.charCodeAt(at + 2) | 1) === 0xa9) {
      // Line and paragraph separators.
      at += 3;
      line = true;
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
  if (isNamePart(code)) {
    if (isDigit(code)) return readNumber(text, at, end, tokens, sameLine);
    return readName(text, at, end, tokens, sameLine);
  }
  if (code === 34 || code === 39 || code === 96) {
    const close = stringEnd(text, at, end, code, tokens.open);
    if (close >= 0) {
      push(tokens, code === 96 ? TEMPLATE : STRING, at + 1, close, sameLine);
      return close + 1;
    }
  } else if (code === 92 && text.charCodeAt(at + 1) === 117) {
    return readName(text, at, end, tokens, sameLine);
  } else if (code === 46 && isDigit(text.charCodeAt(at + 1))) {
    return readNumber(text, at, end, tokens, sameLine);
  } else if (code === 47 && patternMayBegin(tokens)) {
    const close = patternEnd(text, at, end);
    if (close > 0) {
      push(tokens, PATTERN, at + 1, close, false);
      let stop = close + 1;
      while (stop < end && isNamePart(text.charCodeAt(stop))) stop++;
      return stop;
    }
  }
  push(tokens, code, at, at + 1, false);
  return at + 1;
}

function readNumber(text: string, at: number, end: number, tokens: Tokens, sameLine: boolean): number {
  let stop = at + 1;
  while (stop < end && (isNamePart(text.charCodeAt(stop)) || text.charCodeAt(stop) === 46)) {
    // `1..toString`: the second dot is an access.
    if (text.charCodeAt(stop) === 46 && text.charCodeAt(stop - 1) === 46) break;
    stop++;
  }
  push(tokens, NUMBER, at, stop, sameLine);
  return stop;
}

function readName(text: string, at: number, end: number, tokens: Tokens, sameLine: boolean): number {
  let stop = at;
  for (;;) {
    while (stop < end && isNamePart(text.charCodeAt(stop))) stop++;
    if (stop >= end || text.charCodeAt(stop) !== 92 || text.charCodeAt(stop + 1) !== 117) break;
    tokens.escaped = true;
    stop = Math.min(end, behindEscape(text, stop + 2));
  }
  const last = tokens.kinds.length - 1;
  const length = stop - at;
  if (tokens.kinds[last] === 41 && sameLine && !tokens.branches && text.startsWith("function", at))
    tokens.prose++;
  const word = length > 1 && length < 11 && tokens.kinds[last] !== 46 && text.slice(at, stop);
  push(tokens, word && KEYWORDS.has(word) ? KEYWORD : NAME, at, stop, sameLine);
  if (word && BRANCHES.has(word)) tokens.branches = true;
  return stop;
}

/** Byte behind the `{61}` of an escape, if that is its form. */
function behindEscape(text: string, at: number): number {
  if (text.charCodeAt(at) !== 123) return at;
  const close = text.slice(at, at + 10).indexOf("}");
  return close < 0 ? at + 1 : at + close + 1;
}

function push(tokens: Tokens, kind: number, start: number, end: number, sameLine: boolean): void {
  if (sameLine && (kind === NAME || kind === NUMBER || kind === STRING)) {
    const before = tokens.kinds[tokens.kinds.length - 1] ?? 0;
    if (before === NAME || before === NUMBER || before === STRING) tokens.prose++;
    // Behind a bracket a script needs a line break or an operator, unless it has `if (…)` before.
    else if (kind === NAME && !tokens.branches && (before === 41 || before === 93)) tokens.prose++;
  }
  tokens.kinds.push(kind);
  tokens.starts.push(start);
  tokens.ends.push(end);
}

/** The value of a token; "" where there is none. */
export function valueAt(tokens: Tokens, at: number): string {
  const start = tokens.starts[at];
  const end = tokens.ends[at];
  if (start === undefined || end === undefined) return "";
  const kind = tokens.kinds[at];
  if (kind === STRING || kind === TEMPLATE || (kind === NAME && tokens.escaped)) {
    return undoEscapes(tokens.text, start, end);
  }
  return tokens.text.slice(start, end);
}

/** Whether escapes stand for letters or brackets of a token that need none. */
export function isEscaped(tokens: Tokens, at: number): boolean {
  const start = tokens.starts[at] ?? 0;
  const end = Math.min(tokens.ends[at] ?? 0, start + STRING_LIMIT);
  const raw = tokens.text.slice(start, end);
  return raw.includes("\\") && LETTER_ESCAPE.test(raw);
}

const LETTER_ESCAPE = /\\(?:x[2-7][0-9a-f]|u00[2-7][0-9a-f]|u\{0{0,4}[2-7][0-9a-f]\}|[01]?[0-7]{2})/i;

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
  const kind = tokens.kinds[tokens.kinds.length - 1];
  if (kind === undefined) return false;
  return kind === KEYWORD || (kind < NAME && kind !== 41 && kind !== 93 && kind !== 125);
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
function undoEscapes(text: string, from: number, to: number): string {
  const raw = text.slice(from, Math.min(to, from + STRING_LIMIT));
  if (!raw.includes("\\")) return raw;
  return raw.replace(
    ESCAPE,
    (_, hex?: string, short?: string, long?: string, octal?: string, other?: string) => {
      if (other !== undefined) return other === "n" || other === "t" ? " " : other === "\n" ? "" : other;
      const digits = hex ?? short ?? long;
      const code = digits === undefined ? Number.parseInt(octal ?? "0", 8) : Number.parseInt(digits, 16);
      return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? "" : encodeCodePoint(code);
    },
  );
}

const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|([0-3]?[0-7]{1,2})|([\s\S]))/gi;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters, digits, `_`, `$` and whatever is beyond ASCII. */
function isNamePart(code: number): boolean {
  const letter = code | 32;
  return (letter >= 97 && letter <= 122) || isDigit(code) || code === 95 || code === 36 || code >= 128;
}
