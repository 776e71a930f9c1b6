import type { Result } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import type { ListLookup } from "../scheme/execution-context.ts";
import { type FieldTypes, fieldsFrom, type InputsOf, Scheme, type SchemeParts } from "../scheme/scheme.ts";
import { parseType } from "../values/types.ts";
import type { Value } from "../values/value.ts";
import {
  type CompileOptions,
  compileFilter,
  compileValue,
  type Filter,
  type ValueExpression,
} from "./compile.ts";

/** Type names as they are written in declarations, for editors to complete. */
export type TypeName = "Bool" | "Int" | "Bytes" | "Ip" | `Array<${string}>` | `Map<${string}>`;

/** Contents of named lists, by name; a list that is left out is empty. */
export type ListContents = Readonly<Record<string, ListLookup>>;

/**
 * A filter called with field values.
 *
 * @throws InputError when a value does not fit its field's type.
 */
export interface Predicate<Inputs> {
  (values: Partial<Inputs>, lists?: ListContents): boolean;
  /** The compiled filter, for use with an execution context. */
  readonly filter: Filter;
}

/** A value expression called with field values; `undefined` is the missing value. */
export interface Computation<Inputs> {
  (values: Partial<Inputs>, lists?: ListContents): Value | undefined;
  /** The compiled value expression, for use with an execution context. */
  readonly expression: ValueExpression;
}

/** A scheme that compiles expressions by itself: the language with one's own fields, and no ruleset round it. */
export class Language<Inputs> extends Scheme<Inputs> {
  /** Options of every compilation. */
  readonly options: CompileOptions;

  constructor(parts: SchemeParts, options: CompileOptions = {}, phase?: string) {
    super(options.limits === undefined ? parts : { ...parts, limits: options.limits }, phase);
    this.options = options;
  }

  /** Compiles a filter. Faults in the text are in the result; nothing is thrown on account of it. */
  compile(text: string | Source): Result<Predicate<Inputs>> {
    const compiled = compileFilter(text, this, this.options);
    if (!compiled.ok) return compiled;
    const filter = compiled.value;
    const call = (values: Partial<Inputs>, lists?: ListContents): boolean =>
      filter.test(this.contextFrom(values, lists));
    return { ...compiled, value: Object.freeze(Object.assign(call, { filter })) };
  }

  /** Compiles a value expression; with `expected`, only one of that type is accepted. */
  compileValue(text: string | Source, expected?: TypeName): Result<Computation<Inputs>> {
    const type = expected === undefined ? undefined : parseType(expected);
    const compiled = compileValue(text, this, type, this.options);
    if (!compiled.ok) return compiled;
    const expression = compiled.value;
    const call = (values: Partial<Inputs>, lists?: ListContents): Value | undefined =>
      expression.read(this.contextFrom(values, lists));
    return { ...compiled, value: Object.freeze(Object.assign(call, { expression })) };
  }
}

/**
 * The language with the given fields: `defineScheme({ "http.host": "Bytes", "bot.score": "Int" })`. Field names and
 * value types of what is compiled are checked by TypeScript.
 *
 * @throws SchemeError for a name or type that cannot be declared.
 */
export function defineScheme<const Types extends Readonly<Record<string, TypeName>>>(
  types: Types,
  parts: Omit<SchemeParts, "fields"> = {},
  options: CompileOptions = {},
): Language<InputsOf<Types>> {
  return new Language<InputsOf<Types>>({ ...parts, fields: fieldsFrom(types satisfies FieldTypes) }, options);
}
