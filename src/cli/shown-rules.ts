import type { AnyDecision } from "../engine/decision/decision.ts";
import { explain } from "../engine/decision/explain.ts";
import type { Explanation, RuleExplanation, RulesetExplanation } from "../engine/decision/explanation.ts";
import { didYouMean } from "../language/diagnostics/suggest.ts";

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

/** How many rules the second explanation leaves out of the first; undefined: none. */
export function leftOutText(whole: Explanation, shown: Explanation): string | undefined {
  const count = rulesIn(whole) - rulesIn(shown);
  if (count === 0) return undefined;
  return `${count === 1 ? "1 rule without a match is" : `${count} rules without a match are`} left out: \`--all\` names them, \`--rule REF\` says of one why`;
}

function rulesIn({ phases }: Explanation): number {
  const inRulesets = (rulesets: readonly RulesetExplanation[]): number =>
    rulesets.reduce(
      (sum, { rules }) =>
        sum +
        rules.reduce((of, { executed }) => of + 1 + (executed === undefined ? 0 : inRulesets([executed])), 0),
      0,
    );
  return inRulesets(phases.flatMap(({ rulesets }) => rulesets));
}

/** The rules of one ref, with what was found for them, whether they matched or not; undefined: the request met none. */
export function onlyNamed(decision: AnyDecision, ref: string): Explanation | undefined {
  const found = explain(decision, ref);
  if (found.length === 0) return undefined;
  const phases = found.map(({ phase, ruleset, rule }) => ({
    phase,
    rulesets: [{ ruleset, name: ruleset, layer: "zone" as const, rules: [rule] }],
  }));
  const refs = new Set(found.map(({ rule }) => rule.ref));
  const evidence = decision.explanation?.evidence?.filter(({ kind }) => refs.has(`wc-${kind}`)) ?? [];
  return { phases, evidence, truncated: false };
}

/** @param refs of rules that the request need not have met. */
export function noRuleText({ explanation }: AnyDecision, ref: string, refs: readonly string[] = []): string {
  const executed = explanation?.phases.flatMap(({ rulesets }) => rulesets.flatMap(refsIn)) ?? [];
  const hint = didYouMean(ref, new Set([...refs, ...executed]));
  return `no rule \`${ref}\` stands where this request came by${hint === undefined ? "" : `; ${hint}`}`;
}

/** Refs of a ruleset's rules, and of those that they execute. */
function refsIn({ rules }: RulesetExplanation): readonly string[] {
  return rules.flatMap(({ ref, executed }) => [ref, ...(executed === undefined ? [] : refsIn(executed))]);
}
