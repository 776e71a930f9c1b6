import type { EvaluationContext } from "../../src/language/scheme/execution-context.ts";

export interface Tested {
  test(context: EvaluationContext): boolean;
}

export type Loop = (tested: Tested, contexts: readonly EvaluationContext[], count: number) => number;

/** Tests eight contexts in turn, and counts the hits. */
export const loop: Loop = (tested, contexts, count) => {
  let hits = 0;
  for (let turn = 0; turn < count; turn++) if (tested.test(contexts[turn & 7]!)) hits++;
  return hits;
};

let loops = 0;

/**
 * A loop with machine code of its own, as each measurement has in a benchmark of one process for one filter. V8 keeps
 * what it learned of a call with the function that makes it: a loop that has met many filters calls each in a slower way.
 */
export async function ownLoop(): Promise<Loop> {
  const module = (await import(`${import.meta.url}?own=${++loops}`)) as { readonly loop: Loop };
  return module.loop;
}
