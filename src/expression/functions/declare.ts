import type { FunctionDefinition } from "../scheme/definitions.ts";

/** A function of the catalogue, checked where it is written. */
export function declare(definition: FunctionDefinition): FunctionDefinition {
  return Object.freeze(definition);
}
