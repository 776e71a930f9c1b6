// Engines that judge the same requests in turns.
import { median, quantile } from "../measure/statistics.ts";
import { clocked } from "./clock.ts";
import { type Share, shareOf } from "./figures.ts";
import type { CorpusRecord, Label } from "./records.ts";

/** Evaluations by each engine before the clock counts, so that V8 has compiled what it will. */
const WARM_UP = 3000;

export interface Verdict {
  readonly refused: boolean;
  /** Something was not judged: limits of the engine cut it, or its budget ran out. */
  readonly partly: boolean;
}

/** A way of judging requests. */
export interface Engine {
  readonly name: string;
  /** Makes a record ready, and answers with the work that the clock measures. It is called for each time. */
  ask(record: CorpusRecord): () => Verdict;
}

/** Of times in microseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly mean: number;
}

export interface Standing {
  readonly name: string;
  readonly shares: Readonly<Record<Label, Share>>;
  /** Records that were judged in part. */
  readonly partly: number;
  /** Medians of what the runs had. */
  readonly runs: Quantiles;
  /** Of the fastest time of each record. */
  readonly fastest: Quantiles;
  /** Times of the first engine over times of this one: the medians of the runs' ratios. */
  readonly ratios: Quantiles;
}

/** Microseconds that a piece of work takes. */
export type Clock = (work: () => Verdict) => readonly [verdict: Verdict, us: number];

/**
 * Has all engines answer all records once, and then judge them in as many runs. In a run one engine judges all records before
 * the next one begins, and each run begins with another engine.
 *
 * @throws Error when an engine answers a record otherwise than it did before
 */
export function contest(
  engines: readonly Engine[],
  records: readonly CorpusRecord[],
  runs: number,
  clock: Clock = clocked,
): readonly Standing[] {
  const answers = engines.map((engine) => records.map((record) => engine.ask(record)()));
  for (let asked = records.length; asked < WARM_UP; asked += records.length)
    for (const engine of engines) for (const record of records) engine.ask(record)();
  const times: readonly number[][][] = engines.map(() => []);
  for (let run = 0; run < runs; run++) {
    for (let turn = 0; turn < engines.length; turn++) {
      const at = (run + turn) % engines.length;
      const engine = engines[at]!;
      const own = records.map((record, place) => {
        const [verdict, us] = clock(engine.ask(record));
        if (verdict.refused !== answers[at]?.[place]?.refused)
          throw new Error(`${engine.name} answers \`${record.id}\` in two ways`);
        return us;
      });
      times[at]?.push(own);
    }
  }
  const quantiles = times.map((own) => own.map(quantilesOf));
  return engines.map(({ name }, at) => {
    const verdicts = answers[at] ?? [];
    const ofLabel = (label: Label) =>
      shareOf(verdicts.filter((_, place) => records[place]?.label === label).map(({ refused }) => refused));
    return {
      name,
      shares: {
        attack: ofLabel("attack"),
        benign: ofLabel("benign"),
        "rule-negative": ofLabel("rule-negative"),
      },
      partly: verdicts.filter(({ partly }) => partly).length,
      runs: mediansOf(quantiles[at] ?? []),
      fastest: quantilesOf(
        records.map((_, place) => Math.min(...(times[at] ?? []).map((own) => own[place]!))),
      ),
      ratios: mediansOf(
        (quantiles[at] ?? []).map((own, run) => each((key) => (quantiles[0]?.[run]?.[key] ?? 0) / own[key])),
      ),
    };
  });
}

const each = (figure: (key: keyof Quantiles) => number): Quantiles => ({
  p50: figure("p50"),
  p90: figure("p90"),
  p99: figure("p99"),
  mean: figure("mean"),
});

function quantilesOf(times: readonly number[]): Quantiles {
  const mean = times.reduce((sum, us) => sum + us, 0) / times.length;
  return { p50: quantile(times, 0.5), p90: quantile(times, 0.9), p99: quantile(times, 0.99), mean };
}

const mediansOf = (runs: readonly Quantiles[]) => each((key) => median(runs.map((run) => run[key])));
