import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Editors write a file in several steps: wait until they are done. Milliseconds. */
const SETTLE = 150;

/**
 * Calls back some time after a file, or anything in a directory, has changed.
 *
 * Watched is the directory, because editors and deployments replace files, and a watch would stay with the old one.
 */
export function watchPaths(paths: readonly string[], onChange: () => void): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE);
  };
  const watchers = paths.map((path) => watcherOf(path, changed));
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function watcherOf(path: string, changed: () => void): FSWatcher {
  if (statSync(path).isDirectory())
    return watch(path, { recursive: true }, changed).on("error", () => undefined);
  const name = basename(path);
  return watch(dirname(path), (_event, changedName) => {
    // The name is missing on some systems. Kubernetes swaps a link named `..data` beside the file.
    if (changedName === null || changedName === name || changedName.startsWith("..")) changed();
  }).on("error", () => undefined);
}
