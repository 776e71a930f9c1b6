// On the request path of firewalls that write events or traces: what is told of a match beside the rule.
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import type { Budget } from "../../language/values/budget.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { RuleFacts } from "../../rules/plan/facts.ts";
import type { RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import type { Match } from "../decision/decision.ts";
import type { Effects } from "./effects.ts";
import { findFurther } from "./further-rules.ts";
import { inputText } from "./input-names.ts";
import type { HiddenInput } from "./masks.ts";
import { type FurtherRule, InputFinder, type MatchInputs } from "./match-inputs.ts";
import type { ExplanationRecorder } from "./recorder.ts";
import type { Frame } from "./walk.ts";

/** What made the matches of one request, and what exceptions hid from its rules. One per evaluation. */
export class MatchEvidence {
  /** Whether anything is told of matches. */
  isTold = false;
  /** Which inputs made the matches; undefined while nothing is told of any. */
  inputs: Map<Match, MatchInputs> | undefined;
  /** Which inputs exceptions hid from later rules, in words, by the rule of the exception. */
  hidden: Map<RuleFacts, Set<string>> | undefined;
  /** What would have matched after the rule that decided. */
  further: readonly FurtherRule[] | undefined;
  readonly #scheme: Scheme<never>;
  readonly #request: WafRequest;
  readonly #context: ExecutionContext;
  readonly #effects: Effects;
  readonly #budget: Budget;
  /** Made at the first match. */
  #finder: InputFinder | undefined;

  /** @param budget that of the request's rules: evidence may cost as much again. */
  constructor(
    scheme: Scheme<never>,
    request: WafRequest,
    context: ExecutionContext,
    effects: Effects,
    budget: Budget,
  ) {
    this.#budget = budget;
    this.#scheme = scheme;
    this.#request = request;
    this.#context = context;
    this.#effects = effects;
    this.inputs = undefined;
    this.hidden = undefined;
    this.further = undefined;
  }

  /** Makes it ready for another request. */
  reset(): void {
    this.inputs = undefined;
    this.hidden = undefined;
    this.further = undefined;
    this.#finder?.reset();
  }

  /** What made the rule match, before its action changes anything. Most rules that execute rulesets match whatever comes. */
  of(rule: RulePlan, ruleset: RulesetPlan): MatchInputs | undefined {
    if (!this.isTold || !rule.logged) return undefined;
    const isConstant = rule.scoreThreshold === undefined && rule.filter.checked.root.kind === "constant";
    return isConstant ? undefined : this.#find(rule, ruleset, false);
  }

  keep(match: Match, inputs: MatchInputs): void {
    this.inputs ??= new Map();
    this.inputs.set(match, inputs);
  }

  #find(rule: RulePlan, ruleset: RulesetPlan, isFurther: boolean): MatchInputs | undefined {
    const { masks } = this.#effects;
    const context = this.#context;
    this.#finder ??= new InputFinder(this.#scheme, this.#request, this.#budget);
    const hidden = masks.any && masks.hide(rule, ruleset, context);
    const inputs = this.#finder.find(rule, ruleset, context, isFurther);
    if (hidden) masks.restore(context);
    return inputs && this.#finder.withWholes(inputs, context);
  }

  /** The rule has ended the evaluation: looks for what would have matched after it. */
  findFurther(frame: Frame, rule: RulePlan, now: number): void {
    const finder = this.#finder;
    // A rule that matches whatever the request holds tells nothing about those after it.
    if (finder === undefined || this.inputs === undefined || this.further !== undefined) return;
    this.further = findFurther(frame, rule, {
      effects: this.#effects,
      context: this.#context,
      now,
      finder,
      inputsOf: (one) => this.#find(one, frame.ruleset, true),
    });
  }

  /** Inputs that the request has and that exceptions hide from the rule, when anything is told of it. */
  hiddenFrom(rule: RulePlan, ruleset: RulesetPlan): readonly HiddenInput[] | undefined {
    if (!this.isTold) return undefined;
    const found = this.#effects.masks.hiddenFrom(rule, ruleset, this.#context);
    return found.length === 0 ? undefined : found;
  }

  /** The explanation tells it of the rule, the event of the exception: once of each input. */
  tellHidden(
    inputs: readonly HiddenInput[],
    recorder: ExplanationRecorder | undefined,
    maxNotes: number,
  ): void {
    recorder?.hid(inputs);
    this.hidden ??= new Map();
    for (const { by, ...input } of inputs) {
      const texts = this.hidden.get(by.facts) ?? new Set();
      if (texts.size < maxNotes) texts.add(`hid ${inputText(input)}`);
      this.hidden.set(by.facts, texts);
    }
  }
}
