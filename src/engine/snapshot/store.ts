import { endWith, Leases } from "../../language/compile/lease.ts";
import { type Diagnostic, diagnose, type Fault, type Result } from "../../language/diagnostics/diagnostic.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { Source } from "../../language/diagnostics/source.ts";
import type { ListItemDocument } from "../../rules/ruleset/document.ts";
import type { Snapshot } from "../evaluation/runtime.ts";
import { type ConfigurationDiff, diffConfigurations, diffList } from "./diff.ts";
import { createHistory, type SnapshotHistory } from "./history.ts";
import type { HistoryEntry, ListUpdateReport, UpdateReport, WafConfig } from "./reports.ts";
import type { Built, SnapshotBuilder } from "./snapshot-builder.ts";

/** A snapshot that is or was in force, and how it came to be. */
interface Version extends Built {
  readonly entry: HistoryEntry;
}

const NO_CHANGES: ConfigurationDiff = Object.freeze({ rules: [], rulesets: [], lists: [] });

/**
 * The snapshot of a firewall that is in force, and those before it. Every change is a version of its own: a whole
 * configuration, the items of one list, or an earlier version again. A change with faults changes nothing.
 */
export class SnapshotStore {
  readonly #builder: SnapshotBuilder;
  readonly #history: SnapshotHistory<Version>;
  readonly #size: number;
  /** One for each version that is kept. */
  readonly #leases = new Leases();
  #kept = 0;
  #current: Version;
  #version = 1;

  private constructor(builder: SnapshotBuilder, first: Built, historySize: number) {
    this.#builder = builder;
    this.#size = historySize;
    this.#history = createHistory(historySize);
    this.#current = this.#enter(first, { origin: "create", changes: NO_CHANGES });
    endWith(this, this.#leases);
  }

  /** @param historySize versions that are kept, the one in force included. */
  static open(builder: SnapshotBuilder, config: WafConfig, historySize: number): Result<SnapshotStore> {
    const built = builder.build(config, 1);
    if (!built.ok) return built;
    return { ...built, value: new SnapshotStore(builder, built.value, historySize) };
  }

  get current(): Snapshot {
    return this.#current.snapshot;
  }

  update(config: WafConfig): Result<UpdateReport> {
    const made = this.#builder.build(config, this.#version + 1);
    if (!made.ok) return made;
    const { value: built, warnings } = made;
    const { facts } = this.#current;
    // The same content again is no news: the version stays.
    if (built.facts.hash === facts.hash) {
      built.lease.release();
      return { ok: true, value: { snapshot: facts, changes: [], warnings }, warnings };
    }
    const changes = diffConfigurations(this.#current.configuration, built.configuration);
    this.#enter(built, { origin: "update", changes });
    return { ok: true, value: { snapshot: built.facts, changes: changes.rules, warnings }, warnings };
  }

  updateList(name: string, items: readonly ListItemDocument[]): Result<ListUpdateReport> {
    const before = this.#current;
    const { scheme, redirects } = before.snapshot;
    if (scheme.list(name) === undefined && !redirects.has(name)) {
      return refused(String(name), "<list>", {
        code: "E_LIST_UNKNOWN",
        message: `there is no list \`$${excerpt(String(name))}\``,
      });
    }
    const made = this.#builder.withList(before, name, items, this.#version + 1);
    if (!made.ok) return made;
    const { warnings } = made;
    const { size, ...built } = made.value;
    if (built.facts.hash === before.facts.hash) {
      built.lease.release();
      return { ok: true, value: { size, snapshot: before.facts }, warnings };
    }
    const lists = diffList(before.configuration.lists, built.configuration.lists, name);
    this.#enter(built, { origin: "list", list: name, changes: { ...NO_CHANGES, lists } });
    return { ok: true, value: { size, snapshot: built.facts }, warnings };
  }

  /** Newest first, the one in force included. */
  history(): readonly HistoryEntry[] {
    return this.#history.all().map(({ entry }) => entry);
  }

  rollback(version: number): Result<UpdateReport> {
    const found = this.#history.find(version);
    if (found === undefined) {
      return refused(String(version), "<rollback>", {
        code: "E_EDIT_TARGET",
        message: `there is no version \`${excerpt(String(version))}\` to go back to`,
        expected: this.#history.all().map(({ facts }) => String(facts.version)),
      });
    }
    // A new version with old content: the history tells what was in force when.
    const built = this.#builder.again(found, this.#version + 1);
    const changes = diffConfigurations(this.#current.configuration, built.configuration);
    this.#enter(built, { origin: "rollback", restored: version, changes });
    const value = { snapshot: built.facts, changes: changes.rules, warnings: [] };
    return { ok: true, value, warnings: [] };
  }

  /** Puts a snapshot in force; what it holds of others is let go when the history forgets it. */
  #enter(built: Built, how: Omit<HistoryEntry, keyof Built["facts"]>): Version {
    const entry: HistoryEntry = Object.freeze({ ...built.facts, ...how });
    const version: Version = { ...built, entry };
    this.#version = built.facts.version;
    this.#current = version;
    this.#history.push(version);
    this.#leases.push(built.lease);
    if (++this.#kept > this.#size) {
      this.#leases.shift();
      this.#kept--;
    }
    return version;
  }
}

function refused(text: string, source: string, fault: Omit<Fault, "span">): Result<never> {
  const span = { start: 0, end: text.length };
  const error: Diagnostic = diagnose(new Source(text, source), { ...fault, span });
  return { ok: false, errors: [error], warnings: [] };
}
