// All mutants of src/, and a sample of them that a seed reproduces.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { moduleOf } from "./groups.mjs";

/** Made from grammar/diagnostics.md; there is nothing in it to run. */
const GENERATED = new Set(["src/language/diagnostics/codes.ts"]);
/** The engine and what stands between it and a socket are drawn more densely. */
const DENSER = { "src/adapters": 3, "src/host": 3, "src/engine": 1.5 };
const FEWEST_PER_MODULE = 3;

const silent = Object.fromEntries(
  ["trace", "debug", "info", "warn", "error", "fatal"].flatMap((level) => [
    [level, () => undefined],
    [`is${level[0].toUpperCase()}${level.slice(1)}Enabled`, () => false],
  ]),
);

/** The files of `src/` that are changed, in order. */
export function sourceFiles(root) {
  return readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((file) => !GENERATED.has(file))
    .sort();
}

/** Every mutant of `src/`, as `described` writes them: lines count from 1, columns from 0. */
export async function listMutants(root) {
  const mutants = [];
  for (const file of sourceFiles(root)) {
    const content = readFileSync(join(root, file), "utf8");
    const found = await new Instrumenter(silent).instrument([{ name: file, content, mutate: true }], {
      plugins: null,
      excludedMutations: [],
      ignorers: [],
    });
    for (const mutant of found.mutants) mutants.push(described(mutant, mutant.location));
  }
  return mutants;
}

/** About `size` of the mutants: of each module in proportion to its mutants, of some modules more. */
export function drawSample(mutants, { size, seed }) {
  const modules = groupByModule(mutants);
  const weight = (module) => {
    const denser = Object.entries(DENSER).find(([folder]) => module.startsWith(folder));
    return modules.get(module).length * (denser?.[1] ?? 1);
  };
  const total = [...modules.keys()].reduce((sum, module) => sum + weight(module), 0);
  return [...modules].flatMap(([module, all]) => {
    const count = Math.max(FEWEST_PER_MODULE, Math.round((size * weight(module)) / total));
    return shuffled(all, `${seed} ${module}`).slice(0, count);
  });
}

function groupByModule(mutants) {
  const modules = new Map();
  for (const mutant of mutants) {
    const module = moduleOf(mutant.file);
    if (!modules.has(module)) modules.set(module, []);
    modules.get(module).push(mutant);
  }
  return modules;
}

/** By Fisher and Yates, with a generator that the text seeds. */
function shuffled(values, seed) {
  let state = 0x811c9dc5;
  for (const char of seed) state = Math.imul(state ^ char.codePointAt(0), 0x01000193);
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const result = [...values];
  for (let at = result.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [result[at], result[other]] = [result[other], result[at]];
  }
  return result;
}

/** Stryker counts lines and columns from 0. */
export function described({ fileName, mutatorName, replacement }, { start, end }) {
  const place = ({ line, column }) => ({ line: line + 1, column });
  return {
    file: fileName.slice(Math.max(fileName.lastIndexOf("/src/") + 1, 0)),
    start: place(start),
    end: place(end),
    mutator: mutatorName,
    replacement,
  };
}

export function keyOf({ file, start, end, mutator, replacement }) {
  return `${file}:${start.line}:${start.column}-${end.line}:${end.column} ${mutator} ${replacement}`;
}
