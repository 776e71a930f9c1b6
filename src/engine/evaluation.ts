// On the request path: the walk over phases, rulesets and rules. It keeps its place in frames of its own instead of
// the call stack, so that it can wait for the body or for a remote store in the middle, and so that the synchronous
// case makes no promise. Per rule nothing is allocated, per match a record.
import type { RuleFacts } from "../ruleset/plan/facts.ts";
import type { PhasePlan, RulePlan, RulesetPlan } from "../ruleset/plan/plan.ts";
import type { MaybePromise } from "../ruleset/ratelimit/counter-store.ts";
import type { RateLimitVerdict } from "../ruleset/ratelimit/rate-limiter.ts";
import { EnforcingControl, ShadowControl } from "./control.ts";
import type { Failure, Match, RateLimitFacts } from "./decision.ts";
import { EvaluationState, type Frame, isPromise } from "./evaluation-state.ts";
import { failureOf } from "./failure.ts";
import { PLAIN_BLOCK } from "./outcome.ts";

const NO_NOTES: readonly string[] = Object.freeze([]);

/** One request on its way through a snapshot. Kept in a pool by the firewall. */
export class Evaluation extends EvaluationState {
  readonly #control = new EnforcingControl(this);
  readonly #shadowControl = new ShadowControl(this);

  /** The logging phases, which cannot end anything. */
  logging(): void {
    if (this.snapshot.plan.logging.length === 0) return;
    this.budget.reset(this.runtime.budget);
    this.side = "response";
    this.bodyReady = true;
    this.start(this.snapshot.plan.logging);
    const outcome = this.outcome;
    const waiting = this.run();
    // No limit stands in a logging phase; an embedder's phases could have one, which then goes unheard.
    if (waiting !== undefined) waiting.then(undefined, () => {});
    this.outcome = outcome;
  }

  /** Something threw: the walk ends where it is, and the failure is kept for the decision and the event. */
  abandon(error: unknown, verdict: Failure["verdict"]): void {
    const frame = this.frames[this.depth - 1];
    const rule = frame?.ruleset.rules[frame.position];
    this.closeAll();
    this.#finish();
    this.addFailure(failureOf("engine", verdict, error, rule?.facts));
  }

  /** Walks on until the end, or until {@link waitsForBody}. */
  run(): MaybePromise<void> {
    for (;;) {
      if (this.ended || this.leavePhase) this.closeAll();
      if (this.ended) {
        this.#finish();
        return;
      }
      if (this.depth === 0) {
        if (!this.#openNext()) {
          this.#finish();
          return;
        }
        continue;
      }
      const frame = this.frames[this.depth - 1]!;
      if (frame.endedBy !== undefined) {
        this.close();
        continue;
      }
      if (frame.stale) this.reopen(frame);
      const at = frame.cursor.next();
      // A source that ran out of budget may have left candidates out.
      if (this.budget.remaining <= 0) {
        this.#outOfBudget(frame.ruleset, undefined);
        continue;
      }
      if (at === -1) {
        this.close();
        continue;
      }
      if (at <= frame.position) continue;
      const rule = frame.ruleset.rules[at]!;
      if (rule.readsBody && !this.bodyReady && rule.enabled) {
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
      const phase = this.phases[this.phaseAt];
      if (phase === undefined || this.leavePhase || this.entryAt >= phase.entrypoints.length) {
        if (phase !== undefined) this.#leave();
        if (this.phaseAt + 1 >= this.phases.length) return false;
        this.#enter(this.phases[++this.phaseAt]!);
        continue;
      }
      const ruleset = phase.entrypoints[this.entryAt++]!;
      const by = this.skips.any
        ? (this.skips.ofPhase(ruleset.phase, ruleset.layerBit) ??
          this.skips.ofRuleset(ruleset.id, ruleset.layerBit))
        : undefined;
      if (by !== undefined) {
        this.recorder?.skippedRuleset(ruleset, by);
        continue;
      }
      this.push(ruleset, undefined, false);
      return true;
    }
  }

  #enter(phase: PhasePlan): void {
    this.entryAt = 0;
    this.leavePhase = false;
    this.countingOnly = false;
    this.recorder?.phase(phase);
    if (!this.securityOver || !phase.phase.security) return;
    if (this.stillCounting && phase.hasLimits) this.countingOnly = true;
    else {
      this.leavePhase = true;
      this.recorder?.skippedPhase(this.allowedBy);
    }
  }

