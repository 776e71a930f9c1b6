import { defineFunction } from "../scheme/define-function.ts";
import type { ArgumentInfo } from "../scheme/definitions.ts";
import { normalizeInt } from "../values/int.ts";
import { Bytes, Int } from "../values/types.ts";
import type { IntValue } from "../values/value.ts";
import { findInJson, type JsonScalar } from "./json-path.ts";
import { dynamic, either, outOfRange } from "./parameters.ts";

const MAX_KEYS = 32;
const MAX_POSITION = 4_294_967_295;

/** Parameters of both functions. */
const LOOKUP = {
  params: [dynamic("document", Bytes), either("key", [Bytes, Int])],
  variadic: either("further", [Bytes, Int]),
  maxArguments: MAX_KEYS + 1,
  picksMember: true,
  cost: 300,
  prepare: (args: readonly ArgumentInfo[]) => {
    const faults = args.flatMap((argument, at) =>
      argument.type.kind === "Int" ? outOfRange(args, at, [0, MAX_POSITION], "a position") : [],
    );
    return faults.length > 0 ? faults : undefined;
  },
} as const;

/** A whole number in 64 bits as the language has it; a fraction or an exponent makes it another kind of number. */
function toInt({ kind, text }: JsonScalar): IntValue | undefined {
  if (kind === "string" || text.length > 20 || !/^-?[0-9]+$/.test(text)) return undefined;
  return normalizeInt(BigInt(text));
}

const document = (text: string) => ({ "http.request.body.raw": text });

export const lookupJsonInteger = defineFunction({
  ...LOOKUP,
  name: "lookup_json_integer",
  summary:
    "The integer at a path of keys and positions in a JSON text. Nil when there is none, or when the text is not JSON. A byte order mark in front is skipped.",
  returns: Int,
  examples: [
    {
      expression: 'lookup_json_integer(http.request.body.raw, "order", "items", 1)',
      given: document('{"order":{"items":[3,5]}}'),
      result: 5,
    },
    { expression: "lookup_json_integer(http.request.body.raw, 0)", given: document("[-12]"), result: -12 },
    { expression: "lookup_json_integer(http.request.body.raw, 0)", given: document("[5.0]"), result: null },
    { expression: "lookup_json_integer(http.request.body.raw, 0)", given: document("[5"), result: null },
  ],
  evaluate: (text, ...path) => {
    const found = findInJson(text, path);
    return found === undefined ? undefined : toInt(found);
  },
});

export const lookupJsonString = defineFunction({
  ...LOOKUP,
  name: "lookup_json_string",
  summary:
    "The string at a path of keys and positions in a JSON text, decoded. Nil when there is none, or when the text is not JSON. A byte order mark in front is skipped.",
  returns: Bytes,
  examples: [
    {
      expression: 'lookup_json_string(http.request.body.raw, "user", "name")',
      given: document('{"user":{"name":"Zo\\u00eb"}}'),
      result: "Zoë",
    },
    {
      expression: 'lookup_json_string(http.request.body.raw, "a")',
      given: document('{"a":"first","a":"last"}'),
      result: "last",
    },
    {
      expression: 'lookup_json_string(http.request.body.raw, "a")',
      given: document('{"a":1}'),
      result: null,
    },
  ],
  evaluate: (text, ...path) => {
    const found = findInJson(text, path);
    return found?.kind === "string" ? found.text : undefined;
  },
});
