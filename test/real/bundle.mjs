import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The Worker as one file for no platform in particular, and what it still imports. */
export async function bundleWorker() {
  const result = await build({
    entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
    bundle: true,
    platform: "neutral",
    mainFields: ["module", "main"],
    format: "esm",
    outdir: "/",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const [output] = Object.values(result.metafile.outputs);
  return {
    code: result.outputFiles[0].text,
    imports: output.imports.map(({ path }) => path),
    inputs: Object.keys(result.metafile.inputs),
  };
}
