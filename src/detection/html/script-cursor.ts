import { KEYWORD, NAME, TEMPLATE, type Tokens, valueAt } from "./script-tokens.ts";
import { GLOBALS } from "./script-words.ts";

/** Tokens that one look ahead takes. */
export const AHEAD = 48;

/** Looks round among the tokens of a script. */
export class ScriptCursor {
  readonly tokens: Tokens;
  readonly kinds: Uint16Array;
  readonly count: number;
  /** Tokens that may still be looked at ahead of their turn. Who uses them up has shown enough calls before. */
  budget: number;
  /** Names that hold escapes, by their token. */
  #decoded: Map<number, string> | undefined;

  constructor(tokens: Tokens) {
    this.tokens = tokens;
    this.kinds = tokens.kinds;
    this.count = tokens.count;
    this.budget = tokens.count + 20 * AHEAD;
  }

  value(at: number): string {
    if (!this.tokens.escaped || this.kinds[at] !== NAME) return valueAt(this.tokens, at);
    this.#decoded ??= new Map();
    const known = this.#decoded.get(at);
    if (known !== undefined) return known;
    const value = valueAt(this.tokens, at);
    this.#decoded.set(at, value);
    return value;
  }

  is(at: number, sign: string): boolean {
    return this.kinds[at] === sign.charCodeAt(0);
  }

  lower(at: number): string {
    const kind = this.kinds[at];
    return kind === NAME || kind === KEYWORD ? this.value(at).toLowerCase() : "";
  }

  /** The token at which a call's arguments begin, when the name before `at` is called: a bracket or a template. */
  call(at: number): number {
    if (this.is(at, "?") && this.is(at + 1, ".")) at += 2;
    return this.is(at, "(") || this.kinds[at] === TEMPLATE ? at : -1;
  }

  /** Token after the bracket that closes the one at `at`. */
  behind(at: number): number {
    let depth = 0;
    const most = Math.min(this.count, at + AHEAD);
    for (let i = at; i < most; i++) {
      const kind = this.kinds[i];
      if (kind === 40 || kind === 91 || kind === 123) depth++;
      else if ((kind === 41 || kind === 93 || kind === 125) && --depth <= 0) return i + 1;
    }
    return most;
  }

  /** Whether an assignment is here, `+=` too, and no comparison. */
  assigned(at: number): boolean {
    if (this.is(at, "+")) at++;
    return this.is(at, "=") && !this.is(at + 1, "=") && !this.is(at + 1, ">");
  }

  later(at: number, test: (at: number) => boolean): boolean {
    const most = Math.min(this.count, at + AHEAD);
    for (let i = at + 1; i < most && this.budget-- > 0; i++) if (test(i)) return true;
    return false;
  }

  isGlobalBefore(at: number): boolean {
    if (this.is(at, "?")) at--;
    return GLOBALS.has(this.lower(at)) || this.lower(at) === "this" || this.lower(at) === "defaultview";
  }
}
