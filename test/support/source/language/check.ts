// What tests use of src/language/check.
export type {
  CallNode,
  Operand,
  PathStep,
  Test,
  TypedNode,
} from "../../../../src/language/check/typed-ast.ts";
