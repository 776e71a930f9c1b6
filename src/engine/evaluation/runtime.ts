import type { FieldSource } from "../../language/scheme/definitions.ts";
import type { ExecutionContext, ListLookup } from "../../language/scheme/execution-context.ts";
import { changesWith } from "../../language/scheme/field-source.ts";
import { Scheme } from "../../language/scheme/scheme.ts";
import type { PreparedRequestOptions } from "../../request/model/options.ts";
import type { RewrittenPart } from "../../request/model/request.ts";
import type { RedirectList } from "../../rules/lists/redirect-list.ts";
import type { RuleFacts } from "../../rules/plan/facts.ts";
import { NO_PLAN, type Plan } from "../../rules/plan/plan.ts";
import type { SkipPlan } from "../../rules/ruleset/actions/control.ts";
import { LABELS_FIELD, VARIABLES_FIELD } from "../../rules/ruleset/actions/label.ts";
import type { PhaseCatalogue } from "../../rules/ruleset/phases.ts";
import type { ChallengeProvider } from "../decision/challenge-provider.ts";
import type { RateLimitHeaders } from "../decision/limit-headers.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";
import type { EngineLimits } from "../options/limits.ts";
import type { ResolvedSkip } from "./skips.ts";

/** A compiled configuration: frozen, and replaced as a whole. */
export interface Snapshot {
  readonly facts: SnapshotFacts;
  readonly plan: Plan;
  /** Matchers in the order of the scheme's lists. */
  readonly lists: readonly (ListLookup | undefined)[];
  readonly redirects: ReadonlyMap<string, RedirectList>;
  /** Names looked up once per skip. */
  readonly skips: WeakMap<SkipPlan, ResolvedSkip>;
  /** The scheme with the lists of the configuration. */
  readonly scheme: Scheme<never>;
  /** A rule that may have to wait; undefined: every request can be evaluated synchronously. */
  readonly waits: Wait | undefined;
}

/** Why a rule may have to wait. */
export interface Wait {
  readonly rule: RuleFacts;
  /** The field that is loaded; undefined: the counter store answers later. */
  readonly field: string | undefined;
}

/** The snapshot of an evaluation that is in the pool. */
export const NO_SNAPSHOT: Snapshot = Object.freeze({
  facts: Object.freeze({ version: 0, hash: "", createdAt: 0, rulesets: 0, rules: 0, lists: 0 }),
  plan: NO_PLAN,
  lists: Object.freeze([]),
  redirects: new Map<string, RedirectList>(),
  skips: new WeakMap<SkipPlan, ResolvedSkip>(),
  scheme: /* @__PURE__ */ new Scheme<never>({}),
  waits: undefined,
});

/** The parts of a firewall that evaluations need; the same for all of its snapshots. */
export interface Runtime {
  readonly phases: PhaseCatalogue;
  readonly limits: EngineLimits;
  readonly request: PreparedRequestOptions;
  readonly slots: SlotTable;
  readonly budget: number;
  readonly onBudget: "continue" | "block" | "log";
  readonly challenge: ChallengeProvider | undefined;
  readonly rateLimitHeaders: RateLimitHeaders;
  createContext(): ExecutionContext;
}

/** Slots that an evaluation sets or empties, worked out once for a scheme. */
export interface SlotTable {
  /** Slots of the fields that read differently after a rewrite. */
  readonly changedBy: Readonly<Record<RewrittenPart, readonly number[]>>;
  readonly withBody: readonly number[];
  readonly withResponse: readonly number[];
  /** Slot of `wirewall.scores`; -1 when the scheme has no such field. */
  readonly scores: number;
  /** Slots of the other fields that derive from scores. */
  readonly withScores: readonly number[];
  /** The same for labels and variables. */
  readonly labels: number;
  readonly withLabels: readonly number[];
  readonly variables: number;
  readonly withVariables: readonly number[];
  readonly withDecision: readonly number[];
}

/**
 * The field that rules read the scores of earlier rules from. Those of scores, labels and variables are the fields that an
 * engine knows by name: it puts the values there, since they belong to an evaluation and not to a request, and no other
 * field can see them.
 */
const SCORES_FIELD = "wirewall.scores";

export function slotTable(scheme: Scheme<never>): SlotTable {
  const slotsFrom = (...sources: readonly FieldSource[]) =>
    scheme.fields.flatMap((field, slot) =>
      sources.some((source) => changesWith(field, source)) ? [slot] : [],
    );
  const state = (name: string, source: FieldSource) => {
    const slot = scheme.field(name)?.slot ?? -1;
    return { slot, others: slot === -1 ? [] : slotsFrom(source).filter((other) => other !== slot) };
  };
  const scores = state(SCORES_FIELD, "scores");
  const labels = state(LABELS_FIELD, "labels");
  const variables = state(VARIABLES_FIELD, "variables");
  return {
    changedBy: {
      path: slotsFrom("path"),
      query: slotsFrom("query"),
      headers: slotsFrom("headers"),
      responseHeaders: slotsFrom("response"),
    },
    withBody: slotsFrom("body"),
    withResponse: slotsFrom("response", "response_body"),
    scores: scores.slot,
    withScores: scores.others,
    labels: labels.slot,
    withLabels: labels.others,
    variables: variables.slot,
    withVariables: variables.others,
    withDecision: slotsFrom("decision"),
  };
}

/** Names of the fields that change while a phase runs. Without fields of scores, labels and variables there are none. */
export function changingFields(scheme: Scheme<never>): ReadonlySet<string> {
  const { scores, withScores, labels, withLabels, variables, withVariables } = slotTable(scheme);
  const slots = [scores, ...withScores, labels, ...withLabels, variables, ...withVariables];
  return new Set(slots.flatMap((slot) => scheme.fields[slot]?.name ?? []));
}
