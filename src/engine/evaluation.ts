// On the request path: the walk over phases, rulesets and rules. It keeps its place in frames of its own instead of
// the call stack, so that it can wait for the body or for a remote store in the middle, and so that the synchronous
// case makes no promise. Objects are kept for the next request; per rule nothing is allocated, per match a record.
import type { ExecutionContext } from "../expression/scheme/execution-context.ts";
import type { Scheme } from "../expression/scheme/scheme.ts";
import { Budget } from "../expression/values/budget.ts";
import type { Value } from "../expression/values/value.ts";
import { WafRequest } from "../request/request.ts";
import type { BodyView, RequestView, ResponseView } from "../request/request-view.ts";
import type { ChallengeKind, ExecutePlan, SkipPlan } from "../ruleset/actions/control.ts";
import type { CandidateCursor } from "../ruleset/candidates.ts";
import type { RuleFacts } from "../ruleset/plan/facts.ts";
import type { PhasePlan, RulePlan, RulesetPlan } from "../ruleset/plan/plan.ts";
import type { MaybePromise } from "../ruleset/ratelimit/counter-store.ts";
import type { RateLimitVerdict } from "../ruleset/ratelimit/rate-limiter.ts";
import { ArrivingView } from "./arriving-view.ts";
import { challengeRequest } from "./challenge-request.ts";
import { ChangeLog } from "./changes.ts";
import { type ControlledEvaluation, EnforcingControl, ShadowControl } from "./control.ts";
import type { Failure, Match, RateLimitFacts } from "./decision.ts";
import { failureOf } from "./failure.ts";
import { Masks } from "./masks.ts";
import { type Outcome, type OutcomeAction, PLAIN_BLOCK } from "./outcome.ts";
import type { ExplanationRecorder } from "./recorder.ts";
import type { Runtime, Snapshot } from "./runtime.ts";
import { bitsOf, resolveSkip, Skips } from "./skips.ts";

const NO_NOTES: readonly string[] = Object.freeze([]);

/** A ruleset that is being walked. */
class Frame {
  ruleset!: RulesetPlan;
  cursor!: CandidateCursor;
  /** The last rule that was visited; -1 before the first. */
  position = -1;
  /** What the rules of this run have added to scores. */
  total = 0;
  shadow = false;
  /** Set when a rule ends the run; the rule that did. */
  endedBy: RulePlan | undefined;
  /** The cursor was opened before the body, or before an exception: the walk goes on with another one. */
  stale = false;
  executedBy: RulePlan | undefined;
}

/** One request on its way through a snapshot. Kept in a pool by the firewall. */
export class Evaluation implements ControlledEvaluation {
  readonly runtime: Runtime;
  readonly context: ExecutionContext;
  readonly request: WafRequest;
  readonly changes = new ChangeLog();
  readonly #budget: Budget;
  readonly #skips = new Skips();
  readonly #masks: Masks;
  readonly #control = new EnforcingControl(this);
  readonly #shadowControl = new ShadowControl(this);
  readonly #frames: Frame[] = [];
  #depth = 0;
  snapshot!: Snapshot;
  recorder: ExplanationRecorder | undefined;
  #now = 0;
  #reference = "";
  /** The rule whose action is being applied, and whose notes are collected. */
  rule!: RulePlan;
  side: "request" | "response" = "request";
  matches: Match[] = [];
  scores: Map<string, number> | undefined;
  outcome: Outcome | undefined;
  allowedBy: RuleFacts | undefined;
  wouldHave: OutcomeAction | undefined;
  budgetVerdict: "continue" | "block" | "log" | undefined;
  failures: Failure[] | undefined;
  /** Rules with limits that count the response, in the order in which the request met them. */
  readonly #responseCounts: RulePlan[] = [];
  /** Security phases are over: a rule allowed the request, or would have ended it in `observe` mode. */
  #securityOver = false;
  #stillCounting = false;
  #countingOnly = false;
  /** The walk is to go on with the next phase. */
  #leavePhase = false;
  #ended = false;
  #notes: string[] | undefined;
  #scored: Record<string, number> | undefined;
  #phases: readonly PhasePlan[] = [];
  #phaseAt = -1;
  #entryAt = 0;
  #bodyReady = false;
  /** The walk stands before a rule that reads the body, which is not there. */
  waitsForBody = false;
  /** A promise is under way: the object must not be used for another request. */
  pending = false;

