import type { Result } from "../expression/source/diagnostic.ts";
import { WafRequest } from "../request/request.ts";
import type { LimitUse } from "../ruleset/plan/build-plan.ts";
import type { Expressions } from "../ruleset/plan/expressions.ts";
import { compileRateLimit } from "../ruleset/ratelimit/compile.ts";
import { MemoryCounterStore } from "../ruleset/ratelimit/memory-store.ts";
import type { RateLimiter } from "../ruleset/ratelimit/rate-limiter.ts";
import { type WafOptions, wholeNumber } from "./options.ts";

/** Milliseconds; runtimes take longer waits for none at all. */
const MAX_TIMER = 2_147_483_647;

export type LimiterMaker = (use: LimitUse, expressions: Expressions) => Result<RateLimiter>;

/** Makes the rate limits of rules ready, all of them on the firewall's store. */
export function limiterMaker({ counters, servedFromCache, storeTimeout }: WafOptions): LimiterMaker {
  if (storeTimeout !== undefined) wholeNumber("storeTimeout", storeTimeout, 1, MAX_TIMER);
  const store = counters ?? new MemoryCounterStore();
  return ({ ruleset, rule, phase, limit }, expressions) =>
    compileRateLimit({ ruleset: ruleset.id, ref: rule.ref }, limit, {
      scheme: expressions.narrowed(phase.scheme),
      responseScheme: expressions.narrowed("response"),
      store,
      ...(storeTimeout === undefined ? {} : { storeTimeout }),
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
