import type { RuleFacts } from "../../rules/plan/facts.ts";
import type {
  BlockResponse,
  ChallengeKind,
  ErrorPage,
  HeaderLines,
  TarpitPlan,
} from "../../rules/ruleset/actions/control.ts";
import type { Changes } from "./changes.ts";
import type { Explanation } from "./explanation.ts";

export type { RuleFacts } from "../../rules/plan/facts.ts";
export type { Layer } from "../../rules/ruleset/layers.ts";
export type { Changes } from "./changes.ts";

/** A rule that matched. */
export interface Match {
  /** The rule, after overrides. */
  readonly rule: RuleFacts;
  /** `shadow`: the rule only reports what it would have done. */
  readonly mode: "enforce" | "shadow";
  /** Whether this match ended the evaluation. */
  readonly decisive: boolean;
  /** False: the author switched the rule's events off. */
  readonly logged: boolean;
  /** Parts of the rule that could not be done as written, and other remarks. */
  readonly notes: readonly string[];
  /** The rule of an entry point that executed the ruleset; undefined for the entry point's own rules. */
  readonly executedBy?: RuleFacts;
  /** Present for rate limits that counted this request. */
  readonly rateLimit?: RateLimitFacts;
  /** Points that the rule added to scores, by name. */
  readonly scored?: Readonly<Record<string, number>>;
}

/** How full the counter of a rate limit was when it counted this request. */
export interface RateLimitFacts {
  /** Requests, or points of score, that have been counted, this request included. */
  readonly count: number;
  /** Count above which the rule acts. */
  readonly limit: number;
  /** Seconds. */
  readonly period: number;
  /** Milliseconds since 1970. */
  readonly resetsAt: number;
  /** Seconds that the client should wait; for `Retry-After`. */
  readonly retryAfter: number;
  /** The step of the limit that the client has passed, counted from 1; absent: none, or only the limit itself. */
  readonly step?: number;
  /** The action lasts for the `mitigation_timeout` of the rule, up to {@link resetsAt}. */
  readonly banned?: true;
  /** IPv6 networks that were counted in place of single addresses, as `2001:db8:1:2::/64`; absent when there are none. */
  readonly networks?: readonly string[];
}

/** How far a request has used up a rate limit, whether it passes or not. */
export interface RateLimitStatus extends RateLimitFacts {
  /** The rule that has the limit. */
  readonly rule: RuleFacts;
  /** Whether the request is past the limit. */
  readonly limited: boolean;
  /** The rest of {@link limit}, rounded down. */
  readonly remaining: number;
}

/** Header lines of an answer, lower-case names first. */
export type DecisionHeaders = readonly (readonly [name: string, value: string])[];

/** A failure of the firewall while a request was evaluated. */
export interface Failure {
  /**
   * `engine`: the engine or the embedder's own code threw. `store`: a counter store could not answer. `field`: a field could
   * not be loaded, and was nil.
   */
  readonly source: "engine" | "store" | "field";
  /** For `field`: its name. */
  readonly field?: string;
  /** `open`: evaluated as if the failed part were not there. `closed`: rejected. */
  readonly verdict: "open" | "closed";
  /** The exception, as text of at most 200 printable characters. */
  readonly message: string;
  /** The rule that was being evaluated; for `field`, a rule that may read it. */
  readonly rule?: RuleFacts;
}

