import { MisuseError } from "../../language/diagnostics/misuse.ts";
import type { NamesOf } from "../../language/diagnostics/option-names.ts";
import { checkObject, shownValue } from "../../language/diagnostics/option-values.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { HASH_START, hashUnits, mixedHash } from "../../language/values/hash.ts";
import type { ActionDefinition } from "../../rules/ruleset/actions/control.ts";
import { isControlFlow } from "../../rules/ruleset/actions/define-action.ts";
import type { WafEvent } from "./event.ts";

/**
 * Which events go out. What tells of a failure on our side, or of a work budget that ran out, always does.
 *
 * An action is one of a decision (`allow`, `block`, `drop`, `tarpit`, `challenge`, `redirect`, `serve_error`) or of a rule (`log`,
 * `rewrite`, …).
 */
export interface SelectEventsOptions {
  /**
   * Only events of these actions: of the decision, of what `observe` mode would have done, or of a rule that matched. Default:
   * all.
   */
  readonly actions?: readonly string[];
  /** Only events with a rule of one of these severities that matched: `critical`, `error`, `warning`, `notice`, `info`. Default: all. */
  readonly severities?: readonly string[];
  /** Only events with a rule of one of these categories that matched. Default: all. */
  readonly categories?: readonly string[];
  /**
   * Share of the events that go out, from 0 to 1, by action; `{ allow: 0.01, log: 0.1 }`. A number stands for `{ allow: … }`. Which
   * ones is worked out from the reference id, so that it is the same everywhere. An event of a request that passed goes out
   * with the greatest share of the rules that matched, `allow` being that of rules whose action is not named. All other events
   * go out unless their action is named.
   */
  readonly sample?: number | Readonly<Record<string, number>>;
}

export const SELECT_EVENTS_OPTION_NAMES: NamesOf<SelectEventsOptions> = {
  actions: true,
  severities: true,
  categories: true,
  sample: true,
};

/** Why an event does not go out; undefined: it does. */
export type LeftOut = "filter" | "sample" | undefined;

/** Decides about events. */
export type EventSelector = (event: WafEvent) => LeftOut;

const SEVERITIES = ["critical", "error", "warning", "notice", "info"];

const DECISIONS = ["allow", "block", "drop", "tarpit", "challenge", "redirect", "serve_error"];

/** Makes sure of the options of a firewall that makes no events. @throws MisuseError as {@link eventSelector} does. */
export function checkSelectEvents(
  options: SelectEventsOptions | undefined,
  actions: ReadonlyMap<string, ActionDefinition>,
): void {
  if (options !== undefined) eventSelector(options, actions);
}

/**
 * @param actions the firewall's, by name
 * @throws MisuseError `E_OPTION` for a share that is none, and for an action or a severity that there is not.
 */
export function eventSelector(
  options: SelectEventsOptions,
  actions: ReadonlyMap<string, ActionDefinition>,
): EventSelector {
  const known = [...DECISIONS, ...actions.keys()];
  const wantedActions = namesIn("selectEvents.actions", options.actions, known);
  const severities = namesIn("selectEvents.severities", options.severities, SEVERITIES);
  const categories = namesIn("selectEvents.categories", options.categories);
  const shares = sharesIn(options.sample, known);
  // Rules that lead to others do not make an event, so they have no say in its share either.
  const reporting = ({ action }: { readonly action: string }): boolean => {
    const definition = actions.get(action);
    return definition === undefined || !isControlFlow(definition);
  };
  return (event) => {
    if (event.failures !== undefined || event.budgetExhausted === true) return undefined;
    const { matches } = event;
    if (wantedActions !== undefined) {
      const isWanted =
        wantedActions.has(event.action) ||
        (event.wouldHave !== undefined && wantedActions.has(event.wouldHave)) ||
        matches.some(({ rule }) => wantedActions.has(rule.action));
      if (!isWanted) return "filter";
    }
    if (severities !== undefined && !matches.some(({ rule }) => severities.has(rule.severity ?? "")))
      return "filter";
    if (
      categories !== undefined &&
      !matches.some(({ rule }) => rule.categories?.some((one) => categories.has(one)) === true)
    )
      return "filter";
    if (shares === undefined) return undefined;
    return isSampled(event.id, shareOf(event, shares, reporting)) ? undefined : "sample";
  };
}

function shareOf(
  { action, wouldHave, matches }: WafEvent,
  shares: ReadonlyMap<string, number>,
  reporting: (rule: WafEvent["matches"][number]["rule"]) => boolean,
): number {
  if (action !== "allow") return shares.get(action) ?? 1;
  if (wouldHave !== undefined) return shares.get(wouldHave) ?? 1;
  const other = shares.get("allow") ?? 1;
  const told = matches.filter(({ rule }) => reporting(rule));
  return told.length === 0 ? other : Math.max(...told.map(({ rule }) => shares.get(rule.action) ?? other));
}

function isSampled(reference: string, share: number): boolean {
  return share >= 1 || mixedHash(hashUnits(HASH_START, reference)) < share * 2 ** 32;
}

function namesIn(name: string, given: unknown, known?: readonly string[]): ReadonlySet<string> | undefined {
  if (given === undefined) return undefined;
  const names: readonly unknown[] | undefined = Array.isArray(given) ? given : undefined;
  if (names === undefined || !names.every((one) => typeof one === "string"))
    throw new MisuseError("E_OPTION", `\`${name}\` must be an array of texts, not ${shownValue(given)}`);
  for (const one of names) checkKnown(name, one, known);
  return new Set(names);
}

function sharesIn(
  given: SelectEventsOptions["sample"],
  known: readonly string[],
): ReadonlyMap<string, number> | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== "number") checkObject("selectEvents.sample", given);
  const shares = Object.entries(typeof given === "number" ? { allow: given } : given);
  for (const [action, share] of shares) {
    checkKnown("selectEvents.sample", action, known);
    if (typeof share !== "number" || !(share >= 0 && share <= 1))
      throw new MisuseError(
        "E_OPTION",
        `\`selectEvents.sample\` takes shares from 0 to 1, not ${shownValue(share)} for \`${action}\``,
      );
  }
  return new Map(shares);
}

/** A misspelt word would leave out every event without a word. */
function checkKnown(name: string, word: string, known: readonly string[] | undefined): void {
  if (known === undefined || known.includes(word)) return;
  const hint = didYouMean(word, known);
  const help = hint === undefined ? "" : `; ${hint}`;
  throw new MisuseError("E_OPTION", `\`${name}\` names \`${excerpt(word)}\`, which there is not${help}`);
}
