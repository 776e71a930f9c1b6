// On the request path of firewalls with limits that count what became of a request: when it is counted, and what rules
// read meanwhile.
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { LaterLimit, RulePlan } from "../../rules/plan/plan.ts";
import { isPromise, type MaybePromise } from "../../rules/ratelimit/counter-store.ts";
import type { Match } from "../decision/decision.ts";
import type { Outcome } from "../decision/outcome.ts";
import { ArrivingView } from "./arriving-view.ts";
import type { Effects } from "./effects.ts";
import type { HostRefusal } from "./exchange.ts";
import { type Fate, LaterCounts } from "./later-counts.ts";
import type { FieldLoads } from "./loading.ts";
import { type Decided, requestOutcome } from "./request-outcome.ts";
import type { Runtime, Snapshot } from "./runtime.ts";

/** The evaluation as counting sees it. */
export interface CountedEvaluation {
  readonly context: ExecutionContext;
  readonly request: WafRequest;
  readonly effects: Effects;
  readonly snapshot: Snapshot;
  readonly matches: readonly Match[];
  readonly now: number;
  readonly reference: string;
  /** Whether a body may still come. */
  readonly lacksBody: boolean;
  /** Whether the response is there. */
  readonly hasResponse: boolean;
  /** Renews the work budget. */
  refill(): void;
  readonly loads: FieldLoads;
  /** Keeps the evaluation from other requests while a promise is under way. */
  pending<T>(promise: Promise<T>): Promise<T>;
  /** A store failed to count a request; nothing is refused for it. @param error undefined: it succeeded. */
  uncounted(rule: RulePlan, error: string | undefined): undefined;
}

const NO_LIMITS: readonly LaterLimit[] = Object.freeze([]);

/** Counts the outcome of one request, for limits that depend on it. One per evaluation. */
export class DecisionCounts {
  readonly #evaluation: CountedEvaluation;
  readonly #runtime: Runtime;
  readonly #limits = new LaterCounts();
  /** Rules that matched and are not on trial, where a limit may count by them. */
  readonly #matched: RulePlan[] = [];

  constructor(evaluation: CountedEvaluation, runtime: Runtime) {
    this.#evaluation = evaluation;
    this.#runtime = runtime;
  }

  /** Limits that the request has reached and that are not counted yet. */
  get met(): readonly RulePlan[] {
    return this.#limits.met;
  }

  /** The request has reached a limit that counts later. */
  add(rule: RulePlan): void {
    this.#limits.add(rule);
  }

  /** A rule has matched that is not on trial. */
  matched(rule: RulePlan): void {
    this.#matched.push(rule);
  }

  reset(): void {
    this.#limits.reset();
    // Setting a length costs a call of the runtime, even where nothing changes.
    if (this.#matched.length > 0) this.#matched.length = 0;
  }

  /** Counts the response for the limits that the request reached. */
  countResponse(): MaybePromise<void> {
    if (this.#limits.met.length === 0) return undefined;
    const { outcome, wouldHave } = this.#evaluation.effects;
    return this.#count({ outcome, wouldHave, refusal: undefined }, true, false);
  }

  /**
   * Counts the outcome of the request, also for limits that it did not reach because it was refused before.
   *
   * @param failed the answer of the firewall after a failure.
   * @param waitsApart whether the decision no longer waits for the count.
   * @param told receives failures, which change nothing.
   */
  countDecision(
    failed: Outcome | undefined,
    refusal: HostRefusal | undefined,
    waitsApart: boolean,
    told: (error: unknown) => undefined,
  ): MaybePromise<void> {
    const { effects, snapshot } = this.#evaluation;
    if (snapshot.plan.laterLimits.length === 0 && this.#limits.met.length === 0) return undefined;
    try {
      const { outcome, wouldHave } = effects;
      const decided = { outcome: failed ?? outcome, wouldHave, refusal };
      const counted = this.#count(decided, waitsApart, failed !== undefined);
      return isPromise(counted) ? counted.catch(told) : undefined;
    } catch (error) {
      return told(error);
    }
  }

  #count(decided: Decided, waitsApart: boolean, hasFailed: boolean): MaybePromise<void> {
    const evaluation = this.#evaluation;
    const { outcome, wouldHave, refusal } = decided;
    const isResponse = evaluation.hasResponse;
    const isRefused = outcome !== undefined || refusal !== undefined;
    const missed =
      isResponse || !(isRefused || wouldHave !== undefined)
        ? NO_LIMITS
        : this.#limits.missed(evaluation.snapshot.plan.laterLimits, (limit) => this.#isOpen(limit));
    const isAnswered = isResponse || isRefused;
    if (missed.length === 0 && !this.#limits.mayCount(isAnswered)) return undefined;
    // The refusing rule may have used up the budget.
    if (isRefused) evaluation.refill();
    const fate: Fate = {
      refusedBy: hasFailed ? undefined : outcome?.by,
      isBan: evaluation.matches.some(({ decisive, rateLimit }) => decisive && rateLimit?.banned === true),
      isAnswered,
      waitsApart,
    };
    const loads = evaluation.loads.missing(this.#limits.loads(missed, isAnswered), evaluation.lacksBody);
    const count = () => this.#counted(decided, fate, missed);
    if (loads.length === 0) {
      const counted = count();
      return counted && evaluation.pending(counted);
    }
    return evaluation.pending(evaluation.loads.run(loads).then(count));
  }

  /** Counts while the fields of the request show its outcome. */
  #counted(decided: Decided, fate: Fate, missed: readonly LaterLimit[]): Promise<void> | undefined {
    const { request, context, effects, now, lacksBody } = this.#evaluation;
    const { view } = request;
    const { slots, phases } = this.#runtime;
    const outcome = requestOutcome(decided, this.#matched, phases);
    request.outcome = outcome;
    effects.invalidate(slots.withDecision);
    // An error page represents the application's answer; any other answer replaces it.
    const { action, status } = outcome;
    const isOwnAnswer = status !== undefined && action !== "serve_error";
    if (isOwnAnswer) {
      request.view = new ArrivingView(view, { response: { status, rawHeaders: [] } });
      effects.invalidate(slots.withResponse);
    }
    // Fields that derive from a body that never arrived cannot be loaded: they are missing.
    if (lacksBody) {
      for (const { slot, awaitsBody } of this.#limits.loads(missed, true)) {
        if (awaitsBody && context.slots[slot] === null) context.set(slot, undefined);
      }
    }
    try {
      return this.#limits.count(fate, missed, context, now, (rule, error) =>
        this.#evaluation.uncounted(rule, error),
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

  /** Whether only a refusal kept the request from reaching a limit. */
  #isOpen({ phase, rule, entrypoint, executedBy }: LaterLimit): boolean {
    const { effects, now, context, reference } = this.#evaluation;
    if (effects.isOff(phase) || effects.parts?.of(entrypoint) === "off") return false;
    const isBound = effects.bound && rule.mandatory;
    if (effects.allowedBy !== undefined && effects.security === "over" && !isBound) return false;
    if (effects.skippedBy(entrypoint) !== undefined) return false;
    return [...executedBy, rule].every((one) => {
      if (!one.enabled || one.expiresAt <= now) return false;
      if (effects.skips.any && effects.skippedRule(one, entrypoint) !== undefined) return false;
      return one.sample === undefined || one.sample.includes(context, reference);
    });
  }
}
