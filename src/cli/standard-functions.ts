import type { FunctionDefinition } from "../expression/scheme/definitions.ts";

export const standardFunctions: readonly FunctionDefinition[] = [];
