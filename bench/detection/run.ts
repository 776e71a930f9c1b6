// Scores labelled requests with the managed rules. README.md has the options and the format.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { compare } from "./compare.ts";
import { crossFit } from "./cross-fit.ts";
import { buildIn, thisTree } from "./engines.ts";
import type { Judged } from "./figures.ts";
import { wordsOf } from "./figures.ts";
import { firewallWith, type Judgement, judge } from "./judge.ts";
import { libddwaf } from "./libddwaf.ts";
import { type CorpusRecord, readCorpus, UsageError } from "./records.ts";
import { report } from "./report.ts";

/** Evaluations before the clock counts, so that V8 has compiled what it will. */
const WARM_UP = 400;
/** What a rule that blocks by itself counts in a file of decisions: above every sum of points. */
const ALONE = 100;

type Choice = (record: CorpusRecord) => boolean;

/** `F=V`: the field is V, or a list with V in it; `F~V`: its text contains V. */
function choice(text: string, option: string): Choice {
  const [, field, sign, value] = /^([^=~]+)([=~])(.*)$/s.exec(text) ?? [];
  if (field === undefined || value === undefined)
    throw new UsageError(`--${option} ${text}: write FIELD=VALUE, or FIELD~PART`);
  return (record) =>
    wordsOf(record, field).some((word) => (sign === "=" ? word === value : word.includes(value)));
}

function whole(text: string, option: string, least: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least)
    throw new UsageError(`--${option} takes a whole number from ${least}, found ${text}`);
  return number;
}

async function main(): Promise<void> {
  const { values: options, positionals: corpora } = parseArgs({
    allowPositionals: true,
    options: {
      by: { type: "string", multiple: true, default: [] },
      only: { type: "string", multiple: true, default: [] },
      without: { type: "string", multiple: true, default: [] },
      off: { type: "string", multiple: true, default: [] },
      weights: { type: "string" },
      "cross-fit": { type: "string" },
      learn: { type: "string", multiple: true, default: [] },
      misses: { type: "string", default: "0" },
      runs: { type: "string" },
      decisions: { type: "string" },
      rivals: { type: "boolean", default: false },
      against: { type: "string", multiple: true, default: [] },
    },
  });
  if (corpora.length === 0)
    throw new UsageError("name a file of labelled requests; README.md has their format");
  const misses = whole(options.misses, "misses", 0);
  const isContest = options.rivals || options.against.length > 0;
  const runs = whole(options.runs ?? (isContest ? "5" : "1"), "runs", 1);
  const kept = options.only.map((text) => choice(text, "only"));
  const left = options.without.map((text) => choice(text, "without"));
  const folds = options["cross-fit"];
  if (isContest && (folds !== undefined || options.decisions !== undefined))
    throw new UsageError("--rivals and --against compare what ships, without --cross-fit and --decisions");
  if (folds !== undefined && options.weights !== undefined)
    throw new UsageError("--cross-fit trains weights, so that --weights has no place beside it");
  const fit =
    folds === undefined
      ? undefined
      : crossFit(whole(folds, "cross-fit", 2), [...corpora, ...options.learn], (line) => console.error(line));

  const records: CorpusRecord[] = [];
  for (const file of corpora)
    for await (const record of readCorpus(file))
      if (kept.every((keeps) => keeps(record)) && !left.some((leaves) => leaves(record)))
        records.push(record);
  if (records.length === 0) throw new UsageError("no record is left; look at --only and --without");

  const counted = `${records.length} records of ${corpora.length === 1 ? "one corpus" : `${corpora.length} corpora`}\n`;
  if (isContest) {
    const engines = [thisTree(options.off, options.weights)];
    for (const folder of options.against) engines.push(await buildIn(folder));
    if (options.rivals) engines.push(...(await libddwaf(records, (line) => console.log(`(${line})`))));
    console.log(counted);
    compare(engines, records, runs, (line) => console.log(line));
    return;
  }

  const waf = firewallWith({ off: options.off, weights: options.weights });
  const step = Math.max(1, Math.floor(records.length / WARM_UP));
  for (let at = 0; at < records.length; at += step) judge(waf, records[at]!.view());
  const judged: Judged[] = records.map((record) => {
    fit?.choose(record);
    let best: Judgement = judge(waf, record.view());
    for (let run = 1; run < runs; run++) {
      const next = judge(waf, record.view());
      if (next.us < best.us) best = next;
    }
    return { record, judgement: best };
  });

  if (options.decisions !== undefined)
    writeFileSync(options.decisions, `${judged.map((one) => JSON.stringify(decisionOf(one))).join("\n")}\n`);
  console.log(counted);
  report(judged, options.by, misses, (line) => console.log(line));
}

function decisionOf({ record, judgement }: Judged) {
  const { blocked, alone, points, refs, us } = judgement;
  return {
    id: record.id,
    blocked,
    score: alone ? ALONE + points : points,
    matched: refs,
    us: Math.round(us * 10) / 10,
  };
}

try {
  await main();
} catch (error) {
  // What whoever called can mend needs no stack: a line, an option, a file that is not there.
  const isTheirs = error instanceof UsageError || (error instanceof Error && "code" in error);
  console.error(isTheirs ? error.message : error);
  process.exitCode = 2;
}
