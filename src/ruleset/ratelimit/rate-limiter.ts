import type { ExecutionContext } from "../../expression/scheme/execution-context.ts";
import type { MaybePromise } from "./counter-store.ts";

/** What a rate limit says of one request. */
export interface RateLimitVerdict {
  /** Whether the rule's action applies. */
  readonly limited: boolean;
  readonly count: number;
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly resetsAt: number;
  /** Set when the store failed; `limited` then follows the rule's `on_store_error`. */
  readonly storeError?: string;
}

/** A rule's rate limit, made ready for requests. */
export interface RateLimiter {
  /** Names of the request fields of which the key is made. */
  readonly characteristics: readonly string[];
  readonly limit: number;
  /** Seconds. */
  readonly period: number;
  /** Whether counting waits for the response. */
  readonly countsResponse: boolean;
  /** The rule's expression matched: counts the request (unless counting is the response's business) and judges it. */
  judge(context: ExecutionContext, now: number): MaybePromise<RateLimitVerdict>;
  /** For a counting expression of its own on the request side: counts whether or not the rule's expression matched. */
  count(context: ExecutionContext, now: number): MaybePromise<void>;
  /** Counts a response by the key that the request had; `context` sees request and response. */
  countResponse(context: ExecutionContext, now: number): MaybePromise<void>;
  /** Lets a client that passed a challenge begin anew. */
  forgive(context: ExecutionContext): MaybePromise<void>;
}
