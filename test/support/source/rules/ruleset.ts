// What tests use of src/rules/ruleset.
export { carriedActions } from "../../../../src/rules/ruleset/actions/carried.ts";
export type {
  BlockResponse,
  ChallengeKind,
  Control,
  ResponseFormat,
} from "../../../../src/rules/ruleset/actions/control.ts";
export { standardActions } from "../../../../src/rules/ruleset/actions/index.ts";
export {
  canonicalJson,
  configurationToPlain,
  rulesetToPlain,
} from "../../../../src/rules/ruleset/canonical.ts";
export type {
  Configuration,
  ListDocument,
  ListItemDocument,
  LoadedConfiguration,
  RateLimitDocument,
  RuleDocument,
  RulesetDocument,
} from "../../../../src/rules/ruleset/document.ts";
export {
  addRule,
  deleteRule,
  moveRule,
  patchRule,
  type RulePosition,
} from "../../../../src/rules/ruleset/edit.ts";
export { PhaseCatalogue, STANDARD_PHASES, type StandardPhase } from "../../../../src/rules/ruleset/phases.ts";
export { preparedOf } from "../../../../src/rules/ruleset/prepared.ts";
export { rateLimitShape, ruleMembers, rulesetMembers } from "../../../../src/rules/ruleset/rule-shape.ts";
export { rulesetSchema } from "../../../../src/rules/ruleset/schema.ts";
export { type UncheckedRuleset, uncheckedRuleset } from "../../../../src/rules/ruleset/unchecked.ts";
