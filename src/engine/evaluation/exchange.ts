import type { BodyView, ResponseView } from "../../request/view/request-view.ts";
import type { MaybePromise } from "../../rules/ratelimit/counter-store.ts";
import type { BodyLimits } from "../../rules/ruleset/actions/control.ts";
import type { Decision, ResponseDecision } from "../decision/decision.ts";
import type { SentAnswer, TellsLater } from "../decision/sent-answer.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";

/** Settings of one evaluation. */
export interface EvaluateOptions {
  /**
   * Milliseconds since 1970 at which the request is evaluated, for everything that depends on time: timestamp fields, rules
   * and list items that expire, rate limits, challenges, the event. Default: `receivedAt` of the request; of data without one,
   * the clock of `createWaf` (`now`).
   */
  readonly now?: number;
  /** Record a trace; default: the firewall's setting. */
  readonly trace?: boolean;
  /** Treatment of a body of which rules see only a part; default: the firewall's setting. */
  readonly oversize?: "block" | "inspect";
  /**
   * Whether the host can close or hold the client's connection; false: rules that `drop` or `tarpit` block. Default true.
   */
  readonly closesConnections?: boolean;
}

/** Outcome of a request and of its response. */
export interface Exchange {
  /** The decision on the request. */
  readonly request: Decision;
  /** Absent when the request was not let through, or when no response was given. */
  readonly response?: ResponseDecision;
}

/** A refusal that no rule decided: the host's own, of a body that is too long for instance. */
export interface HostRefusal {
  readonly status: number;
  /** The reason in words. */
  readonly reason: string;
  /** The host would have served the request and could not: its event is a `serve_error`, not a `block`. Default false. */
  readonly failed?: boolean;
}

/** One request/response pair. Methods are called in this order, each at most once; later ones may be left out. */
export interface Transaction {
  /** Reference id. */
  readonly id: string;
  readonly snapshot: SnapshotFacts;
  /** Names of headers that rules read by a literal key, set, add or remove; lower case. */
  readonly headers: ReadonlySet<string>;
  /** Whether a rule that may still run reads the body: the host then calls {@link body} after {@link head}. */
  readonly needsBody: boolean;
  /** How much of the body rules get, as far as {@link head} could determine; undefined: the host's setting. */
  readonly bodyLimits: BodyLimits | undefined;
  /** Whether a rule reads the response's head, or its body. */
  readonly needsResponse: boolean;
  /**
   * Whether a rule reads the response's body: the host then holds it back. Once the request is evaluated, only rules count that
   * it does not rule out.
   */
  readonly needsResponseBody: boolean;
  /**
   * Evaluates the request as far as its body is not needed. Undefined: {@link needsBody}, and nothing has
   * decided yet.
   */
  head(): MaybePromise<Decision | undefined>;
  /** Evaluates the rest with the body, or with its inspected part. */
  body(body: BodyView): MaybePromise<Decision>;
  /** {@link head} and {@link body} in one, for a view that already has its body (or has none). */
  request(): MaybePromise<Decision>;
  /** Evaluates the response. Also counts it for rate limits. */
  response(response: ResponseView): MaybePromise<ResponseDecision>;
  /** Reports a rejection by the host itself for the event, under this transaction's reference. Call it before {@link end}. */
  refused(refusal: HostRefusal): void;
  /**
   * Runs the logging phase, emits the event, and gives the transaction's memory back. Safe to call twice.
   *
   * @param sent the response that was sent, or, for hosts that learn it later, a function that passes it to a callback:
   *   the event waits for that. It is called only when there is an event, and must call back once, in every case.
   */
  end(sent?: SentAnswer | TellsLater): void;
}
