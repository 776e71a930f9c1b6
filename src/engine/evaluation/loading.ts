// On the request path of rules that need loaded fields.
import type { ExecutionContext, FieldLoader, LoadSignal } from "../../language/scheme/execution-context.ts";
import { DEFAULT_LOAD_TIMEOUT } from "../../language/scheme/field-load.ts";
import { Budget } from "../../language/values/budget.ts";
import { fitsType } from "../../language/values/fits.ts";
import { typeName } from "../../language/values/types.ts";
import type { Value } from "../../language/values/value.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { FieldLoad } from "../../rules/plan/plan.ts";
import { within } from "../../rules/ratelimit/wait.ts";
import type { Effects } from "./effects.ts";

// Every JavaScript host has it, but the standard library of the language does not declare it.
declare const AbortController: new () => { readonly signal: LoadSignal; abort(): void };

/** Result of a load without a value. */
export interface LoadFailure {
  readonly load: FieldLoad;
  readonly error: unknown;
}

/** Pending loads of one request. */
export class Loading {
  readonly #aborts: (() => void)[] = [];
  #isAborted = false;
  readonly #failed: (failure: LoadFailure) => void;

  /** @param failed called for each load that failed before {@link abort}; must not throw. */
  constructor(failed: (failure: LoadFailure) => void) {
    this.#failed = failed;
  }

  /**
   * Loads fields concurrently, and puts their values into the context when the last one has settled. Never rejects.
   *
   * @param request a separate object, which loaders may keep.
   * @param budget steps that each load may spend.
   */
  async run(
    loads: readonly FieldLoad[],
    request: WafRequest,
    context: ExecutionContext,
    budget: number,
  ): Promise<void> {
    const values = await Promise.all(loads.map((load) => this.#load(load, request, budget)));
    loads.forEach(({ slot }, at) => {
      context.set(slot, values[at]);
    });
  }

  /** The transaction has ended: loads that are still running are no longer needed. */
  abort(): void {
    this.#isAborted = true;
    for (const abort of this.#aborts) abort();
  }

  async #load(load: FieldLoad, request: WafRequest, budget: number): Promise<Value | undefined> {
    const { field } = load;
    const controller = new AbortController();
    this.#aborts.push(() => controller.abort());
    try {
      // A firewall's loaders get such requests; a scheme does not know what its loaders read.
      const loader = field.load as FieldLoader<WafRequest> | undefined;
      const timeout = field.loadTimeout ?? DEFAULT_LOAD_TIMEOUT;
      const asked = Promise.resolve(
        loader?.(request, { signal: controller.signal, budget: new Budget(budget) }),
      );
      const value = await within(asked, timeout, `no value within ${timeout} ms`);
      if (value === undefined || fitsType(field.type, value)) return value;
      throw new Error(`the value is not of type ${typeName(field.type)}`);
    } catch (error) {
      if (!this.#isAborted) this.#failed({ load, error });
      controller.abort();
      return undefined;
    }
  }
}

/** The fields of one request that are loaded. One per evaluation. */
export class FieldLoads {
  readonly #context: ExecutionContext;
  readonly #request: WafRequest;
  readonly #effects: Effects;
  readonly #budget: number;
  readonly #failed: (failure: LoadFailure) => void;
  /** Made at the first load. */
  #loading: Loading | undefined;

  /**
   * @param budget steps that each load may spend.
   * @param failed as for {@link Loading}.
   */
  constructor(
    context: ExecutionContext,
    request: WafRequest,
    effects: Effects,
    budget: number,
    failed: (failure: LoadFailure) => void,
  ) {
    this.#context = context;
    this.#request = request;
    this.#effects = effects;
    this.#budget = budget;
    this.#failed = failed;
  }

  /** Makes it ready for another request. */
  reset(): void {
    this.#loading = undefined;
  }

  /** The loads that have no value yet and can run, each once. */
  missing(loads: readonly FieldLoad[], lacksBody: boolean): readonly FieldLoad[] {
    const { slots } = this.#context;
    const missing: FieldLoad[] = [];
    for (const load of loads) {
      if (slots[load.slot] !== null || missing.some(({ slot }) => slot === load.slot)) continue;
      if (!load.awaitsBody || !lacksBody) missing.push(load);
    }
    return missing;
  }

  /** Never rejects. */
  async run(loads: readonly FieldLoad[]): Promise<void> {
    this.#loading ??= new Loading(this.#failed);
    await this.#loading.run(loads, this.#request.copy(), this.#context, this.#budget);
    this.#effects.masks.forget();
  }

  /** The transaction has ended: aborts loads that are still running. */
  cancel(): void {
    this.#loading?.abort();
  }
}
