import type { WafMode } from "../options/modes.ts";
import type { HistoryEntry } from "../snapshot/reports.ts";

/** Another mode of the firewall, or of one part of it. */
export interface ModeChange {
  readonly change: "mode";
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly mode: WafMode;
  readonly before: WafMode;
  /** The phase that it is about; absent, with `ruleset`, for the whole firewall. */
  readonly phase?: string;
  /** The ruleset that it is about. */
  readonly ruleset?: string;
}

/** Another version of the configuration in force. */
export interface VersionChange {
  readonly change: "version";
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly origin: HistoryEntry["origin"];
  readonly version: number;
  readonly hash: string;
  /** For `list`: its name. */
  readonly list?: string;
  /** For `rollback`: the version whose content is in force again. */
  readonly restored?: number;
}

/** The change that brought a version. */
export function versionChange({
  version,
  hash,
  createdAt,
  origin,
  list,
  restored,
}: HistoryEntry): VersionChange {
  return {
    change: "version",
    time: createdAt,
    origin,
    version,
    hash,
    ...(list === undefined ? {} : { list }),
    ...(restored === undefined ? {} : { restored }),
  };
}

/** What somebody changed of a running firewall, for logs and metrics: no request is part of it. */
export type WafChange = ModeChange | VersionChange;
