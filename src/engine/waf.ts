import type { Diagnostic, Result } from "../expression/source/diagnostic.ts";
import type { RequestInit } from "../request/memory-request.ts";
import type { BodyView, RequestView, ResponseView } from "../request/request-view.ts";
import type { ListDocument, ListItemDocument } from "../ruleset/document.ts";
import type { MaybePromise } from "../ruleset/ratelimit/counter-store.ts";
import type { Decision, ResponseDecision } from "./decision.ts";
import type { ConfigurationDiff, RuleChange } from "./snapshot/diff.ts";

export type { RuleChange } from "./snapshot/diff.ts";

/** Rules and lists as data, in the shape of the ruleset documents; or what the loader made of files. */
export interface WafConfig {
  readonly rulesets?: readonly unknown[];
  /** By name: the items, or a whole list document. */
  readonly lists?:
    | Readonly<Record<string, readonly ListItemDocument[] | Omit<ListDocument, "name">>>
    | readonly ListDocument[];
}

/** Facts about the configuration in force. */
export interface SnapshotFacts {
  /** Counts from 1 in this firewall's life. */
  readonly version: number;
  /** SHA-256 of the canonical configuration, lower-case hex. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Number of rulesets of the configuration; managed ones do not count. */
  readonly rulesets: number;
  readonly rules: number;
  readonly lists: number;
}

/** A version of a firewall's configuration, and how it came into force. */
export interface HistoryEntry extends SnapshotFacts {
  /** `create`, `update` and `rollback` as the methods; `list` by `updateList`. */
  readonly origin: "create" | "update" | "list" | "rollback";
  /** For `list`: its name. */
  readonly list?: string;
  /** For `rollback`: the version whose content is in force again. */
  readonly restored?: number;
  /** What differs from the version before; nothing for `create`. */
  readonly changes: ConfigurationDiff;
}

/** What a list update put in force. */
export interface ListUpdateReport {
  /** Items of the list now. */
  readonly size: number;
  /** The snapshot in force now; the one from before when the list holds the same items. */
  readonly snapshot: SnapshotFacts;
}

/** What an update put in force. */
export interface UpdateReport {
  /** The configuration now in force. */
  readonly snapshot: SnapshotFacts;
  /** Rules that differ from the configuration before. */
  readonly changes: readonly RuleChange[];
  /** What is accepted but probably not meant. */
  readonly warnings: readonly Diagnostic[];
}

/** Settings of one evaluation. */
export interface EvaluateOptions {
  /** Milliseconds since 1970; default: the view's `receivedAt`. */
  readonly now?: number;
  /** Record why; default: the firewall's own setting. */
  readonly trace?: boolean;
}

/** What became of a request and of the response to it. */
export interface Exchange {
  /** The decision on the request. */
  readonly request: Decision;
  /** Absent when the request was not let through, or when no response was given. */
  readonly response?: ResponseDecision;
}

/** A refusal that no rule decided: the host's own, of a body that is too long for instance. */
export interface HostRefusal {
  readonly status: number;
  /** In words. */
  readonly reason: string;
}

/** One request/response pair. Methods are called in this order, each at most once; later ones may be left out. */
export interface Transaction {
  /** Reference id. */
  readonly id: string;
  readonly snapshot: SnapshotFacts;
  /** Whether a rule that can still run reads the body: the host then calls {@link body} after {@link head}. */
  readonly needsBody: boolean;
  /** Whether a rule reads the response's head, or its body. */
  readonly needsResponse: boolean;
  /** Whether a rule reads the response's body: the host then holds it back. */
  readonly needsResponseBody: boolean;
  /**
   * Judges the request as far as it can be judged without its body. Undefined: {@link needsBody}, and nothing has
   * decided yet.
   */
  head(): MaybePromise<Decision | undefined>;
  /** Judges the rest with the body, or with its inspected part. */
  body(body: BodyView): MaybePromise<Decision>;
  /** {@link head} and {@link body} in one, for a view that already has its body (or has none). */
  request(): MaybePromise<Decision>;
  /** Judges the response. Also counts it for rate limits. */
  response(response: ResponseView): MaybePromise<ResponseDecision>;
  /** Tells of a refusal by the host itself: the event says so, under this transaction's reference. Before {@link end}. */
  refused(refusal: HostRefusal): void;
  /** Runs the logging phase, emits the event, and gives the transaction's memory back. Safe to call twice. */
  end(): void;
}

/** A firewall: one configuration in force, replaced as a whole. */
export interface Waf {
  /** The configuration in force. */
  readonly snapshot: SnapshotFacts;
  /** Judges a request given as data or as a view, the body included. */
  evaluate(request: RequestInit | RequestView, options?: EvaluateOptions): Promise<Decision>;
  /** @throws MisuseError `E_ASYNC_STORE` when a rule needs a store that answers later. */
  evaluateSync(request: RequestInit | RequestView, options?: EvaluateOptions): Decision;
  /** Judges a request, and the view's or the data's own response when the request is let through; one event for both. */
  evaluateExchange(request: RequestInit | RequestView, options?: EvaluateOptions): Promise<Exchange>;
  /** @throws MisuseError `E_ASYNC_STORE` when a rule needs a store that answers later. */
  evaluateExchangeSync(request: RequestInit | RequestView, options?: EvaluateOptions): Exchange;
  /** For hosts: a transaction on the current snapshot. */
  begin(view: RequestView, options?: EvaluateOptions): Transaction;
  /** Compiles everything, then swaps. With faults nothing changes. */
  update(config: WafConfig): Result<UpdateReport>;
  /**
   * Replaces one list's items. It costs what the list costs, whatever stands beside it: nothing else is read, compiled or
   * hashed. The list with its new items is a version of its own, which {@link rollback} undoes.
   */
  updateList(name: string, items: readonly ListItemDocument[]): Result<ListUpdateReport>;
  /** The versions that are kept, newest first, the current one included. */
  history(): readonly HistoryEntry[];
  /** Puts the content of an earlier version in force again, under a version of its own. */
  rollback(version: number): Result<UpdateReport>;
}
