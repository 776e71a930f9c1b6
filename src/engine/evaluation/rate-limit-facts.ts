import type { RulePlan } from "../../rules/plan/plan.ts";
import { networkTexts } from "../../rules/ratelimit/networks.ts";
import type { RateLimiter, RateLimitVerdict } from "../../rules/ratelimit/rate-limiter.ts";
import type { RateLimitFacts, RateLimitStatus } from "../decision/decision.ts";
import type { ToldLimit } from "../decision/limit-headers.ts";

/** A limit that has judged a request. */
export interface JudgedLimit {
  readonly rule: RulePlan;
  readonly verdict: RateLimitVerdict;
  readonly isShadow: boolean;
}

/** What a match shows of a rate limit's verdict, at a time in milliseconds since 1970. */
export function rateLimitFacts(
  limiter: Pick<RateLimiter, "ipv6PrefixLength">,
  verdict: RateLimitVerdict,
  now: number,
): RateLimitFacts {
  const { count, limit, period, resetsAt, retryAt = resetsAt, networks, step, isBan } = verdict;
  return {
    count,
    limit,
    period: period / 1000,
    resetsAt,
    retryAfter: Math.max(0, Math.ceil((retryAt - now) / 1000)),
    ...(step === undefined ? {} : { step }),
    ...(isBan === undefined ? {} : { banned: isBan }),
    ...(networks === undefined ? {} : { networks: networkTexts(networks, limiter.ipv6PrefixLength) }),
  };
}

/** What a decision shows of the limits that have judged a request. */
export function rateLimitStatuses(limits: readonly JudgedLimit[], now: number): readonly RateLimitStatus[] {
  return limits.flatMap(({ rule: { facts, limiter }, verdict }) =>
    limiter === undefined
      ? []
      : [
          {
            rule: facts,
            limited: verdict.limited,
            remaining: verdict.isBan === true ? 0 : Math.max(0, Math.floor(verdict.limit - verdict.count)),
            ...rateLimitFacts(limiter, verdict, now),
          },
        ],
  );
}

/** The limits of which clients are told: those that refuse requests, unless a rule says otherwise. */
export function toldLimits(limits: readonly JudgedLimit[]): readonly ToldLimit[] {
  return limits.flatMap(({ rule, verdict, isShadow }) => {
    const isTold = !isShadow && rule.refuses && rule.limiter?.plan.isTold === true;
    return isTold && verdict.storeError === undefined ? [{ name: rule.facts.ref, verdict }] : [];
  });
}
