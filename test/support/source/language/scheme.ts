// What tests use of src/language/scheme.
export { defineFunction } from "../../../../src/expression/scheme/define-function.ts";
export type {
  FieldDefinition,
  FieldSource,
  FunctionDefinition,
  FunctionMeaning,
  ListKind,
  Parameter,
} from "../../../../src/expression/scheme/definitions.ts";
export type {
  EvaluationContext,
  ExecutionContext,
  ListLookup,
} from "../../../../src/expression/scheme/execution-context.ts";
export { changesWith } from "../../../../src/expression/scheme/field-source.ts";
export { InputError, toValue } from "../../../../src/expression/scheme/input.ts";
export {
  defineField,
  defineList,
  fieldsFrom,
  Scheme,
  type SchemeParts,
} from "../../../../src/expression/scheme/scheme.ts";
export { SchemeError } from "../../../../src/expression/scheme/scheme-error.ts";
