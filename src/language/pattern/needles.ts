// The platform searches a string for another one at a small fraction of the automaton's price per byte, so what most
// subjects lack is sought first.
import { requiredConditions } from "./analysis.ts";
import type { PatternTree } from "./ast.ts";
import { pairsOf, type Ranges } from "./ranges.ts";

/** Each needle costs a pass of its own. */
const MAX_NEEDLES = 4;
/** Shorter needles of letters and digits are found in most texts. */
const MIN_LENGTH = 3;

/** Strings one of which is in every subject that the pattern matches; empty when it demands none that is telling. */
export function needlesOf(tree: PatternTree): readonly string[] {
  const { literals, bytes } = requiredConditions(tree, false, 1, MAX_NEEDLES);
  const strings = literals.find((set) => set.every(isTelling));
  if (strings !== undefined) return strings;
  const sets = bytes.map(members).filter((set) => set.length > 0 && set.every(isTelling));
  return sets.sort((left, right) => left.length - right.length)[0] ?? [];
}

function isTelling(needle: string): boolean {
  return needle.length >= MIN_LENGTH || /[^A-Za-z0-9 ]/.test(needle);
}

/** The bytes of a set as strings; none when there are too many. */
function members(ranges: Ranges): readonly string[] {
  const out = new Set<string>();
  for (const [low, high] of pairsOf(ranges)) {
    for (let byte = low; byte <= high; byte++) {
      if (out.size === MAX_NEEDLES) return [];
      out.add(String.fromCharCode(byte));
    }
  }
  return [...out];
}
