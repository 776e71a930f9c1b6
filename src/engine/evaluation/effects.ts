// On the request path, once a rule has matched: what actions may do.
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import type { Value } from "../../language/values/value.ts";
import { normalizePath } from "../../request/head/uri.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { BodyView } from "../../request/view/request-view.ts";
import { isFitLocation } from "../../rules/lists/redirect-list.ts";
import type { RuleFacts } from "../../rules/plan/facts.ts";
import type { PhasePlan, RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import { isPromise } from "../../rules/ratelimit/counter-store.ts";
import { unheard } from "../../rules/ratelimit/wait.ts";
import type {
  BlockResponse,
  BodyLimits,
  ChallengeKind,
  Control,
  ErrorPage,
  ExecutePlan,
  HeaderOperation,
  LogFieldSource,
  RedirectTarget,
  RoutePlan,
  SkipPlan,
  TarpitPlan,
} from "../../rules/ruleset/actions/control.ts";
import { UNFIT_TARGET } from "../../rules/ruleset/actions/redirect.ts";
import { isOutermostBit, layerBit, layersReached, OUTERMOST } from "../../rules/ruleset/layers.ts";
import { challengeRequest } from "../challenge/challenge-request.ts";
import { StagedChanges } from "../decision/changes.ts";
import type { RefusalFacts } from "../decision/decision.ts";
import type { Modes, PartModes, WafMode } from "../decision/modes.ts";
import type { Outcome, OutcomeAction } from "../decision/outcome.ts";
import { ArrivingView } from "./arriving-view.ts";
import { limitedBody, withoutBytes } from "./body-limits.ts";
import { Masks } from "./masks.ts";
import { RequestState } from "./request-state.ts";
import { NO_SNAPSHOT, type Runtime, type Snapshot } from "./runtime.ts";
import { ShadowEffects } from "./shadow-effects.ts";
import { resolveSkip, Skips } from "./skips.ts";
import type { Walk } from "./walk.ts";

/**
 * What becomes of security phases. `over`: a rule allowed the request, or would have ended it in `observe` mode, and
 * they are left out. `counting`: a rule allowed the request, and only what rate limits count still runs.
 */
export type Security = "judging" | "counting" | "over";

/** What the rules of one request have done, and what a matching rule may do. One per evaluation. */
export class Effects implements Control {
  readonly changes = new StagedChanges();
  readonly skips = new Skips();
  readonly masks: Masks;
  outcome: Outcome | undefined;
  allowedBy: RuleFacts | undefined;
  /** In `observe` mode: what would have ended the evaluation. */
  wouldHave: OutcomeAction | undefined;
  security: Security = "judging";
  /** A rule of a lower layer allowed the request: mandatory rules are still evaluated. */
  bound = false;
  mode: WafMode = "enforce";
  /** Modes of single phases and rulesets; undefined: none has its own. */
  parts: PartModes | undefined;
  scores: Map<string, number> | undefined;
  /** Labels and variables; undefined: no rule has set any. */
  state: RequestState | undefined;
  /** Remarks on the match at hand, and what it has added to scores. */
  notes: string[] | undefined;
  scored: Record<string, number> | undefined;
  readonly #runtime: Runtime;
  readonly #request: WafRequest;
  readonly #context: ExecutionContext;
  readonly #walk: Walk;
  readonly #shadow: Control = new ShadowEffects(this);
  #snapshot: Snapshot = NO_SNAPSHOT;
  #now = 0;
  #closesConnections = true;
  /** By name of a score: what mandatory rules have added, less what other rules of their layer have taken away. */
  #floors: Map<string, number> | undefined;
  /** A mandatory rule has said how much of the body rules see. */
  #keepsBodyLimits = false;
  /** The rule whose action is being applied. */
  #rule!: RulePlan;

  constructor(
    runtime: Runtime,
    scheme: Scheme<never>,
    request: WafRequest,
    context: ExecutionContext,
    walk: Walk,
  ) {
    this.#runtime = runtime;
    this.#request = request;
    this.#context = context;
    this.#walk = walk;
    this.masks = new Masks(scheme);
  }

  /** @param closesConnections whether the host can close a connection without an answer. */
  begin(snapshot: Snapshot, now: number, modes: Modes, closesConnections: boolean): void {
    this.mode = modes.whole;
    this.parts = modes.parts;
    this.#snapshot = snapshot;
    this.#now = now;
    this.#closesConnections = closesConnections;
  }

  /** Resets the object: the pool keeps nothing of the request or of its snapshot. */
  release(): void {
    this.#snapshot = NO_SNAPSHOT;
    this.changes.reset();
    this.skips.reset();
    this.masks.reset();
    this.outcome = undefined;
    this.allowedBy = undefined;
    this.wouldHave = undefined;
    this.security = "judging";
    this.bound = false;
    this.#keepsBodyLimits = false;
    this.scores = undefined;
    this.#floors = undefined;
    this.state = undefined;
    this.notes = undefined;
    this.scored = undefined;
  }

  /** Applies the rule's action; a rule in shadow mode only reports. */
  apply(rule: RulePlan, shadow: boolean, ruleset: RulesetPlan, remark: string | undefined): void {
    this.#rule = rule;
    this.notes = undefined;
    this.scored = undefined;
    if (remark !== undefined) this.note(remark);
    const undone = this.undone(rule, ruleset);
    if (undone !== undefined) this.note(undone);
    rule.action.apply(shadow ? this.#shadow : this, rule.prepared, this.#context);
  }

  /** Whether the phase's rules still run, given what became of the security phases. */
  mayEnter(phase: PhasePlan): boolean {
    if (this.isOff(phase)) return false;
    if (this.security === "judging" || !phase.phase.security) return true;
    return (this.security === "counting" && phase.hasLimits) || (this.bound && phase.hasMandatory);
  }

  /** Whether the firewall's mode, or the phase's own, leaves the phase out. */
  isOff({ phase }: PhasePlan): boolean {
    return (this.mode === "off" && phase.security) || this.parts?.phases.get(phase.name) === "off";
  }

  /** Whether the request has been allowed past the rule: it runs for the sake of rate limits alone, or not at all. */
  isPast(rule: RulePlan): boolean {
    if (this.security === "judging" || (this.bound && rule.mandatory)) return false;
    return this.#walk.phase?.phase.security === true;
  }

  /** The rule that took an entry point out. With mandatory rules in it, {@link skippedRule} tells. */
  skippedBy(ruleset: RulesetPlan): RulePlan | undefined {
    if (!this.skips.any || ruleset.hasMandatory) return undefined;
    return this.skips.ofEntryPoint(ruleset, ruleset.layerBit);
  }

  /** The rule that skipped another one. Call it only while skips are active. */
  skippedRule(rule: RulePlan, ruleset: RulesetPlan): RulePlan | undefined {
    const by = this.skips.ofRule(rule.key, rule.layerBit);
    if (by !== undefined || !ruleset.hasMandatory) return by;
    return this.skips.ofEntryPoint(ruleset, rule.layerBit);
  }

  /** Why a mandatory rule, or an input of it, would have been left out; undefined for other rules, and without a cause. */
  undone(rule: RulePlan, ruleset: RulesetPlan): string | undefined {
    if (!rule.mandatory) return undefined;
    const allowed = this.bound && this.#walk.phase?.phase.security === true ? this.allowedBy : undefined;
    const bit = layerBit(ruleset.layer);
    const by =
      allowed ??
      (this.skips.any
        ? (this.skips.ofRule(rule.key, bit) ?? this.skips.ofEntryPoint(ruleset, bit))?.facts
        : undefined);
    if (by !== undefined)
      return `mandatory: \`${by.action}\` of ${by.ruleset}/${by.ref} does not apply to it`;
    if (!this.masks.any || !this.masks.spares(rule, ruleset, bit)) return undefined;
    return "mandatory: an exception of a lower layer does not apply to it";
  }

  /** Staged changes take effect between phases, and never before. */
  settle(): void {
    if (this.masks.any) this.masks.forget();
    if (!this.changes.hasNew) return;
    for (const part of this.#request.rewrite(this.changes.takeNew())) {
      this.invalidate(this.#runtime.slots.changedBy[part]);
    }
    if (this.changes.bodyLimits !== undefined) this.limitShownBody();
  }

  /** Shows rules no more of the body than the rules of its route let them see. */
  limitShownBody(): void {
    const limits = this.changes.bodyLimits;
    const { body } = this.#request.view;
    if (limits === undefined || body === undefined) return;
    this.#show(body, limitedBody(body, limits));
    // A text may be longer than what is read, though all of it is held.
    if (limits.oversize === "pass" && this.#request.body?.truncated === true) {
      const shown = this.#request.view.body;
      if (shown !== undefined && shown.bytes !== "") this.#show(shown, withoutBytes(shown));
    }
  }

  #show(body: BodyView, shown: BodyView): void {
    if (shown === body) return;
    this.#request.view = new ArrivingView(this.#request.view, { body: shown });
    this.invalidate(this.#runtime.slots.withBody);
  }

  /** Field values changed: these slots are read again, and so are their parts that exceptions leave. */
  invalidate(slots: readonly number[]): void {
    if (this.masks.any) this.masks.forget();
    for (const slot of slots) this.#context.invalidate(slot);
  }

  /** Ends the evaluation, or records what would have ended it: the first of several. */
  conclude(outcome: Outcome): void {
    if (this.#walk.stage !== "walking") return;
    if (this.mode === "observe") {
      this.wouldHave ??= outcome.action;
      if (this.security === "judging") this.security = "over";
      this.bound = false;
      this.#walk.stage = "leaving";
      return;
    }
    this.outcome = outcome;
    this.#walk.stage = "ended";
  }

  block(response: BlockResponse): void {
    const { facts, blockStatus } = this.#rule;
    this.#end({ action: "block", by: facts, status: response.status ?? blockStatus, response });
  }

  drop(response: BlockResponse): void {
    const fallback = this.#fallback(response);
    if (fallback !== undefined) this.#end({ action: "drop", by: this.#rule.facts, fallback });
  }

  tarpit({ seconds, end, response }: TarpitPlan): void {
    const fallback = this.#fallback(response);
    if (fallback !== undefined) this.#end({ action: "tarpit", by: this.#rule.facts, seconds, end, fallback });
  }

  allow(options: { readonly count: boolean }): void {
    if (this.#walk.stage !== "walking" || this.isPast(this.#rule)) return;
    this.allowedBy = this.#rule.facts;
    this.bound = this.allowedBy.layer !== OUTERMOST && this.#snapshot.plan.hasMandatory;
    if (this.bound) this.note("mandatory rules still evaluate the request");
    this.security = options.count ? "counting" : "over";
    // Mandatory rules precede those of a lower layer, except for a default, which comes last.
    if (this.bound && this.#walk.phase?.hasMandatoryDefault === true) this.#walk.endRulesets(this.#rule);
    else this.#walk.stage = "leaving";
  }

  challenge(kind: ChallengeKind): void {
    const { challenge } = this.#runtime;
    const { facts, limiter } = this.#rule;
    const request = this.#request;
    const cleared: unknown = challenge?.isCleared(
      kind,
      challengeRequest(request, this.#context.budget, this.#now),
    );
    if (cleared === true) {
      this.note("the client has passed the challenge");
      const forgiven = limiter?.forgive(this.#context);
      // The promise never rejects, and the request need not wait for it.
      if (!isPromise(forgiven) && forgiven !== undefined) this.note(`the counter store failed: ${forgiven}`);
      return;
    }
    if (isPromise(cleared)) {
      unheard(cleared);
      this.note("the challenge provider returned a promise from `isCleared`: the client is not cleared");
    }
    this.#end({ action: "challenge", by: facts, kind });
  }

  redirect(target: RedirectTarget): void {
    const location = withQuery(target.location, target.preserveQuery ? this.#request.query : "");
    const { status, headers } = target;
    this.#end({
      action: "redirect",
      by: this.#rule.facts,
      location,
      status,
      ...(headers === undefined ? {} : { headers }),
    });
  }

  redirectFromList(list: string, key: string): boolean {
    const entry = this.#snapshot.redirects.get(list)?.find(key);
    if (entry === undefined) return false;
    if (isFitLocation(entry.location)) this.redirect(entry);
    else {
      this.note("the redirect target is too long or has line breaks: the request is rejected instead");
      this.block(UNFIT_TARGET);
    }
    return true;
  }

  isRedirected(list: string, key: string): boolean {
    return this.#snapshot.redirects.get(list)?.find(key) !== undefined;
  }

  serveError(page: ErrorPage): void {
    const status = page.status ?? this.#request.view.response?.status ?? 500;
    this.#end({ action: "serve_error", by: this.#rule.facts, status, page });
  }

  log(): void {
    // The match itself is the record.
  }

  skip(plan: SkipPlan): void {
    const { frame } = this.#walk;
    if (frame === undefined) return;
    const { phase, layerBit: bit } = frame.ruleset;
    const snapshot = this.#snapshot;
    const rule = this.#rule;
    let resolved = snapshot.skips.get(plan);
    if (resolved === undefined) {
      resolved = resolveSkip(plan, snapshot.plan, this.#runtime.phases);
      snapshot.skips.set(plan, resolved);
    }
    const bits = layersReached(bit, plan.scope);
    if (plan.scope === "all" && snapshot.plan.hasMandatory && !isOutermostBit(bit))
      this.note("mandatory rules are not skipped");
    this.skips.add(resolved, bits, rule);
    if (plan.products.length > 0) this.changes.add({ part: "products", names: plan.products });
    for (const target of plan.targets) {
      if (!this.masks.add(target, bits, rule))
        this.note(`there is no field \`${target.field}\`: nothing is left out`);
    }
    if (plan.targets.length > 0) this.#walk.refresh();
    // A skip applies to later rules: of its own phase, to the rest.
    if (plan.restOfPhase || resolved.phases.has(phase)) {
      this.skips.addPhase(phase, bits, rule);
      // All frames are of one layer.
      if ((bits & bit) !== 0) this.#walk.endRulesets(rule);
    } else if (plan.restOfRuleset) {
      frame.endedBy = rule;
      // The default is after all rules of its ruleset.
      if (this.#walk.phase?.hasDefault === true && frame.executedBy === undefined)
        this.skips.addRuleset(frame.ruleset.id, layersReached(bit, "layer"), rule);
    }
  }

  execute(plan: ExecutePlan): void {
    this.run(plan, false);
  }

  /** Runs the ruleset that was compiled for the rule. */
  run(plan: ExecutePlan, shadow: boolean): void {
    const target = this.#rule.executed;
    if (target === undefined || target.id !== plan.ruleset) {
      this.note(`there is no ruleset \`${plan.ruleset}\` here: nothing was executed`);
      return;
    }
    const by = this.skips.any ? this.skips.ofRuleset(target.id, target.layerBit) : undefined;
    if (by !== undefined) {
      this.note(`the ruleset was skipped by ${by.facts.ruleset}/${by.facts.ref}`);
      this.#walk.recorder?.executionSkipped(target, by);
    } else this.#walk.open(target, this.#rule, shadow);
  }

  score(name: string, increment: number): void {
    const scores = this.scores ?? new Map<string, number>();
    this.scores = scores;
    scores.set(name, this.#atLeast(name, (scores.get(name) ?? 0) + increment, increment));
    const scored: Record<string, number> = this.scored ?? Object.create(null);
    this.scored = scored;
    scored[name] = (scored[name] ?? 0) + increment;
    this.#add(increment);
    const { scores: slot, withScores } = this.#runtime.slots;
    if (slot === -1) return;
    const value: ReadonlyMap<string, Value> = scores;
    this.#context.set(slot, value);
    this.invalidate(withScores);
  }

  /** Changes a score; lower layers cannot take away what mandatory rules added. */
  #atLeast(name: string, total: number, increment: number): number {
    const { mandatory, facts } = this.#rule;
    const floor = this.#floors?.get(name);
    const isOutermost = facts.layer === OUTERMOST;
    if (isOutermost && (mandatory || (floor !== undefined && increment < 0))) {
      this.#floors ??= new Map();
      this.#floors.set(name, (floor ?? 0) + increment);
    }
    const least = this.#floors?.get(name);
    if (least === undefined || total >= least) return total;
    if (!isOutermost) this.note(`a mandatory rule has added to \`${name}\`: it stays at ${least}`);
    return least;
  }

  label(names: readonly string[]): void {
    this.#remark(this.#state().label(names, this.#context, this.#rule.facts.layer));
  }

  setVariable(name: string, value: string): void {
    const { mandatory, facts } = this.#rule;
    this.#remark(this.#state().setVariable(name, value, this.#context, facts.layer, mandatory));
  }

  #state(): RequestState {
    // The parts that exceptions leave of derived fields are computed again.
    if (this.masks.any) this.masks.forget();
    this.state ??= new RequestState(this.#runtime.limits, this.#runtime.slots);
    return this.state;
  }

  #remark(text: string | undefined): void {
    if (text !== undefined) this.note(text);
  }

  /** Counts for the thresholds of a run in shadow mode. */
  shadowScore(increment: number): void {
    if (this.#walk.frame?.shadow === true) this.#add(increment);
  }

  rewritePath(path: string): void {
    // Sites and URL parsers on the way resolve dot segments: later rules see the resolved path.
    this.changes.add({ part: "path", value: normalizePath(path, "rfc3986") });
  }

  rewriteQuery(query: string): void {
    this.changes.add({ part: "query", value: query });
  }

  header(operation: HeaderOperation): void {
    const isResponse = this.#walk.arrived === "response";
    this.changes.add({ part: isResponse ? "responseHeaders" : "headers", operation });
  }

  route(route: RoutePlan): void {
    this.changes.add({ part: "origin", route });
  }

  config(settings: Readonly<Record<string, unknown>>): void {
    this.changes.add({ part: "config", settings: { ...settings } });
  }

  logField(source: LogFieldSource, name: string, preserveDuplicates: boolean): void {
    this.changes.add({ part: "log_field", source, name, preserveDuplicates });
  }

  limitBody(limits: BodyLimits): void {
    const { facts, mandatory } = this.#rule;
    const kept = facts.layer === OUTERMOST ? undefined : this.#keptBody(limits);
    if (kept !== undefined) {
      this.note(kept);
      return;
    }
    this.#keepsBodyLimits ||= mandatory;
    this.changes.add({ part: "body_limits", limits });
  }

  /** Why limits of a lower layer are left out: refusing more does no harm, hiding a part from mandatory rules does. */
  #keptBody(limits: BodyLimits): string | undefined {
    if (this.#keepsBodyLimits) return "a mandatory rule has limited the body: nothing is changed";
    const oversize = limits.oversize ?? this.changes.bodyLimits?.oversize;
    return this.#snapshot.plan.mandatoryReadsBody && oversize !== "block"
      ? "mandatory rules read the body: it is not hidden from them"
      : undefined;
  }

  note(message: string): void {
    this.notes ??= [];
    if (this.notes.length < this.#runtime.limits.maxNotes) this.notes.push(message);
  }

  /** The answer for hosts that need one; undefined: this host closes the connection instead. */
  #fallback(response: BlockResponse): RefusalFacts | undefined {
    if (this.#closesConnections) return { status: response.status ?? this.#rule.blockStatus, response };
    this.note("this host cannot close connections: the request is blocked instead");
    this.block(response);
    return undefined;
  }

  /** What an action ends; where rules only count, the request has been allowed. */
  #end(outcome: Outcome): void {
    if (!this.isPast(this.#rule)) this.conclude(outcome);
  }

  #add(increment: number): void {
    const { frame } = this.#walk;
    if (frame !== undefined) frame.total += increment;
  }
}

/** Appends a query to an address: before its fragment, after an existing query. */
function withQuery(location: string, query: string): string {
  if (query === "") return location;
  const hash = location.indexOf("#");
  const front = hash === -1 ? location : location.slice(0, hash);
  const fragment = hash === -1 ? "" : location.slice(hash);
  return `${front}${front.includes("?") ? "&" : "?"}${query}${fragment}`;
}
