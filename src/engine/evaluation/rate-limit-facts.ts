import type { RulePlan } from "../../rules/plan/plan.ts";
import { networkTexts } from "../../rules/ratelimit/networks.ts";
import type { RateLimiter, RateLimitVerdict } from "../../rules/ratelimit/rate-limiter.ts";
import type { RateLimitFacts, RateLimitStatus } from "../decision/decision.ts";
import type { ToldLimit } from "../decision/limit-headers.ts";

/** A limit that has evaluated a request. */
export interface JudgedLimit {
  readonly rule: RulePlan;
  readonly verdict: RateLimitVerdict;
  readonly isShadow: boolean;
}

/** The state of a rate limit as a match shows it, at a time in milliseconds since 1970. */
export function rateLimitFacts(
  limiter: Pick<RateLimiter, "ipv6PrefixLength">,
  verdict: RateLimitVerdict,
  now: number,
): RateLimitFacts {
  const { count, limit, period, resetsAt, retryAt = resetsAt, networks, step, isBan } = verdict;
  const retryAfter = secondsUntil(retryAt, now);
  const facts = { count, limit, period: period / 1000, resetsAt, retryAfter };
  if (step === undefined && isBan === undefined && networks === undefined) return facts;
  return {
    ...facts,
    ...(step === undefined ? {} : { step }),
    ...(isBan === undefined ? {} : { banned: isBan }),
    ...(networks === undefined ? {} : { networks: networkTexts(networks, limiter.ipv6PrefixLength) }),
  };
}

function secondsUntil(time: number, now: number): number {
  return Math.max(0, Math.ceil((time - now) / 1000));
}

/** The limits that have evaluated a request, as a decision shows them. */
export function rateLimitStatuses(limits: readonly JudgedLimit[], now: number): readonly RateLimitStatus[] {
  const statuses: RateLimitStatus[] = [];
  for (const { rule, verdict } of limits) {
    const { facts, limiter } = rule;
    if (limiter === undefined) continue;
    const { limited, isBan, limit, count } = verdict;
    const remaining = isBan === true ? 0 : Math.max(0, Math.floor(limit - count));
    const { period, resetsAt, retryAt = resetsAt, networks, step } = verdict;
    const isPlain = step === undefined && isBan === undefined && networks === undefined;
    statuses.push(
      isPlain
        ? {
            rule: facts,
            limited,
            remaining,
            count,
            limit,
            period: period / 1000,
            resetsAt,
            retryAfter: secondsUntil(retryAt, now),
          }
        : { rule: facts, limited, remaining, ...rateLimitFacts(limiter, verdict, now) },
    );
  }
  return statuses;
}

/** The limits that are reported to clients: those that refuse requests, unless a rule says otherwise. */
export function toldLimits(limits: readonly JudgedLimit[]): readonly ToldLimit[] {
  const told: ToldLimit[] = [];
  for (const { rule, verdict, isShadow } of limits) {
    const isTold = !isShadow && rule.refuses && rule.limiter?.plan.isTold === true;
    if (isTold && verdict.storeError === undefined) told.push({ name: rule.facts.ref, verdict });
  }
  return told;
}