  constructor(runtime: Runtime, scheme: Scheme<never>) {
    this.runtime = runtime;
    this.context = runtime.createContext();
    this.#budget = new Budget(runtime.budget);
    this.request = new WafRequest(undefined as unknown as RequestView, runtime.request);
    this.#masks = new Masks(scheme);
  }

  begin(
    snapshot: Snapshot,
    view: RequestView,
    now: number,
    recorder: ExplanationRecorder | undefined,
  ): string {
    this.snapshot = snapshot;
    this.recorder = recorder;
    this.#now = now;
    this.request.reset(view);
    this.context.reset(this.request);
    this.context.lists = snapshot.lists;
    this.#budget.reset(this.runtime.budget);
    this.context.budget = this.#budget;
    this.changes.reset();
    this.#skips.reset();
    this.#masks.reset();
    this.#depth = 0;
    this.matches = [];
    this.scores = undefined;
    this.outcome = undefined;
    this.allowedBy = undefined;
    this.wouldHave = undefined;
    this.budgetVerdict = undefined;
    this.failures = undefined;
    // Setting a length costs a call of the runtime, even where nothing changes.
    if (this.#responseCounts.length > 0) this.#responseCounts.length = 0;
    this.#securityOver = false;
    this.#stillCounting = false;
    // Whether there is a body is asked last: the answer may take all the headers.
    this.#bodyReady = !snapshot.plan.readsBody || this.request.body !== undefined;
    this.waitsForBody = false;
    this.pending = false;
    this.side = "request";
    this.#start(snapshot.plan.request);
    this.#reference = this.request.rayId ?? "";
    return this.#reference;
  }

  /** Forgets the request, so that the pool keeps none alive. */
  release(): void {
    this.request.reset(undefined as unknown as RequestView);
    this.context.reset(undefined);
    this.context.lists = [];
    this.matches = [];
    this.scores = undefined;
    this.recorder = undefined;
  }

  get bodyReady(): boolean {
    return this.#bodyReady;
  }

  /** The body was handed over, or will not be. */
  bodyArrived(body: BodyView | undefined): void {
    if (body !== undefined && body !== this.request.view.body) {
      this.request.view = new ArrivingView(this.request.view, { body });
      this.#invalidate(this.runtime.slots.withBody);
    }
    this.#bodyReady = true;
    this.waitsForBody = false;
    for (let at = 0; at < this.#depth; at++) this.#frames[at]!.stale = true;
  }

  /** Turns to the response: its phases, with a budget of their own. */
  responseArrived(response: ResponseView): void {
    this.request.view = new ArrivingView(this.request.view, { response });
    this.#invalidate(this.runtime.slots.withResponse);
    this.#bodyReady = true;
    this.#budget.reset(this.runtime.budget);
    this.side = "response";
    this.outcome = undefined;
    this.#start(this.snapshot.plan.response);
  }

  /** Counts the response for the limits that the request met. */
  countResponse(): MaybePromise<void> {
    const waiting: Promise<void>[] = [];
    for (const { limiter } of this.#responseCounts) {
      const counted = limiter?.countResponse(this.context, this.#now);
      if (counted !== undefined && isPromise(counted)) waiting.push(counted);
    }
    this.#responseCounts.length = 0;
    return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined);
  }

  /** The logging phases, which cannot end anything. */
  logging(): void {
    if (this.snapshot.plan.logging.length === 0) return;
    this.#budget.reset(this.runtime.budget);
    this.side = "response";
    this.#bodyReady = true;
    this.#start(this.snapshot.plan.logging);
    const outcome = this.outcome;
    const waiting = this.run();
    // No limit stands in a logging phase; an embedder's phases could have one, which then goes unheard.
    if (waiting !== undefined) waiting.then(undefined, () => {});
    this.outcome = outcome;
  }

  /** Something threw: the walk ends where it is, and the failure is kept for the decision and the event. */
  abandon(error: unknown, verdict: Failure["verdict"]): void {
    const frame = this.#frames[this.#depth - 1];
    const rule = frame?.ruleset.rules[frame.position];
    this.#closeAll();
    this.#finish();
    this.#addFailure(failureOf("engine", verdict, error, rule?.facts));
  }

  #addFailure(failure: Failure): void {
    this.failures ??= [];
    if (this.failures.length < this.runtime.limits.maxNotes) this.failures.push(failure);
  }

  #start(phases: readonly PhasePlan[]): void {
    this.#phases = phases;
    this.#phaseAt = -1;
    this.#entryAt = 0;
    this.#leavePhase = false;
    this.#ended = false;
  }

