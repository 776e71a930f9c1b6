import { WORD_SEED } from "../detector/word-hash.ts";
import { isDigit, isLetter, isNamePart, isSpace, nameEnd } from "./bytes.ts";
import { signAt } from "./signs.ts";
import { Token } from "./tokens.ts";
import { standsAt, type WordTable, wordStep } from "./word-table.ts";
import { WORD_KINDS } from "./words.ts";

const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const BACKTICK = 0x60;
const BACKSLASH = 0x5c;
/** What ends a string of Oracle that one of these begins; any other character ends itself. */
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ["[", "]"],
  ["(", ")"],
  ["{", "}"],
  ["<", ">"],
]);
/** Longer names are none that anybody looks for. */
export const LONGEST_WORD = 24;

/** What the word of a token is. */
const NO_WORD = 0;
/** As the text has it. */
const WORD = 1;
/** Some name, which is not a keyword. */
const OTHER_WORD = 2;

/**
 * Reads tokens on demand, from any place of a text. The steps of all readings together are bounded by the fuel, which
 * grows with the text; after it the lexer only sees the end.
 */
export class Lexer {
  readonly text: string;
  kind: number = Token.end;
  start = 0;
  end = 0;
  #wording = NO_WORD;
  #word = "";
  #hash = 0;
  #fuel: number;
  /** Whether the token is in a comment that MySQL executes. */
  #versioned = false;

  /** @param steps how many steps a byte of the text pays for */
  constructor(text: string, steps: number) {
    this.text = text;
    this.#fuel = 4096 + steps * text.length;
  }

  /** Goes to a place without reading; `next` reads the token there. */
  reset(at: number): void {
    this.end = at;
    this.#versioned = false;
  }

  next(): number {
    if (this.#fuel < 0) {
      this.#wording = NO_WORD;
      this.#set(Token.end, this.text.length, this.text.length);
      return Token.end;
    }
    this.#read();
    this.#fuel -= 8 + this.end - this.start;
    return this.kind;
  }

  /** Whether the text asked for more steps than it pays for. No text of people does. */
  get isExhausted(): boolean {
    return this.#fuel < 0;
  }

  /** Kind of the token after this one, which stays the current one. */
  peek(): number {
    const { kind, start, end } = this;
    const wording = this.#wording;
    const word = this.#word;
    const hash = this.#hash;
    const versioned = this.#versioned;
    const peeked = this.next();
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.#wording = wording;
    this.#word = word;
    this.#hash = hash;
    this.#versioned = versioned;
    return peeked;
  }

