/** The language's types (semantics.md#types): four scalars and two containers. */
export type Type = ScalarType | ArrayType | MapType;

/** A type without elements. */
export interface ScalarType {
  readonly kind: "Bool" | "Int" | "Bytes" | "Ip";
}

/** An ordered sequence of values of one type. */
export interface ArrayType {
  readonly kind: "Array";
  /** Type of every element. */
  readonly element: Type;
}

/** Values of one type by byte-string keys. */
export interface MapType {
  readonly kind: "Map";
  /** Type of every value. */
  readonly element: Type;
}

/** Truth values. */
export const Bool = Object.freeze({ kind: "Bool" }) satisfies ScalarType;
/** Whole numbers of 64 bits, signed. */
export const Int = Object.freeze({ kind: "Int" }) satisfies ScalarType;
/** Byte strings of any length and content. */
export const Bytes = Object.freeze({ kind: "Bytes" }) satisfies ScalarType;
/** IPv4 and IPv6 addresses. */
export const Ip = Object.freeze({ kind: "Ip" }) satisfies ScalarType;

/** The type of arrays of an element type. */
export function arrayOf<T extends Type>(element: T): { readonly kind: "Array"; readonly element: T } {
  return Object.freeze({ kind: "Array", element });
}

/** The type of maps to an element type. */
export function mapOf<T extends Type>(element: T): { readonly kind: "Map"; readonly element: T } {
  return Object.freeze({ kind: "Map", element });
}

/** What a condition over the elements of an array gives. */
export const BOOL_ARRAY: Type = arrayOf(Bool);

/** No scheme allows as many containers within each other. */
const MAX_DEPTH = 64;

/** Whether a value is a type; one that contains itself is none. */
export function isType(value: unknown): value is Type {
  let type = value;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (typeof type !== "object" || type === null || !("kind" in type)) return false;
    const { kind } = type;
    if (kind === "Bool" || kind === "Int" || kind === "Bytes" || kind === "Ip") return true;
    if ((kind !== "Array" && kind !== "Map") || !("element" in type)) return false;
    type = type.element;
  }
  return false;
}

/** Structural equality. */
export function sameType(left: Type, right: Type): boolean {
  if (left.kind !== right.kind) return false;
  return isScalar(left) || isScalar(right) || sameType(left.element, right.element);
}

/** Whether a type is none of the two containers. */
export function isScalar(type: Type): type is ScalarType {
  return type.kind !== "Array" && type.kind !== "Map";
}

/** Display name as used in messages and declarations: `Bytes`, `Map<Array<Bytes>>`. */
export function typeName(type: Type): string {
  return type.kind === "Array" || type.kind === "Map" ? `${type.kind}<${typeName(type.element)}>` : type.kind;
}

/** Container layers around the scalar: 0 for `Int`, 2 for `Map<Array<Bytes>>`. */
export function containerDepth(type: Type): number {
  let depth = 0;
  for (let at: Type = type; at.kind === "Array" || at.kind === "Map"; at = at.element) depth++;
  return depth;
}

/** Reads a display name back; `undefined` when the text names no type. */
export function parseType(name: string): Type | undefined {
  const wrappers: ("Array" | "Map")[] = [];
  let rest = name.trim();
  for (;;) {
    const wrapper = (["Array", "Map"] as const).find((kind) => rest.startsWith(kind));
    const inner = wrapper === undefined ? "" : rest.slice(wrapper.length).trimStart();
    if (wrapper === undefined || !inner.startsWith("<") || !inner.endsWith(">")) break;
    wrappers.push(wrapper);
    rest = inner.slice(1, -1).trim();
  }
  const scalar = SCALARS.get(rest);
  if (scalar === undefined) return undefined;
  return wrappers.reduceRight<Type>(
    (type, wrapper) => (wrapper === "Array" ? arrayOf(type) : mapOf(type)),
    scalar,
  );
}

const SCALARS: ReadonlyMap<string, ScalarType> = new Map<string, ScalarType>([
  ["Bool", Bool],
  ["Int", Int],
  ["Bytes", Bytes],
  ["Ip", Ip],
]);
