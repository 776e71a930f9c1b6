// Learns the weights of src/detection/scorer and writes them as a module, or as JSON for a trial:
//
//   node tools/train-scorer.mjs FILE… [--out FILE] [--leave-out FIELD=TEXT]… [--fold K/N] [--scores FILE] [--cache FOLDER]
//
// FILE is JSON Lines of labelled requests (`{ id, label: "attack" | "benign", origin, request }`; other labels are left out), a
// TypeScript module of test/detection/corpus, or a text file of benign lines. Texts of unrelated packages are fetched and join the
// benign ones. The same input gives the same weights, to the bit.
//
// --out        where the weights go: a .ts module (src/detection/scorer/weights.ts when not given) or a .json file
// --leave-out  learn from no record whose field holds the text (of a list: one of its items)
// --fold       learn from no record and no package of fold K of N, by origin
// --scores     write `{ id, label, tier, score }` for each record that was left out
// --cache      where packages are kept; a folder of the system's for temporary files when not given
// --no-packages  learn from the files alone
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildSync } from "esbuild";
import { Leaves } from "./scorer/leaves.mjs";
import { packageTexts } from "./scorer/packages.mjs";
import { best, numbered, regression, Texts } from "./scorer/regression.mjs";
import { BITS, only, placed, quantised } from "./scorer/table.mjs";

const FIT = { epochs: 8, rate: 0.5, decay: 1e-4, attackWeight: 1 };
/** Texts of the rarest feature that gets a weight. */
const LEAST = 2;
/** Folds, by origin, on which scores are calibrated. */
const FOLDS = 3;

const root = fileURLToPath(new URL("..", import.meta.url));
const USAGE =
  "usage: npm run train:scorer -- FILE… [--out FILE] [--leave-out FIELD=TEXT]… [--fold K/N] [--scores FILE] [--cache FOLDER] [--no-packages]";

function readArguments() {
  try {
    const read = parseArgs({
      allowPositionals: true,
      options: {
        out: { type: "string", default: join(root, "src/detection/scorer/weights.ts") },
        "leave-out": { type: "string", multiple: true, default: [] },
        fold: { type: "string" },
        scores: { type: "string" },
        cache: { type: "string", default: join(tmpdir(), "wirewall-scorer-packages") },
        "no-packages": { type: "boolean", default: false },
      },
    });
    if (read.positionals.length > 0) return read;
    console.error("no file of labelled requests given");
  } catch (error) {
    console.error(error.message);
  }
  console.error(USAGE);
  process.exit(2);
}

const { values: options, positionals: files } = readArguments();

/** Runs modules of the sources. */
const load = async (...paths) => {
  const contents = paths.map((path) => `export * from ${JSON.stringify(resolve(path))};`).join("\n");
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
};
const source = (path) => join(root, "src", path);
const scorer = await load(
  source("detection/scorer/features.ts"),
  source("detection/scorer/scorer.ts"),
  source("detection/scorer/tokens.ts"),
);
const leaves = new Leaves(
  await load(
    source("detection/inspection/leaves.ts"),
    source("detection/inspection/scored.ts"),
    source("detection/views/views.ts"),
    source("request/model/request.ts"),
    source("language/values/budget.ts"),
  ),
);

const foldOf = (origin, n) => createHash("sha256").update(origin).digest().readUInt32BE(0) % n;
const omissions = options["leave-out"].map((omission) => {
  const equals = omission.indexOf("=");
  return [omission.slice(0, equals), omission.slice(equals + 1)];
});
const [foldK, foldN] = options.fold?.split("/").map(Number) ?? [];
const isLeftOut = (record) =>
  (foldN !== undefined && foldOf(record.origin, foldN) === foldK) ||
  omissions.some(([field, text]) => {
    const value = record[field];
    return Array.isArray(value) ? value.includes(text) : String(value ?? "").includes(text);
  });

// Everything to learn from or to try, each with its leaves as numbers of texts.
const texts = new Texts(scorer);
const records = [];
for (const file of files) for (const record of await recordsOf(file)) records.push(record);
const packages = options["no-packages"] ? [] : packageTexts(options.cache);
for (const { origin, texts: found } of packages)
  for (const text of found) records.push({ label: "benign", origin, isPackage: true, leaves: [text] });

const input = createHash("sha256");
for (const record of records) {
  record.leftOut = isLeftOut(record);
  if (!record.leftOut)
    for (const leaf of record.leaves) input.update(`${record.label}\0${record.origin}\0${leaf}\0`, "latin1");
  record.texts = [
    ...new Set(record.leaves.filter((leaf) => !scorer.isPlain(leaf)).map((leaf) => texts.add(leaf))),
  ];
}
const data = numbered(texts, LEAST);

const learning = records.filter(({ leftOut }) => !leftOut);
const [slope, offset] = calibration();
const model = learn(learning);
// Calibration is a straight line, so that it becomes part of the weights.
const weights = {
  vocabulary: scorer.VOCABULARY,
  bias: slope * model.bias + offset,
  scale: slope * model.scale,
  bits: BITS,
  table: model.bytes.toString("base64"),
};
writeFileSync(options.out, options.out.endsWith(".json") ? JSON.stringify(weights) : moduleOf(weights));
if (options.scores) {
  const judge = scorer.scorerWith(weights);
  const lines = records
    .filter(({ leftOut, isPackage }) => leftOut && !isPackage)
    .map(({ id, label, tier, leaves }) =>
      JSON.stringify({
        id,
        label,
        tier,
        score: leaves.reduce((most, leaf) => Math.max(most, judge.score(leaf)), scorer.NOTHING),
      }),
    );
  writeFileSync(options.scores, `${lines.join("\n")}\n`);
}

