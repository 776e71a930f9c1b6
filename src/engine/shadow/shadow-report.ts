import { printableText } from "../../language/diagnostics/printable.ts";
import type { AnyDecision } from "../decision/decision.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";
import { redactRequest } from "../events/build-event.ts";
import type { RequestFacts } from "../events/event.ts";
import type { Redactor } from "../events/redact.ts";

/** The decision of one configuration; in observe mode, the decision that it would have made. */
export interface ShadowVerdict {
  readonly action: string;
  readonly status?: number;
  /** `ruleset/ref` of the rule that decided. */
  readonly rule?: string;
}

export interface ActionDisagreement {
  readonly live: string;
  readonly candidate: string;
  readonly count: number;
}

export interface RuleDisagreement {
  /** `ruleset/ref`; absent: no rule decided. */
  readonly live?: string;
  readonly candidate?: string;
  /** Whether the actions differ as well. */
  readonly actionsDiffer: boolean;
  readonly count: number;
}

export interface ShadowSample {
  readonly request: RequestFacts;
  readonly live: ShadowVerdict;
  readonly candidate: ShadowVerdict;
}

/** Where two configurations disagree. Plain data, JSON-serialisable, bounded, redacted. */
export interface ShadowReport {
  /** The configuration that decides. */
  readonly live: SnapshotFacts;
  /** The configuration that is tried. */
  readonly candidate: SnapshotFacts;
  /** Requests evaluated by the live configuration. */
  readonly requests: number;
  /** Requests evaluated by both. */
  readonly compared: number;
  /** Requests that the sampling left out. */
  readonly notSampled: number;
  /** Requests left out because too many were waiting for the candidate. */
  readonly overload: number;
  /** Requests on which the candidate failed. */
  readonly errors: number;
  /** The latest failure, as text. */
  readonly lastError?: string;
  /** Requests with the same action by the same rule, or by none. */
  readonly agreed: number;
  /** Same action by another rule. */
  readonly otherRule: number;
  /** Requests with different actions. */
  readonly disagreed: number;
  /** Most frequent first. */
  readonly byAction: readonly ActionDisagreement[];
  /** Most frequent first; at most `maxRules`. */
  readonly byRule: readonly RuleDisagreement[];
  /** Disagreements between rules beyond `maxRules`. */
  readonly byRuleLeftOut: number;
  /** The first few disagreements of each pair of actions and rules. */
  readonly samples: readonly ShadowSample[];
}

export interface TallyLimits {
  readonly maxRules: number;
  readonly maxSamples: number;
  readonly samplesPerPair: number;
}

/** Adds up disagreements in bounded memory. */
export interface Tally {
  add(request: () => RequestFacts, live: AnyDecision, candidate: AnyDecision): void;
  result(): Pick<
    ShadowReport,
    "compared" | "agreed" | "otherRule" | "disagreed" | "byAction" | "byRule" | "byRuleLeftOut" | "samples"
  >;
}

interface Pair {
  readonly live: ShadowVerdict;
  readonly candidate: ShadowVerdict;
  count: number;
}

export function createTally(limits: TallyLimits, redact: Redactor): Tally {
  // Actions are a fixed handful, so their pairs are too.
  const actions = new Map<string, Pair>();
  const rules = new Map<string, Pair>();
  const samples: ShadowSample[] = [];
  let compared = 0;
  let otherRule = 0;
  let disagreed = 0;
  let leftOut = 0;

  return {
    add(request, liveDecision, candidateDecision) {
      compared++;
      const live = verdictOf(liveDecision);
      const candidate = verdictOf(candidateDecision);
      const actionsDiffer = live.action !== candidate.action || live.status !== candidate.status;
      if (!actionsDiffer && live.rule === candidate.rule) return;
      if (actionsDiffer) {
        disagreed++;
        const key = `${wordOf(live)}\n${wordOf(candidate)}`;
        const pair = actions.get(key) ?? { live, candidate, count: 0 };
        pair.count++;
        actions.set(key, pair);
      } else otherRule++;
      const key = [wordOf(live), live.rule ?? "", wordOf(candidate), candidate.rule ?? ""].join("\n");
      let pair = rules.get(key);
      if (pair === undefined) {
        if (rules.size === limits.maxRules) {
          leftOut++;
          return;
        }
        pair = { live, candidate, count: 0 };
        rules.set(key, pair);
      }
      pair.count++;
      if (pair.count <= limits.samplesPerPair && samples.length < limits.maxSamples) {
        samples.push({ request: redactRequest(request(), redact), live, candidate });
      }
    },
    result: () => ({
      compared,
      agreed: compared - otherRule - disagreed,
      otherRule,
      disagreed,
      byAction: byCount(actions).map(({ live, candidate, count }) => ({
        live: wordOf(live),
        candidate: wordOf(candidate),
        count,
      })),
      byRule: byCount(rules).map(({ live, candidate, count }) => ({
        ...(live.rule === undefined ? {} : { live: live.rule }),
        ...(candidate.rule === undefined ? {} : { candidate: candidate.rule }),
        actionsDiffer: wordOf(live) !== wordOf(candidate),
        count,
      })),
      byRuleLeftOut: leftOut,
      samples: [...samples],
    }),
  };
}

