import type { AnyDecision } from "./decision.ts";
import type { RuleExplanation, RulesetExplanation } from "./explanation.ts";

/** The place of a rule in an explanation, and its outcome. */
export interface ExplainedRule {
  /** Name of the phase. */
  readonly phase: string;
  /** Id of the ruleset that contains the rule. */
  readonly ruleset: string;
  /** The outcome of the rule. */
  readonly rule: RuleExplanation;
  /** Rules that executed the ruleset, the outermost first. */
  readonly executedBy: readonly RuleExplanation[];
}

/**
 * Why a rule did or did not match: everything that a traced decision knows about it. A rule that runs in several
 * places is listed once for each.
 *
 * @param ref the rule's ref or id, or `ruleset/ref`.
 * @returns nothing for a decision that was not traced, or for a rule that no executed ruleset holds.
 */
export function explain(decision: Pick<AnyDecision, "explanation">, ref: string): readonly ExplainedRule[] {
  const found: ExplainedRule[] = [];
  const visit = (phase: string, ruleset: RulesetExplanation, executedBy: readonly RuleExplanation[]) => {
    for (const rule of ruleset.rules) {
      const names = [rule.ref, rule.id, `${ruleset.ruleset}/${rule.ref}`, `${ruleset.ruleset}/${rule.id}`];
      if (names.includes(ref)) found.push({ phase, ruleset: ruleset.ruleset, rule, executedBy });
      if (rule.executed !== undefined) visit(phase, rule.executed, [...executedBy, rule]);
    }
  };
  for (const { phase, rulesets } of decision.explanation?.phases ?? []) {
    for (const ruleset of rulesets) visit(phase, ruleset, []);
  }
  return found;
}
