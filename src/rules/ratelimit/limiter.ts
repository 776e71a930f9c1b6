import type { Filter, ValueExpression } from "../../language/compile/compile.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { thrownMessage } from "../../language/diagnostics/thrown.ts";
import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Nillable, Value } from "../../language/values/value.ts";
import { isArrayValue, isMapValue } from "../../language/values/value-guards.ts";
import {
  type CounterState,
  type CounterStore,
  type CounterWindow,
  type Excess,
  isPromise,
  type MaybePromise,
} from "./counter-store.ts";
import { encodeKey } from "./key.ts";
import type { RateLimiter, RateLimitVerdict } from "./rate-limiter.ts";
import { runtimeTimer, type Timer, within } from "./wait.ts";

/** Where a response says what it cost. */
export interface ResponseScore {
  /** The response headers. */
  readonly field: FieldDefinition;
  readonly slot: number;
  /** In lower case. */
  readonly header: string;
}

/** What a rule's rate limit is made of, whatever firewall it counts for. */
export interface LimiterPlan {
  readonly prefix: string;
  readonly values: readonly ValueExpression[];
  readonly fields: readonly FieldDefinition[];
  readonly window: CounterWindow;
  /** Milliseconds; 0: only the excess is acted on. */
  readonly mitigation: number;
  readonly failsClosed: boolean;
  /** A counting expression of the rule's own. */
  readonly counting: Filter | undefined;
  readonly countsResponse: boolean;
  /** Slots of the request that the counting expression reads. */
  readonly frozen: readonly number[];
  readonly score: ResponseScore | undefined;
  /** Whether responses that came from a cache are left out. */
  readonly onlyOrigin: boolean;
}

/** Milliseconds: far more than a store nearby takes, and what a visitor puts up with. */
export const DEFAULT_STORE_TIMEOUT = 1_000;

/** What one firewall adds. */
export interface LimiterServices {
  readonly store: CounterStore;
  /** Milliseconds that one answer of the store may take; default {@link DEFAULT_STORE_TIMEOUT}. */
  readonly storeTimeout?: number | undefined;
  /** Default: the runtime's. */
  readonly timer?: Timer;
  /** Whether the response of this request came from a cache; undefined: the host does not know, and it counts. */
  readonly servedFromCache?: ((context: ExecutionContext) => boolean | undefined) | undefined;
}

interface LimiterParts extends LimiterPlan {
  readonly store: CounterStore;
  readonly storeTimeout: number;
  readonly timer: Timer;
  readonly fromCache: ((context: ExecutionContext) => boolean | undefined) | undefined;
}

/** What the response's counting must know of the request as it was when it was judged. */
interface Seen {
  readonly request: unknown;
  readonly key: string;
  readonly matched: boolean;
  readonly values: readonly Nillable<Value>[];
}

const MAX_SCORE = 1_000_000;
const MAX_ERROR_TEXT = 200;
const NO_COUNT = "the answer is no count";

export class Limiter implements RateLimiter {
  readonly characteristics: readonly string[];
  readonly fields: readonly FieldDefinition[];
  readonly limit: number;
  readonly period: number;
  readonly countsResponse: boolean;
  readonly countsUnmatched: boolean;
  readonly #parts: LimiterParts;
  /** What becomes of refused requests: they do not prolong the refusal unless there is a mitigation. */
  readonly #excess: Excess;
  /** By context; at most one entry for each context of the engine's pool. */
  readonly #seen = new WeakMap<ExecutionContext, Seen>();

