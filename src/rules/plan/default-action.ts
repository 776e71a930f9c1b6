import type { RuleDocument, RulesetDocument } from "../ruleset/document.ts";

/** What the default of a ruleset is called where rules are named. */
export const DEFAULT_RULE = "default_action";

const made = new WeakMap<RulesetDocument, RulesetDocument>();
const defaults = new WeakSet<RuleDocument>();

/** A ruleset of one rule that says what the default says; undefined for a ruleset that states none. */
export function defaultRuleset(document: RulesetDocument): RulesetDocument | undefined {
  const { default_action: action, default_action_parameters: parameters } = document;
  if (action === undefined) return undefined;
  let ruleset = made.get(document);
  if (ruleset === undefined) {
    const rule: RuleDocument = Object.freeze({
      id: DEFAULT_RULE,
      ref: DEFAULT_RULE,
      expression: "true",
      action,
      ...(parameters === undefined ? {} : { action_parameters: parameters }),
      enabled: true,
      message: `no rule of ${document.phase} decided: the default of ${document.id}`,
    });
    defaults.add(rule);
    ruleset = Object.freeze({ ...document, rules: Object.freeze([rule]) });
    made.set(document, ruleset);
  }
  return ruleset;
}

/** Whether it is not a rule of an author's, but the default of its ruleset. */
export function isDefaultRule(rule: RuleDocument): boolean {
  return defaults.has(rule);
}
