// On the request path of configurations whose rules read the response's body, once the request is evaluated.
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Budget } from "../../language/values/budget.ts";
import type { PhasePlan, RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import type { Effects } from "./effects.ts";
import type { Snapshot } from "./runtime.ts";

/** An evaluated request. */
export interface Judged {
  readonly snapshot: Snapshot;
  readonly effects: Effects;
  readonly context: ExecutionContext;
  readonly budget: Budget;
  readonly now: number;
}

/**
 * Whether a rule may still read the response's body, as far as the evaluated request tells.
 *
 * @param met limits that the request has reached and that count later.
 */
export function mayReadResponseBody(judged: Judged, met: readonly RulePlan[]): boolean {
  const { plan } = judged.snapshot;
  if (!plan.readsResponseBody) return false;
  const mayReadIn = (phase: PhasePlan): boolean => mayReadInPhase(phase, judged);
  return (
    met.some((rule) => rule.readsResponseBody) ||
    plan.response.some(mayReadIn) ||
    plan.logging.some(mayReadIn)
  );
}

function mayReadInPhase(phase: PhasePlan, judged: Judged): boolean {
  const { effects } = judged;
  if (!effects.mayEnter(phase)) return false;
  return phase.entrypoints.some(
    (one) => one.readsResponseBody && effects.skippedBy(one) === undefined && hasReader(one, judged),
  );
}

/** When the budget is used up, the remaining rules are unknown. */
function hasReader({ rules }: RulesetPlan, judged: Judged): boolean {
  const { context, budget, now } = judged;
  return rules.some(({ enabled, readsResponseBody, expiresAt, requestPart, executed }) => {
    const leadsToReader = readsResponseBody || executed?.readsResponseBody === true;
    if (!enabled || !leadsToReader || expiresAt <= now) return false;
    if (requestPart?.(context) === false && budget.remaining > 0) return false;
    return readsResponseBody || (executed !== undefined && hasReader(executed, judged));
  });
}
