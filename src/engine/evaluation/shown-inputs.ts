// Evidence of an evaluation's matches, in a form that may be shown.
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { formatIp } from "../../language/values/ip.ts";
import type { Value } from "../../language/values/value.ts";
import type { CompiledList } from "../../rules/lists/list.ts";
import type { RuleFacts } from "../../rules/plan/facts.ts";
import type { Match } from "../decision/decision.ts";
import type { MatchedInput } from "../decision/explanation.ts";
import type { EventMatch, FurtherMatch } from "../events/event.ts";
import type { Redactor } from "../events/redact.ts";
import type { SealableInput } from "../events/sealed-evidence.ts";
import { type InputFacts, isBareCookie, showExcepted, showInputs } from "../events/show-inputs.ts";
import type { WholeText } from "../events/show-snippet.ts";
import { receivedInput } from "./input-names.ts";
import type { FoundInput, FurtherRule, MatchInputs } from "./match-inputs.ts";

/** Evidence that events report with the matching rules. */
export interface ShownInputs {
  readonly inputs: ReadonlyMap<Match, Told & { readonly remark?: string }> | undefined;
  readonly further: readonly FurtherMatch[] | undefined;
  /** Inputs that exceptions hid, in words, by their rules. */
  readonly hidden: ReadonlyMap<RuleFacts, ReadonlySet<string>> | undefined;
  readonly wholeOf: WholeText;
}

type Told = Pick<EventMatch, "inputs" | "except" | "threshold">;

/** Of a match whose inputs no budget was left for. */
const CUT_NOTE = "not all inputs are told: telling them may cost no more than the request's rules do";

/** The reported part of an evaluation. */
export interface ToldEvaluation {
  readonly evidence: {
    readonly inputs: ReadonlyMap<Match, MatchInputs> | undefined;
    readonly further: readonly FurtherRule[] | undefined;
    readonly hidden: ReadonlyMap<RuleFacts, ReadonlySet<string>> | undefined;
  };
  readonly context: ExecutionContext;
  readonly snapshot: { readonly scheme: Scheme<never> };
}

/** The inputs of all matches, and of rules that were not reached. */
export function shownInputs({ evidence, context, snapshot }: ToldEvaluation, redact: Redactor): ShownInputs {
  const { inputs, further, hidden } = evidence;
  const { scheme } = snapshot;
  const tell = (found: MatchInputs) => toldInputs(found, scheme, context, redact);
  return {
    inputs:
      inputs &&
      new Map(
        [...inputs].map(([match, found]) => [
          match,
          found.isCut ? { ...tell(found), remark: CUT_NOTE } : tell(found),
        ]),
      ),
    further: further?.map(({ rule, inputs: found, points }) => ({
      rule: rule.facts,
      ...(points === 0 ? {} : { points }),
      ...(found === undefined ? {} : tell(found)),
    })),
    hidden,
    wholeOf: (field, key) => receivedInput({ field, key }, scheme, context),
  };
}

/** Evidence of one match. */
export function toldInputs(
  { inputs, except, threshold }: MatchInputs,
  scheme: Scheme<never>,
  context: ExecutionContext,
  redact: Redactor,
): Told {
  const facts = inputs.map((one) => factsOf(one, scheme, context));
  const isBare = except?.some(
    ({ field, key }) =>
      key !== undefined && isBareCookie(field, () => receivedInput({ field, key }, scheme, context)),
  );
  const named = isBare === true ? undefined : showExcepted(except, redact);
  return {
    ...(facts.length === 0 ? {} : { inputs: showInputs(facts, redact) }),
    ...(named === undefined || named.length === 0 ? {} : { except: named }),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

function factsOf(
  { list, ...input }: FoundInput,
  scheme: Scheme<never>,
  context: ExecutionContext,
): InputFacts {
  const listItem = list === undefined ? undefined : listItemOf(list.name, list.value, scheme, context);
  const { value, read, views } = input;
  const isAddress = views.length === 0 && typeof value === "number" && isIpField(read, scheme);
  return { ...input, value: isAddress ? formatIp(value) : value, listItem };
}

/** The inputs of all matches as they were tested, to be sealed. */
export function sealableInputs(
  inputs: ReadonlyMap<Match, MatchInputs> | undefined,
): readonly SealableInput[] {
  return [...(inputs ?? [])].flatMap(([{ rule, logged }, found]) =>
    logged
      ? found.inputs.flatMap(({ name: { field, key }, span, value }) =>
          typeof value === "string"
            ? { rule: `${rule.ruleset}/${rule.ref}`, field, key, span, text: value }
            : [],
        )
      : [],
  );
}

/** IPv4 addresses look like integers here. */
function isIpField(name: string, scheme: Scheme<never>): boolean {
  let type = scheme.field(name)?.field.type;
  while (type?.kind === "Array" || type?.kind === "Map") type = type.element;
  return type?.kind === "Ip";
}

/** The item of a list that contains a value; undefined when there is none, or the list does not report items. */
export function listItemOf(
  name: string,
  value: Value,
  scheme: Scheme<never>,
  context: ExecutionContext,
): MatchedInput["listItem"] {
  const slot = scheme.list(name)?.slot;
  const list = slot === undefined ? undefined : context.lists[slot];
  const match = isFinding(list) ? list.find(value, context.clock) : undefined;
  if (match === undefined) return undefined;
  const { item, description } = match;
  return { list: name, item, ...(description === undefined ? {} : { description }) };
}

/** Lists of the embedder may only know whether they contain a value. */
function isFinding(list: object | undefined): list is Pick<CompiledList, "find"> {
  return list !== undefined && "find" in list && typeof list.find === "function";
}
