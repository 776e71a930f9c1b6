import type { Explanation, RuleExplanation, RulesetExplanation } from "../../engine/decision/explanation.ts";

/** An explanation without the rules that did not match, and without what then has no rules. */
export function onlyMatched(explanation: Explanation): Explanation {
  const phases = explanation.phases
    .map((phase) => ({ ...phase, rulesets: phase.rulesets.flatMap(matchedIn) }))
    .filter(({ rulesets, skippedBy }) => rulesets.length > 0 || skippedBy !== undefined);
  return { ...explanation, phases };
}

function matchedIn(ruleset: RulesetExplanation): readonly RulesetExplanation[] {
  const rules = ruleset.rules.flatMap((rule): readonly RuleExplanation[] => {
    if (rule.outcome !== "matched") return [];
    const { executed, ...own } = rule;
    const [left] = executed === undefined ? [] : matchedIn(executed);
    return [left === undefined ? own : { ...own, executed: left }];
  });
  return rules.length === 0 ? [] : [{ ...ruleset, rules }];
}