interface DecisionFacts {
  /** Reference id of the transaction: on the block page, in the log line, in the event. */
  readonly id: string;
  /** Content hash of the snapshot that evaluated the request. */
  readonly snapshot: string;
  /** Every rule that matched so far, in order. */
  readonly matches: readonly Match[];
  /** The sum of the default score, and the named ones. */
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
  /** Labels that rules gave the request, in order; absent when there are none. */
  readonly labels?: readonly string[];
  /** Variables that rules set, by name, as bytes; absent when there are none. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly changes: Changes;
  /** Rate limits that the request has come to, in order; absent when there are none. */
  readonly rateLimits?: readonly RateLimitStatus[];
  /**
   * Header lines that tell the client of its limits: renderers add them to an answer. Of a request that
   * passes they are in {@link changes} too. Absent when there are none.
   */
  readonly rateLimitHeaders?: DecisionHeaders;
  /** Set when the work budget ran out, with what the configuration made of it. */
  readonly budget?: { readonly exhausted: true; readonly verdict: "continue" | "block" | "log" };
  /** Failures on our side; absent when there are none. */
  readonly failures?: readonly Failure[];
  /** In `observe` mode: what enforcement would have done. */
  readonly wouldHave?: "block" | "drop" | "tarpit" | "challenge" | "redirect" | "serve_error";
  /** Why, when the transaction was traced. */
  readonly explanation?: Explanation;
}

/** The request or response passes. */
export interface AllowDecision extends DecisionFacts {
  readonly action: "allow";
  /** The `allow` rule that decided; absent when nothing objected. */
  readonly by?: RuleFacts;
}

/** The request or response is blocked. */
export interface BlockDecision extends DecisionFacts {
  readonly action: "block";
  /** The rule that blocked it. */
  readonly by: RuleFacts;
  /** Status code to answer with. */
  readonly status: number;
  /** Body and status that the rule specifies. */
  readonly response: BlockResponse;
}

/** The connection is closed without an answer; on HTTP/2 the stream is reset. */
export interface DropDecision extends DecisionFacts {
  readonly action: "drop";
  /** The rule that drops it. */
  readonly by: RuleFacts;
  /** The answer of a host that cannot close the connection. */
  readonly fallback: RefusalFacts;
}

/** The client waits before the connection is closed or the request refused. */
export interface TarpitDecision extends DecisionFacts {
  readonly action: "tarpit";
  /** The rule that lets it wait. */
  readonly by: RuleFacts;
  /** Seconds to wait. */
  readonly seconds: number;
  /** The end of the wait: `drop` closes the connection, `block` sends {@link fallback}. */
  readonly end: TarpitPlan["end"];
  /** The answer at the end, and of a host that cannot hold the connection. */
  readonly fallback: RefusalFacts;
}

/** A refusal in place of a closed connection. */
export interface RefusalFacts {
  /** Status code to answer with. */
  readonly status: number;
  /** Body and status that the rule specifies. */
  readonly response: BlockResponse;
}

/** The client must pass a challenge first. */
export interface ChallengeDecision extends DecisionFacts {
  readonly action: "challenge";
  /** The rule that challenges. */
  readonly by: RuleFacts;
  /** Which challenge. */
  readonly kind: ChallengeKind;
}

/** The client is sent to another location. */
export interface RedirectDecision extends DecisionFacts {
  readonly action: "redirect";
  /** The rule that redirects. */
  readonly by: RuleFacts;
  /** Value of `Location`, as bytes, the query included when it is preserved. */
  readonly location: string;
  /** 301, 302, 303, 307 or 308. */
  readonly status: number;
  /** Header lines that the rule adds. */
  readonly headers?: HeaderLines;
}

/** The response is replaced by an error page. */
export interface ServeErrorDecision extends DecisionFacts {
  readonly action: "serve_error";
  /** The rule that replaces it. */
  readonly by: RuleFacts;
  /** Status code to answer with. */
  readonly status: number;
  /** The page as the rule states it. */
  readonly page: ErrorPage;
}

/** The decision on a request. Plain, JSON-serialisable data. */
export type Decision =
  | AllowDecision
  | BlockDecision
  | DropDecision
  | TarpitDecision
  | ChallengeDecision
  | RedirectDecision;
/** The decision on a response. */
export type ResponseDecision =
  | AllowDecision
  | BlockDecision
  | DropDecision
  | TarpitDecision
  | ChallengeDecision
  | ServeErrorDecision;
/** The decision on a request or on a response. */
export type AnyDecision = Decision | ResponseDecision;
