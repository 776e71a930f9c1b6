import type { SuiteResult } from "../measure/contest.ts";
import type { Machine } from "./machine.ts";

export interface BenchResults {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly seconds: number;
  readonly suites: readonly SuiteResult[];
}

export function writeReport(_results: BenchResults): void {}
