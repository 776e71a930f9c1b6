import type { FunctionDefinition } from "../../language/scheme/definitions.ts";
import { Scheme } from "../../language/scheme/scheme.ts";
import { standardFields } from "./index.ts";

/** The standard fields with the given functions; narrow it by `request`, `body` or `response` before checking a rule. */
export function requestScheme(functions: readonly FunctionDefinition[]): Scheme {
  // A scheme does not know what its readers read: whoever makes its contexts resets them to a `WafRequest`.
  return new Scheme({ fields: standardFields, functions });
}
