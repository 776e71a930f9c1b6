import { asciiUpper } from "../values/bytes.ts";
import { Bytes } from "../values/types.ts";
import { declare } from "./declare.ts";
import { dynamic } from "./parameters.ts";

export const upper = declare({
  name: "upper",
  summary: "The value with the letters a to z in upper case; every other byte stays.",
  params: [dynamic("value", Bytes)],
  returns: Bytes,
  total: true,
  meaning: "ascii_upper",
  evaluate: (value) => asciiUpper(value as string),
  examples: [
    { expression: "upper(http.request.method)", given: { "http.request.method": "get" }, result: "GET" },
    { expression: "upper(http.host)", given: { "http.host": "öl" }, result: "öL" },
    { expression: "upper(http.host)", result: null },
  ],
});
