import type { ActionDefinition, ExecutePlan, OverrideProperties } from "../ruleset/actions/control.ts";
import { hasDependents } from "../ruleset/actions/define-action.ts";
import type { RuleDocument } from "../ruleset/document.ts";

/** A rule's properties that overrides can change, and what changed each. */
export interface EffectiveProperties {
  readonly action: string;
  readonly enabled: boolean;
  readonly scoreThreshold: number | undefined;
  /** Property name to `rule`, `tag NAME` or `ruleset`; undefined when nothing was overridden. */
  readonly overriddenBy: Readonly<Record<string, string>> | undefined;
}

/**
 * Lays overrides over a rule, property by property: the rule's own entry, then the last listed tag that fits, then the
 * whole ruleset, then the rule itself. An action does not enable a disabled rule.
 *
 * @param written the action that the rule itself names.
 */
export function applyOverrides(
  rule: RuleDocument,
  written: ActionDefinition | undefined,
  overrides: ExecutePlan["overrides"] | undefined,
): EffectiveProperties {
  // Without the look-up that it requires, the rule would match every login.
  const canRun = rule.extra?.["exposed_credential_check"] === undefined;
  const own = {
    action: rule.action,
    enabled: canRun && rule.enabled && rule.mode !== "off",
    scoreThreshold: rule.score_threshold,
  };
  if (overrides === undefined) return { ...own, overriddenBy: undefined };
  const by: Record<string, string> = {};
  const find = <Name extends keyof OverrideProperties>(name: Name, label: string, wide = true) => {
    const found = findOverride(rule, overrides, name, wide);
    if (found !== undefined) by[label] = found.by;
    return found?.value;
  };
  // The rule with the threshold decides, not the rules that add to the score.
  const action = find("action", "action", written === undefined || !hasDependents(written));
  const enabled = find("enabled", "enabled");
  // A threshold for the whole ruleset is for the rules that have one.
  const scoreThreshold = find("scoreThreshold", "score_threshold", rule.score_threshold !== undefined);
  const sensitivity = find("sensitivity", "sensitivity_level");
  return {
    action: action ?? own.action,
    // `eoff` is Cloudflare's word for "essentially off".
    enabled: canRun && (enabled ?? own.enabled) && sensitivity !== "eoff",
    scoreThreshold: scoreThreshold ?? own.scoreThreshold,
    overriddenBy: Object.keys(by).length === 0 ? undefined : Object.freeze(by),
  };
}

function findOverride<Name extends keyof OverrideProperties>(
  rule: RuleDocument,
  overrides: ExecutePlan["overrides"],
  name: Name,
  wide: boolean,
): { readonly value: NonNullable<OverrideProperties[Name]>; readonly by: string } | undefined {
  const ofRule = overrides.rules.get(rule.id)?.[name] ?? overrides.rules.get(rule.ref)?.[name];
  if (ofRule !== undefined) return { value: ofRule, by: "rule" };
  if (!wide) return undefined;
  for (const { tag, set } of overrides.tags.toReversed()) {
    const value = set[name];
    if (value !== undefined && rule.categories?.includes(tag) === true) return { value, by: `tag ${tag}` };
  }
  const ofAll = overrides.all[name];
  return ofAll === undefined ? undefined : { value: ofAll, by: "ruleset" };
}
