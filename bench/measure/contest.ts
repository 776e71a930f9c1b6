/** One way of doing a case's work. */
export interface Contestant {
  readonly name: string;
  /** Does the work `count` times over inputs that take turns. The sum of the results keeps the work alive. */
  readonly run: (count: number) => number | Promise<number>;
  /** The answer for each input, compared with the first contestant's before any clock starts. */
  readonly answers?: () => readonly unknown[] | Promise<readonly unknown[]>;
  /** Runs cost so much that a few are enough. */
  readonly slow?: boolean;
}

/** Contestants that do the same work. The first is ours, or what ours is compared with. */
export interface Contest {
  readonly name: string;
  readonly contestants: readonly Contestant[];
}

export interface Measured {
  readonly name: string;
  /** Nanoseconds for one piece of work: the median of all rounds. */
  readonly nanoseconds: number;
  readonly spread: number;
  /** Time over the first contestant's time: the median of the rounds' ratios. */
  readonly ratio: number;
  readonly ratioSpread: number;
}

export interface ContestResult {
  readonly name: string;
  readonly measured: readonly Measured[];
}

/** A number that is no duration, or one that was measured once. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** What the project promises, with what was measured. */
export interface Target {
  readonly what: string;
  readonly bound: "at least" | "at most";
  readonly limit: number;
  readonly measured: number;
  readonly unit: string;
}

export function isMet(target: Target): boolean {
  return target.bound === "at least" ? target.measured >= target.limit : target.measured <= target.limit;
}

export interface SuiteResult {
  readonly name: string;
  readonly title: string;
  readonly contests: readonly ContestResult[];
  readonly figures: readonly Figure[];
  readonly targets: readonly Target[];
  readonly notes: readonly string[];
}
