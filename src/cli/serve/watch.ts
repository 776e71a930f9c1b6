import { type Dirent, type FSWatcher, readdirSync, type Stats, statSync, watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isLeftOut, MAX_DEPTH } from "../rule-files.ts";

/** Editors write a file in several steps: wait until they are done. Milliseconds. */
const SETTLE = 150;
/**
 * Milliseconds between two looks at the files: not every file system tells of changes, and links lead to directories that nobody
 * watches.
 */
const LOOK = 2_000;

/**
 * Calls back some time after a file, or anything in a directory, has changed.
 *
 * Watched is the directory, because editors and deployments replace files, and a watch would stay with the old one. For the same
 * reason each directory below another one has a watch of its own: a recursive one of Node's stays with the files.
 */
export function watchPaths(paths: readonly string[], onChange: () => void): { close(): void } {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      seen = look();
      onChange();
    }, SETTLE);
  };
  /** What the paths hold now; each directory that is new is watched from here on. */
  const look = (): string => {
    const found: string[] = [];
    const directories = new Set<string>();
    for (const path of paths) note(path, 0, found, directories);
    for (const [path, watcher] of watchers) {
      if (directories.has(path)) continue;
      watcher.close();
      watchers.delete(path);
    }
    for (const path of directories) {
      if (watchers.has(path)) continue;
      const watcher = watcherOf(path, changed);
      // One that has ended, since its directory was replaced, is made again.
      watcher?.on("error", () => watcher.close()).on("close", () => watchers.delete(path));
      if (watcher !== undefined) watchers.set(path, watcher);
    }
    return found.join("\n");
  };
  const files = paths.filter((path) => statOf(path)?.isDirectory() !== true);
  const fileWatchers = files.map((path) => {
    const name = basename(path);
    return watcherOf(dirname(path), changed, name)?.on("error", () => undefined);
  });
  let seen = look();
  const looking = setInterval(() => {
    if (look() !== seen) changed();
  }, LOOK);
  looking.unref();
  return {
    close() {
      clearTimeout(timer);
      clearInterval(looking);
      for (const watcher of [...fileWatchers, ...watchers.values()]) watcher?.close();
    },
  };
}

/** Notes a file, or all files of a directory and those below it, with what tells one version from another. */
function note(path: string, depth: number, found: string[], directories: Set<string>): void {
  const stats = statOf(path);
  if (stats?.isDirectory() !== true) {
    if (stats !== undefined) found.push(`${path} ${stats.ino} ${stats.size} ${stats.mtimeMs}`);
    return;
  }
  directories.add(path);
  for (const entry of entriesOf(path)) {
    if (isLeftOut(entry.name)) continue;
    // As rules are read: a link leads to a file, but to no directory.
    const below = join(path, entry.name);
    if (entry.isDirectory() ? depth < MAX_DEPTH : statOf(below)?.isFile() === true)
      note(below, depth + 1, found, directories);
  }
}

/** Undefined when there is nothing, or nothing that can be looked at. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

/**
 * Undefined when the system has no watch to give: changes are then seen at the next look.
 *
 * @param only the name of the one file that counts.
 */
function watcherOf(directory: string, changed: () => void, only?: string): FSWatcher | undefined {
  try {
    return watch(directory, (_event, name) => {
      // The name is missing on some systems. Kubernetes swaps a link named `..data` beside the file.
      if (only === undefined || name === null || name === only || name.startsWith("..")) changed();
    });
  } catch {
    return undefined;
  }
}
