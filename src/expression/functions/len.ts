import { Int, type Type } from "../values/types.ts";
import type { ArrayValue, MapValue } from "../values/value.ts";
import { declare } from "./declare.ts";
import { either } from "./parameters.ts";

const isCountable = (type: Type): boolean =>
  type.kind === "Bytes" || type.kind === "Array" || type.kind === "Map";

export const len = declare({
  name: "len",
  summary: "Number of bytes of a value, of elements of an array, or of keys of a map.",
  params: [either("value", isCountable, { typeLabel: "Bytes, an array or a map" })],
  returns: Int,
  total: true,
  meaning: "length",
  evaluate: (value) =>
    value instanceof Map ? (value as MapValue).size : (value as string | ArrayValue).length,
  examples: [
    { expression: "len(http.host)", given: { "http.host": "ä.example" }, result: 10 },
    {
      expression: 'len(http.request.uri.args["id"])',
      given: { "http.request.uri.args": { id: ["1", "2", "3"] } },
      result: 3,
    },
    { expression: 'len(http.request.uri.args["id"])', given: { "http.request.uri.args": {} }, result: null },
  ],
});
