// Runs the benchmarks.
//
//   run.js [--quick] [--only NAME]… [--json [FILE]] [--report] [--patterns FILE]
//
// --quick     short turns: to see that everything works, not to quote figures
// --only      part of a suite's or a contest's name
// --json      results as JSON to a file, or to standard output instead of the text
// --report    writes docs/performance.md and docs/performance.svg
// --patterns  JSON Lines of {"pattern": "…"} instead of the patterns that come with the benchmarks
import { writeFileSync } from "node:fs";
import { SUITES } from "./cases/index.ts";
import { keptResults } from "./measure/clock.ts";
import type { SuiteResult } from "./measure/contest.ts";
import { type BenchOptions, Recorder } from "./measure/recorder.ts";
import { formatTarget } from "./measure/text.ts";
import { describeMachine } from "./report/machine.ts";
import { writeReport } from "./report/report.ts";

interface Options extends BenchOptions {
  readonly report: boolean;
  readonly json: boolean;
  readonly jsonFile: string | undefined;
}

function readOptions(words: readonly string[]): Options {
  let quick = false;
  let report = false;
  let json = false;
  let jsonFile: string | undefined;
  let patterns: string | undefined;
  const only: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const value = words[at + 1]?.startsWith("--") === false ? words[at + 1] : undefined;
    switch (words[at]) {
      case "--quick":
        quick = true;
        break;
      case "--report":
        report = true;
        break;
      case "--json":
        json = true;
        jsonFile = value;
        if (value !== undefined) at++;
        break;
      case "--only":
      case "--patterns":
        if (value === undefined) throw new Error(`${words[at]} needs a value`);
        if (words[at] === "--only") only.push(value);
        else patterns = value;
        at++;
        break;
      default:
        throw new Error(`unknown option ${words[at]}`);
    }
  }
  const print = json && jsonFile === undefined ? () => {} : (line: string) => console.log(line);
  return { quick, report, json, jsonFile, only, patterns, print };
}

const options = readOptions(process.argv.slice(2));
const { print } = options;
const machine = describeMachine();
print(`${machine.processor}, ${machine.cores} cores, load ${machine.load}, ${machine.runtime}`);

const begun = performance.now();
const suites: SuiteResult[] = [];
for (const suite of SUITES) {
  const { only } = options;
  // A name that is part of no suite's may still be part of a contest's: only the suite can tell.
  const asked = SUITES.filter(({ name }) =>
    only.some((part) => part.split("/")[0]!.includes(name) || name.includes(part)),
  );
  if (asked.length > 0 && !asked.includes(suite)) continue;
  print(`\n# ${suite.title}`);
  const recorder = new Recorder(suite, options);
  try {
    await suite.run(recorder);
  } catch (error) {
    recorder.note(
      `the suite stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    process.exitCode = 1;
  }
  suites.push(recorder.finish());
}
const seconds = Math.round((performance.now() - begun) / 1000);

const targets = suites.flatMap((suite) => suite.targets);
if (targets.length > 0) print("\n# Targets");
for (const target of targets) print(formatTarget(target));
print(`\n${seconds} s${Number.isNaN(keptResults()) ? " (a sum was no number)" : ""}`);

const results = { machine, quick: options.quick, seconds, suites };
if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, `${JSON.stringify(results, null, 1)}\n`);
else if (options.json) console.log(JSON.stringify(results));
if (options.report) writeReport(results);
