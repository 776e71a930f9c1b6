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

/** What to make of the name of an unknown list: a warning, or an error. */
type Lists = NonNullable<CompileOptions["lists"]>;

/** Compiles each text once per scheme; the loader, rules, plans and later configurations share the result. */
export class Expressions {
  readonly scheme: Scheme<never>;
  readonly #options: Readonly<Record<Lists, CompileOptions>>;
  readonly #filters = new Shelf<Filter>();
  readonly #values = new Shelf<ValueExpression>();

  constructor(scheme: Scheme<never>, options: CompileOptions) {
    this.scheme = scheme;
    this.#options = { declared: { ...options, lists: "declared" }, late: { ...options, lists: "late" } };
  }

  /** For expressions that are compiled elsewhere, such as those of rate limits; lists have been judged. */
  get options(): CompileOptions {
    return this.#options.late;
  }

  narrowed(phase: string): Scheme<never> {
    return this.scheme.narrow(phase);
  }

  /** A filter of a document whose lists have been judged. @throws PlanError */
  filter(text: string, phase: string): Filter {
    return accepted(this.judgeFilter(text, phase, "late"));
  }

  /** A value expression of a document whose lists have been judged. @throws PlanError */
  value(text: string, phase: string, expected?: Type): ValueExpression {
    return accepted(this.judgeValue(text, phase, expected, "late"));
  }

  judgeFilter(text: string, phase: string, lists: Lists): Result<Filter> {
    return this.#filters.take(phase, text, lists, () =>
      compileFilter(text, this.scheme.narrow(phase), this.#options[lists]),
    );
  }

  judgeValue(text: string, phase: string, expected: Type | undefined, lists: Lists): Result<ValueExpression> {
    const place = expected === undefined ? phase : `${phase} ${typeName(expected)}`;
    return this.#values.take(place, text, lists, () =>
      compileValue(text, this.scheme.narrow(phase), expected, this.#options[lists]),
    );
  }

  /** Begins another configuration. What came of one that was never finished is forgotten. */
  begin(): void {
    this.#filters.begin();
    this.#values.begin();
  }

  /** The configuration is in force: what the one before had and this one did not use is forgotten. */
  finish(): void {
    this.#filters.finish();
    this.#values.finish();
  }
}

/** By place, then by text: rules hold their texts anyway, while keys put together would weigh as much again. */
type ByText<T> = ReadonlyMap<string, Map<string, T>>;

/** Compiled expressions of the configuration that is being made, and of the one that was finished last. */
class Shelf<T extends Compiled> {
  #used = new Map<string, Map<string, T>>();
  #kept: ByText<T> = new Map();

  take(place: string, text: string, lists: Lists, compile: () => Result<T>): Result<T> {
    let used = this.#used.get(place);
    if (used === undefined) {
      used = new Map();
      this.#used.set(place, used);
    }
    const found = used.get(text) ?? this.#kept.get(place)?.get(text);
    // A warning may be that a list is unknown, which is an error where lists are declared.
    const isReusable = found !== undefined && (lists === "late" || found.warnings.length === 0);
    const result = isReusable ? accepting(found) : compile();
    if (result.ok) used.set(text, result.value);
    return result;
  }

  begin(): void {
    this.#used = new Map();
  }

  finish(): void {
    this.#kept = this.#used;
    this.begin();
  }
}

function accepting<T extends Compiled>(value: T): Result<T> {
  return { ok: true, value, warnings: value.warnings };
}

function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new PlanError(result.errors);
  return result.value;
}
