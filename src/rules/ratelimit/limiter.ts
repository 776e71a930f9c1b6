import type { ValueExpression } from "../../language/compile/compile.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { thrownMessage } from "../../language/diagnostics/thrown.ts";
import type { FieldDefinition } from "../../language/scheme/definitions.ts";
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Ip6, Nillable, Value } from "../../language/values/value.ts";
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
import type { LimiterPlan } from "./limiter-plan.ts";
import { networksIn } from "./networks.ts";
import type { Quota, RateLimiter, RateLimitVerdict } from "./rate-limiter.ts";
import { type StoreWaits, unheard } from "./wait.ts";

/** The parts that one firewall adds. */
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

/** Data of the request, as it was when it was evaluated, that counting at the response needs. */
interface Seen {
  readonly generation: number;
  readonly key: string;
  readonly cost: number;
  readonly matched: boolean;
  readonly values: readonly Nillable<Value>[];
}

/** The most that one request can cost, and the highest score of a response that counts. */
export const MAX_COST = 1_000_000;
const MAX_ERROR_TEXT = 200;
const NO_COUNT = "the result is not a count";
/** Milliseconds since 1970: the last time that a Date can show. */
const LAST_TIME = 8_640_000_000_000_000;
/** The end of the year 9999: what periods and bans add to it is a time as well. */
const LAST_NOW = 253_402_300_799_999;