function byCount(pairs: ReadonlyMap<string, Pair>): readonly Pair[] {
  return [...pairs.values()].sort((left, right) => right.count - left.count);
}

/** The effect of a decision, or in observe mode the effect that it would have had. */
export function verdictOf(decision: AnyDecision): ShadowVerdict {
  const rule = decision.by ?? decision.matches.find(({ decisive }) => decisive)?.rule;
  return {
    action: decision.wouldHave ?? decision.action,
    ...("status" in decision ? { status: decision.status } : {}),
    ...(rule === undefined ? {} : { rule: `${rule.ruleset}/${rule.ref}` }),
  };
}

function wordOf(verdict: ShadowVerdict): string {
  return verdict.status === undefined ? verdict.action : `${verdict.action} ${verdict.status}`;
}

/** The report as text for a terminal. */
export function formatShadowReport(report: ShadowReport): string {
  const { live, candidate } = report;
  const lines = [
    `live       version ${live.version}  ${live.hash.slice(0, 12)}  ${live.rules} rules`,
    `candidate  version ${candidate.version}  ${candidate.hash.slice(0, 12)}  ${candidate.rules} rules`,
    "",
    `${report.requests} requests: ${report.compared} compared, ${report.notSampled} not sampled, ${report.overload} left out under load, ${report.errors} failed`,
    `${report.agreed} agreed, ${report.otherRule} decided alike by another rule, ${report.disagreed} disagreed${share(report)}`,
  ];
  if (report.lastError !== undefined) lines.push(`latest failure: ${report.lastError}`);
  if (report.byAction.length > 0) {
    lines.push(
      "",
      ...table(
        ["count", "live", "candidate"],
        report.byAction.map((row) => [String(row.count), row.live, row.candidate]),
      ),
    );
  }
  if (report.byRule.length > 0) {
    const rows = report.byRule.map((row) => [
      String(row.count),
      shown(row.live ?? "-"),
      shown(row.candidate ?? "-"),
      row.actionsDiffer ? "other action" : "same action",
    ]);
    lines.push("", ...table(["count", "live rule", "candidate rule", ""], rows));
    if (report.byRuleLeftOut > 0) lines.push(`${report.byRuleLeftOut} more between further rules`);
  }
  if (report.samples.length > 0) lines.push("", "samples");
  for (const { request, live: one, candidate: other } of report.samples) {
    const query = request.query === "" ? "" : `?${request.query}`;
    lines.push(
      `  ${request.client} ${request.method} ${request.host}${request.path}${query}`,
      `    live ${ofRule(one)}, candidate ${ofRule(other)}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function share(report: ShadowReport): string {
  return report.compared === 0 ? "" : ` (${((report.disagreed / report.compared) * 100).toFixed(2)} %)`;
}

function ofRule(verdict: ShadowVerdict): string {
  return verdict.rule === undefined ? wordOf(verdict) : `${wordOf(verdict)} by ${shown(verdict.rule)}`;
}

function shown(name: string): string {
  return printableText(name, 120);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  let all = [head, ...rows];
  for (const column of head.keys()) {
    const width = Math.max(...all.flatMap((row) => row.map((cell, at) => (at === column ? cell.length : 0))));
    const pad = (cell: string): string => (column === 0 ? cell.padStart(width) : cell.padEnd(width));
    all = all.map((row) => row.map((cell, at) => (at === column ? pad(cell) : cell)));
  }
  return all.map((row) => row.join("  ").trimEnd());
}
