import { standardFunctions } from "../support/source/language/functions.ts";
import { automatonEngine, re2jsEngine } from "../support/source/language/pattern.ts";
import type { FieldDefinition, FunctionDefinition } from "../support/source/language/scheme.ts";
import { requestScheme } from "../support/source/request/fields.ts";
import type { Dialects } from "./judge.ts";

export const DIALECTS: Dialects = { full: automatonEngine, portable: re2jsEngine };
export const STANDARD_FUNCTIONS: readonly FunctionDefinition[] = standardFunctions;
export const STANDARD_FIELDS: readonly FieldDefinition[] = requestScheme([]).fields;
