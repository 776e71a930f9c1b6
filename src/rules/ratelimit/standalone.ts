import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import {
  checkMethods,
  checkWord,
  LONGEST_WAIT,
  shownValue,
  wholeNumber,
} from "../../language/diagnostics/option-values.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { thrownMessage } from "../../language/diagnostics/thrown.ts";
import { utf8Encode } from "../../language/values/bytes.ts";
import {
  type CounterState,
  type CounterStore,
  type CounterWindow,
  isPromise,
  type MaybePromise,
  type RateLimitAlgorithm,
} from "./counter-store.ts";
import { encodeKey, keyPrefix } from "./key.ts";
import { isNow, MAX_COST, stateIn } from "./limiter.ts";
import { MemoryCounterStore } from "./memory-store.ts";
import { within } from "./wait.ts";

/** The limited key: one value, or several that count together. Numbers are whole; texts have any length. */
export type LimiterKey = string | number | boolean | readonly (string | number | boolean)[];

/** The settings of a limiter for an application. */
export interface LimiterOptions {
  /** Distinguishes this limiter's counters from others in the same store. */
  readonly name: string;
  /** The most that one period allows; a whole number of at least 1. */
  readonly limit: number;
  /** Seconds, from 1 to 86,400. */
  readonly period: number;
  /** Default `fixed_window`. */
  readonly algorithm?: RateLimitAlgorithm;
  /**
   * Seconds for which a key is rejected after it has exceeded the limit, up to 86,400. Default 0: only the excess is
   * rejected.
   */
  readonly mitigationTimeout?: number;
  /** The counter store; that of a firewall may be shared. Default: this process's memory. */
  readonly store?: CounterStore;
  /** Milliseconds that a call waits for the store. Default 1,000. */
  readonly storeTimeout?: number;
  /**
   * Whether a key passes (`open`, the default) or is rejected (`closed`) when the store fails or times out. A key that
   * has exceeded the limit is rejected in any case, even if its mitigation cannot be stored.
   */
  readonly onStoreError?: "open" | "closed";
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number;
}

/** The result of a limiter. */
export interface LimiterResult {
  /** Whether it is within the limit. */
  readonly allowed: boolean;
  /** The count, the cost included. */
  readonly count: number;
  readonly limit: number;
  /** The remaining count, rounded down. */
  readonly remaining: number;
  /** Seconds. */
  readonly period: number;
  /** Milliseconds since 1970 at which the count will be 0, or the mitigation ends. */
  readonly resetsAt: number;
  /** Seconds until one more can be counted, rounded up; 0: now. */
  readonly retryAfter: number;
  /** The failure of the store; `allowed` then follows `onStoreError`. */
  readonly storeError?: string;
}

/** A rate limit for the application's own code: attempts to log in, mails, calls of a costly service. */
export interface ApplicationLimiter {
  /**
   * Counts, and resolves whether it was within the limit. Never rejects because of the store; with a MisuseError
   * `E_OPTION` for an invalid key, cost or time.
   *
   * @param cost a whole number from 0 to 1,000,000; default 1.
   */
  take(key: LimiterKey, cost?: number): Promise<LimiterResult>;
  /** Resolves whether it is within the limit, without counting. */
  check(key: LimiterKey, cost?: number): Promise<LimiterResult>;
  /** Resets the counters of a key. Rejects with the store's exception, and when it times out. */
  reset(key: LimiterKey): Promise<void>;
}

const LIMITER_OPTION_NAMES: NamesOf<LimiterOptions> = {
  name: true,
  limit: true,
  period: true,
  algorithm: true,
  mitigationTimeout: true,
  store: true,
  storeTimeout: true,
  onStoreError: true,
  now: true,
};

const MAX_SECONDS = 86_400;
const DEFAULT_STORE_TIMEOUT = 1_000;
const MAX_ERROR_TEXT = 200;
const MAX_PARTS = 16;
/** No ruleset has this id, since ids are not empty: limiters and rules never share counters. */
const NO_RULESET = "";

/**
 * A limiter for an application's own code.
 *
 * @throws MisuseError `E_OPTION_UNKNOWN` and `E_OPTION`.
 */
export function createLimiter(options: LimiterOptions): ApplicationLimiter {
  return new StandaloneLimiter(options);
}

class StandaloneLimiter implements ApplicationLimiter {
  readonly #window: CounterWindow;
  /** Milliseconds. */
  readonly #mitigation: number;
  readonly #store: CounterStore;
  readonly #timeout: number;
  readonly #failsClosed: boolean;
  readonly #prefix: string;
  readonly #now: () => number;

