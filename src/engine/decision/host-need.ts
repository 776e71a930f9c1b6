import type { RuleFacts } from "../../rules/plan/facts.ts";
import type { ChangedPart } from "../../rules/ruleset/actions/control.ts";

/** A capability that a rule needs of the host: it changes a part of the request or response, or shows the response. */
export interface HostNeed {
  readonly part: ChangedPart | "response";
  readonly rule: RuleFacts;
}
