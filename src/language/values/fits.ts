import { normalizeInt } from "./int.ts";
import type { Type } from "./types.ts";
import { Ip6 } from "./value.ts";

const BYTES = /^[\0-\xff]*$/;

/** Whether something is a value of the type, as the language holds values. Linear in its size. */
export function fitsType(type: Type, value: unknown): boolean {
  switch (type.kind) {
    case "Bool":
      return typeof value === "boolean";
    case "Int":
      return typeof value === "bigint" ? normalizeInt(value) === value : Number.isSafeInteger(value);
    case "Bytes":
      return isBytes(value);
    case "Ip":
      return value instanceof Ip6 || (typeof value === "number" && value >>> 0 === value);
    case "Array":
      return Array.isArray(value) && value.every((item) => fitsType(type.element, item));
    case "Map":
      return (
        value instanceof Map &&
        [...value].every(([key, item]) => isBytes(key) && fitsType(type.element, item))
      );
  }
}

function isBytes(value: unknown): boolean {
  return typeof value === "string" && BYTES.test(value);
}
