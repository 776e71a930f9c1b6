import { defineFunction } from "../scheme/define-function.ts";
import { Bytes } from "../values/types.ts";
import { either } from "./parameters.ts";

function reversed(value: string): string {
  let result = "";
  for (let at = value.length - 1; at >= 0; at--) result += value.charAt(at);
  return result;
}

export const reverse = defineFunction({
  name: "reverse",
  summary: "The bytes of the value in reverse order.",
  params: [either("value", Bytes)],
  returns: Bytes,
  total: true,
  evaluate: reversed,
  examples: [
    { expression: "reverse(http.host)", given: { "http.host": "shop.example" }, result: "elpmaxe.pohs" },
    { expression: 'reverse("")', result: "" },
    { expression: "reverse(http.host)", result: null },
  ],
});
