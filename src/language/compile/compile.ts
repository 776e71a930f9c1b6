import { checkFilter, checkValue } from "../check/check.ts";
import type { CheckOptions } from "../check/checking.ts";
import type { CheckedExpression, TypedNode } from "../check/typed-ast.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { MisuseError } from "../diagnostics/misuse.ts";
import { checkOptionNames, type NamesOf } from "../diagnostics/option-names.ts";
import { Source } from "../diagnostics/source.ts";
import { automatonEngine } from "../pattern/automaton-engine.ts";
import type { PatternEngine } from "../pattern/engine.ts";
import type { FieldDefinition, ListDefinition } from "../scheme/definitions.ts";
import type { EvaluationContext } from "../scheme/execution-context.ts";
import type { Scheme } from "../scheme/scheme.ts";
import type { Expression } from "../syntax/ast.ts";
import { LIMIT_NAMES } from "../syntax/limits.ts";
import { type ParseOptions, parseExpression } from "../syntax/parse.ts";
import type { Type } from "../values/types.ts";
import type { Value } from "../values/value.ts";
import { compileCondition, compileReader } from "./closures.ts";
import type { ConditionSet } from "./conditions.ts";
import { costOf } from "./cost.ts";
import { optimize } from "./optimize.ts";

/** How an expression is read, checked and compiled. */
export interface CompileOptions extends Omit<CheckOptions, "patterns"> {
  /** Compiles regular expressions. Default: {@link automatonEngine}, which reads the full dialect. */
  readonly patterns?: PatternEngine;
  /** Allow `#` to the end of the line as a comment. Default: false. */
  readonly comments?: boolean;
  /** Named conditions that the expression may call. */
  readonly conditions?: ConditionSet;
}

const COMPILE_OPTION_NAMES: NamesOf<CompileOptions> = {
  patterns: true,
  limits: LIMIT_NAMES,
  nilNotEqual: true,
  lists: true,
  strict: true,
  context: true,
  comments: true,
  conditions: true,
};

/** Common part of compiled filters and value expressions. */
export interface Compiled {
  /** The text, with its place in a document. */
  readonly source: Source;
  /** Read again from the text on first use: hardly anybody does, and it is most of what a rule weighs. */
  readonly ast: Expression;
  /** The typed tree as checked, before it was optimised. */
  readonly checked: CheckedExpression;
  /** Every field that the expression may read, in order of first mention. */
  readonly fields: readonly FieldDefinition[];
  /** Every list that the expression may look up, in order of first mention. */
  readonly lists: readonly ListDefinition[];
  /** Warnings: text that compiles but is probably not intended. */
  readonly warnings: readonly Diagnostic[];
  /** A rough price of one evaluation, in units of about two nanoseconds. */
  readonly cost: number;
}

/** A compiled filter. Pure: the same context gives the same answer, and nothing is thrown. */
export interface Filter extends Compiled {
  /** Whether the context's field values satisfy the filter; a missing result counts as false. */
  test(context: EvaluationContext): boolean;
}

/** A compiled value expression; `undefined` is the missing value. */
export interface ValueExpression extends Compiled {
  /** Type of the value. */
  readonly type: Type;
  /** The value for the context's field values; `undefined` when it is missing. */
  read(context: EvaluationContext): Value | undefined;
}

/** Text to filter: parse, check, optimise, compile. All faults of the text are in the result. @throws MisuseError for unknown options. */
export function compileFilter(
  text: string | Source,
  scheme: Scheme<never>,
  options: CompileOptions = {},
): Result<Filter> {
  const checking = withEngine(options);
  return pipeline(
    text,
    options,
    judging(options, scheme, checking, (ast, source) => checkFilter(ast, source, scheme, checking)),
    filterFrom,
  );
}

/** The same for a text that the parser of this package has read before. @param ast what it read. */
export function compileParsed(
  text: string,
  ast: Expression,
  scheme: Scheme<never>,
  options: CompileOptions,
): Result<Filter> {
  const source = new Source(text);
  return checkedAndCompiled(
    source,
    options,
    checkFilter(ast, source, scheme, withEngine(options)),
    filterFrom,
  );
}

/**
 * Text to value expression.
 *
 * @param expected the type that the place wants; undefined: any.
 * @throws MisuseError for unknown options.
 */
export function compileValue(
  text: string | Source,
  scheme: Scheme<never>,
  expected?: Type,
  options: CompileOptions = {},
): Result<ValueExpression> {
  const checking = withEngine(options);
  return pipeline(
    text,
    options,
    judging(options, scheme, checking, (ast, source) => checkValue(ast, source, scheme, checking, expected)),
    valueFrom,
  );
}

