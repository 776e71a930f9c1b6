// On the request path of requests that reach a rate limit: its part of the decision.

import type { RulePlan } from "../../rules/plan/plan.ts";
import type { RateLimitVerdict } from "../../rules/ratelimit/rate-limiter.ts";
import type { DecisionHeaders, RateLimitStatus } from "../decision/decision.ts";
import { limitHeaders, type RateLimitHeaders } from "../decision/limit-headers.ts";
import { type JudgedLimit, rateLimitStatuses, toldLimits } from "./rate-limit-facts.ts";

/** Rate limits as a decision lists them. */
export interface LimitFacts {
  readonly statuses: readonly RateLimitStatus[];
  readonly headers: DecisionHeaders;
}

/** Limits of one request that its decision lists. */
const MAX_LIMITS = 64;

const NO_HEADERS: DecisionHeaders = Object.freeze([]);

/** Limits that have evaluated one request. One per evaluation. */
export class MetLimits {
  #limits: JudgedLimit[] | undefined;

  reset(): void {
    this.#limits = undefined;
  }

  add(rule: RulePlan, verdict: RateLimitVerdict, isShadow: boolean): void {
    this.#limits ??= [];
    if (this.#limits.length < MAX_LIMITS) this.#limits.push({ rule, verdict, isShadow });
  }

  /** Undefined when there are none. */
  facts(style: RateLimitHeaders, now: number): LimitFacts | undefined {
    const limits = this.#limits;
    if (limits === undefined) return undefined;
    const headers = style === "none" ? NO_HEADERS : limitHeaders(toldLimits(limits), style, now);
    return { statuses: rateLimitStatuses(limits, now), headers };
  }
}
