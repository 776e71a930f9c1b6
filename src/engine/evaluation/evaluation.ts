// On the request path: one request evaluated, rule by rule. The synchronous case makes no promise. Per rule nothing is
// allocated, per match a record.
import { keptInspection } from "../../detection/inspection/kept.ts";
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { Budget } from "../../language/values/budget.ts";
import { WafRequest } from "../../request/model/request.ts";
import type { BodyView, RequestView, ResponseView } from "../../request/view/request-view.ts";
import type { FieldLoad, PhasePlan, RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import { isPromise, type MaybePromise } from "../../rules/ratelimit/counter-store.ts";
import type { RateLimiter, RateLimitVerdict } from "../../rules/ratelimit/rate-limiter.ts";
import { OUTERMOST } from "../../rules/ruleset/layers.ts";
import type { StagedChanges } from "../decision/changes.ts";
import type { Failure, Match } from "../decision/decision.ts";
import type { Explanation } from "../decision/explanation.ts";
import { failureOf } from "../decision/failure.ts";
import type { Modes } from "../decision/modes.ts";
import { ArrivingView } from "./arriving-view.ts";
import { isMeasured } from "./body-limits.ts";
import { DecisionCounts } from "./decision-counts.ts";
import { Effects } from "./effects.ts";
import type { HostRefusal } from "./exchange.ts";
import { receivedInput } from "./input-names.ts";
import { FieldLoads, type LoadFailure } from "./loading.ts";
import { MatchEvidence } from "./match-evidence.ts";
import { type LimitFacts, MetLimits } from "./met-limits.ts";
import { budgetBlock, unseenBlock } from "./own-blocks.ts";
import { PhaseClock, type PhaseTimes } from "./phase-clock.ts";
import { rateLimitFacts } from "./rate-limit-facts.ts";
import type { ExplanationRecorder } from "./recorder.ts";
import { mayReadResponseBody } from "./response-readers.ts";
import { NO_SNAPSHOT, type Runtime, type Snapshot } from "./runtime.ts";
import { isBodyCut, unseenFault } from "./unseen.ts";
import { type Frame, type Guide, Walk } from "./walk.ts";

/** Receives failures that do not end the evaluation. Must not throw. */
export interface ErrorReporter {
  onError(error: unknown): void;
  /** Receives the durations of phases; undefined: they are not measured. */
  readonly phaseTimes?: PhaseTimes | undefined;
}

const NO_NOTES: readonly string[] = Object.freeze([]);

const NO_LISTS: Snapshot["lists"] = Object.freeze([]);

/** The rule with the action of the step that a request has passed. */
function actingRule(rule: RulePlan, { step }: RateLimitVerdict): RulePlan {
  return (step === undefined ? undefined : rule.steps?.[step - 1]) ?? rule;
}

/** View of an evaluation in the pool, so that it keeps no request alive. */
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
 * One request on its way through a snapshot: evaluates the rules that the walk reaches, and applies the actions of
 * those that match. Kept in a pool by the firewall.
 */
export class Evaluation implements Guide {
  readonly context: ExecutionContext;
  readonly request: WafRequest;
  readonly effects: Effects;
  snapshot: Snapshot = NO_SNAPSHOT;
  matches: Match[] = [];
  budgetVerdict: "continue" | "block" | "log" | undefined;
  failures: Failure[] | undefined;
  /** A rule matched that alone warrants an event. */
  reports = false;
  /** Reports of matches, for events and traces. */
  readonly evidence: MatchEvidence;
  readonly budget: Budget;
  /** Milliseconds since 1970. */
  now = 0;
  /** The request's reference id. */
  reference = "";
  readonly #runtime: Runtime;
  readonly #walk: Walk;
  /** Counts the request for limits that depend on its outcome. */
  readonly counts: DecisionCounts;
  readonly #clock: PhaseClock;
  readonly #limits = new MetLimits();
  #recorder: ExplanationRecorder | undefined;
  #reporter: ErrorReporter | undefined;
  readonly loads: FieldLoads;

  constructor(runtime: Runtime, scheme: Scheme<never>) {
    this.#runtime = runtime;
    this.context = runtime.createContext();
    this.budget = new Budget(runtime.budget);
    this.request = new WafRequest(NO_REQUEST, runtime.request);
    this.context.clock = () => this.now;
    this.#walk = new Walk(this, this.context, this.budget);
    this.effects = new Effects(runtime, scheme, this.request, this.context, this.#walk);
    this.evidence = new MatchEvidence(scheme, this.request, this.context, this.effects, this.budget);
    this.counts = new DecisionCounts(this, runtime);
    this.#clock = new PhaseClock(this.effects);
    const failed = (failure: LoadFailure): void => this.#loadFailed(failure);
    this.loads = new FieldLoads(this.context, this.request, this.effects, runtime.budget, failed);
  }

  get changes(): StagedChanges {
    return this.effects.changes;
  }

  /** The next rule reads the body, which is not there; or the request passes, and a response rule reads the body. */
  get waitsForBody(): boolean {
    if (this.#walk.stage === "waiting") return true;
    return this.snapshot.plan.readsBodyLater && this.lacksBody && this.effects.outcome === undefined;
  }

  /** Whether the body has to be measured even if no rule reads it. */
  mustMeasureBody(oversize: "block" | "inspect"): boolean {
    const { outcome, changes } = this.effects;
    return (
      outcome === undefined &&
      changes.hasAny &&
      isMeasured(changes.bodyLimits, oversize) &&
      this.request.body === undefined
    );
  }

  /** Whether a rule may still need a body that is not there. */
  get lacksBody(): boolean {
    return this.#walk.arrived === "head";
  }

  get hasResponse(): boolean {
    return this.#walk.arrived === "response";
  }

  /** What all phases took, in seconds, when it is measured. */
  get seconds(): number {
    return this.#clock.seconds;
  }

  /** Whether a rule may still read the response's body, as far as the evaluated request tells. */
  get mayReadResponseBody(): boolean {
    return mayReadResponseBody(this, this.counts.met);
  }

  /** A promise is pending: the object must not be used for another request. */
  get isPending(): boolean {
    return this.#walk.stage === "pending";
  }

  /**
   * @param reporter receives failures that do not end the evaluation.
   * @param closesConnections whether the host can close a connection without an answer.
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
    this.now = now;
    this.request.reset(view, now);
    this.context.reset(this.request);
    this.context.lists = snapshot.lists;
    this.budget.reset(this.#runtime.budget);
    this.context.budget = this.budget;
    this.effects.begin(snapshot, now, modes, closesConnections);
    this.matches = [];
    this.budgetVerdict = undefined;
    this.failures = undefined;
    this.evidence.isTold = tellsInputs;
    this.reports = false;
    this.#clock.begin(reporter.phaseTimes);
    // The presence of a body is checked last: it may require all the headers.
    const hasBody = !snapshot.plan.readsBody || this.request.body !== undefined;
    if (hasBody && snapshot.plan.readsBody) this.#allowFor(view.body);
    this.#walk.start(snapshot.plan.request, hasBody ? "body" : "head");
    this.reference = this.request.rayId ?? "";
    return this.reference;
  }

  /** The recorder's trace so far, with the findings of detectors. */
  explained(recorder: ExplanationRecorder): Explanation {
    const { scheme } = this.snapshot;
    return recorder.explanation(keptInspection(this.request)?.evidence, (field, key) =>
      receivedInput({ field, key }, scheme, this.context),
    );
  }

  /** Releases request and snapshot: the pool keeps neither alive, and serves other firewalls too. */
  release(): void {
    this.request.reset(NO_REQUEST);
    this.context.reset(undefined);
    this.context.lists = NO_LISTS;
    this.snapshot = NO_SNAPSHOT;
    this.#reporter = undefined;
    this.loads.reset();
    this.matches = [];
    this.failures = undefined;
    this.evidence.reset();
    this.#limits.reset();
    this.effects.release();
    this.counts.reset();
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
    this.#clock.resume();
    this.#walk.bodyArrived();
  }

  /** The budget is for texts; contents of files, which few rules read, are allowed a few passes beside it. */
  #allowFor(body: BodyView | undefined): void {
    const files = (body?.bytes.length ?? 0) - this.#runtime.request.limits.maxInspectedBytes;
    if (files > 0) this.budget.remaining += FILE_PASSES * files;
  }

  /**
   * Refuses a request that passes though rules saw only a part of its head, or of the body that they read.
   *
   * @param oversize the host's setting for such requests; rules of the route may set another one for its body.
   * @returns the reason; undefined when the request passes.
   */
  refuseUnseen(oversize: "block" | "inspect"): HostRefusal | undefined {
    const { effects } = this;
    // A lower layer cannot allow a part that a mandatory rule has not seen.
    if (effects.outcome !== undefined || (effects.allowedBy !== undefined && !effects.bound))
      return undefined;
    if (effects.mode === "off") return undefined;
    const fault = unseenFault(this, oversize, this.#runtime.request.limits);
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

  /** Rate limits that have evaluated the request, for its decision; undefined: there are none. */
  limitFacts(): LimitFacts | undefined {
    const style = this.effects.mode === "enforce" ? this.#runtime.rateLimitHeaders : "none";
    return this.#limits.facts(style, this.now);
  }

  /** Turns to the response: its phases, with a budget of their own. */
  responseArrived(response: ResponseView): void {
    this.request.view = new ArrivingView(this.request.view, { response });
    this.effects.invalidate(this.#runtime.slots.withResponse);
    this.budget.reset(this.#runtime.budget);
    this.effects.outcome = undefined;
    this.#walk.start(this.snapshot.plan.response, "response");
  }

  refill(): void {
    this.budget.reset(this.#runtime.budget);
  }

  /** The logging phases, which cannot end anything. */
  logging(): MaybePromise<void> {
    const { logging } = this.snapshot.plan;
    if (logging.length === 0) return;
    this.budget.reset(this.#runtime.budget);
    const { outcome } = this.effects;
    const restore = () => {
      this.effects.outcome = outcome;
    };
    this.#walk.start(logging, "response");
    const waiting = this.run();
    if (waiting === undefined) return restore();
    return waiting.finally(restore);
  }

  /** The transaction has ended: aborts pending loads. */
  cancel(): void {
    this.loads.cancel();
  }

  /** An exception was thrown: the walk ends here, and the failure is kept for the decision and the event. */
  abandon(error: unknown, verdict: Failure["verdict"]): void {
    const { frame } = this.#walk;
    const rule = frame?.ruleset.rules[frame.position];
    // Inputs that were hidden from a rule that threw are visible to later phases.
    this.effects.masks.restore(this.context);
    this.#walk.abandon();
    this.#addFailure(failureOf("engine", verdict, error, rule?.facts));
  }

  /** Continues the walk until its end, or until {@link waitsForBody}. */
  run(): MaybePromise<void> {
    const walk = this.#walk;
    do {
      for (let rule = walk.next(); rule !== undefined; rule = walk.next()) {
        const frame = walk.frame!;
        const waiting = this.#visit(frame, rule);
        if (waiting !== undefined) return this.#later(waiting, frame, rule);
      }
      if (walk.stage !== "loading") {
        if (this.#clock.phase !== undefined) this.#pause();
        return undefined;
      }
      walk.stage = "walking";
      const loads = this.#wanted();
      if (loads.length > 0) return this.pending(this.loads.run(loads)).then(() => this.run());
      // Everything is there already.
    } while (walk.stage === "walking");
  }

  /** The walk has stopped: before the body, or finally in the middle of the phase. */
  #pause(): void {
    if (this.#walk.stage === "ended") this.#clock.leave();
    else this.#clock.pause();
  }

  /** Fields of the phase that are not there, of entry points that run. */
  #wanted(): readonly FieldLoad[] {
    const entrypoints = this.#walk.phase?.entrypoints ?? [];
    const running = entrypoints.filter((one) => this.effects.skippedBy(one) === undefined);
    return this.loads.missing(
      running.flatMap(({ loads }) => loads),
      this.lacksBody,
    );
  }

  #loadFailed({ load, error }: LoadFailure): void {
    this.#addFailure({ ...failureOf("field", "open", error, load.rule), field: load.field.name });
    this.#reporter?.onError(error);
  }

  pending<T>(promise: Promise<T>): Promise<T> {
    const { stage } = this.#walk;
    this.#walk.stage = "pending";
    return promise.finally(() => {
      this.#walk.stage = stage;
    });
  }

  enters(phase: PhasePlan): boolean {
    if (this.effects.mayEnter(phase)) {
      this.#clock.enter(phase);
      return true;
    }
    this.#recorder?.skippedPhase(this.effects.isOff(phase) ? "mode `off`" : this.effects.allowedBy);
    return false;
  }

  leaves(): void {
    this.#clock.leave();
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

  /** Continues when a store has answered. */
  #later(waiting: Promise<RateLimitVerdict | undefined>, frame: Frame, rule: RulePlan): Promise<void> {
    return this.pending(waiting).then((verdict) => {
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
    if (rule.expiresAt <= this.now) {
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
    if (rule.sample !== undefined && !rule.sample.includes(this.context, this.reference)) {
      recorder?.rule(rule, "not_sampled");
      return undefined;
    }
    const found = effects.masks.any ? this.evidence.hiddenFrom(rule, ruleset) : undefined;
    const hidden = effects.masks.any && effects.masks.hide(rule, ruleset, this.context);
    let matched = rule.filter.test(this.context);
    let remark: string | undefined;
    if (rule.onOversize !== undefined && rule.onOversize !== "continue" && isBodyCut(this)) {
      matched = rule.onOversize === "match" && rule.headPart?.(this.context) !== false;
      if (matched) remark = "the body is longer than rules see: matched by `on_oversize`";
    }
    const exhausted = this.budget.remaining <= 0;
    if (!exhausted && matched && rule.scoreThreshold !== undefined)
      matched = frame.total >= rule.scoreThreshold;
    recorder?.judged(rule, matched && !exhausted, this.context, frame.shadow || rule.shadow);
    if (rule.mandatory) recorder?.remark(effects.undone(rule, ruleset));
    if (hidden) effects.masks.restore(this.context);
    if (found !== undefined) this.evidence.tellHidden(found, recorder, this.#runtime.limits.maxNotes);
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
    if (countsLater && (matched || rule.countsUnmatched)) this.counts.add(rule);
    if (!matched) {
      if (!rule.countsUnmatched) return undefined;
      const counted = limiter.count(this.context, this.now);
      if (isPromise(counted)) return counted.then((error) => this.uncounted(rule, error));
      return this.uncounted(rule, counted);
    }
    const verdict = limiter.judge(this.context, this.now);
    if (isPromise(verdict)) return verdict;
    this.#limited(frame, rule, verdict);
    return undefined;
  }

  uncounted(rule: RulePlan, storeError: string | undefined): undefined {
    if (storeError !== undefined) this.#addFailure(failureOf("store", "open", storeError, rule.facts));
  }

  #limited(frame: Frame, rule: RulePlan, verdict: RateLimitVerdict): void {
    if (verdict.storeError !== undefined) {
      const meaning = verdict.limited ? "closed" : "open";
      this.#addFailure(failureOf("store", meaning, verdict.storeError, rule.facts));
    }
    this.#limits.add(rule, verdict, frame.shadow || rule.shadow);
    if (this.budget.remaining <= 0) this.#outOfBudget(frame.ruleset, rule);
    else if (!verdict.limited || this.effects.isPast(rule)) this.#recorder?.limit(rule, verdict);
    else this.#act(frame, actingRule(rule, verdict), verdict);
  }

  #act(frame: Frame, rule: RulePlan, verdict: RateLimitVerdict | undefined, oversize?: string): void {
    const observed = this.effects.parts?.of(frame.ruleset) === "observe";
    const shadow = frame.shadow || rule.shadow || observed;
    const before = this.#walk.depth;
    const storeError = verdict?.storeError;
    const remark = storeError === undefined ? oversize : `the counter store failed: ${storeError}`;
    const inputs = this.evidence.of(rule, frame.ruleset);
    this.effects.apply(rule, shadow, frame.ruleset, remark);
    const match = this.#record(frame, rule, shadow, verdict);
    this.#recorder?.acted(match, this.#walk.depth > before, inputs, this.context);
    if (inputs !== undefined) this.evidence.keep(match, inputs);
    if (match.decisive && this.evidence.isTold) this.evidence.findFurther(frame, rule, this.now);
    if (this.budget.remaining <= 0) this.#outOfBudget(frame.ruleset, rule);
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
        : { rateLimit: rateLimitFacts(rule.limiter, verdict, this.now) }),
      ...(scored === undefined ? {} : { scored }),
    };
    this.reports ||= rule.reports;
    if (this.matches.length < this.#runtime.limits.maxMatches) {
      this.matches.push(match);
      if (!shadow && this.snapshot.plan.countsDecisions) this.counts.matched(rule);
    }
    return match;
  }

  #addFailure(failure: Failure): void {
    this.failures ??= [];
    if (this.failures.length < this.#runtime.limits.maxNotes) this.failures.push(failure);
  }

  /** The rest cannot be trusted: an aborted match looks like a mismatch, and `not` would turn it into a match. */
  #outOfBudget(ruleset: RulesetPlan, rule: RulePlan | undefined): void {
    const walk = this.#walk;
    if (this.budgetVerdict !== undefined && walk.stage === "ended") return;
    // Settings of a lower layer for its rules must not keep mandatory rules from being evaluated.
    const own = rule?.onBudget;
    const isLax = own !== undefined && own !== "block" && rule?.facts.layer !== OUTERMOST;
    const verdict = (isLax && walk.hasMandatoryAhead ? undefined : own) ?? this.#runtime.onBudget;
    this.budgetVerdict = verdict;
    // The decision that the request already has stays in force.
    if (verdict === "block" && this.effects.mode !== "off") {
      this.effects.conclude(budgetBlock(ruleset, rule));
    }
    walk.stage = "ended";
  }
}
