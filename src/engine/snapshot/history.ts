import type { SnapshotFacts } from "../decision/snapshot-facts.ts";

/** Snapshots that were in force, for going back to one. */
export class SnapshotHistory<S extends { readonly facts: SnapshotFacts }> {
  readonly #limit: number;
  /** Oldest first. */
  #kept: readonly S[] = [];

  /** @param limit snapshots kept, the current one included, at least 1: each may hold a whole compiled configuration. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#kept.length;
  }

  /** Puts a snapshot in force. Beyond the limit the oldest is forgotten; true when one was. */
  push(snapshot: S): boolean {
    const isFull = this.#kept.length === this.#limit;
    // A new array each time: one that has grown keeps room for sixteen more, in every firewall.
    this.#kept = [...(isFull ? this.#kept.slice(1) : this.#kept), snapshot];
    return isFull;
  }

  /** The snapshot of that version, while it is remembered. */
  find(version: number): S | undefined {
    return this.#kept.find(({ facts }) => facts.version === version);
  }

  /** Newest first, the current one included. */
  all(): readonly S[] {
    return this.#kept.toReversed();
  }
}
