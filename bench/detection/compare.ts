// Compares this tree with other engines on the same requests: what they find, and how long they take.
import { contest, type Engine, type Quantiles, type Standing } from "./contest.ts";
import { balanced, rateOf, type Share } from "./figures.ts";
import type { CorpusRecord } from "./records.ts";

/** Bytes of the JSON bodies that are set against `JSON.parse`. */
const JSON_BYTES = { least: 4096, most: 131_072 };

type Print = (line: string) => void;

/** @param engines the first is what the others are compared with */
export function compare(
  engines: readonly Engine[],
  records: readonly CorpusRecord[],
  runs: number,
  print: Print,
): void {
  const standings = contest(engines, records, runs);
  printVerdicts(standings, print);
  print("");
  printTimes(standings, runs, meanOf(records.map(({ bytes }) => bytes)), print);
  print("");
  const bodies = records.filter((record) => jsonOf(record) !== undefined);
  const between = `JSON bodies of ${JSON_BYTES.least / 1024} to ${JSON_BYTES.most / 1024} KB`;
  if (bodies.length === 0) {
    print(`No record has ${between}.`);
    return;
  }
  print(`${bodies.length} records with ${between}, of their bytes:`);
  const bytes = meanOf(bodies.map((record) => record.view().body?.bytes.length ?? 0));
  printPerByte(contest([jsonParse(bodies), ...engines], bodies, runs), bytes, print);
}

/** The text of a body that is JSON of a size to be measured. */
function jsonOf(record: CorpusRecord): string | undefined {
  const { rawHeaders, body } = record.view();
  const bytes = body?.bytes ?? "";
  if (bytes.length < JSON_BYTES.least || bytes.length > JSON_BYTES.most) return undefined;
  const isJson = rawHeaders.some(
    (value, at) =>
      at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === "content-type" && /^[^;]*\bjson\b/i.test(value),
  );
  if (!isJson) return undefined;
  const text = Buffer.from(bytes, "latin1").toString();
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

function jsonParse(records: readonly CorpusRecord[]): Engine {
  const texts = new Map(records.map((record) => [record, jsonOf(record) ?? ""]));
  return {
    name: "JSON.parse",
    ask: (record) => {
      const text = texts.get(record) ?? "";
      // What is not used may not be done.
      return () => ({ refused: JSON.parse(text) === undefined, partly: false });
    },
  };
}

const percent = (rate: number | undefined) => (rate === undefined ? "-" : `${(rate * 100).toFixed(2)} %`);
const counted = (share: Share) =>
  share.all === 0 ? "-" : `${percent(rateOf(share))} (${share.blocked}/${share.all})`;
const meanOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const us = (time: number) => time.toFixed(time < 100 ? 1 : 0);

function printVerdicts(standings: readonly Standing[], print: Print): void {
  table(
    ["", "attacks detected", "benign refused", "balanced accuracy", "judged in part"],
    standings.map(({ name, shares, partly }) => [
      name,
      counted(shares.attack),
      counted(shares.benign),
      percent(balanced(rateOf(shares.attack), rateOf(shares.benign))),
      String(partly),
    ]),
    print,
  );
}

/** @param bytes of a request, on average */
function printTimes(standings: readonly Standing[], runs: number, bytes: number, print: Print): void {
  const cells = ({ p50, p90, p99, mean }: Quantiles, shown: (time: number) => string) =>
    [p50, p90, p99, mean].map(shown);
  const first = standings[0]?.name ?? "";
  const heads = ["p50", "p90", "p99", "mean"];
  print(
    `µs a request: medians of ${runs} runs, then of the fastest of each request's times; × is ${first}'s over its`,
  );
  table(
    ["", ...heads, "ns/B", ...heads, ...heads.map((head) => `× ${head}`)],
    standings.map(({ name, runs: medians, fastest, ratios }) => [
      name,
      ...cells(medians, us),
      us((medians.mean * 1000) / bytes),
      ...cells(fastest, us),
      ...cells(ratios, (ratio) => ratio.toFixed(2)),
    ]),
    print,
  );
}

/** @param bytes of a body, on average */
function printPerByte(standings: readonly Standing[], bytes: number, print: Print): void {
  table(
    ["", "ns a byte", "× JSON.parse"],
    standings.map(({ name, runs, ratios }) => [
      name,
      ((runs.mean * 1000) / bytes).toFixed(1),
      (1 / ratios.mean).toFixed(1),
    ]),
    print,
  );
}

function table(heads: readonly string[], rows: readonly (readonly string[])[], print: Print): void {
  const lines = [heads, ...rows];
  const widths = heads.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  for (const line of lines)
    print(
      line
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join("  ")
        .trimEnd(),
    );
}
