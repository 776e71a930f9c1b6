// What tests use of src/language/scheme.
export { defineFunction } from "../../../../src/language/scheme/define-function.ts";
export type {
  FieldDefinition,
  FieldSource,
  FunctionDefinition,
  FunctionMeaning,
  ListKind,
  Parameter,
} from "../../../../src/language/scheme/definitions.ts";
export type {
  EvaluationContext,
  ExecutionContext,
  ListLookup,
} from "../../../../src/language/scheme/execution-context.ts";
export { changesWith } from "../../../../src/language/scheme/field-source.ts";
export { InputError, toValue } from "../../../../src/language/scheme/input.ts";
export {
  defineField,
  defineList,
  fieldsFrom,
  Scheme,
  type SchemeParts,
} from "../../../../src/language/scheme/scheme.ts";
export { SchemeError } from "../../../../src/language/scheme/scheme-error.ts";
