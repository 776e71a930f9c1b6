// Rivals live in bench/rivals, with a lock of their own. The benchmarks run without them.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Recorder } from "./recorder.ts";

/** The folder of the package, wherever the compiled benchmarks lie inside it. */
export const PROJECT = findProject(dirname(fileURLToPath(import.meta.url)));

function findProject(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    const found = existsSync(file)
      ? (JSON.parse(readFileSync(file, "utf8")) as { name?: string })
      : undefined;
    if (found?.name === "wirewall") return folder;
    if (folder === dirname(folder)) throw new Error(`no folder above ${from} has wirewall's package.json`);
  }
}

interface Loader {
  load(name: string): Promise<unknown>;
}

/** Loads a rival by its package name; undefined, with a note, when it is not installed or does not start. */
export async function loadRival<T>(name: string, recorder: Pick<Recorder, "note">): Promise<T | undefined> {
  const loader = (await import(pathToFileURL(join(PROJECT, "bench", "rivals", "load.mjs")).href)) as Loader;
  try {
    const loaded = (await loader.load(name)) as { readonly default?: object };
    // Of a CommonJS module, Node does not find every name.
    return { ...loaded.default, ...loaded } as T;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const reason =
      code === "ERR_MODULE_NOT_FOUND"
        ? "is not installed (`npm run bench:rivals`)"
        : `does not start: ${String(error).split("\n")[0]}`;
    recorder.note(`${name} skipped, it ${reason}`);
    return undefined;
  }
}
