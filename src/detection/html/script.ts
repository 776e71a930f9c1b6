import {
  isEscaped,
  KEYWORD,
  NAME,
  NUMBER,
  PATTERN,
  readTokens,
  STRING,
  TEMPLATE,
  type Tokens,
  valueAt,
} from "./script-tokens.ts";
import {
  CALLERS,
  DIALOGS,
  DOCUMENT_PROPERTIES,
  GLOBALS,
  HIDDEN_NAMES,
  OTHER_SINKS,
  RUNNERS,
} from "./script-words.ts";
import { isNoOp } from "./urls.ts";

/** Nothing of note; what handlers of attacks call, and ordinary ones too. */
export const SILENT = 0;
export const SINK = 1;
/** A dialog, a text run as a script, the document written. */
export const CALLS = 2;
/** A call as attackers make it: to show that it runs, or to send cookies away. */
export const PROOF = 3;
/** A call that hides what is called. */
export const HIDDEN = 4;

export interface Judgement {
  /** The strongest of the levels above. */
  level: number;
  /** Bytes of the strongest sign. */
  start: number;
  end: number;
  /** Whether a dialog function is called. */
  dialog: boolean;
  /** Whether the document is read or written in a way that attacks do. */
  document: boolean;
  /** Words side by side as in no script. */
  prose: number;
  /** Tokens before the strongest sign. */
  before: number;
  tokens: number;
}

/** Tokens that one look forward takes. */
const AHEAD = 48;

/** Says what a script does, or a text if it is one. */
export function judgeScript(text: string, start: number, end: number, most: number): Judgement {
  const tokens = readTokens(text, start, end, most);
  const judge = new Judge(tokens);
  judge.run();
  return judge.result;
}

