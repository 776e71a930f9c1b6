import { defineFunction } from "../scheme/define-function.ts";
import { asciiUpper } from "../values/bytes.ts";
import { Bytes } from "../values/types.ts";
import { dynamic } from "./parameters.ts";

export const upper = defineFunction({
  name: "upper",
  summary: "The value with the letters a to z in upper case; every other byte stays.",
  params: [dynamic("value", Bytes)],
  returns: Bytes,
  total: true,
  meaning: "ascii_upper",
  evaluate: (value) => asciiUpper(value),
  examples: [
    { expression: "upper(http.request.method)", given: { "http.request.method": "get" }, result: "GET" },
    { expression: "upper(http.host)", given: { "http.host": "öl" }, result: "öL" },
    { expression: "upper(http.host)", result: null },
  ],
});
