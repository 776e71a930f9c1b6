import { ScriptCursor } from "./script-cursor.ts";
import { CALLS, HIDDEN, type Judgement, PROOF, SILENT, SINK } from "./script-levels.ts";
import { isEscaped, NAME, NONE, NUMBER, PATTERN, STRING, TEMPLATE, type Tokens } from "./script-tokens.ts";
import { CALLERS, LISTS, PLURALS, PROVING } from "./script-words.ts";

/** Keeps the strongest sign, and evaluates what is done with the functions that show a box. */
export class DialogJudge extends ScriptCursor {
  readonly result: Judgement;
  throws = false;

  constructor(tokens: Tokens) {
    super(tokens);
    this.result = {
      level: SILENT,
      start: 0,
      end: 0,
      dialog: false,
      document: false,
      prose: tokens.prose,
      before: 0,
      tokens: tokens.count,
    };
  }

  found(level: number, at: number): void {
    if (level <= this.result.level) return;
    this.result.level = level;
    this.result.before = at;
    this.result.start = this.tokens.starts[at] ?? 0;
    const next = Math.min(at + 4, this.count);
    this.result.end = next < this.count ? (this.tokens.starts[next] ?? 0) : this.tokens.end;
  }

  dialog(at: number): void {
    const member = this.is(at - 1, ".");
    const alias = this.#alias(at);
    if (alias > SILENT) {
      this.found(alias, at);
      return;
    }
    const call = this.call(at + 1);
    if (call < 0 && this.#isBracketed(at)) {
      this.#dialogCall(at, HIDDEN);
      return;
    }
    if (call < 0) {
      if (this.is(at + 1, ".") && CALLERS.has(this.lower(at + 2)) && this.call(at + 3) >= 0) {
        this.#dialogCall(at, HIDDEN);
      }
      return;
    }
    if (member && !this.isGlobalBefore(at - 2)) {
      // Members of that name are libraries' own, unless what they are asked is what attackers ask.
      if (this.kinds[call + 1] === NUMBER && this.is(call + 2, ")")) this.found(PROOF, at);
      return;
    }
    if (isEscaped(this.tokens, at)) this.#dialogCall(at, HIDDEN);
    else {
      const level = this.#dialogArguments(at, call);
      if (level > SILENT) this.#dialogCall(at, level);
    }
  }

  /** `(alert)(1)`, `(0,alert)(1)`: brackets round the name, and then a call. */
  #isBracketed(at: number): boolean {
    let behind = at + 1;
    while (this.is(behind, ")") && behind < at + 8) behind++;
    if (behind === at + 1 || this.call(behind) < 0) return false;
    let before = at - 1;
    while (before > at - 8 && !this.is(before, "(")) before--;
    return this.is(before, "(") && this.kinds[before - 1] !== NAME;
  }

  /** Whether a name is in lower case, as only functions of browsers are. */
  #isLower(at: number): boolean {
    const name = this.value(at);
    return name === name.toLowerCase() || name === name.toUpperCase();
  }

  #dialogCall(at: number, level: number): void {
    this.result.dialog = true;
    this.found(level, at);
  }

  #dialogArguments(at: number, call: number): number {
    if (this.kinds[call] === TEMPLATE) return call === at + 1 ? PROOF : HIDDEN;
    const spaced = call === at + 1 && (this.tokens.starts[call] ?? 0) > (this.tokens.ends[at] ?? 0);
    const kind = this.kinds[call + 1];
    const value = this.value(call + 1);
    if (kind === undefined || kind === NONE) return spaced ? SILENT : CALLS;
    if (kind === NUMBER) return this.is(call + 2, ")") || !spaced ? PROOF : SILENT;
    if (kind === PATTERN || kind === TEMPLATE) return PROOF;
    if (kind === STRING) return value.length <= 16 && !spaced && !value.includes(" ") ? PROOF : CALLS;
    if (kind < NAME) {
      if (spaced) return SILENT;
      // The name of the function alone is asked for more often than tried.
      const opensString = value === "'" || value === '"' || value === "`";
      return opensString || (value === ")" && this.count > 3) ? PROOF : CALLS;
    }
    const name = value.toLowerCase();
    if (this.is(call + 2, ":")) return SILENT;
    if (PROVING.has(name))
      return this.is(call + 2, ")") || this.is(call + 2, ".") || this.is(call + 2, "[") ? PROOF : CALLS;
    if (spaced || PLURALS.has(name) || !this.#isLower(at)) return SILENT;
    return this.is(call + 2, ")") ? SINK : CALLS;
  }

  /** `=alert` and then a call of what it was assigned to, `,alert)` after a method, `{valueOf:alert}`. */
  #alias(at: number): number {
    if (this.is(at - 1, "=")) {
      const alias = this.lower(at - 2);
      if (alias === "") return SILENT;
      const isHandler = alias.startsWith("on") && alias.length > 4;
      const runs = isHandler
        ? this.throws || this.later(at, (i) => this.lower(i) === "throw")
        : this.later(at, (i) => this.lower(i) === alias && this.call(i + 1) >= 0);
      return runs ? (isHandler ? HIDDEN : PROOF) : SILENT;
    }
    if (this.is(at - 1, ":") && CALLERS.has(this.lower(at - 2))) return PROOF;
    if (!this.is(at + 1, ")") && !this.is(at + 1, ",")) {
      return this.is(at - 1, "[") && this.is(at + 1, "]") && this.is(at + 2, "[") ? HIDDEN : SILENT;
    }
    for (let back = at - 1; back > 1 && back > at - 10; back--) {
      if (this.is(back, "(")) {
        return this.#isListMethod(back - 1) ? HIDDEN : SILENT;
      }
      if (this.is(back, ")")) break;
    }
    return SILENT;
  }

  /** A method of a list that is written out, or one that calls what it is given: libraries' own take boxes as data. */
  #isListMethod(at: number): boolean {
    if (this.lower(at) === "" || !this.is(at - 1, ".")) return false;
    return this.is(at - 2, "]") ? !this.#isName(at - 3) : LISTS.has(this.lower(at - 2));
  }

  /** Whether an element is looked up by a name: `rules[name].push(alert)`. */
  #isName(at: number): boolean {
    return this.kinds[at] === NAME && this.is(at - 1, "[") && this.kinds[at - 2] === NAME;
  }
}
