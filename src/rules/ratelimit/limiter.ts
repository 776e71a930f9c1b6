import type { Filter, ValueExpression } from "../../language/compile/compile.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { thrownMessage } from "../../language/diagnostics/thrown.ts";
import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Ip6, Nillable, Value } from "../../language/values/value.ts";
import { isArrayValue, isMapValue } from "../../language/values/value-guards.ts";
import type { Characteristic } from "./characteristics.ts";
import {
  type CounterState,
  type CounterStore,
  type CounterWindow,
  type Excess,
  isPromise,
  type MaybePromise,
} from "./counter-store.ts";
import { encodeKey } from "./key.ts";
import { networksIn } from "./networks.ts";
import type { RateLimiter, RateLimitVerdict } from "./rate-limiter.ts";
import { type StoreWaits, unheard } from "./wait.ts";

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
  readonly characteristics: readonly Characteristic[];
  /** Bits of an IPv6 address that tell clients apart. */
  readonly ipv6PrefixLength: number;
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

/** What one firewall adds. */
export interface LimiterServices {
  readonly store: CounterStore;
  /** How long requests wait for the store; one for all limiters on it. */
  readonly waits: StoreWaits;
  /** Whether the response of this request came from a cache; undefined: the host does not know, and it counts. */
  readonly servedFromCache?: ((context: ExecutionContext) => boolean | undefined) | undefined;
}

interface LimiterParts extends LimiterPlan {
  readonly store: CounterStore;
  readonly waits: StoreWaits;
  readonly fromCache: ((context: ExecutionContext) => boolean | undefined) | undefined;
}

/** What the response's counting must know of the request as it was when it was judged. */
interface Seen {
  readonly generation: number;
  readonly key: string;
  readonly matched: boolean;
  readonly values: readonly Nillable<Value>[];
}

const MAX_SCORE = 1_000_000;
const MAX_ERROR_TEXT = 200;
const NO_COUNT = "the answer is no count";
/** Milliseconds since 1970: the last time that a Date can show. */
const LAST_TIME = 8_640_000_000_000_000;

/** The counter of one request. */
interface Counted {
  readonly key: string;
  /** IPv6 networks in the key; undefined: none. */
  readonly networks: readonly Ip6[] | undefined;
}

export class Limiter implements RateLimiter {
  readonly characteristics: readonly string[];
  readonly fields: readonly FieldDefinition[];
  readonly limit: number;
  readonly period: number;
  readonly ipv6PrefixLength: number;
  readonly countsResponse: boolean;
  readonly countsUnmatched: boolean;
  readonly #parts: LimiterParts;
  /** What becomes of refused requests: they do not prolong the refusal unless there is a mitigation. */
  readonly #excess: Excess;
  /** By context; at most one entry for each context of the engine's pool. */
  readonly #seen = new WeakMap<ExecutionContext, Seen>();

  constructor(parts: LimiterPlan, { store, waits, servedFromCache }: LimiterServices) {
    this.#parts = {
      ...parts,
      store,
      waits,
      fromCache: parts.onlyOrigin ? servedFromCache : undefined,
    };
    this.characteristics = namesOf(parts.characteristics.flatMap(({ value }) => value.fields));
    this.ipv6PrefixLength = parts.ipv6PrefixLength;
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
    const counted = this.#counted(context);
    const { key } = counted;
    if (this.countsResponse) this.#remember(context, key, true);
    const counts = !this.countsResponse && (counting === undefined || counting.test(context));
    return this.#ask(
      context,
      () => (counts ? store.add(key, window, 1, now, this.#excess) : store.read(key, window, now)),
      (answer) => stateIn(answer, window),
      (state) => this.#verdict(context, counted, state, now),
      (error) => this.#failed(error, counted, now),
    );
  }

  count(context: ExecutionContext, now: number): MaybePromise<string | undefined> {
    const { counting } = this.#parts;
    if (counting === undefined) return undefined;
    if (this.countsResponse) this.#remember(context, this.#counted(context).key, false);
    else if (counting.test(context)) return this.#add(context, this.#counted(context).key, 1, now);
    return undefined;
  }

  countResponse(context: ExecutionContext, now: number): MaybePromise<string | undefined> {
    if (!this.countsResponse) return undefined;
    const { fromCache } = this.#parts;
    const known = this.#seen.get(context);
    const seen = known?.generation === context.generation ? known : undefined;
    this.#seen.delete(context);
    const cost = this.#cost(context);
    const cached: unknown = fromCache?.(context);
    // Counted: it has to say so at once.
    if (isPromise(cached)) unheard(cached);
    if (cost === 0 || cached === true || !this.#counts(context, seen)) return undefined;
    return this.#add(undefined, seen?.key ?? this.#counted(context).key, cost, now);
  }

  forgive(context: ExecutionContext): MaybePromise<string | undefined> {
    const known = this.#seen.get(context);
    const key = known?.generation === context.generation ? known?.key : undefined;
    return this.#ask(
      context,
      () => this.#parts.store.reset(key ?? this.#counted(context).key),
      ignored,
      () => undefined,
      errorText,
    );
  }

