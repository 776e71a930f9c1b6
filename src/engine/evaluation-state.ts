// On the request path. Objects are kept for the next request.
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
import { ArrivingView } from "./arriving-view.ts";
import { challengeRequest } from "./challenge-request.ts";
import { ChangeLog } from "./changes.ts";
import type { ControlledEvaluation } from "./control.ts";
import type { Failure, Match } from "./decision.ts";
import { Masks } from "./masks.ts";
import type { Outcome, OutcomeAction } from "./outcome.ts";
import type { ExplanationRecorder } from "./recorder.ts";
import type { Runtime, Snapshot } from "./runtime.ts";
import { bitsOf, resolveSkip, Skips } from "./skips.ts";

/** A ruleset that is being walked. */
export class Frame {
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

/** What an evaluation knows, how it opens and closes rulesets, and what the actions of rules do to it. */
export abstract class EvaluationState implements ControlledEvaluation {
  readonly runtime: Runtime;
  readonly context: ExecutionContext;
  readonly request: WafRequest;
  readonly changes = new ChangeLog();
  protected readonly budget: Budget;
  protected readonly skips = new Skips();
  protected readonly masks: Masks;
  protected readonly frames: Frame[] = [];
  protected depth = 0;
  snapshot!: Snapshot;
  recorder: ExplanationRecorder | undefined;
  protected now = 0;
  protected reference = "";
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
  protected readonly responseCounts: RulePlan[] = [];
  /** Security phases are over: a rule allowed the request, or would have ended it in `observe` mode. */
  protected securityOver = false;
  protected stillCounting = false;
  protected countingOnly = false;
  /** The walk is to go on with the next phase. */
  protected leavePhase = false;
  protected ended = false;
  protected notes: string[] | undefined;
  protected scored: Record<string, number> | undefined;
  protected phases: readonly PhasePlan[] = [];
  protected phaseAt = -1;
  protected entryAt = 0;
  bodyReady = false;
  /** The walk stands before a rule that reads the body, which is not there. */
  waitsForBody = false;
  /** A promise is under way: the object must not be used for another request. */
  pending = false;

  constructor(runtime: Runtime, scheme: Scheme<never>) {
    this.runtime = runtime;
    this.context = runtime.createContext();
    this.budget = new Budget(runtime.budget);
    this.request = new WafRequest(undefined as unknown as RequestView, runtime.request);
    this.masks = new Masks(scheme);
  }

  begin(
    snapshot: Snapshot,
    view: RequestView,
    now: number,
    recorder: ExplanationRecorder | undefined,
  ): string {
    this.snapshot = snapshot;
    this.recorder = recorder;
    this.now = now;
    this.request.reset(view);
    this.context.reset(this.request);
    this.context.lists = snapshot.lists;
    this.budget.reset(this.runtime.budget);
    this.context.budget = this.budget;
    this.changes.reset();
    this.skips.reset();
    this.masks.reset();
    this.depth = 0;
    this.matches = [];
    this.scores = undefined;
    this.outcome = undefined;
    this.allowedBy = undefined;
    this.wouldHave = undefined;
    this.budgetVerdict = undefined;
    this.failures = undefined;
    // Setting a length costs a call of the runtime, even where nothing changes.
    if (this.responseCounts.length > 0) this.responseCounts.length = 0;
    this.securityOver = false;
    this.stillCounting = false;
    // Whether there is a body is asked last: the answer may take all the headers.
    this.bodyReady = !snapshot.plan.readsBody || this.request.body !== undefined;
    this.waitsForBody = false;
    this.pending = false;
    this.side = "request";
    this.start(snapshot.plan.request);
    this.reference = this.request.rayId ?? "";
    return this.reference;
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

  /** The body was handed over, or will not be. */
  bodyArrived(body: BodyView | undefined): void {
    if (body !== undefined && body !== this.request.view.body) {
      this.request.view = new ArrivingView(this.request.view, { body });
      this.invalidate(this.runtime.slots.withBody);
    }
    this.bodyReady = true;
    this.waitsForBody = false;
    for (let at = 0; at < this.depth; at++) this.frames[at]!.stale = true;
  }

  /** Turns to the response: its phases, with a budget of their own. */
  responseArrived(response: ResponseView): void {
    this.request.view = new ArrivingView(this.request.view, { response });
    this.invalidate(this.runtime.slots.withResponse);
    this.bodyReady = true;
    this.budget.reset(this.runtime.budget);
    this.side = "response";
    this.outcome = undefined;
    this.start(this.snapshot.plan.response);
  }

  /** Counts the response for the limits that the request met. */
  countResponse(): MaybePromise<void> {
    const waiting: Promise<void>[] = [];
    for (const { limiter } of this.responseCounts) {
      const counted = limiter?.countResponse(this.context, this.now);
      if (counted !== undefined && isPromise(counted)) waiting.push(counted);
    }
    this.responseCounts.length = 0;
    return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined);
  }

  protected addFailure(failure: Failure): void {
    this.failures ??= [];
    if (this.failures.length < this.runtime.limits.maxNotes) this.failures.push(failure);
  }

