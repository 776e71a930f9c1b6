import type { RulesetDocument } from "./document.ts";
import { isEntryPoint } from "./layers.ts";

/** The word for the newest version that is supplied. */
export const LATEST = "latest";

/** Rulesets by id: those that are executed may be there in several versions at once. */
export function byId(
  rulesets: Iterable<RulesetDocument>,
): ReadonlyMap<string, readonly [RulesetDocument, ...RulesetDocument[]]> {
  const found = new Map<string, [RulesetDocument, ...RulesetDocument[]]>();
  for (const ruleset of rulesets) {
    const versions = found.get(ruleset.id);
    if (versions === undefined) found.set(ruleset.id, [ruleset]);
    else versions.push(ruleset);
  }
  return found;
}

/** Whether two rulesets with one id may coexist: both are executed by rules, and their versions differ. */
export function areVersions(left: RulesetDocument, right: RulesetDocument): boolean {
  return isExecuted(left) && isExecuted(right) && (left.version ?? "") !== (right.version ?? "");
}

function isExecuted({ kind }: RulesetDocument): boolean {
  return !isEntryPoint(kind);
}

/** The ruleset that an `execute` means: of that very version, or the newest. */
export function pickVersion(
  versions: readonly RulesetDocument[],
  wanted: string,
): RulesetDocument | undefined {
  if (wanted !== LATEST) return versions.find((one) => one.version === wanted);
  let newest = versions[0];
  for (const one of versions) {
    if (newest !== undefined && compareVersions(one.version ?? "", newest.version ?? "") > 0) newest = one;
  }
  return newest;
}

/** By their numbers from the left (`10` after `9`, `1.10` after `1.9`), other parts as text; none before any. */
function compareVersions(left: string, right: string): number {
  const ours = left.split(".");
  const theirs = right.split(".");
  for (let at = 0; at < Math.max(ours.length, theirs.length); at++) {
    const [a = "", b = ""] = [ours[at], theirs[at]];
    if (a === b) continue;
    const areNumbers = /^\d{1,15}$/.test(a) && /^\d{1,15}$/.test(b);
    const difference = areNumbers ? Number(a) - Number(b) : a < b ? -1 : 1;
    if (difference !== 0) return difference;
  }
  return 0;
}
