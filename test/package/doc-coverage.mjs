// How many of the names that the package exports have a doc comment, by entry point; fails below 90 %. Members of
// exported classes and interfaces are counted apart. With --missing every name without a comment is listed.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import ts from "typescript";
import { publicNames } from "./doc-comments.mjs";

const LEAST = 0.9;

/** Source files by subpath, from package.json. */
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const entries = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === "string"
    ? []
    : [[subpath, target.types.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts")]],
);

const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ".");
const names = publicNames(
  entries.map(([, file]) => file),
  options,
);

const ratio = (some) =>
  some.length === 0 ? 1 : some.filter(({ documented }) => documented).length / some.length;
const percent = (some) => `${(100 * ratio(some)).toFixed(1)} %`;
const counted = (some) => `${some.filter(({ documented }) => documented).length}/${some.length}`;

let failed = entries.length === 0;
for (const [subpath, file] of entries) {
  const all = names.get(file);
  const exported = all.filter(({ kind }) => kind !== "members");
  const members = all.filter(({ kind }) => kind === "members");
  const kinds = [...new Set(exported.map(({ kind }) => kind))]
    .sort()
    .map((kind) => `${kind} ${counted(exported.filter((name) => name.kind === kind))}`);
  const specifier = subpath.replace(".", manifest.name);
  console.log(
    `${specifier.padEnd(18)} ${percent(exported).padStart(7)} of ${exported.length} names (${kinds.join(", ")}); ` +
      `members ${percent(members)} of ${members.length}`,
  );
  if (ratio(exported) < LEAST) {
    console.error(`doc-coverage: less than ${100 * LEAST} % of the names of ${specifier} have a doc comment`);
    failed = true;
  }
}

if (process.argv.includes("--missing")) {
  const missing = [...names.values()].flat().filter(({ documented }) => !documented);
  const lines = missing.map(({ name, kind, place }) => `${relative(".", place)}  ${name} (${kind})`);
  console.log([...new Set(lines)].sort().join("\n"));
}
if (failed) process.exit(1);