  /**
   * Goes on with what the store answers: at once when it answers at once, and after a time limit in any case.
   *
   * @param context whose request waits for the answer before it is judged; undefined where a response is counted.
   * @param read takes from the answer what is needed of it. It is the store's object: to read it may throw.
   */
  #ask<Answer, T, U>(
    context: ExecutionContext | undefined,
    ask: () => MaybePromise<Answer>,
    read: (answer: Answer) => T,
    then: (answer: T) => MaybePromise<U>,
    failed: (error: unknown) => U,
  ): MaybePromise<U> {
    let local: T;
    try {
      const answer = ask();
      if (isPromise(answer)) {
        const { waits } = this.#parts;
        const heard = context === undefined ? waits.forResponse(answer) : waits.forRequest(context, answer);
        return heard.then(read).then(then, failed);
      }
      local = read(answer);
    } catch (error) {
      return failed(error);
    }
    return then(local);
  }

  #counted(context: ExecutionContext): Counted {
    const { prefix, characteristics } = this.#parts;
    const networks: Ip6[] = [];
    const values = characteristics.map(({ value, addresses }) =>
      addresses.length === 0 ? value.read(context) : this.#readNetworks(value, addresses, context, networks),
    );
    return { key: encodeKey(prefix, values), networks: networks.length === 0 ? undefined : networks };
  }

  /** Reads a value as it is for the networks of the addresses in it. */
  #readNetworks(
    value: ValueExpression,
    addresses: readonly number[],
    context: ExecutionContext,
    networks: Ip6[],
  ): Nillable<Value> {
    const exact = addresses.map((slot) => context.get(slot));
    addresses.forEach((slot, at) => {
      const value = exact[at];
      if (value !== undefined) context.set(slot, networksIn(value, this.ipv6PrefixLength, networks));
    });
    const read = value.read(context);
    addresses.forEach((slot, at) => {
      context.set(slot, exact[at]);
    });
    return read;
  }

  #remember(context: ExecutionContext, key: string, matched: boolean): void {
    const values = this.#parts.frozen.map((slot) => context.get(slot));
    this.#seen.set(context, { generation: context.generation, key, matched, values });
  }

  /** Counts what nothing is refused for: a failure is told, and changes nothing. */
  #add(
    context: ExecutionContext | undefined,
    key: string,
    cost: number,
    now: number,
  ): MaybePromise<string | undefined> {
    const { store, window } = this.#parts;
    return this.#ask(
      context,
      () => store.add(key, window, cost, now),
      (answer) => stateIn(answer, window),
      () => undefined,
      errorText,
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

  #verdict(
    context: ExecutionContext,
    counted: Counted,
    state: CounterState,
    now: number,
  ): MaybePromise<RateLimitVerdict> {
    const { store, window, mitigation } = this.#parts;
    const { networks } = counted;
    if (state.mitigatedUntil > now) return this.#mitigated(counted, state.count, state.mitigatedUntil);
    const limited = state.count > window.limit;
    if (!limited || mitigation === 0) {
      const retryAt = state.freeAt ?? state.resetsAt;
      return {
        limited,
        count: state.count,
        limit: window.limit,
        resetsAt: state.resetsAt,
        retryAt,
        networks,
      };
    }
    const until = now + mitigation;
    const verdict = this.#mitigated(counted, state.count, until);
    return this.#ask(
      context,
      () => store.mitigate(counted.key, window, until, now),
      ignored,
      () => verdict,
      (error) => ({ ...verdict, storeError: errorText(error) }),
    );
  }

  #mitigated({ networks }: Counted, count: number, until: number): RateLimitVerdict {
    return { limited: true, count, limit: this.limit, resetsAt: until, retryAt: until, networks };
  }

  #failed(error: unknown, { networks }: Counted, now: number): RateLimitVerdict {
    const { failsClosed, window } = this.#parts;
    return {
      limited: failsClosed,
      count: 0,
      limit: window.limit,
      resetsAt: now,
      retryAt: now,
      storeError: errorText(error),
      networks,
    };
  }
}

function ignored(): undefined {}

function errorText(error: unknown): string {
  return excerpt(thrownMessage(error), MAX_ERROR_TEXT);
}

function namesOf(fields: readonly FieldDefinition[]): readonly string[] {
  return [...new Set(fields.map((field) => field.name))];
}

/**
 * A store's answer, each member read once. Code that talks to a server may hand on whatever came back.
 *
 * @throws Error when it is no count.
 */
function stateIn(answer: CounterState | undefined, { algorithm }: CounterWindow): CounterState {
  if (typeof answer !== "object" || answer === null) throw new Error(NO_COUNT);
  const { count, resetsAt, mitigatedUntil, freeAt } = answer;
  const isCount =
    isWithin(count, Number.MAX_SAFE_INTEGER) && (algorithm !== "fixed_window" || Number.isInteger(count));
  const hasTimes =
    isWithin(resetsAt, LAST_TIME) &&
    isWithin(mitigatedUntil, LAST_TIME) &&
    (freeAt === undefined || isWithin(freeAt, LAST_TIME));
  if (!isCount || !hasTimes) throw new Error(NO_COUNT);
  return { count, resetsAt, mitigatedUntil, ...(freeAt === undefined ? {} : { freeAt }) };
}

/** Not for NaN, which compares with nothing. */
function isWithin(value: unknown, most: number): boolean {
  return typeof value === "number" && value >= 0 && value <= most;
}
