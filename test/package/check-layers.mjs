// Runs the layer rules and prints the table of modules. Fails unless every source file was really read: with an
// unsupported compiler dependency-cruiser reads no file at all and reports success.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import config from "../../.dependency-cruiser.mjs";
import { LAYERS } from "./layers.mjs";

const faults = [...unlisted(), ...readmes()];

const files = readdirSync("src", { recursive: true })
  .map((name) => `src/${name}`)
  .filter((name) => name.endsWith(".ts"));
const { output } = await cruise(
  ["src", "test", "examples"],
  { ...config.options, ruleSet: { forbidden: config.forbidden }, validate: true, exclude: "^(dist|build)/" },
  undefined,
  { tsConfig: extractTSConfig("tsconfig.json") },
);
const { summary, modules } = output;
for (const { from, to, rule } of summary.violations) {
  const { comment = "" } = config.forbidden.find(({ name }) => name === rule.name) ?? {};
  faults.push(`${from} -> ${to}: ${rule.name}: ${comment}`);
}
const read = new Set(modules.map(({ source }) => source));
const unread = files.filter((file) => !read.has(file));
if (unread.length > 0)
  faults.push(`${unread.length} of ${files.length} source files were not read, ${unread[0]} first`);

printTable();
if (faults.length > 0) {
  for (const fault of faults) console.error(fault);
  console.error(`layers: ${faults.length} violations`);
  process.exit(1);
}
console.log(
  `layers: ${files.length} source files, ${summary.totalDependenciesCruised} imports, 0 violations`,
);

/** Folders that the table does not name, and names that no folder has. */
function unlisted() {
  const found = [];
  const folders = (path) =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  const compare = (path, listed) => {
    for (const name of folders(path)) {
      if (!listed.includes(name))
        found.push(`${path}/${name} is not in the table of test/package/layers.mjs`);
    }
    for (const name of listed) if (!existsSync(`${path}/${name}`)) found.push(`there is no ${path}/${name}`);
  };
  compare(
    "src",
    LAYERS.map(({ name }) => name),
  );
  for (const { name, modules = [] } of LAYERS) {
    if (modules.length === 0) continue;
    compare(`src/${name}`, modules);
    for (const entry of readdirSync(`src/${name}`, { withFileTypes: true })) {
      if (entry.isFile() && entry.name.endsWith(".ts"))
        found.push(`src/${name}/${entry.name} belongs to no module`);
    }
  }
  return found;
}

/** A layer's README has at most fifteen lines and names every module of the layer, but for those that stand apart. */
function readmes() {
  const found = [];
  for (const { name, modules = [], apart = [] } of LAYERS) {
    const path = `src/${name}/README.md`;
    if (!existsSync(path)) {
      found.push(`there is no ${path}`);
      continue;
    }
    const text = readFileSync(path, "utf8");
    const lines = text.trimEnd().split("\n").length;
    if (lines > 15) found.push(`${path} has ${lines} lines, 15 are allowed`);
    for (const module of modules)
      if (!apart.includes(module) && !text.includes(`\`${module}\``))
        found.push(`${path} does not name \`${module}\``);
  }
  return found;
}

function printTable() {
  const count = (path) => files.filter((file) => file.startsWith(`${path}/`)).length;
  for (const { name, modules = [], imports } of LAYERS) {
    console.log(
      `${name.padEnd(10)} ${String(count(`src/${name}`)).padStart(4)} files   imports ${imports.join(", ") || "–"}`,
    );
    for (const module of modules)
      console.log(`  ${module.padEnd(12)} ${String(count(`src/${name}/${module}`)).padStart(4)}`);
  }
}
