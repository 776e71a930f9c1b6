import { MisuseError } from "../../language/diagnostics/misuse.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";

/** Snapshots that were in force, newest first, for going back to one. */
export interface SnapshotHistory<S extends { readonly facts: SnapshotFacts }> {
  /** The snapshot in force; undefined before the first. */
  readonly current: S | undefined;
  /** Puts a snapshot in force. Beyond the limit the oldest is forgotten. */
  push(snapshot: S): void;
  /** The snapshot of that version, while it is remembered. */
  find(version: number): S | undefined;
  /** Newest first, the current one included. */
  all(): readonly S[];
  readonly size: number;
}

/**
 * @param limit snapshots kept, the current one included. Default 10: each may hold a whole compiled configuration.
 * @throws MisuseError `E_OPTION` when the limit is below 1.
 */
export function createHistory<S extends { readonly facts: SnapshotFacts }>(limit = 10): SnapshotHistory<S> {
  if (!Number.isInteger(limit) || limit < 1)
    throw new MisuseError("E_OPTION", "a history keeps at least one snapshot");
  // Oldest first.
  const kept: S[] = [];
  return {
    get current() {
      return kept.at(-1);
    },
    get size() {
      return kept.length;
    },
    push(snapshot) {
      kept.push(snapshot);
      if (kept.length > limit) kept.shift();
    },
    find: (version) => kept.find(({ facts }) => facts.version === version),
    all: () => [...kept].reverse(),
  };
}
