// Writes every generated file; with --check, fails when a committed file differs from what would be written.
// All but the codes need a build, since they read build/modules/.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { cloudflareNames } from "./cloudflare-names.mjs";
import { codesModule } from "./codes.mjs";
import { diagrams } from "./diagrams.mjs";
import { ebnf } from "./ebnf.mjs";
import { eventSchemaFile, eventsReference } from "./event-schema.mjs";
import { fieldsReference } from "./fields-reference.mjs";
import { functionsReference } from "./functions-reference.mjs";
import { architecture } from "./layers-table.mjs";
import { limitsReference } from "./limits-reference.mjs";
import { managedPrepared } from "./managed-prepared.mjs";
import { managedReference } from "./managed-reference.mjs";
import { metricsReference } from "./metrics-reference.mjs";
import { rulesReference } from "./rules-reference.mjs";
import { schemaFile } from "./ruleset-schema.mjs";
import { textmate } from "./textmate.mjs";

const FILES = [
  ["ARCHITECTURE.md", architecture],
  ["src/language/diagnostics/codes.ts", codesModule],
  ["grammar/expression.ebnf", ebnf],
  ["grammar/diagrams.html", diagrams],
  ["grammar/editor/wirewall.tmLanguage.json", textmate],
  ["docs/reference/fields.md", fieldsReference],
  ["docs/reference/cloudflare-names.md", cloudflareNames],
  ["docs/reference/functions.md", functionsReference],
  ["docs/reference/limits.md", limitsReference],
  ["docs/reference/rules.md", rulesReference],
  ["docs/reference/ruleset.schema.json", schemaFile],
  ["docs/reference/event.schema.json", eventSchemaFile],
  ["docs/reference/events.md", eventsReference],
  ["docs/reference/metrics.md", metricsReference],
  ["docs/managed.md", managedReference],
  ["src/rules/managed/prepared.ts", managedPrepared],
];

const check = process.argv.includes("--check");
const stale = [];
for (const [file, make] of FILES) {
  const url = new URL(`../../${file}`, import.meta.url);
  const text = make();
  let current;
  try {
    current = readFileSync(url, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  if (current === text) continue;
  stale.push(file);
  if (check) continue;
  mkdirSync(dirname(url.pathname), { recursive: true });
  writeFileSync(url, text);
  console.log(`generated: ${file}`);
}
if (check && stale.length > 0) {
  console.error(`out of step, run \`npm run generate\`: ${stale.join(", ")}`);
  process.exitCode = 1;
} else console.log(`generated: ${FILES.length} files in step`);
