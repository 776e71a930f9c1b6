// After a reported rule has ended the evaluation: other rules that would have matched, so that one event suffices to except
// all of them.
import type { ExecutionContext } from "../../language/scheme/execution-context.ts";
import type { RulePlan } from "../../rules/plan/plan.ts";
import type { Control } from "../../rules/ruleset/actions/control.ts";
import type { Effects } from "./effects.ts";
import type { FurtherRule, InputFinder, MatchInputs } from "./match-inputs.ts";
import type { Frame } from "./walk.ts";

/** Rules that are reported. */
const MAX_FURTHER = 16;

/** Parts of the evaluation that the search uses. */
export interface FurtherServices {
  readonly effects: Effects;
  readonly context: ExecutionContext;
  readonly now: number;
  readonly finder: InputFinder;
  inputsOf(rule: RulePlan): MatchInputs | undefined;
}

/** The later rules of the same ruleset that match, until the budget for finding inputs is used up. */
export function findFurther(
  { ruleset, total, shadow, cursor, stale }: Frame,
  { position }: RulePlan,
  { effects, context, now, finder, inputsOf }: FurtherServices,
): readonly FurtherRule[] {
  const found: FurtherRule[] = [];
  let points = total;
  const next = stale
    ? inOrder(ruleset.rules.length, position)
    : () => finder.paying(context, () => cursor.next());
  for (let at = next(); at !== -1 && found.length < MAX_FURTHER && !finder.isSpent; at = next()) {
    const rule = ruleset.rules[at];
    if (rule === undefined) continue;
    // For rules with a limit, only the counter determines whether they would act.
    const mayMatch =
      rule.position > position && rule.enabled && rule.expiresAt > now && rule.limit === undefined;
    if (!mayMatch || shadow || rule.shadow || !rule.logged || rule.executed !== undefined) continue;
    const { skips, masks } = effects;
    if (skips.any && skips.ofRule(rule.key, ruleset.layerBit) !== undefined) continue;
    if (rule.scoreThreshold !== undefined && points < rule.scoreThreshold) continue;
    if (rule.scoreThreshold === undefined && rule.filter.checked.root.kind === "constant") continue;
    const hidden = masks.any && masks.hide(rule, ruleset, context);
    const matched = finder.test(rule, context);
    if (hidden) masks.restore(context);
    if (!matched) continue;
    const added = pointsOf(rule, context);
    points += added;
    // A rule that neither ends the evaluation nor adds to a score needs no exception.
    if (added === 0 && !rule.action.terminating) continue;
    found.push({ rule, inputs: inputsOf(rule), points: added });
  }
  return found;
}

/** Positions after one, without an index. */
function inOrder(count: number, position: number): () => number {
  let at = position;
  return () => (++at < count ? at : -1);
}

/** The action's contribution to scores, without its other effects. */
function pointsOf({ action, prepared }: RulePlan, context: ExecutionContext): number {
  let points = 0;
  const control: Control = {
    ...NO_EFFECT,
    score: (_name, increment) => {
      points += increment;
    },
  };
  action.apply(control, prepared, context);
  return points;
}

const nothing = (): void => undefined;
const NO_EFFECT: Control = {
  block: nothing,
  drop: nothing,
  tarpit: nothing,
  limitBody: nothing,
  allow: nothing,
  challenge: nothing,
  redirect: nothing,
  redirectFromList: () => false,
  serveError: nothing,
  log: nothing,
  skip: nothing,
  execute: nothing,
  score: nothing,
  label: nothing,
  setVariable: nothing,
  rewritePath: nothing,
  rewriteQuery: nothing,
  header: nothing,
  route: nothing,
  config: nothing,
  logField: nothing,
  note: nothing,
};
