// Once a rule has matched whose match is told: which inputs made it, and what an exception would have to hide.
import type { Evidence } from "../../detection/inspection/evidence.ts";
import type { Filter } from "../../language/compile/compile.ts";
import {
  compileTracedReasons,
  type Origin,
  type TracedReason,
  type TracedReasons,
} from "../../language/compile/trace.ts";
import type { EvaluationContext, ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { Budget } from "../../language/values/budget.ts";
import type { Value } from "../../language/values/value.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import { type InputName, inputOf, receivedText } from "./input-names.ts";
import { Masks } from "./masks.ts";

/** Steps that finding the inputs of all matches of one request may cost. */
const EVIDENCE_BUDGET = 500_000;
/** Inputs of one match that are told, and times that an exception is tried. */
export const MAX_INPUTS = 16;

/** A value of the request on which a match rests, not yet fit to be shown. */
export interface FoundInput {
  /** The condition as written. */
  readonly condition: string;
  readonly name: InputName;
  /** Whether hiding it alone takes away what was tested, which may be made of several. */
  readonly isEnough: boolean;
  /** The field that the condition reads. */
  readonly read: string;
  /** Functions and decoders that made what was tested of the input. */
  readonly views: readonly string[];
  /** What was tested; undefined for a missing value. */
  readonly value: Value | undefined;
  /** Bytes of the value that were found in it. */
  readonly span: readonly [start: number, end: number] | undefined;
  /** Values of the input as received, when they are another text. */
  readonly whole: string | undefined;
  /** The name of the list and the value that was found in it, when that is what was tested. */
  readonly list: { readonly name: string; readonly value: Value } | undefined;
}

/** Why a rule matched. */
export interface MatchInputs {
  readonly inputs: readonly FoundInput[];
  /** Inputs without which the rule would not have matched, tried out; undefined when hiding inputs does not help. */
  readonly except: readonly Pick<InputName, "field" | "key">[] | undefined;
  /** Of a rule that matches by scores. */
  readonly threshold: number | undefined;
}

/** A rule behind the one that decided, which matches too. */
export interface FurtherRule {
  readonly rule: RulePlan;
  readonly inputs: MatchInputs | undefined;
  /** What it would have added to scores. */
  readonly points: number;
}

type Tracer = (context: EvaluationContext) => TracedReasons;

const tracers = new WeakMap<Filter, Tracer>();
/** Those that tell all elements that hold. */
const finders = new WeakMap<Filter, { readonly trace: Tracer; readonly read: ReadonlySet<number> }>();

/** The tracer of a filter, made when it is first asked for. */
export function tracerOf(filter: Filter): (context: EvaluationContext) => TracedReasons {
  let tracer = tracers.get(filter);
  if (tracer === undefined) {
    tracer = compileTracedReasons(filter);
    tracers.set(filter, tracer);
  }
  return tracer;
}

/** The tracer that tells all elements, and the slots that the filter reads. */
function finderOf(filter: Filter, scheme: Scheme<never>) {
  let finder = finders.get(filter);
  if (finder === undefined) {
    const slots = filter.checked.fields.map(({ name }) => scheme.field(name)?.slot ?? -1);
    finder = { trace: compileTracedReasons(filter, "all"), read: new Set(slots) };
    finders.set(filter, finder);
  }
  return finder;
}

/** Finds the inputs of matches of one request, within one budget. */
export class InputFinder {
  readonly #budget = new Budget(EVIDENCE_BUDGET);
  readonly #masks: Masks;
  readonly #scheme: Scheme<never>;
  readonly #request: WafRequest;

  constructor(scheme: Scheme<never>, request: WafRequest) {
    this.#masks = new Masks(scheme);
    this.#scheme = scheme;
    this.#request = request;
  }

  /** Makes it ready for another request. */
  reset(): void {
    this.#budget.reset();
  }

  /** Does work at the cost of this budget. */
  paying<T>(context: ExecutionContext, work: () => T): T {
    const { budget } = context;
    context.budget = this.#budget;
    try {
      return work();
    } finally {
      context.budget = budget;
    }
  }

  /** Whether a filter matches, at the cost of this budget. */
  test({ filter }: RulePlan, context: ExecutionContext): boolean {
    return this.paying(context, () => filter.test(context)) && !this.#budget.exhausted;
  }

  /** @param context holds what the rule saw */
  find(rule: RulePlan, ruleset: RulesetPlan, context: ExecutionContext): MatchInputs | undefined {
    const { scoreThreshold: threshold } = rule;
    if (rule.filter.checked.root.kind === "constant" || this.#budget.exhausted)
      return threshold === undefined ? undefined : { inputs: [], except: undefined, threshold };
    const { budget } = context;
    context.budget = this.#budget;
    try {
      return { ...this.#find(rule, ruleset, context), threshold };
    } finally {
      this.#masks.restore(context);
      this.#masks.reset();
      context.budget = budget;
    }
  }

  /** The inputs with their values as received. @param context holds the request as it is, with nothing hidden */
  withWholes(found: MatchInputs, context: ExecutionContext): MatchInputs {
    const { budget } = context;
    context.budget = this.#budget;
    const inputs = found.inputs.map((one) => ({
      ...one,
      whole: receivedText(one.name, this.#scheme, context),
    }));
    context.budget = budget;
    return { ...found, inputs };
  }

  /** Hides what is found until the rule no longer matches: several inputs may each be enough. */
  #find(rule: RulePlan, ruleset: RulesetPlan, context: ExecutionContext): Omit<MatchInputs, "threshold"> {
    const { trace, read } = finderOf(rule.filter, this.#scheme);
    const inputs: FoundInput[] = [];
    const hidden: Pick<InputName, "field" | "key">[] = [];
    for (let round = 0; round <= MAX_INPUTS; round++) {
      const { result, reasons } = trace(context);
      if (this.#budget.exhausted) break;
      if (!result) return { inputs, except: hidden };
      const found = reasons.map((reason) => this.#inputsOf(reason, context));
      for (const one of found.flat())
        if (inputs.length < MAX_INPUTS && !inputs.some((other) => isSame(one, other))) inputs.push(one);
      const added = addNew(hidden, reasons, found);
      if (added.length === 0 || hidden.length > MAX_INPUTS) break;
      this.#masks.restore(context);
      for (const { field, key } of added) this.#masks.addBytes(field, key, ruleset.layerBit);
      if (!this.#masks.hide(rule, ruleset, context, read)) break;
    }
    return { inputs, except: undefined };
  }

  #inputsOf(reason: TracedReason, context: ExecutionContext): readonly FoundInput[] {
    return reason.tested.flatMap(({ value, found, origins }) =>
      origins.map((origin, at): FoundInput => {
        const name = inputOf(origin, this.#scheme, context, this.#request);
        const { evidence } = name;
        const list = listName(reason.text);
        return {
          condition: reason.text,
          name,
          isEnough: at === chosen(origins),
          read: origin.field.name,
          ...(evidence === undefined ? { ...shownOf(value, origin), span: found } : ofEvidence(evidence)),
          whole: undefined,
          list: list === undefined || value === undefined ? undefined : { name: list, value },
        };
      }),
    );
  }
}

/** Of several inputs that a value was made of one with a name among others, else the last. */
function chosen(origins: readonly Origin[]): number {
  const at = origins.findLastIndex(({ path }) => path.length > 0);
  return at === -1 ? origins.length - 1 : at;
}

/** While inputs are hidden one by one, other conditions rest on the same again. */
function isSame(one: FoundInput, other: FoundInput): boolean {
  return (
    one.condition === other.condition &&
    one.name.field === other.name.field &&
    one.name.key === other.name.key &&
    one.span?.[0] === other.span?.[0] &&
    one.value === other.value
  );
}

/** A condition of its own, such as `starts_with(…)`, says less than what it was asked of, and is no view of it. */
function shownOf(
  value: Value | undefined,
  { source, functions }: Origin,
): Pick<FoundInput, "views" | "value"> {
  const isCondition = typeof value === "boolean" && source !== undefined;
  return isCondition ? { views: functions.slice(0, -1), value: source } : { views: functions, value };
}

function ofEvidence({ text, steps, start, end }: Evidence): Pick<FoundInput, "views" | "value" | "span"> {
  return { views: steps, value: text, span: [start, end] };
}

/** The list behind `in $`. */
export function listName(condition: string): string | undefined {
  return /\bin\s+\$([a-z0-9_.]+)\s*$/.exec(condition)?.[1];
}

/**
 * Adds the inputs of one condition that held to those that are hidden: without any one condition that has to hold the rule does not
 * match. Of several it is one about a named input, and of those the one that found something in it, and the last.
 */
function addNew(
  hidden: Pick<InputName, "field" | "key">[],
  reasons: readonly TracedReason[],
  found: readonly (readonly FoundInput[])[],
): readonly Pick<InputName, "field" | "key">[] {
  let best: readonly FoundInput[] = [];
  let bestRank = -1;
  reasons.forEach(({ result }, at) => {
    const inputs = found[at] ?? [];
    if (!result || inputs.length === 0) return;
    const named = inputs.some(({ name }) => name.key !== undefined) ? 2 : 0;
    const rank = named + (inputs.some(({ span }) => span !== undefined) ? 1 : 0);
    if (rank < bestRank) return;
    [best, bestRank] = [inputs, rank];
  });
  const added: Pick<InputName, "field" | "key">[] = [];
  for (const { name, isEnough } of best) {
    if (!isEnough) continue;
    const { key } = name;
    if (hidden.some((other) => other.field === name.field && other.key === key)) continue;
    const one = { field: name.field, key };
    hidden.push(one);
    added.push(one);
  }
  return added;
}
