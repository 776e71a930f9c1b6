import type { Result } from "../expression/source/diagnostic.ts";
import { WafRequest } from "../request/request.ts";
import type { LimitUse } from "../ruleset/plan/build-plan.ts";
import type { Expressions } from "../ruleset/plan/expressions.ts";
import { compileRateLimit } from "../ruleset/ratelimit/compile.ts";
import { MemoryCounterStore } from "../ruleset/ratelimit/memory-store.ts";
import type { RateLimiter } from "../ruleset/ratelimit/rate-limiter.ts";
import type { WafOptions } from "./options.ts";

export type LimiterMaker = (use: LimitUse, expressions: Expressions) => Result<RateLimiter>;

/** Makes the rate limits of rules ready, all of them on the firewall's store. */
export function limiterMaker({ counters, servedFromCache }: WafOptions): LimiterMaker {
  const store = counters ?? new MemoryCounterStore();
  return ({ ruleset, rule, phase, limit }, expressions) =>
    compileRateLimit({ ruleset: ruleset.id, ref: rule.ref }, limit, {
      scheme: expressions.narrowed(phase.scheme),
      responseScheme: expressions.narrowed("response"),
      store,
      compile: expressions.options,
      ...(servedFromCache === undefined
        ? {}
        : {
            servedFromCache: ({ request }) => {
              const response = request instanceof WafRequest ? request.view.response : undefined;
              return response === undefined ? undefined : servedFromCache(response);
            },
          }),
    });
}
