import type { LimiterPlan } from "../ratelimit/limiter-plan.ts";
import type { RateLimiter } from "../ratelimit/rate-limiter.ts";
import type { RuleDocument } from "../ruleset/document.ts";
import type { LaterLimit, PhasePlan, Plan, RuleLimit, RulePlan, RulesetPlan } from "./plan.ts";
import type { RuleWarning } from "./rule-places.ts";

/** Connects rate limits to the counters of one firewall. */
export interface LimiterFactory {
  make(plan: LimiterPlan): RateLimiter;
}

/** Gives the rules of a shared plan the limiters of one firewall. A plan without rate limits stays shared. */
export function bindLimits(
  plan: Plan,
  limiters: LimiterFactory,
): { readonly plan: Plan; readonly warnings: readonly RuleWarning[] } {
  if (!plan.hasLimits) return { plan, warnings: [] };
  const binder = new LimitBinder(limiters);
  const request = binder.phases(plan.request);
  const response = binder.phases(plan.response);
  const logging = binder.phases(plan.logging);
  const laterLimits = laterLimitsOf(request);
  const countsDecisions = [...laterLimits, ...laterLimitsOf(response)].some(
    ({ rule }) => rule.limit?.plan.countsDecision === true,
  );
  return {
    plan: Object.freeze({ ...plan, request, response, logging, laterLimits, countsDecisions }),
    warnings: binder.warnings,
  };
}

/** Limits that count outcomes by a separate expression, whether or not the rule's expression matches. */
function laterLimitsOf(request: readonly PhasePlan[]): readonly LaterLimit[] {
  const found: LaterLimit[] = [];
  const visit = (ruleset: RulesetPlan, place: Omit<LaterLimit, "rule">): void => {
    if (!ruleset.hasLimits) return;
    for (const rule of ruleset.rules) {
      const { enabled, limit, executed } = rule;
      if (!enabled) continue;
      if (executed !== undefined) visit(executed, { ...place, executedBy: [...place.executedBy, rule] });
      const { counting, countsDecision, countsResponse } = limit?.plan ?? {};
      if (counting !== undefined && (countsDecision === true || countsResponse === true))
        found.push({ ...place, rule });
    }
  };
  for (const phase of request) {
    for (const one of phase.entrypoints) visit(one, { phase, entrypoint: one, executedBy: [] });
  }
  return Object.freeze(found);
}

class LimitBinder {
  readonly warnings: RuleWarning[] = [];
  readonly #factory: LimiterFactory;
  readonly #limiters = new Map<RuleDocument, RateLimiter>();
  readonly #bound = new Map<RulesetPlan, RulesetPlan>();

  constructor(factory: LimiterFactory) {
    this.#factory = factory;
  }

  phases(phases: readonly PhasePlan[]): readonly PhasePlan[] {
    return phases.map((phase) =>
      phase.hasLimits
        ? Object.freeze({ ...phase, entrypoints: phase.entrypoints.map((one) => this.bind(one)) })
        : phase,
    );
  }

  bind(ruleset: RulesetPlan): RulesetPlan {
    if (!ruleset.hasLimits) return ruleset;
    let bound = this.#bound.get(ruleset);
    if (bound === undefined) {
      bound = Object.freeze({ ...ruleset, rules: ruleset.rules.map((rule) => this.#rule(rule)) });
      this.#bound.set(ruleset, bound);
    }
    return bound;
  }

  #rule(rule: RulePlan): RulePlan {
    const { limit, executed, steps } = rule;
    if (limit === undefined && executed?.hasLimits !== true) return rule;
    const limiter = limit && this.#limiter(limit);
    return Object.freeze({
      ...rule,
      limiter,
      steps: steps?.map((step) => Object.freeze({ ...step, limiter })),
      executed: executed && this.bind(executed),
    });
  }

  /** A rule that runs in several places counts once. */
  #limiter({ rule, plan, warnings }: RuleLimit): RateLimiter {
    let limiter = this.#limiters.get(rule);
    if (limiter === undefined) {
      limiter = this.#factory.make(plan);
      this.#limiters.set(rule, limiter);
      for (const diagnostic of warnings) this.warnings.push({ rule, diagnostic });
    }
    return limiter;
  }
}
