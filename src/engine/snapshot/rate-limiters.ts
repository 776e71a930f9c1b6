import type { Expressions } from "../../language/compile/expressions.ts";
import type { Result } from "../../language/diagnostics/diagnostic.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { LONGEST_WAIT, wholeNumber } from "../../language/diagnostics/option-values.ts";
import { DECISION_PHASE } from "../../language/scheme/scheme.ts";
import { WafRequest } from "../../request/model/request.ts";
import type { LimitUse } from "../../rules/plan/build-plan.ts";
import { planRateLimit } from "../../rules/ratelimit/compile.ts";
import { type CounterEntry, type CounterStore, isPromise } from "../../rules/ratelimit/counter-store.ts";
import { Limiter, stateIn } from "../../rules/ratelimit/limiter.ts";
import type { LimiterPlan } from "../../rules/ratelimit/limiter-plan.ts";
import { MemoryCounterStore } from "../../rules/ratelimit/memory-store.ts";
import type { RateLimiter } from "../../rules/ratelimit/rate-limiter.ts";
import { StoreWaits } from "../../rules/ratelimit/wait.ts";
import type { WafOptions } from "../options/options.ts";

/** Options of a firewall that its limiters read. */
type LimiterOptions = Pick<WafOptions, "counters" | "servedFromCache" | "storeTimeout">;

/** Milliseconds: far more than a store nearby takes, and what a visitor puts up with. */
const DEFAULT_STORE_TIMEOUT = 1_000;

/** Compiles the rate limit of a rule, independent of the firewall. */
export function planLimit(
  { ruleset, rule, phase, limit }: LimitUse,
  expressions: Expressions,
  knowsCached: boolean,
): Result<LimiterPlan> {
  return planRateLimit({ ruleset: ruleset.id, ref: rule.ref }, limit, {
    scheme: expressions.narrowed(phase.scheme),
    decisionScheme: expressions.narrowed(DECISION_PHASE),
    compile: expressions.options,
    knowsCached,
  });
}

/** Makes the limiters of one firewall, all of them on its store. */
export class Limiters {
  readonly #options: LimiterOptions;
  readonly #waits: StoreWaits;
  #store: CounterStore | undefined;

  constructor(options: LimiterOptions) {
    const { storeTimeout } = options;
    if (storeTimeout !== undefined) wholeNumber("storeTimeout", storeTimeout, 1, LONGEST_WAIT);
    this.#options = options;
    this.#waits = new StoreWaits(storeTimeout ?? DEFAULT_STORE_TIMEOUT);
    this.#store = options.counters;
  }

  /** Whether the store may answer later. */
  get answerLater(): boolean {
    return this.#options.counters?.answersLater === true;
  }

  /** Whether the store can be listed. */
  get canList(): boolean {
    return this.#store === undefined || typeof this.#store.list === "function";
  }

  /**
   * Counters of a rule without room. Rejects with what the store throws, when it does not answer in time, and for an answer that
   * is not a list of counters.
   */
  async list(rule: string, most: number, now: number): Promise<readonly CounterEntry[]> {
    const store = this.#store;
    if (store === undefined) return [];
    if (store.list === undefined) {
      throw new MisuseError("E_OPTION", "the counter store cannot be listed: it has no method `list`");
    }
    const asked = store.list(rule, most, now);
    const answer: unknown = isPromise(asked) ? await this.#waits.forResponse(asked) : asked;
    if (!Array.isArray(answer)) throw new Error("the result is not a list of counters");
    return answer.slice(0, most).map(entryIn);
  }

  /** Forgets a key. Rejects as {@link list} does. */
  async reset(key: string): Promise<void> {
    const asked = this.#store?.reset(key);
    if (isPromise(asked)) await this.#waits.forResponse(asked);
  }

  make(plan: LimiterPlan): RateLimiter {
    const { servedFromCache } = this.#options;
    // Most firewalls of many have no rate limit.
    this.#store ??= new MemoryCounterStore();
    return new Limiter(plan, {
      store: this.#store,
      waits: this.#waits,
      servedFromCache:
        servedFromCache &&
        (({ request }) => {
          const response = request instanceof WafRequest ? request.view.response : undefined;
          return response === undefined ? undefined : servedFromCache(response);
        }),
    });
  }
}

/** A listed counter, each member read once. @throws Error when it is none. */
function entryIn(entry: CounterEntry | undefined): CounterEntry {
  const { key, window } = entry ?? {};
  if (typeof key !== "string" || typeof window?.limit !== "number" || typeof window.period !== "number") {
    throw new Error("the result is not a list of counters");
  }
  return { key, window, ...stateIn(entry, window) };
}
