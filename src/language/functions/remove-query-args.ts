import { defineFunction } from "../scheme/define-function.ts";
import type { ArgumentFault, ArgumentInfo } from "../scheme/definitions.ts";
import { Bytes } from "../values/types.ts";
import { CONTEXTS } from "./contexts.ts";
import { dynamic, literal } from "./parameters.ts";

const FIELDS: readonly (string | undefined)[] = ["http.request.uri.query", "raw.http.request.uri.query"];

/** The query without the pieces of the given names; names are compared as written, without decoding. */
function withoutArgs(query: string, names: ReadonlySet<string>): string {
  const kept = query.split("&").filter((piece) => {
    const equals = piece.indexOf("=");
    return !names.has(equals === -1 ? piece : piece.slice(0, equals));
  });
  return kept.join("&");
}

function otherField(args: readonly ArgumentInfo[]): readonly ArgumentFault[] {
  if (FIELDS.includes(args[0]?.field)) return [];
  return [
    {
      argument: 0,
      code: "E_ARG_VALUE",
      message: "argument 1 of `remove_query_args` must be the query string itself",
      hint: FIELDS.map((name) => `\`${name}\``).join(" or "),
    },
  ];
}

export const removeQueryArgs = defineFunction({
  name: "remove_query_args",
  summary:
    "A query string without all parameters of the given names; the others keep their order and spelling.",
  params: [dynamic("query", Bytes), literal("name", Bytes)],
  variadic: literal("further", Bytes),
  returns: Bytes,
  total: true,
  contexts: CONTEXTS.TRANSFORM,
  prepare: (args) => {
    const faults = otherField(args);
    if (faults.length > 0) return faults;
    const [, ...given] = args;
    const names = new Set(given.map(({ literal: name }) => name));
    return (query) => withoutArgs(query, names);
  },
  evaluate: (query, ...names) => withoutArgs(query, new Set(names)),
  examples: [
    {
      expression: 'remove_query_args(http.request.uri.query, "utm_source")',
      given: { "http.request.uri.query": "utm_source=x&id=7&utm_source=y" },
      result: "id=7",
    },
    {
      expression: 'remove_query_args(http.request.uri.query, "a", "flag")',
      given: { "http.request.uri.query": "a=1&&flag&ab=2" },
      result: "&ab=2",
    },
    { expression: 'remove_query_args(http.request.uri.query, "a")', result: null },
  ],
});
