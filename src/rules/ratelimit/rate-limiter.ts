import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Ip6 } from "../../language/values/value.ts";
import type { MaybePromise } from "./counter-store.ts";
import type { LimiterPlan } from "./limiter-plan.ts";

/** How far one limit is used up. */
export interface Quota {
  readonly limit: number;
  /** Milliseconds. */
  readonly period: number;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly resetsAt: number;
}

/** The result of a rate limit for one request. */
export interface RateLimitVerdict {
  /** Whether the rule's action applies. */
  readonly limited: boolean;
  readonly count: number;
  readonly limit: number;
  /** Milliseconds. */
  readonly period: number;
  /** The step that is exceeded, counted from 1; absent: none, or only the limit itself. */
  readonly step?: number;
  /** Of each step, when there are several. */
  readonly quotas?: readonly Quota[];
  /** A mitigation is in force; `resetsAt` is its end. */
  readonly isBan?: true;
  /** Milliseconds since 1970 at which the count will be 0, or the mitigation will end. */
  readonly resetsAt: number;
  /** Milliseconds since 1970 from which the client may retry, for `Retry-After`; absent: `resetsAt`. */
  readonly retryAt?: number;
  /** Set when the store failed; `limited` then follows the rule's `on_store_error`. */
  readonly storeError?: string;
  /** IPv6 networks that were counted instead of addresses; absent: none. */
  readonly networks?: readonly Ip6[] | undefined;
}

/**
 * A rule's rate limit, ready for requests.
 *
 * For every request that reaches the rule, the engine calls {@link judge} if the rule's expression matched, else {@link
 * count}; afterwards {@link countLater} when there is a decision and when there is a response. A context may serve one
 * request after another.
 */
export interface RateLimiter {
  /** Names of the request fields in the key. */
  readonly characteristics: readonly string[];
  /** Every field that it reads, of the request and of the response: the engine waits for those that arrive late. */
  readonly fields: readonly FieldDefinition[];
  readonly limit: number;
  /** Seconds. */
  readonly period: number;
  /** Bits of an IPv6 address that distinguish clients. */
  readonly ipv6PrefixLength: number;
  /** Whether counting waits for the response. */
  readonly countsResponse: boolean;
  /** Whether it waits for the decision. */
  readonly countsDecision: boolean;
  readonly plan: LimiterPlan;
  /** Whether a counting expression of its own counts requests that the rule's expression does not match. */
  readonly countsUnmatched: boolean;
  /** The rule's expression matched: counts the request (unless it is counted at the response) and checks the limit. */
  judge(context: ExecutionContext, now: number): MaybePromise<RateLimitVerdict>;
  /**
   * The rule's expression did not match: counts by a counting expression of its own, or keeps the data of the request
   * that counting at the response needs. Does nothing unless {@link countsUnmatched}.
   *
   * @returns the failure of the store, if any.
   */
  count(context: ExecutionContext, now: number): MaybePromise<string | undefined>;
  /**
   * Counts a decision or a response by the key, the cost and the field values that the request had when it was
   * evaluated, regardless of later rewrites; `context` sees request, decision and response.
   *
   * @param isAnswered whether the wait is for a response: it has a timeout of its own.
   * @returns false: it does not count, so far; else the failure of the store, if any.
   */
  countLater(
    context: ExecutionContext,
    now: number,
    isAnswered: boolean,
  ): MaybePromise<string | undefined> | false;
  /**
   * Resets the counters of a client that passed a challenge.
   *
   * @returns the failure of the store, if any.
   */
  forgive(context: ExecutionContext): MaybePromise<string | undefined>;
}
