import { FaultSink } from "../../documents/shapes/faults.ts";
import type { Located } from "../../documents/text/located.ts";
import { readObject } from "../../documents/text/read-object.ts";
import { PlanError } from "../../language/compile/expressions.ts";
import { HAS_FINALIZATION, Lease, type SharedPart } from "../../language/compile/lease.ts";
import { PreparedTexts } from "../../language/compile/prepared.ts";
import type { Diagnostic, Result } from "../../language/diagnostics/diagnostic.ts";
import { automatonEngine } from "../../language/pattern/automaton-engine.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { compileAnyList } from "../../rules/lists/compile-any-list.ts";
import { inDocument } from "../../rules/lists/item-faults.ts";
import { loadLocated, loadPartly } from "../../rules/load/load.ts";
import { type ResolvedOptions, resolveOptions } from "../../rules/load/options.ts";
import { bindLimits } from "../../rules/plan/bind-limits.ts";
import { buildPlan } from "../../rules/plan/build-plan.ts";
import type { CandidateSourceFactory } from "../../rules/plan/candidates.ts";
import { contentOf } from "../../rules/plan/content.ts";
import { LinearSource } from "../../rules/plan/index/linear-source.ts";
import { ruleIndex } from "../../rules/plan/index/rule-index.ts";
import { numberOf } from "../../rules/plan/numbers.ts";
import type { Plan } from "../../rules/plan/plan.ts";
import { RulePlaces } from "../../rules/plan/rule-places.ts";
import {
  Compilation,
  type Dialect,
  type DialectParts,
  type SharedList,
  sharedCompilation,
} from "../../rules/plan/shared.ts";
import { copyRuleset, readSharedRuleset } from "../../rules/plan/shared-documents.ts";
import type { ListDocument, ListItemDocument, RulesetDocument } from "../../rules/ruleset/document.ts";
import { preparedOf } from "../../rules/ruleset/prepared.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";
import { changingFields, type Snapshot } from "../evaluation/runtime.ts";
import type { EngineLimits } from "../options/limits.ts";
import type { WafOptions } from "../options/options.ts";
import { configurationOf, HASHES, type MadeConfiguration } from "./configuration.ts";
import { type Limiters, planLimit } from "./rate-limiters.ts";
import { readConfig } from "./read-config.ts";
import type { WafConfig } from "./reports.ts";
import { suppliersOf, unsuppliedWarnings } from "./unsupplied.ts";
import { cannotWait, waitsOf } from "./waits.ts";

/** Options that configurations are made by. */
export type BuilderOptions = Pick<
  WafOptions,
  | "patterns"
  | "limits"
  | "now"
  | "managed"
  | "references"
  | "partial"
  | "actions"
  | "phases"
  | "nilNotEqual"
  | "candidates"
  | "servedFromCache"
  | "requireSync"
  | "supplied"
  | "geo"
  | "zoneName"
  | "client"
  | "plainHttp"
>;

/** What is accepted but probably not meant: of lists apart, since they are replaced alone. */
export interface Warnings {
  readonly rules: readonly Diagnostic[];
  /** By the list's name; none for lists without. */
  readonly lists: ReadonlyMap<string, readonly Diagnostic[]>;
}

/** Of most firewalls: they need not have one each. */
const NO_WARNINGS: Warnings = Object.freeze({ rules: [], lists: new Map() });

/** A snapshot, and what it was made from, which others may have too. */
export interface Built {
  readonly warnings: Warnings;
  readonly facts: SnapshotFacts;
  readonly snapshot: Snapshot;
  /** Held once for the snapshot, until that cannot come into force any more. */
  readonly made: SharedPart<MadeConfiguration>;
}

const linear: CandidateSourceFactory = (rules) => new LinearSource(rules);

/**
 * Makes configurations ready for requests. What equal parts of any two firewalls have in common is made once. It knows no
 * firewall: those with equal options have one.
 */
export class SnapshotBuilder {
  readonly #managed: readonly RulesetDocument[];
  readonly #load: ResolvedOptions;
  readonly #now: () => number;
  readonly #compilation: Compilation;
  readonly #dialect: DialectParts;
  readonly #requireSync: boolean;
  readonly #partial: boolean;
  readonly #nilNotEqual: boolean;
  readonly #suppliers: ReadonlySet<string>;
  readonly #scheme: Scheme<never>;

