import { namesOf } from "../../language/diagnostics/option-names.ts";

/** Bounds on what one evaluation may do and keep; see the request's and the language's limits for the others. */
export interface EngineLimits {
  /** How deep rulesets may execute one another; deeper targets are left out when the plan is built. */
  readonly maxExecuteDepth: number;
  /** Matches that a decision lists. Rules beyond it take effect too. */
  readonly maxMatches: number;
  /** Notes of one match. */
  readonly maxNotes: number;
  /** Rules that an explanation lists. */
  readonly maxExplainedRules: number;
  /** Reasons that an explanation gives for one rule. */
  readonly maxReasons: number;
  /** Labels of one request; further ones are left out, with a note. */
  readonly maxLabels: number;
  /** Variables of one request; further ones are left out, with a note. */
  readonly maxVariables: number;
  /** Bytes of a variable's value; the rest is cut off, with a note. */
  readonly maxVariableBytes: number;
}

/** The limits in force when an option does not replace them. */
export const DEFAULT_ENGINE_LIMITS: EngineLimits = Object.freeze({
  maxExecuteDepth: 4,
  maxMatches: 1000,
  maxNotes: 16,
  maxExplainedRules: 5000,
  maxReasons: 32,
  maxLabels: 64,
  maxVariables: 64,
  maxVariableBytes: 1024,
});

/** Names of the limits, for options that hold some of them. */
export const ENGINE_LIMIT_NAMES = namesOf(DEFAULT_ENGINE_LIMITS);

/** Steps that one request may cost, about one per byte that a matcher or parser looks at. */
export const DEFAULT_BUDGET = 10_000_000;
