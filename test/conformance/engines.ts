import { standardFunctions } from "../../src/expression/functions/index.ts";
import type { FieldDefinition, FunctionDefinition } from "../../src/expression/scheme/definitions.ts";
import { automatonEngine } from "../../src/expression/values/pattern/automaton-engine.ts";
import { re2jsEngine } from "../../src/expression/values/pattern/re2js-engine.ts";
import { requestScheme } from "../../src/request/standard-scheme.ts";
import type { Dialects } from "./judge.ts";

export const DIALECTS: Dialects = { full: automatonEngine, portable: re2jsEngine };
export const STANDARD_FUNCTIONS: readonly FunctionDefinition[] = standardFunctions;
export const STANDARD_FIELDS: readonly FieldDefinition[] = requestScheme([]).fields;
