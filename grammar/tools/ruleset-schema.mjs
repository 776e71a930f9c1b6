// Writes docs/reference/ruleset.schema.json from the built package; with --check, fails when the file is out of step.
import { readFileSync, writeFileSync } from "node:fs";
import { rulesetSchema } from "../../dist/ruleset/schema.js";

const file = new URL("../../docs/reference/ruleset.schema.json", import.meta.url);
const text = `${JSON.stringify(rulesetSchema(), undefined, 2)}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text) {
    console.error("docs/reference/ruleset.schema.json is out of step: node grammar/tools/ruleset-schema.mjs");
    process.exitCode = 1;
  }
} else writeFileSync(file, text);
