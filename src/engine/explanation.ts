import type { Layer } from "../ruleset/plan/facts.ts";

/** Why a decision is what it is: a tree of phases, rulesets and rules. Plain data, bounded and redacted. */
export interface Explanation {
  readonly phases: readonly PhaseExplanation[];
  /** True when parts were left out because the explanation reached its size limit. */
  readonly truncated: boolean;
}

export interface PhaseExplanation {
  readonly phase: string;
  /** Set when the whole phase was left out. */
  readonly skippedBy?: string;
  readonly rulesets: readonly RulesetExplanation[];
}

export interface RulesetExplanation {
  readonly ruleset: string;
  readonly name: string;
  readonly version?: string;
  readonly layer: Layer;
  readonly rules: readonly RuleExplanation[];
}

export type RuleOutcome =
  | "matched"
  | "not_matched"
  | "skipped"
  | "disabled"
  | "expired"
  | "not_sampled"
  | "not_reached";

export interface RuleExplanation {
  readonly ref: string;
  readonly id: string;
  readonly action: string;
  readonly outcome: RuleOutcome;
  /** `ruleset/ref` of the rule whose skip left this one out. */
  readonly skippedBy?: string;
  /** Properties that an override changed: property name to what changed it, such as `rule`, `tag sqli`, `ruleset`. */
  readonly overriddenBy?: Readonly<Record<string, string>>;
  /** The rule was in shadow mode. */
  readonly shadow?: true;
  /** Conditions on which the result rests. */
  readonly because: readonly ReasonExplanation[];
  readonly notes: readonly string[];
  /** What an `execute` ran. */
  readonly executed?: RulesetExplanation;
}

export interface ReasonExplanation {
  /** The condition as written. */
  readonly condition: string;
  readonly held: boolean;
  readonly field?: string;
  /** Index path behind the field as written: `["host"][*]`. */
  readonly path?: string;
  /** The actual value, printable, bounded and redacted; absent when there was none. */
  readonly actual?: string;
  /** Byte offsets of the evidence within the value. */
  readonly found?: readonly [start: number, end: number];
  /** The list item that contained the value. */
  readonly listItem?: { readonly list: string; readonly item: string; readonly description?: string };
}
