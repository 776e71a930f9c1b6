// Runs the benchmarks.
//
//   run.js [--quick] [--ours] [--only NAME]… [--json [FILE]] [--report] [--patterns FILE]
//
// --quick     short turns: to see that everything works, not to quote figures
// --ours      measures our own contestant of each contest and no other
// --only      part of a suite's or a contest's name
// --json      results as JSON to a file, or to standard output instead of the text
// --report    writes docs/performance.md and docs/performance.svg
// --patterns  JSON Lines of {"pattern": "…"} instead of the patterns that come with the benchmarks
import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SUITES } from "./cases/index.ts";
import { keptResults } from "./measure/clock.ts";
import type { SuiteResult } from "./measure/contest.ts";
import { type BenchOptions, Recorder, type Suite } from "./measure/recorder.ts";
import { formatTarget } from "./measure/text.ts";
import { describeMachine } from "./report/machine.ts";
import { writeReport } from "./report/report.ts";

interface Options extends BenchOptions {
  readonly report: boolean;
  readonly json: boolean;
  readonly jsonFile: string | undefined;
  /** Set for the processes that measure one suite. */
  readonly suite: string | undefined;
}

function readOptions(words: readonly string[]): Options {
  let quick = false;
  let ours = false;
  let report = false;
  let json = false;
  let jsonFile: string | undefined;
  let patterns: string | undefined;
  let suite: string | undefined;
  const only: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const value = words[at + 1]?.startsWith("--") === false ? words[at + 1] : undefined;
    switch (words[at]) {
      case "--quick":
        quick = true;
        break;
      case "--ours":
        ours = true;
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
      case "--suite":
      case "--patterns":
        if (value === undefined) throw new Error(`${words[at]} needs a value`);
        if (words[at] === "--only") only.push(value);
        else if (words[at] === "--suite") suite = value;
        else patterns = value;
        at++;
        break;
      default:
        throw new Error(`unknown option ${words[at]}`);
    }
  }
  const print = json && jsonFile === undefined ? () => {} : (line: string) => console.log(line);
  return { quick, ours, report, json, jsonFile, only, patterns, suite, print };
}

/** What a process that measured one suite tells the first one. */
function isSuiteResult(message: unknown): message is SuiteResult {
  return typeof message === "object" && message !== null && "contests" in message;
}

async function measureHere(suite: Suite, options: Options): Promise<SuiteResult> {
  const recorder = new Recorder(suite, options);
  try {
    await suite.run(recorder);
    if (Number.isNaN(keptResults())) recorder.note("a sum of results was no number");
  } catch (error) {
    recorder.note(
      `the suite stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    process.exitCode = 1;
  }
  return recorder.finish();
}

/** A process for each suite: what V8 learned from one would slow or speed the next. */
function measureApart(suite: Suite, words: readonly string[]): Promise<SuiteResult | undefined> {
  return new Promise((resolve) => {
    let result: SuiteResult | undefined;
    const child = fork(fileURLToPath(import.meta.url), [...words, "--suite", suite.name]);
    child.on("message", (message) => {
      if (isSuiteResult(message)) result = message;
    });
    child.on("close", (code) => {
      if (code !== 0) process.exitCode = 1;
      resolve(result);
    });
  });
}

const words = process.argv.slice(2);
const options = readOptions(words);
const { print } = options;

if (options.suite !== undefined) {
  const suite = SUITES.find(({ name }) => name === options.suite);
  if (suite === undefined) throw new Error(`there is no suite ${options.suite}`);
  process.send?.(await measureHere(suite, options));
} else {
  await measureAll();
}

async function measureAll(): Promise<void> {
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
    const result = await measureApart(suite, words);
    if (result !== undefined) suites.push(result);
  }
  const seconds = Math.round((performance.now() - begun) / 1000);
  const targets = suites.flatMap((suite) => suite.targets);
  if (targets.length > 0) print("\n# Targets");
  for (const target of targets) print(formatTarget(target));
  print(`\n${seconds} s`);
  const results = { machine, quick: options.quick, seconds, suites };
  if (options.jsonFile !== undefined)
    writeFileSync(options.jsonFile, `${JSON.stringify(results, null, 1)}\n`);
  else if (options.json) console.log(JSON.stringify(results));
  if (options.report) writeReport(results);
}
