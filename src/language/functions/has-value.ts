import { defineFunction } from "../scheme/define-function.ts";
import { sameIp } from "../values/ip.ts";
import { type ArrayType, Bool, isScalar, type MapType, sameType, type Type } from "../values/types.ts";
import { type ArrayValue, Ip6, type MapValue, type Value } from "../values/value.ts";
import { dynamic, either } from "./parameters.ts";

const isCollection = (type: Type): type is ArrayType | MapType =>
  type.kind === "Array" || type.kind === "Map";

function holds(collection: ArrayValue | MapValue, value: Value): boolean {
  for (const item of collection.values()) {
    if (item === value) return true;
    // IPv6 addresses are objects; everything else is equal only when it is identical.
    if (item instanceof Ip6 && value instanceof Ip6 && sameIp(item, value)) return true;
  }
  return false;
}

export const hasValue = defineFunction({
  name: "has_value",
  summary: "Whether some value of an array or a map equals the given one. False when either is missing.",
  params: [
    dynamic("collection", isCollection, { typeLabel: "an array or a map" }),
    either("value", isScalar, { typeLabel: "Bool, Int, Bytes or Ip" }),
  ],
  returns: ([collection, value]) => {
    if (collection?.kind !== "Array" && collection?.kind !== "Map") return undefined;
    // Nested collections are refused below, with advice.
    if (!isScalar(collection.element)) return Bool;
    return value !== undefined && sameType(collection.element, value) ? Bool : undefined;
  },
  nil: "receive",
  total: true,
  prepare: ([collection]) => {
    const type = collection?.type;
    if ((type?.kind !== "Array" && type?.kind !== "Map") || isScalar(type.element)) return undefined;
    return [
      {
        argument: 0,
        code: "E_ARG_TYPE",
        message: "argument 1 of `has_value` holds collections, not plain values",
        hint: "write `any(…[*][*] eq …)`",
      },
    ];
  },
  evaluate: (collection, value) =>
    collection !== undefined && value !== undefined && holds(collection, value),
  examples: [
    {
      expression: 'has_value(http.request.headers.names, "Origin")',
      given: { "http.request.headers.names": ["Host", "Origin"] },
      result: true,
    },
    {
      expression: 'has_value(split(http.cookie, "|"), http.host)',
      given: { "http.cookie": "a.example|b.example", "http.host": "c.example" },
      result: false,
    },
    { expression: 'has_value(http.request.headers["x-list"], "a")', result: false },
  ],
});
