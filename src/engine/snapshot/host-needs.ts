import type { Plan, RulesetPlan } from "../../rules/plan/plan.ts";
import type { HostNeed } from "../decision/host-need.ts";

/** The capabilities that enabled rules need of the host. */
export function hostNeeds({ request, response }: Plan): readonly HostNeed[] {
  const needs: HostNeed[] = [];
  const seen = new Set<RulesetPlan>();
  const visit = (ruleset: RulesetPlan, isOfResponse: boolean): void => {
    if (seen.has(ruleset)) return;
    seen.add(ruleset);
    for (const { enabled, facts, changes, shadow, limit, executed } of ruleset.rules) {
      if (!enabled) continue;
      if (executed !== undefined) visit(executed, isOfResponse);
      else if (isOfResponse || limit?.plan.countsResponse === true)
        needs.push({ part: "response", rule: facts });
      // A rule on trial changes nothing.
      if (!shadow) for (const part of changes) needs.push({ part, rule: facts });
    }
  };
  for (const { entrypoints } of request) for (const one of entrypoints) visit(one, false);
  for (const { entrypoints } of response) for (const one of entrypoints) visit(one, true);
  return Object.freeze(needs);
}
