import type { RuleDocument, RulesetDocument } from "../ruleset/document.ts";

/** Name of a ruleset's default in place of a rule's name. */
export const DEFAULT_RULE = "default_action";

const made = new WeakMap<RulesetDocument, RulesetDocument>();
const defaults = new WeakSet<RuleDocument>();

/** The default as a ruleset of one rule; undefined for a ruleset without one. */
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

/** Whether it is the default of its ruleset instead of a written rule. */
export function isDefaultRule(rule: RuleDocument): boolean {
  return defaults.has(rule);
}
