import type { Budget } from "../values/budget.ts";
import type { LiteralForm } from "./analysis.ts";

/** Bytes that the platform's search for literals looks at in the time of one step of an automaton (measured: 20 to 60). */
export const SEARCHED_PER_STEP = 16;

/** Common properties of all subjects that a pattern matches. */
export interface PatternDemands {
  /** The comparison with a literal that the pattern comes down to; undefined when it is more than that. */
  readonly form: LiteralForm | undefined;
  /** Lower-case strings of which the subject, in lower case, contains one; undefined when none are telling. */
  readonly required: readonly string[] | undefined;
}

/** A compiled regular expression over byte strings. Matching is linear in the subject's length. */
export interface CompiledPattern {
  /** The pattern's text as given. */
  readonly source: string;
  /** Name of the engine that made it. */
  readonly engine: string;
  /** Literals that the index of rules may look up before it runs the pattern; absent: none. */
  readonly demands?: PatternDemands;
  /** Whether the pattern matches anywhere in the subject. Never throws; false once the budget is exhausted. */
  test(subject: string, budget?: Budget): boolean;
  /**
   * Whether no part of a text can match, which a search for literals shows: one pass over many subjects joined together
   * spares a test of each. Absent, or false: nothing is known.
   *
   * @param folded the text in lower case.
   */
  lacks?(text: string, folded: string): boolean;
  /**
   * Offsets of the first match, leftmost-first: `[start, end, start1, end1, …]` with -1 for groups that did not
   * take part; undefined when nothing matches.
   */
  exec(subject: string, budget?: Budget): readonly number[] | undefined;
  /** Capturing groups, without the whole match. */
  readonly groupCount: number;
  /** Frees what the engine holds outside the JavaScript heap; using the pattern afterwards is a misuse. */
  dispose(): void;
}

/** Why a pattern was refused. Offsets are UTF-16 offsets into the pattern's text. */
export interface PatternFault {
  /** Which kind of fault. */
  readonly code: "E_INVALID_REGEX" | "E_REGEX_LIMIT" | "E_REGEX_PORTABILITY";
  /** The fault, for the author of the pattern. */
  readonly message: string;
  /** Where the fault begins. */
  readonly start: number;
  /** Where it ends, exclusive. */
  readonly end: number;
  /** The replacement text, if it is known. */
  readonly hint?: string;
}

/** A compiled pattern, or why there is none. */
export type PatternResult =
  | { readonly ok: true; readonly pattern: CompiledPattern }
  | { readonly ok: false; readonly fault: PatternFault };

/**
 * A regular-expression engine. It must match in linear time, whatever the pattern and the subject.
 *
 * `compile` takes the pattern as the rule author wrote it: Unicode text in the reference dialect
 * (semantics.md#regular-expressions). Subjects are byte strings.
 */
export interface PatternEngine {
  /** Name for messages and benchmarks. */
  readonly name: string;
  /**
   * `full`: the whole reference dialect. `portable`: the subset that RE2 engines read the same way
   * (semantics.md#portable-dialect).
   */
  readonly dialect: "full" | "portable";
  /** Compiles a pattern. Never throws on account of its text. */
  compile(pattern: string): PatternResult;
}
