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

/** What tells the present state of files, and of all that directories hold, from another one. */
export function stateOf(paths: readonly string[]): string {
  return lookAt(paths).state;
}

/**
 * Calls back some time after a file, or anything in a directory, has changed.
 *
 * Watched is the directory, because editors and deployments replace files, and a watch would stay with the old one. For the same
 * reason each directory below another one has a watch of its own: a recursive one of Node's stays with the files.
 *
 * @param known the state in which the files were when they were read.
 */
export function watchPaths(paths: readonly string[], known: string, onChange: () => void): { close(): void } {
  const watchers = new Map<string, FSWatcher>();
  let seen = known;
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      seen = look();
      onChange();
    }, SETTLE);
  };
  /** The state now; each directory that is new is watched from here on. */
  const look = (): string => {
    const { state, directories } = lookAt(paths);
    for (const [key, watcher] of watchers) {
      if (directories.has(key)) continue;
      watchers.delete(key);
      watcher.close();
    }
    for (const [key, path] of directories) {
      if (watchers.has(key)) continue;
      const watcher = watcherOf(path, changed);
      if (watcher !== undefined) watchers.set(key, watcher);
    }
    return state;
  };
  const check = (): void => {
    if (look() !== seen) changed();
  };
  const files = paths.filter((path) => statOf(path)?.isDirectory() !== true);
  const fileWatchers = files.map((path) => watcherOf(dirname(path), changed, basename(path)));
  check();
  const looking = setInterval(check, LOOK);
  looking.unref();
  return {
    close() {
      clearTimeout(timer);
      clearInterval(looking);
      for (const watcher of [...fileWatchers, ...watchers.values()]) watcher?.close();
    },
  };
}

interface Look {
  readonly state: string;
  /** Paths, by what tells a directory from another one that has taken its place. */
  readonly directories: ReadonlyMap<string, string>;
}

function lookAt(paths: readonly string[]): Look {
  const found: string[] = [];
  const directories = new Map<string, string>();
  for (const path of paths) note(path, 0, found, directories);
  return { state: found.sort().join("\n"), directories };
}

/** Notes a file, or all files of a directory and those below it, with what tells one version from another. */
function note(path: string, depth: number, found: string[], directories: Map<string, string>): void {
  const stats = statOf(path);
  if (stats?.isDirectory() !== true) {
    if (stats !== undefined) found.push(`${path} ${stats.ino} ${stats.size} ${stats.mtimeMs}`);
    return;
  }
  directories.set(`${path} ${stats.ino}`, path);
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
    const watcher = watch(directory, (_event, name) => {
      // The name is missing on some systems. Kubernetes swaps a link named `..data` beside the file.
      if (only === undefined || name === null || name === only || name.startsWith("..")) changed();
    });
    return watcher.on("error", () => watcher.close());
  } catch {
    return undefined;
  }
}
