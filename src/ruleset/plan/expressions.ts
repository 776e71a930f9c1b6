import {
  type Compiled,
  type CompileOptions,
  compileFilter,
  compileValue,
  type Filter,
  type ValueExpression,
} from "../../expression/compile/compile.ts";
import type { Scheme } from "../../expression/scheme/scheme.ts";
import type { Diagnostic, Result } from "../../expression/source/diagnostic.ts";
import { type Type, typeName } from "../../expression/values/types.ts";

/** An expression of a rule does not compile although its document was accepted, as of a ruleset supplied in code. */
export class PlanError extends Error {
  override readonly name = "PlanError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ message }) => message).join("; "));
    this.diagnostics = diagnostics;
  }
}

/** Compiles each text once per scheme; the loader, rules, plans and later configurations share the result. */
export class Expressions {
  readonly scheme: Scheme<never>;
  readonly options: CompileOptions;
  #filters = new Map<string, Filter>();
  #values = new Map<string, ValueExpression>();
  /** Of the configuration that was finished last. */
  #keptFilters: ReadonlyMap<string, Filter> = new Map();
  #keptValues: ReadonlyMap<string, ValueExpression> = new Map();

  constructor(scheme: Scheme<never>, options: CompileOptions) {
    this.scheme = scheme;
    this.options = options;
  }

  /** A filter whose text was judged before. @throws PlanError */
  filter(text: string, phase: string): Filter {
    return accepted(this.judgeFilter(text, phase, "late"));
  }

  /** A value expression whose text was judged before. @throws PlanError */
  value(text: string, phase: string, expected?: Type): ValueExpression {
    return accepted(this.judgeValue(text, phase, expected, "late"));
  }

  /** @param lists what to make of the name of an unknown list. Whoever loaded the documents has judged that. */
  judgeFilter(text: string, phase: string, lists: "declared" | "late"): Result<Filter> {
    const key = `${phase}\n${text}`;
    const found = this.#filters.get(key) ?? this.#keptFilters.get(key);
    const result = isReusable(found, lists)
      ? known(found)
      : compileFilter(text, this.scheme.narrow(phase), { ...this.options, lists });
    if (result.ok) this.#filters.set(key, result.value);
    return result;
  }

  judgeValue(
    text: string,
    phase: string,
    expected: Type | undefined,
    lists: "declared" | "late",
  ): Result<ValueExpression> {
    const key = `${phase}\n${expected === undefined ? "any" : typeName(expected)}\n${text}`;
    const found = this.#values.get(key) ?? this.#keptValues.get(key);
    const result = isReusable(found, lists)
      ? known(found)
      : compileValue(text, this.scheme.narrow(phase), expected, { ...this.options, lists });
    if (result.ok) this.#values.set(key, result.value);
    return result;
  }

  narrowed(phase: string): Scheme<never> {
    return this.scheme.narrow(phase);
  }

  /** Begins another configuration. What came of one that was never finished is forgotten. */
  begin(): void {
    this.#filters = new Map();
    this.#values = new Map();
  }

  /** The configuration is in force: what the one before had and this one did not use is forgotten. */
  finish(): void {
    this.#keptFilters = this.#filters;
    this.#keptValues = this.#values;
    this.begin();
  }
}

/** Of an expression with warnings one may be that a list is unknown, which is an error where lists are declared. */
function isReusable<T extends Compiled>(found: T | undefined, lists: "declared" | "late"): found is T {
  return found !== undefined && (lists === "late" || found.warnings.length === 0);
}

function known<T extends Compiled>(value: T): Result<T> {
  return { ok: true, value, warnings: value.warnings };
}

function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new PlanError(result.errors);
  return result.value;
}