/** The check, with named conditions put in the place of their calls. */
function judging(
  { conditions }: CompileOptions,
  scheme: Scheme<never>,
  checking: CheckOptions,
  check: (ast: Expression, source: Source) => Result<CheckedExpression>,
): typeof check {
  if (conditions === undefined) return check;
  return (ast, source) => conditions.judge(ast, source, scheme, checking, check);
}

function withEngine(options: CompileOptions): CheckOptions {
  checkOptionNames(options, COMPILE_OPTION_NAMES);
  return { ...options, patterns: options.patterns ?? automatonEngine };
}

/** The parts of a compiled expression. Facts of the checked tree are read from it, and not kept twice. */
interface Parts {
  readonly source: Source;
  readonly checked: CheckedExpression;
  readonly cost: number;
  readonly options: ParseOptions;
}

class CompiledExpression implements Compiled {
  readonly source: Source;
  readonly checked: CheckedExpression;
  readonly cost: number;
  readonly #options: ParseOptions;
  #ast: Expression | undefined;

  constructor({ source, checked, cost, options }: Parts) {
    this.source = source;
    this.checked = checked;
    this.cost = cost;
    this.#options = options;
  }

  get ast(): Expression {
    if (this.#ast === undefined) {
      const parsed = parseExpression(this.source, this.#options);
      if (!parsed.ok) throw new MisuseError("E_SYNTAX_TREE", "this text was read before");
      this.#ast = parsed.value;
    }
    return this.#ast;
  }

  get fields(): readonly FieldDefinition[] {
    return this.checked.fields;
  }

  get lists(): readonly ListDefinition[] {
    return this.checked.lists;
  }

  get warnings(): readonly Diagnostic[] {
    return this.checked.warnings;
  }
}

class CompiledFilter extends CompiledExpression implements Filter {
  readonly test: (context: EvaluationContext) => boolean;

  constructor(parts: Parts, root: TypedNode) {
    super(parts);
    this.test = compileCondition(root);
    Object.freeze(this);
  }
}

class CompiledValue extends CompiledExpression implements ValueExpression {
  readonly type: Type;
  readonly read: (context: EvaluationContext) => Value | undefined;

  constructor(parts: Parts, root: TypedNode) {
    super(parts);
    this.type = parts.checked.type;
    this.read = compileReader(root);
    Object.freeze(this);
  }
}

function filterFrom(parts: Parts, root: TypedNode): Filter {
  return new CompiledFilter(parts, root);
}

function valueFrom(parts: Parts, root: TypedNode): ValueExpression {
  return new CompiledValue(parts, root);
}

function pipeline<T extends Compiled>(
  text: string | Source,
  options: CompileOptions,
  check: (ast: Expression, source: Source) => Result<CheckedExpression>,
  compile: (parts: Parts, root: TypedNode) => T,
): Result<T> {
  const source = typeof text === "string" ? new Source(text) : text;
  const parsed = parseExpression(source, options);
  if (!parsed.ok) return withFaultsBefore(parsed, source, options, check);
  return checkedAndCompiled(source, options, check(parsed.value, source), compile);
}

function checkedAndCompiled<T extends Compiled>(
  source: Source,
  options: CompileOptions,
  checked: Result<CheckedExpression>,
  compile: (parts: Parts, root: TypedNode) => T,
): Result<T> {
  if (!checked.ok) return checked;
  const root = optimize(checked.value.root);
  const value = compile({ source, checked: checked.value, cost: costOf(root), options }, root);
  return { ok: true, value, warnings: value.warnings };
}

/**
 * The text before leftover input is a complete expression, which may have faults too. They come
 * first: in `n == 42or b` the bad number explains the rest.
 */
function withFaultsBefore(
  refused: Extract<Result<Expression>, { readonly ok: false }>,
  source: Source,
  options: CompileOptions,
  check: (ast: Expression, source: Source) => Result<CheckedExpression>,
): Result<never> {
  const [first] = refused.errors;
  if (first?.code !== "E_TRAILING_INPUT") return refused;
  const front = parseExpression(source.text.slice(0, first.offset), options);
  const checked = front.ok ? check(front.value, source) : undefined;
  // A front of another type than wanted is not news: more was meant to follow.
  const faults = checked?.ok === false ? checked.errors.filter((error) => error.offset < first.offset) : [];
  return {
    ...refused,
    errors: [...faults.filter((error) => error.code !== "E_TYPE_MISMATCH"), ...refused.errors],
  };
}
