import type { Failure, Match } from "../decision.ts";

/** One structured record of a request on which something matched. Plain data; secrets are redacted. */
export interface WafEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Reference id; the block page shows the same. */
  readonly id: string;
  /** Content hash of the snapshot. */
  readonly snapshot: string;
  readonly action: "allow" | "block" | "challenge" | "redirect" | "serve_error";
  /** `observe` mode: what would have been done. */
  readonly wouldHave?: string;
  /**
   * Which part of the firewall decided: `custom`, `ratelimit`, `managed`, `bot`, … ; the phase's short name. `host`
   * when the host refused the request by itself.
   */
  readonly service: string;
  /** Why the host refused it. */
  readonly reason?: string;
  readonly status?: number;
  readonly request: RequestFacts;
  readonly response?: { readonly status: number };
  /** In order; the same rule at most once, with a count. */
  readonly matches: readonly EventMatch[];
  /** Matches beyond the limit of an event. */
  readonly matchesLeftOut?: number;
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
  /** Fields chosen by `log_custom_field` rules, by source and name. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  readonly budgetExhausted?: true;
  /** What went wrong on our side. */
  readonly failures?: readonly Failure[];
  /** Deduplication is on, and this event also stands for `count` like it since `since` (milliseconds since 1970). */
  readonly repeats?: { readonly count: number; readonly since: number };
}

export interface RequestFacts {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly client: string;
  readonly userAgent: string;
  readonly country?: string;
  readonly asn?: number;
  readonly version: string;
}

export interface EventMatch extends Omit<Match, "logged"> {
  readonly count: number;
}

/** Where events go. Must not throw; a promise that rejects is counted and reported through `onError`. */
export interface EventSink {
  readonly name: string;
  write(event: WafEvent): void;
  /** Resolves when everything written so far has left the process. */
  flush?(): Promise<void>;
}
