import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type GeoDatabase, mmdbDatabase } from "../request/head/geo.ts";
import { UsageError } from "./command.ts";

/** @throws UsageError for a file of another kind, and the system's errors. */
export function geoDatabases(paths: readonly string[]): readonly GeoDatabase[] {
  return paths.map(openDatabase);
}

/** Databases whose files may be replaced while they are in use, as their publishers do every week. */
export class ReloadedDatabases {
  readonly databases: readonly GeoDatabase[];
  readonly #paths: readonly string[];
  readonly #open: GeoDatabase[];

  /** @throws UsageError for a file of another kind, and the system's errors. */
  constructor(paths: readonly string[]) {
    this.#paths = paths;
    this.#open = paths.map(openDatabase);
    this.databases = paths.map((_path, index) => ({
      lookup: (address) => this.#open[index]?.lookup(address),
    }));
  }

  /** Reads all files again, or none when one of them has a fault. @throws as the constructor does. */
  reload(): void {
    this.#open.splice(0, this.#open.length, ...this.#paths.map(openDatabase));
  }
}

const require = createRequire(import.meta.url);

function openDatabase(path: string): GeoDatabase {
  const bytes = readFileSync(path);
  // Commands without a database do not load the reader.
  const { Reader }: typeof import("mmdb-lib") = require("mmdb-lib");
  try {
    return mmdbDatabase(new Reader(bytes));
  } catch {
    throw new UsageError(`\`${path}\` is not a MaxMind-format database`);
  }
}
