// Where values without a static type meet closures over values of one type. The checker gave every node its type, and
// readers and evaluators answer in the types that they declare; that a closure is for the type of its operand is
// tested here, when the closure is made. Nothing is tested for a request.
import type { TypedNode } from "../check/typed-ast.ts";
import type { ValueOf } from "../scheme/define-function.ts";
import type { EvaluationContext } from "../scheme/execution-context.ts";
import { type Type, typeName } from "../values/types.ts";
import type { Value } from "../values/value.ts";

/** Reads a value for a request; `undefined` is nil. */
export type Reader<V extends Value = Value> = (context: EvaluationContext) => V | undefined;

/** Tests a present value. */
export type Predicate<V extends Value = Value> = (value: V, context: EvaluationContext) => boolean;

/** The answer of a Bool node, where nil is false. */
export type Condition = (context: EvaluationContext) => boolean;

/** A context as a closure sees it that reads slots of one type only. */
export interface ContextOf<V extends Value> extends Pick<EvaluationContext, "lists" | "budget"> {
  readonly slots: readonly (V | undefined | null)[];
  fill(slot: number): V | undefined;
}

type TypeTest<T extends Type> = (type: Type) => type is T;

function ofKind<const Kind extends "Bytes" | "Int" | "Ip">(kind: Kind): TypeTest<{ readonly kind: Kind }> {
  return (type): type is { readonly kind: Kind } => type.kind === kind;
}

export const isBytes = ofKind("Bytes");
export const isInt = ofKind("Int");
export const isIp = ofKind("Ip");

type Container<Kind extends "Array" | "Map", Element extends Type = Type> = {
  readonly kind: Kind;
  readonly element: Element;
};

export function isArray(type: Type): type is Container<"Array"> {
  return type.kind === "Array";
}

export function isMap(type: Type): type is Container<"Map"> {
  return type.kind === "Map";
}

export function isMapOfArrays(type: Type): type is Container<"Map", Container<"Array">> {
  return type.kind === "Map" && type.element.kind === "Array";
}

export function isMapOfMaps(type: Type): type is Container<"Map", Container<"Map">> {
  return type.kind === "Map" && type.element.kind === "Map";
}

export function isArrayOfBool(type: Type): type is Container<"Array", { readonly kind: "Bool" }> {
  return type.kind === "Array" && type.element.kind === "Bool";
}

/** A predicate on the operand's present values, which are of its type. */
export function predicateOn<T extends Type>(
  operand: TypedNode,
  isType: TypeTest<T>,
  predicate: Predicate<ValueOf<T>>,
): Predicate {
  mustBe(operand, isType);
  return predicate as Predicate;
}

/** A condition that reads no slot but those of fields of the operand's type. */
export function conditionOn<T extends Type>(
  operand: TypedNode,
  isType: TypeTest<T>,
  condition: (context: ContextOf<ValueOf<T>>) => boolean,
): Condition {
  mustBe(operand, isType);
  return condition as Condition;
}

/** The reader of the operand, which answers in its type. */
export function readerOf<T extends Type>(
  operand: TypedNode,
  isType: TypeTest<T>,
  reader: Reader,
): Reader<ValueOf<T>> {
  mustBe(operand, isType);
  return reader as Reader<ValueOf<T>>;
}

function mustBe({ kind, type }: TypedNode, isType: TypeTest<Type>): void {
  if (!isType(type))
    throw new Error(`unreachable: no closure takes a ${kind} of type ${typeName(type)} here`);
}
