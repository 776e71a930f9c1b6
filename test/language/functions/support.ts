import { compileValue, type ValueExpression } from "../../support/source/language/compile.ts";
import type { Result } from "../../support/source/language/diagnostics.ts";
import { standardFunctions } from "../../support/source/language/functions.ts";
import { type FieldDefinition, Scheme, type SchemeParts } from "../../support/source/language/scheme.ts";
import {
  arrayOf,
  Bool,
  Bytes,
  formatIp,
  Int,
  Ip,
  type IpValue,
  mapOf,
  type Type,
  type Value,
} from "../../support/source/language/values.ts";
import { standardFields } from "../../support/source/request/fields.ts";

/** Short names for fields of every type, beside the standard fields that examples speak of. */
const SHORT: readonly FieldDefinition[] = [
  ["b", Bool],
  ["n", Int],
  ["k", Int],
  ["s", Bytes],
  ["t", Bytes],
  ["address", Ip],
  ["words", arrayOf(Bytes)],
  ["more", arrayOf(Bytes)],
  ["ints", arrayOf(Int)],
  ["bools", arrayOf(Bool)],
  ["addresses", arrayOf(Ip)],
  ["map", mapOf(Bytes)],
  ["counts", mapOf(Int)],
  ["lists", mapOf(arrayOf(Bytes))],
  ["grid", arrayOf(arrayOf(Bytes))],
].map(([name, type]) => ({ name: name as string, type: type as Type }));

const parts: SchemeParts = {
  fields: [...(standardFields as unknown as readonly FieldDefinition[]), ...SHORT],
  functions: standardFunctions,
};
export const SCHEME: Scheme<never> = new Scheme<never>(parts);

export type Given = Readonly<Record<string, unknown>>;

export function compile(expression: string): Result<ValueExpression> {
  return compileValue(expression, SCHEME);
}

/** A byte string as a given value: text would be taken for UTF-8. */
export function bytes(binary: string): Uint8Array {
  return Uint8Array.from(binary, (unit) => unit.charCodeAt(0));
}

/** The value of an expression; `undefined` is nil. */
export function evaluate(expression: string, given: Given = {}): Value | undefined {
  const compiled = compile(expression);
  if (!compiled.ok) throw new Error(`${expression}: ${compiled.errors[0]?.message}`);
  return compiled.value.read(SCHEME.contextFrom(given as never));
}

/** A value as examples spell it: Bytes and addresses as text, nil as null. */
export function jsonOf(type: Type, value: Value | undefined): unknown {
  if (value === undefined) return null;
  if (type.kind === "Bytes") return Buffer.from(value as string, "latin1").toString("utf8");
  if (type.kind === "Ip") return formatIp(value as IpValue);
  return type.kind === "Array"
    ? (value as readonly Value[]).map((item) => jsonOf(type.element, item))
    : value;
}
