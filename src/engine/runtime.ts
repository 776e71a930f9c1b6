import type { ExecutionContext, ListLookup } from "../expression/scheme/execution-context.ts";
import type { Scheme } from "../expression/scheme/scheme.ts";
import { fieldsArrivingWith, fieldsChangedBy } from "../request/fields/changed-fields.ts";
import type { PreparedRequestOptions } from "../request/options.ts";
import type { RewrittenPart } from "../request/request.ts";
import type { SkipPlan } from "../ruleset/actions/control.ts";
import type { RedirectList } from "../ruleset/lists/redirect-list.ts";
import type { PhaseCatalogue } from "../ruleset/phases.ts";
import type { Plan } from "../ruleset/plan/plan.ts";
import type { ChallengeProvider } from "./challenge/challenge-provider.ts";
import type { EngineLimits } from "./limits.ts";
import type { ResolvedSkip } from "./skips.ts";
import type { SnapshotFacts } from "./waf.ts";

/** A configuration made ready: frozen, and replaced as a whole. */
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
}

/** What evaluations need of their firewall; the same for all of its snapshots. */
export interface Runtime {
  readonly phases: PhaseCatalogue;
  readonly limits: EngineLimits;
  readonly request: PreparedRequestOptions;
  readonly slots: SlotTable;
  readonly mode: "enforce" | "observe";
  readonly budget: number;
  readonly onBudget: "continue" | "block" | "log";
  readonly challenge: ChallengeProvider | undefined;
  createContext(): ExecutionContext;
}

/** Slots that an evaluation sets or empties by itself. */
export interface SlotTable {
  readonly changedBy: Readonly<Record<RewrittenPart, readonly number[]>>;
  readonly withBody: readonly number[];
  readonly withResponse: readonly number[];
  /** Slot of `wirewall.scores`; -1 when the scheme has no such field. */
  readonly scores: number;
}

/** The field that rules read the scores of earlier rules from. */
export const SCORES_FIELD = "wirewall.scores";

export function slotTable(scheme: Scheme<never>): SlotTable {
  const slotsOf = (names: readonly string[]) => names.flatMap((name) => scheme.field(name)?.slot ?? []);
  const own = (phase: string) =>
    scheme.fields.flatMap((field, slot) => (field.phases?.[0] === phase ? [slot] : []));
  return {
    changedBy: {
      path: slotsOf(fieldsChangedBy(["path"])),
      query: slotsOf(fieldsChangedBy(["query"])),
      headers: slotsOf(fieldsChangedBy(["headers"])),
      responseHeaders: slotsOf(fieldsChangedBy(["responseHeaders"])),
    },
    withBody: [...new Set([...slotsOf(fieldsArrivingWith("body")), ...own("body")])],
    withResponse: [...new Set([...slotsOf(fieldsArrivingWith("response")), ...own("response")])],
    scores: scheme.field(SCORES_FIELD)?.slot ?? -1,
  };
}
