// What tests use of src/engine/decision.
export type {
  ChallengeProvider,
  ChallengeRequest,
  ChallengeResponse,
} from "../../../../src/engine/challenge/challenge-provider.ts";
export type {
  AllowDecision,
  AnyDecision,
  BlockDecision,
  ChallengeDecision,
  Changes,
  Decision,
  Match,
  RuleFacts,
  ServeErrorDecision,
} from "../../../../src/engine/decision.ts";
export { ConfigurationError, MisuseError } from "../../../../src/engine/errors.ts";
export { explain } from "../../../../src/engine/explain.ts";
export type { SnapshotFacts } from "../../../../src/engine/snapshot-facts.ts";
