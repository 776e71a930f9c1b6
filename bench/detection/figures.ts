// What judgements amount to.
import { quantile } from "../measure/statistics.ts";
import type { Judgement } from "./judge.ts";
import type { CorpusRecord, Label } from "./records.ts";

export interface Judged {
  readonly record: CorpusRecord;
  readonly judgement: Judgement;
}

/** How many there are, and how many of them were blocked. */
export interface Share {
  readonly all: number;
  readonly blocked: number;
}

export interface Group {
  readonly name: string;
  readonly shares: Readonly<Record<Label, Share>>;
}

export interface CurvePoint {
  readonly threshold: number;
  readonly attacks: number;
  readonly benign: number;
}

export interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly mean: number;
  /** Nanoseconds for each byte of all requests together. */
  readonly perByte: number;
}

export function sharesOf(judged: readonly Judged[]): Readonly<Record<Label, Share>> {
  const of = (label: Label): Share =>
    shareOf(judged.filter(({ record }) => record.label === label).map(({ judgement }) => judgement.blocked));
  return { attack: of("attack"), benign: of("benign"), "rule-negative": of("rule-negative") };
}

/** @param blocked whether it was, for each */
export function shareOf(blocked: readonly boolean[]): Share {
  return { all: blocked.length, blocked: blocked.filter(Boolean).length };
}

/** Undefined where there is nothing to take a share of. */
export function rateOf({ all, blocked }: Share): number | undefined {
  return all === 0 ? undefined : blocked / all;
}

/** Half of what is found and half of what is let through. */
export function balanced(tpr: number | undefined, fpr: number | undefined): number | undefined {
  return tpr === undefined || fpr === undefined ? undefined : (tpr + 1 - fpr) / 2;
}

/** The words that a record is grouped under: one, or each of a list; `-` without any. */
export function wordsOf(record: CorpusRecord, field: string): readonly string[] {
  const value = record.fields[field];
  if (Array.isArray(value)) return value.length === 0 ? ["-"] : value.map(String);
  return [value === undefined || value === null ? "-" : String(value)];
}

export function groupsOf(judged: readonly Judged[], field: string): readonly Group[] {
  const groups = new Map<string, Judged[]>();
  for (const one of judged) {
    for (const word of wordsOf(one.record, field)) {
      const group = groups.get(word);
      if (group === undefined) groups.set(word, [one]);
      else group.push(one);
    }
  }
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, members]) => ({ name, shares: sharesOf(members) }));
}

/** The mean of the groups' shares, so that a class of ten counts as one of a thousand. */
export function macro(groups: readonly Group[], label: Label): number | undefined {
  const rates = groups.map(({ shares }) => rateOf(shares[label])).filter((rate) => rate !== undefined);
  return rates.length === 0 ? undefined : rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

/** What is blocked when the rule that sums up acts at each number of points that occurs. */
export function curveOf(judged: readonly Judged[], fallback: number): readonly CurvePoint[] {
  const points = new Set([fallback]);
  for (const { judgement } of judged)
    if (!judgement.alone && judgement.points > 0) points.add(judgement.points);
  const blockedAt = (label: Label, threshold: number) =>
    judged.filter(
      ({ record, judgement }) => record.label === label && (judgement.alone || judgement.points >= threshold),
    ).length;
  return [...points]
    .sort((left, right) => left - right)
    .map((threshold) => ({
      threshold,
      attacks: blockedAt("attack", threshold),
      benign: blockedAt("benign", threshold),
    }));
}

export function timesOf(judged: readonly Judged[]): Times {
  const times = judged.map(({ judgement }) => judgement.us);
  const sum = times.reduce((all, us) => all + us, 0);
  const bytes = judged.reduce((all, { record }) => all + record.bytes, 0);
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    mean: sum / times.length,
    perByte: (sum * 1000) / bytes,
  };
}

export interface ByRef {
  readonly ref: string;
  readonly attacks: number;
  readonly benign: number;
}

/** How often each rule matched. */
export function matchesByRef(judged: readonly Judged[]): readonly ByRef[] {
  const counts = new Map<string, { attacks: number; benign: number }>();
  for (const { record, judgement } of judged) {
    for (const ref of new Set(judgement.refs)) {
      const count = counts.get(ref) ?? { attacks: 0, benign: 0 };
      counts.set(ref, count);
      if (record.label === "attack") count.attacks++;
      else if (record.label === "benign") count.benign++;
    }
  }
  return [...counts].map(([ref, count]) => ({ ref, ...count })).sort((a, b) => b.attacks - a.attacks);
}
