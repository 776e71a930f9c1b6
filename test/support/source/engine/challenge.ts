// What tests use of src/engine/challenge.

export { challengeRequest } from "../../../../src/engine/challenge/challenge-request.ts";
export {
  isSolution,
  type ProofOfWorkOptions,
  proofOfWorkProvider,
} from "../../../../src/engine/challenge/proof-of-work.ts";
export { returnPath } from "../../../../src/engine/challenge/return-path.ts";
export { createSigner } from "../../../../src/engine/challenge/signing.ts";
export { createUsedTokens } from "../../../../src/engine/challenge/used-tokens.ts";
