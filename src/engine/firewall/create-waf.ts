import { keptInspection } from "../../detection/inspection/kept.ts";
import type { Diagnostic, Result } from "../../language/diagnostics/diagnostic.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { responseOutcome } from "../../request/body/response-outcome.ts";
import { type RequestData, viewOf } from "../../request/model/memory-request.ts";
import { WafRequest } from "../../request/model/request.ts";
import type { RequestView, ResponseView } from "../../request/view/request-view.ts";
import { isPromise, type MaybePromise } from "../../rules/ratelimit/counter-store.ts";
import { isNow } from "../../rules/ratelimit/limiter.ts";
import type { ListItemDocument } from "../../rules/ruleset/document.ts";
import type { AnyDecision, Decision } from "../decision/decision.ts";
import { ConfigurationError, MisuseError } from "../decision/errors.ts";
import { tell } from "../decision/failure.ts";
import type { HostNeed } from "../decision/host-need.ts";
import { changedMode, type ModePart, Modes, type WafMode, type WafModes } from "../decision/modes.ts";
import type { SentAnswer, TellsLater } from "../decision/sent-answer.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";
import { ArrivingView } from "../evaluation/arriving-view.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import type { EvaluateOptions, Exchange, HostRefusal, Transaction } from "../evaluation/exchange.ts";
import { ExplanationRecorder } from "../evaluation/recorder.ts";
import type { Snapshot } from "../evaluation/runtime.ts";
import { sealableInputs, shownInputs } from "../evaluation/shown-inputs.ts";
import { EngineTransaction, type TransactionHome } from "../evaluation/transaction.ts";
import { buildEvent } from "../events/build-event.ts";
import { versionChange, type WafChange } from "../events/change.ts";
import { EventEmitter, type EventStats } from "../events/emitter.ts";
import type { EventSink, RequestFacts, WafEvent } from "../events/event.ts";
import { checkedTime } from "../events/iso-time.ts";
import { loggedFields } from "../events/logged-fields.ts";
import type { ConfigurationSizes, WafMetrics } from "../events/metrics.ts";
import { createRedactor, type Redactor } from "../events/redact.ts";
import { rememberedRedactor } from "../events/remembered-redactor.ts";
import { requestFacts } from "../events/request-facts.ts";
import { createSealer, type Sealer } from "../events/sealed-evidence.ts";
import { checkSelectEvents, eventSelector } from "../events/select-events.ts";
import { checkWafOptions, schemeOf, type WafOptions } from "../options/options.ts";
import { hostNeeds } from "../snapshot/host-needs.ts";
import { Limiters } from "../snapshot/rate-limiters.ts";
import type {
  HistoryEntry,
  ListUpdateReport,
  UpdateOptions,
  UpdateReport,
  WafConfig,
} from "../snapshot/reports.ts";
import { SnapshotStore } from "../snapshot/store.ts";
import { cannotWait } from "../snapshot/waits.ts";
import { checkSupplied } from "./check-supplied.ts";
import { type Settings, settingsOf } from "./settings.ts";
import type { HostFacts, Waf } from "./waf.ts";
import { FirewallLimits, type WafLimits } from "./waf-limits.ts";

/**
 * A firewall for a configuration and a scheme.
 *
 * @param standard makes the scheme that `options.scheme` stands in for.
 */
export function makeWaf(config: WafConfig, options: WafOptions, standard: () => Scheme<never>): Result<Waf> {
  checkWafOptions(options);
  const settings = settingsOf(options, schemeOf(options, standard));
  checkSelectEvents(options.selectEvents, settings.builder.actionsByName);
  const limiters = new Limiters(options);
  const opened = SnapshotStore.open(settings.builder, limiters, config, settings.historySize);
  if (!opened.ok) return opened;
  return { ...opened, value: new EngineWaf(opened.value, settings, options, limiters) };
}

/** The value of a result. @throws ConfigurationError for faults. */
export function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new ConfigurationError(result.errors);
  return result.value;
}

/** Of most firewalls: they need not have one each. */
const ENFORCING = /* @__PURE__ */ new Modes("enforce");

/** The firewall, as little of it as can be: many may stand side by side. */
class EngineWaf implements Waf, TransactionHome {
  readonly #store: SnapshotStore;
  readonly #settings: Settings;
  readonly #options: WafOptions;
  /** Undefined: nobody wants events. */
  readonly #emitter: EventEmitter | undefined;
  readonly #redact: Redactor | undefined;
  readonly #seal: Sealer | undefined;
  /** What metrics were told of the configuration in force. */
  #sizes: ConfigurationSizes | undefined;
  readonly #limiters: Limiters;
  #modes: Modes;

  constructor(store: SnapshotStore, settings: Settings, options: WafOptions, limiters: Limiters) {
    this.#limiters = limiters;
    this.#store = store;
    this.#settings = settings;
    this.#options = options;
    const { events, redact, sealEvidence, mode = "enforce" } = options;
    this.#modes = mode === "enforce" ? ENFORCING : new Modes(mode);
    this.#redact = redact && createRedactor(redact);
    this.#seal = sealEvidence === undefined ? undefined : createSealer(sealEvidence);
    this.#emitter = events && events.length > 0 ? this.#emitterFor(events) : undefined;
    if (options.metrics !== undefined) this.#measureSizes();
  }

