import { readFileSync } from "node:fs";
import { Reader } from "mmdb-lib";
import { type GeoDatabase, mmdbDatabase } from "../request/head/geo.ts";
import { UsageError } from "./command.ts";

/** @throws UsageError for a file of another kind, and the system's errors. */
export function geoDatabases(paths: readonly string[]): readonly GeoDatabase[] {
  return paths.map((path) => {
    const bytes = readFileSync(path);
    try {
      return mmdbDatabase(new Reader(bytes));
    } catch {
      throw new UsageError(`\`${path}\` is no MaxMind-format database`);
    }
  });
}
