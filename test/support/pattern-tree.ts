import { type PatternTree, parsePattern } from "./source/language/pattern.ts";

/** The tree of a pattern without faults. */
export function treeOf(source: string): PatternTree {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.fault.message);
  return parsed.value;
}
