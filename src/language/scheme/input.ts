import { excerpt } from "../diagnostics/printable.ts";
import { utf8Encode } from "../values/bytes.ts";
import { normalizeInt } from "../values/int.ts";
import { parseIp } from "../values/ip.ts";
import { type Type, typeName } from "../values/types.ts";
import { Ip6, type IpValue, type Value } from "../values/value.ts";

/**
 * What an embedder may hand in for a type, inferred from the type's name.
 *
 * Bytes: a string is text and becomes its UTF-8 bytes; a Uint8Array is bytes already. Ip: text or an address value.
 */
export type InputFor<Name extends string> = Name extends "Bool"
  ? boolean
  : Name extends "Int"
    ? number | bigint
    : Name extends "Bytes"
      ? string | Uint8Array
      : Name extends "Ip"
        ? string | IpValue
        : Name extends `Array<${infer Element}>`
          ? readonly InputFor<Element>[]
          : Name extends `Map<${infer Element}>`
            ? ReadonlyMap<string, InputFor<Element>> | { readonly [key: string]: InputFor<Element> }
            : never;

/** The same, inferred from the type itself. */
export type InputOf<T extends Type> = [Type] extends [T]
  ? unknown
  : T extends { readonly kind: "Array"; readonly element: infer Element extends Type }
    ? readonly InputOf<Element>[]
    : T extends { readonly kind: "Map"; readonly element: infer Element extends Type }
      ? ReadonlyMap<string, InputOf<Element>> | { readonly [key: string]: InputOf<Element> }
      : InputFor<T["kind"]>;

/** A value handed in by the embedder does not fit the field's type: a misuse of the API. */
export class InputError extends TypeError {
  override readonly name = "InputError";
  /** `E_INPUT_TYPE`: the value has another type. `E_INT_UNSAFE`: a number beyond 2^53, already rounded. */
  readonly code: "E_INPUT_TYPE" | "E_INT_UNSAFE";

  constructor(code: "E_INPUT_TYPE" | "E_INT_UNSAFE", message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Converts an embedder's value to the language's representation; `undefined` and `null` are nil.
 *
 * @throws InputError when the value does not fit, or when a number was already rounded beyond 2^53.
 */
export function toValue(type: Type, input: unknown, name: string): Value | undefined {
  if (input === undefined || input === null) return undefined;
  switch (type.kind) {
    case "Bool":
      if (typeof input === "boolean") return input;
      break;
    case "Int":
      if (typeof input === "bigint") {
        const value = normalizeInt(input);
        if (value === undefined)
          throw new InputError("E_INPUT_TYPE", `${name}: the integer is outside 64 bits`);
        return value;
      }
      if (typeof input === "number") {
        if (!Number.isInteger(input)) break;
        if (!Number.isSafeInteger(input)) {
          throw new InputError(
            "E_INT_UNSAFE",
            `${name}: ${input} is beyond 2^53 and may have been rounded; pass a bigint`,
          );
        }
        return input === 0 ? 0 : input;
      }
      break;
    case "Bytes":
      if (typeof input === "string") return utf8Encode(input);
      if (input instanceof Uint8Array) return bytesOf(input);
      break;
    case "Ip":
      if (input instanceof Ip6) return input;
      if (typeof input === "number" && Number.isInteger(input) && input >= 0 && input <= 0xffffffff)
        return input;
      if (typeof input === "string") {
        const address = parseIp(input);
        if (address !== undefined) return address;
      }
      break;
    case "Array":
      if (Array.isArray(input)) {
        return input.map((item, index) => present(toValue(type.element, item, `${name}[${index}]`), name));
      }
      break;
    case "Map": {
      const entries = input instanceof Map ? [...input] : isRecord(input) ? Object.entries(input) : undefined;
      if (entries === undefined) break;
      const map = new Map<string, Value>();
      for (const [key, item] of entries) {
        if (typeof key !== "string") break;
        map.set(utf8Encode(key), present(toValue(type.element, item, `${name}["${key}"]`), name));
      }
      return map;
    }
  }
  throw new InputError("E_INPUT_TYPE", `${name}: expected ${typeName(type)}, got ${describe(input)}`);
}

function bytesOf(input: Uint8Array): string {
  let out = "";
  for (const byte of input) out += String.fromCharCode(byte);
  return out;
}

function present(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new InputError("E_INPUT_TYPE", `${name}: an element may not be missing`);
  return value;
}

function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return (
    typeof input === "object" && input !== null && !Array.isArray(input) && !(input instanceof Uint8Array)
  );
}

function describe(input: unknown): string {
  if (typeof input === "string") return `"${excerpt(input, 30)}"`;
  if (typeof input === "object") return Array.isArray(input) ? "an array" : "an object";
  return String(input);
}
