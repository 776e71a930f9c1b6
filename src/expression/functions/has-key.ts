import { Bool, Bytes, type Type } from "../values/types.ts";
import type { MapValue } from "../values/value.ts";
import { declare } from "./declare.ts";
import { dynamic, either } from "./parameters.ts";

const isMap = (type: Type): boolean => type.kind === "Map";

export const hasKey = declare({
  name: "has_key",
  summary: "Whether a map has the key, byte for byte. False when the map or the key is missing.",
  params: [dynamic("map", isMap, { typeLabel: "a map" }), either("key", Bytes)],
  returns: Bool,
  nil: "receive",
  total: true,
  meaning: "has_key",
  evaluate: (map, key) => map !== undefined && key !== undefined && (map as MapValue).has(key as string),
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
