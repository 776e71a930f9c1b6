// What Stryker's processes load: the vitest runner, made to run whole test files, and a reporter.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import {
  commonTokens,
  declareClassPlugin,
  declareFactoryPlugin,
  PluginKind,
  tokens,
} from "@stryker-mutator/api/plugin";
import { DryRunStatus, MutantRunStatus, TestStatus } from "@stryker-mutator/api/test-runner";
import { strykerPlugins as vitestPlugins } from "@stryker-mutator/vitest-runner";
import { described, keyOf } from "./sample.mjs";

export { strykerValidationSchema } from "@stryker-mutator/vitest-runner";

const DRY_RUN_TIMEOUT = 3_600_000;
const MIN_TIMEOUT = 30_000;
/** Stands among the durations of the test files. */
const SLOWEST_TEST = "";

/**
 * Stryker asks for each test which mutants it reaches, and runs all tests for a mutant that is reached while modules load
 * or tests are collected. Here most are: schemes, grammars and tables are module state, and tests are tables. So a mutant
 * belongs to a test *file* that reaches it at any time, is active from the start, and is tried on those files, the nearest
 * first, in one worker without a new module graph for each file.
 */
function wholeFileRunner(injector) {
  const runner = vitestPlugins[0].factory(injector);
  const init = runner.init.bind(runner);
  const dryRun = runner.dryRun.bind(runner);
  const configure = (config) => {
    for (const { config: own } of [runner.ctx, ...runner.ctx.projects]) Object.assign(own, config);
  };
  let order = [];

  runner.init = async () => {
    await init();
    runner.ctx.config.sequence.sequencer = class {
      async shard(files) {
        return files;
      }
      async sort(files) {
        const rank = ({ moduleId }) => order.indexOf(relative(process.cwd(), moduleId));
        return [...files].sort((a, b) => rank(a) - rank(b));
      }
    };
    // On a busy machine some tests are slow, but none waits for ever without a change.
    configure({ bail: 0, isolate: true, testTimeout: DRY_RUN_TIMEOUT, hookTimeout: DRY_RUN_TIMEOUT });
  };

  // A file with a test that fails without a change can tell nothing; the others still can.
  runner.dryRun = async (options) => {
    const result = await dryRun(options);
    if (result.status !== DryRunStatus.Complete) return result;
    const failed = result.tests.filter(({ status }) => status === TestStatus.Failed);
    const left = new Set(failed.map(({ id }) => fileOf(id)));
    for (const { name, failureMessage } of failed)
      console.error(`fails without a change: ${name}`, failureMessage);
    for (const file of left) console.error(`left out: ${file}`);
    const { perTest } = result.mutantCoverage;
    for (const id of Object.keys(perTest)) if (left.has(fileOf(id))) delete perTest[id];
    return { ...result, tests: result.tests.filter(({ id }) => !left.has(fileOf(id))) };
  };

  runner.readMutantCoverage = () => {
    const coverage = { static: {}, perTest: {} };
    const durations = { [SLOWEST_TEST]: 0 };
    for (const file of runner.ctx.state.getFiles()) {
      durations[file.name] = file.result?.duration ?? 0;
      const tests = testsOf(file);
      const slowest = Math.max(durations[SLOWEST_TEST], ...tests.map(({ result }) => result?.duration ?? 0));
      durations[SLOWEST_TEST] = slowest;
      const [first] = tests;
      if (first === undefined) continue;
      const reached = file.meta.mutantCoverage ?? { static: {}, perTest: {} };
      const hits = {};
      for (const counts of [reached.static, ...Object.values(reached.perTest)])
        for (const [id, count] of Object.entries(counts)) hits[id] = (hits[id] ?? 0) + count;
      coverage.perTest[`${file.name}#${fullName(first)}`] = hits;
    }
    writeFileSync(process.env.WIREWALL_MUTATION_DURATIONS, JSON.stringify(durations));
    return coverage;
  };

  runner.mutantRun = async ({ testFilter = [], activeMutant, hitLimit, sandboxFileName }) => {
    // `mutate` takes ranges, and a range contains smaller mutants.
    if (!sampled().has(keyOf(described(activeMutant, activeMutant.location))))
      return { status: MutantRunStatus.Error, errorMessage: "not of the sample" };
    const durations = JSON.parse(readFileSync(process.env.WIREWALL_MUTATION_DURATIONS, "utf8"));
    const source = relative(process.cwd(), sandboxFileName);
    const files = [...new Set(testFilter.map(fileOf))];
    order = files
      .map((file) => ({ file, near: nearness(source, file), duration: durations[file] ?? 0 }))
      .sort((a, b) => b.near - a.near || a.duration - b.duration)
      .map(({ file }) => file)
      .slice(0, Number(process.env.WIREWALL_MUTATION_FILES));
    const timeout = Math.max(MIN_TIMEOUT, 5 * (durations[SLOWEST_TEST] ?? 0));
    configure({ bail: 1, isolate: false, testTimeout: timeout, hookTimeout: timeout });
    const { ctx } = runner;
    ctx.provide("mode", "mutant");
    ctx.provide("hitLimit", hitLimit);
    ctx.provide("mutantActivation", "static");
    ctx.provide("activeMutant", activeMutant.id);
    ctx.state.errorsSet.clear();
    await runner.run({ testFiles: order });
    return verdict(ctx.state, hitLimit);
  };
  return runner;
}
wholeFileRunner.inject = tokens(commonTokens.injector);

