import { defineFunction } from "../scheme/define-function.ts";
import { asciiLower } from "../values/bytes.ts";
import { Bytes } from "../values/types.ts";
import { either } from "./parameters.ts";

export const lower = defineFunction({
  name: "lower",
  summary: "The value with the letters A to Z in lower case; every other byte stays.",
  params: [either("value", Bytes)],
  returns: Bytes,
  total: true,
  meaning: "ascii_lower",
  evaluate: (value) => asciiLower(value),
  examples: [
    {
      expression: "lower(http.host)",
      given: { "http.host": "Shop.Example.ORG" },
      result: "shop.example.org",
    },
    { expression: "lower(http.host)", given: { "http.host": "ÖL" }, result: "Öl" },
    { expression: "lower(http.host)", result: null },
  ],
});
