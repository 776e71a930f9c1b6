// After a match that is reported: the inputs that made it, and those that an exception would have to hide.
import type { Evidence } from "../../detection/inspection/evidence.ts";
import type { Filter } from "../../language/compile/compile.ts";
import {
  compileTracedReasons,
  MOST_TESTED,
  type Origin,
  type TracedReason,
  type TracedReasons,
} from "../../language/compile/trace.ts";
import type { EvaluationContext, ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { Budget } from "../../language/values/budget.ts";
import type { Value } from "../../language/values/value.ts";
import { isArrayValue, isMapValue } from "../../language/values/value-guards.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { RulePlan, RulesetPlan } from "../../rules/plan/plan.ts";
import type { ReceivedInput } from "../events/show-snippet.ts";
import { type InputName, inputOf, receivedInput } from "./input-names.ts";
import { Masks } from "./masks.ts";

/** Steps that finding the inputs of all matches of one request may cost, in addition to as many as its rules have cost. */
const EVIDENCE_STEPS = 20_000;
const MAX_EVIDENCE_STEPS = 500_000;
/** Steps for naming, describing and showing an input, besides those of finding it. */
const INPUT_STEPS = 16;
/** Inputs of one match that are reported, and times that an exception is tried. */
export const MAX_INPUTS = 16;
/** Described inputs of a rule that was not reached; the inputs that an exception has to hide are reported in full. */
const MAX_FURTHER_INPUTS = 1;

/** A value of the request on which a match rests, not yet fit to be shown. */
export interface FoundInput {
  /** The condition as written. */
  readonly condition: string;
  readonly name: InputName;
  /** Whether hiding it alone removes the tested value, which may be made of several inputs. */
  readonly isEnough: boolean;
  /** The field that the condition reads. */
  readonly read: string;
  /** Functions and decoders that turned the input into the tested value. */
  readonly views: readonly string[];
  /** The tested value; undefined for a missing one. */
  readonly value: Value | undefined;
  /** Bytes of the value that were found in it. */
  readonly span: readonly [start: number, end: number] | undefined;
  /** Values of the input as received, when they are another text. */
  readonly whole: ReceivedInput | undefined;
  /** The name of the list and the value that was found in it, if the condition tests a list. */
  readonly list: { readonly name: string; readonly value: Value } | undefined;
}

/** Why a rule matched. */
export interface MatchInputs {
  readonly inputs: readonly FoundInput[];
  /** Inputs without which the rule would not have matched, tried out; undefined when hiding inputs does not help. */
  readonly except: readonly Pick<InputName, "field" | "key">[] | undefined;
  /** Of a rule that matches by scores. */
  readonly threshold: number | undefined;
  /** The work budget for finding inputs was used up: there may be more. */
  readonly isCut: boolean;
}

/** A rule after the one that decided, which matches too. */
export interface FurtherRule {
  readonly rule: RulePlan;
  readonly inputs: MatchInputs | undefined;
  /** Its contribution to scores. */
  readonly points: number;
}

type Tracer = (context: EvaluationContext) => TracedReasons;

const tracers = new WeakMap<Filter, Tracer>();
/** Tracers that report all matching elements. */
const finders = new WeakMap<Filter, Finder>();

interface Finder {
  readonly trace: Tracer;
  /** Slots that the filter reads. */
  readonly read: ReadonlySet<number>;
  /** Whether it matches when one comparison holds for any element of one list: removing elements never makes it match. */
  readonly isOneList: boolean;
}

/** The tracer of a filter, made on first use. */
export function tracerOf(filter: Filter): (context: EvaluationContext) => TracedReasons {
  let tracer = tracers.get(filter);
  if (tracer === undefined) {
    tracer = compileTracedReasons(filter);
    tracers.set(filter, tracer);
  }
  return tracer;
}

function finderOf(filter: Filter, scheme: Scheme<never>): Finder {
  let finder = finders.get(filter);
  if (finder === undefined) {
    const slots = filter.checked.fields.map(({ name }) => scheme.field(name)?.slot ?? -1);
    const { root } = filter.checked;
    const isTest =
      root.kind === "quantifier" && (root.argument.kind === "test" || root.argument.kind === "compare");
    finder = {
      trace: compileTracedReasons(filter, "all"),
      read: new Set(slots),
      isOneList: isTest && root.operator === "any" && slots.length === 1,
    };
    finders.set(filter, finder);
  }
  return finder;
}

/** Finds the inputs of matches of one request, within one budget. */
export class InputFinder {
  readonly #budget = new Budget(EVIDENCE_STEPS);
  /** The budget of the request's rules. */
  readonly #rules: Budget;
  #allowed = EVIDENCE_STEPS;
  readonly #masks: Masks;
  readonly #scheme: Scheme<never>;
  readonly #request: WafRequest;

  constructor(scheme: Scheme<never>, request: WafRequest, rules: Budget) {
    this.#rules = rules;
    this.#masks = new Masks(scheme);
    this.#scheme = scheme;
    this.#request = request;
  }

  /** Resets it for another request. */
  reset(): void {
    this.#allowed = EVIDENCE_STEPS;
    this.#budget.reset(EVIDENCE_STEPS);
  }

  /** Steps that finding the inputs of this request has cost. */
  get steps(): number {
    return this.#allowed - this.#budget.remaining;
  }

  /** Evidence must not cost more than the evaluation of the request. */
  #allow(): void {
    const { limit, remaining } = this.#rules;
    const allowed = Math.min(MAX_EVIDENCE_STEPS, EVIDENCE_STEPS + limit - remaining);
    if (allowed <= this.#allowed) return;
    this.#budget.remaining += allowed - this.#allowed;
    this.#allowed = allowed;
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

  /** Whether the budget is used up. */
  get isSpent(): boolean {
    return this.#budget.exhausted;
  }

  /** Whether a filter matches, at the cost of this budget. */
  test({ filter }: RulePlan, context: ExecutionContext): boolean {
    // The filter itself counts only the steps of searches.
    let values = 1;
    for (const slot of finderOf(filter, this.#scheme).read) values += valuesIn(context.slots[slot]);
    if (!this.#budget.spend(values)) return false;
    return this.paying(context, () => filter.test(context)) && !this.#budget.exhausted;
  }

  /** @param context holds the values that the rule saw */
  find(
    rule: RulePlan,
    ruleset: RulesetPlan,
    context: ExecutionContext,
    isFurther: boolean,
  ): MatchInputs | undefined {
    const { scoreThreshold: threshold } = rule;
    this.#allow();
    const isCut = this.#budget.exhausted;
    if (rule.filter.checked.root.kind === "constant" || isCut) {
      const isTold = isCut || threshold !== undefined;
      return isTold ? { inputs: [], except: undefined, threshold, isCut } : undefined;
    }
    const { budget } = context;
    context.budget = this.#budget;
    try {
      const most = isFurther ? MAX_FURTHER_INPUTS : MAX_INPUTS;
      return { ...this.#find(rule, ruleset, context, most), threshold };
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
      whole: receivedInput(one.name, this.#scheme, context),
    }));
    // Each is searched for secrets when it is shown.
    for (const { whole } of inputs)
      if (whole !== undefined)
        this.#budget.spend((whole.text.length + (whole.around?.text.length ?? 0)) >> 3);
    context.budget = budget;
    return { ...found, inputs };
  }

  /** Hides found inputs until the rule no longer matches: each of several inputs may suffice. */
  #find(
    rule: RulePlan,
    ruleset: RulesetPlan,
    context: ExecutionContext,
    most: number,
  ): Omit<MatchInputs, "threshold"> {
    const budget = this.#budget;
    const { trace, read, isOneList } = finderOf(rule.filter, this.#scheme);
    const inputs: FoundInput[] = [];
    const hidden: Pick<InputName, "field" | "key">[] = [];
    for (let round = 0; round <= MAX_INPUTS; round++) {
      const { result, reasons, steps } = trace(context);
      if (!budget.spend(steps)) break;
      if (!result) return { inputs, except: hidden, isCut: false };
      const found = reasons.map((reason) => this.#inputsOf(reason, context));
      const all = found.flat();
      if (!budget.spend(INPUT_STEPS * all.length)) break;
      for (const one of all)
        if (inputs.length < most && !inputs.some((other) => isSame(one, other))) inputs.push(one);
      const added = addNew(hidden, reasons, found);
      if (added.length === 0 || hidden.length > MAX_INPUTS) break;
      if (isOneList && round === 0 && this.#isAllTold(reasons, all)) {
        return { inputs, except: hidden, isCut: false };
      }
      this.#masks.restore(context);
      for (const { field, key } of added) this.#masks.addBytes(field, key, ruleset.layerBit);
      const isHidden = this.#masks.hide(rule, ruleset, context, read);
      budget.spend(this.#masks.steps);
      this.#masks.steps = 0;
      if (!isHidden) break;
    }
    return { inputs, except: undefined, isCut: budget.exhausted };
  }

  /** Whether the found input accounts for every matching element, so that hiding it removes them all. */
  #isAllTold(reasons: readonly TracedReason[], found: readonly FoundInput[]): boolean {
    const tested = reasons[0]?.tested ?? [];
    if (reasons.length !== 1 || tested.length === 0 || tested.length >= MOST_TESTED) return false;
    return found.every(({ name }) => name.isLocated && this.#scheme.field(name.field) !== undefined);
  }

  #inputsOf(reason: TracedReason, context: ExecutionContext): readonly FoundInput[] {
    const list = listName(reason.text);
    return reason.tested.flatMap(({ value, found, origins }) =>
      origins.map((origin, at): FoundInput => {
        const name = inputOf(origin, this.#scheme, context, this.#request);
        const { evidence } = name;
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

/** Values that a test may look at. */
function valuesIn(value: Value | null | undefined): number {
  if (value === null || value === undefined) return 1;
  if (isArrayValue(value)) return value.length;
  if (!isMapValue(value)) return 1;
  let values = 0;
  for (const one of value.values()) values += valuesIn(one);
  return values;
}

/** Of several inputs of a value, one with a name among others, else the last. */
function chosen(origins: readonly Origin[]): number {
  const at = origins.findLastIndex(({ path }) => path.length > 0);
  return at === -1 ? origins.length - 1 : at;
}

/** While inputs are hidden one by one, other conditions depend on the same ones again. */
function isSame(one: FoundInput, other: FoundInput): boolean {
  return (
    one.condition === other.condition &&
    one.name.field === other.name.field &&
    one.name.key === other.name.key &&
    one.span?.[0] === other.span?.[0] &&
    one.value === other.value
  );
}

/** A function that is itself a condition, such as `starts_with(…)`, yields less than its argument, not a view of it. */
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

/** The list after `in $`. */
export function listName(condition: string): string | undefined {
  return /\bin\s+\$([a-z0-9_.]+)\s*$/.exec(condition)?.[1];
}

/**
 * Adds the inputs of one true condition to the hidden ones: the rule does not match without any one required condition. Of
 * several it takes one about a named input, of those one that found something in it, and of those the last.
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
