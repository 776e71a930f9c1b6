import type { ChallengeKind } from "../../rules/ruleset/actions/control.ts";

/** What a provider learns about the request that is, or was, challenged. */
export interface ChallengeRequest {
  /** Text form of the client's address; clearance is bound to it. */
  readonly client: string;
  /** Value of `User-Agent`; `""` when there is none. */
  readonly userAgent: string;
  /** Host in lower case, without port and last dot; `""` when there is none. */
  readonly host: string;
  /** Method as received. */
  readonly method: string;
  /** Path and query as received. */
  readonly uri: string;
  /** Whether the client's connection was encrypted: cookies are then `Secure`. */
  readonly secure: boolean;
  /** Values of request cookies of one name, in order. */
  cookie(name: string): readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** An answer that the host sends instead of passing the request on. Bodies are byte strings. */
export interface ChallengeResponse {
  /** Status code. */
  readonly status: number;
  /** Header lines in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whole body. */
  readonly body: string;
}

/**
 * Makes clients prove something. Providers answer at once: they keep no remote state. From {@link ChallengeProvider.isCleared} a promise counts
 * as no, with a note in the match; from {@link ChallengeProvider.challenge} it is a failure of the firewall. Hosts wait up
 * to five seconds for {@link ChallengeProvider.answer}. What a provider throws is a failure of the firewall.
 */
export interface ChallengeProvider {
  /** Name for messages and events. */
  readonly name: string;
  /** Whether the request carries a valid clearance for this kind of challenge. */
  isCleared(kind: ChallengeKind, request: ChallengeRequest): boolean;
  /** The page that poses the challenge. `reference` is the decision's id. */
  challenge(kind: ChallengeKind, request: ChallengeRequest, reference: string): ChallengeResponse;
  /** Path under which answers arrive; such requests go to {@link answer} before any rule. */
  readonly answerPath: string;
  /** Judges an answer (the urlencoded body as bytes): a redirect back with a clearance cookie, or a refusal. */
  answer(request: ChallengeRequest, body: string): ChallengeResponse;
}
