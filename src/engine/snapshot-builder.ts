import type { ListLookup } from "../expression/scheme/execution-context.ts";
import type { Scheme } from "../expression/scheme/scheme.ts";
import type { Diagnostic, Result } from "../expression/source/diagnostic.ts";
import { automatonEngine } from "../expression/values/pattern/automaton-engine.ts";
import { rulesetToPlain } from "../ruleset/canonical.ts";
import type { ListDocument, ListItemDocument, RulesetDocument } from "../ruleset/document.ts";
import { LinearSource } from "../ruleset/index/linear-source.ts";
import { ruleIndex } from "../ruleset/index/rule-index.ts";
import { compileList } from "../ruleset/lists/compile-list.ts";
import { compileRedirectList, type RedirectList } from "../ruleset/lists/redirect-list.ts";
import { loadObject } from "../ruleset/load.ts";
import { type Configuration, type ResolvedOptions, resolveOptions } from "../ruleset/options.ts";
import { buildPlan } from "../ruleset/plan/build-plan.ts";
import { Expressions, PlanError } from "../ruleset/plan/expressions.ts";
import type { EngineLimits } from "./limits.ts";
import type { WafOptions } from "./options.ts";
import type { LimiterMaker } from "./rate-limiters.ts";
import { changingFields, type Snapshot } from "./runtime.ts";
import { contentHash } from "./snapshot/content-hash.ts";
import type { SnapshotFacts, WafConfig } from "./waf.ts";

/** A snapshot and the documents it was made from. */
export interface Built {
  readonly facts: SnapshotFacts;
  readonly snapshot: Snapshot;
  readonly configuration: Configuration;
}

/** Makes configurations ready for requests. What two of them have in common is compiled once. */
export class SnapshotBuilder {
  readonly #options: WafOptions;
  readonly #limits: EngineLimits;
  readonly #load: ResolvedOptions;
  readonly #now: () => number;
  readonly #limiter: LimiterMaker;
  #expressions: Expressions | undefined;
  /** Names and kinds of the lists that {@link #expressions} was made with. */
  #declared = "";

