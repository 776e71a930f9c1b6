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
  if (style === "none") return NO_PAIRS;
  let policies: Policy[] = [];
  for (const limit of limits) addPolicies(limit, policies);
  if (policies.length > 1) {
    policies.sort((left, right) => left.remaining / left.limit - right.remaining / right.limit);
    policies = policies.slice(0, MAX_POLICIES);
  }
  const [tightest] = policies;
  if (tightest === undefined) return NO_PAIRS;
  if (style === "ratelimit") return standardPairs(policies, now);
  const legacy = legacyPairs(tightest, now);
  return style === "x-ratelimit" ? legacy : [...standardPairs(policies, now), ...legacy];
}

/** Every answer may carry them: one pass, and nothing in between. */
function standardPairs(policies: readonly Policy[], now: number): Pairs {
  let policy = "";
  let state = "";
  for (const { name, limit, period, remaining, resetsAt } of policies) {
    const separator = policy === "" ? "" : ", ";
    const shown = text(name);
    const seconds = Math.max(0, Math.ceil((resetsAt - now) / 1000));
    policy += `${separator}${shown};q=${integer(limit)};w=${integer(Math.ceil(period / 1000))}`;
    state += `${separator}${shown};r=${integer(remaining)};t=${integer(seconds)}`;
  }
  return [
    ["ratelimit-policy", policy],
    ["ratelimit", state],
  ];
}

function legacyPairs({ limit, remaining, resetsAt }: Policy, now: number): Pairs {
  return [
    ["x-ratelimit-limit", integer(limit)],
    ["x-ratelimit-remaining", integer(remaining)],
    ["x-ratelimit-reset", integer(Math.ceil(Math.max(now, resetsAt) / 1000))],
  ];
}

const NO_PAIRS: Pairs = Object.freeze([]);

/** One for each step; those after the first are named after the step. */
function addPolicies({ name, verdict }: ToldLimit, policies: Policy[]): void {
  const { quotas, isBan, step = 0 } = verdict;
  if (quotas === undefined) {
    policies.push(policyOf(name, verdict, isBan === true && step === 0 ? verdict.resetsAt : undefined));
    return;
  }
  quotas.forEach((quota, at) => {
    const bannedUntil = isBan === true && at === step ? verdict.resetsAt : undefined;
    policies.push(policyOf(at === 0 ? name : `${name}.${at}`, quota, bannedUntil));
  });
}

function policyOf(
  name: string,
  {
    limit,
    period,
    count,
    resetsAt,
  }: Pick<Policy, "limit" | "period" | "resetsAt"> & { readonly count: number },
  bannedUntil: number | undefined,
): Policy {
  if (bannedUntil !== undefined) return { name, limit, period, remaining: 0, resetsAt: bannedUntil };
  return { name, limit, period, remaining: Math.max(0, Math.floor(limit - count)), resetsAt };
}

/** A String of structured fields (RFC 9651 §3.3.3), which holds printable ASCII alone. */
function text(name: string): string {
  // As most are.
  if (/^[\w .-]*$/.test(name)) return `"${name}"`;
  return `"${name.replace(/[^ -~]/g, "?").replace(/["\\]/g, "\\$&")}"`;
}

function integer(value: number): string {
  return String(Math.min(MAX_INTEGER, value));
}
