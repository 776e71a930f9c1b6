// Compares two revisions in alternating processes.
//
//   compare.js OLD NEW [--only NAME]… [--rounds N] [--runs N] [--quick] [--json FILE]
//
// Each revision is checked out into a folder of its own and built there; the working tree is not touched. `.` stands
// for the working tree as it is. Both are measured by the working tree's harness, and nothing but our own contestants, so
// the revisions must have cases of this form. Two runs tell what is slower from what was disturbed: a case counts when it
// is slower in both. The same revision on both sides shows the noise.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT } from "./measure/rivals.ts";
import { geometricMean, median, spread } from "./measure/statistics.ts";
import { digits, formatSpread, formatTime } from "./measure/text.ts";
import type { BenchResults } from "./report/report.ts";

/** Differences below are not worth a word. */
const NOTEWORTHY = 0.05;

/** A case that is slower by more than this in every run is a loss. */
const LOSS = 0.1;

/** What of the harness says what is measured, and imports nothing of `src/`. */
const HARNESS = ["run.ts", "measure/recorder.ts", "measure/contest.ts", "measure/clock.ts"];

interface Case {
  readonly suite: string;
  readonly name: string;
  /** Nanoseconds per operation, one figure per round. */
  readonly times: number[];
}

interface Side {
  readonly folder: string;
  readonly cases: Map<string, Case>;
}

interface Ratio {
  readonly suite: string;
  readonly name: string;
  /** The median of the rounds' ratios, new over old. */
  readonly ratio: number;
}

interface Options {
  readonly revisions: readonly string[];
  readonly rounds: number;
  readonly runs: number;
  readonly json: string | undefined;
  readonly passed: readonly string[];
}

function readOptions(words: readonly string[]): Options {
  const revisions: string[] = [];
  const passed: string[] = [];
  let rounds = 5;
  let runs = 1;
  let json: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === "--rounds") rounds = Number(words[++at]);
    else if (word === "--runs") runs = Number(words[++at]);
    else if (word === "--json") json = words[++at];
    else if (word === "--only") passed.push(word, words[++at]!);
    else if (word === "--quick") passed.push(word);
    else revisions.push(word);
  }
  if (revisions.length !== 2 || !(rounds >= 1) || !(runs >= 1)) {
    throw new Error(
      "usage: compare.js OLD NEW [--only NAME]… [--rounds N] [--runs N] [--quick] [--json FILE]",
    );
  }
  return { revisions, rounds, runs, json, passed };
}

const scratch = mkdtempSync(join(tmpdir(), "wirewall-bench-"));

function run(folder: string, command: string, words: readonly string[]): void {
  execFileSync(command, words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

function prepare(revision: string, number: number): Side {
  let folder = PROJECT;
  if (revision !== ".") {
    folder = join(scratch, String(number));
    run(PROJECT, "git", ["worktree", "add", "--detach", folder, revision]);
    symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
    for (const file of HARNESS) copyFileSync(join(PROJECT, "bench", file), join(folder, "bench", file));
  }
  const compiler = join(PROJECT, "node_modules", "typescript", "bin", "tsc");
  run(folder, process.execPath, [compiler, "-p", "bench/tsconfig.json"]);
  return { folder, cases: new Map() };
}

function measureOnce(side: Side, passed: readonly string[]): void {
  const file = join(scratch, "results.json");
  run(side.folder, process.execPath, ["build/bench/bench/run.js", "--ours", "--json", file, ...passed]);
  const results = JSON.parse(readFileSync(file, "utf8")) as BenchResults;
  for (const { name: suite, contests } of results.suites) {
    for (const { name, measured } of contests) {
      const key = `${suite}\n${name}`;
      const known = side.cases.get(key) ?? { suite, name, times: [] };
      // Only the first contestant is ours.
      known.times.push(measured[0]!.nanoseconds);
      side.cases.set(key, known);
    }
  }
}

function measureRun(sides: readonly [Side, Side], { rounds, passed }: Options): readonly Ratio[] {
  for (const side of sides) side.cases.clear();
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? sides : [...sides].reverse();
    for (const side of order) measureOnce(side, passed);
    console.error(`round ${round + 1} of ${rounds}`);
  }
  const [before, after] = sides;
  const ratios: Ratio[] = [];
  for (const [key, old] of before.cases) {
    const fresh = after.cases.get(key);
    if (fresh === undefined) continue;
    const { suite, name, times } = fresh;
    const ratio = median(times.map((time, round) => time / old.times[round]!));
    ratios.push({ suite, name, ratio });
    const verdict = Math.abs(ratio - 1) < NOTEWORTHY ? "      " : ratio < 1 ? "faster" : "slower";
    const change = `${formatTime(median(old.times))} → ${formatTime(median(times))}`;
    const noise = formatSpread(spread(times)).padStart(6);
    console.log(`${verdict}  ${digits(ratio)} × ${noise}  ${change}  ${suite}: ${name}`);
  }
  return ratios;
}

function printMeans(ratios: readonly Ratio[]): void {
  console.log("\nnew over old, geometric mean by suite");
  for (const suite of new Set(ratios.map((one) => one.suite))) {
    const own = ratios.filter((one) => one.suite === suite).map((one) => one.ratio);
    console.log(`  ${geometricMean(own).toFixed(3)} ×  ${suite}, ${own.length} cases`);
  }
}

function printLosses(runs: readonly (readonly Ratio[])[]): void {
  const slower = runs.map(
    (run) => new Set(run.filter((one) => one.ratio > 1 + LOSS).map((one) => `${one.suite}: ${one.name}`)),
  );
  const [first = new Set<string>(), ...others] = slower;
  const lost = [...first].filter((name) => others.every((other) => other.has(name)));
  console.log(`\nslower by more than ${LOSS * 100} % in every run: ${lost.length}`);
  for (const name of lost) console.log(`  ${name}`);
}

const options = readOptions(process.argv.slice(2));
const folders: string[] = [];
try {
  const [before, after] = options.revisions.map((revision, number) => {
    const side = prepare(revision, number);
    folders.push(side.folder);
    return side;
  });
  const runs: (readonly Ratio[])[] = [];
  for (let run = 0; run < options.runs; run++) {
    console.log(`${run === 0 ? "" : "\n"}# Run ${run + 1} of ${options.runs}, ${options.rounds} rounds\n`);
    const ratios = measureRun([before!, after!], options);
    printMeans(ratios);
    runs.push(ratios);
  }
  printLosses(runs);
  if (options.json !== undefined) {
    const { revisions, rounds } = options;
    writeFileSync(options.json, `${JSON.stringify({ revisions, rounds, runs }, null, 2)}\n`);
  }
} finally {
  for (const folder of folders) {
    if (folder !== PROJECT) run(PROJECT, "git", ["worktree", "remove", "--force", folder]);
  }
  rmSync(scratch, { recursive: true, force: true });
}
