import type { Result } from "../../language/diagnostics/diagnostic.ts";
import { wholeNumber } from "../../language/diagnostics/option-values.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { type RequestData, viewOf } from "../../request/model/memory-request.ts";
import { prepareRequestOptions } from "../../request/model/options.ts";
import { WafRequest } from "../../request/model/request.ts";
import type { RequestView } from "../../request/view/request-view.ts";
import { isPromise, type MaybePromise } from "../../rules/ratelimit/counter-store.ts";
import type { ListItemDocument } from "../../rules/ruleset/document.ts";
import type { PhaseCatalogue } from "../../rules/ruleset/phases.ts";
import type { AnyDecision, Decision } from "../decision/decision.ts";
import { ConfigurationError, MisuseError } from "../decision/errors.ts";
import { tell } from "../decision/failure.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";
import { ArrivingView } from "../evaluation/arriving-view.ts";
import { Evaluation } from "../evaluation/evaluation.ts";
import type { EvaluateOptions, Exchange, HostRefusal, Transaction } from "../evaluation/exchange.ts";
import { ExplanationRecorder } from "../evaluation/recorder.ts";
import { type Runtime, type SlotTable, type Snapshot, slotTable } from "../evaluation/runtime.ts";
import { EngineTransaction, type TransactionHome } from "../evaluation/transaction.ts";
import { buildEvent } from "../events/build-event.ts";
import { createEmitter, type EventEmitter } from "../events/emitter.ts";
import type { RequestFacts } from "../events/event.ts";
import { loggedFields } from "../events/logged-fields.ts";
import { createRedactor, type Redactor } from "../events/redact.ts";
import { requestFacts } from "../events/request-facts.ts";
import { DEFAULT_BUDGET, DEFAULT_ENGINE_LIMITS, type EngineLimits } from "../options/limits.ts";
import { checkWafOptions, schemeOf, type WafOptions } from "../options/options.ts";
import { runtimeRandom } from "../options/random.ts";
import { limitersOf } from "../snapshot/rate-limiters.ts";
import type { HistoryEntry, ListUpdateReport, UpdateReport, WafConfig } from "../snapshot/reports.ts";
import { SnapshotBuilder } from "../snapshot/snapshot-builder.ts";
import { SnapshotStore } from "../snapshot/store.ts";
import type { HostFacts, Waf } from "./waf.ts";

/** Evaluations kept for later requests; more are made when more requests are under way at once. */
const MAX_POOL = 256;
const DEFAULT_HISTORY = 10;

/**
 * A firewall for a configuration and a scheme.
 *
 * @param standard makes the scheme that `options.scheme` stands in for.
 */
export function makeWaf(config: WafConfig, options: WafOptions, standard: () => Scheme<never>): Result<Waf> {
  checkWafOptions(options);
  const scheme = schemeOf(options, standard);
  const limits: EngineLimits = { ...DEFAULT_ENGINE_LIMITS, ...options.limits?.engine };
  for (const [name, value] of Object.entries(limits)) wholeNumber(`limits.engine.${name}`, value, 0);
  const historySize = wholeNumber("historySize", options.historySize ?? DEFAULT_HISTORY, 1);
  const builder = new SnapshotBuilder(options, scheme, limits, limitersOf(options));
  const opened = SnapshotStore.open(builder, config, historySize);
  if (!opened.ok) return opened;
  return { ...opened, value: new EngineWaf(opened.value, builder.phases, scheme, limits, options) };
}

/** The value of a result. @throws ConfigurationError for faults. */
export function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new ConfigurationError(result.errors);
  return result.value;
}

class EngineWaf implements Waf, TransactionHome {
  readonly failure: "closed" | "open";
  readonly mode: "enforce" | "observe";
  readonly host: HostFacts;
  readonly #runtime: Runtime;
  readonly #options: WafOptions;
  readonly #scheme: Scheme<never>;
  readonly #redact: Redactor;
  readonly #emitter: EventEmitter;
  readonly #pool: Evaluation[] = [];
  readonly #store: SnapshotStore;

