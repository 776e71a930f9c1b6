import { defineFunction } from "../scheme/define-function.ts";
import { Bytes, Int } from "../values/types.ts";
import type { IntValue } from "../values/value.ts";
import { dynamic, either } from "./parameters.ts";

/** A place inside the value: negative places count from the end, and none lies outside. */
function place(index: IntValue, length: number): number {
  const at = index < 0 ? Number(index) + length : Number(index);
  return Math.min(Math.max(at, 0), length);
}

export const substring = defineFunction({
  name: "substring",
  summary:
    "The bytes from `start` up to but not including `end`, or to the end. Negative places count from the end.",
  params: [dynamic("value", Bytes), either("start", Int), either("end", Int, { optional: true })],
  returns: Bytes,
  total: true,
  evaluate: (value, start, end) => {
    const from = place(start, value.length);
    const to = end === undefined ? value.length : place(end, value.length);
    return from < to ? value.slice(from, to) : "";
  },
  examples: [
    {
      expression: "substring(http.request.uri.path, 1, 4)",
      given: { "http.request.uri.path": "/api/v1" },
      result: "api",
    },
    {
      expression: "substring(http.request.uri.path, -2)",
      given: { "http.request.uri.path": "/api/v1" },
      result: "v1",
    },
    {
      expression: "substring(http.request.uri.path, 5, 99)",
      given: { "http.request.uri.path": "/api/v1" },
      result: "v1",
    },
    {
      expression: "substring(http.request.uri.path, 4, 1)",
      given: { "http.request.uri.path": "/api/v1" },
      result: "",
    },
  ],
});
