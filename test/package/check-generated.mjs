// Runs every generator and fails when a committed file differs from what it makes.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const { generated } = JSON.parse(readFileSync("grammar/tools/generated.json", "utf8"));
const before = new Map(generated.map((path) => [path, existsSync(path) ? readFileSync(path, "utf8") : undefined]));
execFileSync("npm", ["run", "--silent", "generate"], { stdio: "inherit" });
const stale = generated.filter((path) => !existsSync(path) || readFileSync(path, "utf8") !== before.get(path));
if (stale.length > 0) {
  console.error(`generated files were out of step, and are now rewritten; commit them: ${stale.join(", ")}`);
  process.exit(1);
}
console.log(`generated: ${generated.length} files in step`);
