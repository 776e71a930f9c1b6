import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import type { ConditionDocument, ListDocument, ListItemDocument } from "../../rules/ruleset/document.ts";
import type { RulesetInput } from "../../rules/ruleset/input.ts";
import type { UncheckedRuleset } from "../../rules/ruleset/unchecked.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";
import type { ConfigurationDiff, RuleChange } from "./diff.ts";

/**
 * Rules and lists as data, in the shape of the ruleset documents; or what the loader made of files. Whatever the
 * compiler accepts, the whole configuration is checked when the firewall takes it.
 */
export interface WafConfig {
  /** Rulesets written in TypeScript, read by the loader, or taken unchecked by {@link uncheckedRuleset}. */
  readonly rulesets?: readonly (RulesetInput | UncheckedRuleset)[];
  /** By name: the items, or a whole list document. */
  readonly lists?:
    | Readonly<Record<string, readonly ListItemDocument[] | Omit<ListDocument, "name">>>
    | readonly ListDocument[];
  /** Named conditions by name, which expressions call as `condition.NAME(…)`; one without parameters may be its text alone. */
  readonly conditions?: Readonly<Record<string, string | ConditionDocument>>;
}

/** A version of a firewall's configuration, and how it came into force. */
export interface HistoryEntry extends SnapshotFacts {
  /** `create`, `update` and `rollback` as the methods; `list` by `updateList`. */
  readonly origin: "create" | "update" | "list" | "rollback";
  /** For `list`: its name. */
  readonly list?: string;
  /** For `rollback`: the version whose content is in force again. */
  readonly restored?: number;
  /** The differences from the version before; nothing for `create`. */
  readonly changes: ConfigurationDiff;
}

/** On what condition a change is made. */
export interface UpdateOptions {
  /**
   * The version that the change was prepared for: its number or its content hash, from {@link SnapshotFacts}. When another
   * one is in force, nothing changes and the result is `E_VERSION_CONFLICT`. Default: whichever is in force.
   */
  readonly ifVersion?: number | string;
}

/** The result of a list update. */
export interface ListUpdateReport {
  /** Items of the list now. */
  readonly size: number;
  /** The snapshot in force now; the one from before when the list holds the same items. */
  readonly snapshot: SnapshotFacts;
}

/** The result of an update. */
export interface UpdateReport {
  /** The configuration now in force. */
  readonly snapshot: SnapshotFacts;
  /** Rules that differ from the configuration before. */
  readonly changes: readonly RuleChange[];
  /** Warnings: parts that are accepted but probably not meant. */
  readonly warnings: readonly Diagnostic[];
}
