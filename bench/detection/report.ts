// The figures as text.
import type { RequestView } from "../../src/request/view/request-view.ts";
import {
  balanced,
  curveOf,
  type Group,
  groupsOf,
  type Judged,
  macro,
  matchesByRef,
  rateOf,
  type Share,
  sharesOf,
  timesOf,
} from "./figures.ts";
import { DEFAULT_THRESHOLD } from "./judge.ts";

/** Fields that are reported without being asked for, where records have them. */
const FIELDS = ["category", "tier", "placement", "encodings"];
/** Groups of a field that has more are left out unless asked for. */
const MOST_GROUPS = 40;
/** Bytes of a request that a list of misses shows. */
const SHOWN = 240;

type Print = (line: string) => void;

const percent = (rate: number | undefined) =>
  rate === undefined ? "     -  " : `${(rate * 100).toFixed(2).padStart(6)} %`;
const counted = ({ all, blocked }: Share) => (all === 0 ? "" : `${blocked}/${all}`);

export function report(judged: readonly Judged[], by: readonly string[], misses: number, print: Print): void {
  const shares = sharesOf(judged);
  const categories = groupsOf(judged, "category");
  const [tpr, fpr] = [rateOf(shares.attack), rateOf(shares.benign)];
  const [macroTpr, macroFpr] = [macro(categories, "attack"), macro(categories, "benign")];
  for (const field of by.length > 0 ? by : FIELDS) {
    const groups = groupsOf(judged, field);
    const isTold = groups.some(({ name }) => name !== "-");
    if (by.length > 0 || (isTold && groups.length <= MOST_GROUPS)) printGroups(field, groups, print);
    else if (isTold) print(`${field}: ${groups.length} groups; --by ${field} shows them\n`);
  }
  print(
    `attacks detected   ${percent(tpr)}  ${counted(shares.attack).padStart(11)}   macro ${percent(macroTpr)}`,
  );
  print(
    `benign refused     ${percent(fpr)}  ${counted(shares.benign).padStart(11)}   macro ${percent(macroFpr)}`,
  );
  if (shares["rule-negative"].all > 0)
    print(
      `rule-negative      ${percent(rateOf(shares["rule-negative"]))}  ${counted(shares["rule-negative"]).padStart(11)}`,
    );
  const accuracy = balanced(tpr, fpr);
  if (accuracy !== undefined)
    print(
      `balanced accuracy  ${percent(accuracy)}               macro ${percent(balanced(macroTpr, macroFpr))}`,
    );
  const partly = judged.filter(({ judgement }) => judgement.partly).length;
  print(`judged in part     ${partly} of ${judged.length}`);
  const { p50, p99, mean, perByte } = timesOf(judged);
  print(
    `time per request   p50 ${p50.toFixed(1)} µs, p99 ${p99.toFixed(1)} µs, mean ${mean.toFixed(1)} µs; ${perByte.toFixed(0)} ns a byte`,
  );
  print("\nthreshold  attacks detected   benign refused");
  for (const { threshold, attacks, benign } of curveOf(judged, DEFAULT_THRESHOLD))
    print(
      `${String(threshold).padStart(9)}  ${percent(rate(attacks, shares.attack.all))} ${String(attacks).padStart(6)}  ${percent(rate(benign, shares.benign.all))} ${String(benign).padStart(6)}${threshold === DEFAULT_THRESHOLD ? "   the default" : ""}`,
    );
  if (misses > 0) printMisses(judged, misses, print);
}

const rate = (count: number, all: number) => rateOf({ all, blocked: count });

function printGroups(field: string, groups: readonly Group[], print: Print): void {
  const width = Math.max(field.length, ...groups.map(({ name }) => name.length));
  print(`${field.padEnd(width)}   detected                  refused`);
  for (const { name, shares } of groups)
    print(
      `${name.padEnd(width)}  ${percent(rateOf(shares.attack))} ${counted(shares.attack).padStart(11)}    ${percent(rateOf(shares.benign))} ${counted(shares.benign).padStart(11)}`,
    );
  print("");
}

/** Attacks that nothing was found in stand first: those are furthest from the threshold. */
function printMisses(judged: readonly Judged[], most: number, print: Print): void {
  const missed = judged
    .filter(({ record, judgement }) => record.label === "attack" && !judgement.blocked)
    .sort((left, right) => left.judgement.points - right.judgement.points);
  print(`\n${missed.length} attacks missed${missed.length > most ? `, ${most} of them` : ""}`);
  for (const one of spread(missed, most)) printOne(one, print);
  const alarms = judged
    .filter(({ record, judgement }) => record.label === "benign" && judgement.blocked)
    .sort((left, right) => right.judgement.points - left.judgement.points);
  print(`\n${alarms.length} false alarms${alarms.length > most ? `, ${most} of them` : ""}`);
  for (const one of alarms.slice(0, most)) printOne(one, print);
  print("\nrule                                      attacks  benign");
  for (const { ref, attacks, benign } of matchesByRef(judged).filter((one) => one.benign > 0))
    print(`${ref.padEnd(40)}  ${String(attacks).padStart(7)} ${String(benign).padStart(7)}`);
}

/** As many, from all categories in turn. */
function spread(judged: readonly Judged[], most: number): readonly Judged[] {
  const byCategory = new Map<string, Judged[]>();
  for (const one of judged) {
    const category = String(one.record.fields["category"] ?? "-");
    byCategory.set(category, [...(byCategory.get(category) ?? []), one]);
  }
  const queues = [...byCategory.values()];
  const taken: Judged[] = [];
  for (let turn = 0; taken.length < Math.min(most, judged.length); turn++)
    for (const queue of queues) {
      const one = queue[turn];
      if (one !== undefined && taken.length < most) taken.push(one);
    }
  return taken;
}

function printOne({ record, judgement }: Judged, print: Print): void {
  const { points, refs } = judgement;
  print(
    `  ${record.id} (${String(record.fields["category"] ?? "-")}), ${points} points${refs.length > 0 ? `: ${refs.join(", ")}` : ""}`,
  );
  print(`      ${excerpt(record.view())}`);
}

function excerpt(view: RequestView): string {
  const parts = [`${view.method} ${view.target}`];
  for (const name of ["cookie", "referer", "content-type"]) {
    const at = view.rawHeaders.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === name);
    if (at >= 0) parts.push(`${name}: ${view.rawHeaders[at + 1]}`);
  }
  if (view.body !== undefined) parts.push(view.body.bytes);
  const text = parts.join(" | ").replace(/[^\x20-\x7e]/g, (unit) => `\\x${unit.charCodeAt(0).toString(16)}`);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
