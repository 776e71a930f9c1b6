import { AHEAD } from "./script-cursor.ts";
import { DialogJudge } from "./script-dialogs.ts";
import { CALLS, HIDDEN, type Judgement, PROOF, SINK } from "./script-levels.ts";
import { isEscaped, KEYWORD, NAME, NUMBER, PATTERN, readTokens, STRING, TEMPLATE } from "./script-tokens.ts";
import {
  CALLERS,
  CALLING,
  DECODERS,
  DIALOGS,
  DOCUMENT_PROPERTIES,
  GLOBALS,
  HIDDEN_NAMES,
  HIDDEN_TEXT,
  isForeign,
  OTHER_SINKS,
  PLACEHOLDER,
  PLACEHOLDER_CALL,
  RUNNERS,
  SCRIPT_TEXT,
  SOURCES,
  TELLING,
} from "./script-words.ts";
import { isNoOp } from "./urls.ts";

/** Says what a script does, or a text if it is one. */
export function judgeScript(text: string, start: number, end: number, most: number): Judgement {
  const tokens = readTokens(text, start, end, most);
  const judge = new Judge(tokens);
  judge.run();
  return judge.result;
}

class Judge extends DialogJudge {
  #reads = false;
  #sends = -1;

  run(): void {
    const { count, kinds } = this;
    const { telling } = this.tokens;
    for (let at = 0; at < count; at++) {
      const kind = kinds[at];
      if (kind === NAME) {
        if (telling[at] === 1) this.#name(at);
      } else if (kind === KEYWORD) this.#keyword(at);
      else if (kind === 91) this.#bracket(at);
      else if (kind === STRING || kind === TEMPLATE) this.#string(at);
    }
    if (this.#reads && this.#sends >= 0) this.found(PROOF, this.#sends);
  }

  #keyword(at: number): void {
    const initial = this.tokens.text.charCodeAt(this.tokens.starts[at] ?? 0);
    if (initial !== 0x74 && initial !== 0x69) return;
    const word = this.lower(at);
    if (word === "throw") this.throws = true;
    if (word !== "import" || !this.is(at + 1, "(")) return;
    const kind = this.kinds[at + 2];
    if (kind === NAME) this.found(PROOF, at);
    else if (kind === STRING || kind === TEMPLATE) {
      this.found(isForeign(this.value(at + 2)) ? PROOF : SINK, at);
    }
  }

