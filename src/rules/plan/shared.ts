import type { DocumentFault } from "../../documents/shapes/faults.ts";
import type { CompileOptions } from "../../language/compile/compile.ts";
import type { ConditionSet } from "../../language/compile/conditions.ts";
import { ExpressionPool, Expressions } from "../../language/compile/expressions.ts";
import { type Lease, PartPool, SharedPart } from "../../language/compile/lease.ts";
import type { PreparedTexts } from "../../language/compile/prepared.ts";
import type { Diagnostic } from "../../language/diagnostics/diagnostic.ts";
import type { PatternEngine } from "../../language/pattern/engine.ts";
import type { ListDefinition } from "../../language/scheme/definitions.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import { DEFAULT_LIMITS, type Limits } from "../../language/syntax/limits.ts";
import type { CompiledList } from "../lists/list.ts";
import type { RedirectList } from "../lists/redirect-list.ts";
import type { ActionDefinition } from "../ruleset/actions/control.ts";
import type { ListDocument, RulesetDocument } from "../ruleset/document.ts";
import type { PhaseCatalogue, PhaseDefinition } from "../ruleset/phases.ts";
import type { PlanPools } from "./build-plan.ts";
import type { CandidateSource, CandidateSourceFactory } from "./candidates.ts";
import { ContentPool } from "./content.ts";
import { DerivedPool } from "./derived-pool.ts";
import type { Plan, RulesetPlan } from "./plan.ts";

/** Settings for reading and compiling documents, besides the expressions' scheme. */
export interface DialectParts {
  readonly actions: ReadonlyMap<string, ActionDefinition>;
  readonly phases: PhaseCatalogue;
  readonly references: "declared" | "late";
  readonly candidates: CandidateSourceFactory;
  /** How deep rulesets may execute one another. */
  readonly maxDepth: number;
  /** Whether the host knows which responses come from a cache. */
  readonly knowsCached: boolean;
}

/** A ruleset as it was read, with its diagnostics; paths begin at the ruleset. */
export interface SharedDocument {
  readonly document: RulesetDocument;
  readonly phase: PhaseDefinition | undefined;
  readonly faults: readonly DocumentFault[];
}

/** A list ready for requests, and the document it was made from. */
export interface SharedList {
  readonly document: ListDocument;
  readonly list: CompiledList | RedirectList;
  readonly warnings: readonly Diagnostic[];
}

/** Rulesets of firewalls that read them in the same way, by their content, and what was made of them. */
export class Dialect {
  readonly parts: DialectParts;
  /** Rulesets of configurations. */
  readonly documents = new ContentPool<SharedDocument>();
  /** Rulesets supplied in code, as immutable copies. */
  readonly supplied = new ContentPool<RulesetDocument>();
  readonly plans = new DerivedPool<RulesetPlan>();
  readonly sources = new DerivedPool<CandidateSource>();
  /** Plans of whole configurations. */
  readonly wholes = new PartPool<Plan>();
  readonly lists = new ContentPool<SharedList>();
  /** Documents of the pools in which no text can name a list. */
  readonly listless = new WeakSet<RulesetDocument>();

  constructor(parts: DialectParts) {
    this.parts = parts;
  }

  fits(other: DialectParts): boolean {
    const { actions, ...own } = this.parts;
    return (
      own.phases === other.phases &&
      own.references === other.references &&
      own.candidates === other.candidates &&
      own.maxDepth === other.maxDepth &&
      own.knowsCached === other.knowsCached &&
      actions.size === other.actions.size &&
      [...actions].every(([name, action]) => other.actions.get(name) === action)
    );
  }

  /** The pools for plans whose rulesets may name these lists. */
  poolsFor(expressions: Expressions): PlanPools {
    const { plans, sources, listless } = this;
    const lists = String(expressions.number);
    return { plans, sources, listsOf: (document) => (listless.has(document) ? "" : lists) };
  }
}

/** How much is held of each kind: for tests and measurements. */
export interface SharedSizes {
  readonly schemes: number;
  readonly expressions: number;
  readonly dialects: number;
  readonly documents: number;
  readonly plans: number;
  readonly sources: number;
  readonly wholes: number;
  readonly lists: number;
}

