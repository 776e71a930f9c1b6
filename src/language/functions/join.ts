import { defineFunction } from "../scheme/define-function.ts";
import { DEFAULT_LIMITS } from "../syntax/limits.ts";
import { arrayOf, Bytes } from "../values/types.ts";
import { CONTEXTS } from "./contexts.ts";
import { capped } from "./output-cap.ts";
import { dynamic, either } from "./parameters.ts";

/** Stops as soon as the bound is reached: a long separator times many elements would be a bomb. */
function joining(most: number): (parts: readonly string[], separator: string) => string {
  return (parts, separator) => {
    const first = parts[0] ?? "";
    const limit = Math.max(most, first.length);
    let text = first;
    for (let at = 1; at < parts.length && text.length < limit; at++) {
      text += separator + parts[at]!;
    }
    return capped(text, most, first);
  };
}

export const join = defineFunction({
  name: "join",
  summary: "The elements of an array with a separator between them; an empty array gives the empty value.",
  params: [dynamic("items", arrayOf(Bytes)), either("separator", Bytes)],
  returns: Bytes,
  total: true,
  contexts: ["filter", ...CONTEXTS.TRANSFORM, "custom_error"],
  prepare: (_args, { limits }) => joining(limits.maxValueBytes),
  evaluate: joining(DEFAULT_LIMITS.maxValueBytes),
  examples: [
    {
      expression: 'join(http.request.headers["via"], ", ")',
      given: { "http.request.headers": { via: ["1.1 a", "1.1 b"] } },
      result: "1.1 a, 1.1 b",
    },
    {
      expression: 'join(http.request.headers["via"], ", ")',
      given: { "http.request.headers": { via: [] } },
      result: "",
    },
    { expression: 'join(http.request.headers["via"], ", ")', result: null },
  ],
});
