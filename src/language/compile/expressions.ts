import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { automatonEngine } from "../pattern/automaton-engine.ts";
import type { Scheme } from "../scheme/scheme.ts";
import { type Type, typeName } from "../values/types.ts";
import {
  type Compiled,
  type CompileOptions,
  compileFilter,
  compileParsed,
  compileValue,
  type Filter,
  type ValueExpression,
} from "./compile.ts";
import { CONDITION_PREFIX } from "./conditions.ts";
import { Lease, SharedPart } from "./lease.ts";
import type { PreparedTexts } from "./prepared.ts";

/** An expression of a rule does not compile although its document was accepted, as of a ruleset supplied in code. */
export class PlanError extends Error {
  override readonly name = "PlanError";
  readonly diagnostics: readonly Diagnostic[];
  /** The rule in which the pointers of the diagnostics begin, where it is known. */
  readonly rule: object | undefined;

  constructor(diagnostics: readonly Diagnostic[], rule?: object) {
    super(diagnostics.map(({ message }) => message).join("; "));
    this.diagnostics = diagnostics;
    this.rule = rule;
  }
}

/** Treatment of the name of an unknown list: a warning, or an error. */
type Lists = NonNullable<CompileOptions["lists"]>;

let lastPool = 0;

/** Compiled expressions of one scheme, for all configurations that use one of them. */
export class ExpressionPool {
  readonly scheme: Scheme<never>;
  /** Tells pools apart in keys. */
  readonly number = ++lastPool;
  readonly filters = new Shelf<Filter>();
  readonly values = new Shelf<ValueExpression>();

  constructor(scheme: Scheme<never>) {
    this.scheme = scheme;
  }

  /** Expressions in use. */
  get size(): number {
    return this.filters.size + this.values.size;
  }
}

/**
 * Compiles each text once per scheme and phase; loader, rules, plans and other firewalls share the result. An expression
 * that names no list does not depend on which lists there are, and comes from the pool of the scheme without them.
 */
export class Expressions {
  readonly scheme: Scheme<never>;
  readonly #options: Readonly<Record<Lists, CompileOptions>>;
  readonly #own: ExpressionPool;
  readonly #listless: ExpressionPool;
  readonly #lease: Lease;
  readonly #prepared: readonly PreparedTexts[];

  /**
   * @param listless the pool of the same scheme without the configuration's lists.
   * @param prepared filters that need not be parsed; they keep to the limits in the options.
   */
  constructor(
    pool: ExpressionPool,
    options: CompileOptions,
    listless: ExpressionPool = pool,
    lease: Lease = new Lease(),
    prepared: readonly PreparedTexts[] = [],
  ) {
    this.scheme = pool.scheme;
    this.#own = pool;
    this.#listless = listless;
    this.#lease = lease;
    this.#prepared = prepared;
    this.#options = { declared: { ...options, lists: "declared" }, late: { ...options, lists: "late" } };
  }

  /** The same, for another owner. */
  heldBy(lease: Lease): Expressions {
    return new Expressions(this.#own, this.#options.late, this.#listless, lease, this.#prepared);
  }

  /** Tells which lists the expressions may name. */
  get number(): number {
    return this.#own.number;
  }

  /** For expressions that are compiled elsewhere, such as those of rate limits; lists have been evaluated. */
  get options(): CompileOptions {
    return this.#options.late;
  }

  narrowed(phase: string): Scheme<never> {
    return this.scheme.narrow(phase);
  }

  /** A filter of a document whose lists have been evaluated. @throws PlanError */
  filter(text: string, phase: string): Filter {
    return accepted(this.judgeFilter(text, phase, "late"));
  }

  /** A value expression of a document whose lists have been evaluated. @throws PlanError */
  value(text: string, phase: string, expected?: Type): ValueExpression {
    return accepted(this.judgeValue(text, phase, expected, "late"));
  }

  judgeFilter(text: string, phase: string, lists: Lists): Result<Filter> {
    const { scheme, filters } = this.#poolOf(text);
    return filters.take(phase, text, lists, this.#lease, () =>
      this.#compileFilter(text, scheme.narrow(phase), this.#options[lists]),
    );
  }

  judgeValue(text: string, phase: string, expected: Type | undefined, lists: Lists): Result<ValueExpression> {
    const { scheme, values } = this.#poolOf(text);
    const place = expected === undefined ? phase : `${phase} ${typeName(expected)}`;
    return values.take(place, text, lists, this.#lease, () =>
      compileValue(text, scheme.narrow(phase), expected, this.#options[lists]),
    );
  }

  #compileFilter(text: string, scheme: Scheme<never>, options: CompileOptions): Result<Filter> {
    for (const prepared of this.#prepared) {
      const tree = prepared.tree(text);
      if (tree === undefined) continue;
      const { patterns = automatonEngine } = options;
      const known = patterns === automatonEngine ? { ...options, patterns: prepared.patterns } : options;
      return compileParsed(text, tree, scheme, known);
    }
    return compileFilter(text, scheme, options);
  }

  #poolOf(text: string): ExpressionPool {
    return mayNameList(text) ? this.#own : this.#listless;
  }
}

/** Whether an expression may name a list or a condition; one with a dollar sign in a string literal counts too. */
export function mayNameList(text: string): boolean {
  return text.includes("$") || text.includes(CONDITION_PREFIX);
}

/** By place, then by text: rules hold their texts anyway, while keys put together would weigh as much again. */
class Shelf<T extends Compiled> {
  readonly #places = new Map<string, Map<string, SharedPart<T>>>();

  get size(): number {
    let size = 0;
    for (const texts of this.#places.values()) size += texts.size;
    return size;
  }

  take(place: string, text: string, lists: Lists, lease: Lease, compile: () => Result<T>): Result<T> {
    const found = this.#places.get(place)?.get(text);
    if (found !== undefined) {
      // A warning may be that a list is unknown, which is an error where lists are declared.
      if (lists === "late" || found.value.warnings.length === 0) return accepting(lease.take(found));
      const judged = compile();
      return judged.ok ? accepting(lease.take(found)) : judged;
    }
    const result = compile();
    if (!result.ok) return result;
    let texts = this.#places.get(place);
    if (texts === undefined) {
      texts = new Map();
      this.#places.set(place, texts);
    }
    const shelf = texts;
    const part = new SharedPart(result.value, undefined, () => shelf.delete(text));
    shelf.set(text, part);
    lease.take(part);
    return result;
  }
}

function accepting<T extends Compiled>(value: T): Result<T> {
  return { ok: true, value, warnings: value.warnings };
}

function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new PlanError(result.errors);
  return result.value;
}
