import { refuse } from "./fault.ts";

/** The flags in force at a place of the pattern. */
export interface Flags {
  /** `i`: letter case counts for nothing. */
  readonly fold: boolean;
  /** `m`: `^` and `$` match at lines. */
  readonly lines: boolean;
  /** `s`: the dot matches line ends. */
  readonly dotAll: boolean;
  /** `U`: greedy and lazy change places. */
  readonly swapGreed: boolean;
  /** `u`: matching goes by characters; otherwise by bytes. */
  readonly unicode: boolean;
  /** `x`: white space and comments in the pattern are skipped. */
  readonly verbose: boolean;
  /** `R`: CR LF is a line end too. */
  readonly crlf: boolean;
}

/** The reading head over a pattern's text, with the flags in force. */
export class Cursor {
  readonly text: string;
  /** Refuse what RE2 engines read in another way. */
  readonly portable: boolean;
  at = 0;
  flags: Flags = {
    fold: false,
    lines: false,
    dotAll: false,
    swapGreed: false,
    unicode: false,
    verbose: false,
    crlf: false,
  };

  constructor(text: string, portable: boolean) {
    this.text = text;
    this.portable = portable;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The UTF-16 unit at the head, or `""` at the end. */
  get next(): string {
    return this.text.charAt(this.at);
  }

  /** Takes one whole character. */
  takeCodePoint(): number {
    const code = this.text.codePointAt(this.at)!;
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  /** Takes `word` when it is here. */
  take(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  /** Under `x`, passes over white space and comments. */
  skipSpace(): void {
    if (!this.flags.verbose) return;
    for (;;) {
      if (!this.done && isSpace(this.text.charCodeAt(this.at))) this.at++;
      else if (this.next === "#") {
        const end = this.text.indexOf("\n", this.at);
        this.at = end === -1 ? this.text.length : end + 1;
      } else return;
    }
  }

  /** The unit after the one at the head, passing over skipped space. */
  peekPast(): string {
    const { at } = this;
    this.at++;
    this.skipSpace();
    const found = this.next;
    this.at = at;
    return found;
  }

  invalid(message: string, start: number, end: number = this.at, hint?: string): never {
    return refuse("E_INVALID_REGEX", message, start, Math.max(start, Math.min(end, this.text.length)), hint);
  }

  /** Refuses a construct of the reference when only the portable subset is allowed. */
  notPortable(what: string, start: number, hint: string): void {
    if (!this.portable) return;
    refuse(
      "E_REGEX_PORTABILITY",
      `${what} is not read alike by all pattern engines`,
      start,
      Math.min(this.at, this.text.length),
      hint,
    );
  }
}

/** White_Space in the BMP; no character beyond has the property. */
export function isSpace(code: number): boolean {
  return (
    (code >= 9 && code <= 13) ||
    code === 0x20 ||
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}
