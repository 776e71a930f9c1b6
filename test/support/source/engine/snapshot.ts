// What tests use of src/engine/snapshot.
export { contentHash, hashText, rulesetHash } from "../../../../src/engine/snapshot/content-hash.ts";
export {
  diffConfigurations,
  type RuleChange,
  summarizeChanges,
} from "../../../../src/engine/snapshot/diff.ts";
export { SnapshotHistory } from "../../../../src/engine/snapshot/history.ts";
export { Limiters } from "../../../../src/engine/snapshot/rate-limiters.ts";
export type { WafConfig } from "../../../../src/engine/snapshot/reports.ts";
export { SnapshotBuilder } from "../../../../src/engine/snapshot/snapshot-builder.ts";
