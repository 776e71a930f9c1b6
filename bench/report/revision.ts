import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../measure/rivals.ts";

/** What is measured. */
export interface Revision {
  /** Of package.json. */
  readonly version: string;
  /** The version, or `unreleased` when the changelog has entries that no release has. */
  readonly release: string;
  /** Short hash, with ` and changes` when files differ from it. */
  readonly commit: string;
}

export function describeRevision(): Revision {
  const { version } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as { version: string };
  const [, first = ""] = readFileSync(join(PROJECT, "CHANGELOG.md"), "utf8").split(/^## /m);
  const isUnreleased = first.startsWith("Unreleased") && /^- /m.test(first);
  const git = (...words: readonly string[]) => execFileSync("git", words, { cwd: PROJECT, encoding: "utf8" });
  const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
  const commit = git("rev-parse", "--short", "HEAD").trim();
  return {
    version,
    release: isUnreleased ? "unreleased" : version,
    commit: isChanged ? `${commit} and changes` : commit,
  };
}
