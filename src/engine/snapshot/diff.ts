import { printableText } from "../../language/diagnostics/printable.ts";
import { rulesetToPlain, ruleToPlain } from "../../rules/ruleset/canonical.ts";
import type {
  Configuration,
  ListDocument,
  RuleDocument,
  RulesetDocument,
} from "../../rules/ruleset/document.ts";
import { byId } from "../../rules/ruleset/versions.ts";

/** One rule that differs between two configurations. */
export interface RuleChange {
  /** How it differs. */
  readonly change: "added" | "removed" | "changed" | "moved";
  /** Id of the ruleset. */
  readonly ruleset: string;
  /** Stable reference of the rule. */
  readonly ref: string;
  /** Members of the rule that differ, for `changed`. */
  readonly members?: readonly string[];
}

/** A change of a ruleset's own members; its rules are {@link RuleChange}s. */
export interface RulesetChange {
  readonly change: "added" | "removed" | "changed";
  /** Id. */
  readonly ruleset: string;
  readonly members?: readonly string[];
}

export interface ListChange {
  readonly change: "added" | "removed" | "changed";
  readonly list: string;
  /** Items that only the new list has, and that only the old one had. */
  readonly added: number;
  readonly removed: number;
  /** Members other than the items that differ. */
  readonly members?: readonly string[];
}

/** The differences between two configurations. */
export interface ConfigurationDiff {
  /** By ruleset in the new order, those of removed rulesets last. A rule that changed and moved has two entries. */
  readonly rules: readonly RuleChange[];
  /** Rulesets that were added, removed or changed in members other than their rules. */
  readonly rulesets: readonly RulesetChange[];
  /** Lists that were added, removed or changed. */
  readonly lists: readonly ListChange[];
}

/** Says when a thing was written, not what it is. */
const BOOKKEEPING = new Set(["last_updated"]);
const NAMES_IN_SUMMARY = 5;
const MAX_NAME = 80;

/**
 * The differences, by identity: rulesets by id (and version, where there are several), rules by `ref` within their
 * ruleset, lists by name.
 */
export function diffConfigurations(before: Configuration, after: Configuration): ConfigurationDiff {
  const name = labelOf(before, after);
  const old = new Map(before.rulesets.map((ruleset) => [name(ruleset), ruleset]));
  const rules: RuleChange[] = [];
  const rulesets: RulesetChange[] = [];
  for (const ruleset of after.rulesets) {
    const id = name(ruleset);
    const earlier = old.get(id);
    old.delete(id);
    if (earlier === ruleset) continue;
    if (earlier === undefined) rulesets.push({ change: "added", ruleset: id });
    else {
      const members = changedMembers(rulesetToPlain(earlier), rulesetToPlain(ruleset), "rules");
      if (members.length > 0) rulesets.push({ change: "changed", ruleset: id, members });
    }
    diffRules(id, earlier?.rules ?? [], ruleset.rules, rules);
  }
  for (const [id, removed] of old) {
    rulesets.push({ change: "removed", ruleset: id });
    diffRules(id, removed.rules, [], rules);
  }
  return { rules, rulesets, lists: diffLists(before.lists, after.lists) };
}

/** The id; with the version where either side has several of one id: `vendor@3`. */
function labelOf(...sides: readonly Configuration[]): (ruleset: RulesetDocument) => string {
  const several = new Set(
    sides.flatMap(({ rulesets }) =>
      [...byId(rulesets).values()].flatMap(([first, ...others]) => (others.length === 0 ? [] : first.id)),
    ),
  );
  return ({ id, version }) => (several.has(id) && version !== undefined ? `${id}@${version}` : id);
}

function diffRules(
  ruleset: string,
  before: RulesetDocument["rules"],
  after: RulesetDocument["rules"],
  out: RuleChange[],
): void {
  const old = new Map(before.map((rule, at) => [rule.ref, { rule, at }]));
  const kept = after.flatMap(({ ref }) => {
    const earlier = old.get(ref);
    return earlier === undefined ? [] : [{ ref, at: earlier.at }];
  });
  const stayed = longestRise(kept.map(({ at }) => at));
  const moved = new Set(kept.filter((_, at) => !stayed.has(at)).map(({ ref }) => ref));
  for (const rule of after) {
    const earlier = old.get(rule.ref);
    if (earlier === undefined) {
      out.push({ change: "added", ruleset, ref: rule.ref });
      continue;
    }
    const members = changedRule(earlier.rule, rule);
    if (members.length > 0) out.push({ change: "changed", ruleset, ref: rule.ref, members });
    if (moved.has(rule.ref)) out.push({ change: "moved", ruleset, ref: rule.ref });
    old.delete(rule.ref);
  }
  for (const ref of old.keys()) out.push({ change: "removed", ruleset, ref });
}

function changedRule(before: RuleDocument, after: RuleDocument): readonly string[] {
  return before === after ? [] : changedMembers(ruleToPlain(before), ruleToPlain(after), undefined);
}

