import type { Budget } from "../budget.ts";
import { isAscii, isUtf8 } from "../bytes.ts";
import { literalForm, startsAtText } from "./analysis.ts";
import type { PatternTree } from "./ast.ts";
import { boundedRegExp } from "./bounded.ts";
import type { CompiledPattern, PatternEngine, PatternResult } from "./engine.ts";
import { attempt } from "./fault.ts";
import { LazyDfa } from "./lazy-dfa.ts";
import { literalTest, type SubjectTest } from "./literal-test.ts";
import { needlesOf } from "./needles.ts";
import { NfaSearch } from "./nfa.ts";
import { findMatch } from "./pike.ts";
import {
  compileProgram,
  FIRST_UNICODE_WORD,
  MAX_PROGRAM,
  onAscii,
  type Program,
  programBound,
  withoutSaves,
} from "./program.ts";
import { parsePattern } from "./syntax.ts";

/**
 * The engine that wirewall uses unless told otherwise: the whole reference dialect, in linear time, without
 * dependencies. Comparisons with literals stay comparisons, and patterns that are proved to need few steps run on the
 * platform's RegExp; everything else is a lazily built automaton.
 */
export const automatonEngine: PatternEngine = {
  name: "automaton",
  dialect: "full",
  compile(source: string): PatternResult {
    const parsed = parsePattern(source);
    if (!parsed.ok) return parsed;
    const tree = parsed.value;
    const pattern = new AutomatonPattern(source, tree);
    // What answers without its program is not compiled, unless to find out whether it is too large.
    if (pattern.isShort && programBound(tree) <= MAX_PROGRAM) return { ok: true, pattern };
    const compiled = attempt(() => pattern.prepare());
    return compiled.ok ? { ok: true, pattern } : compiled;
  },
};

function hasAny(subject: string, needles: readonly string[]): boolean {
  for (let at = 0; at < needles.length; at++) if (subject.includes(needles[at]!)) return true;
  return false;
}

/** Longer subjects never reach the platform, so that no stack of its own can fill up, whatever its version. */
const MAX_PLATFORM_SUBJECT = 1 << 18;

/** Most searches that go without the table after it did not pay; the number doubles each time. */
const MAX_PAUSE = 64;

interface Programs {
  readonly whole: Program;
  /** Without groups. */
  readonly searched: Program;
  readonly judgesCharacters: boolean;
}

function programsOf(tree: PatternTree): Programs {
  const whole = compileProgram(tree);
  return {
    whole,
    searched: tree.groupCount === 0 ? whole : withoutSaves(whole),
    judgesCharacters: whole.assertions >> FIRST_UNICODE_WORD !== 0,
  };
}

class AutomatonPattern implements CompiledPattern {
  readonly source: string;
  readonly engine = "automaton";
  readonly groupCount: number;
  readonly #wholeUnicode: boolean;
  /** Until the programs are there. */
  #tree: PatternTree | undefined;
  /** Answers for the whole pattern, without an automaton. */
  readonly #literal: SubjectTest | undefined;
  readonly #bounded: RegExp | undefined;
  /** Without any of these nothing matches; empty: no such strings. */
  readonly #needles: readonly string[];
  #programs: Programs | undefined;
  #dfa: LazyDfa | undefined;
  #nfa: NfaSearch | undefined;
  #pause = 0;
  #paused = 0;

  constructor(source: string, tree: PatternTree) {
    this.source = source;
    this.groupCount = tree.groupCount;
    this.#wholeUnicode = tree.wholeUnicode;
    this.#tree = tree;
    const form = literalForm(tree);
    this.#literal = form === undefined ? undefined : literalTest(form);
    this.#bounded = form === undefined ? boundedRegExp(tree) : undefined;
    // An anchored search ends at the first byte that does not fit, long before a needle would be missed.
    const seeks = form === undefined && this.#bounded === undefined && !startsAtText(tree);
    this.#needles = seeks ? needlesOf(tree) : [];
  }

  /** Whether only long subjects and searches for groups need the program. */
  get isShort(): boolean {
    return this.#literal !== undefined || this.#bounded !== undefined;
  }

  /** Compiles the programs unless they are there. Refuses what grows too large. */
  prepare(): Programs {
    if (this.#programs === undefined) {
      this.#programs = programsOf(this.#tree!);
      this.#tree = undefined;
    }
    return this.#programs;
  }

  test(subject: string, budget?: Budget): boolean {
    if (this.#literal !== undefined) {
      if (budget !== undefined && !budget.spend(subject.length)) return false;
      return this.#literal(subject);
    }
    if (this.#bounded !== undefined && subject.length <= MAX_PLATFORM_SUBJECT) {
      if (budget !== undefined && !budget.spend(subject.length)) return false;
      return this.#bounded.test(subject);
    }
    if (this.#needles.length > 0 && !hasAny(subject, this.#needles)) {
      budget?.spend(subject.length);
      return false;
    }
    if (this.#wholeUnicode && !isUtf8(subject)) {
      budget?.spend(subject.length);
      return false;
    }
    return this.#search(subject, budget);
  }

  #search(subject: string, budget: Budget | undefined): boolean {
    const { searched, judgesCharacters } = this.prepare();
    if (this.#paused > 0) this.#paused--;
    else if (!judgesCharacters || isAscii(subject)) {
      this.#dfa ??= new LazyDfa(judgesCharacters ? onAscii(searched) : searched);
      const found = this.#dfa.test(subject, budget);
      if (found !== undefined) {
        this.#pause >>= 1;
        return found;
      }
      this.#pause = Math.min(MAX_PAUSE, Math.max(1, this.#pause * 2));
      this.#paused = this.#pause;
    }
    this.#nfa ??= new NfaSearch(searched);
    return this.#nfa.test(subject, budget);
  }

  exec(subject: string, budget?: Budget): readonly number[] | undefined {
    // Most subjects do not match, and the test is far cheaper than the search for groups.
    if (!this.test(subject, budget)) return undefined;
    return findMatch(this.prepare().whole, subject, budget);
  }

  /** Drops the tables; they are built anew when the pattern is used again. */
  dispose(): void {
    this.#dfa = undefined;
    this.#nfa = undefined;
  }
}
