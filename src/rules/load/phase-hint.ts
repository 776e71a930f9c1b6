import { wordsText } from "../../language/diagnostics/option-values.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";

/** Phases that a hint lists. */
const MOST_PHASES = 4;

/** What to write for a phase that there is not: a near name, or those that have the word as a part. */
export function phaseHint(word: string, phases: readonly string[]): string | undefined {
  const near = didYouMean(word, phases);
  if (near !== undefined) return near;
  const part = word.toLowerCase().replaceAll("-", "_");
  const having = part.length < 4 ? [] : phases.filter((name) => `_${name}_`.includes(part));
  return having.length === 0
    ? undefined
    : `phases with that word are ${wordsText(having.slice(0, MOST_PHASES))}`;
}
