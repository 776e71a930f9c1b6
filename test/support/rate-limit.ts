import type { Result } from "./source/language/diagnostics.ts";
import {
  Limiter,
  type LimiterServices,
  type PlanServices,
  planRateLimit,
  type RateLimiter,
  type RateLimitRule,
  StoreWaits,
} from "./source/rules/ratelimit.ts";
import type { RateLimitDocument } from "./source/rules/ruleset.ts";

export interface RateLimitServices
  extends Omit<PlanServices, "knowsCached">,
    Omit<LimiterServices, "waits">,
    Partial<Pick<LimiterServices, "waits">> {}

/** The rate limit of one rule with its store, as a firewall makes it. */
export function compileRateLimit(
  rule: RateLimitRule,
  document: RateLimitDocument,
  services: RateLimitServices,
): Result<RateLimiter> {
  const knowsCached = services.servedFromCache !== undefined;
  const planned = planRateLimit(rule, document, { ...services, knowsCached });
  return planned.ok
    ? { ...planned, value: new Limiter(planned.value, { waits: new StoreWaits(1000), ...services }) }
    : planned;
}
