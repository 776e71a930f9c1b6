import type { EvaluationContext } from "../../language/scheme/execution-context.ts";

/** Duration of a measurement in milliseconds. */
const DURATION = 200;

/**
 * Nanoseconds per evaluation over a context whose fields are read already, the best of some batches: what disturbs a
 * measurement only makes it longer.
 */
export function nanosecondsPerRun(
  run: (context: EvaluationContext) => unknown,
  context: EvaluationContext,
  now: () => number = () => performance.now(),
): number {
  let size = 1;
  let best = Number.POSITIVE_INFINITY;
  const until = now() + DURATION;
  for (let started = now(); started < until; started = now()) {
    for (let at = 0; at < size; at++) run(context);
    const took = now() - started;
    best = Math.min(best, took / size);
    // Long enough for the clock, short enough for several of them.
    if (took < DURATION / 20) size *= 2;
  }
  return best * 1e6;
}
