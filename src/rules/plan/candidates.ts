import type { EvaluationContext } from "../../language/scheme/execution-context.ts";

/**
 * Answers which rules of one ruleset may match a request, in the order of the ruleset. Every rule that does match is
 * among them; a candidate's filter still has to be evaluated.
 */
export interface CandidateSource {
  /** Rules of the ruleset. */
  readonly size: number;
  /**
   * Begins a walk. Field values are frozen while it lasts. Walks may be nested and may overlap (one waits for a store
   * while another request is evaluated), so each has its own cursor; cursors are pooled.
   */
  open(context: EvaluationContext): CandidateCursor;
}

export interface CandidateCursor {
  /** Position of the next candidate in the ruleset, or -1 after the last. */
  next(): number;
  /** Ends the walk and gives the cursor back; it must not be used afterwards. */
  close(): void;
}

/** Makes the source for the filters of a ruleset's rules, in their order. */
export type CandidateSourceFactory = (rules: readonly CandidateRule[]) => CandidateSource;

/** The part of a rule that a source reads. */
export interface CandidateRule {
  /** The compiled filter; undefined for a rule that is never evaluated. */
  readonly filter: import("../../language/compile/compile.ts").Filter | undefined;
}