  /** The token in lower case when it is a name or a keyword, else "". Cut out when it is asked for. */
  get word(): string {
    if (this.#wording === NO_WORD) return "";
    if (this.#wording === OTHER_WORD) return "?";
    if (this.#word === "") this.#word = this.text.slice(this.start, this.end).toLowerCase();
    return this.#word;
  }

  /** Whether the token is a name or a keyword, not a sign or a value. */
  get isWord(): boolean {
    return this.#wording !== NO_WORD;
  }

  /** Whether the token is the word. */
  is(word: string): boolean {
    return (
      this.#wording === WORD && this.end - this.start === word.length && standsAt(this.text, this.start, word)
    );
  }

  /** The token's number in a table; 0 when it is none of its words. */
  numberIn(table: WordTable): number {
    return this.#wording === WORD ? table.get(this.text, this.start, this.end, this.#hash) : 0;
  }

  #set(kind: number, start: number, end: number): void {
    this.kind = kind;
    this.start = start;
    this.end = end;
  }

  #read(): void {
    const { text } = this;
    this.#wording = NO_WORD;
    const from = this.end;
    const at = this.#gap(from);
    if (at < 0) {
      this.#set(Token.cut, -at - 1, text.length);
      return;
    }
    this.#fuel -= at - from;
    if (at >= text.length) {
      this.#set(Token.end, text.length, text.length);
      return;
    }
    const code = text.charCodeAt(at);
    if (isLetter(code) || code >= 0x80) this.#name(at);
    else if (isDigit(code) || (code === 0x2e && isDigit(text.charCodeAt(at + 1)))) this.#number(at);
    else if (code === QUOTE || code === DOUBLE_QUOTE) this.#string(at, at + 1, code);
    else if (code === BACKTICK) this.#quotedName(at);
    else if (code === 0x40) this.#variable(at);
    else if (code === 0x24) this.#dollar(at);
    else if (code === 0x5b) this.#bracketed(at);
    else this.#sign(at, code);
  }

  /** Skips white space and comments; -1 - start of a comment that runs to the end. */
  #gap(from: number): number {
    const { text } = this;
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      if (isSpace(code)) at++;
      else if (code === 0xc2 && text.charCodeAt(at + 1) === 0xa0) at += 2;
      else if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a) {
        if (text.charCodeAt(at + 2) === 0x21) {
          at += 3;
          while (isDigit(text.charCodeAt(at))) at++;
          this.#versioned = true;
          continue;
        }
        const end = text.indexOf("*/", at + 2);
        if (end < 0) return -at - 1;
        at = end + 2;
      } else if (code === 0x2a && text.charCodeAt(at + 1) === 0x2f && this.#versioned) {
        this.#versioned = false;
        at += 2;
      } else if (
        (code === 0x2d && text.charCodeAt(at + 1) === 0x2d) ||
        (code === 0x23 && text.charCodeAt(at + 1) !== 0x3e)
      ) {
        const end = text.indexOf("\n", at);
        if (end < 0) return -at - 1;
        at = end + 1;
      } else return at;
    }
  }

  #name(at: number): void {
    const { text } = this;
    let end = at;
    let hash = WORD_SEED;
    for (; ; end++) {
      const code = text.charCodeAt(end);
      if (!isNamePart(code) && !isWide(text, end)) break;
      hash = wordStep(hash, code);
    }
    if (text.charCodeAt(end) === QUOTE && end - at <= 9 && this.#prefixedString(at, end)) return;
    if (end - at > LONGEST_WORD) {
      this.#set(Token.name, at, end);
      this.#wording = OTHER_WORD;
      return;
    }
    this.#wording = WORD;
    this.#word = "";
    this.#hash = hash;
    // 0 is the number of no word, and of a kind that none has.
    const kind = WORD_KINDS.get(text, at, end, hash);
    this.#set(kind === 0 ? Token.name : kind, at, end);
  }

  /** `N'..'`, `E'..'`, `X'..'`, `_utf8'..'` and Oracle's `q'[..]'`. */
  #prefixedString(at: number, quote: number): boolean {
    const { text } = this;
    const prefix = text.slice(at, quote).toLowerCase();
    if (prefix === "q" || prefix === "nq") {
      const opener = text.charAt(quote + 1);
      const closer = `${CLOSERS.get(opener) ?? opener}'`;
      const end = text.indexOf(closer, quote + 2);
      if (opener === "" || end < 0) {
        this.#fuel -= text.length - at;
        return false;
      }
      this.#set(Token.string, at, end + 2);
      return true;
    }
    if (prefix !== "n" && prefix !== "e" && prefix !== "b" && prefix !== "x" && !prefix.startsWith("_"))
      return false;
    this.#string(at, quote + 1, QUOTE);
    return true;
  }

  #number(at: number): void {
    const { text } = this;
    const second = text.charCodeAt(at + 1) | 32;
    if (text.charCodeAt(at) === 0x30 && (second === 0x78 || second === 0x62)) {
      const end = nameEnd(text, at + 2);
      this.#set(Token.number, at, end);
      return;
    }
    let end = at;
    while (isDigit(text.charCodeAt(end))) end++;
    const dotted = text.charCodeAt(end) === 0x2e;
    if (dotted) {
      end++;
      while (isDigit(text.charCodeAt(end))) end++;
    }
    if ((text.charCodeAt(end) | 32) === 0x65) {
      const sign = text.charCodeAt(end + 1);
      const digits = sign === 0x2b || sign === 0x2d ? end + 2 : end + 1;
      if (isDigit(text.charCodeAt(digits))) {
        end = digits;
        while (isDigit(text.charCodeAt(end))) end++;
      } else if (dotted && !isNamePart(sign)) {
        // MySQL reads `1.e(x)` as `(x)` and `1.e.x` as `x`: the number is a sign that says nothing.
        if (sign === 0x28 || sign === 0x2e) {
          this.#set(Token.unary, at, end + (sign === 0x2e ? 2 : 1));
          return;
        }
        end++;
      }
    }
    if (!isLetter(text.charCodeAt(end))) {
      this.#set(Token.number, at, end);
      return;
    }
    // `1or` and `1e0union`: some databases end the number there; `5pm` is a name.
    const wordEnd = nameEnd(text, end);
    const kind = wordEnd - end <= LONGEST_WORD ? WORD_KINDS.at(text, end) : 0;
    if (kind === 0 || kind === Token.constant) {
      this.#wording = OTHER_WORD;
      this.#set(Token.name, at, wordEnd);
    } else this.#set(Token.number, at, end);
  }

  #string(at: number, from: number, quote: number): void {
    const { text } = this;
    for (let end = from; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === BACKSLASH) end++;
      else if (code === quote) {
        if (text.charCodeAt(end + 1) !== quote) {
          this.#set(Token.string, at, end + 1);
          return;
        }
        end++;
      }
    }
    this.#set(Token.open, at, text.length);
  }

  #quotedName(at: number): void {
    const end = this.text.indexOf("`", at + 1);
    if (end < 0) this.#set(Token.open, at, this.text.length);
    else this.#set(Token.name, at, end + 1);
    this.#wording = OTHER_WORD;
  }

  #variable(at: number): void {
    const { text } = this;
    let end = at + 1;
    if (text.charCodeAt(end) === 0x3e) {
      this.#set(Token.comparison, at, end + 1);
      return;
    }
    if (text.charCodeAt(end) === 0x40) end++;
    const quote = text.charCodeAt(end);
    if (quote === QUOTE || quote === DOUBLE_QUOTE || quote === BACKTICK) {
      const closing = text.indexOf(text.charAt(end), end + 1);
      this.#set(Token.variable, at, closing < 0 ? text.length : closing + 1);
      return;
    }
    end = nameEnd(text, end);
    while (text.charCodeAt(end) === 0x2e && isLetter(text.charCodeAt(end + 1))) end = nameEnd(text, end + 1);
    this.#set(Token.variable, at, end);
  }

  /** `$$..$$` and `$tag$..$tag$`. */
  #dollar(at: number): void {
    const { text } = this;
    let end = at + 1;
    while (end - at < 32 && (isLetter(text.charCodeAt(end)) || isDigit(text.charCodeAt(end)))) end++;
    if (text.charCodeAt(end) !== 0x24) {
      this.#set(Token.junk, at, at + 1);
      return;
    }
    const tag = text.slice(at, end + 1);
    const closing = text.indexOf(tag, end + 1);
    if (closing < 0) {
      this.#fuel -= text.length - at;
      this.#set(Token.junk, at, at + 1);
    } else this.#set(Token.string, at, closing + tag.length);
  }

  /** `[name]` of SQL Server. */
  #bracketed(at: number): void {
    const { text } = this;
    let end = at + 1;
    while (end - at < 64 && (isNamePart(text.charCodeAt(end)) || text.charCodeAt(end) === 0x20)) end++;
    if (end > at + 1 && text.charCodeAt(end) === 0x5d) {
      this.#wording = OTHER_WORD;
      this.#set(Token.name, at, end + 1);
    } else this.#set(Token.junk, at, at + 1);
  }

  #sign(at: number, code: number): void {
    const sign = signAt(this.text, at, code);
    if (sign === 0) this.#set(Token.junk, at, at + 1);
    else this.#set(sign >> 2, at, at + (sign & 3));
  }
}

/** Bytes of UTF-8 sequences are parts of names; a no-break space, of UTF-8 or alone, is white space. */
function isWide(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (!(code >= 0x80)) return false;
  if (code === 0xa0) return text.charCodeAt(at - 1) >= 0xc3;
  return code !== 0xc2 || text.charCodeAt(at + 1) !== 0xa0;
}
