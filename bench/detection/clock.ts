import { performance } from "node:perf_hooks";

/**
 * What the work answers, and the microseconds that it takes. Where others have the processor the clock on the wall runs on; where
 * V8 compiles and collects beside, processor time does. The lesser of both is nearest to what one evaluation takes.
 */
export function clocked<T>(work: () => T): readonly [answer: T, us: number] {
  const used = process.cpuUsage();
  const begin = performance.now();
  const answer = work();
  const wall = (performance.now() - begin) * 1000;
  const { user, system } = process.cpuUsage(used);
  return [answer, Math.min(wall, user + system)];
}
