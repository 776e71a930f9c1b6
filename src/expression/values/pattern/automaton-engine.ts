import type { Budget } from "../budget.ts";
import { isAscii, isUtf8 } from "../bytes.ts";
import { literalForm, requiredLiterals, startsAtText } from "./analysis.ts";
import type { PatternTree } from "./ast.ts";
import type { CompiledPattern, PatternEngine, PatternResult } from "./engine.ts";
import { attempt } from "./fault.ts";
import { LazyDfa } from "./lazy-dfa.ts";
import { literalTest, type SubjectTest } from "./literal-test.ts";
import { NfaSearch } from "./nfa.ts";
import { findMatch } from "./pike.ts";
import { compileProgram, FIRST_UNICODE_WORD, onAscii, type Program, withoutSaves } from "./program.ts";
import { parsePattern } from "./syntax.ts";

/**
 * The engine that wirewall uses unless told otherwise: the whole reference dialect, in linear time, without
 * dependencies. Comparisons with literals stay comparisons; everything else is a lazily built automaton.
 */
export const automatonEngine: PatternEngine = {
  name: "automaton",
  dialect: "full",
  compile(source: string): PatternResult {
    const parsed = parsePattern(source);
    if (!parsed.ok) return parsed;
    const program = attempt(() => compileProgram(parsed.value));
    if (!program.ok) return program;
    return { ok: true, pattern: new AutomatonPattern(source, parsed.value, program.value) };
  },
};

/** Shorter literals are found too often to be worth a pass of their own. */
const MIN_SOUGHT_LITERAL = 3;
/** Most searches that go without the table after it did not pay; the number doubles each time. */
const MAX_PAUSE = 64;

class AutomatonPattern implements CompiledPattern {
  readonly source: string;
  readonly engine = "automaton";
  readonly groupCount: number;
  readonly #program: Program;
  readonly #searched: Program;
  readonly #wholeUnicode: boolean;
  readonly #literal: SubjectTest | undefined;
  /** A string without which nothing matches, or `""`. */
  readonly #needle: string;
  readonly #judgesCharacters: boolean;
  #dfa: LazyDfa | undefined;
  #nfa: NfaSearch | undefined;
  #pause = 0;
  #paused = 0;

  constructor(source: string, tree: PatternTree, program: Program) {
    this.source = source;
    this.groupCount = tree.groupCount;
    this.#program = program;
    this.#searched = tree.groupCount === 0 ? program : withoutSaves(program);
    this.#wholeUnicode = tree.wholeUnicode;
    const form = literalForm(tree);
    this.#literal = form === undefined ? undefined : literalTest(form);
    // An anchored search ends at the first byte that does not fit, long before a needle would be missed.
    const seeks = form === undefined && !startsAtText(tree);
    const required = seeks ? requiredLiterals(tree, MIN_SOUGHT_LITERAL) : undefined;
    this.#needle =
      required !== undefined && !required.caseInsensitive && required.literals.length === 1
        ? required.literals[0]!
        : "";
    this.#judgesCharacters = program.assertions >> FIRST_UNICODE_WORD !== 0;
  }

  test(subject: string, budget?: Budget): boolean {
    if (this.#literal !== undefined) {
      if (budget !== undefined && !budget.spend(subject.length)) return false;
      return this.#literal(subject);
    }
    if (this.#needle !== "" && !subject.includes(this.#needle)) {
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
    if (this.#paused > 0) this.#paused--;
    else if (!this.#judgesCharacters || isAscii(subject)) {
      this.#dfa ??= new LazyDfa(this.#judgesCharacters ? onAscii(this.#searched) : this.#searched);
      const found = this.#dfa.test(subject, budget);
      if (found !== undefined) {
        this.#pause >>= 1;
        return found;
      }
      this.#pause = Math.min(MAX_PAUSE, Math.max(1, this.#pause * 2));
      this.#paused = this.#pause;
    }
    this.#nfa ??= new NfaSearch(this.#searched);
    return this.#nfa.test(subject, budget);
  }

  exec(subject: string, budget?: Budget): readonly number[] | undefined {
    // Most subjects do not match, and the test is far cheaper than the search for groups.
    if (!this.test(subject, budget)) return undefined;
    return findMatch(this.#program, subject, budget);
  }

  /** Drops the tables; they are built anew when the pattern is used again. */
  dispose(): void {
    this.#dfa = undefined;
    this.#nfa = undefined;
  }
}
