import { encodeCodePoint } from "../../language/values/bytes.ts";
import { isDigit } from "../detector/characters.ts";
import { WORD_SEED, wordStep } from "../detector/word-hash.ts";
import { KEYWORD_MARK, KEYWORDS, TELLING_MARK, wordMarks } from "./script-marks.ts";

/** Kinds of tokens; a sign's kind is its byte. A regular expression's value is its source, a string's and a template's its text, escapes undone. */
export const NAME = 256;
export const KEYWORD = 257;
export const NUMBER = 258;
export const STRING = 259;
export const TEMPLATE = 260;
export const PATTERN = 261;

/** Kind of a token that is not there: before the first and after the last. */
export const NONE = 0;

/** The most tokens that are looked at after the last one. */
const BEHIND = 16;
/** Tokens that there is room for at the start. */
const ROOM = 1024;

/**
 * The tokens of one text, in arrays that the next text uses again. Values are cut out when they are asked for: most never are.
 */
export class Tokens {
  text = "";
  /** A {@link NONE} after each of the last ones. */
  kinds = new Uint16Array(ROOM + BEHIND);
  /** Bytes of the values, the quotes around them left out. */
  starts = new Int32Array(ROOM);
  ends = new Int32Array(ROOM);
  /** Whether a name is one at which a look round is worth it. */
  telling = new Uint8Array(ROOM);
  count = 0;
  /** Byte after the last token. */
  end = 0;
  /** Names and values that are side by side on a line with nothing between, as in prose and in no script. */
  prose = 0;
  /** Whether a name holds an escape. */
  escaped = false;
  /** Whether a string, a template or a pattern holds a backslash. */
  slashed = false;
  /** Whether a keyword was read that a bracket and then a statement follow. */
  branches = false;
  /** Byte up to which no quote of a kind ends a string, so that none is looked for twice: `"`, `'` and the backtick. */
  readonly open: [number, number, number] = [0, 0, 0];

  begin(text: string, start: number): void {
    this.text = text;
    this.count = 0;
    this.end = start;
    this.prose = 0;
    this.escaped = false;
    this.slashed = false;
    this.branches = false;
    this.open.fill(0);
  }

  /** Kind of the last token. */
  get last(): number {
    return this.count === 0 ? NONE : (this.kinds[this.count - 1] ?? NONE);
  }

  push(kind: number, start: number, end: number, sameLine: boolean): void {
    const { count } = this;
    if (sameLine && (kind === NAME || kind === NUMBER || kind === STRING)) {
      const before = this.last;
      if (before === NAME || before === NUMBER || before === STRING) this.prose++;
      // Behind a bracket a script needs a line break or an operator, unless it has `if (…)` before.
      else if (kind === NAME && !this.branches && (before === 41 || before === 93)) this.prose++;
    }
    if (count === this.starts.length) this.#grow();
    this.kinds[count] = kind;
    this.starts[count] = start;
    this.ends[count] = end;
    this.telling[count] = 0;
    this.count = count + 1;
  }

  #grow(): void {
    const room = this.starts.length * 4;
    const { kinds, starts, ends, telling } = this;
    this.kinds = new Uint16Array(room + BEHIND);
    this.kinds.set(kinds);
    this.starts = new Int32Array(room);
    this.starts.set(starts);
    this.ends = new Int32Array(room);
    this.ends.set(ends);
    this.telling = new Uint8Array(room);
    this.telling.set(telling);
  }

  /** To be called after the last token. */
  close(): void {
    this.kinds.fill(NONE, this.count, this.count + BEHIND);
  }
}

/** One text is evaluated at a time. */
const shared = new Tokens();

/** Behind these a bracket and then a statement follow. */
const BRANCHES: ReadonlySet<string> = new Set(["if", "for", "while", "with", "function"]);

/** Longest string whose escapes are undone. */
const STRING_LIMIT = 4096;

/**
 * Cuts a text into the tokens of JavaScript, as far as this can be told without parsing it: what is not a token is a sign.
 *
 * @param most tokens that are read at most
 * @returns the same object at each call
 */