  get phaseTimes(): WafMetrics | undefined {
    return this.#options.metrics;
  }

  get failure(): "closed" | "open" {
    return this.host.failure;
  }

  get oversize(): "block" | "inspect" {
    return this.host.oversize;
  }

  get hasEvents(): boolean {
    return this.#emitter !== undefined;
  }

  get modesNow(): Modes {
    return this.#modes;
  }

  get mode(): WafMode {
    return this.#modes.whole;
  }

  get modes(): WafModes {
    return this.#modes.facts();
  }

  get host(): HostFacts {
    return this.#settings.host;
  }

  get snapshot(): SnapshotFacts {
    return this.#store.current.facts;
  }

  get warnings(): readonly Diagnostic[] {
    return this.#store.warnings;
  }

  get hostNeeds(): readonly HostNeed[] {
    return hostNeeds(this.#store.current.plan);
  }

  async evaluate(request: RequestData | RequestView, options: EvaluateOptions = {}): Promise<Decision> {
    const transaction = this.begin(viewOf(request, this.host.clock), options);
    try {
      return await transaction.request();
    } finally {
      transaction.end();
    }
  }

  get canEvaluateSync(): boolean {
    return this.#store.current.waits === undefined;
  }

  evaluateSync(request: RequestData | RequestView, options: EvaluateOptions = {}): Decision {
    this.#refuseWaiting("`evaluateSync` cannot wait");
    const transaction = this.begin(viewOf(request, this.host.clock), options);
    try {
      return settled(transaction.request());
    } finally {
      transaction.end();
    }
  }

  async evaluateExchange(given: RequestData | RequestView, options: EvaluateOptions = {}): Promise<Exchange> {
    const view = viewOf(given, this.host.clock);
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
    this.#refuseWaiting("`evaluateExchangeSync` cannot wait");
    const view = viewOf(given, this.host.clock);
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
    const { supplied } = view;
    if (supplied !== undefined) checkSupplied(supplied, this.#settings.scheme);
    return new EngineTransaction(this, this.#store.current, view, options);
  }

  requestFacts(view: RequestView): RequestFacts {
    return requestFacts(new WafRequest(view, this.#settings.runtime.request), (error) => this.onError(error));
  }

  get limits(): WafLimits {
    return new FirewallLimits(
      this.#limiters,
      () => this.#store.current.plan,
      () => this.#redactor,
      () => this.#now(),
    );
  }

  setMode(mode: WafMode, part?: ModePart): void {
    const before = this.#modes;
    const { phases } = this.#settings.runtime;
    this.#modes = before.with(mode, part, phases, (id) => this.#store.hasRuleset(id));
    const what = changedMode(before, this.#modes, part, phases);
    if (what !== undefined) this.#tell({ change: "mode", time: this.#timeOfChange(), ...what });
  }

  update(config: WafConfig, options?: UpdateOptions): Result<UpdateReport> {
    return this.#changing("update", () => this.#store.update(config, options));
  }

  updateList(
    name: string,
    items: readonly ListItemDocument[],
    options?: UpdateOptions,
  ): Result<ListUpdateReport> {
    return this.#changing("list", () => this.#store.updateList(name, items, options));
  }

  history(): readonly HistoryEntry[] {
    return this.#store.history();
  }

  rollback(version: number, options?: UpdateOptions): Result<UpdateReport> {
    return this.#changing("rollback", () => this.#store.rollback(version, options));
  }

  /** Tells of the version that a change has put in force. */
  #changing<T>(operation: "update" | "list" | "rollback", change: () => Result<T>): Result<T> {
    const before = this.snapshot.version;
    const result = change();
    const { metrics } = this.#options;
    if (metrics !== undefined) {
      const isChanged = this.snapshot.version !== before;
      metrics.changed(operation, isChanged ? "changed" : result.ok ? "unchanged" : "refused");
      if (isChanged) this.#measureSizes();
    }
    if (this.snapshot.version !== before && this.#options.onChange !== undefined) {
      const entry = this.history()[0];
      if (entry !== undefined) this.#tell(versionChange(entry));
    }
    return result;
  }

  #measureSizes(): void {
    const { facts, lists, redirects } = this.#store.current;
    const sizes = {
      rules: facts.rules,
      lists: new Map(
        [...lists, ...redirects.values()].flatMap((list) => (isSized(list) ? [[list.name, list.size]] : [])),
      ),
    };
    this.#options.metrics?.sized(this.#sizes, sizes);
    this.#sizes = sizes;
  }

  #tell(change: WafChange): void {
    tell(() => this.#options.onChange?.(change));
  }

  /** A kill switch works though the embedder's clock does not. */
  #timeOfChange(): number {
    try {
      return checkedTime("now", this.#now());
    } catch {
      return Date.now();
    }
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  async flush(timeout?: number): Promise<void> {
    await this.#emitter?.flush(timeout);
  }

  async close(timeout?: number): Promise<void> {
    this.#options.metrics?.sized(this.#sizes, undefined);
    this.#sizes = undefined;
    await this.#emitter?.close(timeout);
  }

  get eventStats(): EventStats {
    return this.#emitter?.stats() ?? NO_EVENTS;
  }

  // What transactions ask of their firewall.

  onError(error: unknown): void {
    tell(() => this.#options.onError?.(error));
  }

  timeOf(view: RequestView, given: number | undefined): number {
    if (given !== undefined) return checkedTime("now", given);
    // Views are an embedder's: a limit at no time would let everything pass.
    return isNow(view.receivedAt) ? view.receivedAt : checkedTime("now", this.#now());
  }

  take(): Evaluation {
    return this.#settings.take();
  }

  give(evaluation: Evaluation): void {
    this.#settings.give(evaluation);
  }

  recorder(snapshot: Snapshot, wanted: boolean | undefined): ExplanationRecorder | undefined {
    if (!(wanted ?? this.#options.trace ?? false)) return undefined;
    return new ExplanationRecorder(snapshot, this.#settings.runtime.limits, this.#redactor);
  }

  finished(
    evaluation: Evaluation,
    decision: AnyDecision,
    refusal: HostRefusal | undefined,
    sent: SentAnswer | TellsLater | undefined,
  ): void {
    if (this.#options.metrics !== undefined) {
      const { matches, failures, seconds } = evaluation;
      const last = failures === undefined ? { ...decision, matches } : { ...decision, matches, failures };
      this.#options.metrics.decided(last, seconds, refusal);
    }
    if (this.#emitter === undefined) return;
    const { request, context, changes } = evaluation;
    const { response } = request.view;
    const redact = rememberedRedactor(this.#redactor);
    const fields = loggedFields(request, changes.snapshot().logFields, context.budget);
    const event = buildEvent(
      {
        decision: {
          ...decision,
          matches: evaluation.matches,
          ...(evaluation.failures === undefined ? {} : { failures: evaluation.failures }),
        },
        request: requestFacts(request, (error) => this.onError(error)),
        phases: this.#settings.runtime.phases,
        time: request.now,
        evidence: keptInspection(request)?.evidence,
        ...shownInputs(evaluation, redact),
        unread: () => request.body?.knownError(context.budget) ?? "",
        ...(response === undefined ? {} : { response: responseFacts(response) }),
        ...(fields.length === 0 ? {} : { fields }),
        ...(refusal === undefined ? {} : { refusal }),
        reports: evaluation.reports,
        ...(typeof sent === "object" ? { sent } : {}),
      },
      redact,
    );
    if (event === undefined) return;
    const later = typeof sent === "function" ? sent : undefined;
    const matched = this.#seal === undefined ? [] : sealableInputs(evaluation.evidence.inputs);
    const seal = this.#seal;
    if (seal === undefined || matched.length === 0) this.#emitter.emit(event, later);
    else this.#emitter.emit(event, later, () => seal(event.id, matched));
  }

  /** @throws MisuseError when a rule may have to be waited for. */
  #refuseWaiting(what: string): void {
    const { waits } = this.#store.current;
    if (waits !== undefined) throw cannotWait(waits, what);
  }

  get #redactor(): Redactor {
    return this.#redact ?? defaultRedactor();
  }

  #emitterFor(sinks: readonly EventSink[]): EventEmitter {
    const { selectEvents, eventQueue, metrics } = this.#options;
    return new EventEmitter({
      sinks,
      onError: (failure) => {
        tell(() => this.#options.onSinkError?.(failure));
        this.onError(failure.error);
      },
      deduplicate: this.#options.deduplicateEvents,
      select:
        selectEvents === undefined
          ? undefined
          : eventSelector(selectEvents, this.#settings.builder.actionsByName),
      queue: eventQueue,
      observer: metrics,
    });
  }
}

/** Whether a list of a snapshot knows its name and size; those that embedders make need not. */
function isSized(list: unknown): list is { readonly name: string; readonly size: number } {
  return typeof list === "object" && list !== null && "name" in list && "size" in list;
}

const NO_EVENTS: EventStats = Object.freeze({
  events: 0,
  written: 0,
  leftOut: Object.freeze({ filter: 0, sample: 0 }),
  waiting: 0,
  dropped: Object.freeze({}),
  failures: Object.freeze({}),
});

let plainRedactor: Redactor | undefined;

function defaultRedactor(): Redactor {
  plainRedactor ??= createRedactor();
  return plainRedactor;
}

/** @throws MisuseError `E_ASYNC_STORE` for what is still to come. */
function settled<T>(decision: MaybePromise<T>): T {
  if (!isPromise(decision)) return decision;
  decision.then(undefined, () => {});
  throw new MisuseError(
    "E_ASYNC_STORE",
    "a counter store returns promises without declaring `answersLater`: use `evaluate`, which waits for it",
  );
}

function responseFacts(response: ResponseView): NonNullable<WafEvent["response"]> {
  const { status } = response;
  const { outcome, reason } = responseOutcome(response);
  return outcome === "partly" ? { status, unread: reason } : { status };
}
