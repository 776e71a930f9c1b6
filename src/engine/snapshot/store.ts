import { endWith, Holdings } from "../../language/compile/lease.ts";
import { type Diagnostic, diagnose, type Fault, type Result } from "../../language/diagnostics/diagnostic.ts";
import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { Source } from "../../language/diagnostics/source.ts";
import type { Configuration, ListItemDocument } from "../../rules/ruleset/document.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";
import type { Snapshot } from "../evaluation/runtime.ts";
import { type ConfigurationDiff, diffConfigurations, diffList } from "./diff.ts";
import { SnapshotHistory } from "./history.ts";
import type { Limiters } from "./rate-limiters.ts";
import type { HistoryEntry, ListUpdateReport, UpdateOptions, UpdateReport, WafConfig } from "./reports.ts";
import { allWarnings, type Built, type SnapshotBuilder } from "./snapshot-builder.ts";

/** How a version came to be. */
type Origin = Omit<HistoryEntry, keyof Built["facts"]>;

/** A snapshot that is or was in force. */
interface Version extends Built {
  readonly origin: Origin;
}

const NO_CHANGES: ConfigurationDiff = Object.freeze({ rules: [], rulesets: [], lists: [] });
const CREATED: Origin = Object.freeze({ origin: "create", changes: NO_CHANGES });

/**
 * The snapshot of a firewall that is in force, and those before it. Every change is a version of its own: a whole
 * configuration, the items of one list, or an earlier version again. A change with faults changes nothing.
 */
export class SnapshotStore {
  readonly #builder: SnapshotBuilder;
  readonly #limiters: Limiters;
  readonly #history: SnapshotHistory<Version>;
  /** The source of each kept version. */
  readonly #holdings = new Holdings();
  #current: Version;

  private constructor(builder: SnapshotBuilder, limiters: Limiters, first: Built, historySize: number) {
    this.#builder = builder;
    this.#limiters = limiters;
    this.#history = new SnapshotHistory(historySize);
    this.#current = this.#enter(first, CREATED);
    endWith(this, this.#holdings);
  }

  /**
   * @param limiters those of the firewall.
   * @param historySize versions that are kept, the one in force included.
   */
  static open(
    builder: SnapshotBuilder,
    limiters: Limiters,
    config: WafConfig,
    historySize: number,
  ): Result<SnapshotStore> {
    const built = builder.build(config, 1, limiters);
    if (!built.ok) return built;
    return { ...built, value: new SnapshotStore(builder, limiters, built.value, historySize) };
  }

  get current(): Snapshot {
    return this.#current.snapshot;
  }

  /** Whether a ruleset of that id is in force, those supplied in code included. */
  hasRuleset(id: string): boolean {
    return this.#current.snapshot.plan.ruleKeys.has(id);
  }

  /** The warnings of the version in force. */
  get warnings(): readonly Diagnostic[] {
    return allWarnings(this.#current.warnings);
  }

  update(config: WafConfig, options?: UpdateOptions): Result<UpdateReport> {
    const conflict = conflictWith(this.#current.facts, options);
    if (conflict !== undefined) return conflict;
    const made = this.#builder.build(config, this.#next, this.#limiters);
    if (!made.ok) return made;
    const { value: built, warnings } = made;
    const { facts } = this.#current;
    // The same content again is not news: the version stays.
    if (built.facts.hash === facts.hash) {
      built.made.release();
      return { ok: true, value: { snapshot: facts, changes: [], warnings }, warnings };
    }
    const changes = diffConfigurations(configurationOf(this.#current), configurationOf(built));
    this.#enter(built, { origin: "update", changes });
    return { ok: true, value: { snapshot: built.facts, changes: changes.rules, warnings }, warnings };
  }

  updateList(
    name: string,
    items: readonly ListItemDocument[],
    options?: UpdateOptions,
  ): Result<ListUpdateReport> {
    const conflict = conflictWith(this.#current.facts, options);
    if (conflict !== undefined) return conflict;
    const before = this.#current;
    const { scheme, redirects } = before.snapshot;
    if (scheme.list(name) === undefined && !redirects.has(name)) {
      return refused(String(name), "<list>", {
        code: "E_LIST_UNKNOWN",
        message: `there is no list \`$${excerpt(String(name))}\``,
      });
    }
    const made = this.#builder.withList(before, name, items, this.#next);
    if (!made.ok) return made;
    const { warnings } = made;
    const { size, ...built } = made.value;
    if (built.facts.hash === before.facts.hash) {
      built.made.release();
      return { ok: true, value: { size, snapshot: before.facts }, warnings };
    }
    const lists = diffList(configurationOf(before).lists, configurationOf(built).lists, name);
    this.#enter(built, { origin: "list", list: name, changes: { ...NO_CHANGES, lists } });
    return { ok: true, value: { size, snapshot: built.facts }, warnings };
  }

  /** Newest first, the one in force included. */
  history(): readonly HistoryEntry[] {
    return this.#history.all().map(({ facts, origin }) => Object.freeze({ ...facts, ...origin }));
  }

  rollback(version: number, options?: UpdateOptions): Result<UpdateReport> {
    const conflict = conflictWith(this.#current.facts, options);
    if (conflict !== undefined) return conflict;
    const found = this.#history.find(version);
    if (found === undefined) {
      return refused(String(version), "<rollback>", {
        code: "E_EDIT_TARGET",
        message: `there is no version \`${excerpt(String(version))}\` to go back to`,
        expected: this.#history.all().map(({ facts }) => String(facts.version)),
      });
    }
    // A new version with old content: the history tells what was in force when.
    const built = this.#builder.again(found, this.#next);
    const changes = diffConfigurations(configurationOf(this.#current), configurationOf(built));
    this.#enter(built, { origin: "rollback", restored: version, changes });
    const warnings = allWarnings(built.warnings);
    const value = { snapshot: built.facts, changes: changes.rules, warnings };
    return { ok: true, value, warnings };
  }

  get #next(): number {
    return this.#current.facts.version + 1;
  }

  /** Puts a snapshot in force; what it was made from is let go when the history forgets it. */
  #enter(built: Built, origin: Origin): Version {
    const version: Version = { ...built, origin };
    this.#current = version;
    this.#holdings.push(built.made);
    if (this.#history.push(version)) this.#holdings.shift();
    return version;
  }
}

function configurationOf({ made }: Built): Configuration {
  return made.value.configuration;
}

/** Somebody else has changed the configuration since the change was prepared. */
function conflictWith(
  { version, hash }: SnapshotFacts,
  options: UpdateOptions | undefined,
): Result<never> | undefined {
  if (options === undefined) return undefined;
  checkOptionNames(options, UPDATE_OPTION_NAMES);
  const { ifVersion } = options;
  if (ifVersion === undefined || ifVersion === version || ifVersion === hash) return undefined;
  return refused(String(ifVersion), "<version>", {
    code: "E_VERSION_CONFLICT",
    message: `the change is for version \`${excerpt(String(ifVersion))}\`, and version ${version} (\`${hash}\`) is in force`,
    hint: "read the configuration in force, make the change there, and try again",
    expected: [String(version), hash],
    actual: String(ifVersion),
  });
}

const UPDATE_OPTION_NAMES: NamesOf<UpdateOptions> = { ifVersion: true };

function refused(text: string, source: string, fault: Omit<Fault, "span">): Result<never> {
  const span = { start: 0, end: text.length };
  const error: Diagnostic = diagnose(new Source(text, source), { ...fault, span });
  return { ok: false, errors: [error], warnings: [] };
}
