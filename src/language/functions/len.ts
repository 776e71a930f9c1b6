import { defineFunction } from "../scheme/define-function.ts";
import { type ArrayType, type Bytes, Int, type MapType, type Type } from "../values/types.ts";
import { either } from "./parameters.ts";

const isCountable = (type: Type): type is typeof Bytes | ArrayType | MapType =>
  type.kind === "Bytes" || type.kind === "Array" || type.kind === "Map";

export const len = defineFunction({
  name: "len",
  summary: "Number of bytes of a value, of elements of an array, or of keys of a map.",
  params: [either("value", isCountable, { typeLabel: "Bytes, an array or a map" })],
  returns: Int,
  total: true,
  meaning: "length",
  evaluate: (value) => (typeof value !== "string" && "size" in value ? value.size : value.length),
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
