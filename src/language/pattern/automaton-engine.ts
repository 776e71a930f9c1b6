import type { Budget } from "../values/budget.ts";
import { isAscii, isUtf8 } from "../values/bytes.ts";
import type { PatternTree } from "./ast.ts";
import {
  type CompiledPattern,
  type PatternDemands,
  type PatternEngine,
  type PatternResult,
  SEARCHED_PER_STEP,
} from "./engine.ts";
import { factsOf, isShort, type PatternFacts, searchNeedles } from "./facts.ts";
import { attempt } from "./fault.ts";
import { LazyDfa } from "./lazy-dfa.ts";
import { literalTest, type SubjectTest } from "./literal-test.ts";
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
 * The default engine of wirewall: the whole reference dialect, in linear time, without
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
    const facts = factsOf(tree);
    const pattern = new AutomatonPattern(source, facts);
    const bound = programBound(tree);
    if (bound <= MAX_LATER || (isShort(facts) && bound <= MAX_PROGRAM)) return { ok: true, pattern };
    const built = attempt(() => pattern.prepare(tree));
    return built.ok ? { ok: true, pattern } : built;
  },
};

/** The same engine for patterns of which some are known: those are read when they are first searched for. */
export function automatonEngineKnowing(known: (source: string) => PatternFacts | undefined): PatternEngine {
  return {
    ...automatonEngine,
    compile(source) {
      const facts = known(source);
      return facts === undefined
        ? automatonEngine.compile(source)
        : { ok: true, pattern: new AutomatonPattern(source, facts) };
    },
  };
}

/**
 * Instructions of a program that is built when the pattern is first searched for, in a fraction of a millisecond: of the
 * hundreds of patterns that a ruleset has, the index lets few come to that. Longer ones are built with the rule, also to
 * find out whether they are too large.
 */
const MAX_LATER = 2048;

function hasAny(subject: string, needles: readonly string[]): boolean {
  // Indexed: the iterator of `for … of` makes a search of a short subject a tenth slower (measured).
  for (let at = 0; at < needles.length; at++) if (subject.includes(needles[at]!)) return true;
  return false;
}

/** Longer subjects never reach the platform, so that no stack of its own can fill up, whatever its version. */
const MAX_PLATFORM_SUBJECT = 1 << 18;

/** Most searches that go without the table after it did not pay; the number doubles each time. */
const MAX_PAUSE = 64;

/** Compiled parts that a search needs. */
interface Built {
  readonly whole: Program;
  /** Without groups. */
  readonly searched: Program;
  readonly judgesCharacters: boolean;
}

function builtFrom(tree: PatternTree): Built {
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
  readonly demands: PatternDemands;
  readonly #facts: PatternFacts;
  readonly #wholeUnicode: boolean;
  /** Answers for the whole pattern, without an automaton. */
  readonly #literal: SubjectTest | undefined;
  readonly #bounded: RegExp | undefined;
  /** Found at the first search unless they are known before: where none is in a subject, no program is built. */
  #needles: readonly string[] | undefined;
  #built: Built | undefined;
  #dfa: LazyDfa | undefined;
  #nfa: NfaSearch | undefined;
  #pause = 0;
  #paused = 0;

  constructor(source: string, facts: PatternFacts) {
    const { groupCount, wholeUnicode, form, required, bounded, needles } = facts;
    this.source = source;
    this.#facts = facts;
    this.groupCount = groupCount;
    this.#wholeUnicode = wholeUnicode;
    this.#literal = form === undefined ? undefined : literalTest(form);
    this.#bounded = bounded === undefined ? undefined : new RegExp(bounded);
    this.#needles = needles;
    this.demands = { form, required };
  }

  /**
   * Builds what a search needs unless it is there. Refuses what grows too large.
   *
   * @param tree what the source reads as, where it is at hand. It is not kept: it weighs more than what is made of it.
   */
  prepare(tree = this.#read()): Built {
    this.#findNeedles(tree);
    this.#built ??= builtFrom(tree);
    return this.#built;
  }

  #findNeedles(tree = this.#read()): readonly string[] {
    this.#needles ??= searchNeedles(tree, this.#facts);
    return this.#needles;
  }

  #read(): PatternTree {
    const parsed = parsePattern(this.source);
    if (!parsed.ok) throw new Error("unreachable: this pattern was read before");
    return parsed.value;
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
    const needles = this.#needles ?? this.#findNeedles();
    if (needles.length > 0 && !hasAny(subject, needles)) {
      budget?.spend(Math.ceil(subject.length / SEARCHED_PER_STEP));
      return false;
    }
    if (this.#wholeUnicode && !isUtf8(subject)) {
      budget?.spend(subject.length);
      return false;
    }
    return this.#search(this.#built ?? this.prepare(), subject, budget);
  }

  lacks(text: string, folded: string): boolean {
    const { required } = this.demands;
    if (required !== undefined && !hasAny(folded, required)) return true;
    if (this.#literal !== undefined || this.#bounded !== undefined) return false;
    const needles = this.#needles ?? this.#findNeedles();
    return needles.length > 0 && !hasAny(text, needles);
  }

  #search({ searched, judgesCharacters }: Built, subject: string, budget: Budget | undefined): boolean {
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
    return findMatch((this.#built ?? this.prepare()).whole, subject, budget);
  }

  /** Drops the tables; they are built anew when the pattern is used again. */
  dispose(): void {
    this.#dfa = undefined;
    this.#nfa = undefined;
  }
}
