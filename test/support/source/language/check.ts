// What tests use of src/language/check.
export { checkFilter } from "../../../../src/language/check/check.ts";
export type {
  CallNode,
  Operand,
  PathStep,
  Test,
  TypedNode,
} from "../../../../src/language/check/typed-ast.ts";
