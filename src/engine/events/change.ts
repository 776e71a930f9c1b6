import type { WafMode } from "../decision/modes.ts";

/** Another mode of the firewall, or of one part of it. */
export interface ModeChange {
  readonly change: "mode";
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly mode: WafMode;
  readonly before: WafMode;
  /** The changed phase; absent, like `ruleset`, for the whole firewall. */
  readonly phase?: string;
  /** The changed ruleset. */
  readonly ruleset?: string;
}

/** Another version of the configuration in force. */
export interface VersionChange {
  readonly change: "version";
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly origin: "create" | "update" | "list" | "rollback";
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
}: Omit<VersionChange, "change" | "time"> & { readonly createdAt: number }): VersionChange {
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

/** A change to a running firewall, for logs and metrics: it contains no request data. */
export type WafChange = ModeChange | VersionChange;