  constructor(options: WafOptions, scheme: Scheme<never>, limits: EngineLimits, limiter: LimiterMaker) {
    this.#options = options;
    this.#limits = limits;
    this.#limiter = limiter;
    this.#now = options.now ?? Date.now;
    this.#load = resolveOptions({
      scheme,
      patterns: options.patterns ?? automatonEngine,
      rulesets: options.managed ?? [],
      references: options.references ?? "declared",
      ...(options.actions === undefined ? {} : { actions: options.actions }),
      ...(options.phases === undefined ? {} : { phases: options.phases }),
      ...(options.limits?.expression === undefined ? {} : { limits: options.limits.expression }),
    });
  }

  get phases() {
    return this.#load.phases;
  }

  build(config: WafConfig, version: number): Result<Built> {
    let expressions: Expressions | undefined;
    const options: ResolvedOptions = {
      ...this.#load,
      expressions: (scheme) => {
        expressions = this.#expressionsOf(scheme);
        return expressions;
      },
    };
    const loaded = loadObject(plainConfig(config), options, "<configuration>");
    if (!loaded.ok) return loaded;
    return this.#compile(loaded.value, version, expressions!, loaded.warnings);
  }

  /** The same configuration with other items in one list; only that list is made anew. */
  withList(
    built: Built,
    name: string,
    items: readonly ListItemDocument[],
  ): Result<Built & { readonly size: number }> {
    const before = built.configuration.lists.find((list) => list.name === name);
    const kind = before?.kind ?? built.snapshot.scheme.list(name)?.list.kind ?? "string";
    const document: ListDocument = { ...before, name, kind, items };
    const { snapshot, configuration } = built;
    const lists =
      before === undefined
        ? [...configuration.lists, document]
        : configuration.lists.map((list) => (list === before ? document : list));
    const next: Configuration = { ...configuration, lists };
    const facts = { ...snapshot.facts, hash: hashOf(next, this.#options.managed), createdAt: this.#now() };
    if (kind === "redirect") {
      const redirect = compileRedirectList(document);
      if (!redirect.ok) return redirect;
      const redirects = new Map(snapshot.redirects).set(name, redirect.value);
      const made = {
        facts,
        snapshot: { ...snapshot, facts, redirects },
        configuration: next,
        size: items.length,
      };
      return { ok: true, value: made, warnings: redirect.warnings };
    }
    const compiled = compileList(document, { now: this.#now });
    if (!compiled.ok) return compiled;
    const slot = snapshot.scheme.list(name)?.slot;
    const table = [...snapshot.lists];
    if (slot !== undefined) table[slot] = compiled.value;
    const made = {
      facts,
      snapshot: { ...snapshot, facts, lists: table },
      configuration: next,
      size: compiled.value.size,
    };
    return { ok: true, value: made, warnings: compiled.warnings };
  }

  #compile(
    configuration: Configuration,
    version: number,
    expressions: Expressions,
    before: readonly Diagnostic[],
  ): Result<Built> {
    const warnings = [...before];
    const errors: Diagnostic[] = [];
    const table = new Map<string, ListLookup>();
    const redirects = new Map<string, RedirectList>();
    for (const document of configuration.lists) {
      const made =
        document.kind === "redirect"
          ? compileRedirectList(document)
          : compileList(document, { now: this.#now });
      warnings.push(...made.warnings);
      if (!made.ok) errors.push(...made.errors);
      else if (made.value.kind === "redirect") redirects.set(document.name, made.value);
      else table.set(document.name, made.value);
    }
    if (errors.length > 0) return { ok: false, errors, warnings };
    const { scheme } = expressions;
    try {
      const plan = buildPlan([...configuration.rulesets, ...(this.#options.managed ?? [])], {
        actions: this.#load.actionsByName,
        phases: this.#load.phases,
        expressions,
        candidates: this.#options.candidates === "linear" ? (rules) => new LinearSource(rules) : ruleIndex,
        limiter: (use) => {
          const made = this.#limiter(use, expressions);
          warnings.push(...made.warnings);
          return made;
        },
        changing: changingFields(scheme),
        maxDepth: this.#limits.maxExecuteDepth,
      });
      const facts: SnapshotFacts = Object.freeze({
        version,
        hash: hashOf(configuration, this.#options.managed),
        createdAt: this.#now(),
        rulesets: configuration.rulesets.length,
        rules: configuration.rulesets.reduce((sum, ruleset) => sum + ruleset.rules.length, 0),
        lists: configuration.lists.length,
      });
      expressions.finish();
      const lists = scheme.lists.map(({ name }) => table.get(name));
      const snapshot = Object.freeze({ facts, plan, lists, redirects, skips: new WeakMap(), scheme });
      return { ok: true, value: { facts, snapshot, configuration }, warnings };
    } catch (error) {
      if (error instanceof PlanError) return { ok: false, errors: error.diagnostics, warnings };
      throw error;
    }
  }

  /** Compiled expressions name lists by slot: they are kept as long as no list comes, goes or moves. */
  #expressionsOf(scheme: Scheme<never>): Expressions {
    const declared = scheme.lists.map(({ name, kind }) => `${name}:${kind}`).join(" ");
    if (this.#expressions === undefined || declared !== this.#declared) {
      const { patterns, limits } = this.#load;
      this.#expressions = new Expressions(scheme, {
        ...(patterns === undefined ? {} : { patterns }),
        ...(limits === undefined ? {} : { limits }),
      });
      this.#declared = declared;
    }
    this.#expressions.begin();
    return this.#expressions;
  }
}

/** What the loader made is read again as plain data: members that it set apart go back to their places. */
function plainConfig(config: WafConfig): unknown {
  const rulesets = (config.rulesets ?? []).map((ruleset) => {
    const isLoaded =
      typeof ruleset === "object" && ruleset !== null && Array.isArray((ruleset as RulesetDocument).rules);
    const hasExtra = isLoaded && [ruleset, ...(ruleset as RulesetDocument).rules].some(isExtended);
    return hasExtra ? rulesetToPlain(ruleset as RulesetDocument) : ruleset;
  });
  return { rulesets, lists: config.lists ?? [] };
}

function isExtended(part: unknown): boolean {
  return typeof part === "object" && part !== null && Object.hasOwn(part, "extra");
}

/** What the embedder's rulesets say is part of what judges requests. */
function hashOf(configuration: Configuration, managed: readonly RulesetDocument[] = []): string {
  return contentHash({ ...configuration, rulesets: [...configuration.rulesets, ...managed] });
}
