// Builds dist/ when it is missing or older than a source: `npm start` works in a fresh clone, and starts at once afterwards.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const built = statSync(join(root, "dist/cli/main.js"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const sources = readdirSync(join(root, "src"), { recursive: true }).map((name) => join(root, "src", name));
const inputs = [...sources, join(root, "package.json"), join(root, "package-lock.json")];
if (inputs.some((path) => statSync(path).mtimeMs > built)) {
  const { status } = spawnSync("npm", ["run", "build"], { cwd: root, stdio: "inherit", shell: true });
  process.exitCode = status ?? 1;
}