/** A file that can not be loaded and an error outside of a test fail a run of vitest, so they kill. */
function verdict(state, hitLimit) {
  const files = state.getFiles();
  const hits = files.reduce((sum, { meta }) => sum + (meta.hitCount ?? 0), 0);
  if (hitLimit !== undefined && hits > hitLimit)
    return { status: MutantRunStatus.Timeout, reason: "hit limit" };
  const failed = files.filter(({ result }) => result?.state === "fail");
  const nrOfTests = files.reduce((sum, file) => sum + testsOf(file).filter(({ result }) => result).length, 0);
  if (failed.length === 0 && state.errorsSet.size === 0)
    return { status: MutantRunStatus.Survived, nrOfTests };
  const file = failed[0];
  const test = file && testsOf(file).find(({ result }) => result?.state === "fail");
  const failureMessage =
    (test ?? file)?.result?.errors?.[0]?.message ??
    String([...state.errorsSet][0]?.message ?? "error outside of a test");
  if (/timed out in \d+ ?ms/i.test(failureMessage))
    return { status: MutantRunStatus.Timeout, reason: failureMessage };
  const killedBy = [
    file === undefined ? "outside of tests" : `${file.name}#${test ? fullName(test) : "does not load"}`,
  ];
  return { status: MutantRunStatus.Killed, killedBy, failureMessage, nrOfTests };
}

function testsOf(task) {
  if (task.type === "test") return [task];
  return (task.tasks ?? []).flatMap(testsOf);
}

/** The test file of a test's id. */
function fileOf(id) {
  return id.split("#")[0];
}

function fullName(test) {
  const names = [test.name];
  for (let suite = test.suite; suite; suite = suite.suite) names.unshift(suite.name);
  return names.join(" ").trim();
}

/** Shared folders below `src/` and `test/`, and a shared name. */
function nearness(source, test) {
  const from = source.split("/").slice(1);
  const to = test.split("/").slice(1);
  let shared = 0;
  while (shared < to.length - 1 && from[shared] === to[shared]) shared++;
  const name = from.at(-1).replace(/\.ts$/, "");
  return 2 * shared + (to.at(-1).startsWith(name) ? 3 : 0);
}

/** Writes each result as a line of JSON as soon as it is there, so that a run that is stopped can go on later. */
class LinesReporter {
  onMutantTested({ location, status, killedBy, statusReason, coveredBy, ...mutant }) {
    // Reporters get columns that count from 1.
    const place = ({ line, column }) => ({ line: line - 1, column: column - 1 });
    const found = described(mutant, { start: place(location.start), end: place(location.end) });
    if (!sampled().has(keyOf(found))) return;
    const files = coveredBy?.length ?? 0;
    const result = { ...found, status, killedBy, reason: statusReason, files };
    appendFileSync(process.env.WIREWALL_MUTATION_RESULTS, `${JSON.stringify(result)}\n`);
  }
}

/** By the file that holds it: the reporter outlives a group. */
const samples = new Map();
function sampled() {
  const file = process.env.WIREWALL_MUTATION_SAMPLE;
  let sample = samples.get(file);
  if (sample === undefined) {
    sample = new Set(JSON.parse(readFileSync(file, "utf8")).map(keyOf));
    samples.set(file, sample);
  }
  return sample;
}

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, "whole-files", wholeFileRunner),
  declareClassPlugin(PluginKind.Reporter, "lines", LinesReporter),
];
