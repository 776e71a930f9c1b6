import { diagnose, type Result } from "../../language/diagnostics/diagnostic.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { ruleToPlain } from "./canonical.ts";
import type { LoadedRuleset, RuleDocument, RulesetDocument } from "./document.ts";
import { uncheckedRuleset } from "./unchecked.ts";

/**
 * Where a rule goes. Rules are named by id or ref; `before: ""` is the top, `after: ""` the bottom; `index` counts
 * from 1 and is the rule's position after the edit.
 */
export type RulePosition =
  | { readonly before: string }
  | { readonly after: string }
  | { readonly index: number };

/**
 * Adds a rule, by default at the bottom. The ruleset's version grows by one with every edit; the edited document is
 * new, the given one unchanged. The result is not validated: load it again before it is used.
 */
export function addRule(
  ruleset: RulesetDocument,
  rule: RuleDocument,
  position: RulePosition = { after: "" },
): Result<LoadedRuleset> {
  const taken = ruleset.rules.find((one) => one.id === rule.id || one.ref === rule.ref);
  if (taken !== undefined) {
    const code = taken.id === rule.id ? "E_DUPLICATE_ID" : "E_DUPLICATE_REF";
    const word = taken.id === rule.id ? rule.id : rule.ref;
    return refuse(code, word, `the ruleset already has a rule \`${word}\``);
  }
  return insert(ruleset, ruleset.rules, { ...rule, version: rule.version ?? "1" }, position);
}

/** Moves a rule; its own version stays. */
export function moveRule(
  ruleset: RulesetDocument,
  name: string,
  position: RulePosition,
): Result<LoadedRuleset> {
  const rule = find(ruleset.rules, name);
  if (rule === undefined) return noSuchRule(ruleset.rules, name);
  const others = ruleset.rules.filter((one) => one !== rule);
  return insert(ruleset, others, rule, position);
}

/**
 * Redefines a rule: members that are not given are removed, except its id, and its ref when none is given. Its version
 * grows only when the definition changes.
 */
export function patchRule(
  ruleset: RulesetDocument,
  name: string,
  definition: Omit<RuleDocument, "id" | "ref" | "version"> & { readonly ref?: string },
  position?: RulePosition,
): Result<LoadedRuleset> {
  const rule = find(ruleset.rules, name);
  if (rule === undefined) return noSuchRule(ruleset.rules, name);
  const ref = definition.ref ?? rule.ref;
  if (ruleset.rules.some((one) => one !== rule && one.ref === ref)) {
    return refuse("E_DUPLICATE_REF", ref, `the ruleset already has a rule \`${ref}\``);
  }
  const plain: RuleDocument = { ...definition, id: rule.id, ref };
  const { version: before, ...old } = rule;
  const changed = JSON.stringify(ruleToPlain(old)) !== JSON.stringify(ruleToPlain(plain));
  const version = changed ? nextVersion(before) : before;
  const patched: RuleDocument = version === undefined ? plain : { ...plain, version };
  if (position !== undefined) {
    const others = ruleset.rules.filter((one) => one !== rule);
    return insert(ruleset, others, patched, position);
  }
  return done(
    ruleset,
    ruleset.rules.map((one) => (one === rule ? patched : one)),
  );
}

/** The ruleset without a rule, named by ref or id; a fault when there is no such rule. */
export function deleteRule(ruleset: RulesetDocument, name: string): Result<LoadedRuleset> {
  const rule = find(ruleset.rules, name);
  if (rule === undefined) return noSuchRule(ruleset.rules, name);
  return done(
    ruleset,
    ruleset.rules.filter((one) => one !== rule),
  );
}

function insert(
  ruleset: RulesetDocument,
  others: readonly RuleDocument[],
  rule: RuleDocument,
  position: RulePosition,
): Result<LoadedRuleset> {
  const at = indexOf(others, position);
  if (typeof at !== "number") return at;
  return done(ruleset, [...others.slice(0, at), rule, ...others.slice(at)]);
}

function indexOf(rules: readonly RuleDocument[], position: RulePosition): number | Result<never> {
  if ("index" in position) {
    const { index } = position;
    if (Number.isInteger(index) && index >= 1 && index <= rules.length + 1) return index - 1;
    return refuse("E_DOC_RANGE", String(index), `\`index\` goes from 1 to ${rules.length + 1}`);
  }
  const name = "before" in position ? position.before : position.after;
  if (name === "") return "before" in position ? 0 : rules.length;
  const rule = find(rules, name);
  if (rule === undefined) return noSuchRule(rules, name);
  return rules.indexOf(rule) + ("before" in position ? 0 : 1);
}

function find(rules: readonly RuleDocument[], name: string): RuleDocument | undefined {
  return rules.find((rule) => rule.id === name) ?? rules.find((rule) => rule.ref === name);
}

function done(ruleset: RulesetDocument, rules: readonly RuleDocument[]): Result<LoadedRuleset> {
  const value = uncheckedRuleset({ ...ruleset, version: nextVersion(ruleset.version), rules });
  return { ok: true, value, warnings: [] };
}

/** Versions are whole numbers as text and begin at 1; a version that is not a number starts at 1. */
function nextVersion(version: string | undefined): string {
  const number = version !== undefined && /^\d{1,15}$/.test(version) ? Number(version) : 1;
  return String(number + 1);
}

function noSuchRule(rules: readonly RuleDocument[], name: string): Result<never> {
  const hint = didYouMean(
    name,
    rules.flatMap((rule) => [rule.ref, rule.id]),
  );
  return refuse("E_EDIT_TARGET", name, `the ruleset has no rule \`${name}\``, hint);
}

function refuse(
  code: "E_EDIT_TARGET" | "E_DUPLICATE_ID" | "E_DUPLICATE_REF" | "E_DOC_RANGE",
  word: string,
  message: string,
  hint?: string,
): Result<never> {
  const span = { start: 0, end: word.length };
  const fault = hint === undefined ? { code, message, span } : { code, message, span, hint };
  return { ok: false, errors: [diagnose(new Source(word, "<edit>"), fault)], warnings: [] };
}
