import { FaultSink } from "../../documents/shapes/faults.ts";
import type { Located } from "../../documents/text/located.ts";
import { readObject } from "../../documents/text/read-object.ts";
import { PlanError } from "../../language/compile/expressions.ts";
import { HAS_FINALIZATION, Lease } from "../../language/compile/lease.ts";
import { PreparedTexts } from "../../language/compile/prepared.ts";
import { type Diagnostic, diagnose, type Result } from "../../language/diagnostics/diagnostic.ts";
import { jsonPointer } from "../../language/diagnostics/json-pointer.ts";
import { excerpt } from "../../language/diagnostics/printable.ts";
import { Source } from "../../language/diagnostics/source.ts";
import { didYouMean } from "../../language/diagnostics/suggest.ts";
import { automatonEngine } from "../../language/pattern/automaton-engine.ts";
import type { ListLookup } from "../../language/scheme/execution-context.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { compileList } from "../../rules/lists/compile-list.ts";
import { compileRedirectList, type RedirectList } from "../../rules/lists/redirect-list.ts";
import { loadLocated } from "../../rules/load/load.ts";
import { type ResolvedOptions, resolveOptions } from "../../rules/load/options.ts";
import { buildPlan } from "../../rules/plan/build-plan.ts";
import type { CandidateSourceFactory } from "../../rules/plan/candidates.ts";
import { LinearSource } from "../../rules/plan/index/linear-source.ts";
import { ruleIndex } from "../../rules/plan/index/rule-index.ts";
import { Compilation, type Dialect, type DialectParts, sharedCompilation } from "../../rules/plan/shared.ts";
import { copyRuleset, readSharedRuleset } from "../../rules/plan/shared-documents.ts";
import { rulesetToPlain } from "../../rules/ruleset/canonical.ts";
import type {
  Configuration,
  ListDocument,
  ListItemDocument,
  RulesetDocument,
} from "../../rules/ruleset/document.ts";
import { preparedOf } from "../../rules/ruleset/prepared.ts";
import type { SnapshotFacts } from "../decision/snapshot-facts.ts";
import { changingFields, type Snapshot } from "../evaluation/runtime.ts";
import type { EngineLimits } from "../options/limits.ts";
import type { WafOptions } from "../options/options.ts";
import { hashConfiguration } from "./content-hash.ts";
import { type Limiters, planLimit } from "./rate-limiters.ts";
import type { WafConfig } from "./reports.ts";

/** A snapshot and the documents it was made from. */
export interface Built {
  readonly facts: SnapshotFacts;
  readonly snapshot: Snapshot;
  readonly configuration: Configuration;
  /** Rulesets supplied in code: their content is part of what judges requests. */
  readonly managed: readonly RulesetDocument[];
  /** What it shares with other snapshots; to be released when it cannot come into force again. */
  readonly lease: Lease;
}

const linear: CandidateSourceFactory = (rules) => new LinearSource(rules);

/** Makes configurations ready for requests. What equal parts of any two firewalls have in common is made once. */
export class SnapshotBuilder {
  readonly #managed: readonly RulesetDocument[];
  readonly #load: ResolvedOptions;
  readonly #now: () => number;
  readonly #limiters: Limiters;
  readonly #compilation: Compilation;
  readonly #dialect: DialectParts;