export function readTokens(text: string, start: number, end: number, most: number): Tokens {
  const tokens = shared;
  tokens.begin(text, start);
  let at = start;
  let gap = false;
  let line = true;
  while (at < end && tokens.count < most) {
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
  tokens.close();
  return tokens;
}

/** Byte after the comment that begins here, or `at` when none does. A `//` after a colon is one as well. */
function comment(text: string, at: number, end: number, code: number): number {
  const next = text.charCodeAt(at + 1);
  if (code === 47 && next === 42) {
    for (let close = at + 2; close < end; close++)
      if (text.charCodeAt(close) === 42 && text.charCodeAt(close + 1) === 47) return close + 2;
    return end;
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
    const close = stringEnd(text, at, end, code, tokens);
    if (close >= 0) {
      tokens.push(code === 96 ? TEMPLATE : STRING, at + 1, close, sameLine);
      return close + 1;
    }
  } else if (code === 92 && text.charCodeAt(at + 1) === 117) {
    return readName(text, at, end, tokens, sameLine);
  } else if (code === 46 && isDigit(text.charCodeAt(at + 1))) {
    return readNumber(text, at, end, tokens, sameLine);
  } else if (code === 47 && patternMayBegin(tokens)) {
    const close = patternEnd(text, at, end, tokens);
    if (close > 0) {
      tokens.push(PATTERN, at + 1, close, false);
      let stop = close + 1;
      while (stop < end && isNamePart(text.charCodeAt(stop))) stop++;
      return stop;
    }
  }
  tokens.push(code, at, at + 1, false);
  return at + 1;
}

function readNumber(text: string, at: number, end: number, tokens: Tokens, sameLine: boolean): number {
  let stop = at + 1;
  while (stop < end && (isNamePart(text.charCodeAt(stop)) || text.charCodeAt(stop) === 46)) {
    // `1..toString`: the second dot is an access.
    if (text.charCodeAt(stop) === 46 && text.charCodeAt(stop - 1) === 46) break;
    stop++;
  }
  tokens.push(NUMBER, at, stop, sameLine);
  return stop;
}

function readName(text: string, at: number, end: number, tokens: Tokens, sameLine: boolean): number {
  let stop = at;
  let hash = WORD_SEED;
  let isEscaped = false;
  for (;;) {
    for (; stop < end; stop++) {
      const code = text.charCodeAt(stop);
      if (!isNamePart(code)) break;
      hash = wordStep(hash, code | 32);
    }
    if (stop >= end || text.charCodeAt(stop) !== 92 || text.charCodeAt(stop + 1) !== 117) break;
    isEscaped = true;
    tokens.escaped = true;
    stop = Math.min(end, behindEscape(text, stop + 2));
  }
  const before = tokens.last;
  const marks = isEscaped ? TELLING_MARK : wordMarks(hash);
  let kind = NAME;
  let branches = false;
  if (before === 41 && sameLine && !tokens.branches && text.startsWith("function", at)) tokens.prose++;
  if ((marks & KEYWORD_MARK) !== 0) {
    const length = stop - at;
    if (length > 1 && length < 11 && before !== 46) {
      const word = text.slice(at, stop);
      if (KEYWORDS.has(word)) kind = KEYWORD;
      branches = BRANCHES.has(word);
    }
  }
  tokens.push(kind, at, stop, sameLine);
  if ((marks & TELLING_MARK) !== 0) tokens.telling[tokens.count - 1] = 1;
  if (branches) tokens.branches = true;
  return stop;
}

/** Byte after the `{61}` of an escape, if that is its form. */
function behindEscape(text: string, at: number): number {
  if (text.charCodeAt(at) !== 123) return at;
  const close = text.slice(at, at + 10).indexOf("}");
  return close < 0 ? at + 1 : at + close + 1;
}

/** The value of a token; "" where there is none. */
export function valueAt(tokens: Tokens, at: number): string {
  if (at < 0 || at >= tokens.count) return "";
  const start = tokens.starts[at] ?? 0;
  const end = tokens.ends[at] ?? 0;
  const kind = tokens.kinds[at];
  if (
    kind === STRING || kind === TEMPLATE
      ? tokens.slashed || end - start > STRING_LIMIT
      : kind === NAME && tokens.escaped
  ) {
    return undoEscapes(tokens.text, start, end);
  }
  return tokens.text.slice(start, end);
}

/** Whether escapes stand for letters or brackets of a token that need none. */
export function isEscaped(tokens: Tokens, at: number): boolean {
  if (!(tokens.kinds[at] === NAME ? tokens.escaped : tokens.slashed)) return false;
  const start = tokens.starts[at] ?? 0;
  const end = Math.min(tokens.ends[at] ?? 0, start + STRING_LIMIT);
  const raw = tokens.text.slice(start, end);
  return raw.includes("\\") && LETTER_ESCAPE.test(raw);
}

const LETTER_ESCAPE = /\\(?:x[2-7][0-9a-f]|u00[2-7][0-9a-f]|u\{0{0,4}[2-7][0-9a-f]\}|[01]?[0-7]{2})/i;

function stringEnd(text: string, at: number, end: number, quote: number, tokens: Tokens): number {
  const { open } = tokens;
  const index = quote === 34 ? 0 : quote === 39 ? 1 : 2;
  if (at < open[index]) return -1;
  let stop = at + 1;
  for (; stop < end; stop++) {
    const code = text.charCodeAt(stop);
    if (code === 92) {
      tokens.slashed = true;
      stop++;
    } else if (code === quote) return stop;
    else if (quote !== 96 && (code === 10 || code === 13)) break;
  }
  open[index] = stop;
  return -1;
}

function patternMayBegin(tokens: Tokens): boolean {
  const kind = tokens.last;
  if (kind === NONE) return false;
  return kind === KEYWORD || (kind < NAME && kind !== 41 && kind !== 93 && kind !== 125);
}

/** A regular expression ends on its line and is short where it matters. */
function patternEnd(text: string, at: number, end: number, tokens: Tokens): number {
  const most = Math.min(end, at + 64);
  let inClass = false;
  for (let stop = at + 1; stop < most; stop++) {
    const code = text.charCodeAt(stop);
    if (code === 10 || code === 13) return -1;
    if (code === 92) {
      tokens.slashed = true;
      stop++;
    } else if (code === 91) inClass = true;
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

/** Letters, digits, `_`, `$` and whatever is beyond ASCII. */
const NAME_PARTS = Uint8Array.from({ length: 256 }, (_, code) => {
  const letter = code | 32;
  return (letter >= 97 && letter <= 122) || isDigit(code) || code === 95 || code === 36 || code >= 128
    ? 1
    : 0;
});

function isNamePart(code: number): boolean {
  return NAME_PARTS[code & 255] === 1;
}
