import type { RulesetDocument } from "../ruleset/document.ts";
import { wirewallCore } from "./wirewall-core.ts";
import { wirewallCoreResponses } from "./wirewall-core-responses.ts";

export type { RuleDocument, RulesetDocument } from "../ruleset/document.ts";
export { wirewallCore, wirewallCoreResponses };

/** Every managed ruleset of this package, for the option `managed` of a firewall. */
export const managedRulesets: readonly RulesetDocument[] = Object.freeze([
  wirewallCore,
  wirewallCoreResponses,
]);