async function recordsOf(file) {
  if (file.endsWith(".ts")) {
    const parts = Object.values(await load(file));
    const name = basename(file);
    const of = (label, list, origin) =>
      list
        .filter(({ place = "argument" }) => isLearned(place))
        .map(({ text }) => ({ label, origin, leaves: leaves.views(bytes(text)) }));
    return parts.flatMap(({ attacks = [], lookAlikes = [] }, i) => [
      ...of("attack", attacks, `${name}#${i}`),
      ...of("benign", lookAlikes, `${name}#${i}`),
    ]);
  }
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  if (!file.endsWith(".jsonl"))
    return lines.map((line) => ({ label: "benign", origin: file, leaves: leaves.views(bytes(line)) }));
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ label }) => label === "attack" || label === "benign")
    .map((record) => ({ ...record, leaves: leaves.of(record.request) }));
}

/** Of the corpus' texts, as of those in requests, paths are left out, and headers too. */
function isLearned(place) {
  return place !== "path" && !place.startsWith("header:");
}

/** Learns twice: once to see which features matter, then with those that have a place in the table only. */
function learn(from) {
  const { attacks, benign } = unitsOf(from);
  const keep = placed(data, regression(data, attacks, benign, FIT));
  const kept = { ...data, blocks: only(data.blocks, keep) };
  const learned = regression(kept, attacks, benign, FIT);
  const { scale, bytes, rounded } = quantised(data.hashes, keep, learned);
  return { scale, bytes: Buffer.from(bytes), bias: learned.bias, rounded, blocks: kept.blocks };
}

/**
 * What there is to learn. An attack is the text of its record that looks most like one; texts that benign records have too, or
 * that attacks of many kinds share, are never taught as attacks. Texts of packages that attacks have too are no evidence.
 */
function unitsOf(from) {
  const benign = new Set(from.filter(isBenignRecord).flatMap((record) => record.texts));
  const attackRecords = from.filter(({ label }) => label === "attack");
  const shared = new Map();
  for (const { texts: found, category } of attackRecords) {
    for (const text of found) {
      const seen = shared.get(text) ?? { count: 0, categories: new Set() };
      seen.count++;
      seen.categories.add(category);
      shared.set(text, seen);
    }
  }
  const isEnvelope = (text) => shared.get(text).count > 25 && shared.get(text).categories.size > 3;
  const units = new Map();
  const taught = new Set();
  for (const record of attackRecords) {
    const candidates = record.texts.filter((text) => !benign.has(text) && !isEnvelope(text));
    if (candidates.length === 0) continue;
    for (const text of candidates) taught.add(text);
    const key = candidates.join();
    units.set(key, { texts: candidates, count: (units.get(key)?.count ?? 0) + 1 });
  }
  for (const record of from)
    if (record.isPackage) for (const text of record.texts) if (!taught.has(text)) benign.add(text);
  return {
    attacks: [...units.values()].map((unit) => ({
      texts: unit.texts,
      weight: Math.min(2, 1 + Math.log2(unit.count) / 2),
    })),
    benign: [...benign].map((text) => ({ text, weight: 1 })),
  };
}

function isBenignRecord({ label, isPackage }) {
  return label === "benign" && !isPackage;
}

/** Straight line from sums to log-odds, an attack as likely as not, on records whose origin the weights did not see. */
function calibration() {
  const points = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const isHeld = ({ origin }) => foldOf(`calibration ${origin}`, FOLDS) === fold;
    const trained = learn(learning.filter((record) => !isHeld(record)));
    for (const record of learning) {
      if (!isHeld(record) || record.isPackage || record.texts.length === 0) continue;
      const scores = record.texts.map((text) => best(trained.blocks[text], trained.rounded, trained.bias));
      points.push([Math.max(...scores), record.label === "attack" ? 1 : 0]);
    }
  }
  const attacks = points.filter(([, label]) => label === 1).length;
  if (attacks === 0 || attacks === points.length) return [1, 0];
  let a = 1;
  let b = 0;
  for (let round = 0; round < 2000; round++) {
    let da = 0;
    let db = 0;
    for (const [score, label] of points) {
      const error =
        (1 / (1 + Math.exp(-a * score - b)) - label) / (label === 1 ? attacks : points.length - attacks);
      da += error * score;
      db += error;
    }
    a -= 0.05 * da;
    b -= 0.2 * db;
  }
  return [a, b];
}

function moduleOf({ vocabulary, bias, scale, bits, table }) {
  const lines = table.match(/.{1,104}/g).map((part) => `  "${part}",`);
  return `// Generated by tools/train-scorer.mjs; do not edit.
// Texts learned from (SHA-256 of labels, origins and texts): ${input.digest("hex")}
// Files: ${files.map((file) => file.split("/").at(-1)).join(", ") || "none"}; packages: ${packages.length}.
import type { WeightsText } from "./weights-text.ts";

export const SHIPPED: WeightsText = {
  vocabulary: ${JSON.stringify(vocabulary)},
  bias: ${bias},
  scale: ${scale},
  bits: ${bits},
  table: [
${lines.map((line) => `  ${line}`).join("\n")}
  ].join(""),
};
`;
}

function bytes(text) {
  return Buffer.from(text, "utf8").toString("latin1");
}
