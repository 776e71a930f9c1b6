/** A value now, or later when it comes from a remote store. */
export type MaybePromise<T> = T | Promise<T>;

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

export type RateLimitAlgorithm = "fixed_window" | "sliding_window" | "token_bucket";

/** What a counter counts in; part of the identity of its stored state. */
export interface CounterWindow {
  readonly algorithm: RateLimitAlgorithm;
  /** Milliseconds. */
  readonly period: number;
  /** The most that one period lets through; a token bucket's capacity. */
  readonly limit: number;
  /**
   * The rule that counts, as the beginning of its keys has it: a store whose room is bounded shares it out by this. Absent:
   * counters that belong to no rule, which share as one.
   */
  readonly rule?: string;
}

/** A counter's state after an operation. */
export interface CounterState {
  /** What has been counted in the current period, in the algorithm's own reckoning; 0 or more, may be a fraction. */
  readonly count: number;
  /** Milliseconds since 1970 at which the count will have fallen to nothing if nothing more is counted. */
  readonly resetsAt: number;
  /** Milliseconds since 1970 until which the key is mitigated; 0 when it is not. */
  readonly mitigatedUntil: number;
  /** Milliseconds since 1970 from which one more can be counted within the limit. Absent: not known. */
  readonly freeAt?: number;
}

/** A counter with what it counts. */
export interface CounterEntry extends CounterState {
  readonly key: string;
  readonly window: CounterWindow;
}

/**
 * What becomes of an addition that takes the count beyond the limit: kept, or answered and then forgotten, so that
 * refused requests do not prolong the refusal. A store that always keeps is stricter, and else right.
 */
export type Excess = "keep" | "drop";

/**
 * Where rate limits keep their counts. Local stores answer at once, remote ones with a promise. The caller's clock is
 * the only clock. A limit with steps calls {@link read} or {@link add} once for each step, all of them before it waits for
 * an answer; the windows of one key are counters of their own. A store that fails throws or rejects; the rule's `on_store_error` then says what happens. A promise
 * that does not settle in time (the firewall's `storeTimeout`), and an answer that is no count, are failures too.
 *
 * A fixed window begins with the first count. A sliding window is estimated from two fixed ones: the current count plus
 * the share of the one before that the window still covers. A token bucket's count is what is taken of its capacity; it
 * falls by `limit` per `period`, and owes at most a second capacity.
 */
export interface CounterStore {
  /**
   * Whether answers may come later, as promises: `evaluateSync` then refuses configurations with rate limits. Default false.
   * A store that leaves it out and answers later all the same makes `evaluateSync` fail at the request that meets it.
   */
  readonly answersLater?: boolean;
  /** The state without counting anything. */
  read(key: string, window: CounterWindow, now: number): MaybePromise<CounterState>;
  /**
   * Counts `cost` (0 or more) and answers the state afterwards. Atomic for one key. While the key is mitigated nothing
   * is counted.
   *
   * @param excess default: keep. Dropped or not, the answer's count includes the cost.
   */
  add(
    key: string,
    window: CounterWindow,
    cost: number,
    now: number,
    excess?: Excess,
  ): MaybePromise<CounterState>;
  /** Mitigates a key until a time. The earlier of two mitigations is not shortened. */
  mitigate(key: string, window: CounterWindow, until: number, now: number): MaybePromise<void>;
  /** Forgets a key in all of its windows, mitigations included, such as after a passed challenge. */
  reset(key: string): MaybePromise<void>;
  /**
   * Counters of a rule that leave no room for one more at that time: mitigated ones, and those whose `freeAt` is later. For
   * operators, not for requests. A store without it counts, and cannot be listed.
   *
   * @param rule as {@link CounterWindow.rule} has it.
   * @param most at most so many, in any order.
   */
  list?(rule: string, most: number, now: number): MaybePromise<readonly CounterEntry[]>;
}
