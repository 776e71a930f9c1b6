import { Bench } from "tinybench";
import type { Contest, Contestant, ContestResult } from "./contest.ts";
import { median, spread } from "./statistics.ts";

export interface ClockSettings {
  /** Times that every contestant gets its turn. */
  readonly rounds: number;
  /** Milliseconds of one turn. */
  readonly turn: number;
  /** Milliseconds of work before the first turn. */
  readonly warmup: number;
}

export const FULL: ClockSettings = { rounds: 9, turn: 9, warmup: 60 };
export const QUICK: ClockSettings = { rounds: 3, turn: 3, warmup: 15 };

/**
 * Milliseconds of processor time that the process has used. Unlike the wall's clock it stands still while other
 * processes have the core, so that figures from a busy machine keep their order. V8's own threads count, too.
 */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Samples that tinybench takes in one turn. */
const SAMPLES = 3;

/**
 * Pieces of work after which V8 has optimised what they call, unless they take too long. Its threads count as the work does:
 * after 60 ms alone, decisions about whole requests seemed to cost three times what they cost a second later.
 */
const SETTLED = 100_000;

let kept = 0;

/** What the runs added up to. Reading it keeps V8 from seeing that nobody wants their results. */
export function keptResults(): number {
  return kept;
}

/**
 * Measures a contest. Contestants take turns in one process, each round in another order, so that what the machine
 * does besides strikes all of them; ratios are taken within a round.
 */
export async function measure(contest: Contest, settings: ClockSettings): Promise<ContestResult> {
  const counts: number[] = [];
  for (const contestant of contest.contestants) counts.push(await calibrate(contestant, settings));
  const times: number[][] = contest.contestants.map(() => []);
  for (let round = 0; round < settings.rounds; round++) {
    for (let turn = 0; turn < counts.length; turn++) {
      const at = (turn + round) % counts.length;
      const contestant = contest.contestants[at]!;
      if (contestant.slow === true && round >= 3) continue;
      times[at]!.push(await takeTurn(contestant, counts[at]!));
    }
  }
  const first = times[0]!;
  const measured = contest.contestants.map((contestant, at) => {
    const own = times[at]!;
    const ratios = own.map((time, round) => time / (first[round] ?? median(first)));
    return {
      name: contestant.name,
      nanoseconds: median(own),
      spread: spread(own),
      ratio: median(ratios),
      ratioSpread: spread(ratios),
    };
  });
  return { name: contest.name, measured };
}

/** Warms up, and finds how many pieces of work fill a sample. */
async function calibrate(contestant: Contestant, settings: ClockSettings): Promise<number> {
  const wanted = settings.turn / SAMPLES;
  const begun = processorTime();
  let count = 1;
  let done = 0;
  for (;;) {
    const before = processorTime();
    kept += await contestant.run(count);
    const now = processorTime();
    done += count;
    const took = Math.max(now - before, 1e-3);
    const fitting = Math.max(1, Math.round((count * wanted) / took));
    const isWarm = now - begun >= settings.warmup && done >= SETTLED;
    if (isWarm && (took >= wanted / 4 || count >= 1e8)) return fitting;
    if (now - begun >= settings.warmup * 10) return fitting;
    count = Math.min(fitting, count * 8, 1e8);
  }
}

/** Nanoseconds for one piece of work: the median of one turn's samples. */
async function takeTurn(contestant: Contestant, count: number): Promise<number> {
  const bench = new Bench({
    iterations: contestant.slow === true ? 1 : SAMPLES,
    time: 0,
    now: processorTime,
    warmup: false,
    throws: true,
  });
  const { run } = contestant;
  bench.add(contestant.name, () => {
    const result = run(count);
    if (typeof result === "number") {
      kept += result;
      return undefined;
    }
    return result.then((value) => {
      kept += value;
    });
  });
  const [task] = await bench.run();
  const result = task?.result;
  if (result === undefined || !("latency" in result)) throw new Error(`${contestant.name} was not measured`);
  return (result.latency.p50 * 1e6) / count;
}

/** Nanoseconds of one call, the least of several samples: for comparing the same work on two inputs. */
export function timeOf(work: () => boolean): number {
  let calls = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < 7; sample++) {
    const before = processorTime();
    for (let call = 0; call < calls; call++) if (work()) kept++;
    const took = Math.max(processorTime() - before, 1e-3);
    least = Math.min(least, (took * 1e6) / calls);
    if (took < 0.5) calls = Math.ceil((calls * 0.7) / took);
  }
  return least;
}
