// Judges each record with weights that have not seen its origin: the scorer is trained once for each fold, without the fold.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { useScorer } from "../../src/detection/inspection/mechanisms.ts";
import type { Scorer } from "../../src/detection/scorer/scorer.ts";
import { PROJECT } from "../measure/rivals.ts";
import { scorerOf } from "./judge.ts";
import { type CorpusRecord, UsageError } from "./records.ts";

const TRAINING = join(PROJECT, "tools/train-scorer.mjs");
/** What makes texts of requests and weights of texts: after a change in it, folds are trained anew. */
const SOURCES = [
  "tools/train-scorer.mjs",
  "tools/scorer",
  "src/detection/scorer",
  "src/detection/views",
  "src/detection/inspection/leaves.ts",
  "src/detection/inspection/scored.ts",
  "src/request",
  "src/language/values",
];
/** Written by the training, not read. */
const MADE = "weights.ts";

/** Scorers by the records that each was kept from. */
export interface CrossFit {
  /** Has the scorer judge that has not learned from the record's origin. */
  choose(record: CorpusRecord): void;
}

/**
 * @param folds how many; records of one origin are in one fold
 * @param files what to learn from
 */
export function crossFit(folds: number, files: readonly string[], note: (line: string) => void): CrossFit {
  const cache = join(tmpdir(), "wirewall-cross-fit", digestOf(files));
  mkdirSync(cache, { recursive: true });
  const scorers = new Map<string, Scorer>();
  let first: Scorer | undefined;
  for (let fold = 0; fold < folds; fold++) {
    const weights = join(cache, `${fold}-of-${folds}.json`);
    const kept = join(cache, `${fold}-of-${folds}.jsonl`);
    if (!existsSync(weights)) {
      note(`training without fold ${fold + 1} of ${folds}`);
      const begun = `${weights.slice(0, -5)}-${process.pid}.json`;
      const options = ["--fold", `${fold}/${folds}`, "--out", begun, "--scores", kept];
      execFileSync(process.execPath, [TRAINING, ...files, ...options], { stdio: ["ignore", "ignore", 2] });
      renameSync(begun, weights);
    }
    const scorer = scorerOf(weights);
    first ??= scorer;
    for (const id of idsIn(kept)) {
      if (scorers.has(id))
        throw new UsageError(`two records have the id \`${id}\`: cross-fitting needs one each`);
      scorers.set(id, scorer);
    }
  }
  return {
    choose: (record) => {
      const scorer = scorers.get(record.id);
      // Nothing is learned from other labels, so that all weights are as good.
      if (scorer === undefined && record.label !== "rule-negative")
        throw new UsageError(`\`${record.id}\` is in no fold: name its file among those to learn from`);
      useScorer(scorer ?? first);
    },
  };
}

function idsIn(file: string): readonly string[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { id }: { readonly id?: unknown } = JSON.parse(line);
      return id;
    })
    .filter((id) => typeof id === "string");
}

function digestOf(files: readonly string[]): string {
  const digest = createHash("sha256");
  for (const file of [...SOURCES.map((name) => join(PROJECT, name)).flatMap(filesIn), ...files])
    digest.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return digest.digest("hex").slice(0, 16);
}

function filesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .map(String)
    .filter((name) => /^\.(?:ts|mjs)$/.test(extname(name)) && name !== MADE)
    .sort()
    .map((name) => join(path, name));
}
