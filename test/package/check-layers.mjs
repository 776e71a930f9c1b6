// Runs the layer rules, and fails unless every source file was really looked at: with an unsupported compiler
// dependency-cruiser reads no file at all and reports success.
import { readdirSync } from "node:fs";
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import config from "../../.dependency-cruiser.mjs";

const files = readdirSync("src", { recursive: true }).filter((name) => String(name).endsWith(".ts"));
const { output } = await cruise(
  ["src", "examples"],
  { ...config.options, ruleSet: { forbidden: config.forbidden }, validate: true },
  undefined,
  { tsConfig: extractTSConfig("tsconfig.json") },
);
const { summary } = output;
for (const violation of summary.violations) {
  const rule = config.forbidden.find((entry) => entry.name === violation.rule.name);
  console.error(`${violation.from} -> ${violation.to}: ${violation.rule.name}: ${rule?.comment ?? ""}`);
}
if (summary.totalCruised < files.length) {
  console.error(`layers: only ${summary.totalCruised} of ${files.length} source files were cruised`);
  process.exit(1);
}
if (summary.error > 0) process.exit(1);
console.log(
  `layers: ${files.length} source files, ${summary.totalDependenciesCruised} imports, no violation`,
);
