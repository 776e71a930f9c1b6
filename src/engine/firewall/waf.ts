import type { Diagnostic, Result } from "../../language/diagnostics/diagnostic.ts";
import type { RequestData } from "../../request/model/memory-request.ts";
import type { ClientAddressOptions, PreparedRequestOptions } from "../../request/model/options.ts";
import type { RequestView } from "../../request/view/request-view.ts";
import type { ListItemDocument } from "../../rules/ruleset/document.ts";
import type { ChallengeProvider } from "../decision/challenge-provider.ts";
import type { Decision } from "../decision/decision.ts";
import type { HostNeed } from "../decision/host-need.ts";
import type { ModePart, WafMode, WafModes } from "../decision/modes.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";
import type { EvaluateOptions, Exchange, Transaction } from "../evaluation/exchange.ts";
import type { EventStats } from "../events/emitter.ts";
import type { RequestFacts } from "../events/event.ts";
import type { WafMetrics } from "../events/metrics.ts";
import type {
  HistoryEntry,
  ListUpdateReport,
  UpdateOptions,
  UpdateReport,
  WafConfig,
} from "../snapshot/reports.ts";
import type { WafLimits } from "./waf-limits.ts";

/** Properties of a firewall that hosts read. */
export interface HostFacts {
  /** What hosts do when the firewall throws. */
  readonly failure: "closed" | "open";
  /** What happens to a body of which rules see only a part. */
  readonly oversize: "block" | "inspect";
  /** Presents challenges; undefined: no provider. */
  readonly challenge: ChallengeProvider | undefined;
  /** Also counts what hosts do; undefined: no metrics. */
  readonly metrics: WafMetrics | undefined;
  /** As it was given to `createWaf`. */
  readonly client: ClientAddressOptions | undefined;
  /** The firewall's clock, in milliseconds since 1970; undefined: the runtime's. Hosts evaluate by it. */
  readonly clock: (() => number) | undefined;
  /** How requests are read, the limits included. */
  readonly request: PreparedRequestOptions;
}

/** A firewall: one configuration in force, replaced as a whole. */
export interface Waf {
  /** For hosts: what they need to know of this firewall. */
  readonly host: HostFacts;
  /** The configuration in force. */
  readonly snapshot: SnapshotFacts;
  /**
   * Warnings about the configuration in force: what is accepted but probably unintended, as `update` and `tryCreateWaf` return it.
   * `formatDiagnostic` makes text of each.
   */
  readonly warnings: readonly Diagnostic[];
  /** For hosts: what enabled rules of the configuration in force need of them. */
  readonly hostNeeds: readonly HostNeed[];
  /** Evaluates a request given as data or as a view, the body included. */
  evaluate(request: RequestData | RequestView, options?: EvaluateOptions): Promise<Decision>;
  /**
   * Whether `evaluateSync` can evaluate requests under the configuration in force: no enabled rule reads a field that is loaded,
   * or counts in an asynchronous store. For hosts that choose; `requireSync` of `createWaf` makes sure of it.
   */
  readonly canEvaluateSync: boolean;
  /**
   * The same as {@link evaluate}, without a promise.
   *
   * @throws MisuseError whatever the request, unless {@link canEvaluateSync}: `E_ASYNC_FIELD` when a rule reads a field that is
   *   loaded, `E_ASYNC_STORE` when one counts in an asynchronous store. Also `E_ASYNC_STORE` when a store returns a promise
   *   without declaring it.
   */
  evaluateSync(request: RequestData | RequestView, options?: EvaluateOptions): Decision;
  /** Evaluates a request, and the view's or the data's own response when the request passes; one event for both. */
  evaluateExchange(request: RequestData | RequestView, options?: EvaluateOptions): Promise<Exchange>;
  /**
   * The same as {@link evaluateExchange}, without a promise.
   *
   * @throws MisuseError as {@link evaluateSync} does.
   */
  evaluateExchangeSync(request: RequestData | RequestView, options?: EvaluateOptions): Exchange;
  /** For hosts: a transaction on the current snapshot. */
  begin(view: RequestView, options?: EvaluateOptions): Transaction;
  /** What an event would say of a request, not yet redacted: the client and its geography as this firewall determines them. */
  requestFacts(view: RequestView): RequestFacts;
  /** The clients that are limited now by rate limits, and resetting them. */
  readonly limits: WafLimits;
  /** The mode of the firewall; {@link modes} holds those of its parts too. */
  readonly mode: WafMode;
  /** The modes of the firewall, and of the phases and rulesets that have a separate one. */
  readonly modes: WafModes;
  /**
   * The kill switch: sets the mode of the whole firewall, or of one phase or ruleset. It applies from the next request on;
   * requests under way keep the mode they began with. Nothing is compiled or discarded, and an update keeps it.
   *
   * `observe`: rules are evaluated and reported, and nothing is blocked, challenged or redirected; of a part, its rules are in
   * shadow mode. `off`: security phases are left out, mandatory rules and limits included, while redirects, rewrites and
   * routes still happen; of a part, its rules are left out. A failure of the firewall lets requests pass while it is `off`.
   *
   * @throws MisuseError `E_OPTION` for an unknown mode, `E_UNKNOWN_NAME` for a phase or a ruleset that does not exist.
   */
  setMode(mode: WafMode, part?: ModePart): void;
  /**
   * Compiles the configuration, then puts it in force at once. With faults nothing changes.
   *
   * @throws MisuseError under the option `requireSync`, for a rule that may have to be waited for; nothing changes then.
   */
  update(config: WafConfig, options?: UpdateOptions): Result<UpdateReport>;
  /**
   * Replaces one list's items. The cost is proportional to the list alone: nothing else is read, compiled or
   * hashed. The list with its new items is a new version, which {@link rollback} can undo.
   */
  updateList(
    name: string,
    items: readonly ListItemDocument[],
    options?: UpdateOptions,
  ): Result<ListUpdateReport>;
  /** The versions that are kept, newest first, the current one included. */
  history(): readonly HistoryEntry[];
  /** Puts the content of an earlier version in force again, lists included, as a new version. */
  rollback(version: number, options?: UpdateOptions): Result<UpdateReport>;
  /**
   * Writes the sums that `deduplicateEvents` holds back, and waits until the sinks have everything. Never rejects: errors
   * are reported as failures of sinks.
   *
   * @param timeout milliseconds after which a sink counts as failed; default 5,000
   */
  flush(timeout?: number): Promise<void>;
  /**
   * For the end of a program: {@link flush}, after the events of responses that are still under way, with as much as is known
   * of them. Requests are evaluated afterwards as before; their events are written one by one.
   */
  close(timeout?: number): Promise<void>;
  /** Counts of this firewall's events so far. */
  readonly eventStats: EventStats;
}
