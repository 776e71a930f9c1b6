/** A value now, or later when it comes from a remote store. */
export type MaybePromise<T> = T | Promise<T>;

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

export type RateLimitAlgorithm = "fixed_window" | "sliding_window" | "token_bucket";

/** The window of a counter; part of the identity of its stored state. */
export interface CounterWindow {
  readonly algorithm: RateLimitAlgorithm;
  /** Milliseconds. */
  readonly period: number;
  /** The most that one period allows; a token bucket's capacity. */
  readonly limit: number;
  /**
   * The counting rule, as in the beginning of its keys: a bounded store divides its capacity by this. Absent: counters
   * without a rule, which share as one.
   */
  readonly rule?: string;
}

/** A counter's state after an operation. */
export interface CounterState {
  /** Count of the current period, by the algorithm's own rules; 0 or more, may be a fraction. */
  readonly count: number;
  /** Milliseconds since 1970 at which the count will be 0 if nothing more is counted. */
  readonly resetsAt: number;
  /** Milliseconds since 1970 until which the key is mitigated; 0 when it is not. */
  readonly mitigatedUntil: number;
  /** Milliseconds since 1970 from which one more can be counted within the limit. Absent: not known. */
  readonly freeAt?: number;
}

/** A counter with its key. */
export interface CounterEntry extends CounterState {
  readonly key: string;
  readonly window: CounterWindow;
}

/**
 * How an addition past the limit is treated: kept, or counted in the answer and then discarded, so that rejected
 * requests do not prolong the rejection. A store that always keeps it is stricter, and otherwise correct.
 */
export type Excess = "keep" | "drop";

/**
 * Where rate limits keep their counts. Local stores return a value, remote ones a promise. The caller's clock is the
 * only clock. A limit with steps calls {@link read} or {@link add} once for each step, all of them before it awaits a
 * result; the windows of one key are counters of their own. A store that fails throws or rejects; the rule's
 * `on_store_error` then applies. A promise that does not settle in time (the firewall's `storeTimeout`), and a result
 * that is not a count, are failures, too.
 *
 * A fixed window begins with the first count. A sliding window is estimated from two fixed ones: the current count plus
 * the share of the one before that the window still covers. A token bucket's count is the used part of its capacity; it
 * falls by `limit` per `period`, and owes at most a second capacity.
 */
export interface CounterStore {
  /**
   * Whether answers may come later, as promises: `evaluateSync` then rejects configurations with rate limits. Default
   * false. If a store omits it and returns a promise nevertheless, `evaluateSync` fails at the first such request.
   */
  readonly answersLater?: boolean;
  /** The state without counting anything. */
  read(key: string, window: CounterWindow, now: number): MaybePromise<CounterState>;
  /**
   * Counts `cost` (0 or more) and returns the state afterwards. Atomic for one key. While the key is mitigated nothing
   * is counted.
   *
   * @param excess default: keep. Dropped or not, the count in the result includes the cost.
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
   * Counters of a rule that are at their limit at that time: mitigated ones, and those whose `freeAt` is later. For
   * operators, not for requests. A store without it counts, and cannot be listed.
   *
   * @param rule as in {@link CounterWindow.rule}.
   * @param most at most so many, in any order.
   */
  list?(rule: string, most: number, now: number): MaybePromise<readonly CounterEntry[]>;
}
