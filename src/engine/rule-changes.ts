import { ruleToPlain } from "../ruleset/canonical.ts";
import type { RuleDocument } from "../ruleset/document.ts";
import type { Configuration } from "../ruleset/options.ts";
import type { RuleChange } from "./waf.ts";

/** What one configuration changes about the rules of another; rules are known by ruleset and ref. */
export function ruleChanges(before: Configuration, after: Configuration): readonly RuleChange[] {
  const changes: RuleChange[] = [];
  const ids = new Set([...before.rulesets, ...after.rulesets].map(({ id }) => id));
  for (const ruleset of ids) {
    const old = before.rulesets.find(({ id }) => id === ruleset)?.rules ?? [];
    const now = after.rulesets.find(({ id }) => id === ruleset)?.rules ?? [];
    const oldByRef = new Map(old.map((rule) => [rule.ref, rule]));
    const refs = new Set(now.map(({ ref }) => ref));
    for (const { ref } of old) if (!refs.has(ref)) changes.push({ change: "removed", ruleset, ref });
    const stays = longestOrder(old, now);
    for (const rule of now) {
      const { ref } = rule;
      const was = oldByRef.get(ref);
      if (was === undefined) {
        changes.push({ change: "added", ruleset, ref });
        continue;
      }
      const members = differingMembers(was, rule);
      if (members.length > 0) changes.push({ change: "changed", ruleset, ref, members });
      if (!stays.has(ref)) changes.push({ change: "moved", ruleset, ref });
    }
  }
  return changes;
}

function differingMembers(before: RuleDocument, after: RuleDocument): readonly string[] {
  const left = ruleToPlain(before);
  const right = ruleToPlain(after);
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].filter((name) => JSON.stringify(left[name]) !== JSON.stringify(right[name]));
}

/** Refs of a largest set of common rules whose order is unchanged: the fewest others then count as moved. */
function longestOrder(before: readonly RuleDocument[], after: readonly RuleDocument[]): ReadonlySet<string> {
  const position = new Map(before.map(({ ref }, at) => [ref, at]));
  const common = after.flatMap(({ ref }) => {
    const at = position.get(ref);
    return at === undefined ? [] : [{ ref, at }];
  });
  // Patience sorting: `tails[n]` ends the run of length n + 1 with the smallest last position.
  const tails: number[] = [];
  const previous: number[] = [];
  common.forEach(({ at }, index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (common[tails[middle]!]!.at < at) low = middle + 1;
      else high = middle;
    }
    previous.push(low === 0 ? -1 : tails[low - 1]!);
    tails[low] = index;
  });
  const stays = new Set<string>();
  for (let index = tails.at(-1) ?? -1; index !== -1; index = previous[index]!) stays.add(common[index]!.ref);
  return stays;
}
