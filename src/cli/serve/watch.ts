import { createHash } from "node:crypto";
import { type Dirent, type FSWatcher, readdirSync, readFileSync, type Stats, statSync, watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isLeftOut, isRuleFile, MAX_DEPTH } from "../rule-files.ts";

/** Milliseconds without a further change before the callback: editors write a file in several steps. */
const DEBOUNCE = 150;
/** Milliseconds between two polls: not every file system reports changes, and no watch follows links into other directories. */
const POLL_INTERVAL = 2_000;

/** Polls from one reading of the files' contents to the next, so that one costs little over time. */
const POLLS_PER_READING = 5;
/** Bytes of the longest file whose contents are compared, in place of its attributes alone. */
const MAX_HASHED = 16 * 1_048_576;

/** A fingerprint that differs when a file, or a rules file below a directory, is replaced or changed. */
export interface Fingerprint {
  readonly attributes: string;
  /** A hash: a file written within the resolution of a file system's times has the same attributes as before. */
  readonly contents: string;
}

export function fingerprintOf(paths: readonly string[]): Fingerprint {
  const { attributes, files } = scan(paths);
  return { attributes, contents: contentsOf(files) };
}

/**
 * Calls back some time after a file, or a rules file in a directory, has changed.
 *
 * Watched is the directory, because editors and deployments replace files, and a watch would stay with the old one. For the same
 * reason each directory below another one has a watch of its own: a recursive one of Node's stays with the files.
 */
export class PathWatcher {
  readonly #paths: readonly string[];
  readonly #onChange: () => void;
  /** On the directories of single files. */
  readonly #fileWatches: readonly (FSWatcher | undefined)[];
  /** As {@link Scan.directories} names them. */
  readonly #directoryWatches = new Map<string, FSWatcher>();
  readonly #polling: NodeJS.Timeout;
  #fingerprint: Fingerprint;
  #debounce: NodeJS.Timeout | undefined;
  #polls = 0;

  /** @param fingerprint of the files when they were read */
  constructor(paths: readonly string[], fingerprint: Fingerprint, onChange: () => void) {
    this.#paths = paths;
    this.#fingerprint = fingerprint;
    this.#onChange = onChange;
    this.#fileWatches = paths
      .filter((path) => statOf(path)?.isDirectory() !== true)
      .map((path) => watchDirectory(dirname(path), this.#changed, basename(path)));
    this.#poll();
    this.#polling = setInterval(() => this.#poll(), POLL_INTERVAL);
    this.#polling.unref();
  }

  close(): void {
    clearTimeout(this.#debounce);
    clearInterval(this.#polling);
    for (const watcher of [...this.#fileWatches, ...this.#directoryWatches.values()]) watcher?.close();
  }

  readonly #changed = (): void => {
    clearTimeout(this.#debounce);
    this.#debounce = setTimeout(() => {
      const { attributes, files } = this.#rescan();
      this.#fingerprint = { attributes, contents: contentsOf(files) };
      this.#onChange();
    }, DEBOUNCE);
  };

  #poll(): void {
    const { attributes, files } = this.#rescan();
    this.#polls += 1;
    if (attributes !== this.#fingerprint.attributes) this.#changed();
    else if (this.#polls % POLLS_PER_READING === 0 && contentsOf(files) !== this.#fingerprint.contents)
      this.#changed();
  }

  /** The present files; new directories are watched from here on, and removed ones no longer. */
  #rescan(): Scan {
    const found = scan(this.#paths);
    const { directories } = found;
    for (const [key, watcher] of this.#directoryWatches) {
      if (directories.has(key)) continue;
      this.#directoryWatches.delete(key);
      watcher.close();
    }
    for (const [key, path] of directories) {
      if (this.#directoryWatches.has(key)) continue;
      const watcher = watchDirectory(path, this.#changed);
      if (watcher !== undefined) this.#directoryWatches.set(key, watcher);
    }
    return found;
  }
}

interface Scan {
  readonly attributes: string;
  /** Paths and sizes in bytes. */
  readonly files: ReadonlyMap<string, number>;
  /** Paths, by what distinguishes a directory from another one that has taken its place. */
  readonly directories: ReadonlyMap<string, string>;
}

function scan(paths: readonly string[]): Scan {
  const attributes: string[] = [];
  const files = new Map<string, number>();
  const directories = new Map<string, string>();
  const found = { attributes, files, directories };
  for (const path of paths) scanPath(path, 0, found);
  return { attributes: attributes.sort().join("\n"), files, directories };
}

/** A file that cannot be read counts as empty: reading the rules reports why. */
function contentsOf(files: Scan["files"]): string {
  const hash = createHash("sha256");
  for (const [path, size] of files) {
    hash.update(`${path}\0`);
    if (size <= MAX_HASHED) hash.update(bytesOf(path));
  }
  return hash.digest("base64");
}

function bytesOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    return new Uint8Array();
  }
}

/** Adds a file, or all rules files of a directory and those below it. */
function scanPath(
  path: string,
  depth: number,
  found: { attributes: string[]; files: Map<string, number>; directories: Map<string, string> },
): void {
  const stats = statOf(path);
  if (stats?.isDirectory() !== true) {
    if (stats === undefined) return;
    found.attributes.push(`${path} ${stats.ino} ${stats.size} ${stats.mtimeMs}`);
    found.files.set(path, stats.size);
    return;
  }
  found.directories.set(`${path} ${stats.ino}`, path);
  for (const entry of entriesOf(path)) {
    if (isLeftOut(entry.name)) continue;
    // As rules are read: a link leads to a file, but to no directory.
    const below = join(path, entry.name);
    if (entry.isDirectory() ? depth < MAX_DEPTH : isRuleFile(entry.name) && isFile(below))
      scanPath(below, depth + 1, found);
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

function isFile(path: string): boolean {
  return statOf(path)?.isFile() === true;
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

/**
 * Undefined when the system has no watch to give: changes are then seen by the next poll.
 *
 * @param only the name of the one file that counts.
 */
function watchDirectory(directory: string, changed: () => void, only?: string): FSWatcher | undefined {
  try {
    const watcher = watch(directory, (_event, name) => {
      // The name is missing on some systems. Kubernetes swaps a link named `..data` beside the file.
      if (name === null || name.startsWith("..")) changed();
      // Other files in a directory are none of the rules: a log that is written there would hold up every reload.
      else if (only === undefined ? isRuleFile(name) || !isFile(join(directory, name)) : name === only)
        changed();
    });
    return watcher.on("error", () => watcher.close());
  } catch {
    return undefined;
  }
}
