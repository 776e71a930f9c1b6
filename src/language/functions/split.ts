import { defineFunction } from "../scheme/define-function.ts";
import { DEFAULT_LIMITS } from "../syntax/limits.ts";
import { arrayOf, Bytes, Int } from "../values/types.ts";
import { dynamic, literal, outOfRange } from "./parameters.ts";

/** At most `limit` pieces; the last one holds the rest unsplit. */
function splitting(limit: number): (text: string, mark: string) => readonly string[] {
  return (text, mark) => {
    const pieces: string[] = [];
    let from = 0;
    while (pieces.length < limit - 1) {
      const found = text.indexOf(mark, from);
      if (found === -1) break;
      pieces.push(text.slice(from, found));
      from = found + mark.length;
    }
    pieces.push(text.slice(from));
    return pieces;
  };
}

export const split = defineFunction({
  name: "split",
  summary:
    "The pieces between the separators, empty ones included; with a limit, the last piece holds the rest.",
  params: [dynamic("input", Bytes), literal("separator", Bytes), literal("limit", Int, { optional: true })],
  returns: arrayOf(Bytes),
  total: true,
  contexts: ["response_header", "custom_error"],
  cost: 20,
  prepare: (args, { limits }) => {
    const faults = [...outOfRange(args, 2, [1, limits.maxSplitPieces], "a limit of pieces")];
    if (args[1].literal === "") {
      faults.unshift({ argument: 1, code: "E_ARG_VALUE", message: "the separator must not be empty" });
    }
    if (faults.length > 0) return faults;
    const limit = args[2]?.literal;
    return splitting(limit === undefined ? limits.maxSplitPieces : Number(limit));
  },
  evaluate: splitting(DEFAULT_LIMITS.maxSplitPieces),
  examples: [
    {
      expression: 'split(http.cookie, ";", 128)',
      given: { "http.cookie": "a;;b" },
      result: ["a", "", "b"],
    },
    { expression: 'split(http.cookie, ";", 2)', given: { "http.cookie": "a;b;c" }, result: ["a", "b;c"] },
    { expression: 'split(http.cookie, ";")[0]', given: { "http.cookie": "" }, result: "" },
    { expression: 'split(http.cookie, ";")', result: null },
  ],
});
