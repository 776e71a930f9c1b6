import type { RateLimitVerdict } from "../../rules/ratelimit/rate-limiter.ts";
import type { DecisionHeaders } from "./decision.ts";

/** Which headers describe rate limits to clients. */
export type RateLimitHeaders = "ratelimit" | "x-ratelimit" | "both" | "none";

/** Names of the styles, for the check of options. */
export const RATE_LIMIT_HEADERS: readonly RateLimitHeaders[] = ["ratelimit", "x-ratelimit", "both", "none"];

/** A limit that clients see in headers. */
export interface ToldLimit {
  /** Names the policy. */
  readonly name: string;
  readonly verdict: Pick<
    RateLimitVerdict,
    "count" | "limit" | "period" | "resetsAt" | "isBan" | "step" | "quotas"
  >;
}

type Pairs = DecisionHeaders;

interface Policy {
  readonly name: string;
  readonly limit: number;
  /** Milliseconds. */
  readonly period: number;
  readonly remaining: number;
  readonly resetsAt: number;
}

/** Policies that one answer lists: clients need the tightest, and a head must not grow with the rules. */
const MAX_POLICIES = 8;
/** RFC 9651 §3.3.1: the largest Integer of a structured field. */
const MAX_INTEGER = 999_999_999_999_999;

/**
 * Header lines about limits: `RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 has them, the
 * tightest limit first, or `X-RateLimit-Limit`, `-Remaining` and `-Reset` (seconds since 1970) of the tightest.
 *
 * @param now milliseconds since 1970
 */
export function limitHeaders(limits: readonly ToldLimit[], style: RateLimitHeaders, now: number): Pairs {
  if (style === "none" || limits.length === 0) return [];
  const policies = limits
    .flatMap(policiesOf)
    .sort((left, right) => left.remaining / left.limit - right.remaining / right.limit)
    .slice(0, MAX_POLICIES);
  const [tightest] = policies;
  if (tightest === undefined) return [];
  const seconds = (time: number) => integer(Math.max(0, Math.ceil((time - now) / 1000)));
  const standard: Pairs = [
    [
      "ratelimit-policy",
      policies
        .map(
          ({ name, limit, period }) =>
            `${text(name)};q=${integer(limit)};w=${integer(Math.ceil(period / 1000))}`,
        )
        .join(", "),
    ],
    [
      "ratelimit",
      policies
        .map(
          ({ name, remaining, resetsAt }) => `${text(name)};r=${integer(remaining)};t=${seconds(resetsAt)}`,
        )
        .join(", "),
    ],
  ];
  const legacy: Pairs = [
    ["x-ratelimit-limit", integer(tightest.limit)],
    ["x-ratelimit-remaining", integer(tightest.remaining)],
    ["x-ratelimit-reset", integer(Math.ceil(Math.max(now, tightest.resetsAt) / 1000))],
  ];
  if (style === "ratelimit") return standard;
  return style === "x-ratelimit" ? legacy : [...standard, ...legacy];
}

/** One for each step; those after the first are named after the step. */
function policiesOf({ name, verdict }: ToldLimit): readonly Policy[] {
  const { quotas = [verdict], isBan, step = 0 } = verdict;
  return quotas.map(({ limit, period, count, resetsAt }, at) => {
    const isBanned = isBan === true && at === step;
    return {
      name: at === 0 ? name : `${name}.${at}`,
      limit,
      period,
      remaining: isBanned ? 0 : Math.max(0, Math.floor(limit - count)),
      resetsAt: isBanned ? verdict.resetsAt : resetsAt,
    };
  });
}

/** A String of structured fields (RFC 9651 §3.3.3), which holds printable ASCII alone. */
function text(name: string): string {
  return `"${name.replace(/[^ -~]/g, "?").replace(/["\\]/g, "\\$&")}"`;
}

function integer(value: number): string {
  return String(Math.min(MAX_INTEGER, value));
}
