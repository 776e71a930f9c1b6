import type { Layer } from "../ruleset/layers.ts";

/** A rule, wherever a decision names one. Plain data. */
export interface RuleFacts {
  /** Stable reference chosen by the author; equals `id` when the author chose none. */
  readonly ref: string;
  /** Id of the rule. */
  readonly id: string;
  /** Id of the ruleset in which the rule is written. */
  readonly ruleset: string;
  /** Name of the phase. */
  readonly phase: string;
  /** Layer of the entry point. */
  readonly layer: Layer;
  /** The action after overrides. */
  readonly action: string;
  readonly description?: string;
  readonly message?: string;
  readonly severity?: string;
  readonly categories?: readonly string[];
  readonly references?: readonly string[];
  readonly version?: string;
  /** No rule: the `default_action` of {@link ruleset}, which decides what no rule of the phase has decided. */
  readonly isDefault?: true;
  /** Whether it is mandatory: no rule of a lower layer keeps it from running; absent for other rules. */
  readonly mandatory?: true;
}
