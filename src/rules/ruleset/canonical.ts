import { isMembers, type Members } from "../../documents/text/members.ts";
import type { Configuration, ListDocument, RuleDocument, RulesetDocument } from "./document.ts";
import { ruleMembers, rulesetMembers } from "./rule-shape.ts";

/** A configuration as plain data that loads as the same configuration, unknown members included. */
export function configurationToPlain(configuration: Configuration): Readonly<Record<string, unknown>> {
  return {
    rulesets: configuration.rulesets.map(rulesetToPlain),
    lists: configuration.lists.map(listToPlain),
    ...(configuration.conditions === undefined ? {} : { conditions: sortedData(configuration.conditions) }),
  };
}

/** A list as plain data, its members by name. */
export function listToPlain(list: ListDocument): unknown {
  return sortedData(list);
}

/** A ruleset as plain data: declared members in their order, then unknown ones by name. */
export function rulesetToPlain(ruleset: RulesetDocument): Readonly<Record<string, unknown>> {
  return ordered({ ...ruleset, rules: ruleset.rules.map(ruleToPlain) }, rulesetMembers, ["rules"]);
}

export function ruleToPlain(rule: RuleDocument): Readonly<Record<string, unknown>> {
  return ordered({ ...rule }, ruleMembers, []);
}

/**
 * The canonical text of a configuration: configurations with the same members have the same text, regardless of layout
 * and the order of members.
 */
export function canonicalJson(configuration: Configuration): string {
  return JSON.stringify(configurationToPlain(configuration));
}

function ordered(
  value: Members,
  declared: Readonly<Record<string, unknown>>,
  ready: readonly string[],
): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(declared)) {
    if (value[name] === undefined) continue;
    result[name] = ready.includes(name) ? value[name] : sortedData(value[name]);
  }
  const { extra } = value;
  if (!isMembers(extra)) return result;
  for (const name of Object.keys(extra).sort()) result[name] = sortedData(extra[name]);
  return result;
}

/** Data with the members of its objects by name. */
export function sortedData(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedData);
  if (!isMembers(value)) return value;
  const result: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(value).sort()) result[name] = sortedData(value[name]);
  return result;
}
