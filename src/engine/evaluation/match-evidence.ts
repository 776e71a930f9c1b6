// On the request path of firewalls that write events or traces: evidence of matches.
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

/** Inputs that made the matches of one request, and inputs that exceptions hid from its rules. One per evaluation. */
export class MatchEvidence {
  /** Whether matches are reported. */
  isTold = false;
  /** The inputs that made the matches; undefined while none is reported. */
  inputs: Map<Match, MatchInputs> | undefined;
  /** Inputs that exceptions hid from later rules, in words, by the rule of the exception. */
  hidden: Map<RuleFacts, Set<string>> | undefined;
  /** Rules that would have matched after the rule that decided. */
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

  /** Inputs that made the rule match, read before its action changes them. Most `execute` rules match every request. */
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

  /** Looks for rules that would have matched after the one that ended the evaluation. */
  findFurther(frame: Frame, rule: RulePlan, now: number): void {
    const finder = this.#finder;
    // A rule that matches every request says nothing about later rules.
    if (finder === undefined || this.inputs === undefined || this.further !== undefined) return;
    this.further = findFurther(frame, rule, {
      effects: this.#effects,
      context: this.#context,
      now,
      finder,
      inputsOf: (one) => this.#find(one, frame.ruleset, true),
    });
  }

  /** Inputs that the request has and that exceptions hide from the rule, if the rule is reported. */
  hiddenFrom(rule: RulePlan, ruleset: RulesetPlan): readonly HiddenInput[] | undefined {
    if (!this.isTold) return undefined;
    const found = this.#effects.masks.hiddenFrom(rule, ruleset, this.#context);
    return found.length === 0 ? undefined : found;
  }

  /** The explanation reports it with the rule, the event with the exception, once for each input. */
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