  /** Walks on until the end, or until {@link waitsForBody}. */
  run(): MaybePromise<void> {
    for (;;) {
      if (this.#ended || this.#leavePhase) this.#closeAll();
      if (this.#ended) {
        this.#finish();
        return;
      }
      if (this.#depth === 0) {
        if (!this.#openNext()) {
          this.#finish();
          return;
        }
        continue;
      }
      const frame = this.#frames[this.#depth - 1]!;
      if (frame.endedBy !== undefined) {
        this.#close();
        continue;
      }
      if (frame.stale) this.#reopen(frame);
      const at = frame.cursor.next();
      // A source that ran out of budget may have left candidates out.
      if (this.#budget.remaining <= 0) {
        this.#outOfBudget(frame.ruleset, undefined);
        continue;
      }
      if (at === -1) {
        this.#close();
        continue;
      }
      if (at <= frame.position) continue;
      const rule = frame.ruleset.rules[at]!;
      if (rule.readsBody && !this.#bodyReady && rule.enabled) {
        frame.stale = true;
        this.waitsForBody = true;
        return;
      }
      frame.position = at;
      const waiting = this.#visit(frame, rule);
      if (waiting !== undefined) {
        this.pending = true;
        return waiting.then(
          () => {
            this.pending = false;
            return this.run();
          },
          (error: unknown) => {
            this.pending = false;
            throw error;
          },
        );
      }
    }
  }

  /** The next ruleset of a phase, or of the next phase; false after the last. */
  #openNext(): boolean {
    for (;;) {
      const phase = this.#phases[this.#phaseAt];
      if (phase === undefined || this.#leavePhase || this.#entryAt >= phase.entrypoints.length) {
        if (phase !== undefined) this.#leave();
        if (this.#phaseAt + 1 >= this.#phases.length) return false;
        this.#enter(this.#phases[++this.#phaseAt]!);
        continue;
      }
      const ruleset = phase.entrypoints[this.#entryAt++]!;
      const by = this.#skips.any
        ? (this.#skips.ofPhase(ruleset.phase, ruleset.layerBit) ??
          this.#skips.ofRuleset(ruleset.id, ruleset.layerBit))
        : undefined;
      if (by !== undefined) {
        this.recorder?.skippedRuleset(ruleset, by);
        continue;
      }
      this.#push(ruleset, undefined, false);
      return true;
    }
  }

  #enter(phase: PhasePlan): void {
    this.#entryAt = 0;
    this.#leavePhase = false;
    this.#countingOnly = false;
    this.recorder?.phase(phase);
    if (!this.#securityOver || !phase.phase.security) return;
    if (this.#stillCounting && phase.hasLimits) this.#countingOnly = true;
    else {
      this.#leavePhase = true;
      this.recorder?.skippedPhase(this.allowedBy);
    }
  }

  /** Staged changes take effect between phases, and never before. */
  #leave(): void {
    if (this.#masks.any) this.#masks.forget();
    if (!this.request.hasStaged) return;
    for (const part of this.request.applyStaged()) this.#invalidate(this.runtime.slots.changedBy[part]);
  }

  #finish(): void {
    this.#ended = true;
    this.recorder?.finish(this.#phases, this.#phaseAt);
  }

  #push(ruleset: RulesetPlan, executedBy: RulePlan | undefined, shadow: boolean): void {
    let frame = this.#frames[this.#depth];
    if (frame === undefined) {
      frame = new Frame();
      this.#frames.push(frame);
    }
    this.#depth++;
    frame.ruleset = ruleset;
    frame.position = -1;
    frame.total = 0;
    frame.shadow = shadow;
    frame.endedBy = undefined;
    frame.stale = false;
    frame.executedBy = executedBy;
    frame.cursor = this.#cursor(ruleset);
    this.recorder?.open(ruleset);
  }

  #cursor(ruleset: RulesetPlan): CandidateCursor {
    const plain =
      this.recorder !== undefined ||
      // An index would read body fields that are not there yet.
      (ruleset.readsBody && !this.#bodyReady) ||
      // What a rule sees may differ from what the request holds, and the index looks at the request.
      (this.#masks.any && this.#masks.concerns(ruleset));
    return (plain ? ruleset.everyRule : ruleset.candidates).open(this.context);
  }

  #reopen(frame: Frame): void {
    frame.cursor.close();
    frame.cursor = this.#cursor(frame.ruleset);
    frame.stale = false;
  }

  #close(): void {
    const frame = this.#frames[--this.#depth]!;
    frame.cursor.close();
    this.recorder?.close(frame.endedBy);
    const below = this.#frames[this.#depth - 1];
    if (below !== undefined && frame.shadow === below.shadow) below.total += frame.total;
  }

  #closeAll(): void {
    while (this.#depth > 0) this.#close();
  }

  #visit(frame: Frame, rule: RulePlan): Promise<void> | undefined {
    const { ruleset } = frame;
    const { recorder } = this;
    if (!rule.enabled) {
      recorder?.rule(rule, "disabled");
      return undefined;
    }
    if (rule.expiresAt <= this.#now) {
      recorder?.rule(rule, "expired");
      return undefined;
    }
    if (this.#skips.any) {
      const by = this.#skips.ofRule(rule.key, ruleset.layerBit);
      if (by !== undefined) {
        recorder?.rule(rule, "skipped", by);
        return undefined;
      }
    }
    if (this.#countingOnly && !countsOrLeads(rule)) {
      recorder?.rule(rule, "not_reached");
      return undefined;
    }
    if (rule.sample !== undefined && !rule.sample.includes(this.context, this.#reference)) {
      recorder?.rule(rule, "not_sampled");
      return undefined;
    }
    const hidden = this.#masks.any && this.#masks.hide(rule, ruleset, this.context);
    let matched = rule.filter.test(this.context);
    const exhausted = this.#budget.remaining <= 0;
    if (!exhausted && matched && rule.scoreThreshold !== undefined)
      matched = frame.total >= rule.scoreThreshold;
    recorder?.judged(rule, matched && !exhausted, this.context, frame.shadow || rule.shadow);
    if (hidden) this.#masks.restore(this.context);
    if (exhausted) {
      this.#outOfBudget(ruleset, rule);
      return undefined;
    }
    if (rule.limiter !== undefined) return this.#limit(frame, rule, matched);
    if (matched) this.#act(frame, rule, undefined);
    return undefined;
  }

  #limit(frame: Frame, rule: RulePlan, matched: boolean): Promise<void> | undefined {
    const limiter = rule.limiter!;
    if (limiter.countsResponse && (matched || rule.countsUnmatched)) this.#responseCounts.push(rule);
    if (!matched) {
      if (!rule.countsUnmatched) return undefined;
      const counted = limiter.count(this.context, this.#now);
      return isPromise(counted) ? counted : undefined;
    }
    const verdict = limiter.judge(this.context, this.#now);
    if (isPromise(verdict)) return verdict.then((settled) => this.#judgedLimit(frame, rule, settled));
    this.#judgedLimit(frame, rule, verdict);
    return undefined;
  }

  #judgedLimit(frame: Frame, rule: RulePlan, verdict: RateLimitVerdict): void {
    if (verdict.storeError !== undefined) {
      const meaning = verdict.limited ? "closed" : "open";
      this.#addFailure(failureOf("store", meaning, verdict.storeError, rule.facts));
    }
    if (this.#budget.remaining <= 0) this.#outOfBudget(frame.ruleset, rule);
    else if (!verdict.limited || this.#countingOnly) this.recorder?.limit(rule, verdict);
    else this.#act(frame, rule, verdict);
  }

  #act(frame: Frame, rule: RulePlan, verdict: RateLimitVerdict | undefined): void {
    this.rule = rule;
    this.#notes = undefined;
    this.#scored = undefined;
    const shadow = frame.shadow || rule.shadow;
    const before = this.#depth;
    if (verdict?.storeError !== undefined) this.note(`the counter store failed: ${verdict.storeError}`);
    rule.action.apply(shadow ? this.#shadowControl : this.#control, rule.prepared, this.context);
    const match = this.#record(frame, rule, shadow, verdict);
    this.recorder?.acted(match, this.#depth > before);
    if (this.#budget.remaining <= 0) this.#outOfBudget(frame.ruleset, rule);
  }

  #record(frame: Frame, rule: RulePlan, shadow: boolean, verdict: RateLimitVerdict | undefined): Match {
    const match: Match = {
      rule: rule.facts,
      mode: shadow ? "shadow" : "enforce",
      decisive: this.#ended || this.#leavePhase,
      logged: rule.logged,
      notes: this.#notes ?? NO_NOTES,
      ...(frame.executedBy === undefined ? {} : { executedBy: frame.executedBy.facts }),
      ...(verdict === undefined ? {} : { rateLimit: this.#limitFacts(rule, verdict) }),
      ...(this.#scored === undefined ? {} : { scored: this.#scored }),
    };
    if (this.matches.length < this.runtime.limits.maxMatches) this.matches.push(match);
    return match;
  }

  #limitFacts(rule: RulePlan, verdict: RateLimitVerdict): RateLimitFacts {
    return {
      count: verdict.count,
      limit: verdict.limit,
      period: rule.limiter!.period,
      resetsAt: verdict.resetsAt,
      retryAfter: Math.max(0, Math.ceil(((verdict.retryAt ?? verdict.resetsAt) - this.#now) / 1000)),
    };
  }

  /** The rest cannot be trusted: a stopped match looks like none, and `not` would turn it into a hit. */
  #outOfBudget(ruleset: RulesetPlan, rule: RulePlan | undefined): void {
    if (this.budgetVerdict !== undefined && this.#ended) return;
    const verdict = rule?.onBudget ?? this.runtime.onBudget;
    this.budgetVerdict = verdict;
    // What the request has decided already stands.
    if (verdict === "block" && !this.#ended) {
      const by: RuleFacts = {
        ref: "wirewall.budget",
        id: "wirewall.budget",
        ruleset: ruleset.id,
        phase: ruleset.phase,
        layer: ruleset.layer,
        action: "block",
        message:
          rule === undefined
            ? "the work budget ran out"
            : `the work budget ran out in rule ${rule.facts.ref}`,
      };
      this.conclude({ action: "block", by, status: 403, response: PLAIN_BLOCK });
    }
    this.#ended = true;
  }

  // What actions do; the controls call these.

  conclude(outcome: Outcome): void {
    if (this.#ended || this.#leavePhase) return;
    if (this.runtime.mode === "observe") {
      this.wouldHave ??= outcome.action;
      this.#securityOver = true;
      this.#leavePhase = true;
      return;
    }
    this.outcome = outcome;
    this.#ended = true;
  }

  allow(count: boolean): void {
    if (this.#ended || this.#leavePhase) return;
    this.allowedBy = this.rule.facts;
    this.#securityOver = true;
    this.#stillCounting = count;
    this.#leavePhase = true;
  }

  challenge(kind: ChallengeKind): void {
    const { challenge } = this.runtime;
    const { rule } = this;
    if (challenge?.isCleared(kind, challengeRequest(this.request, this.context.budget, this.#now)) === true) {
      this.note("the client has passed the challenge");
      const forgiven = rule.limiter?.forgive(this.context);
      if (forgiven !== undefined && isPromise(forgiven)) forgiven.then(undefined, () => {});
      return;
    }
    this.conclude({ action: "challenge", by: rule.facts, kind });
  }

  skip(plan: SkipPlan): void {
    const frame = this.#frames[this.#depth - 1]!;
    const { rule, snapshot } = this;
    let resolved = snapshot.skips.get(plan);
    if (resolved === undefined) {
      resolved = resolveSkip(plan, snapshot.plan, this.runtime.phases);
      snapshot.skips.set(plan, resolved);
    }
    const bits = bitsOf(plan.scope, frame.ruleset.layerBit);
    this.#skips.add(resolved, bits, rule);
    if (plan.products.length > 0) this.changes.products(plan.products);
    for (const target of plan.targets) {
      if (!this.#masks.add(target, bits))
        this.note(`there is no field \`${target.field}\`: nothing is left out`);
    }
    if (plan.targets.length > 0) for (let at = 0; at < this.#depth; at++) this.#frames[at]!.stale = true;
    // A skip reaches what follows it: of the phase that it stands in, the rest.
    if (plan.restOfPhase || resolved.phases.has(frame.ruleset.phase)) {
      this.#skips.addPhase(frame.ruleset.phase, bits, rule);
      // The frames are all of one layer.
      if ((bits & frame.ruleset.layerBit) !== 0) {
        for (let at = 0; at < this.#depth; at++) this.#frames[at]!.endedBy = rule;
      }
    } else if (plan.restOfRuleset) frame.endedBy = rule;
  }

  execute(plan: ExecutePlan, shadow: boolean): void {
    const { rule } = this;
    const target = rule.executed;
    if (target === undefined || target.id !== plan.ruleset) {
      this.note(`there is no ruleset \`${plan.ruleset}\` here: nothing was executed`);
      return;
    }
    if (this.#skips.any) {
      const by = this.#skips.ofRuleset(target.id, target.layerBit);
      if (by !== undefined) {
        this.note(`the ruleset was skipped by ${by.facts.ruleset}/${by.facts.ref}`);
        return;
      }
    }
    this.#push(target, rule, shadow);
  }

  score(name: string, increment: number): void {
    this.scores ??= new Map();
    this.scores.set(name, (this.scores.get(name) ?? 0) + increment);
    this.#frames[this.#depth - 1]!.total += increment;
    this.#scored ??= Object.create(null) as Record<string, number>;
    this.#scored[name] = (this.#scored[name] ?? 0) + increment;
    const slot = this.runtime.slots.scores;
    if (slot !== -1) this.context.set(slot, this.scores as ReadonlyMap<string, Value>);
  }

  shadowScore(increment: number): void {
    const frame = this.#frames[this.#depth - 1]!;
    if (frame.shadow) frame.total += increment;
  }

  note(message: string): void {
    this.#notes ??= [];
    if (this.#notes.length < this.runtime.limits.maxNotes) this.#notes.push(message);
  }

  #invalidate(slots: readonly number[]): void {
    for (const slot of slots) this.context.invalidate(slot);
  }
}

/** A rule that still runs while an allowed request is only counted. */
function countsOrLeads(rule: RulePlan): boolean {
  return rule.limiter !== undefined || rule.executed?.hasLimits === true || rule.action.name === "skip";
}

function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && typeof (value as Promise<T>).then === "function";
}
