import type { ChallengeKind } from "../../rules/ruleset/actions/control.ts";

/** Data about the challenged request for a provider. */
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

/** A request that a challenge keeps, and replays once it is solved. All strings are byte strings. */
export interface SentRequest {
  /** As received; neither GET nor HEAD. */
  readonly method: string;
  /** Path and query as received. */
  readonly uri: string;
  /** Lines that say what the body is and from which page the request comes, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Names of its cookies, one as often as it had it; their values come with the answer. */
  readonly cookies: readonly string[];
  /** The whole body as sent. */
  readonly body: string;
}

/** The part of a request that a redirect cannot repeat: `lost` cannot be replayed, and must be sent again. */
export type Sent = SentRequest | "lost";

/** A request that a host evaluates and serves in place of the answer that contained it. */
export interface RestoredRequest {
  readonly request: SentRequest;
  /** `name=value`: becomes part of its `Cookie`. */
  readonly clearance: string;
  /** `Set-Cookie` of the response, whatever the decision. */
  readonly setCookie: string;
}

/** An answer that the host sends instead of passing the request on. Bodies are byte strings. */
export interface ChallengeResponse {
  /** Status code. */
  readonly status: number;
  /** Header lines in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whole body. */
  readonly body: string;
  /** Of a correct answer: hosts that can replay the request do so, others send this response. */
  readonly restored?: RestoredRequest | undefined;
}

/**
 * Challenges clients. Providers return without promises: they keep no remote state. From {@link ChallengeProvider.isCleared} a promise counts
 * as not cleared, with a note in the match; from {@link ChallengeProvider.challenge} it is a failure of the firewall. Hosts wait up
 * to five seconds for {@link ChallengeProvider.answer}. What a provider throws is a failure of the firewall.
 */
export interface ChallengeProvider {
  /** Name for messages and events. */
  readonly name: string;
  /** Whether the request carries a valid clearance for this kind of challenge. */
  isCleared(kind: ChallengeKind, request: ChallengeRequest): boolean;
  /**
   * The page with the challenge. `reference` is the decision's id; `sent` is the request to replay, undefined for a
   * request that a redirect repeats.
   */
  challenge(
    kind: ChallengeKind,
    request: ChallengeRequest,
    reference: string,
    sent?: Sent | undefined,
  ): ChallengeResponse;
  /** Path under which answers arrive; such requests go to {@link answer} before any rule. */
  readonly answerPath: string;
  /** A query's last parameter, without a value, that makes a request to any other path an answer; default: there is none. */
  readonly answerParameter?: string | undefined;
  /** Bytes of the longest body that a challenge keeps; default 0: the provider replays no requests. */
  readonly maxReplayBytes?: number | undefined;
  /** Bytes of the longest answer; longer ones arrive truncated. Default 16,384. */
  readonly maxAnswerBytes?: number | undefined;
  /** Checks an answer (the urlencoded body as bytes): a redirect back with a clearance cookie, or a rejection. */
  answer(request: ChallengeRequest, body: string): ChallengeResponse;
}
