import type { Expressions } from "../../language/compile/expressions.ts";
import type { Result } from "../../language/diagnostics/diagnostic.ts";
import { wholeNumber } from "../../language/diagnostics/option-values.ts";
import { WafRequest } from "../../request/model/request.ts";
import type { LimitUse } from "../../rules/plan/build-plan.ts";
import { planRateLimit } from "../../rules/ratelimit/compile.ts";
import type { CounterStore } from "../../rules/ratelimit/counter-store.ts";
import { Limiter, type LimiterPlan } from "../../rules/ratelimit/limiter.ts";
import { MemoryCounterStore } from "../../rules/ratelimit/memory-store.ts";
import type { RateLimiter } from "../../rules/ratelimit/rate-limiter.ts";
import { MAX_WAIT } from "../../rules/ratelimit/wait.ts";
import type { WafOptions } from "../options/options.ts";

/** What one firewall adds to the rate limits of rules: its counters. */
export interface Limiters {
  /** Whether the host tells which responses come from a cache. */
  readonly knowsCached: boolean;
  readonly make: (plan: LimiterPlan) => RateLimiter;
}

/** Compiles the rate limit of a rule, for whatever firewall. */
export function planLimit(
  { ruleset, rule, phase, limit }: LimitUse,
  expressions: Expressions,
  knowsCached: boolean,
): Result<LimiterPlan> {
  return planRateLimit({ ruleset: ruleset.id, ref: rule.ref }, limit, {
    scheme: expressions.narrowed(phase.scheme),
    responseScheme: expressions.narrowed("response"),
    compile: expressions.options,
    knowsCached,
  });
}

/** The limiters of a firewall, all of them on its store. */
export function limitersOf({ counters, servedFromCache, storeTimeout }: WafOptions): Limiters {
  if (storeTimeout !== undefined) wholeNumber("storeTimeout", storeTimeout, 1, MAX_WAIT);
  let store: CounterStore | undefined = counters;
  return {
    knowsCached: servedFromCache !== undefined,
    make(plan) {
      // Most firewalls of many have no rate limit.
      store ??= new MemoryCounterStore();
      return new Limiter(plan, {
        store,
        storeTimeout,
        servedFromCache:
          servedFromCache &&
          (({ request }) => {
            const response = request instanceof WafRequest ? request.view.response : undefined;
            return response === undefined ? undefined : servedFromCache(response);
          }),
      });
    },
  };
}
