import type { Layer } from "../../rules/ruleset/layers.ts";

/** Why a decision is what it is: a tree of phases, rulesets and rules. Plain data, bounded and redacted. */
export interface Explanation {
  /** Phases in order of evaluation. */
  readonly phases: readonly PhaseExplanation[];
  /** Findings of detectors in the request, for every decision; absent when no rule used them or nothing was found. */
  readonly evidence?: readonly EventEvidence[];
  /** True when parts were left out because the explanation reached its size limit. */
  readonly truncated: boolean;
}

/** The explanation of one phase. */
export interface PhaseExplanation {
  /** Name of the phase. */
  readonly phase: string;
  /** Set when the whole phase was skipped. */
  readonly skippedBy?: string;
  /** Entry points, in order of evaluation. */
  readonly rulesets: readonly RulesetExplanation[];
}

/** The explanation of one ruleset. */
export interface RulesetExplanation {
  /** Id of the ruleset. */
  readonly ruleset: string;
  /** Name of the ruleset. */
  readonly name: string;
  /** Version of the ruleset, when it has one. */
  readonly version?: string;
  /** Layer of the entry point from which the ruleset was reached. */
  readonly layer: Layer;
  /** Rules in order. */
  readonly rules: readonly RuleExplanation[];
}

/** The outcome of a rule; `not_reached`: the evaluation had ended before. */
export type RuleOutcome =
  | "matched"
  | "not_matched"
  | "skipped"
  | "disabled"
  | "expired"
  | "not_sampled"
  | "not_reached";

/** The outcome of one rule, with its reasons. */
export interface RuleExplanation {
  /** Stable reference of the rule. */
  readonly ref: string;
  /** Id of the rule. */
  readonly id: string;
  /** The action after overrides. */
  readonly action: string;
  /** The outcome of the rule. */
  readonly outcome: RuleOutcome;
  /** `ruleset/ref` of the rule that skipped this one. */
  readonly skippedBy?: string;
  /** Properties that an override changed: property name to what changed it, such as `rule`, `tag sqli`, `ruleset`. */
  readonly overriddenBy?: Readonly<Record<string, string>>;
  /** The rule was in shadow mode. */
  readonly shadow?: true;
  /** Conditions on which the result rests. */
  readonly because: readonly ReasonExplanation[];
  /** Of a rule that matched: the inputs that made it match, at most 16. */
  readonly inputs?: readonly MatchedInput[];
  /** Parts of the rule that could not be done as written, which inputs exceptions hid from it, and other remarks. */
  readonly notes: readonly string[];
  /** The ruleset that an `execute` ran, or would have run if it had not been skipped. */
  readonly executed?: RulesetExplanation;
}

/** One condition on which a rule's result rests. */
export interface ReasonExplanation {
  /** The condition as written. */
  readonly condition: string;
  /** Whether the condition was true. */
  readonly held: boolean;
  /** The field that the condition reads; absent when it reads none. */
  readonly field?: string;
  /** Index path after the field as written: `["host"][*]`. */
  readonly path?: string;
  /** The input that the value is from, when it is one among several. */
  readonly input?: InputReference;
  /** The actual value, printable, bounded and redacted; absent when there was none. */
  readonly actual?: string;
  /** Byte offsets of the evidence within the value. */
  readonly found?: readonly [start: number, end: number];
  /** The list item that contained the value. */
  readonly listItem?: { readonly list: string; readonly item: string; readonly description?: string };
}

/** A piece of evidence as events and explanations show it: printable, bounded, redacted. */
export interface EventEvidence {
  /** The kind of evidence: `sqli-union-select`; the managed rule `wc-sqli-union-select` acts on it. */
  readonly kind: string;
  readonly attack: string;
  /** Its points: 5 is enough alone, 1 is only noted. */
  readonly points: number;
  /** Field of the input in which it is, of several their map: `http.request.uri.args`. */
  readonly field: string;
  /** Name of that input; `""` when it has none. */
  readonly key: string;
  /** How its text was decoded, beyond the input's reader, step by step: `percent`, `base64`, `escapes` and others. */
  readonly views: readonly string[];
  /** Byte offsets of its start and end in the decoded text. */
  readonly span: readonly [start: number, end: number];
  /** Length of that text in bytes. */
  readonly length: number;
  /** That part of the text; absent when it is a secret, or a part of one. */
  readonly text?: string;
  /** The part is not shown, because it is a secret or a part of one. */
  readonly secret?: true;
  /** The finding, in a sentence. */
  readonly sentence: string;
}

/** An input of a request, as exceptions name it. */
export interface InputReference {
  /** The field that holds it, of several the Map: `http.request.uri.args`. */
  readonly field: string;
  /** Name of the argument, header, cookie or form field, or path of the JSON or XML value; absent when it has none. */
  readonly key?: string;
}

/** An input that made a rule match: printable, bounded, redacted. */
export interface MatchedInput extends InputReference {
  /** The condition as written, at most 200 characters. */
  readonly condition: string;
  /** The field that the condition reads, when it is another one: a list of values, or of what detectors found. */
  readonly read?: string;
  /**
   * How the input was transformed before it was tested, step by step: functions of the condition, such as `lower`, or, for what
   * detectors found, decoders such as `base64`. Empty: tested as the field has it.
   */
  readonly views: readonly string[];
  /** Byte offsets of the start and end of the match in the tested value; absent for numbers and other values without text. */
  readonly span?: readonly [start: number, end: number];
  /** Length of the tested value in bytes. */
  readonly length?: number;
  /** That part, at most 120 bytes of it, or the whole value; absent when it is a secret, or a part of one. */
  readonly text?: string;
  /** The part is not shown, because it is a secret or a part of one. */
  readonly secret?: true;
  /** The list item that contained the value. */
  readonly listItem?: { readonly list: string; readonly item: string; readonly description?: string };
}

/** An input that an exception can name exactly. */
export interface ExceptedInput {
  readonly field: string;
  readonly key?: string;
}
