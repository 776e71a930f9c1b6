// Writes docs/performance.md and its chart from the results of one run.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ContestResult, isMet, type SuiteResult, type Target } from "../measure/contest.ts";
import { PROJECT } from "../measure/rivals.ts";
import { digits, formatSpread, formatTime } from "../measure/text.ts";
import { drawChart } from "./chart.ts";
import type { Machine } from "./machine.ts";
import { describeRevision, type Revision } from "./revision.ts";

export interface BenchResults {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly seconds: number;
  readonly suites: readonly SuiteResult[];
}

export function writeReport(results: BenchResults): void {
  const docs = join(PROJECT, "docs");
  writeFileSync(join(docs, "performance.svg"), drawChart(results.suites));
  const chart = "![Time for one decision by number of rules](performance.svg)";
  const revision = describeRevision();
  writeFileSync(join(docs, "performance.md"), formatReport(results, revision, "../bench/README.md", chart));
  if (results.quick) return;
  const kept = join(PROJECT, "bench/results");
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, `${revision.release}.md`), formatReport(results, revision, "../README.md"));
}

/** @param readme where `bench/README.md` is from there. */
function formatReport(
  { machine, quick, seconds, suites }: BenchResults,
  { release, version, commit }: Revision,
  readme: string,
  chart?: string,
): string {
  const targets = suites.flatMap((suite) => suite.targets);
  const parts = [
    "# Performance",
    "",
    "Written by `npm run bench -- --report`; do not edit. What the figures mean and how to repeat them:",
    `[\`bench/README.md\`](${readme}).`,
    "",
    `Measured: ${release === "unreleased" ? `what follows ${version}` : release}, commit ${commit}.`,
    "",
    `${machine.processor}, ${machine.cores} cores, ${machine.memory} GiB, ${machine.platform}; ${machine.runtime}; load before the run ${machine.load}; ${seconds} s.`,
    ...(quick ? ["", "**A quick run: these figures are for trying things out, not for quoting.**"] : []),
    "",
    "Times are processor time, medians of interleaved rounds. Ratios are taken within a round; ± is half of the",
    "interquartile range. Compare only ratios within one table: times differ between machines.",
    "",
    ...(chart === undefined ? [] : [chart, ""]),
    "## Targets",
    "",
    ...targetTable(targets),
  ];
  for (const suite of suites) parts.push("", `## ${suite.title}`, "", ...suiteBody(suite));
  return `${parts.join("\n")}\n`;
}

function targetTable(targets: readonly Target[]): readonly string[] {
  if (targets.length === 0) return ["None of the measured cases has a target."];
  const missed = targets.filter((target) => !isMet(target)).length;
  return [
    `${targets.length - missed} of ${targets.length} met.`,
    "",
    "| what | must be | measured | |",
    "| --- | --- | --- | --- |",
    ...targets.map((target) => {
      const { what, bound, limit, measured, unit } = target;
      const verdict = isMet(target) ? "met" : "**missed**";
      return `| ${what} | ${bound} ${digits(limit)} ${unit} | ${digits(measured)} ${unit} | ${verdict} |`;
    }),
  ];
}

function suiteBody(suite: SuiteResult): readonly string[] {
  const lines: string[] = [];
  const alone = suite.contests.filter((contest) => contest.measured.length === 1);
  const compared = suite.contests.filter((contest) => contest.measured.length > 1);
  if (compared.length > 0) lines.push(...comparison(compared));
  if (alone.length > 0) {
    if (lines.length > 0) lines.push("");
    lines.push("| case | time |", "| --- | --- |");
    for (const { name, measured } of alone) lines.push(`| ${cell(name)} | ${timeWithSpread(measured[0]!)} |`);
  }
  if (suite.figures.length > 0) {
    if (lines.length > 0) lines.push("");
    lines.push("| figure | |", "| --- | --- |");
    for (const { name, value, unit } of suite.figures)
      lines.push(`| ${cell(name)} | ${digits(value)} ${unit} |`);
  }
  if (suite.notes.length > 0) lines.push("", ...suite.notes.map((note) => `- ${cell(note.split("\n")[0]!)}`));
  return lines;
}

/** One row per contest: our time, and every other contestant's time over ours. */
function comparison(contests: readonly ContestResult[]): readonly string[] {
  const names = [...new Set(contests.flatMap(({ measured }) => measured.slice(1).map((one) => one.name)))];
  const first = contests[0]!.measured[0]!.name;
  return [
    `| case | ${first} | ${names.join(" | ")} |`,
    `| --- | --- | ${names.map(() => "---").join(" | ")} |`,
    ...contests.map((contest) => {
      const cells = names.map((name) => {
        const one = contest.measured.find((measured) => measured.name === name);
        return one === undefined ? "–" : `${digits(one.ratio)} × ${formatSpread(one.ratioSpread)}`;
      });
      return `| ${cell(contest.name)} | ${timeWithSpread(contest.measured[0]!)} | ${cells.join(" | ")} |`;
    }),
  ];
}

function timeWithSpread(one: { readonly nanoseconds: number; readonly spread: number }): string {
  return `${formatTime(one.nanoseconds)} ${formatSpread(one.spread)}`;
}

/** Text of a table cell. Patterns have bars and brackets of their own. */
function cell(text: string): string {
  return text.replace(/[\\|<>*_`[\]{}]/g, (char) => `\\${char}`);
}
