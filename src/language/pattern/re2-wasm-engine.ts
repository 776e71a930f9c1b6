import type { Budget } from "../values/budget.ts";
import { utf8Decode } from "../values/bytes.ts";
import type { CompiledPattern, PatternEngine, PatternFault, PatternResult } from "./engine.ts";
import { toByteOffsets } from "./engine-output.ts";
import { type PortablePattern, portablePattern } from "./portable.ts";
import { findHazard } from "./re2-wasm-hazards.ts";

/** The part of the optional package `re2-wasm` that is used; the caller loads and passes it. */
export interface Re2WasmModule {
  readonly RE2: new (pattern: string, flags: string) => Re2WasmRegExp;
}

/** Where a match is; what it took as a whole, and what each group did. */
export type Re2WasmMatch = readonly [whole: string, ...groups: (string | undefined)[]] & {
  readonly index: number;
};

/** A compiled expression of the package `re2-wasm`, as far as this engine uses it. */
export interface Re2WasmRegExp {
  exec(subject: string): Re2WasmMatch | null;
  test(subject: string): boolean;
}

/** Bounds on what one pattern may make the foreign engine do. */
export interface Re2WasmLimits {
  /** Patterns alive at a time. */
  readonly livePatterns?: number;
  /** Patterns compiled in the life of the engine. */
  readonly compiles?: number;
  /** Longest pattern text in UTF-16 units: the module's heap holds some 740 patterns of moderate length. */
  readonly patternLength?: number;
  /** Longest subject in bytes. */
  readonly subjectLength?: number;
}

/**
 * Patterns of the portable subset on re2-wasm.
 *
 * The module has a fixed heap of 16 MiB, cannot free patterns by a public method, and aborts when the heap is full.
 * So the engine limits what it takes, frees patterns by the module's private method where there is one, and fails
 * closed: a subject that is too long, and every use after an abort, exhausts the budget and does not match, and
 * further patterns are refused with E_REGEX_LIMIT. Offsets of groups are only right as to the bytes that they cut out,
 * since the module reports no others. It never falls back to another engine.
 */
export class Re2WasmEngine implements PatternEngine {
  readonly name = "re2-wasm";
  readonly dialect = "portable";
  readonly #module: Re2WasmModule;
  readonly #limits: Required<Re2WasmLimits>;
  readonly #state: EngineState = { aborted: false, live: 0 };
  #compiles = 0;

  constructor(module: Re2WasmModule, limits: Re2WasmLimits = {}) {
    this.#module = module;
    this.#limits = {
      livePatterns: 200,
      compiles: 2000,
      patternLength: 1024,
      subjectLength: 1 << 20,
      ...limits,
    };
  }

  compile(source: string): PatternResult {
    const portable = portablePattern(source);
    if (!portable.ok) return portable;
    const hazard = findHazard(portable.value.root);
    if (hazard !== undefined) {
      const message = `re2-wasm answers wrongly on ${hazard.what}`;
      const { start, end } = hazard;
      const hint = "use the default engine, or write the pattern without it";
      return { ok: false, fault: { code: "E_REGEX_PORTABILITY", message, start, end, hint } };
    }
    if (this.#state.aborted) return refused(source, "the engine re2-wasm has run out of memory");
    if (source.length > this.#limits.patternLength) {
      return refused(source, `patterns on re2-wasm have at most ${this.#limits.patternLength} characters`);
    }
    if (this.#state.live >= this.#limits.livePatterns) {
      return refused(source, `the engine re2-wasm holds at most ${this.#limits.livePatterns} patterns`);
    }
    if (this.#compiles >= this.#limits.compiles) {
      return refused(source, `the engine re2-wasm compiles at most ${this.#limits.compiles} patterns`);
    }
    this.#compiles++;
    try {
      const regexp = new this.#module.RE2(portable.value.text, "u");
      this.#state.live++;
      const pattern = new Re2WasmPattern(
        source,
        portable.value,
        regexp,
        this.#state,
        this.#limits.subjectLength,
      );
      return { ok: true, pattern };
    } catch (error) {
      if (!(error instanceof SyntaxError)) this.#state.aborted = true;
      const reason = error instanceof Error ? error.message : String(error);
      return refused(source, `the engine re2-wasm refused the pattern: ${reason}`);
    }
  }
}

interface EngineState {
  aborted: boolean;
  live: number;
}

function refused(source: string, message: string): PatternResult {
  const fault: PatternFault = {
    code: "E_REGEX_LIMIT",
    message,
    start: 0,
    end: source.length,
    hint: "use the default engine",
  };
  return { ok: false, fault };
}

class Re2WasmPattern implements CompiledPattern {
  readonly source: string;
  readonly engine = "re2-wasm";
  readonly groupCount: number;
  readonly #unicode: boolean;
  readonly #state: EngineState;
  readonly #maxSubject: number;
  #regexp: Re2WasmRegExp | undefined;

  constructor(
    source: string,
    portable: PortablePattern,
    regexp: Re2WasmRegExp,
    state: EngineState,
    maxSubject: number,
  ) {
    this.source = source;
    this.groupCount = portable.groupCount;
    this.#unicode = portable.unicode;
    this.#regexp = regexp;
    this.#state = state;
    this.#maxSubject = maxSubject;
  }

  test(subject: string, budget?: Budget): boolean {
    return this.#run(subject, budget, (regexp, text) => regexp.test(text)) === true;
  }

  exec(subject: string, budget?: Budget): readonly number[] | undefined {
    return this.#run(subject, budget, (regexp, text) => {
      const found = regexp.exec(text);
      if (found === null) return undefined;
      return this.#offsets(text, found);
    });
  }

  /**
   * The module tells where the match is, but of groups only their text. The offsets of a group are those of the first
   * run of equal bytes inside the match: what they cut out is right, where they cut may be further left.
   */
  #offsets(text: string, found: Re2WasmMatch): readonly number[] {
    const offsets = [found.index, found.index + found[0].length];
    for (let group = 1; group <= this.groupCount; group++) {
      const captured = found[group];
      const at = captured === undefined ? -1 : text.indexOf(captured, found.index);
      offsets.push(at, captured === undefined || at === -1 ? -1 : at + captured.length);
    }
    return this.#unicode ? toByteOffsets(text, offsets) : offsets;
  }

  #run<T>(
    subject: string,
    budget: Budget | undefined,
    use: (regexp: Re2WasmRegExp, text: string) => T,
  ): T | undefined {
    if (budget !== undefined && !budget.spend(subject.length)) return undefined;
    if (this.#regexp === undefined || this.#state.aborted || subject.length > this.#maxSubject) {
      budget?.spend(Number.POSITIVE_INFINITY);
      return undefined;
    }
    const text = this.#unicode ? utf8Decode(subject) : subject;
    if (text === undefined) return undefined;
    try {
      return use(this.#regexp, text);
    } catch {
      // The module aborted: its heap is full, and nothing in it can be trusted any more.
      this.#state.aborted = true;
      budget?.spend(Number.POSITIVE_INFINITY);
      return undefined;
    }
  }

  dispose(): void {
    if (this.#regexp === undefined) return;
    const { wrapper } = this.#regexp as { readonly wrapper?: { readonly delete?: () => void } };
    this.#regexp = undefined;
    // Without the private method the memory stays taken, so the pattern goes on counting.
    if (typeof wrapper?.delete !== "function") return;
    wrapper.delete();
    this.#state.live--;
  }
}
