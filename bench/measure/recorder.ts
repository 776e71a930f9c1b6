import { type ClockSettings, FULL, measure, QUICK } from "./clock.ts";
import type { Contest, ContestResult, Figure, SuiteResult, Target } from "./contest.ts";
import { formatContest, formatFigure } from "./text.ts";

/** What the command line asks of every suite. */
export interface BenchOptions {
  readonly quick: boolean;
  /** Whether only the first contestant is measured, which is ours; the others answer before the clock starts. */
  readonly ours: boolean;
  /** Parts of names; a contest runs when its suite's name or its own has one of them. Empty: all. */
  readonly only: readonly string[];
  /** JSON Lines of `{"pattern": "…"}` to use instead of the patterns that come with the benchmarks. */
  readonly patterns: string | undefined;
  readonly print: (line: string) => void;
}

export interface Suite {
  readonly name: string;
  readonly title: string;
  run(recorder: Recorder): Promise<void> | void;
}

/** Collects what one suite measures. */
export class Recorder {
  readonly options: BenchOptions;
  readonly #suite: Suite;
  readonly #settings: ClockSettings;
  readonly #contests: ContestResult[] = [];
  readonly #figures: Figure[] = [];
  readonly #targets: Target[] = [];
  readonly #notes: string[] = [];

  constructor(suite: Suite, options: BenchOptions) {
    this.#suite = suite;
    this.options = options;
    this.#settings = options.quick ? QUICK : FULL;
  }

  /** Whether the command line asks for this part, so that a suite need not prepare what will not run. */
  wants(part: string): boolean {
    const { only } = this.options;
    const name = `${this.#suite.name}/${part}`;
    return only.length === 0 || only.some((asked) => name.includes(asked));
  }

  /**
   * Measures a contest, unless the command line leaves it out. A contestant that answers otherwise than the first
   * one is not measured: a note says so.
   */
  async contest(contest: Contest): Promise<ContestResult | undefined> {
    if (!this.wants(contest.name)) return undefined;
    const contestants = [];
    let expected: readonly unknown[] | undefined;
    for (const contestant of contest.contestants) {
      let answers: readonly unknown[] | undefined;
      try {
        answers = await contestant.answers?.();
      } catch (error) {
        this.note(`${contest.name}: ${contestant.name} left out, it threw: ${firstLine(error)}`);
        continue;
      }
      expected ??= answers;
      const wrong = answers?.findIndex((answer, at) => answer !== expected?.[at]) ?? -1;
      if (wrong === -1) contestants.push(contestant);
      else if (contestants.length === 0) throw new Error(`${contest.name}: no first contestant`);
      else {
        const told = `${String(answers?.[wrong])} instead of ${String(expected?.[wrong])}`;
        this.note(`${contest.name}: ${contestant.name} left out, it answers ${told} for input ${wrong}`);
      }
    }
    const measured = this.options.ours ? contestants.slice(0, 1) : contestants;
    const result = await measure({ name: contest.name, contestants: measured }, this.#settings);
    this.#contests.push(result);
    for (const line of formatContest(result)) this.options.print(line);
    return result;
  }

  figure(name: string, value: number, unit: string): void {
    const figure = { name, value, unit };
    this.#figures.push(figure);
    this.options.print(formatFigure(figure));
  }

  /** Sets a promise against what was measured; nothing when it was not. */
  target(
    what: string,
    bound: Target["bound"],
    limit: number,
    measured: number | undefined,
    unit = "×",
  ): void {
    if (measured === undefined || Number.isNaN(measured)) return;
    this.#targets.push({ what, bound, limit, measured, unit });
  }

  note(line: string): void {
    this.#notes.push(line);
    this.options.print(`  (${line})`);
  }

  finish(): SuiteResult {
    const { name, title } = this.#suite;
    return {
      name,
      title,
      contests: this.#contests,
      figures: this.#figures,
      targets: this.#targets,
      notes: this.#notes,
    };
  }
}

/** A contestant's ratio to the first one; undefined when it was not measured. */
export function ratioOf(result: ContestResult | undefined, name: string): number | undefined {
  return result?.measured.find((one) => one.name === name)?.ratio;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!.slice(0, 120);
}