class Judge {
  readonly #kinds: readonly number[];
  readonly #tokens: Tokens;
  #reads = false;
  #sends = -1;
  #throws = false;
  /** Tokens that may still be looked at ahead of their turn. Who uses them up has shown enough calls before. */
  #budget: number;
  /** Names that hold escapes, by their token. */
  #decoded: Map<number, string> | undefined;
  readonly result: Judgement;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
    this.#kinds = tokens.kinds;
    this.#budget = tokens.kinds.length + 20 * AHEAD;
    this.result = {
      level: SILENT,
      start: 0,
      end: 0,
      dialog: false,
      document: false,
      prose: tokens.prose,
      before: 0,
      tokens: tokens.kinds.length,
    };
  }

  run(): void {
    for (let at = 0; at < this.#kinds.length; at++) {
      const kind = this.#kinds[at];
      if (kind === NAME) this.#name(at);
      else if (kind === KEYWORD) this.#keyword(at);
      else if (kind === 91) this.#bracket(at);
      else if (kind === STRING || kind === TEMPLATE) this.#string(at);
    }
    if (this.#reads && this.#sends >= 0) this.#found(PROOF, this.#sends);
  }

  #value(at: number): string {
    if (!this.#tokens.escaped || this.#kinds[at] !== NAME) return valueAt(this.#tokens, at);
    this.#decoded ??= new Map();
    const known = this.#decoded.get(at);
    if (known !== undefined) return known;
    const value = valueAt(this.#tokens, at);
    this.#decoded.set(at, value);
    return value;
  }

  #found(level: number, at: number): void {
    if (level <= this.result.level) return;
    this.result.level = level;
    this.result.before = at;
    this.result.start = this.#tokens.starts[at] ?? 0;
    const next = Math.min(at + 4, this.#kinds.length);
    this.result.end = this.#tokens.starts[next] ?? this.#tokens.end;
  }

  #is(at: number, sign: string): boolean {
    return this.#kinds[at] === sign.charCodeAt(0);
  }

  #lower(at: number): string {
    const kind = this.#kinds[at];
    return kind === NAME || kind === KEYWORD ? this.#value(at).toLowerCase() : "";
  }

  /** The token at which a call's arguments begin, when the name before `at` is called: a bracket or a template. */
  #call(at: number): number {
    if (this.#is(at, "?") && this.#is(at + 1, ".")) at += 2;
    return this.#is(at, "(") || this.#kinds[at] === TEMPLATE ? at : -1;
  }

  /** Token behind the bracket that closes the one at `at`. */
  #behind(at: number): number {
    let depth = 0;
    const most = Math.min(this.#kinds.length, at + AHEAD);
    for (let i = at; i < most; i++) {
      const kind = this.#kinds[i];
      if (kind === 40 || kind === 91 || kind === 123) depth++;
      else if ((kind === 41 || kind === 93 || kind === 125) && --depth <= 0) return i + 1;
    }
    return most;
  }

  #keyword(at: number): void {
    const word = this.#lower(at);
    if (word === "throw") this.#throws = true;
    if (word !== "import" || !this.#is(at + 1, "(")) return;
    const kind = this.#kinds[at + 2];
    if (kind === NAME) this.#found(PROOF, at);
    else if (kind === STRING || kind === TEMPLATE) {
      this.#found(isForeign(this.#value(at + 2)) ? PROOF : SINK, at);
    }
  }

  #name(at: number): void {
    const name = this.#lower(at);
    if (!TELLING.has(name)) return;
    if (DIALOGS.has(name)) this.#dialog(at);
    else if (RUNNERS.has(name)) this.#runner(at, name);
    else if (name === "function") this.#function(at);
    else if (name === "constructor") this.#constructorName(at);
    else if (name === "document") this.#document(at);
    else if (name === "location") this.#location(at);
    else if (name === "cookie") {
      if (this.#is(at - 1, ".") || this.#is(at + 1, ".")) this.#reads = true;
    } else if (name === "localstorage" || name === "sessionstorage") {
      if (this.#is(at + 1, ".") || this.#is(at + 1, "[")) this.#storage(at);
    } else if (name === "innerhtml" || name === "outerhtml" || name === "srcdoc") {
      if (this.#is(at - 1, ".") && this.#assigned(at + 1)) {
        this.result.document = true;
        this.#found(SINK, at);
      }
    } else if (OTHER_SINKS.has(name)) this.#sink(at, name);
    else if ((name === "src" || name === "href") && this.#assigned(at + 1)) this.#sends = at;
    if (GLOBALS.has(name)) this.#global(at);
    if (this.#value(at) === "this" && this.#is(at + 1, "[")) this.#global(at);
  }

  #storage(at: number): void {
    this.#reads = true;
    if (this.#lower(at + 2) === "getitem") this.result.document = true;
    this.#found(SINK, at);
  }

  /** Whether an assignment stands here, `+=` too, and no comparison. */
  #assigned(at: number): boolean {
    if (this.#is(at, "+")) at++;
    return this.#is(at, "=") && !this.#is(at + 1, "=") && !this.#is(at + 1, ">");
  }

  #dialog(at: number): void {
    const member = this.#is(at - 1, ".");
    const alias = this.#alias(at);
    if (alias > SILENT) {
      this.#found(alias, at);
      return;
    }
    const call = this.#call(at + 1);
    if (call < 0 && this.#isBracketed(at)) {
      this.#dialogCall(at, HIDDEN);
      return;
    }
    if (call < 0) {
      if (this.#is(at + 1, ".") && CALLERS.has(this.#lower(at + 2)) && this.#call(at + 3) >= 0) {
        this.#dialogCall(at, HIDDEN);
      }
      return;
    }
    if (member && !this.#isGlobalBefore(at - 2)) {
      // Members of that name are libraries' own, unless what they are asked is what attackers ask.
      if (this.#kinds[call + 1] === NUMBER && this.#is(call + 2, ")")) this.#found(PROOF, at);
      return;
    }
    if (isEscaped(this.#tokens, at)) this.#dialogCall(at, HIDDEN);
    else {
      const level = this.#dialogArguments(at, call);
      if (level > SILENT) this.#dialogCall(at, level);
    }
  }

  /** `(alert)(1)`, `(0,alert)(1)`: brackets round the name, and then a call. */
  #isBracketed(at: number): boolean {
    let behind = at + 1;
    while (this.#is(behind, ")") && behind < at + 8) behind++;
    if (behind === at + 1 || this.#call(behind) < 0) return false;
    let before = at - 1;
    while (before > at - 8 && !this.#is(before, "(")) before--;
    return this.#is(before, "(") && this.#kinds[before - 1] !== NAME;
  }

  /** Whether a name is in lower case, as only functions of browsers are. */
  #isLower(at: number): boolean {
    const name = this.#value(at);
    return name === name.toLowerCase() || name === name.toUpperCase();
  }

  #dialogCall(at: number, level: number): void {
    this.result.dialog = true;
    this.#found(level, at);
  }

  #dialogArguments(at: number, call: number): number {
    if (this.#kinds[call] === TEMPLATE) return call === at + 1 ? PROOF : HIDDEN;
    const spaced = call === at + 1 && (this.#tokens.starts[call] ?? 0) > (this.#tokens.ends[at] ?? 0);
    const kind = this.#kinds[call + 1];
    const value = this.#value(call + 1);
    if (kind === undefined) return spaced ? SILENT : CALLS;
    if (kind === NUMBER) return this.#is(call + 2, ")") || !spaced ? PROOF : SILENT;
    if (kind === PATTERN || kind === TEMPLATE) return PROOF;
    if (kind === STRING) return value.length <= 16 && !spaced && !value.includes(" ") ? PROOF : CALLS;
    if (kind < NAME) {
      if (spaced) return SILENT;
      // The name of the function alone is asked for more often than tried.
      const opensString = value === "'" || value === '"' || value === "`";
      return opensString || (value === ")" && this.#kinds.length > 3) ? PROOF : CALLS;
    }
    const name = value.toLowerCase();
    if (this.#is(call + 2, ":")) return SILENT;
    if (PROVING.has(name))
      return this.#is(call + 2, ")") || this.#is(call + 2, ".") || this.#is(call + 2, "[") ? PROOF : CALLS;
    if (spaced || PLURALS.has(name) || !this.#isLower(at)) return SILENT;
    return this.#is(call + 2, ")") ? SINK : CALLS;
  }

  /** `=alert` and then a call of what it was assigned to, `,alert)` behind a method, `{valueOf:alert}`. */
  #alias(at: number): number {
    if (this.#is(at - 1, "=")) {
      const alias = this.#lower(at - 2);
      if (alias === "") return SILENT;
      const isHandler = alias.startsWith("on") && alias.length > 4;
      const runs = isHandler
        ? this.#throws || this.#later(at, (i) => this.#lower(i) === "throw")
        : this.#later(at, (i) => this.#lower(i) === alias && this.#call(i + 1) >= 0);
      return runs ? (isHandler ? HIDDEN : PROOF) : SILENT;
    }
    if (this.#is(at - 1, ":") && CALLERS.has(this.#lower(at - 2))) return PROOF;
    if (!this.#is(at + 1, ")") && !this.#is(at + 1, ",")) {
      return this.#is(at - 1, "[") && this.#is(at + 1, "]") && this.#is(at + 2, "[") ? HIDDEN : SILENT;
    }
    for (let back = at - 1; back > 1 && back > at - 10; back--) {
      if (this.#is(back, "(")) {
        return this.#isListMethod(back - 1) ? HIDDEN : SILENT;
      }
      if (this.#is(back, ")")) break;
    }
    return SILENT;
  }

  /** A method of a list that is written out, or one that calls what it is given: libraries' own take boxes as data. */
  #isListMethod(at: number): boolean {
    if (this.#lower(at) === "" || !this.#is(at - 1, ".")) return false;
    return this.#is(at - 2, "]") ? !this.#isName(at - 3) : LISTS.has(this.#lower(at - 2));
  }

  /** Whether an element is looked up by a name: `rules[name].push(alert)`. */
  #isName(at: number): boolean {
    return this.#kinds[at] === NAME && this.#is(at - 1, "[") && this.#kinds[at - 2] === NAME;
  }

  #later(at: number, test: (at: number) => boolean): boolean {
    const most = Math.min(this.#kinds.length, at + AHEAD);
    for (let i = at + 1; i < most && this.#budget-- > 0; i++) if (test(i)) return true;
    return false;
  }

  #isGlobalBefore(at: number): boolean {
    if (this.#is(at, "?")) at--;
    return GLOBALS.has(this.#lower(at)) || this.#lower(at) === "this" || this.#lower(at) === "defaultview";
  }

  #runner(at: number, name: string): void {
    if (this.#is(at - 1, ".") && !name.startsWith("$") && !this.#isGlobalBefore(at - 2)) return;
    if (
      this.#is(at - 1, "=") &&
      this.#lower(at - 2).startsWith("on") &&
      this.#later(at, (i) => this.#lower(i) === "throw")
    ) {
      this.#found(PROOF, at);
      return;
    }
    if (this.#is(at + 1, ".") && CALLERS.has(this.#lower(at + 2))) {
      this.#found(PROOF, at);
      return;
    }
    let call = this.#call(at + 1);
    if (call < 0 && this.#is(at - 1, "(") && this.#is(at + 1, ")")) call = this.#call(at + 2);
    if (call < 0) return;
    if (this.#kinds[call] === TEMPLATE) {
      this.#found(PROOF, at);
      return;
    }
    const first = this.#kinds[call + 1];
    if (name.endsWith("eval") || name.endsWith("evalasync") || name === "execscript")
      this.#found(this.#evaluated(call), at);
    else if (first === STRING || first === TEMPLATE || DIALOGS.has(this.#lower(call + 1)))
      this.#found(PROOF, at);
    else if (RUNNERS.has(this.#lower(call + 1)) || this.#value(call + 1) === "Function")
      this.#found(PROOF, at);
    else this.#found(SINK, at);
  }

  /** What `eval(…)` runs: a text that is decoded, one from the page's address, a text that calls, or something else. */
  #evaluated(call: number): number {
    let folded = "";
    let parts = 0;
    const most = this.#behind(call);
    let level = CALLS;
    for (let i = call + 1; i < most && this.#budget-- > 0; i++) {
      const kind = this.#kinds[i];
      const name = this.#lower(i);
      if (DECODERS.has(name)) return HIDDEN;
      if (SOURCES.has(name)) level = PROOF;
      if (kind !== STRING && kind !== TEMPLATE) continue;
      const value = this.#value(i);
      if (CALLING.test(value.slice(0, 400))) level = PROOF;
      folded += value;
      parts++;
    }
    // Only put together do its parts call something.
    return parts > 1 && level < PROOF && CALLING.test(folded.slice(0, 400)) ? HIDDEN : level;
  }

  /** `Function("…")`, `new Function("…")`, `Function.call(…)`. */
  #function(at: number): void {
    if (this.#is(at - 1, ".") && !this.#isGlobalBefore(at - 2)) return;
    const call = this.#call(at + 1);
    if (call < 0) return;
    const kind = this.#kinds[call] === TEMPLATE ? TEMPLATE : this.#kinds[call + 1];
    this.#found(kind === STRING || kind === TEMPLATE ? PROOF : SINK, at);
  }

  #constructorName(at: number): void {
    if (this.#is(at + 1, ".") && this.#lower(at + 2) === "constructor") this.#found(HIDDEN, at);
    if (!this.#is(at - 1, ".")) return;
    if (this.#kinds[at + 1] === TEMPLATE) this.#found(HIDDEN, at);
    else if (this.#is(at + 1, "(")) this.#constructed(at, at + 1);
  }

  /** `constructor("…")` and then a call of what it made. */
  #constructed(at: number, call: number): void {
    const kind = this.#kinds[call + 1];
    if (kind !== STRING && kind !== TEMPLATE) return;
    if (this.#call(this.#behind(call)) >= 0 || CALLING.test(this.#value(call + 1))) this.#found(HIDDEN, at);
  }

  #document(at: number): void {
    if (this.#is(at - 1, ".") && !this.#isGlobalBefore(at - 2)) return;
    const property = this.#is(at + 1, ".")
      ? this.#lower(at + 2)
      : this.#is(at + 1, "[")
        ? this.#value(at + 2).toLowerCase()
        : "";
    if (!DOCUMENT_PROPERTIES.has(property)) return;
    const next = this.#is(at + 1, ".") ? at + 3 : at + 4;
    if (property === "cookie") {
      this.#reads = true;
      this.result.document = true;
    } else if (property === "domain") this.result.document = true;
    else if (property === "write" || property === "writeln") {
      if (this.#call(next) < 0) return;
      this.result.document = true;
      this.#found(CALLS, at);
    } else if (property === "location") {
      if (this.#assigned(next)) this.result.document = true;
    } else if (property === "createelement") {
      if (this.#value(next + 1).toLowerCase() === "script") this.#found(PROOF, at);
      return;
    } else if (property === "body" || property === "referrer" || property === "defaultview") return;
    this.#found(SINK, at);
  }

  #location(at: number): void {
    const member = this.#is(at - 1, ".");
    if (member && !this.#isGlobalBefore(at - 2) && this.#lower(at - 2) !== "document") return;
    let next = at + 1;
    const property = this.#is(next, ".") ? this.#lower(next + 1) : "";
    if (property !== "") next += 2;
    const assigned = this.#assigned(next);
    if (!assigned && this.#call(next) < 0) {
      if (property !== "" || this.#is(next, "[")) this.#found(SINK, at);
      return;
    }
    this.#sends = at;
    if (property === "" && assigned && member) this.result.document = true;
    const kind = this.#kinds[next + 1];
    const value = this.#value(next + 1);
    const name = value.toLowerCase();
    if (kind === STRING || kind === TEMPLATE) this.#found(SCRIPT_TEXT.test(value) ? PROOF : SINK, at);
    else if (kind === NAME && (name === "name" || DECODERS.has(name)))
      this.#found(assigned ? PROOF : SINK, at);
    else if (
      kind === NAME &&
      (this.#is(next + 2, ".") || this.#is(next + 2, "[") || this.#is(next + 2, "+"))
    ) {
      this.#found(SINK, at);
    }
  }

  #sink(at: number, name: string): void {
    const call = this.#call(at + 1);
    if (name === "fromcharcode") {
      if (call >= 0) this.result.document = true;
    } else if (name === "xmlhttprequest" || name === "websocket" || name === "eventsource") {
      if (call < 0) return;
      this.#sends = at;
      this.#found(this.#lower(at - 1) === "new" ? CALLS : SINK, at);
      return;
    } else if (name === "open" || name === "appendchild" || name === "write" || name === "createelement") {
      if (call < 0 || (this.#is(at - 1, ".") && !this.#isGlobalBefore(at - 2))) return;
      this.#sends = at;
    } else if (name === "fetch" || name === "sendbeacon") this.#sends = at;
    if (call < 0) return;
    if (
      name === "print" &&
      this.#is(call, "(") &&
      !this.#is(call + 1, ")") &&
      this.#kinds[call + 1] !== NUMBER
    ) {
      this.#found(SINK, at);
      return;
    }
    const value = this.#kinds[call] === TEMPLATE ? this.#value(call) : this.#value(call + 1);
    const text =
      this.#kinds[call] === TEMPLATE ||
      this.#kinds[call + 1] === STRING ||
      this.#kinds[call + 1] === TEMPLATE;
    const loads =
      name === "fetch" ||
      name === "getscript" ||
      name === "importscripts" ||
      name === "open" ||
      name === "worker";
    this.#found(loads && text && (value.startsWith("//") || SCRIPT_TEXT.test(value)) ? PROOF : SINK, at);
  }

  #global(at: number): void {
    if (this.#is(at - 1, ".") && !this.#isGlobalBefore(at - 2)) return;
    const opener = this.#is(at + 1, "?") && this.#is(at + 2, ".") ? at + 3 : at + 1;
    if (this.#is(opener, "[")) this.#computed(at, opener, true);
    else if (this.#is(at - 1, "[") && this.#is(at + 1, "]") && this.#is(at + 2, "[")) this.#found(PROOF, at);
    else if (this.#is(at + 1, ".") && this.#value(at) !== "this") this.#found(SINK, at);
  }

  #bracket(at: number): void {
    const before = this.#kinds[at - 1];
    if (before === NAME && GLOBALS.has(this.#lower(at - 1))) return;
    this.#computed(at, at, false);
  }

  /** A member whose name is put together: `["al"+"ert"]`. */
  #computed(at: number, bracket: number, global: boolean): void {
    const behind = this.#behind(bracket);
    let folded = "";
    let parts = 0;
    let others = 0;
    let escaped = false;
    for (let i = bracket + 1; i < behind - 1; i++) {
      const kind = this.#kinds[i];
      if (kind === STRING || kind === TEMPLATE || kind === PATTERN) {
        folded += this.#value(i);
        parts++;
        escaped ||= isEscaped(this.#tokens, i);
      } else if (kind === NAME || kind === NUMBER || kind === KEYWORD) others++;
    }
    const called = this.#call(behind) >= 0 || (this.#is(behind, ".") && CALLERS.has(this.#lower(behind + 1)));
    const hidden = folded.length < 24 && HIDDEN_NAMES.has(folded.toLowerCase());
    if (hidden && called) {
      const lower = folded.toLowerCase();
      if (DIALOGS.has(lower)) this.result.dialog = true;
      if (global || parts > 1 || lower === "constructor" || escaped) this.#found(HIDDEN, at);
      else this.#found(PROOF, at);
    } else if (hidden && parts > 1) this.#found(HIDDEN, at);
    else if (hidden && global) this.#found(SINK, at);
    else if (global && called && this.#value(at) !== "this") {
      // `top[8680439..toString(30)](1)` hides a name, `window[name]()` looks one up.
      this.#found(behind - bracket > 3 && others + parts > 1 ? HIDDEN : SINK, at);
    } else if (global && this.#value(at) !== "this" && this.#is(behind, "=")) this.#found(SINK, at);
  }

  /** A string that was written in escapes so that what it calls is not seen. */
  #string(at: number): void {
    const value = this.#value(at);
    if (isEscaped(this.#tokens, at) && HIDDEN_TEXT.test(value)) this.#found(HIDDEN, at);
    // A function made of a text and called at once, whatever made it.
    if (
      this.#is(at - 1, "(") &&
      this.#is(at + 1, ")") &&
      this.#call(at + 2) >= 0 &&
      CALLING.test(value.slice(0, 400))
    ) {
      this.#found(HIDDEN, at);
    }
    if (value === "constructor" && this.#is(at - 1, "=") && this.#is(at + 1, "]")) this.#found(HIDDEN, at);
    if (
      value.length > 10 &&
      SCRIPT_TEXT.test(value) &&
      !isNoOp(value.slice(value.indexOf(":") + 1)) &&
      (this.#is(at - 1, "=") || this.#is(at - 1, "("))
    ) {
      const name = this.#lower(at - 2);
      if (
        name === "href" ||
        name === "src" ||
        name === "open" ||
        name === "assign" ||
        name === "replace" ||
        name === "action"
      ) {
        this.#found(PROOF, at);
      }
    }
    if (this.#kinds[at] === TEMPLATE && value.includes("${")) this.#template(at, value);
  }

  /** What stands in a template's placeholders runs as well. */
  #template(at: number, value: string): void {
    const inner = PLACEHOLDER.exec(value.slice(0, 400));
    const lower = (inner?.[1] ?? "").toLowerCase();
    if (lower.includes("cookie")) {
      this.#reads = true;
      this.#found(SINK, at);
    } else if (PLACEHOLDER_CALL.test(lower)) {
      this.result.dialog = true;
      this.#found(PROOF, at);
    }
  }
}

/** Names at which a look round is worth it. */
const TELLING: ReadonlySet<string> = new Set([
  ...DIALOGS,
  ...RUNNERS,
  ...GLOBALS,
  ...OTHER_SINKS,
  "function",
  "constructor",
  "document",
  "location",
  "cookie",
  "localstorage",
  "sessionstorage",
  "innerhtml",
  "outerhtml",
  "srcdoc",
  "src",
  "href",
]);

/** What dialogs of attacks show. */
const PROVING: ReadonlySet<string> = new Set([
  "document",
  "location",
  "cookie",
  "domain",
  "origin",
  "window",
  "self",
  "top",
  "name",
  "string",
  "localstorage",
  "atob",
  "url",
  "navigator",
  "xss",
  "this",
]);
const LISTS: ReadonlySet<string> = new Set(["array", "reflect", "object"]);
/** `alert(s)` in prose. */
const PLURALS: ReadonlySet<string> = new Set(["s", "es", "ed", "ing", "ation"]);
const DECODERS: ReadonlySet<string> = new Set([
  "atob",
  "unescape",
  "decodeuri",
  "decodeuricomponent",
  "fromcharcode",
]);
const SOURCES: ReadonlySet<string> = new Set([
  "location",
  "name",
  "hash",
  "url",
  "opener",
  "document",
  "cookie",
  "href",
  "referrer",
]);
const CALLING = /\b(?:alert|prompt|confirm|eval|import|fetch)\s?[(`\\]|document\.|javascript:/i;
const SCRIPT_TEXT = /^[\s\0-\x20]{0,8}(?:java|vb)\s?script\s?:/i;
const HIDDEN_TEXT =
  /^(?:alert|prompt|confirm|eval|constructor|function)\b|\b(?:alert|prompt|confirm|eval)[(`]|javascript:/i;
const PLACEHOLDER = /\$\{([^}]{1,200})/;
const PLACEHOLDER_CALL = /\b(?:alert|prompt|confirm|eval)\s?[(`]/;

function isForeign(url: string): boolean {
  return url.startsWith("//") || /^(?:https?|data):/i.test(url);
}

/** JSFuck and its like: a script of brackets, `!` and `+` alone. */
export function findSymbolScript(text: string): number {
  const variables = text.indexOf("=~[];");
  if (variables >= 0) return variables;
  let at = text.indexOf("[]");
  while (at >= 0) {
    let stop = at;
    let pairs = 0;
    while (stop < text.length && SYMBOLS.includes(text.charAt(stop))) {
      if (text.charAt(stop) === "[" && text.charAt(stop + 1) === "]") pairs++;
      stop++;
    }
    if (stop - at >= 24 && pairs >= 4 && /!\[\]|\+\[\]/.test(text.slice(at, stop))) return at;
    at = text.indexOf("[]", Math.max(stop, at + 1));
  }
  return -1;
}

const SYMBOLS = "[]()!+ \n\t{}";
