// On the request path: one request judged, rule by rule. The synchronous case makes no promise. Per rule nothing is
// allocated, per match a record.
import { keptInspection } from "../../detection/inspection/kept.ts";
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { Budget } from "../../language/values/budget.ts";
import { headFault } from "../../request/head/head-limits.ts";
import { WafRequest } from "../../request/model/request.ts";
import type { BodyView, RequestView, ResponseView } from "../../request/view/request-view.ts";
import type { RuleFacts } from "../../rules/plan/facts.ts";
import type { FieldLoad, PhasePlan, RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import { isPromise, type MaybePromise } from "../../rules/ratelimit/counter-store.ts";
import type { RateLimiter, RateLimitVerdict } from "../../rules/ratelimit/rate-limiter.ts";
import type { StagedChanges } from "../decision/changes.ts";
import type { Failure, Match } from "../decision/decision.ts";
import type { Explanation } from "../decision/explanation.ts";
import { failureOf } from "../decision/failure.ts";
import { ArrivingView } from "./arriving-view.ts";
import { Effects } from "./effects.ts";
import type { HostRefusal } from "./exchange.ts";
import { type FurtherRule, findFurther } from "./further-rules.ts";
import { inputText, receivedText } from "./input-names.ts";
import { type LoadFailure, Loading } from "./loading.ts";
import type { HiddenInput } from "./masks.ts";
import { InputFinder, type MatchInputs } from "./match-inputs.ts";
import { budgetBlock, unseenBlock } from "./own-blocks.ts";
import { rateLimitFacts } from "./rate-limit-facts.ts";
import type { ExplanationRecorder } from "./recorder.ts";
import { NO_SNAPSHOT, type Runtime, type Snapshot } from "./runtime.ts";
import { type Frame, type Guide, Walk } from "./walk.ts";

/** Receives failures that do not end the evaluation. Must not throw. */
export interface ErrorReporter {
  onError(error: unknown): void;
}

const NO_NOTES: readonly string[] = Object.freeze([]);

const NO_LISTS: Snapshot["lists"] = Object.freeze([]);

/** What an evaluation in the pool shows: no request is kept alive by it. */
const NO_REQUEST: RequestView = Object.freeze({
  method: "",
  target: "",
  version: "",
  secure: false,
  rawHeaders: Object.freeze([]),
  remoteAddress: undefined,
  receivedAt: 0,
});

/** Steps that are allowed for each byte beyond what readers of texts get. */
const FILE_PASSES = 4;

/**
 * One request on its way through a snapshot: it asks the rules that the walk comes to, and lets those that match have
 * their effects. Kept in a pool by the firewall.
 */
export class Evaluation implements Guide {
  readonly context: ExecutionContext;
  readonly request: WafRequest;
  readonly effects: Effects;
  snapshot: Snapshot = NO_SNAPSHOT;
  matches: Match[] = [];
  budgetVerdict: "continue" | "block" | "log" | undefined;
  failures: Failure[] | undefined;
  /** Which inputs made the matches; undefined while nothing is told of any. */
  inputs: Map<Match, MatchInputs> | undefined;
  /** Which inputs exceptions hid from later rules, in words, by the rule of the exception. */
  hidden: Map<RuleFacts, Set<string>> | undefined;
  /** What would have matched behind the rule that decided. */
  further: readonly FurtherRule[] | undefined;
  readonly #scheme: Scheme<never>;
  /** Whether matches are told with their inputs, and what finds them: made at the first match. */
  #tellsInputs = false;
  #finder: InputFinder | undefined;
  readonly #runtime: Runtime;
  readonly #budget: Budget;
  readonly #walk: Walk;
  /** Rules with limits that count the response, in the order in which the request met them. */
  readonly #responseCounts: RulePlan[] = [];
  #recorder: ExplanationRecorder | undefined;
  #reporter: ErrorReporter | undefined;
  /** Made at the first load. */
  #loading: Loading | undefined;
  #now = 0;
  #reference = "";

  constructor(runtime: Runtime, scheme: Scheme<never>) {
    this.#runtime = runtime;
    this.#scheme = scheme;
    this.context = runtime.createContext();
    this.#budget = new Budget(runtime.budget);
    this.request = new WafRequest(NO_REQUEST, runtime.request);
    this.#walk = new Walk(this, this.context, this.#budget);
    this.effects = new Effects(runtime, scheme, this.request, this.context, this.#walk);
  }

  get changes(): StagedChanges {
    return this.effects.changes;
  }

  /** A rule is next that reads the body, which is not there; or the request passes, and one on the response reads it. */
  get waitsForBody(): boolean {
    if (this.#walk.stage === "waiting") return true;
    return this.snapshot.plan.readsBodyLater && this.lacksBody && this.effects.outcome === undefined;
  }

  /** Whether a rule may come to want a body that is not there. */
  get lacksBody(): boolean {
    return this.#walk.arrived === "head";
  }

  /** Whether a rule may still read the response's body, as far as the judged request tells. */
  get mayReadResponseBody(): boolean {
    const { plan } = this.snapshot;
    if (!plan.readsResponseBody) return false;
    return (
      this.#responseCounts.some((rule) => rule.readsResponseBody) ||
      plan.response.some((phase) => this.#mayReadResponseBodyIn(phase)) ||
      plan.logging.some((phase) => this.#mayReadResponseBodyIn(phase))
    );
  }

  #mayReadResponseBodyIn(phase: PhasePlan): boolean {
    if (!this.effects.mayEnter(phase)) return false;
    return phase.entrypoints.some(
      (one) => one.readsResponseBody && this.effects.skippedBy(one) === undefined && this.#hasReader(one),
    );
  }

  /** When the budget is used up, nothing is known of the rules that are left. */
  #hasReader({ rules }: RulesetPlan): boolean {
    return rules.some(({ enabled, readsResponseBody, expiresAt, requestPart, executed }) => {
      const leadsToReader = readsResponseBody || executed?.readsResponseBody === true;
      if (!enabled || !leadsToReader || expiresAt <= this.#now) return false;
      if (requestPart?.(this.context) === false && this.#budget.remaining > 0) return false;
      return readsResponseBody || (executed !== undefined && this.#hasReader(executed));
    });
  }

  /** A promise is under way: the object must not be used for another request. */
  get isPending(): boolean {
    return this.#walk.stage === "pending";
  }

  /**
   * @param reporter told of what goes wrong without ending the evaluation.
   * @returns the request's reference id.
   */
  begin(
    snapshot: Snapshot,
    view: RequestView,
    now: number,
    recorder: ExplanationRecorder | undefined,
    reporter: ErrorReporter,
    tellsInputs: boolean,
  ): string {
    this.snapshot = snapshot;
    this.#reporter = reporter;
    this.#recorder = recorder;
    this.#walk.recorder = recorder;
    this.#now = now;
    this.request.reset(view);
    this.context.reset(this.request);
    this.context.lists = snapshot.lists;
    this.#budget.reset(this.#runtime.budget);
    this.context.budget = this.#budget;
    this.effects.begin(snapshot, now);
    this.matches = [];
    this.budgetVerdict = undefined;
    this.failures = undefined;
    this.#tellsInputs = tellsInputs;
    // Whether there is a body is asked last: the answer may take all the headers.
    const hasBody = !snapshot.plan.readsBody || this.request.body !== undefined;
    if (hasBody && snapshot.plan.readsBody) this.#allowFor(view.body);
    this.#walk.start(snapshot.plan.request, hasBody ? "body" : "head");
    this.#reference = this.request.rayId ?? "";
    return this.#reference;
  }

  /** What the recorder wrote down so far, with what detectors found. */
  explained(recorder: ExplanationRecorder): Explanation {
    const { scheme } = this.snapshot;
    return recorder.explanation(keptInspection(this.request)?.evidence, (field, key) =>
      receivedText({ field, key }, scheme, this.context),
    );
  }

  /** Forgets request and snapshot: the pool keeps neither alive, and serves other firewalls too. */
  release(): void {
    this.request.reset(NO_REQUEST);
    this.context.reset(undefined);
    this.context.lists = NO_LISTS;
    this.snapshot = NO_SNAPSHOT;
    this.#reporter = undefined;
    this.#loading = undefined;
    this.matches = [];
    this.failures = undefined;
    this.inputs = undefined;
    this.further = undefined;
    this.hidden = undefined;
    this.#finder = undefined;
    this.effects.release();
    // Setting a length costs a call of the runtime, even where nothing changes.
    if (this.#responseCounts.length > 0) this.#responseCounts.length = 0;
    this.#recorder = undefined;
    this.#walk.recorder = undefined;
    this.#walk.forget();
  }

  /** The body was handed over, or will not be. */
  bodyArrived(body: BodyView | undefined): void {
    if (body !== undefined && body !== this.request.view.body) {
      this.request.view = new ArrivingView(this.request.view, { body });
      this.effects.invalidate(this.#runtime.slots.withBody);
      this.#allowFor(body);
    }
    this.#walk.bodyArrived();
  }

  /** The budget is for texts; contents of files, which few rules read, are allowed a few passes beside it. */
  #allowFor(body: BodyView | undefined): void {
    const files = (body?.bytes.length ?? 0) - this.#runtime.request.limits.maxInspectedBytes;
    if (files > 0) this.#budget.remaining += FILE_PASSES * files;
  }

  /**
   * Refuses a request that passes though rules saw only a part of its head, or of the body that they read.
   *
   * @returns why it does; undefined when it does not.
   */
  refuseUnseen(): HostRefusal | undefined {
    const { effects, request } = this;
    if (effects.outcome !== undefined || effects.allowedBy !== undefined) return undefined;
    const body = this.snapshot.plan.readsBody ? request.body : undefined;
    const { limits } = this.#runtime.request;
    const fault = body?.unseen(this.#budget) ?? headFault(request.view, limits.maxHeaders, limits);
    if (fault === undefined) return undefined;
    if (this.#runtime.mode === "observe") {
      effects.wouldHave ??= "block";
      return undefined;
    }
    const { code, status, message } = fault;
    const phase = this.snapshot.plan.request.at(-1)?.phase.name ?? "";
    effects.outcome = unseenBlock(code, status, message, phase);
    this.#walk.stage = "ended";
    return { status, reason: message };
  }

  /** Turns to the response: its phases, with a budget of their own. */
  responseArrived(response: ResponseView): void {
    this.request.view = new ArrivingView(this.request.view, { response });
    this.effects.invalidate(this.#runtime.slots.withResponse);
    this.#budget.reset(this.#runtime.budget);
    this.effects.outcome = undefined;
    this.#walk.start(this.snapshot.plan.response, "response");
  }

  /** Counts the response for the limits that the request met. */
  countResponse(): MaybePromise<void> {
    const loads: FieldLoad[] = [];
    for (const { countLoads } of this.#responseCounts) this.#want(countLoads, loads);
    if (loads.length === 0) return this.#count();
    return this.#pending(this.#load(loads)).then(() => this.#count());
  }

  #count(): MaybePromise<void> {
    const waiting: Promise<void>[] = [];
    for (const rule of this.#responseCounts) {
      const counted = rule.limiter?.countResponse(this.context, this.#now);
      if (isPromise(counted)) waiting.push(counted.then((error) => this.#uncounted(rule, error)));
      else this.#uncounted(rule, counted);
    }
    this.#responseCounts.length = 0;
    return waiting.length === 0 ? undefined : this.#pending(Promise.all(waiting)).then(() => undefined);
  }

  /** The logging phases, which cannot end anything. */
  logging(): MaybePromise<void> {
    const { logging } = this.snapshot.plan;
    if (logging.length === 0) return;
    this.#budget.reset(this.#runtime.budget);
    const { outcome } = this.effects;
    const restore = () => {
      this.effects.outcome = outcome;
    };
    this.#walk.start(logging, "response");
    const waiting = this.run();
    if (waiting === undefined) return restore();
    return waiting.finally(restore);
  }

  /** The transaction has ended: aborts loads that are still running. */
  cancel(): void {
    this.#loading?.abort();
  }

  /** Something threw: the walk ends where it is, and the failure is kept for the decision and the event. */
  abandon(error: unknown, verdict: Failure["verdict"]): void {
    const { frame } = this.#walk;
    const rule = frame?.ruleset.rules[frame.position];
    // What a rule that threw was not to see, later phases may see again.
    this.effects.masks.restore(this.context);
    this.#walk.abandon();
    this.#addFailure(failureOf("engine", verdict, error, rule?.facts));
  }

  /** Walks on until the end, or until {@link waitsForBody}. */
  run(): MaybePromise<void> {
    const walk = this.#walk;
    do {
      for (let rule = walk.next(); rule !== undefined; rule = walk.next()) {
        const frame = walk.frame!;
        const waiting = this.#visit(frame, rule);
        if (waiting !== undefined) return this.#later(waiting, frame, rule);
      }
      if (walk.stage !== "loading") return undefined;
      walk.stage = "walking";
      const loads = this.#wanted();
      if (loads.length > 0) return this.#pending(this.#load(loads)).then(() => this.run());
      // Everything is there already.
    } while (walk.stage === "walking");
  }

  /** Fields of the phase that are not there, of entry points that run. */
  #wanted(): readonly FieldLoad[] {
    const wanted: FieldLoad[] = [];
    for (const ruleset of this.#walk.phase?.entrypoints ?? []) {
      if (this.effects.skippedBy(ruleset) === undefined) this.#want(ruleset.loads, wanted);
    }
    return wanted;
  }

  /** Adds fields that are not there, each once. */
  #want(loads: readonly FieldLoad[], wanted: FieldLoad[]): void {
    const { slots } = this.context;
    for (const load of loads) {
      if (slots[load.slot] !== null || wanted.some(({ slot }) => slot === load.slot)) continue;
      if (!load.awaitsBody || !this.lacksBody) wanted.push(load);
    }
  }

  async #load(loads: readonly FieldLoad[]): Promise<void> {
    this.#loading ??= new Loading((failure) => this.#loadFailed(failure));
    await this.#loading.run(loads, this.request.copy(), this.context, this.#runtime.budget);
    this.effects.masks.forget();
  }

  #loadFailed({ load, error }: LoadFailure): void {
    this.#addFailure({ ...failureOf("field", "open", error, load.rule), field: load.field.name });
    this.#reporter?.onError(error);
  }

  /** Keeps the object from other requests while a promise is under way. */
  #pending<T>(promise: Promise<T>): Promise<T> {
    const { stage } = this.#walk;
    this.#walk.stage = "pending";
    return promise.finally(() => {
      this.#walk.stage = stage;
    });
  }

  enters(phase: PhasePlan): boolean {
    if (this.effects.mayEnter(phase)) return true;
    this.#recorder?.skippedPhase(this.effects.allowedBy);
    return false;
  }

  leaves(): void {
    this.effects.settle();
  }

  skippedBy(ruleset: RulesetPlan): RulePlan | undefined {
    return this.effects.skippedBy(ruleset);
  }

  isMasked(ruleset: RulesetPlan): boolean {
    return this.effects.masks.any && this.effects.masks.concerns(ruleset);
  }

  exhausted(ruleset: RulesetPlan): void {
    this.#outOfBudget(ruleset, undefined);
  }

  /** Goes on when a store has answered. */
  #later(waiting: Promise<RateLimitVerdict | undefined>, frame: Frame, rule: RulePlan): Promise<void> {
    return this.#pending(waiting).then((verdict) => {
      if (verdict !== undefined) this.#limited(frame, rule, verdict);
      return this.run();
    });
  }

  #visit(frame: Frame, rule: RulePlan): Promise<RateLimitVerdict | undefined> | undefined {
    const { ruleset } = frame;
    const recorder = this.#recorder;
    const { effects } = this;
    if (!rule.enabled) {
      recorder?.rule(rule, "disabled");
      return undefined;
    }
    if (rule.expiresAt <= this.#now) {
      recorder?.rule(rule, "expired");
      return undefined;
    }
    if (effects.skips.any) {
      const by = effects.skips.ofRule(rule.key, ruleset.layerBit);
      if (by !== undefined) {
        recorder?.rule(rule, "skipped", by);
        return undefined;
      }
    }
    if (effects.security === "counting" && !rule.whileCounting && effects.onlyCounts) {
      recorder?.rule(rule, "not_reached");
      return undefined;
    }
    if (rule.sample !== undefined && !rule.sample.includes(this.context, this.#reference)) {
      recorder?.rule(rule, "not_sampled");
      return undefined;
    }
    const found = effects.masks.any ? this.#hiddenFrom(rule, ruleset) : undefined;
    const hidden = effects.masks.any && effects.masks.hide(rule, ruleset, this.context);
    let matched = rule.filter.test(this.context);
    const exhausted = this.#budget.remaining <= 0;
    if (!exhausted && matched && rule.scoreThreshold !== undefined)
      matched = frame.total >= rule.scoreThreshold;
    recorder?.judged(rule, matched && !exhausted, this.context, frame.shadow || rule.shadow);
    if (hidden) effects.masks.restore(this.context);
    if (found !== undefined) this.#tellHidden(found);
    if (exhausted) {
      this.#outOfBudget(ruleset, rule);
      return undefined;
    }
    if (rule.limiter !== undefined) return this.#limit(frame, rule, rule.limiter, matched);
    if (matched) this.#act(frame, rule, undefined);
    return undefined;
  }

  #limit(
    frame: Frame,
    rule: RulePlan,
    limiter: RateLimiter,
    matched: boolean,
  ): Promise<RateLimitVerdict | undefined> | undefined {
    if (limiter.countsResponse && (matched || rule.countsUnmatched)) this.#responseCounts.push(rule);
    if (!matched) {
      if (!rule.countsUnmatched) return undefined;
      const counted = limiter.count(this.context, this.#now);
      if (isPromise(counted)) return counted.then((error) => this.#uncounted(rule, error));
      return this.#uncounted(rule, counted);
    }
    const verdict = limiter.judge(this.context, this.#now);
    if (isPromise(verdict)) return verdict;
    this.#limited(frame, rule, verdict);
    return undefined;
  }

  /** The store could not count what nothing is refused for. */
  #uncounted(rule: RulePlan, storeError: string | undefined): undefined {
    if (storeError !== undefined) this.#addFailure(failureOf("store", "open", storeError, rule.facts));
  }

  #limited(frame: Frame, rule: RulePlan, verdict: RateLimitVerdict): void {
    if (verdict.storeError !== undefined) {
      const meaning = verdict.limited ? "closed" : "open";
      this.#addFailure(failureOf("store", meaning, verdict.storeError, rule.facts));
    }
    if (this.#budget.remaining <= 0) this.#outOfBudget(frame.ruleset, rule);
    else if (!verdict.limited || this.effects.onlyCounts) this.#recorder?.limit(rule, verdict);
    else this.#act(frame, rule, verdict);
  }

  #act(frame: Frame, rule: RulePlan, verdict: RateLimitVerdict | undefined): void {
    const shadow = frame.shadow || rule.shadow;
    const before = this.#walk.depth;
    const storeError = verdict?.storeError;
    const remark = storeError === undefined ? undefined : `the counter store failed: ${storeError}`;
    const inputs = this.#tellsInputs && rule.logged ? this.#findInputs(frame, rule) : undefined;
    this.effects.apply(rule, shadow, remark);
    const match = this.#record(frame, rule, shadow, verdict);
    this.#recorder?.acted(match, this.#walk.depth > before, inputs, this.context);
    if (inputs !== undefined) {
      this.inputs ??= new Map();
      this.inputs.set(match, inputs);
    }
    if (this.#tellsInputs && match.decisive) this.#findFurther(frame, rule);
    if (this.#budget.remaining <= 0) this.#outOfBudget(frame.ruleset, rule);
  }

  /** Inputs that the request has and that exceptions hide from the rule, when anything is told of it. */
  #hiddenFrom(rule: RulePlan, ruleset: RulesetPlan): readonly HiddenInput[] | undefined {
    if (!this.#tellsInputs) return undefined;
    const found = this.effects.masks.hiddenFrom(rule, ruleset, this.context);
    return found.length === 0 ? undefined : found;
  }

  /** The explanation tells it of the rule, the event of the exception: once of each input. */
  #tellHidden(inputs: readonly HiddenInput[]): void {
    this.#recorder?.hid(inputs);
    this.hidden ??= new Map();
    for (const { by, ...input } of inputs) {
      const texts = this.hidden.get(by.facts) ?? new Set();
      if (texts.size < this.#runtime.limits.maxNotes) texts.add(`hid ${inputText(input)}`);
      this.hidden.set(by.facts, texts);
    }
  }

  /** What made the rule match, before its action changes anything. */
  #findInputs({ ruleset }: Frame, rule: RulePlan): MatchInputs | undefined {
    const { masks } = this.effects;
    this.#finder ??= new InputFinder(this.#scheme, this.request);
    const hidden = masks.any && masks.hide(rule, ruleset, this.context);
    const inputs = this.#finder.find(rule, ruleset, this.context);
    if (hidden) masks.restore(this.context);
    return inputs && this.#finder.withWholes(inputs, this.context);
  }

  #findFurther(frame: Frame, rule: RulePlan): void {
    const finder = this.#finder;
    // A rule that matches whatever the request holds tells nothing about those behind it.
    if (finder === undefined || this.further !== undefined) return;
    this.further = findFurther(frame, rule, {
      effects: this.effects,
      context: this.context,
      now: this.#now,
      finder,
      inputsOf: (one) => this.#findInputs(frame, one),
    });
  }

  #record(frame: Frame, rule: RulePlan, shadow: boolean, verdict: RateLimitVerdict | undefined): Match {
    const { notes, scored } = this.effects;
    const match: Match = {
      rule: rule.facts,
      mode: shadow ? "shadow" : "enforce",
      decisive: this.#walk.stage !== "walking",
      logged: rule.logged,
      notes: notes ?? NO_NOTES,
      ...(frame.executedBy === undefined ? {} : { executedBy: frame.executedBy.facts }),
      ...(verdict === undefined || rule.limiter === undefined
        ? {}
        : { rateLimit: rateLimitFacts(rule.limiter, verdict, this.#now) }),
      ...(scored === undefined ? {} : { scored }),
    };
    if (this.matches.length < this.#runtime.limits.maxMatches) this.matches.push(match);
    return match;
  }

  #addFailure(failure: Failure): void {
    this.failures ??= [];
    if (this.failures.length < this.#runtime.limits.maxNotes) this.failures.push(failure);
  }

  /** The rest cannot be trusted: a stopped match looks like none, and `not` would turn it into a hit. */
  #outOfBudget(ruleset: RulesetPlan, rule: RulePlan | undefined): void {
    const walk = this.#walk;
    if (this.budgetVerdict !== undefined && walk.stage === "ended") return;
    const verdict = rule?.onBudget ?? this.#runtime.onBudget;
    this.budgetVerdict = verdict;
    // What the request has decided already stands.
    if (verdict === "block") {
      this.effects.conclude(budgetBlock(ruleset, rule));
    }
    walk.stage = "ended";
  }
}