  constructor(
    store: SnapshotStore,
    phases: PhaseCatalogue,
    scheme: Scheme<never>,
    limits: EngineLimits,
    options: WafOptions,
  ) {
    this.#options = options;
    this.#store = store;
    this.#scheme = scheme;
    this.failure = options.failure ?? "closed";
    this.mode = options.mode ?? "enforce";
    this.#redact = options.redact === undefined ? defaultRedactor() : createRedactor(options.redact);
    this.#emitter = createEmitter({
      sinks: options.events ?? [],
      onError: (failure) => {
        tell(() => options.onSinkError?.(failure));
        this.onError(failure.error);
      },
      deduplicate: options.deduplicateEvents,
    });
    const random = options.random ?? runtimeRandom();
    this.#runtime = {
      phases,
      limits,
      request: prepareRequestOptions({
        random,
        ...(options.client === undefined ? {} : { client: options.client }),
        ...(options.limits?.request === undefined ? {} : { limits: options.limits.request }),
        ...(options.normalizePath === undefined ? {} : { normalizePath: options.normalizePath }),
        ...(options.geo === undefined ? {} : { geo: options.geo }),
        ...(options.zoneName === undefined ? {} : { zoneName: options.zoneName }),
      }),
      slots: slotsOf(scheme),
      mode: this.mode,
      budget: wholeNumber("budget", options.budget ?? DEFAULT_BUDGET, 1),
      onBudget: options.onBudget ?? "block",
      challenge: options.challenge,
      createContext: () => scheme.createContext(),
    };
    this.host = Object.freeze({
      failure: this.failure,
      mode: this.mode,
      challenge: options.challenge,
      client: options.client,
      request: this.#runtime.request,
    });
  }

  get snapshot(): SnapshotFacts {
    return this.#store.current.facts;
  }

  async evaluate(request: RequestData | RequestView, options: EvaluateOptions = {}): Promise<Decision> {
    const transaction = this.begin(viewOf(request), options);
    try {
      return await transaction.request();
    } finally {
      transaction.end();
    }
  }

  evaluateSync(request: RequestData | RequestView, options: EvaluateOptions = {}): Decision {
    const transaction = this.begin(viewOf(request), options);
    try {
      return settled(transaction.request());
    } finally {
      transaction.end();
    }
  }

  async evaluateExchange(given: RequestData | RequestView, options: EvaluateOptions = {}): Promise<Exchange> {
    const view = viewOf(given);
    const transaction = this.begin(new ArrivingView(view, { response: undefined }), options);
    try {
      const request = await transaction.request();
      if (request.action !== "allow" || view.response === undefined) return { request };
      return { request, response: await transaction.response(view.response) };
    } finally {
      transaction.end();
    }
  }

  evaluateExchangeSync(given: RequestData | RequestView, options: EvaluateOptions = {}): Exchange {
    const view = viewOf(given);
    const transaction = this.begin(new ArrivingView(view, { response: undefined }), options);
    try {
      const request = settled(transaction.request());
      if (request.action !== "allow" || view.response === undefined) return { request };
      return { request, response: settled(transaction.response(view.response)) };
    } finally {
      transaction.end();
    }
  }

  begin(view: RequestView, options: EvaluateOptions = {}): Transaction {
    return new EngineTransaction(this, this.#store.current, view, options);
  }

  requestFacts(view: RequestView): RequestFacts {
    return requestFacts(new WafRequest(view, this.#runtime.request), (error) => this.onError(error));
  }

  update(config: WafConfig): Result<UpdateReport> {
    return this.#store.update(config);
  }

  updateList(name: string, items: readonly ListItemDocument[]): Result<ListUpdateReport> {
    return this.#store.updateList(name, items);
  }

  history(): readonly HistoryEntry[] {
    return this.#store.history();
  }

  rollback(version: number): Result<UpdateReport> {
    return this.#store.rollback(version);
  }

  // What transactions ask of their firewall.

  onError(error: unknown): void {
    tell(() => this.#options.onError?.(error));
  }

  take(): Evaluation {
    return this.#pool.pop() ?? new Evaluation(this.#runtime, this.#scheme);
  }

  give(evaluation: Evaluation): void {
    evaluation.release();
    if (this.#pool.length < MAX_POOL) this.#pool.push(evaluation);
  }

  recorder(snapshot: Snapshot, wanted: boolean | undefined): ExplanationRecorder | undefined {
    if (!(wanted ?? this.#options.trace ?? false)) return undefined;
    return new ExplanationRecorder(snapshot, this.#runtime.limits, this.#redact);
  }

  finished(evaluation: Evaluation, decision: AnyDecision, refusal: HostRefusal | undefined): void {
    if (!this.#emitter.active) return;
    const { request, context, changes } = evaluation;
    const { response } = request.view;
    const fields = loggedFields(request, changes.snapshot().logFields, context.budget);
    const event = buildEvent(
      {
        decision: {
          ...decision,
          matches: evaluation.matches,
          ...(evaluation.failures === undefined ? {} : { failures: evaluation.failures }),
        },
        request: requestFacts(request, (error) => this.onError(error)),
        phases: this.#runtime.phases,
        time: request.view.receivedAt,
        ...(response === undefined ? {} : { response: { status: response.status } }),
        ...(fields.length === 0 ? {} : { fields }),
        ...(refusal === undefined ? {} : { refusal }),
      },
      this.#redact,
    );
    if (event !== undefined) this.#emitter.emit(event);
  }
}

const SLOTS = new WeakMap<Scheme<never>, SlotTable>();

/** The slots of a scheme, which many firewalls may have. */
function slotsOf(scheme: Scheme<never>): SlotTable {
  let slots = SLOTS.get(scheme);
  if (slots === undefined) {
    slots = slotTable(scheme);
    SLOTS.set(scheme, slots);
  }
  return slots;
}

let plainRedactor: Redactor | undefined;

function defaultRedactor(): Redactor {
  plainRedactor ??= createRedactor();
  return plainRedactor;
}

/** @throws MisuseError `E_ASYNC_STORE` for what is still to come. */
function settled<T>(decision: MaybePromise<T>): T {
  if (!isPromise(decision)) return decision;
  decision.then(undefined, () => {});
  throw new MisuseError("E_ASYNC_STORE", "a store answers later: use `evaluate`, which waits for it");
}