/** Whether limits can go by a time: at what is none, every count would be faulty, and nobody refused. */
export function isNow(value: unknown): value is number {
  return isWithin(value, LAST_NOW);
}

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
  readonly countsDecision: boolean;
  readonly countsUnmatched: boolean;
  readonly plan: LimiterPlan;
  readonly #parts: LimiterParts;
  /** By step: how blocked requests are counted. They do not prolong the block unless there is a mitigation. */
  readonly #excess: readonly Excess[];
  /** By context; at most one entry for each context of the engine's pool. */
  readonly #seen = new WeakMap<ExecutionContext, Seen>();

  constructor(plan: LimiterPlan, { store, waits, servedFromCache }: LimiterServices) {
    this.plan = plan;
    this.#parts = {
      ...plan,
      store,
      waits,
      fromCache: plan.onlyOrigin ? servedFromCache : undefined,
    };
    const [{ window }] = plan.steps;
    this.characteristics = namesOf(plan.characteristics.flatMap(({ value }) => value.fields));
    this.ipv6PrefixLength = plan.ipv6PrefixLength;
    this.fields = plan.fields;
    this.limit = window.limit;
    this.period = window.period / 1000;
    this.countsResponse = plan.countsResponse;
    this.countsDecision = plan.countsDecision;
    this.countsUnmatched = plan.counting !== undefined;
    this.#excess = plan.steps.map((step) =>
      step.mitigation === 0 && step.window.algorithm !== "fixed_window" ? "drop" : "keep",
    );
  }

  get #countsLater(): boolean {
    return this.countsResponse || this.countsDecision;
  }

  judge(context: ExecutionContext, now: number): MaybePromise<RateLimitVerdict> {
    const { counting } = this.#parts;
    const counted = this.#counted(context);
    const { key } = counted;
    if (this.#countsLater) this.#remember(context, key, true);
    const counts = !this.#countsLater && (counting === undefined || counting.test(context));
    const cost = counts ? this.#cost(context) : undefined;
    return this.#ask(
      context,
      () => this.#states(key, cost, now, true),
      (answers) => this.#read(answers),
      (states) => this.#verdict(context, counted, states, now),
      (error) => this.#failed(error, counted, now),
    );
  }

  count(context: ExecutionContext, now: number): MaybePromise<string | undefined> {
    const { counting } = this.#parts;
    if (counting === undefined) return undefined;
    if (this.#countsLater) this.#remember(context, this.#counted(context).key, false);
    else if (counting.test(context))
      return this.#add(context, this.#counted(context).key, this.#cost(context), now);
    return undefined;
  }

  countLater(
    context: ExecutionContext,
    now: number,
    isAnswered: boolean,
  ): MaybePromise<string | undefined> | false {
    const { fromCache } = this.#parts;
    const known = this.#seen.get(context);
    const seen = known?.generation === context.generation ? known : undefined;
    const cost = this.#score(context) ?? seen?.cost ?? this.#cost(context);
    const cached: unknown = fromCache?.(context);
    // Counted: it must be recorded immediately.
    if (isPromise(cached)) unheard(cached);
    if (cost === 0 || cached === true || !this.#counts(context, seen)) return false;
    this.#seen.delete(context);
    const key = seen?.key ?? this.#counted(context).key;
    return this.#add(isAnswered ? undefined : context, key, cost, now);
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
   * Continues with the store's result: immediately if it is a value, and after a timeout in any case.
   *
   * @param context whose request waits for the result; undefined where a response is counted.
   * @param read reads the needed members of the result. It is the store's object: reading it may throw.
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
    const { generation } = context;
    this.#seen.set(context, { generation, key, cost: this.#cost(context), matched, values });
  }

  /**
   * The counters of a key by step: with a cost added, or as they are.
   *
   * @param mayDrop whether an excess is blocked, and need not be kept.
   */
  #states(key: string, cost: number | undefined, now: number, mayDrop: boolean): Answers {
    const { store, steps } = this.#parts;
    const answers: MaybePromise<CounterState>[] = [];
    try {
      for (const [at, { window }] of steps.entries()) {
        const excess = mayDrop ? this.#excess[at] : "keep";
        const answer =
          cost === undefined ? store.read(key, window, now) : store.add(key, window, cost, now, excess);
        answers.push(answer);
      }
    } catch (error) {
      for (const answer of answers) if (isPromise(answer)) unheard(answer);
      throw error;
    }
    return answers.every(isHere) ? answers : Promise.all(answers);
  }

  #read(answers: readonly CounterState[]): readonly CounterState[] {
    return answers.map((answer, at) => stateIn(answer, this.#parts.steps[at]?.window));
  }

  /**
   * Counts without blocking: a failure is reported, and changes nothing. A mitigation begins here, since the count may
   * be gone when the next request comes.
   */
  #add(
    context: ExecutionContext | undefined,
    key: string,
    cost: number,
    now: number,
  ): MaybePromise<string | undefined> {
    return this.#ask(
      context,
      () => this.#states(key, cost, now, false),
      (answers) => this.#read(answers),
      (states) => {
        const at = this.#passed(states, now);
        if (at === -1 || (states[at]?.mitigatedUntil ?? 0) > now) return undefined;
        return this.#mitigate(context, key, at, now);
      },
      errorText,
    );
  }

  /** The hardest step that a key has exceeded; -1: none. */
  #passed(states: readonly CounterState[], now: number): number {
    const { steps } = this.#parts;
    return states.findLastIndex(
      ({ count, mitigatedUntil }, at) => mitigatedUntil > now || count > (steps[at]?.window.limit ?? count),
    );
  }

  /** Starts the mitigation of a step. @returns the failure of the store, if any. */
  #mitigate(
    context: ExecutionContext | undefined,
    key: string,
    at: number,
    now: number,
  ): MaybePromise<string | undefined> {
    const { store, steps } = this.#parts;
    const step = steps[at];
    if (step === undefined || step.mitigation === 0) return undefined;
    return this.#ask(
      context,
      () => store.mitigate(key, step.window, now + step.mitigation, now),
      ignored,
      () => undefined,
      errorText,
    );
  }

  /** Whether the response counts; request fields are as they were when the request was evaluated. */
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

  /** The cost of the request; default 1. */
  #cost(context: ExecutionContext): number {
    const cost = this.#parts.cost?.read(context);
    if (typeof cost !== "number" && typeof cost !== "bigint") return 1;
    if (cost <= 0) return 0;
    return cost > MAX_COST ? MAX_COST : Number(cost);
  }

  /** The cost in the response; 0 when it has none, or an invalid one. Undefined: the rule does not read it. */
  #score(context: ExecutionContext): number | undefined {
    const { score } = this.#parts;
    if (score === undefined) return undefined;
    const headers = context.get(score.slot);
    const values = headers && isMapValue(headers) ? headers.get(score.header) : undefined;
    const text = values && isArrayValue(values) ? values[0] : undefined;
    if (typeof text !== "string" || !/^[0-9]{1,7}$/.test(text)) return 0;
    const cost = Number(text);
    return cost <= MAX_COST ? cost : 0;
  }

  #verdict(
    context: ExecutionContext,
    counted: Counted,
    states: readonly CounterState[],
    now: number,
  ): MaybePromise<RateLimitVerdict> {
    const { steps, countsOwnRefusals } = this.#parts;
    const { networks } = counted;
    const passed = this.#passed(states, now);
    const at = Math.max(0, passed);
    const [state, step] = [states[at], steps[at]];
    if (state === undefined || step === undefined) throw new Error(NO_COUNT);
    const { limit, period } = step.window;
    const facts = {
      limited: passed !== -1,
      count: state.count,
      limit,
      period,
      networks,
      ...(at === 0 ? {} : { step: at }),
      ...(steps.length === 1 ? {} : { quotas: this.#quotas(states) }),
    };
    const isBanned = state.mitigatedUntil > now;
    if (isBanned && !countsOwnRefusals) {
      const until = state.mitigatedUntil;
      return { ...facts, resetsAt: until, retryAt: until, isBan: true };
    }
    if (passed === -1 || step.mitigation === 0)
      return { ...facts, resetsAt: state.resetsAt, retryAt: state.freeAt ?? state.resetsAt };
    const until = Math.max(now + step.mitigation, state.mitigatedUntil);
    const verdict: RateLimitVerdict = { ...facts, resetsAt: until, retryAt: until, isBan: true };
    const told = (storeError: string | undefined) =>
      storeError === undefined ? verdict : { ...verdict, storeError };
    const kept = this.#mitigate(context, counted.key, at, now);
    return isPromise(kept) ? kept.then(told) : told(kept);
  }

  #quotas(states: readonly CounterState[]): readonly Quota[] {
    return this.#parts.steps.map(({ window: { limit, period } }, at) => {
      const { count = 0, resetsAt = 0, mitigatedUntil = 0 } = states[at] ?? {};
      return { limit, period, count, resetsAt: Math.max(resetsAt, mitigatedUntil) };
    });
  }

  #failed(error: unknown, { networks }: Counted, now: number): RateLimitVerdict {
    const { failsClosed, steps } = this.#parts;
    const { limit, period } = steps[0].window;
    return {
      limited: failsClosed,
      count: 0,
      limit,
      period,
      resetsAt: now,
      retryAt: now,
      storeError: errorText(error),
      networks,
    };
  }
}

type Answers = MaybePromise<readonly CounterState[]>;

function isHere(answer: MaybePromise<CounterState>): answer is CounterState {
  return !isPromise(answer);
}

function ignored(): undefined {}

function errorText(error: unknown): string {
  return excerpt(thrownMessage(error), MAX_ERROR_TEXT);
}

function namesOf(fields: readonly FieldDefinition[]): readonly string[] {
  return [...new Set(fields.map((field) => field.name))];
}

/**
 * A store's result, each member read once. Stores may pass on a server's response unchecked.
 *
 * @throws Error when it is not a count.
 */
export function stateIn(answer: CounterState | undefined, window: CounterWindow | undefined): CounterState {
  if (typeof answer !== "object" || answer === null) throw new Error(NO_COUNT);
  const { count, resetsAt, mitigatedUntil, freeAt } = answer;
  const isCount =
    isWithin(count, Number.MAX_SAFE_INTEGER) &&
    (window?.algorithm !== "fixed_window" || Number.isInteger(count));
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
