import { defineFunction } from "../scheme/define-function.ts";
import { Bool, Bytes, type MapType, type Type } from "../values/types.ts";
import { dynamic, either } from "./parameters.ts";

const isMap = (type: Type): type is MapType => type.kind === "Map";

export const hasKey = defineFunction({
  name: "has_key",
  summary: "Whether a map has the key, byte for byte. False when the map or the key is missing.",
  params: [dynamic("map", isMap, { typeLabel: "a map" }), either("key", Bytes)],
  returns: Bool,
  nil: "receive",
  total: true,
  meaning: "has_key",
  evaluate: (map, key) => map !== undefined && key !== undefined && map.has(key),
  examples: [
    {
      expression: 'has_key(http.request.headers, "x-debug")',
      given: { "http.request.headers": { "x-debug": [""] } },
      result: true,
    },
    {
      expression: 'has_key(http.request.headers, "X-Debug")',
      given: { "http.request.headers": { "x-debug": [""] } },
      result: false,
    },
    { expression: 'has_key(http.request.headers, "x-debug")', result: false },
  ],
});
