import type { Type } from "../values/types.ts";
import type { BytesValue, IntValue, IpValue, Value } from "../values/value.ts";
import type { Evaluator, FunctionDefinition, Parameter } from "./definitions.ts";
import { checkMeaning } from "./meaning.ts";

/** The JavaScript type of a declared type. */
export type ValueOf<T extends Type> = T extends { readonly kind: "Bool" }
  ? boolean
  : T extends { readonly kind: "Int" }
    ? IntValue
    : T extends { readonly kind: "Bytes" }
      ? BytesValue
      : T extends { readonly kind: "Ip" }
        ? IpValue
        : T extends { readonly kind: "Array"; readonly element: infer E extends Type }
          ? readonly ValueOf<E>[]
          : T extends { readonly kind: "Map"; readonly element: infer E extends Type }
            ? ReadonlyMap<string, ValueOf<E>>
            : never;

type Arguments<Types extends readonly Type[]> = { readonly [At in keyof Types]: ValueOf<Types[At]> };

interface SimpleFunction<Types extends readonly Type[], Result extends Type>
  extends Omit<FunctionDefinition, "params" | "returns" | "evaluate" | "nil"> {
  /** Types of the arguments, all required, fields and literals alike. */
  readonly params: readonly [...Types];
  readonly returns: Result;
  /** Gets present values only: a nil argument makes the result nil. May answer undefined for nil. */
  readonly evaluate: (...args: Arguments<Types>) => ValueOf<Result> | undefined;
}

/**
 * A function of the language, its arguments typed by the declaration. For literals, optional arguments or results
 * that depend on the arguments, write a {@link FunctionDefinition} itself.
 *
 * @throws SchemeError `E_SCHEME_MEANING` for a declared meaning that the declaration contradicts.
 */
export function defineFunction<const Types extends readonly Type[], const Result extends Type>(
  definition: SimpleFunction<Types, Result>,
): FunctionDefinition {
  const params: Parameter[] = definition.params.map((type, index) => ({
    name: `argument ${index + 1}`,
    type,
    kind: "either",
  }));
  const evaluate = definition.evaluate as (...args: readonly Value[]) => Value | undefined;
  const declared: FunctionDefinition = {
    ...definition,
    params,
    returns: definition.returns,
    evaluate: evaluate as Evaluator,
  };
  checkMeaning(declared);
  return Object.freeze(declared);
}