  constructor(options: LimiterOptions) {
    checkOptionNames(options, LIMITER_OPTION_NAMES);
    const { name, algorithm = "fixed_window", mitigationTimeout = 0, store, onStoreError, now } = options;
    if (typeof name !== "string" || name === "")
      throw new MisuseError("E_OPTION", "`name` must be a text, and not empty");
    checkWord("algorithm", algorithm, ["fixed_window", "sliding_window", "token_bucket"]);
    checkWord("onStoreError", onStoreError, ["open", "closed"]);
    checkMethods("store", store, ["read", "add", "mitigate", "reset"]);
    this.#prefix = keyPrefix(NO_RULESET, name);
    this.#window = {
      algorithm,
      period: wholeNumber("period", options.period, 1, MAX_SECONDS) * 1000,
      limit: wholeNumber("limit", options.limit, 1),
      rule: this.#prefix,
    };
    this.#mitigation = wholeNumber("mitigationTimeout", mitigationTimeout, 0, MAX_SECONDS) * 1000;
    this.#timeout = wholeNumber(
      "storeTimeout",
      options.storeTimeout ?? DEFAULT_STORE_TIMEOUT,
      1,
      LONGEST_WAIT,
    );
    this.#failsClosed = onStoreError === "closed";
    this.#store = store ?? new MemoryCounterStore();
    // Looked up each time: programs replace it in tests.
    this.#now = now ?? (() => Date.now());
  }

  async take(key: LimiterKey, cost = 1): Promise<LimiterResult> {
    const text = this.#key(key);
    wholeNumber("cost", cost, 0, MAX_COST);
    const now = this.#time();
    const excess = this.#mitigation === 0 ? "drop" : "keep";
    let state: CounterState;
    try {
      state = await this.#state(() => this.#store.add(text, this.#window, cost, now, excess));
    } catch (error) {
      return this.#failed(error, now);
    }
    const isOver = state.count > this.#window.limit;
    if (!isOver || state.mitigatedUntil > now || this.#mitigation === 0) return this.#result(state, 0, now);
    const until = now + this.#mitigation;
    const refused = this.#result({ ...state, mitigatedUntil: until, freeAt: until }, 0, now);
    try {
      await this.#heard(() => this.#store.mitigate(text, this.#window, until, now));
      return refused;
    } catch (error) {
      // The count is known: this call is rejected, like a request by a firewall's limit.
      return { ...refused, storeError: errorText(error) };
    }
  }

  async check(key: LimiterKey, cost = 1): Promise<LimiterResult> {
    const text = this.#key(key);
    wholeNumber("cost", cost, 0, MAX_COST);
    const now = this.#time();
    try {
      const state = await this.#state(() => this.#store.read(text, this.#window, now));
      return this.#result(state, cost, now);
    } catch (error) {
      return this.#failed(error, now);
    }
  }

  async reset(key: LimiterKey): Promise<void> {
    const text = this.#key(key);
    await this.#heard(() => this.#store.reset(text));
  }

  /** @param cost the additional cost to assume. */
  #result(state: CounterState, cost: number, now: number): LimiterResult {
    const { limit, period } = this.#window;
    const { count, mitigatedUntil, resetsAt, freeAt = resetsAt } = state;
    const isBanned = mitigatedUntil > now;
    const allowed = !isBanned && count + cost <= limit;
    const retryAt = isBanned ? mitigatedUntil : freeAt;
    return {
      allowed,
      count,
      limit,
      remaining: isBanned ? 0 : Math.max(0, Math.floor(limit - count)),
      period: period / 1000,
      resetsAt: isBanned ? mitigatedUntil : resetsAt,
      retryAfter: allowed ? 0 : Math.max(0, Math.ceil((retryAt - now) / 1000)),
    };
  }

  #failed(error: unknown, now: number): LimiterResult {
    const { limit, period } = this.#window;
    return {
      allowed: !this.#failsClosed,
      count: 0,
      limit,
      remaining: this.#failsClosed ? 0 : limit,
      period: period / 1000,
      resetsAt: now,
      retryAfter: 0,
      storeError: errorText(error),
    };
  }

  /** @throws MisuseError `E_OPTION` for an invalid time: every count would be faulty, and no call rejected. */
  #time(): number {
    const now: unknown = this.#now();
    if (isNow(now)) return now;
    throw new MisuseError("E_OPTION", `\`now\` must be milliseconds since 1970, not ${shownValue(now)}`);
  }

  /** @throws MisuseError `E_OPTION` for a key of other values, which would all count as one. */
  #key(key: LimiterKey): string {
    const parts: readonly unknown[] = Array.isArray(key) ? key : [key];
    const isKey = parts.length > 0 && parts.length <= MAX_PARTS && parts.every(isPart);
    if (!isKey) {
      throw new MisuseError(
        "E_OPTION",
        `a key is a text, a whole number, a Boolean, or 1 to ${MAX_PARTS} of them`,
      );
    }
    return encodeKey(this.#prefix, parts.filter(isPart).map(partOf));
  }

  async #state(ask: () => MaybePromise<CounterState>): Promise<CounterState> {
    return stateIn(await this.#heard(ask), this.#window);
  }

  async #heard<T>(ask: () => MaybePromise<T>): Promise<T> {
    const answer = ask();
    if (!isPromise(answer)) return answer;
    return within(answer, this.#timeout, `no answer within ${this.#timeout} ms`);
  }
}

function errorText(error: unknown): string {
  return excerpt(thrownMessage(error), MAX_ERROR_TEXT);
}

function isPart(part: unknown): part is string | number | boolean {
  return typeof part === "string" || typeof part === "boolean" || Number.isSafeInteger(part);
}

/** Hashes are of bytes, and texts of applications are not. */
function partOf(part: string | number | boolean): string | number | boolean {
  return typeof part === "string" ? utf8Encode(part) : part;
}
