import type { Evidence } from "../../detection/inspection/evidence.ts";
import type { Filter } from "../../language/compile/compile.ts";
import type { TracedReason } from "../../language/compile/trace.ts";
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import { Budget } from "../../language/values/budget.ts";
import { formatIp } from "../../language/values/ip.ts";
import { Ip6, type Value } from "../../language/values/value.ts";
import type { RuleFacts } from "../../rules/plan/facts.ts";
import type { PhasePlan, RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import { networkTexts } from "../../rules/ratelimit/networks.ts";
import type { RateLimitVerdict } from "../../rules/ratelimit/rate-limiter.ts";
import type { Match } from "../decision/decision.ts";
import type {
  Explanation,
  PhaseExplanation,
  ReasonExplanation,
  RuleExplanation,
  RuleOutcome,
  RulesetExplanation,
} from "../decision/explanation.ts";
import { REDACTED } from "../events/find-secrets.ts";
import type { Redactor } from "../events/redact.ts";
import { showEvidence } from "../events/show-evidence.ts";
import { isSecretKey, showReference } from "../events/show-inputs.ts";
import { isSecretInside, type ReceivedInput, type WholeText } from "../events/show-snippet.ts";
import type { EngineLimits } from "../options/limits.ts";
import { type InputName, inputOf, inputText, keyShown, receivedInput } from "./input-names.ts";
import type { HiddenInput } from "./masks.ts";
import { listName, type MatchInputs, tracerOf } from "./match-inputs.ts";
import type { Snapshot } from "./runtime.ts";
import { listItemOf, toldInputs } from "./shown-inputs.ts";

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };
interface OpenPhase {
  readonly phase: string;
  skippedBy?: string;
  readonly rulesets: RulesetExplanation[];
}
interface OpenRuleset {
  readonly plan: RulesetPlan;
  readonly rules: (Writable<RuleExplanation> | undefined)[];
}

/** Steps that explaining one rule may cost. */
const TRACE_BUDGET = 1_000_000;

/** Records the steps of one evaluation. The evaluation calls it when tracing is on; it decides nothing. */
export class ExplanationRecorder {
  readonly #snapshot: Snapshot;
  readonly #limits: EngineLimits;
  readonly #redact: Redactor;
  readonly #phases: OpenPhase[] = [];
  readonly #open: OpenRuleset[] = [];
  readonly #visited = new Set<RulesetPlan>();
  /** Values shown before, by field, key and value: rules read the same few values. */
  readonly #shown = new Map<string, string>();
  #last: Writable<RuleExplanation> | undefined;
  #rules = 0;
  #truncated = false;

  constructor(snapshot: Snapshot, limits: EngineLimits, redact: Redactor) {
    this.#snapshot = snapshot;
    this.#limits = limits;
    this.#redact = redact;
  }

  phase({ phase }: PhasePlan): void {
    this.#phases.push({ phase: phase.name, rulesets: [] });
  }

  /** The phase that was entered last is skipped as a whole. */
  skippedPhase(by: RuleFacts | string | undefined): void {
    const phase = this.#phases.at(-1);
    if (phase !== undefined)
      phase.skippedBy =
        typeof by === "string" ? by : by === undefined ? "the end of the evaluation" : nameOf(by);
  }

  skippedRuleset(ruleset: RulesetPlan, by: RulePlan): void {
    this.#visited.add(ruleset);
    const rules = ruleset.rules.flatMap((rule) => this.#make(rule, "skipped", by) ?? []);
    this.#phases.at(-1)?.rulesets.push(explained(ruleset, rules));
  }

  open(ruleset: RulesetPlan): void {
    this.#visited.add(ruleset);
    this.#open.push({ plan: ruleset, rules: [] });
  }

  /** @param endedBy the rule that skipped what was left. */
  close(endedBy: RulePlan | undefined): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const rules = closed.plan.rules.flatMap((rule) => {
      const outcome = endedBy === undefined ? "not_reached" : "skipped";
      return closed.rules[rule.position] ?? this.#make(rule, outcome, endedBy) ?? [];
    });
    const done = explained(closed.plan, rules);
    const parent = this.#open.at(-1);
    const executor = parent?.rules.findLast((rule) => rule !== undefined);
    if (executor !== undefined) executor.executed = done;
    else this.#phases.at(-1)?.rulesets.push(done);
  }

  rule(rule: RulePlan, outcome: RuleOutcome, by?: RulePlan): void {
    this.#put(rule, this.#make(rule, outcome, by));
  }

