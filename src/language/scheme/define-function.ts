import type { Type } from "../values/types.ts";
import type { BytesValue, IntValue, IpValue, Value } from "../values/value.ts";
import type {
  ArgumentFault,
  ArgumentInfo,
  FunctionDefinition,
  Parameter,
  PrepareContext,
} from "./definitions.ts";
import { checkMeaning } from "./meaning.ts";

interface ScalarValues {
  readonly Bool: boolean;
  readonly Int: IntValue;
  readonly Bytes: BytesValue;
  readonly Ip: IpValue;
}

/** The JavaScript type of a declared type. */
export type ValueOf<T extends Type> = [Type] extends [T]
  ? Value
  : T extends { readonly kind: "Array"; readonly element: infer E extends Type }
    ? readonly ValueOf<E>[]
    : T extends { readonly kind: "Map"; readonly element: infer E extends Type }
      ? ReadonlyMap<string, ValueOf<E>>
      : T extends { readonly kind: infer Kind extends keyof ScalarValues }
        ? ScalarValues[Kind]
        : never;

/** How {@link defineFunction} takes a parameter: in full, or as the type of a required one that may be a literal or not. */
export type ParameterDeclaration = Type | Parameter;

type Guard<Each extends Type> = (type: Type) => type is Each;

/** The JavaScript type of what a parameter accepts: of one type, of several, or of those that a type guard names. */
type Accepted<T> = T extends Type
  ? ValueOf<T>
  : T extends readonly (infer Each extends Type)[]
    ? ValueOf<Each>
    : T extends Guard<infer Each>
      ? ValueOf<Each>
      : Value;

type Present<D> = D extends Type ? ValueOf<D> : D extends { readonly type: infer T } ? Accepted<T> : never;

type WhenOmitted<D> = D extends { readonly optional: true } ? undefined : never;

type WhenNil<Nil> = Nil extends "receive" ? undefined : never;

type Argument<D, Nil> = Present<D> | WhenOmitted<D> | WhenNil<Nil>;

type Literal<D> = D extends { readonly kind: "dynamic" }
  ? undefined
  : D extends { readonly kind: "literal" }
    ? Present<D>
    : Present<D> | undefined;

type Info<D> = ArgumentInfo<Literal<D>> | WhenOmitted<D>;

/** A variadic parameter that is not declared is `never`. */
type Rest<Variadic, Item> = [Variadic] extends [never] ? readonly [] : readonly Item[];

type Arguments<Params extends readonly unknown[], Variadic, Nil> = [
  ...{ [At in keyof Params]: Argument<Params[At], Nil> },
  ...Rest<Variadic, Argument<Variadic, Nil>>,
];

type Infos<Params extends readonly unknown[], Variadic> = readonly [
  ...{ [At in keyof Params]: Info<Params[At]> },
  ...Rest<Variadic, Info<Variadic>>,
];

type ResultRule = (args: readonly Type[]) => Type | undefined;

type TypedEvaluator<Args extends readonly unknown[], Result> = (
  ...args: Args
) => (Result extends Type ? ValueOf<Result> : Value) | undefined;

// Without `minArguments`: a parameter that may be left out is declared `optional`, which the types follow.
type Plain = Omit<
  FunctionDefinition,
  "minArguments" | "params" | "variadic" | "returns" | "nil" | "prepare" | "evaluate"
>;

/** A {@link FunctionDefinition} whose evaluator is typed by what it declares. */
export interface TypedFunction<
  Params extends readonly ParameterDeclaration[],
  Result extends Type | ResultRule,
  Variadic extends Parameter,
  Nil extends "propagate" | "receive",
> extends Plain {
  readonly params: Params;
  /** Further arguments after `params`. */
  readonly variadic?: Variadic;
  readonly returns: Result;
  readonly nil?: Nil;
  /** As in {@link FunctionDefinition}; sees literals in their types, and `undefined` for an optional argument left out. */
  readonly prepare?: (
    args: Infos<Params, Variadic>,
    context: PrepareContext,
  ) => readonly ArgumentFault[] | TypedEvaluator<Arguments<Params, Variadic, Nil>, Result> | undefined;
  /**
   * Gets the arguments in the types of their parameters: `undefined` for an optional one left out and, under
   * `nil: "receive"`, for nil. May answer `undefined` for nil.
   */
  readonly evaluate: TypedEvaluator<Arguments<Params, Variadic, Nil>, Result>;
}

/**
 * A function of the language, its arguments typed by the declaration.
 *
 * @throws SchemeError `E_SCHEME_MEANING` for a declared meaning that the declaration contradicts.
 */
export function defineFunction<
  const Params extends readonly ParameterDeclaration[],
  const Result extends Type | ResultRule,
  const Variadic extends Parameter = never,
  const Nil extends "propagate" | "receive" = "propagate",
>(definition: TypedFunction<Params, Result, Variadic, Nil>): FunctionDefinition;
export function defineFunction(
  definition: Omit<FunctionDefinition, "params"> & { readonly params: readonly ParameterDeclaration[] },
): FunctionDefinition {
  const params = definition.params.map(
    (declared, at): Parameter =>
      "type" in declared ? declared : { name: `argument ${at + 1}`, type: declared, kind: "either" },
  );
  const whole: FunctionDefinition = { ...definition, params };
  checkMeaning(whole);
  return Object.freeze(whole);
}
