import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { MaybePromise } from "./counter-store.ts";

/** What a rate limit says of one request. */
export interface RateLimitVerdict {
  /** Whether the rule's action applies. */
  readonly limited: boolean;
  readonly count: number;
  readonly limit: number;
  /** Milliseconds since 1970 at which the count will have fallen to nothing, or the mitigation will end. */
  readonly resetsAt: number;
  /** Milliseconds since 1970 from which the client may come again, for `Retry-After`; absent: `resetsAt`. */
  readonly retryAt?: number;
  /** Set when the store failed; `limited` then follows the rule's `on_store_error`. */
  readonly storeError?: string;
}

/**
 * A rule's rate limit, made ready for requests.
 *
 * Of every request that reaches the rule, the engine tells by {@link judge} when the rule's expression matched and else
 * by {@link count}; afterwards by {@link countResponse} when there is a response. A context may serve one request after
 * another.
 */
export interface RateLimiter {
  /** Names of the request fields of which the key is made. */
  readonly characteristics: readonly string[];
  /** Every field that it reads, of the request and of the response: the engine waits for those that arrive late. */
  readonly fields: readonly FieldDefinition[];
  readonly limit: number;
  /** Seconds. */
  readonly period: number;
  /** Whether counting waits for the response. */
  readonly countsResponse: boolean;
  /** Whether a counting expression of its own counts requests that the rule's expression does not match. */
  readonly countsUnmatched: boolean;
  /** The rule's expression matched: counts the request (unless counting is the response's business) and judges it. */
  judge(context: ExecutionContext, now: number): MaybePromise<RateLimitVerdict>;
  /**
   * The rule's expression did not match: counts by a counting expression of its own, or keeps what the response's
   * counting needs to know of the request. Does nothing unless {@link countsUnmatched}.
   */
  count(context: ExecutionContext, now: number): MaybePromise<void>;
  /**
   * Counts a response by the key and the field values that the request had when it was judged, whatever was rewritten
   * since; `context` sees request and response.
   */
  countResponse(context: ExecutionContext, now: number): MaybePromise<void>;
  /** Lets a client that passed a challenge begin anew. */
  forgive(context: ExecutionContext): MaybePromise<void>;
}
