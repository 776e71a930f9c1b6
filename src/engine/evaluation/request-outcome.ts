// On the request path of firewalls with limits that count the outcome of requests.
import type { WafRequest } from "../../request/model/request.ts";
import type { RulePlan } from "../../rules/plan/plan.ts";
import type { PhaseCatalogue } from "../../rules/ruleset/phases.ts";
import type { Outcome, OutcomeAction } from "../decision/outcome.ts";
import type { HostRefusal } from "./exchange.ts";

type RequestOutcome = NonNullable<WafRequest["outcome"]>;

/** The rule or part of the firewall that decided. */
export interface Decided {
  readonly outcome: Outcome | undefined;
  /** In `observe` mode. */
  readonly wouldHave: OutcomeAction | undefined;
  /** A refusal by the host itself, which counts before the rules' own decision. */
  readonly refusal: HostRefusal | undefined;
}

/** Status of a challenge's answer. */
const CHALLENGE_STATUS = 403;
/** From this status on, the answer reports a failure of the server, not a refusal of the client. */
const SERVER_ERROR = 500;

/** Values of the fields `wirewall.decision.…`. */
export function requestOutcome(
  { outcome, wouldHave, refusal }: Decided,
  matched: readonly RulePlan[],
  phases: PhaseCatalogue,
): RequestOutcome {
  const counted = matched.filter((rule) => !rule.isControlFlow);
  const lists = {
    rules: distinct(counted.map(({ facts }) => facts.ref)),
    rulesets: distinct(counted.map(({ facts }) => facts.ruleset)),
    categories: distinct(counted.flatMap(({ facts }) => facts.categories ?? [])),
  };
  if (refusal !== undefined) {
    const { status } = refusal;
    return { action: refusedBy(status), status, service: "host", rule: "", ...lists };
  }
  if (outcome === undefined) {
    return { action: wouldHave ?? "allow", status: undefined, service: "", rule: "", ...lists };
  }
  const { action, by } = outcome;
  const status = "status" in outcome ? outcome.status : action === "challenge" ? CHALLENGE_STATUS : undefined;
  const shown = action === "block" && status !== undefined ? refusedBy(status) : action;
  return { action: shown, status, service: phases.serviceOf(by.phase), rule: by.ref, ...lists };
}

/** Rules block with a status below 500. */
function refusedBy(status: number): string {
  return status >= SERVER_ERROR ? "error" : "block";
}

function distinct(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}