  /** The rule's filter was evaluated; `context` still holds the values that it saw. */
  judged(rule: RulePlan, matched: boolean, context: ExecutionContext, shadow: boolean): void {
    const made = this.#make(rule, matched ? "matched" : "not_matched");
    if (made !== undefined) {
      made.because = this.#reasons(rule.filter, context);
      if (shadow) made.shadow = true;
    }
    this.#last = made;
    this.#put(rule, made);
  }

  /** A remark on the rule that was evaluated last. */
  remark(text: string | undefined): void {
    if (text !== undefined && this.#last !== undefined) this.#last.notes = [...this.#last.notes, text];
  }

  /** The limit let the request through, or counted it only. */
  limit(rule: RulePlan, verdict: RateLimitVerdict): void {
    if (this.#last === undefined || this.#last.id !== rule.facts.id) return;
    this.#last.outcome = "not_matched";
    const { count, limit, networks } = verdict;
    const bits = rule.limiter?.ipv6PrefixLength;
    const client =
      networks === undefined || bits === undefined ? "" : ` for ${networkTexts(networks, bits).join(", ")}`;
    this.#last.notes = [...this.#last.notes, `counted ${count} of ${limit}${client}`];
  }

  /** @param found the inputs that made the match; `context` still holds the values that the rule saw */
  acted(match: Match, opened: boolean, found: MatchInputs | undefined, context: ExecutionContext): void {
    const rules = this.#open.at(opened ? -2 : -1)?.rules;
    const made = rules?.findLast((rule) => rule !== undefined);
    if (made === undefined) return;
    // A mandatory rule already has a note on exceptions that did not apply.
    if (match.notes.length > 0) made.notes = [...new Set([...made.notes, ...match.notes])];
    if (found === undefined) return;
    const { inputs } = toldInputs(found, this.#snapshot.scheme, context, this.#redact);
    if (inputs !== undefined) made.inputs = inputs;
  }

  /** Exceptions hid inputs of the request from the rule that was evaluated last. */
  hid(inputs: readonly HiddenInput[]): void {
    if (this.#last === undefined) return;
    this.#last.notes = [...this.#last.notes, ...inputs.map(hiddenNote)];
  }

  /** The ruleset that a rule would have executed was skipped: its rules are listed as such. */
  executionSkipped(ruleset: RulesetPlan, by: RulePlan): void {
    const rules = ruleset.rules.flatMap((rule) => this.#make(rule, "skipped", by) ?? []);
    if (this.#last !== undefined) this.#last.executed = explained(ruleset, rules);
  }

  /** The evaluation is over: everything that it did not reach is listed as such. */
  finish(phases: readonly PhasePlan[], reached: number): void {
    phases.forEach((phase, at) => {
      if (at > reached && !this.#phases.some((one) => one.phase === phase.phase.name)) this.phase(phase);
      const open = this.#phases.find((one) => one.phase === phase.phase.name);
      for (const ruleset of phase.entrypoints) {
        if (open === undefined || this.#visited.has(ruleset)) continue;
        const rules = ruleset.rules.flatMap((rule) => this.#make(rule, "not_reached") ?? []);
        open.rulesets.push(explained(ruleset, rules));
        this.#visited.add(ruleset);
      }
    });
  }

  /** @param wholeOf values of inputs as received */
  explanation(found: readonly Evidence[] | undefined, wholeOf: WholeText): Explanation {
    const evidence = showEvidence(found, this.#redact, wholeOf);
    return {
      phases: this.#phases.map((phase): PhaseExplanation => ({ ...phase })),
      ...(evidence.length === 0 ? {} : { evidence }),
      truncated: this.#truncated,
    };
  }

  #put(rule: RulePlan, made: Writable<RuleExplanation> | undefined): void {
    const open = this.#open.at(-1);
    if (open !== undefined) open.rules[rule.position] = made;
  }

  #make(rule: RulePlan, outcome: RuleOutcome, by?: RulePlan): Writable<RuleExplanation> | undefined {
    if (this.#rules >= this.#limits.maxExplainedRules) {
      this.#truncated = true;
      return undefined;
    }
    this.#rules++;
    return {
      ref: rule.facts.ref,
      id: rule.facts.id,
      action: rule.facts.action,
      outcome,
      ...(by === undefined ? {} : { skippedBy: nameOf(by.facts) }),
      ...(rule.overriddenBy === undefined ? {} : { overriddenBy: rule.overriddenBy }),
      ...(rule.shadow ? { shadow: true as const } : {}),
      because: [],
      notes: [],
    };
  }

  #reasons(filter: Filter, context: ExecutionContext): readonly ReasonExplanation[] {
    const tracer = tracerOf(filter);
    const { budget } = context;
    // Explaining must not use the request's budget, but must be bounded too.
    context.budget = new Budget(TRACE_BUDGET);
    const { reasons } = tracer(context);
    context.budget = budget;
    if (reasons.length > this.#limits.maxReasons) this.#truncated = true;
    return reasons.slice(0, this.#limits.maxReasons).map((reason) => this.#reason(reason, context));
  }

  #reason(reason: TracedReason, context: ExecutionContext): ReasonExplanation {
    const { actual, field, text, result } = reason;
    const list = result && actual !== undefined ? listName(text) : undefined;
    const { scheme } = this.#snapshot;
    const item =
      list === undefined || actual === undefined ? undefined : listItemOf(list, actual, scheme, context);
    const inputs = this.#inputsOf(reason, context);
    const input = inputs.find(({ key, evidence }) => key !== undefined || evidence !== undefined);
    return {
      condition: text,
      held: result,
      ...(field === undefined ? {} : { field }),
      ...(reason.path === "" ? {} : { path: reason.path }),
      ...(input === undefined
        ? {}
        : { input: showReference(input, this.#redact, this.#received(input, context)) }),
      ...(actual === undefined ? {} : { actual: this.#actual(actual, reason, inputs, context) }),
      ...(reason.found === undefined ? {} : { found: reason.found }),
      ...(item === undefined ? {} : { listItem: item }),
    };
  }

  /** A value made of several inputs is hidden when it is a secret of any of them. */
  #actual(
    actual: Value,
    { field = "", path }: TracedReason,
    inputs: readonly InputName[],
    context: ExecutionContext,
  ): string {
    const value = shownValue(actual, this.#isAddress(field));
    const plain = this.#show(field, keyOf(path), value);
    for (const input of inputs) {
      // Findings of detectors are not part of an input.
      if (input.isLocated) continue;
      const key = keyShown(input);
      if (isSecretKey(key, this.#redact)) return REDACTED;
      const shown = this.#show(input.field, key, value);
      if (shown !== plain && shown.includes(REDACTED)) return shown;
      const whole = typeof actual === "string" ? this.#received(input, context) : undefined;
      if (isSecretInside({ field: input.field, key, text: value }, value, this.#redact, whole))
        return REDACTED;
    }
    return plain;
  }

  #received(input: InputName, context: ExecutionContext): ReceivedInput | undefined {
    return receivedInput(input, this.#snapshot.scheme, context);
  }

  /** The inputs of the value that was tested last with the condition's result. */
  #inputsOf({ tested }: TracedReason, context: ExecutionContext): readonly InputName[] {
    const { origins = [] } = tested.at(-1) ?? {};
    return origins.map((origin) => inputOf(origin, this.#snapshot.scheme, context, undefined));
  }

  #show(field: string, key: string | undefined, value: string): string {
    // Length prefixes keep different triples apart.
    const id = `${field.length} ${key?.length ?? "-"} ${field}${key ?? ""}${value}`;
    let shown = this.#shown.get(id);
    if (shown === undefined) {
      shown = this.#redact(field, key, value);
      this.#shown.set(id, shown);
    }
    return shown;
  }

  #isAddress(field: string | undefined): boolean {
    let type = field === undefined ? undefined : this.#snapshot.scheme.field(field)?.field.type;
    while (type?.kind === "Array" || type?.kind === "Map") type = type.element;
    return type?.kind === "Ip";
  }
}

function explained(plan: RulesetPlan, rules: readonly RuleExplanation[]): RulesetExplanation {
  return {
    ruleset: plan.id,
    name: plan.name,
    ...(plan.version === undefined ? {} : { version: plan.version }),
    layer: plan.layer,
    rules,
  };
}

function hiddenNote({ by, ...input }: HiddenInput): string {
  return `${inputText(input)} was hidden by the exception ${nameOf(by.facts)}`;
}

function nameOf(facts: RuleFacts): string {
  return `${facts.ruleset}/${facts.ref}`;
}

/** The first key of an index path such as `["host"][*]`. */
function keyOf(path: string): string | undefined {
  const text = /^\[("(?:[^"\\]|\\.)*")\]/.exec(path)?.[1];
  return text === undefined ? undefined : String(JSON.parse(text));
}

/** Bytes, or text of a value of another type. IPv4 addresses look like integers here. */
function shownValue(value: Value, isAddress: boolean): string {
  if (typeof value === "string") return value;
  if (value instanceof Ip6 || (isAddress && typeof value === "number")) return formatIp(value);
  if (Array.isArray(value)) return `${value.length} values`;
  if (value instanceof Map) return `${value.size} entries`;
  return String(value);
}
