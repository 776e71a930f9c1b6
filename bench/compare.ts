// Compares two revisions in alternating processes.
//
//   compare.js OLD NEW [--only NAME]… [--rounds N] [--quick]
//
// Each revision is checked out into a folder of its own and built there; the working tree is not touched. `.` stands
// for the working tree as it is. The revisions must have benchmarks of this form.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT } from "./measure/rivals.ts";
import { median, spread } from "./measure/statistics.ts";
import { digits, formatSpread, formatTime } from "./measure/text.ts";
import type { BenchResults } from "./report/report.ts";

/** Differences below are not worth a word. */
const NOTEWORTHY = 0.05;

interface Side {
  readonly name: string;
  readonly folder: string;
  readonly times: Map<string, number[]>;
}

interface Options {
  readonly revisions: readonly string[];
  readonly rounds: number;
  readonly passed: readonly string[];
}

function readOptions(words: readonly string[]): Options {
  const revisions: string[] = [];
  const passed: string[] = [];
  let rounds = 5;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === "--rounds") rounds = Number(words[++at]);
    else if (word === "--only") passed.push(word, words[++at]!);
    else if (word === "--quick") passed.push(word);
    else revisions.push(word);
  }
  if (revisions.length !== 2 || !(rounds >= 1)) {
    throw new Error("usage: compare.js OLD NEW [--only NAME]… [--rounds N] [--quick]");
  }
  return { revisions, rounds, passed };
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
  }
  const compiler = join(PROJECT, "node_modules", "typescript", "bin", "tsc");
  run(folder, process.execPath, [compiler, "-p", "bench/tsconfig.json"]);
  return { name: revision, folder, times: new Map() };
}

function measureOnce(side: Side, passed: readonly string[]): void {
  const file = join(scratch, "results.json");
  run(side.folder, process.execPath, ["build/bench/bench/run.js", "--json", file, ...passed]);
  const results = JSON.parse(readFileSync(file, "utf8")) as BenchResults;
  for (const { contests } of results.suites) {
    for (const { name, measured } of contests) {
      // Only the first contestant is ours.
      const times = side.times.get(name) ?? [];
      times.push(measured[0]!.nanoseconds);
      side.times.set(name, times);
    }
  }
}

const { revisions, rounds, passed } = readOptions(process.argv.slice(2));
const sides: Side[] = [];
try {
  for (const [number, revision] of revisions.entries()) sides.push(prepare(revision, number));
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? sides : [...sides].reverse();
    for (const side of order) measureOnce(side, passed);
    console.error(`round ${round + 1} of ${rounds}`);
  }
  const [before, after] = sides as [Side, Side];
  for (const [name, old] of before.times) {
    const fresh = after.times.get(name);
    if (fresh === undefined) continue;
    const ratio = median(fresh.map((time, round) => time / old[round]!));
    const verdict = Math.abs(ratio - 1) < NOTEWORTHY ? "      " : ratio < 1 ? "faster" : "slower";
    const times = `${formatTime(median(old))} → ${formatTime(median(fresh))}`;
    console.log(
      `${verdict}  ${digits(ratio)} × ${formatSpread(spread(fresh)).padStart(6)}  ${times}  ${name}`,
    );
  }
} finally {
  for (const { folder } of sides) {
    if (folder !== PROJECT) run(PROJECT, "git", ["worktree", "remove", "--force", folder]);
  }
  rmSync(scratch, { recursive: true, force: true });
}
