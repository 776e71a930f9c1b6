// Run in the sandbox: writes JavaScript next to each file of src/, so that Node loads it without a transform by the test
// runner, for each change anew.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";

for (const entry of readdirSync("src", { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
  const path = join(entry.parentPath, entry.name);
  const { code } = transformSync(readFileSync(path, "utf8"), {
    loader: "ts",
    format: "esm",
    target: "node20",
  });
  // Imports name the TypeScript file.
  const script = code.replace(/((?:from|import|import\()\s*"\.{1,2}\/[^"\n]*)\.ts"/g, '$1.js"');
  writeFileSync(path.replace(/\.ts$/, ".js"), script);
}