  #name(at: number): void {
    const name = this.lower(at);
    if (!TELLING.has(name)) return;
    if (DIALOGS.has(name)) this.dialog(at);
    else if (RUNNERS.has(name)) this.#runner(at, name);
    else if (name === "function") this.#function(at);
    else if (name === "constructor") this.#constructorName(at);
    else if (name === "document") this.#document(at);
    else if (name === "location") this.#location(at);
    else if (name === "cookie") {
      if (this.is(at - 1, ".") || this.is(at + 1, ".")) this.#reads = true;
    } else if (name === "localstorage" || name === "sessionstorage") {
      if (this.is(at + 1, ".") || this.is(at + 1, "[")) this.#storage(at);
    } else if (name === "innerhtml" || name === "outerhtml" || name === "srcdoc") {
      if (this.is(at - 1, ".") && this.assigned(at + 1)) {
        this.result.document = true;
        this.found(SINK, at);
      }
    } else if (OTHER_SINKS.has(name)) this.#sink(at, name);
    else if ((name === "src" || name === "href") && this.assigned(at + 1)) this.#sends = at;
    if (GLOBALS.has(name)) this.#global(at);
  }

  #storage(at: number): void {
    this.#reads = true;
    if (this.lower(at + 2) === "getitem") this.result.document = true;
    this.found(SINK, at);
  }

  #runner(at: number, name: string): void {
    if (this.is(at - 1, ".") && !name.startsWith("$") && !this.isGlobalBefore(at - 2)) return;
    if (
      this.is(at - 1, "=") &&
      this.lower(at - 2).startsWith("on") &&
      this.later(at, (i) => this.lower(i) === "throw")
    ) {
      this.found(PROOF, at);
      return;
    }
    if (this.is(at + 1, ".") && CALLERS.has(this.lower(at + 2))) {
      this.found(PROOF, at);
      return;
    }
    let call = this.call(at + 1);
    if (call < 0 && this.is(at - 1, "(") && this.is(at + 1, ")")) call = this.call(at + 2);
    if (call < 0) return;
    if (this.kinds[call] === TEMPLATE) {
      this.found(PROOF, at);
      return;
    }
    const first = this.kinds[call + 1];
    if (name.endsWith("eval") || name.endsWith("evalasync") || name === "execscript")
      this.found(this.#evaluated(call), at);
    else if (first === STRING || first === TEMPLATE || DIALOGS.has(this.lower(call + 1)))
      this.found(PROOF, at);
    else if (RUNNERS.has(this.lower(call + 1)) || this.value(call + 1) === "Function") this.found(PROOF, at);
    else this.found(SINK, at);
  }

  /** What `eval(…)` runs: a text that is decoded, one from the page's address, a text that calls, or something else. */
  #evaluated(call: number): number {
    let folded = "";
    let parts = 0;
    const most = this.behind(call);
    let level = CALLS;
    for (let i = call + 1; i < most && this.budget-- > 0; i++) {
      const kind = this.kinds[i];
      const name = this.lower(i);
      if (DECODERS.has(name)) return HIDDEN;
      if (SOURCES.has(name)) level = PROOF;
      if (kind !== STRING && kind !== TEMPLATE) continue;
      const value = this.value(i);
      if (CALLING.test(value.slice(0, 400))) level = PROOF;
      folded += value;
      parts++;
    }
    // Only put together do its parts call something.
    return parts > 1 && level < PROOF && CALLING.test(folded.slice(0, 400)) ? HIDDEN : level;
  }

  /** `Function("…")`, `new Function("…")`, `Function.call(…)`. */
  #function(at: number): void {
    if (this.is(at - 1, ".") && !this.isGlobalBefore(at - 2)) return;
    const call = this.call(at + 1);
    if (call < 0) return;
    const kind = this.kinds[call] === TEMPLATE ? TEMPLATE : this.kinds[call + 1];
    this.found(kind === STRING || kind === TEMPLATE ? PROOF : SINK, at);
  }

  #constructorName(at: number): void {
    if (this.is(at + 1, ".") && this.lower(at + 2) === "constructor") this.found(HIDDEN, at);
    if (!this.is(at - 1, ".")) return;
    if (this.kinds[at + 1] === TEMPLATE) this.found(HIDDEN, at);
    else if (this.is(at + 1, "(")) this.#constructed(at, at + 1);
  }

  /** `constructor("…")` and then a call of what it made. */
  #constructed(at: number, call: number): void {
    const kind = this.kinds[call + 1];
    if (kind !== STRING && kind !== TEMPLATE) return;
    if (this.call(this.behind(call)) >= 0 || CALLING.test(this.value(call + 1))) this.found(HIDDEN, at);
  }

  #document(at: number): void {
    if (this.is(at - 1, ".") && !this.isGlobalBefore(at - 2)) return;
    const property = this.is(at + 1, ".")
      ? this.lower(at + 2)
      : this.is(at + 1, "[")
        ? this.value(at + 2).toLowerCase()
        : "";
    if (!DOCUMENT_PROPERTIES.has(property)) return;
    const next = this.is(at + 1, ".") ? at + 3 : at + 4;
    if (property === "cookie") {
      this.#reads = true;
      this.result.document = true;
    } else if (property === "domain") this.result.document = true;
    else if (property === "write" || property === "writeln") {
      if (this.call(next) < 0) return;
      this.result.document = true;
      this.found(CALLS, at);
    } else if (property === "location") {
      if (this.assigned(next)) this.result.document = true;
    } else if (property === "createelement") {
      if (this.value(next + 1).toLowerCase() === "script") this.found(PROOF, at);
      return;
    } else if (property === "body" || property === "referrer" || property === "defaultview") return;
    this.found(SINK, at);
  }

  #location(at: number): void {
    const member = this.is(at - 1, ".");
    if (member && !this.isGlobalBefore(at - 2) && this.lower(at - 2) !== "document") return;
    let next = at + 1;
    const property = this.is(next, ".") ? this.lower(next + 1) : "";
    if (property !== "") next += 2;
    const assigned = this.assigned(next);
    if (!assigned && this.call(next) < 0) {
      if (property !== "" || this.is(next, "[")) this.found(SINK, at);
      return;
    }
    this.#sends = at;
    if (property === "" && assigned && member) this.result.document = true;
    const kind = this.kinds[next + 1];
    const value = this.value(next + 1);
    const name = value.toLowerCase();
    if (kind === STRING || kind === TEMPLATE) this.found(SCRIPT_TEXT.test(value) ? PROOF : SINK, at);
    else if (kind === NAME && (name === "name" || DECODERS.has(name)))
      this.found(assigned ? PROOF : SINK, at);
    else if (kind === NAME && (this.is(next + 2, ".") || this.is(next + 2, "[") || this.is(next + 2, "+"))) {
      this.found(SINK, at);
    }
  }

  #sink(at: number, name: string): void {
    const call = this.call(at + 1);
    if (name === "fromcharcode") {
      if (call >= 0) this.result.document = true;
    } else if (name === "xmlhttprequest" || name === "websocket" || name === "eventsource") {
      if (call < 0) return;
      this.#sends = at;
      this.found(this.lower(at - 1) === "new" ? CALLS : SINK, at);
      return;
    } else if (name === "open" || name === "appendchild" || name === "write" || name === "createelement") {
      if (call < 0 || (this.is(at - 1, ".") && !this.isGlobalBefore(at - 2))) return;
      this.#sends = at;
    } else if (name === "fetch" || name === "sendbeacon") this.#sends = at;
    if (call < 0) return;
    if (
      name === "print" &&
      this.is(call, "(") &&
      !this.is(call + 1, ")") &&
      this.kinds[call + 1] !== NUMBER
    ) {
      this.found(SINK, at);
      return;
    }
    const value = this.kinds[call] === TEMPLATE ? this.value(call) : this.value(call + 1);
    const text =
      this.kinds[call] === TEMPLATE || this.kinds[call + 1] === STRING || this.kinds[call + 1] === TEMPLATE;
    const loads =
      name === "fetch" ||
      name === "getscript" ||
      name === "importscripts" ||
      name === "open" ||
      name === "worker";
    this.found(loads && text && (value.startsWith("//") || SCRIPT_TEXT.test(value)) ? PROOF : SINK, at);
  }

  #global(at: number): void {
    if (this.is(at - 1, ".") && !this.isGlobalBefore(at - 2)) return;
    const opener = this.is(at + 1, "?") && this.is(at + 2, ".") ? at + 3 : at + 1;
    if (this.is(opener, "[")) this.#computed(at, opener, true);
    else if (this.is(at - 1, "[") && this.is(at + 1, "]") && this.is(at + 2, "[")) this.found(PROOF, at);
    else if (this.is(at + 1, ".") && this.value(at) !== "this") this.found(SINK, at);
  }

  #bracket(at: number): void {
    const before = this.kinds[at - 1];
    if (!this.#isStringNear(at)) return;
    if (before === NAME && this.tokens.telling[at - 1] === 1 && GLOBALS.has(this.lower(at - 1))) return;
    this.#computed(at, at, false);
  }

  /** The first string, template or pattern from the last bracket on. */
  #next = 0;

  /** Whether a name may be put together after a bracket. */
  #isStringNear(at: number): boolean {
    const { count, kinds } = this;
    let next = Math.max(this.#next, at);
    for (; next < count; next++) {
      const kind = kinds[next];
      if (kind === STRING || kind === TEMPLATE || kind === PATTERN) break;
    }
    this.#next = next;
    return next < count && next - at < AHEAD;
  }

  /** A member whose name is put together: `["al"+"ert"]`. */
  #computed(at: number, bracket: number, global: boolean): void {
    const behind = this.behind(bracket);
    let folded = "";
    let parts = 0;
    let others = 0;
    let escaped = false;
    for (let i = bracket + 1; i < behind - 1; i++) {
      const kind = this.kinds[i];
      if (kind === STRING || kind === TEMPLATE || kind === PATTERN) {
        folded += this.value(i);
        if (!global && folded.length >= 24) return;
        parts++;
        escaped ||= isEscaped(this.tokens, i);
      } else if (kind === NAME || kind === NUMBER || kind === KEYWORD) others++;
    }
    const called = this.call(behind) >= 0 || (this.is(behind, ".") && CALLERS.has(this.lower(behind + 1)));
    const hidden = folded.length < 24 && HIDDEN_NAMES.has(folded.toLowerCase());
    if (hidden && called) {
      const lower = folded.toLowerCase();
      if (DIALOGS.has(lower)) this.result.dialog = true;
      if (global || parts > 1 || lower === "constructor" || escaped) this.found(HIDDEN, at);
      else this.found(PROOF, at);
    } else if (hidden && parts > 1) this.found(HIDDEN, at);
    else if (hidden && global) this.found(SINK, at);
    else if (global && called && this.value(at) !== "this") {
      // `top[8680439..toString(30)](1)` hides a name, `window[name]()` looks one up.
      this.found(behind - bracket > 3 && others + parts > 1 ? HIDDEN : SINK, at);
    } else if (global && this.value(at) !== "this" && this.is(behind, "=")) this.found(SINK, at);
  }

  /** A string that was written in escapes so that what it calls is not seen. */
  #string(at: number): void {
    const { tokens } = this;
    if (tokens.slashed && isEscaped(tokens, at) && HIDDEN_TEXT.test(this.value(at))) this.found(HIDDEN, at);
    const isAssigned = this.is(at - 1, "=");
    const isArgument = this.is(at - 1, "(");
    // A function made of a text and called at once, whatever made it.
    if (isArgument && this.is(at + 1, ")") && this.call(at + 2) >= 0) {
      if (CALLING.test(this.value(at).slice(0, 400))) this.found(HIDDEN, at);
    }
    if (isAssigned && this.is(at + 1, "]") && this.value(at) === "constructor") this.found(HIDDEN, at);
    if ((isAssigned || isArgument) && OPENERS.has(this.lower(at - 2))) {
      const value = this.value(at);
      if (value.length > 10 && SCRIPT_TEXT.test(value) && !isNoOp(value.slice(value.indexOf(":") + 1)))
        this.found(PROOF, at);
    }
    if (this.kinds[at] !== TEMPLATE) return;
    const value = this.value(at);
    if (value.includes("${")) this.#template(at, value);
  }

  /** What is in a template's placeholders runs as well. */
  #template(at: number, value: string): void {
    const inner = PLACEHOLDER.exec(value.slice(0, 400));
    const lower = (inner?.[1] ?? "").toLowerCase();
    if (lower.includes("cookie")) {
      this.#reads = true;
      this.found(SINK, at);
    } else if (PLACEHOLDER_CALL.test(lower)) {
      this.result.dialog = true;
      this.found(PROOF, at);
    }
  }
}

/** Attributes and functions that open a URL. */
const OPENERS: ReadonlySet<string> = new Set(["href", "src", "open", "assign", "replace", "action"]);
