// npm run differential:undo -- [COUNT] [SEED] [NAME]
// Undoes mends one at a time, each in a bundle of its own outside of the checkout, and tells at which input, of at most
// COUNT (default 50,000), readers then see what rules do not. Without a mend undone there must be no difference.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { MENDS } from "./mends.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));
const [count = "50000", seed = "1", only] = process.argv.slice(2);

const folder = mkdtempSync(join(tmpdir(), "wirewall-undo-"));
symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
writeFileSync(join(folder, "package.json"), '{ "type": "module" }');

/** A file's text with the edits of a mend; one that does not apply exactly once, or as often as it says, is an error. */
function undone(name, file, edits) {
  let text = readFileSync(join(root, file), "utf8");
  for (const { from, to, times = 1 } of edits) {
    const found = text.split(from).length - 1;
    if (found !== times) throw new Error(`${name}: ${file} has this ${found} times, not ${times}: ${from}`);
    text = text.replaceAll(from, () => to);
  }
  return text;
}

async function bundled(name, edits) {
  const files = new Map(edits.map(({ file }) => [join(root, file), file]));
  const outfile = join(folder, `${name.replace(/[^a-z0-9]+/gi, "-")}.js`);
  await build({
    entryPoints: [join(here, "first.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    outfile,
    logLevel: "error",
    // Programs of other languages are found from the sources.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(join(here, "first.ts")).href) },
    plugins: [
      {
        name: "undo",
        setup({ onLoad }) {
          onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
            const file = files.get(path);
            if (file === undefined) return undefined;
            return {
              contents: undone(
                name,
                file,
                edits.filter((edit) => edit.file === file),
              ),
              loader: "ts",
            };
          });
        },
      },
    ],
  });
  return outfile;
}

function firstDifference(outfile, kind) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [outfile, kind, count, seed], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${outfile} failed: ${stderr}`);
  return stdout.trim();
}

let missed = 0;
try {
  const untouched = await bundled("nothing", []);
  const chosen = MENDS.filter(({ name }) => only === undefined || name.includes(only));
  for (const kind of new Set(chosen.map((mend) => mend.kind))) {
    const first = firstDifference(untouched, kind);
    if (first !== "none") throw new Error(`${kind} has a difference with nothing undone: ${first}`);
  }
  for (const { name, kind, edits } of chosen) {
    const first = firstDifference(await bundled(name, edits), kind);
    if (first === "none") missed++;
    console.log(
      `| ${name} | ${kind} | ${first === "none" ? `none within ${count}` : first.replace(" ", " | ")} |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(missed === 0 ? "each was found" : `${missed} were not found`);
process.exit(missed === 0 ? 0 : 1);
