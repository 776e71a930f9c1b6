import type { UnreadReason } from "../../request/view/request-view.ts";
import type { Failure, Match, RateLimitFacts } from "../decision/decision.ts";
import type { EventEvidence, ExceptedInput, MatchedInput } from "../decision/explanation.ts";
import type { Delivery } from "../decision/sent-answer.ts";

/**
 * Version of the events' schema, `docs/reference/event.schema.json`. A new member raises the second number; a member that goes or
 * changes its meaning raises the first one.
 */
export const EVENT_SCHEMA_VERSION = "1.1";

/** One structured record of a request on which something matched. Plain data; secrets are redacted. */
export interface WafEvent {
  /** {@link EVENT_SCHEMA_VERSION} of the firewall that made it. */
  readonly schemaVersion: string;
  /** When the request was evaluated, as ISO 8601 in UTC: `2026-11-28T18:48:53.123Z`. */
  readonly time: string;
  /** The same in milliseconds since 1970. */
  readonly timeMs: number;
  /** Reference id; the block page shows the same. */
  readonly id: string;
  /** Content hash of the snapshot. */
  readonly snapshot: string;
  /** The decision; `serve_error` of the service `host` when the host itself got no answer from the site. */
  readonly action: "allow" | "block" | "drop" | "tarpit" | "challenge" | "redirect" | "serve_error";
  /** `observe` mode: the action that would have been taken. */
  readonly wouldHave?: string;
  /**
   * Which part of the firewall decided: `custom`, `ratelimit`, `managed`, `bot`, … ; the phase's short name. `host`
   * when the host itself rejected the request.
   */
  readonly service: string;
  /** Reason for the rejection by the host. */
  readonly reason?: string;
  /**
   * Status code that was sent to the client, the site's own one included. Absent when none was, and for a request that passed
   * in a program that does not report its responses to the firewall.
   */
  readonly status?: number;
  /** Whether the answer arrived; absent where the host does not know. */
  readonly delivery?: Delivery;
  /** The request, in short. */
  readonly request: RequestFacts;
  /**
   * Why rules saw only a part of the request's body: the value of `wirewall.request.body.error`, such as `json_syntax`. Absent
   * when they saw all of it, or did not read it.
   */
  readonly unread?: string;
  /** The response that rules saw; absent when none was shown. */
  readonly response?: {
    readonly status: number;
    /** Why rules saw only a part of its body, or nothing; absent when they saw all that they read. */
    readonly unread?: UnreadReason;
  };
  /** Findings of the detectors, if a rule used them; the first pieces. */
  readonly evidence?: readonly EventEvidence[];
  /**
   * The inputs that made rules match, unredacted, for the holder of the key that the option `sealEvidence` names: HPKE (RFC 9180),
   * bound to `id`. Absent without the option, and in sums of events.
   */
  readonly sealed?: string;
  /** In order; the same rule at most once, with a count. */
  readonly matches: readonly EventMatch[];
  /**
   * Rules after the one that ended the evaluation, in the same ruleset, that match too; at most 16. Without them an
   * exception for the rule that decided would only move the block to the next.
   */
  readonly further?: readonly FurtherMatch[];
  /** Matches beyond the limit of an event. */
  readonly matchesLeftOut?: number;
  /** The default score at the end. */
  readonly score: number;
  /** The named scores at the end. */
  readonly scores: Readonly<Record<string, number>>;
  /** Labels that rules gave the request, in order; absent when there are none. */
  readonly labels?: readonly string[];
  /** Variables that rules set, by name, redacted; absent when there are none. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Fields chosen by `log_custom_field` rules, by source and name. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  /** The work budget was exhausted. */
  readonly budgetExhausted?: true;
  /** Failures of the firewall, of stores and of the embedder's code. */
  readonly failures?: readonly Failure[];
  /** Deduplication is on, and this event also stands for `count` like it since `since`, a time as ISO 8601. */
  readonly repeats?: { readonly count: number; readonly since: string };
}

/** A request as events and reports show it: printable, bounded, redacted. */
export interface RequestFacts {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  /** Client address as text; `""` when unknown. */
  readonly client: string;
  readonly userAgent: string;
  /** Two-letter country code, when a database knows it. */
  readonly country?: string;
  /** Number of the autonomous system, when a database knows it. */
  readonly asn?: number;
  /** Protocol version: `HTTP/1.1`. */
  readonly version: string;
}

/** A rate limit as an event shows it. */
export interface EventRateLimit extends Omit<RateLimitFacts, "resetsAt"> {
  /** As ISO 8601. */
  readonly resetsAt: string;
}

/** A match as an event lists it. */
export interface EventMatch extends Omit<Match, "logged" | "rateLimit"> {
  /** Present for rate limits that counted this request. */
  readonly rateLimit?: EventRateLimit;
  /** How often the rule matched in this transaction. */
  readonly count: number;
  /** The inputs that made it match, at most 16; absent when its filter reads none. */
  readonly inputs?: readonly MatchedInput[];
  /**
   * Inputs that must be hidden from the rule so that it does not match, verified on this request; absent when hiding inputs
   * does not help, or when one cannot be named.
   */
  readonly except?: readonly ExceptedInput[];
  /** The sum of scores at which the rule matches. */
  readonly threshold?: number;
}

/** A rule that matches, but was not reached. */
export interface FurtherMatch extends Pick<EventMatch, "rule" | "inputs" | "except" | "threshold"> {
  /** Its contribution to scores. */
  readonly points?: number;
}

/**
 * A destination of events. Exceptions and rejected promises are counted and reported through `onSinkError` and `onError`:
 * a sink may be asynchronous. While its promises do not settle, a bounded number of events is pending; further ones are
 * dropped and counted.
 */
export interface EventSink {
  /** Name for metrics and error reports. */
  readonly name: string;
  /** Takes one event; called when its transaction has ended and the host has reported the sent response. */
  write(event: WafEvent): void;
  /** Resolves when everything written so far has left the process. */
  flush?(): Promise<void>;
}