  constructor(options: BuilderOptions, scheme: Scheme<never>, limits: EngineLimits) {
    const patterns = options.patterns ?? automatonEngine;
    const expressionLimits = options.limits?.expression;
    this.#now = options.now ?? wallClock;
    this.#managed = options.managed ?? [];
    this.#requireSync = options.requireSync ?? false;
    this.#partial = options.partial ?? false;
    this.#nilNotEqual = options.nilNotEqual ?? false;
    this.#suppliers = suppliersOf(options, scheme);
    this.#scheme = scheme;
    this.#load = resolveOptions({
      scheme,
      patterns,
      references: options.references ?? "declared",
      ...(options.actions === undefined ? {} : { actions: options.actions }),
      ...(options.phases === undefined ? {} : { phases: options.phases }),
      ...(expressionLimits === undefined ? {} : { limits: expressionLimits }),
    });
    this.#dialect = {
      actions: this.#load.actionsByName,
      phases: this.#load.phases,
      references: options.references ?? "declared",
      candidates: options.candidates === "linear" ? linear : ruleIndex,
      maxDepth: limits.maxExecuteDepth,
      knowsCached: options.servedFromCache !== undefined,
    };
    const compile = {
      patterns,
      nilNotEqual: options.nilNotEqual ?? false,
      ...(expressionLimits === undefined ? {} : { limits: expressionLimits }),
    };
    this.#compilation = HAS_FINALIZATION
      ? sharedCompilation(scheme, compile)
      : new Compilation(scheme, compile);
  }

  get phases() {
    return this.#load.phases;
  }

  get actionsByName() {
    return this.#load.actionsByName;
  }

  /**
   * @param limiters those of the firewall that the snapshot is for.
   * @throws MisuseError under `requireSync`, when a rule may have to be waited for.
   */
  build(config: WafConfig, version: number, limiters: Limiters): Result<Built> {
    if (!this.#partial) return this.#buildWhole(config, version, limiters);
    const { located, errors, warnings } = readConfig(config);
    if (errors.length > 0) return { ok: false, errors, warnings };
    const options = { ...this.#load, rulesets: this.#managed, nilNotEqual: this.#nilNotEqual };
    const part = loadPartly([located], options);
    if (!part.ok) return part;
    const built = this.#buildWhole(part.value, version, limiters);
    // Building tells again what is right with a remark.
    const leftOut = part.warnings.filter(({ code }) => code === "W_IMPORT" || code.startsWith("E_"));
    if (!built.ok) return { ...built, warnings: [...leftOut, ...built.warnings] };
    const { rules, lists } = built.value.warnings;
    const found = { rules: [...leftOut, ...rules], lists };
    const value = { ...built.value, warnings: found };
    return { ok: true, value, warnings: allWarnings(found) };
  }

  #buildWhole(config: WafConfig, version: number, limiters: Limiters): Result<Built> {
    // Rulesets and how they are laid out; lists, and the configuration of both.
    const [laying, making] = [new Lease(), new Lease()];
    let made: Result<SharedPart<MadeConfiguration>> | undefined;
    const lists = new Map<string, readonly Diagnostic[]>();
    const places = new RulePlaces();
    try {
      made = this.#make(config, laying, making, lists, places);
    } finally {
      // What was made owns its leases.
      if (made?.ok !== true) {
        laying.release();
        making.release();
      }
    }
    if (!made.ok) return made;
    const { whole } = made.value.value;
    const waits = waitsOf(whole.value, limiters.answerLater);
    if (waits !== undefined && this.#requireSync) {
      made.value.drop();
      throw cannotWait(waits, "`requireSync` refuses the configuration");
    }
    const bound = bindLimits(whole.value, limiters);
    const found = bound.warnings.map(({ rule, diagnostic }) => places.inDocument(rule, diagnostic));
    const rules = [...made.warnings, ...found, ...this.#unsupplied(bound.plan, places)];
    const warnings = { rules, lists };
    const value = this.#built(made.value, { plan: bound.plan, waits }, version, warnings);
    return { ok: true, value, warnings: allWarnings(warnings) };
  }

  /** What is said of the configuration's own rules; those of managed rulesets are not their author's. */
  #unsupplied(plan: Plan, places: RulePlaces): readonly Diagnostic[] {
    return unsuppliedWarnings(plan, this.#suppliers, this.#scheme).flatMap(({ ruleset, ref, diagnostic }) => {
      const rule = places.rule(ruleset.id, ruleset.version, ref);
      return rule === undefined ? [] : places.inDocument(rule, diagnostic);
    });
  }

  /**
   * @param found takes the warnings about lists; those of the result are about all else.
   * @param places takes where the rules stand.
   */
  #make(
    config: WafConfig,
    laying: Lease,
    making: Lease,
    found: Map<string, readonly Diagnostic[]>,
    places: RulePlaces,
  ): Result<SharedPart<MadeConfiguration>> {
    const dialect = this.#compilation.dialect(this.#dialect, laying);
    const managed = this.#managed.map((document) => this.#copy(document, dialect, laying));
    const prepared = this.#prepared();
    const { located, errors, warnings } = readConfig(config);
    let expressions = this.#compilation.expressions([], 0, laying, prepared);
    const loaded = loadLocated(
      [located],
      { ...this.#load, rulesets: managed },
      {
        isWhole: true,
        expressions: (lists, maxListNameLength, conditions) => {
          expressions = this.#compilation.expressions(lists, maxListNameLength, laying, prepared, conditions);
          return expressions;
        },
        ruleset: (part, options, _, sink) => {
          const read = readSharedRuleset(part, options, { dialect, expressions, lease: laying }, sink);
          if (read !== undefined) places.add(read);
          return read;
        },
      },
    );
    const before = [...warnings, ...loaded.warnings];
    if (!loaded.ok) return { ok: false, errors: [...errors, ...loaded.errors], warnings: before };
    if (errors.length > 0) return { ok: false, errors, warnings: before };
    const { rulesets, conditions } = loaded.value;
    const lists = this.#lists(loaded.value.lists, dialect, making, before, found);
    if (!lists.ok) return lists;
    const { scheme } = expressions;
    const key = [...rulesets.map(numberOf), "managed", ...managed.map(numberOf), expressions.number].join(
      " ",
    );
    try {
      const whole = dialect.wholes.part(
        key,
        (lease) =>
          buildPlan([...rulesets, ...managed], {
            actions: this.#dialect.actions,
            phases: this.#dialect.phases,
            expressions: expressions.heldBy(lease),
            candidates: this.#dialect.candidates,
            planLimit: (use, own) => planLimit(use, own, this.#dialect.knowsCached),
            changing: changingFields(scheme),
            maxDepth: this.#dialect.maxDepth,
            pools: dialect.poolsFor(expressions),
            lease,
          }),
        laying,
      );
      const parts = { whole, dialect, rulesets, managed, scheme, lists: lists.value, conditions };
      const made = configurationOf(parts, making);
      return { ok: true, value: made, warnings: before };
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      const { rule, diagnostics } = error;
      const errors =
        rule === undefined ? diagnostics : diagnostics.map((one) => places.inDocument(rule, one));
      return { ok: false, errors, warnings: lists.warnings };
    }
  }

  /**
   * The same configuration with other items in one list, under a version of its own. Only that list is made anew:
   * nothing else is read, compiled or hashed. The list is declared.
   */
  withList(
    built: Built,
    name: string,
    given: readonly ListItemDocument[],
    version: number,
  ): Result<Built & { readonly size: number }> {
    const located = readObject(given, `$${name}`);
    const items: unknown = located.value;
    if (located.faults.length > 0 || !Array.isArray(items)) return notItems(located);
    const { configuration, shared, ...parts } = built.made.value;
    const before = configuration.lists.findIndex((list) => list.name === name);
    const document = configuration.lists[before];
    const kind = document?.kind ?? parts.scheme.list(name)?.list.kind ?? "string";
    const made = this.#list({ ...document, name, kind, items }, parts.dialect);
    if (!made.ok) return made;
    const lists = before === -1 ? [...shared, made.value] : shared.with(before, made.value);
    const { rulesets, conditions } = configuration;
    const part = configurationOf({ ...parts, rulesets, lists, conditions }, new Lease());
    const found = new Map(built.warnings.lists);
    if (made.warnings.length > 0) found.set(name, made.warnings);
    else found.delete(name);
    const value = this.#built(part, built.snapshot, version, { rules: built.warnings.rules, lists: found });
    return { ok: true, value: { ...value, size: made.value.value.list.size }, warnings: made.warnings };
  }

  /** An earlier configuration under a version of its own. */
  again({ made, snapshot, warnings }: Built, version: number): Built {
    return this.#built(made, snapshot, version, warnings);
  }

  #copy(document: RulesetDocument, dialect: Dialect, lease: Lease): RulesetDocument {
    const copy = copyRuleset(document, dialect, lease);
    const prepared = preparedOf(document);
    if (prepared !== undefined) HASHES.set(copy, prepared.hash);
    return copy;
  }

  /** What is shipped was read within the limits that expressions have unless told otherwise. */
  #prepared(): readonly PreparedTexts[] {
    if (this.#load.limits !== undefined) return [];
    return this.#managed.flatMap((document) => {
      const prepared = preparedOf(document);
      if (prepared === undefined) return [];
      const texts = document.rules.map(({ expression }) => expression);
      return [new PreparedTexts(texts, () => JSON.parse(prepared.expressions))];
    });
  }

  /**
   * Holds the configuration for the snapshot.
   *
   * @param own what of it is the firewall's: the plan with its limiters, and what that has to wait for.
   */
  #built(
    made: SharedPart<MadeConfiguration>,
    { plan, waits }: Pick<Snapshot, "plan" | "waits">,
    version: number,
    warnings: Warnings,
  ): Built {
    made.hold();
    let createdAt: number;
    try {
      createdAt = this.#now();
    } catch (error) {
      made.release();
      throw error;
    }
    const { configuration, hash, rules, lists, redirects, skips, scheme } = made.value;
    const facts: SnapshotFacts = Object.freeze({
      version,
      hash,
      createdAt,
      rulesets: configuration.rulesets.length,
      rules,
      lists: configuration.lists.length,
    });
    const snapshot = Object.freeze({ facts, plan, lists, redirects, skips, scheme, waits });
    const isNone = warnings.rules.length === 0 && warnings.lists.size === 0;
    return { facts, snapshot, made, warnings: isNone ? NO_WARNINGS : warnings };
  }

  /** A list ready for requests: the one that another configuration has already, if there is an equal one. */
  #list(document: ListDocument, { lists }: Dialect): Result<SharedPart<SharedList>> {
    const content = contentOf(document);
    const known = lists.find(content, this.#now);
    const { items } = document;
    if (known !== undefined)
      return { ok: true, value: known, warnings: inDocument(known.value.warnings, items) };
    const made = compileAnyList(document, { now: this.#now });
    if (!made.ok) {
      const { errors, warnings } = made;
      return { ok: false, errors: inDocument(errors, items), warnings: inDocument(warnings, items) };
    }
    const { value: list, warnings } = made;
    const value = lists.add(content, this.#now, { document, list, warnings });
    return { ok: true, value, warnings: inDocument(warnings, items) };
  }

  #lists(
    documents: readonly ListDocument[],
    dialect: Dialect,
    lease: Lease,
    before: readonly Diagnostic[],
    found: Map<string, readonly Diagnostic[]>,
  ): Result<readonly SharedPart<SharedList>[]> {
    const warnings = [...before];
    const errors: Diagnostic[] = [];
    const lists: SharedPart<SharedList>[] = [];
    for (const document of documents) {
      const made = this.#list(document, dialect);
      warnings.push(...made.warnings);
      if (made.warnings.length > 0) found.set(document.name, made.warnings);
      if (made.ok) {
        lease.take(made.value);
        lists.push(made.value);
      } else errors.push(...made.errors);
    }
    if (errors.length > 0) return { ok: false, errors, warnings };
    return { ok: true, value: lists, warnings };
  }
}

/** Those about rules first. */
export function allWarnings({ rules, lists }: Warnings): readonly Diagnostic[] {
  return [...rules, ...[...lists.values()].flat()];
}

/** Looks `Date` up each time: programs replace it in tests, and the function outlives them. */
const wallClock = (): number => Date.now();

function notItems(located: Located): Result<never> {
  const sink = new FaultSink(located);
  if (!sink.hasErrors)
    sink.report({ code: "E_DOC_TYPE", path: [], message: "the items of a list are an array" });
  return { ok: false, errors: sink.diagnostics(), warnings: [] };
}
