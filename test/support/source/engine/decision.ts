// What tests use of src/engine/decision.
export type {
  ChallengeProvider,
  ChallengeRequest,
  ChallengeResponse,
  Sent,
} from "../../../../src/engine/decision/challenge-provider.ts";
export type {
  AllowDecision,
  AnyDecision,
  BlockDecision,
  ChallengeDecision,
  Changes,
  Decision,
  Failure,
  Match,
  RuleFacts,
  ServeErrorDecision,
} from "../../../../src/engine/decision/decision.ts";
export { ConfigurationError, MisuseError } from "../../../../src/engine/decision/errors.ts";
export { explain } from "../../../../src/engine/decision/explain.ts";
export {
  limitHeaders,
  type RateLimitHeaders,
  type ToldLimit,
} from "../../../../src/engine/decision/limit-headers.ts";
export type { SnapshotFacts } from "../../../../src/engine/decision/snapshot-facts.ts";