  constructor(parts: LimiterPlan, { store, storeTimeout, timer, servedFromCache }: LimiterServices) {
    this.#parts = {
      ...parts,
      store,
      storeTimeout: storeTimeout ?? DEFAULT_STORE_TIMEOUT,
      timer: timer ?? runtimeTimer,
      fromCache: parts.onlyOrigin ? servedFromCache : undefined,
    };
    this.characteristics = namesOf(parts.values.flatMap((value) => value.fields));
    this.fields = parts.fields;
    this.limit = parts.window.limit;
    this.period = parts.window.period / 1000;
    this.countsResponse = parts.countsResponse;
    this.countsUnmatched = parts.counting !== undefined;
    const { algorithm } = parts.window;
    this.#excess = parts.mitigation === 0 && algorithm !== "fixed_window" ? "drop" : "keep";
  }

  judge(context: ExecutionContext, now: number): MaybePromise<RateLimitVerdict> {
    const { store, window, counting } = this.#parts;
    const key = this.#key(context);
    if (this.countsResponse) this.#remember(context, key, true);
    const counts = !this.countsResponse && (counting === undefined || counting.test(context));
    return this.#ask(
      () => (counts ? store.add(key, window, 1, now, this.#excess) : store.read(key, window, now)),
      (state) => (isState(state) ? this.#verdict(key, state, now) : this.#failed(new Error(NO_COUNT), now)),
      (error) => this.#failed(error, now),
    );
  }

  count(context: ExecutionContext, now: number): MaybePromise<void> {
    const { store, window, counting } = this.#parts;
    if (counting === undefined) return;
    if (this.countsResponse) this.#remember(context, this.#key(context), false);
    else if (counting.test(context)) return this.#add(store, this.#key(context), window, 1, now);
  }

  countResponse(context: ExecutionContext, now: number): MaybePromise<void> {
    if (!this.countsResponse) return;
    const { store, window, fromCache } = this.#parts;
    const known = this.#seen.get(context);
    const seen = known?.request === context.request ? known : undefined;
    this.#seen.delete(context);
    const cost = this.#cost(context);
    if (cost === 0 || fromCache?.(context) === true || !this.#counts(context, seen)) return;
    return this.#add(store, seen?.key ?? this.#key(context), window, cost, now);
  }

  forgive(context: ExecutionContext): MaybePromise<void> {
    const known = this.#seen.get(context);
    const key = known?.request === context.request ? known?.key : undefined;
    return this.#ask(
      () => this.#parts.store.reset(key ?? this.#key(context)),
      () => undefined,
      () => undefined,
    );
  }

  /** Goes on with what the store answers: at once when it answers at once, and after a time limit in any case. */
  #ask<T, U>(
    ask: () => MaybePromise<T>,
    then: (answer: T) => MaybePromise<U>,
    failed: (error: unknown) => U,
  ): MaybePromise<U> {
    let local: T;
    try {
      const answer = ask();
      if (isPromise(answer)) {
        const { storeTimeout, timer } = this.#parts;
        return within(answer, storeTimeout, `no answer within ${storeTimeout} ms`, timer).then(then, failed);
      }
      local = answer;
    } catch (error) {
      return failed(error);
    }
    return then(local);
  }

  #key(context: ExecutionContext): string {
    const { prefix, values } = this.#parts;
    return encodeKey(
      prefix,
      values.map((value) => value.read(context)),
    );
  }

  #remember(context: ExecutionContext, key: string, matched: boolean): void {
    const values = this.#parts.frozen.map((slot) => context.get(slot));
    this.#seen.set(context, { request: context.request, key, matched, values });
  }

  /** A failure to count is no failure of the request: the next verdict will tell of the store. */
  #add(
    store: CounterStore,
    key: string,
    window: CounterWindow,
    cost: number,
    now: number,
  ): MaybePromise<void> {
    return this.#ask(
      () => store.add(key, window, cost, now),
      () => undefined,
      () => undefined,
    );
  }

  /** Whether the response counts; request fields are as they were when the request was judged. */
  #counts(context: ExecutionContext, seen: Seen | undefined): boolean {
    const { counting, frozen } = this.#parts;
    if (counting === undefined) return seen === undefined || seen.matched;
    if (seen === undefined) return counting.test(context);
    const present = frozen.map((slot) => context.slots[slot]);
    frozen.forEach((slot, at) => {
      context.set(slot, seen.values[at]);
    });
    const counts = counting.test(context);
    frozen.forEach((slot, at) => {
      const content = present[at];
      if (content === null) context.invalidate(slot);
      else context.set(slot, content);
    });
    return counts;
  }

  /** 1, or what the response says; 0 when it says nothing, or nothing that can be. */
  #cost(context: ExecutionContext): number {
    const { score } = this.#parts;
    if (score === undefined) return 1;
    const headers = context.get(score.slot);
    const values = headers && isMapValue(headers) ? headers.get(score.header) : undefined;
    const text = values && isArrayValue(values) ? values[0] : undefined;
    if (typeof text !== "string" || !/^[0-9]{1,7}$/.test(text)) return 0;
    const cost = Number(text);
    return cost <= MAX_SCORE ? cost : 0;
  }

  #verdict(key: string, state: CounterState, now: number): MaybePromise<RateLimitVerdict> {
    const { store, window, mitigation } = this.#parts;
    if (state.mitigatedUntil > now) return this.#mitigated(state.count, state.mitigatedUntil);
    const limited = state.count > window.limit;
    if (!limited || mitigation === 0) {
      const retryAt = state.freeAt ?? state.resetsAt;
      return { limited, count: state.count, limit: window.limit, resetsAt: state.resetsAt, retryAt };
    }
    const until = now + mitigation;
    const verdict = this.#mitigated(state.count, until);
    return this.#ask(
      () => store.mitigate(key, window, until, now),
      () => verdict,
      (error) => ({ ...verdict, storeError: excerpt(thrownMessage(error), MAX_ERROR_TEXT) }),
    );
  }

  #mitigated(count: number, until: number): RateLimitVerdict {
    return { limited: true, count, limit: this.limit, resetsAt: until, retryAt: until };
  }

  #failed(error: unknown, now: number): RateLimitVerdict {
    const { failsClosed, window } = this.#parts;
    const storeError = excerpt(thrownMessage(error), MAX_ERROR_TEXT);
    return { limited: failsClosed, count: 0, limit: window.limit, resetsAt: now, retryAt: now, storeError };
  }
}

function namesOf(fields: readonly FieldDefinition[]): readonly string[] {
  return [...new Set(fields.map((field) => field.name))];
}

/** Whether a store's answer is one: code that talks to a server may hand on whatever came back. */
function isState(state: CounterState | undefined): boolean {
  if (typeof state !== "object" || state === null) return false;
  const { count, resetsAt, mitigatedUntil, freeAt } = state;
  return (
    isAmount(count) &&
    isAmount(resetsAt) &&
    isAmount(mitigatedUntil) &&
    (freeAt === undefined || isAmount(freeAt))
  );
}

function isAmount(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
