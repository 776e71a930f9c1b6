// What tests use of src/rules/ruleset.
export { carriedActions } from "../../../../src/ruleset/actions/carried.ts";
export type {
  BlockResponse,
  ChallengeKind,
  Control,
  ResponseFormat,
} from "../../../../src/ruleset/actions/control.ts";
export { standardActions } from "../../../../src/ruleset/actions/index.ts";
export { canonicalJson, configurationToPlain } from "../../../../src/ruleset/canonical.ts";
export type {
  Configuration,
  ListDocument,
  ListItemDocument,
  RateLimitDocument,
  RuleDocument,
  RulesetDocument,
} from "../../../../src/ruleset/document.ts";
export { addRule, deleteRule, moveRule, patchRule, type RulePosition } from "../../../../src/ruleset/edit.ts";
export { PhaseCatalogue, STANDARD_PHASES } from "../../../../src/ruleset/phases.ts";
export { rulesetSchema } from "../../../../src/ruleset/schema.ts";