  /** Staged changes take effect between phases, and never before. */
  #leave(): void {
    if (this.masks.any) this.masks.forget();
    if (!this.request.hasStaged) return;
    for (const part of this.request.applyStaged()) this.invalidate(this.runtime.slots.changedBy[part]);
  }

  #finish(): void {
    this.ended = true;
    this.recorder?.finish(this.phases, this.phaseAt);
  }

  #visit(frame: Frame, rule: RulePlan): Promise<void> | undefined {
    const { ruleset } = frame;
    const { recorder } = this;
    if (!rule.enabled) {
      recorder?.rule(rule, "disabled");
      return undefined;
    }
    if (rule.expiresAt <= this.now) {
      recorder?.rule(rule, "expired");
      return undefined;
    }
    if (this.skips.any) {
      const by = this.skips.ofRule(rule.key, ruleset.layerBit);
      if (by !== undefined) {
        recorder?.rule(rule, "skipped", by);
        return undefined;
      }
    }
    if (this.countingOnly && !rule.whileCounting) {
      recorder?.rule(rule, "not_reached");
      return undefined;
    }
    if (rule.sample !== undefined && !rule.sample.includes(this.context, this.reference)) {
      recorder?.rule(rule, "not_sampled");
      return undefined;
    }
    const hidden = this.masks.any && this.masks.hide(rule, ruleset, this.context);
    let matched = rule.filter.test(this.context);
    const exhausted = this.budget.remaining <= 0;
    if (!exhausted && matched && rule.scoreThreshold !== undefined)
      matched = frame.total >= rule.scoreThreshold;
    recorder?.judged(rule, matched && !exhausted, this.context, frame.shadow || rule.shadow);
    if (hidden) this.masks.restore(this.context);
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
    if (limiter.countsResponse && (matched || rule.countsUnmatched)) this.responseCounts.push(rule);
    if (!matched) {
      if (!rule.countsUnmatched) return undefined;
      const counted = limiter.count(this.context, this.now);
      return isPromise(counted) ? counted : undefined;
    }
    const verdict = limiter.judge(this.context, this.now);
    if (isPromise(verdict)) return verdict.then((settled) => this.#judgedLimit(frame, rule, settled));
    this.#judgedLimit(frame, rule, verdict);
    return undefined;
  }

  #judgedLimit(frame: Frame, rule: RulePlan, verdict: RateLimitVerdict): void {
    if (verdict.storeError !== undefined) {
      const meaning = verdict.limited ? "closed" : "open";
      this.addFailure(failureOf("store", meaning, verdict.storeError, rule.facts));
    }
    if (this.budget.remaining <= 0) this.#outOfBudget(frame.ruleset, rule);
    else if (!verdict.limited || this.countingOnly) this.recorder?.limit(rule, verdict);
    else this.#act(frame, rule, verdict);
  }

  #act(frame: Frame, rule: RulePlan, verdict: RateLimitVerdict | undefined): void {
    this.rule = rule;
    this.notes = undefined;
    this.scored = undefined;
    const shadow = frame.shadow || rule.shadow;
    const before = this.depth;
    if (verdict?.storeError !== undefined) this.note(`the counter store failed: ${verdict.storeError}`);
    rule.action.apply(shadow ? this.#shadowControl : this.#control, rule.prepared, this.context);
    const match = this.#record(frame, rule, shadow, verdict);
    this.recorder?.acted(match, this.depth > before);
    if (this.budget.remaining <= 0) this.#outOfBudget(frame.ruleset, rule);
  }

  #record(frame: Frame, rule: RulePlan, shadow: boolean, verdict: RateLimitVerdict | undefined): Match {
    const match: Match = {
      rule: rule.facts,
      mode: shadow ? "shadow" : "enforce",
      decisive: this.ended || this.leavePhase,
      logged: rule.logged,
      notes: this.notes ?? NO_NOTES,
      ...(frame.executedBy === undefined ? {} : { executedBy: frame.executedBy.facts }),
      ...(verdict === undefined ? {} : { rateLimit: this.#limitFacts(rule, verdict) }),
      ...(this.scored === undefined ? {} : { scored: this.scored }),
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
      retryAfter: Math.max(0, Math.ceil(((verdict.retryAt ?? verdict.resetsAt) - this.now) / 1000)),
    };
  }

  /** The rest cannot be trusted: a stopped match looks like none, and `not` would turn it into a hit. */
  #outOfBudget(ruleset: RulesetPlan, rule: RulePlan | undefined): void {
    if (this.budgetVerdict !== undefined && this.ended) return;
    const verdict = rule?.onBudget ?? this.runtime.onBudget;
    this.budgetVerdict = verdict;
    // What the request has decided already stands.
    if (verdict === "block" && !this.ended) {
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
    this.ended = true;
  }
}
