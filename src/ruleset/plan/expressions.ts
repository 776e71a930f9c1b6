import {
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

/** Compiles each text once per scheme; rules, plans and later configurations share the result. */
export class Expressions {
  readonly scheme: Scheme<never>;
  readonly options: CompileOptions;
  readonly #narrowed = new Map<string, Scheme<never>>();
  #filters = new Map<string, Filter>();
  #values = new Map<string, ValueExpression>();
  #keptFilters = new Map<string, Filter>();
  #keptValues = new Map<string, ValueExpression>();

  constructor(scheme: Scheme<never>, options: CompileOptions) {
    this.scheme = scheme;
    // Whoever loaded the documents has judged unknown lists already.
    this.options = { ...options, lists: "late" };
  }

  narrowed(phase: string): Scheme<never> {
    let found = this.#narrowed.get(phase);
    if (found === undefined) {
      found = this.scheme.narrow(phase);
      this.#narrowed.set(phase, found);
    }
    return found;
  }

  /** @throws PlanError */
  filter(text: string, phase: string): Filter {
    const key = `${phase}\n${text}`;
    const found = this.#filters.get(key) ?? this.#keptFilters.get(key);
    const made = found ?? accepted(compileFilter(text, this.narrowed(phase), this.options));
    this.#filters.set(key, made);
    return made;
  }

  /** @throws PlanError */
  value(text: string, phase: string, expected?: Type): ValueExpression {
    const key = `${phase}\n${expected === undefined ? "any" : typeName(expected)}\n${text}`;
    const found = this.#values.get(key) ?? this.#keptValues.get(key);
    const made = found ?? accepted(compileValue(text, this.narrowed(phase), expected, this.options));
    this.#values.set(key, made);
    return made;
  }

  /** Begins another configuration: what the one before did not use is forgotten when this one is finished. */
  turn(): void {
    this.#keptFilters = this.#filters;
    this.#keptValues = this.#values;
    this.#filters = new Map();
    this.#values = new Map();
  }
}

function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new PlanError(result.errors);
  return result.value;
}