type Plain = Readonly<Record<string, unknown>>;

/** Names of the members whose canonical text differs, in the order of the later, then of the earlier. */
function changedMembers(before: Plain, after: Plain, except: string | undefined): readonly string[] {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names].filter(
    (name) =>
      name !== except &&
      !BOOKKEEPING.has(name) &&
      JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}

/**
 * Positions of a longest rising subsequence: the rules that kept their order, so that the fewest count as moved.
 * Patience sorting, n log n.
 */
function longestRise(values: readonly number[]): ReadonlySet<number> {
  // ends[n]: the smallest last value of a rise of n + 1 values.
  const ends: Rising[] = [];
  for (const [at, value] of values.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]!.value < value) low = middle + 1;
      else high = middle;
    }
    ends[low] = { at, value, before: ends[low - 1] };
  }
  const rise = new Set<number>();
  for (let last = ends.at(-1); last !== undefined; last = last.before) rise.add(last.at);
  return rise;
}

/** A value of a rise, and the one before it. */
interface Rising {
  readonly at: number;
  readonly value: number;
  readonly before: Rising | undefined;
}

/** The differences in one list, at the cost of that list. */
export function diffList(
  before: readonly ListDocument[],
  after: readonly ListDocument[],
  name: string,
): readonly ListChange[] {
  const own = (list: ListDocument) => list.name === name;
  return diffLists(before.filter(own), after.filter(own));
}

function diffLists(before: readonly ListDocument[], after: readonly ListDocument[]): readonly ListChange[] {
  const old = new Map(before.map((list) => [list.name, list]));
  const changes: ListChange[] = [];
  for (const list of after) {
    const earlier = old.get(list.name);
    old.delete(list.name);
    if (earlier === undefined) {
      changes.push({ change: "added", list: list.name, added: list.items.length, removed: 0 });
    } else if (earlier !== list) {
      const items = diffItems(earlier.items, list.items);
      const members = changedMembers({ ...earlier, items: 0 }, { ...list, items: 0 }, undefined);
      if (items.added + items.removed + members.length === 0) continue;
      changes.push({
        change: "changed",
        list: list.name,
        ...items,
        ...(members.length === 0 ? {} : { members }),
      });
    }
  }
  for (const list of old.values()) {
    changes.push({ change: "removed", list: list.name, added: 0, removed: list.items.length });
  }
  return changes;
}

type Items = ListDocument["items"];

function diffItems(before: Items, after: Items): { readonly added: number; readonly removed: number } {
  if (before === after) return { added: 0, removed: 0 };
  const counts = new Map<string | number, number>();
  for (const item of before) {
    const key = itemKey(item);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let added = 0;
  let common = 0;
  for (const item of after) {
    const key = itemKey(item);
    const left = counts.get(key) ?? 0;
    if (left === 0) added++;
    else {
      counts.set(key, left - 1);
      common++;
    }
  }
  return { added, removed: before.length - common };
}

/** Numbers and texts are told apart by their types; the text of an object is none that an item could have. */
function itemKey(item: Items[number]): string | number {
  if (typeof item !== "object") return item;
  return JSON.stringify(Object.entries(item).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** One line for a log: `+1 ~2 -0 (custom/login-rate changed, custom/old moved)`; `no changes` when nothing differs. */
export function summarizeChanges(changes: readonly RuleChange[] | ConfigurationDiff): string {
  const diff: ConfigurationDiff = "rules" in changes ? changes : { rules: changes, rulesets: [], lists: [] };
  const names = [
    ...diff.rules.map(({ change, ruleset, ref }) => `${shown(ruleset)}/${shown(ref)} ${change}`),
    ...diff.rulesets
      .filter(({ change }) => change === "changed")
      .map(
        ({ ruleset, members = [] }) => `ruleset ${shown(ruleset)}: ${members.map(shown).join(", ")} changed`,
      ),
    ...diff.lists.map(({ change, list, added, removed }) =>
      change === "changed" ? `$${shown(list)} +${added} -${removed}` : `$${shown(list)} ${change}`,
    ),
  ];
  const emptied = diff.rulesets.filter(({ change }) => change !== "changed");
  if (names.length === 0 && emptied.length === 0) return "no changes";
  const count = (...kinds: readonly RuleChange["change"][]): number =>
    new Set(
      diff.rules
        .filter(({ change }) => kinds.includes(change))
        .map(({ ruleset, ref }) => `${ruleset}\n${ref}`),
    ).size;
  if (names.length === 0)
    names.push(...emptied.map(({ ruleset, change }) => `ruleset ${shown(ruleset)} ${change}`));
  const more = names.length - NAMES_IN_SUMMARY;
  const listed = names.slice(0, NAMES_IN_SUMMARY).join(", ") + (more > 0 ? `, ${more} more` : "");
  return `+${count("added")} ~${count("changed", "moved")} -${count("removed")} (${listed})`;
}

/** Names are their author's text: they must not break the line. */
function shown(name: string): string {
  return printableText(name, MAX_NAME);
}
