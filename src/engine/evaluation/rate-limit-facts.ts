import { networkTexts } from "../../rules/ratelimit/networks.ts";
import type { RateLimiter, RateLimitVerdict } from "../../rules/ratelimit/rate-limiter.ts";
import type { RateLimitFacts } from "../decision/decision.ts";

/** What a match shows of a rate limit's verdict, at a time in milliseconds since 1970. */
export function rateLimitFacts(limiter: RateLimiter, verdict: RateLimitVerdict, now: number): RateLimitFacts {
  const { count, limit, resetsAt, retryAt = resetsAt, networks } = verdict;
  return {
    count,
    limit,
    period: limiter.period,
    resetsAt,
    retryAfter: Math.max(0, Math.ceil((retryAt - now) / 1000)),
    ...(networks === undefined ? {} : { networks: networkTexts(networks, limiter.ipv6PrefixLength) }),
  };
}