  constructor(options: WafOptions, scheme: Scheme<never>, limits: EngineLimits, limiters: Limiters) {
    const patterns = options.patterns ?? automatonEngine;
    const expressionLimits = options.limits?.expression;
    this.#limiters = limiters;
    this.#now = options.now ?? Date.now;
    this.#managed = options.managed ?? [];
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
      knowsCached: limiters.knowsCached,
    };
    this.#compilation = HAS_FINALIZATION
      ? sharedCompilation(scheme, patterns, expressionLimits)
      : new Compilation(scheme, {
          patterns,
          ...(expressionLimits === undefined ? {} : { limits: expressionLimits }),
        });
  }

  get phases() {
    return this.#load.phases;
  }

  build(config: WafConfig, version: number): Result<Built> {
    const lease = new Lease();
    let result: Result<Built> | undefined;
    try {
      result = this.#build(config, version, lease);
      return result;
    } finally {
      if (result?.ok !== true) lease.release();
    }
  }

  #build(config: WafConfig, version: number, lease: Lease): Result<Built> {
    const dialect = this.#compilation.dialect(this.#dialect, lease);
    const managed = this.#managed.map((document) => this.#copy(document, dialect, lease));
    const prepared = this.#prepared();
    const { located, warnings } = readConfig(config);
    let expressions = this.#compilation.expressions([], 0, lease, prepared);
    const loaded = loadLocated(
      [located],
      { ...this.#load, rulesets: managed },
      {
        expressions: (lists, maxListNameLength) => {
          expressions = this.#compilation.expressions(lists, maxListNameLength, lease, prepared);
          return expressions;
        },
        ruleset: (part, options, _, sink) =>
          readSharedRuleset(part, options, { dialect, expressions, lease }, sink),
      },
    );
    const before = [...warnings, ...loaded.warnings];
    if (!loaded.ok) return { ...loaded, warnings: before };
    const lists = this.#lists(loaded.value.lists, expressions.scheme, before);
    if (!lists.ok) return lists;
    try {
      const { plan, warnings: ofLimits } = buildPlan([...loaded.value.rulesets, ...managed], {
        actions: this.#load.actionsByName,
        phases: this.#load.phases,
        expressions,
        candidates: this.#dialect.candidates,
        planLimit: (use, own) => planLimit(use, own, this.#limiters.knowsCached),
        limiter: this.#limiters.make,
        changing: changingFields(expressions.scheme),
        maxDepth: this.#dialect.maxDepth,
        pools: dialect.poolsFor(expressions),
        lease,
      });
      const configuration = loaded.value;
      const facts = this.#facts(configuration, managed, version);
      const { scheme } = expressions;
      const { value } = lists;
      const snapshot = Object.freeze({ facts, plan, ...value, skips: new WeakMap(), scheme });
      const built = { facts, snapshot, configuration, managed, lease };
      return { ok: true, value: built, warnings: [...lists.warnings, ...ofLimits] };
    } catch (error) {
      if (error instanceof PlanError)
        return { ok: false, errors: error.diagnostics, warnings: lists.warnings };
      throw error;
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
    const before = built.configuration.lists.find((list) => list.name === name);
    const kind = before?.kind ?? built.snapshot.scheme.list(name)?.list.kind ?? "string";
    const document: ListDocument = { ...before, name, kind, items };
    const made = this.#list(document);
    if (!made.ok) return made;
    const { snapshot, managed, lease } = built;
    const lists =
      before === undefined
        ? [...built.configuration.lists, document]
        : built.configuration.lists.map((list) => (list === before ? document : list));
    const configuration: Configuration = { ...built.configuration, lists };
    const facts = this.#facts(configuration, managed, version);
    const next = Object.freeze({ ...snapshot, facts, ...replaced(snapshot, name, made.value) });
    const value = {
      facts,
      snapshot: next,
      configuration,
      managed,
      lease: lease.retain(),
      size: made.value.size,
    };
    return { ok: true, value, warnings: made.warnings };
  }

  /** An earlier configuration under a version of its own. */
  again(built: Built, version: number): Built {
    const facts = Object.freeze({ ...built.facts, version, createdAt: this.#now() });
    const snapshot = Object.freeze({ ...built.snapshot, facts });
    return { ...built, facts, snapshot, lease: built.lease.retain() };
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

  #facts(configuration: Configuration, managed: readonly RulesetDocument[], version: number): SnapshotFacts {
    const { rulesets, lists } = configuration;
    return Object.freeze({
      version,
      hash: hashConfiguration([...rulesets, ...managed], lists, HASHES),
      createdAt: this.#now(),
      rulesets: rulesets.length,
      rules: rulesets.reduce((sum, ruleset) => sum + ruleset.rules.length, 0),
      lists: lists.length,
    });
  }

  #list(document: ListDocument) {
    return document.kind === "redirect"
      ? compileRedirectList(document)
      : compileList(document, { now: this.#now });
  }

  #lists(
    documents: readonly ListDocument[],
    scheme: Scheme<never>,
    before: readonly Diagnostic[],
  ): Result<Pick<Snapshot, "lists" | "redirects">> {
    const warnings = [...before];
    const errors: Diagnostic[] = [];
    const table = new Map<string, ListLookup>();
    const redirects = new Map<string, RedirectList>();
    for (const document of documents) {
      const made = this.#list(document);
      warnings.push(...made.warnings);
      if (!made.ok) errors.push(...made.errors);
      else if (made.value.kind === "redirect") redirects.set(document.name, made.value);
      else table.set(document.name, made.value);
    }
    if (errors.length > 0) return { ok: false, errors, warnings };
    return {
      ok: true,
      value: { lists: scheme.lists.map(({ name }) => table.get(name)), redirects },
      warnings,
    };
  }
}

/** Hashes of documents, which nobody changes once they are read. */
const HASHES = new WeakMap<object, string>();

function replaced(
  { lists, redirects, scheme }: Snapshot,
  name: string,
  list: ListLookup | RedirectList,
): Partial<Pick<Snapshot, "lists" | "redirects">> {
  if (isRedirects(list)) return { redirects: new Map(redirects).set(name, list) };
  const slot = scheme.list(name)?.slot;
  return { lists: lists.map((other, at) => (at === slot ? list : other)) };
}

function isRedirects(list: ListLookup | RedirectList): list is RedirectList {
  return "kind" in list && list.kind === "redirect";
}

function notItems(located: Located): Result<never> {
  const sink = new FaultSink(located);
  if (!sink.hasErrors)
    sink.report({ code: "E_DOC_TYPE", path: [], message: "the items of a list are an array" });
  return { ok: false, errors: sink.diagnostics(), warnings: [] };
}

const CONFIG_NAME = "<configuration>";
const CONFIG_MEMBERS = ["rulesets", "lists"];

/** What the loader made is read again as plain data: members that it set apart go back to their places. */
function readConfig(config: WafConfig): {
  readonly located: Located;
  readonly warnings: readonly Diagnostic[];
} {
  const located = readObject(config, CONFIG_NAME);
  const { value } = located;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const isFaulty = located.faults.length > 0;
    const message = "a configuration is an object with `rulesets` and `lists`";
    const fault = { code: "E_DOC_TYPE", message, span: located.root, path: [] } as const;
    return { located: isFaulty ? located : { ...located, faults: [fault] }, warnings: [] };
  }
  const rulesets: unknown = Reflect.get(value, "rulesets") ?? [];
  const lists: unknown = Reflect.get(value, "lists") ?? [];
  const plain = Array.isArray(rulesets) ? rulesets.map(withoutExtra) : rulesets;
  const unknown = Object.keys(value).filter((name) => !CONFIG_MEMBERS.includes(name));
  return { located: { ...located, value: { rulesets: plain, lists } }, warnings: unknown.map(unknownMember) };
}

function withoutExtra(ruleset: unknown): unknown {
  return isLoaded(ruleset) && [ruleset, ...ruleset.rules].some(isExtended)
    ? rulesetToPlain(ruleset)
    : ruleset;
}

function isLoaded(ruleset: unknown): ruleset is RulesetDocument {
  return (
    typeof ruleset === "object" &&
    ruleset !== null &&
    "rules" in ruleset &&
    Array.isArray(ruleset.rules) &&
    ruleset.rules.every((rule) => typeof rule === "object" && rule !== null)
  );
}

function isExtended(part: object): boolean {
  return Object.hasOwn(part, "extra");
}

function unknownMember(name: string): Diagnostic {
  const hint = didYouMean(name, CONFIG_MEMBERS);
  const found = diagnose(new Source(name, CONFIG_NAME), {
    code: "W_DOC_UNKNOWN_MEMBER",
    severity: "warning",
    message: `unknown member \`${excerpt(name)}\`, which no configuration has`,
    span: { start: 0, end: name.length },
    ...(hint === undefined ? {} : { hint }),
  });
  return { ...found, pointer: jsonPointer([name]) };
}