  protected start(phases: readonly PhasePlan[]): void {
    this.phases = phases;
    this.phaseAt = -1;
    this.entryAt = 0;
    this.leavePhase = false;
    this.ended = false;
  }

  protected push(ruleset: RulesetPlan, executedBy: RulePlan | undefined, shadow: boolean): void {
    let frame = this.frames[this.depth];
    if (frame === undefined) {
      frame = new Frame();
      this.frames.push(frame);
    }
    this.depth++;
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
      (ruleset.readsBody && !this.bodyReady) ||
      // What a rule sees may differ from what the request holds, and the index looks at the request.
      (this.masks.any && this.masks.concerns(ruleset));
    return (plain ? ruleset.everyRule : ruleset.candidates).open(this.context);
  }

  protected reopen(frame: Frame): void {
    frame.cursor.close();
    frame.cursor = this.#cursor(frame.ruleset);
    frame.stale = false;
  }

  protected close(): void {
    const frame = this.frames[--this.depth]!;
    frame.cursor.close();
    this.recorder?.close(frame.endedBy);
    const below = this.frames[this.depth - 1];
    if (below !== undefined && frame.shadow === below.shadow) below.total += frame.total;
  }

  protected closeAll(): void {
    while (this.depth > 0) this.close();
  }

  // What actions do; the controls call these.

  conclude(outcome: Outcome): void {
    if (this.ended || this.leavePhase) return;
    if (this.runtime.mode === "observe") {
      this.wouldHave ??= outcome.action;
      this.securityOver = true;
      this.leavePhase = true;
      return;
    }
    this.outcome = outcome;
    this.ended = true;
  }

  allow(count: boolean): void {
    if (this.ended || this.leavePhase) return;
    this.allowedBy = this.rule.facts;
    this.securityOver = true;
    this.stillCounting = count;
    this.leavePhase = true;
  }

  challenge(kind: ChallengeKind): void {
    const { challenge } = this.runtime;
    const { rule } = this;
    if (challenge?.isCleared(kind, challengeRequest(this.request, this.context.budget, this.now)) === true) {
      this.note("the client has passed the challenge");
      const forgiven = rule.limiter?.forgive(this.context);
      if (forgiven !== undefined && isPromise(forgiven)) forgiven.then(undefined, () => {});
      return;
    }
    this.conclude({ action: "challenge", by: rule.facts, kind });
  }

  skip(plan: SkipPlan): void {
    const frame = this.frames[this.depth - 1]!;
    const { rule, snapshot } = this;
    let resolved = snapshot.skips.get(plan);
    if (resolved === undefined) {
      resolved = resolveSkip(plan, snapshot.plan, this.runtime.phases);
      snapshot.skips.set(plan, resolved);
    }
    const bits = bitsOf(plan.scope, frame.ruleset.layerBit);
    this.skips.add(resolved, bits, rule);
    if (plan.products.length > 0) this.changes.products(plan.products);
    for (const target of plan.targets) {
      if (!this.masks.add(target, bits))
        this.note(`there is no field \`${target.field}\`: nothing is left out`);
    }
    if (plan.targets.length > 0) for (let at = 0; at < this.depth; at++) this.frames[at]!.stale = true;
    // A skip reaches what follows it: of the phase that it stands in, the rest.
    if (plan.restOfPhase || resolved.phases.has(frame.ruleset.phase)) {
      this.skips.addPhase(frame.ruleset.phase, bits, rule);
      // The frames are all of one layer.
      if ((bits & frame.ruleset.layerBit) !== 0) {
        for (let at = 0; at < this.depth; at++) this.frames[at]!.endedBy = rule;
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
    if (this.skips.any) {
      const by = this.skips.ofRuleset(target.id, target.layerBit);
      if (by !== undefined) {
        this.note(`the ruleset was skipped by ${by.facts.ruleset}/${by.facts.ref}`);
        return;
      }
    }
    this.push(target, rule, shadow);
  }

  score(name: string, increment: number): void {
    this.scores ??= new Map();
    this.scores.set(name, (this.scores.get(name) ?? 0) + increment);
    this.frames[this.depth - 1]!.total += increment;
    this.scored ??= Object.create(null) as Record<string, number>;
    this.scored[name] = (this.scored[name] ?? 0) + increment;
    const { scores: slot, withScores } = this.runtime.slots;
    if (slot !== -1) this.context.set(slot, this.scores as ReadonlyMap<string, Value>);
    this.invalidate(withScores);
  }

  shadowScore(increment: number): void {
    const frame = this.frames[this.depth - 1]!;
    if (frame.shadow) frame.total += increment;
  }

  note(message: string): void {
    this.notes ??= [];
    if (this.notes.length < this.runtime.limits.maxNotes) this.notes.push(message);
  }

  /** Field values changed: these slots are read anew, and so is what exceptions left of them. */
  protected invalidate(slots: readonly number[]): void {
    if (this.masks.any) this.masks.forget();
    for (const slot of slots) this.context.invalidate(slot);
  }
}

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && typeof (value as Promise<T>).then === "function";
}