/**
 * Data that the configurations of all firewalls over one scheme, pattern engine and compilation share. Nothing is
 * kept that no snapshot holds.
 */
export class Compilation {
  readonly #options: CompileOptions;
  readonly #listless: ExpressionPool;
  readonly #withLists = new PartPool<ExpressionPool>();
  readonly #dialects: SharedPart<Dialect>[] = [];

  constructor(scheme: Scheme<never>, options: CompileOptions) {
    this.#options = options;
    this.#listless = new ExpressionPool(scheme);
  }

  /**
   * Expressions that may name these lists beside those of the scheme.
   *
   * @param prepared filters that need not be parsed.
   * @param conditions that they may call.
   */
  expressions(
    lists: readonly ListDefinition[],
    maxListNameLength: number,
    lease: Lease,
    prepared: readonly PreparedTexts[] = [],
    conditions?: ConditionSet,
  ): Expressions {
    const base = this.#listless;
    const hasConditions = conditions !== undefined && conditions.size > 0;
    if (lists.length === 0 && !hasConditions)
      return new Expressions(base, this.#options, base, lease, prepared);
    const names = `${maxListNameLength} ${lists.map(({ name, kind }) => `${name}:${kind}`).join(" ")}`;
    const part = this.#withLists.part(hasConditions ? `${names}\n${conditions.key}` : names, () => {
      const { scheme } = base;
      return new ExpressionPool(
        lists.length === 0 ? scheme : scheme.extend({ lists, limits: { maxListNameLength } }),
      );
    });
    const options = hasConditions ? { ...this.#options, conditions } : this.#options;
    return new Expressions(lease.take(part), options, base, lease, prepared);
  }

  dialect(parts: DialectParts, lease: Lease): Dialect {
    let found = this.#dialects.find(({ value }) => value.fits(parts));
    if (found === undefined) {
      const made = new SharedPart(new Dialect(parts), undefined, () => {
        this.#dialects.splice(this.#dialects.indexOf(made), 1);
      });
      this.#dialects.push(made);
      found = made;
    }
    return lease.take(found);
  }

  sizes(): SharedSizes {
    const pools = [this.#listless, ...this.#withLists.values()];
    const dialects = this.#dialects.map(({ value }) => value);
    return {
      schemes: this.#withLists.size,
      expressions: sum(pools.map(({ size }) => size)),
      dialects: dialects.length,
      documents: sum(dialects.map(({ documents, supplied }) => documents.size + supplied.size)),
      plans: sum(dialects.map(({ plans }) => plans.size)),
      sources: sum(dialects.map(({ sources }) => sources.size)),
      wholes: sum(dialects.map(({ wholes }) => wholes.size)),
      lists: sum(dialects.map(({ lists }) => lists.size)),
    };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** How all expressions of a firewall are compiled. */
export interface SharedOptions {
  readonly patterns: PatternEngine;
  readonly limits?: Partial<Limits>;
  readonly nilNotEqual?: boolean;
}

type ByOptions = Map<string, Compilation>;
const SHARED = new WeakMap<Scheme<never>, WeakMap<PatternEngine, ByOptions>>();

/** The one compilation of this process for a scheme and a way to compile. */
export function sharedCompilation(scheme: Scheme<never>, options: SharedOptions): Compilation {
  const { patterns, limits, nilNotEqual = false } = options;
  let byEngine = SHARED.get(scheme);
  if (byEngine === undefined) {
    byEngine = new WeakMap();
    SHARED.set(scheme, byEngine);
  }
  let byOptions = byEngine.get(patterns);
  if (byOptions === undefined) {
    byOptions = new Map();
    byEngine.set(patterns, byOptions);
  }
  // In the order of the defaults: equal limits written in another order are equal.
  const key = JSON.stringify({ ...DEFAULT_LIMITS, ...limits, nilNotEqual });
  let found = byOptions.get(key);
  if (found === undefined) {
    found = new Compilation(scheme, options);
    byOptions.set(key, found);
  }
  return found;
}
