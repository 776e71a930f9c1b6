// Changes a sample of src/, one place at a time, and says which changes no test notices: `npm run mutation`.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Stryker } from "@stryker-mutator/core";
import { groupOf, groups } from "./groups.mjs";
import { readOptions } from "./options.mjs";
import { printed, updateReport } from "./report.mjs";
import { drawSample, keyOf, listMutants, sourceFiles } from "./sample.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const work = join(root, "build/mutation");
const options = readOptions(process.argv.slice(2));

process.chdir(root);
mkdirSync(work, { recursive: true });
const all = await listed();
const sample = drawSample(all, { size: options.sample, seed: options.seed }).filter(
  ({ file }) => options.only.length === 0 || options.only.some((prefix) => file.startsWith(prefix)),
);
console.log(`${sample.length} of ${all.length} mutants, seed ${options.seed}`);
if (options.list) {
  for (const mutant of sample) console.log(`${mutant.file}:${mutant.start.line} ${mutant.mutator}`);
  process.exit();
}

// Results are kept by seed: what an earlier run has found out is not tried again, unless `--fresh` says so.
const kept = join(work, `results-${options.seed}.jsonl`);
if (options.fresh) rmSync(kept, { force: true });
if (options.retry) keepOnly(known().filter(isKilled));
const wanted = new Set(sample.map(keyOf));
for (const group of groups) {
  if (options.group.length > 0 && !options.group.includes(group.name)) continue;
  const done = new Set(known().map(keyOf));
  const mutants = sample.filter((mutant) => groupOf(mutant.file) === group.name && !done.has(keyOf(mutant)));
  if (mutants.length > 0) await run(group, mutants);
}
const record = {
  seed: options.seed,
  of: all.length,
  results: known().filter((one) => wanted.has(keyOf(one))),
};
console.log(printed(record));
if (options.report) updateReport(join(root, "docs/reliability.md"), record);

function isKilled({ status }) {
  return status === "Killed" || status === "Timeout";
}

function keepOnly(results) {
  writeFileSync(kept, results.map((one) => `${JSON.stringify(one)}\n`).join(""));
}

function known() {
  if (!existsSync(kept)) return [];
  return readFileSync(kept, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** All mutants; kept for the next run until a file of `src/` is newer, since reading takes most of a minute. */
async function listed() {
  const cache = join(work, "mutants.json");
  const newest = Math.max(...sourceFiles(root).map((file) => statSync(join(root, file)).mtimeMs));
  if (existsSync(cache) && statSync(cache).mtimeMs > newest) return JSON.parse(readFileSync(cache, "utf8"));
  const mutants = await listMutants(root);
  writeFileSync(cache, JSON.stringify(mutants));
  return mutants;
}

async function run(group, mutants) {
  const paths = {
    WIREWALL_MUTATION_SAMPLE: join(work, `sample-${group.name}.json`),
    WIREWALL_MUTATION_DURATIONS: join(work, `durations-${group.name}.json`),
    WIREWALL_MUTATION_RESULTS: kept,
  };
  Object.assign(process.env, paths, {
    WIREWALL_MUTATION_TESTS: JSON.stringify(group.tests),
    WIREWALL_MUTATION_FILES: String(options.files),
  });
  writeFileSync(paths.WIREWALL_MUTATION_SAMPLE, JSON.stringify(mutants));
  await new Stryker({
    configFile: join(root, "test/mutation/stryker.json"),
    mutate: mutants.map(
      ({ file, start, end }) => `${file}:${start.line}:${start.column}-${end.line}:${end.column}`,
    ),
    plugins: [join(root, "test/mutation/plugin.mjs")],
    tempDirName: join(work, `sandbox-${group.name}`),
  }).runMutationTest();
}
