// Counts type assertions in src/ by folder and fails when there are more of a kind than the ceiling allows. Whoever
// removes some lowers the ceiling in the same commit.
import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { countAssertions } from "./assertions.mjs";

const CEILING = { casts: 29, nonNull: 309, definite: 1 };
const KINDS = Object.keys(CEILING);

const files = readdirSync("src", { recursive: true })
  .map((name) => `src/${String(name).replaceAll("\\", "/")}`)
  .filter((name) => name.endsWith(".ts"));

const none = () => ({ casts: 0, nonNull: 0, definite: 0 });
const folders = new Map();
const total = none();
for (const file of files) {
  const folder = dirname(file).split("/").slice(0, 3).join("/");
  const sum = folders.get(folder) ?? none();
  folders.set(folder, sum);
  const count = countAssertions(readFileSync(file, "utf8"));
  for (const kind of KINDS) {
    sum[kind] += count[kind];
    total[kind] += count[kind];
  }
}

const row = (cells, name) => `${cells.map((cell) => String(cell).padStart(6)).join("")}  ${name}`;
console.log(row(["as", "x!", "x!: T"], "folder"));
for (const [folder, sum] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(row(Object.values(sum), folder));
console.log(row(Object.values(total), `all ${files.length} files`));
console.log(row(Object.values(CEILING), "ceiling"));

const risen = KINDS.filter((kind) => total[kind] > CEILING[kind]);
for (const kind of risen)
  console.error(`assertions: ${total[kind]} ${kind} in src/, more than the ${CEILING[kind]} allowed`);
for (const kind of KINDS.filter((kind) => total[kind] < CEILING[kind]))
  console.log(`assertions: lower the ceiling of ${kind} in ${import.meta.filename} to ${total[kind]}`);
if (files.length === 0 || risen.length > 0) process.exit(1);
