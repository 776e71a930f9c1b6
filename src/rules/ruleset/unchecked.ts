declare const unchecked: unique symbol;

/** A ruleset that the compiler accepts unchecked, made by the loader or by {@link uncheckedRuleset}. */
export interface UncheckedRuleset {
  readonly [unchecked]: true;
  /** Any text. Declared here so that the compiler reports a misspelt phase with the names of all phases. */
  readonly phase?: UncheckedPhase;
}

/** Any text, marked so that it does not make every text a phase. */
export type UncheckedPhase = string & { readonly [unchecked]: true };

/**
 * Data whose form is known at run time only, such as parsed JSON or rules with actions and phases of your own, as a
 * ruleset of a {@link WafConfig}. Nothing is checked here: the firewall checks it like any other.
 */
export function uncheckedRuleset<Ruleset>(ruleset: Ruleset): Ruleset & UncheckedRuleset {
  // The mark exists for the compiler only.
  return ruleset as Ruleset & UncheckedRuleset;
}
