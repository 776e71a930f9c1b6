// On the request path: one request judged, rule by rule. The synchronous case makes no promise. Per rule nothing is
// allocated, per match a record.
import { keptInspection } from "../../detection/inspection/kept.ts";
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { Budget } from "../../language/values/budget.ts";
import type { UnseenBody } from "../../request/body/body.ts";
import { headFault } from "../../request/head/head-limits.ts";
import { WafRequest } from "../../request/model/request.ts";
import type { BodyView, RequestView, ResponseView } from "../../request/view/request-view.ts";
import type { RuleFacts } from "../../rules/plan/facts.ts";
import type { FieldLoad, LaterLimit, PhasePlan, RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import { isPromise, type MaybePromise } from "../../rules/ratelimit/counter-store.ts";
import type { RateLimiter, RateLimitVerdict } from "../../rules/ratelimit/rate-limiter.ts";
import { elapsed } from "../../rules/ratelimit/wait.ts";
import type { StagedChanges } from "../decision/changes.ts";
import type { DecisionHeaders, Failure, Match, RateLimitStatus } from "../decision/decision.ts";
import type { Explanation } from "../decision/explanation.ts";
import { failureOf } from "../decision/failure.ts";
import { limitHeaders } from "../decision/limit-headers.ts";
import type { Modes } from "../decision/modes.ts";
import type { Outcome } from "../decision/outcome.ts";
import { ArrivingView } from "./arriving-view.ts";
import { isMeasured, UNSEEN_BY_ROUTE } from "./body-limits.ts";
import { Effects } from "./effects.ts";
import type { HostRefusal } from "./exchange.ts";
import { findFurther } from "./further-rules.ts";
import { inputText, receivedText } from "./input-names.ts";
import { type Fate, LaterCounts } from "./later-counts.ts";
import { type LoadFailure, Loading } from "./loading.ts";
import type { HiddenInput } from "./masks.ts";
import { type FurtherRule, InputFinder, type MatchInputs } from "./match-inputs.ts";
import { budgetBlock, unseenBlock } from "./own-blocks.ts";
import { type JudgedLimit, rateLimitFacts, rateLimitStatuses, toldLimits } from "./rate-limit-facts.ts";
import type { ExplanationRecorder } from "./recorder.ts";
import { type Decided, requestOutcome } from "./request-outcome.ts";
import { NO_SNAPSHOT, type Runtime, type Snapshot } from "./runtime.ts";
import { type Frame, type Guide, Walk } from "./walk.ts";

/** Receives failures that do not end the evaluation. Must not throw. */
export interface ErrorReporter {
  onError(error: unknown): void;
  /** Told how long phases take; undefined: nobody wants to know. */
  readonly phaseTimes?: PhaseTimes | undefined;
}

/** Receives how many seconds a phase took, and what it decided: `continue` when nothing. Must not throw. */
export interface PhaseTimes {
  passed(phase: string, action: string, seconds: number): void;
}

/** What a decision says of rate limits. */
interface LimitFacts {
  readonly statuses: readonly RateLimitStatus[];
  readonly headers: DecisionHeaders;
}

const NO_NOTES: readonly string[] = Object.freeze([]);

const NO_LISTS: Snapshot["lists"] = Object.freeze([]);

const NO_LIMITS: readonly LaterLimit[] = Object.freeze([]);

/** Limits of one request that its decision lists. */
const MAX_LIMITS = 64;

/** The rule with the action of the step that a request has passed. */
function actingRule(rule: RulePlan, { step }: RateLimitVerdict): RulePlan {
  return (step === undefined ? undefined : rule.steps?.[step - 1]) ?? rule;
}

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
  /** A rule matched that is worth an event by itself. */
  reports = false;
  /** What all phases took, when it is measured. */
  seconds = 0;
  readonly #runtime: Runtime;
  readonly #budget: Budget;
  readonly #walk: Walk;
  readonly #laterCounts = new LaterCounts();
  /** Rules that matched and are not on trial, where a limit may ask for them. */
  readonly #matched: RulePlan[] = [];
  /** Limits that judged the request. */
  limits: JudgedLimit[] | undefined;
  #recorder: ExplanationRecorder | undefined;
  #reporter: ErrorReporter | undefined;
  /** Made at the first load. */
  #loading: Loading | undefined;
  #now = 0;
  #reference = "";
  #phaseTimes: PhaseTimes | undefined;
  /** The phase that is timed; undefined between phases. */
  #timed: PhasePlan | undefined;
  #allowedBefore = false;
  /** When it began, by a clock in milliseconds that is never set back. */
  #phaseBegan = 0;
  /** When it began to wait for the body. */
  #pausedAt = 0;

  constructor(runtime: Runtime, scheme: Scheme<never>) {
    this.#runtime = runtime;
    this.#scheme = scheme;
    this.context = runtime.createContext();
    this.#budget = new Budget(runtime.budget);
    this.request = new WafRequest(NO_REQUEST, runtime.request);
    this.context.clock = () => this.#now;
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

  /** Whether the body has to be measured though no rule reads it. */
  mustMeasureBody(oversize: "block" | "inspect"): boolean {
    const { outcome, changes } = this.effects;
    return (
      outcome === undefined &&
      changes.hasAny &&
      isMeasured(changes.bodyLimits, oversize) &&
      this.request.body === undefined
    );
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
      this.#laterCounts.met.some((rule) => rule.readsResponseBody) ||
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
   * @param closesConnections whether the host can do without an answer.
   * @returns the request's reference id.
   */
  begin(
    snapshot: Snapshot,
    view: RequestView,
    now: number,
    modes: Modes,
    recorder: ExplanationRecorder | undefined,
    reporter: ErrorReporter,
    tellsInputs: boolean,
    closesConnections: boolean,
  ): string {
    this.snapshot = snapshot;
    this.#reporter = reporter;
    this.#recorder = recorder;
    this.#walk.recorder = recorder;
    this.#now = now;
    this.request.reset(view, now);
    this.context.reset(this.request);
    this.context.lists = snapshot.lists;
    this.#budget.reset(this.#runtime.budget);
    this.context.budget = this.#budget;
    this.effects.begin(snapshot, now, modes, closesConnections);
    this.matches = [];
    this.budgetVerdict = undefined;
    this.failures = undefined;
    this.#tellsInputs = tellsInputs;
    this.reports = false;
    this.seconds = 0;
    this.#phaseTimes = reporter.phaseTimes;
    this.#timed = undefined;
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
    this.#finder?.reset();
    this.limits = undefined;
    this.effects.release();
    this.#laterCounts.reset();
    // Setting a length costs a call of the runtime, even where nothing changes.
    if (this.#matched.length > 0) this.#matched.length = 0;
    this.#recorder = undefined;
    this.#walk.recorder = undefined;
    this.#walk.forget();
  }

  /** The body was handed over, or will not be. */
  bodyArrived(body: BodyView | undefined): void {
    if (body !== undefined && body !== this.request.view.body) {
      this.request.view = new ArrivingView(this.request.view, { body });
      this.effects.invalidate(this.#runtime.slots.withBody);
      if (this.changes.hasAny) this.effects.limitShownBody();
      this.#allowFor(body);
    }
    if (this.#timed !== undefined) this.#phaseBegan += elapsed() - this.#pausedAt;
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
   * @param oversize what the host says of such requests; rules of the route may say something else of its body.
   * @returns why it does; undefined when it does not.
   */
  refuseUnseen(oversize: "block" | "inspect"): HostRefusal | undefined {
    const { effects, request } = this;
    // What a mandatory rule has not seen, no lower layer may have allowed.
    if (effects.outcome !== undefined || (effects.allowedBy !== undefined && !effects.bound))
      return undefined;
    if (effects.mode === "off") return undefined;
    const { limits } = this.#runtime.request;
    const fault =
      this.#unseenBody(oversize) ??
      (oversize === "block" ? headFault(request.view, limits.maxHeaders, limits) : undefined);
    if (fault === undefined) return undefined;
    if (effects.mode === "observe") {
      effects.wouldHave ??= "block";
      return undefined;
    }
    const { code, status, message } = fault;
    const phase = this.snapshot.plan.request.at(-1)?.phase.name ?? "";
    effects.outcome = unseenBlock(code, status, message, phase);
    this.#walk.stage = "ended";
    return { status, reason: message };
  }

  /** What of the body rules have not seen, where that refuses the request. */
  #unseenBody(oversize: "block" | "inspect"): UnseenBody | undefined {
    const { plan } = this.snapshot;
    const route = this.changes.hasAny ? this.changes.bodyLimits : undefined;
    if (!plan.readsBody && route?.maxBytes === undefined) return undefined;
    if (oversize === "inspect" && route?.oversize !== "block") return undefined;
    const unseen = this.request.body?.unseen(this.#budget);
    if (unseen === undefined) return undefined;
    if (unseen.code !== "wirewall.oversize")
      return oversize === "block" && plan.readsBody ? unseen : undefined;
    if ((route?.oversize ?? oversize) !== "block") return undefined;
    // Every rule that reads the body says what it makes of a part of it.
    if (route === undefined && !plan.readsWholeBody) return undefined;
    return route?.maxBytes === undefined ? unseen : UNSEEN_BY_ROUTE;
  }

  /** Whether the body is longer than what rules see of it. */
  get #isBodyCut(): boolean {
    const { body } = this.request;
    return body !== undefined && (body.truncated || body.unseen(this.#budget)?.code === "wirewall.oversize");
  }

  /** What the decision says of limits that have judged the request; undefined: there are none. */
  limitFacts(): LimitFacts | undefined {
    const { limits } = this;
    if (limits === undefined) return undefined;
    const style = this.effects.mode === "enforce" ? this.#runtime.rateLimitHeaders : "none";
    const headers = style === "none" ? [] : limitHeaders(toldLimits(limits), style, this.#now);
    return { statuses: rateLimitStatuses(limits, this.#now), headers };
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
    if (this.#laterCounts.met.length === 0) return undefined;
    return this.#count(
      { outcome: this.effects.outcome, wouldHave: this.effects.wouldHave, refusal: undefined },
      true,
    );
  }

  /**
   * Counts what became of the request, also for limits that it never came to, since it was refused before. What goes wrong is
   * told, and changes nothing.
   *
   * @param failed what the firewall answers where it has failed.
   * @param waitsApart whether nobody waits for the decision any more.
   */
  countDecision(
    failed: Outcome | undefined,
    refusal: HostRefusal | undefined,
    waitsApart: boolean,
  ): MaybePromise<void> {
    if (this.snapshot.plan.laterLimits.length === 0 && this.#laterCounts.met.length === 0) return undefined;
    const told = (error: unknown): undefined => {
      this.#reporter?.onError(error);
    };
    try {
      const { outcome, wouldHave } = this.effects;
      const decided = { outcome: failed ?? outcome, wouldHave, refusal };
      const counted = this.#count(decided, waitsApart, failed !== undefined);
      return isPromise(counted) ? counted.catch(told) : undefined;
    } catch (error) {
      return told(error);
    }
  }

  #count(decided: Decided, waitsApart: boolean, hasFailed = false): MaybePromise<void> {
    const { outcome, wouldHave, refusal } = decided;
    const isResponse = this.#walk.arrived === "response";
    const isRefused = outcome !== undefined || refusal !== undefined;
    const missed =
      isResponse || !(isRefused || wouldHave !== undefined)
        ? NO_LIMITS
        : this.#laterCounts.missed(this.snapshot.plan.laterLimits, (limit) => this.#isOpen(limit));
    const isAnswered = isResponse || isRefused;
    if (missed.length === 0 && !this.#laterCounts.mayCount(isAnswered)) return undefined;
    // What refused the request may have used the budget up.
    if (isRefused) this.#budget.reset(this.#runtime.budget);
    const fate: Fate = {
      refusedBy: hasFailed ? undefined : outcome?.by,
      isBan: this.matches.some(({ decisive, rateLimit }) => decisive && rateLimit?.banned === true),
      isAnswered,
      waitsApart,
    };
    const loads: FieldLoad[] = [];
    this.#want(this.#laterCounts.loads(missed, isAnswered), loads);
    const count = () => this.#counted(decided, fate, missed);
    if (loads.length === 0) {
      const counted = count();
      return counted && this.#pending(counted);
    }
    return this.#pending(this.#load(loads).then(count));
  }

  /** Counts while the request shows what became of it. */
  #counted(decided: Decided, fate: Fate, missed: readonly LaterLimit[]): Promise<void> | undefined {
    const { request, context, effects } = this;
    const { view } = request;
    const { slots } = this.#runtime;
    const outcome = requestOutcome(decided, this.#matched, this.#runtime.phases);
    request.outcome = outcome;
    effects.invalidate(slots.withDecision);
    // An error page stands for the application's answer; any other answer is in its place.
    const { action, status } = outcome;
    const isOwnAnswer = status !== undefined && action !== "serve_error";
    if (isOwnAnswer) {
      request.view = new ArrivingView(view, { response: { status, rawHeaders: [] } });
      effects.invalidate(slots.withResponse);
    }
    // What derives from a body that never came cannot be loaded: it is missing.
    if (this.lacksBody) {
      for (const { slot, awaitsBody } of this.#laterCounts.loads(missed, true)) {
        if (awaitsBody && context.slots[slot] === null) context.set(slot, undefined);
      }
    }
    try {
      return this.#laterCounts.count(fate, missed, context, this.#now, (rule, error) =>
        this.#uncounted(rule, error),
      );
    } finally {
      request.outcome = undefined;
      effects.invalidate(slots.withDecision);
      if (isOwnAnswer) {
        request.view = view;
        effects.invalidate(slots.withResponse);
      }
    }
  }

  /** Whether nothing but a refusal has kept the request from a limit. */
  #isOpen({ phase, rule, entrypoint, executedBy }: LaterLimit): boolean {
    const { effects } = this;
    if (effects.isOff(phase) || effects.parts?.of(entrypoint) === "off") return false;
    const isBound = effects.bound && rule.mandatory;
    if (effects.allowedBy !== undefined && effects.security === "over" && !isBound) return false;
    if (effects.skippedBy(entrypoint) !== undefined) return false;
    return [...executedBy, rule].every((one) => {
      if (!one.enabled || one.expiresAt <= this.#now) return false;
      if (effects.skips.any && effects.skippedRule(one, entrypoint) !== undefined) return false;
      return one.sample === undefined || one.sample.includes(this.context, this.#reference);
    });
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
      if (walk.stage !== "loading") {
        if (this.#timed !== undefined) this.#pause();
        return undefined;
      }
      walk.stage = "walking";
      const loads = this.#wanted();
      if (loads.length > 0) return this.#pending(this.#load(loads)).then(() => this.run());
      // Everything is there already.
    } while (walk.stage === "walking");
  }

  #phaseBegins(phase: PhasePlan): void {
    this.#timed = phase;
    this.#allowedBefore = this.effects.allowedBy !== undefined;
    this.#phaseBegan = elapsed();
  }

  /** The walk has stopped: before the body, or for good in the middle of the phase. */
  #pause(): void {
    if (this.#walk.stage === "ended") this.#phaseOver();
    else this.#pausedAt = elapsed();
  }

  #phaseOver(): void {
    const { effects } = this;
    const seconds = (elapsed() - this.#phaseBegan) / 1000;
    const phase = this.#timed?.phase.name ?? "";
    this.#timed = undefined;
    this.seconds += seconds;
    const isAllowed = effects.allowedBy !== undefined && !this.#allowedBefore;
    const decided = effects.outcome?.action ?? (isAllowed ? "allow" : undefined);
    this.#phaseTimes?.passed(phase, decided ?? "continue", seconds);
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
    if (this.effects.mayEnter(phase)) {
      if (this.#phaseTimes !== undefined) this.#phaseBegins(phase);
      return true;
    }
    this.#recorder?.skippedPhase(this.effects.isOff(phase) ? "mode `off`" : this.effects.allowedBy);
    return false;
  }

  leaves(): void {
    if (this.#timed !== undefined) this.#phaseOver();
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
    if (!rule.enabled || (effects.parts !== undefined && effects.parts.of(ruleset) === "off")) {
      recorder?.rule(rule, "disabled");
      return undefined;
    }
    if (rule.expiresAt <= this.#now) {
      recorder?.rule(rule, "expired");
      return undefined;
    }
    if (effects.skips.any) {
      const by = effects.skippedRule(rule, ruleset);
      if (by !== undefined) {
        recorder?.rule(rule, "skipped", by);
        return undefined;
      }
    }
    if (effects.security !== "judging" && effects.isPast(rule)) {
      if (effects.security === "over" || !rule.whileCounting) {
        recorder?.rule(rule, "not_reached");
        return undefined;
      }
    }
    if (rule.sample !== undefined && !rule.sample.includes(this.context, this.#reference)) {
      recorder?.rule(rule, "not_sampled");
      return undefined;
    }
    const found = effects.masks.any ? this.#hiddenFrom(rule, ruleset) : undefined;
    const hidden = effects.masks.any && effects.masks.hide(rule, ruleset, this.context);
    let matched = rule.filter.test(this.context);
    let remark: string | undefined;
    if (rule.onOversize !== undefined && rule.onOversize !== "continue" && this.#isBodyCut) {
      matched = rule.onOversize === "match" && rule.headPart?.(this.context) !== false;
      if (matched) remark = "the body is longer than rules see: matched by `on_oversize`";
    }
    const exhausted = this.#budget.remaining <= 0;
    if (!exhausted && matched && rule.scoreThreshold !== undefined)
      matched = frame.total >= rule.scoreThreshold;
    recorder?.judged(rule, matched && !exhausted, this.context, frame.shadow || rule.shadow);
    if (rule.mandatory) recorder?.remark(effects.undone(rule, ruleset));
    if (hidden) effects.masks.restore(this.context);
    if (found !== undefined) this.#tellHidden(found);
    if (exhausted) {
      this.#outOfBudget(ruleset, rule);
      return undefined;
    }
    if (rule.limiter !== undefined) return this.#limit(frame, rule, rule.limiter, matched);
    if (matched) this.#act(frame, rule, undefined, remark);
    return undefined;
  }

  #limit(
    frame: Frame,
    rule: RulePlan,
    limiter: RateLimiter,
    matched: boolean,
  ): Promise<RateLimitVerdict | undefined> | undefined {
    const countsLater = limiter.countsResponse || limiter.countsDecision;
    if (countsLater && (matched || rule.countsUnmatched)) this.#laterCounts.add(rule);
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
    this.limits ??= [];
    if (this.limits.length < MAX_LIMITS)
      this.limits.push({ rule, verdict, isShadow: frame.shadow || rule.shadow });
    if (this.#budget.remaining <= 0) this.#outOfBudget(frame.ruleset, rule);
    else if (!verdict.limited || this.effects.isPast(rule)) this.#recorder?.limit(rule, verdict);
    else this.#act(frame, actingRule(rule, verdict), verdict);
  }

  #act(frame: Frame, rule: RulePlan, verdict: RateLimitVerdict | undefined, oversize?: string): void {
    const observed = this.effects.parts?.of(frame.ruleset) === "observe";
    const shadow = frame.shadow || rule.shadow || observed;
    const before = this.#walk.depth;
    const storeError = verdict?.storeError;
    const remark = storeError === undefined ? oversize : `the counter store failed: ${storeError}`;
    const inputs = this.#tellsInputs && rule.logged ? this.#inputsOf(frame, rule) : undefined;
    this.effects.apply(rule, shadow, frame.ruleset, remark);
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

  /** Most rules that execute rulesets match whatever comes. */
  #inputsOf(frame: Frame, rule: RulePlan): MatchInputs | undefined {
    const isConstant = rule.scoreThreshold === undefined && rule.filter.checked.root.kind === "constant";
    return isConstant ? undefined : this.#findInputs(frame, rule);
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
    if (finder === undefined || this.inputs === undefined || this.further !== undefined) return;
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
    this.reports ||= rule.reports;
    if (this.matches.length < this.#runtime.limits.maxMatches) {
      this.matches.push(match);
      if (!shadow && this.snapshot.plan.countsDecisions) this.#matched.push(rule);
    }
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
    if (verdict === "block" && this.effects.mode !== "off") {
      this.effects.conclude(budgetBlock(ruleset, rule));
    }
    walk.stage = "ended";
  }
}
