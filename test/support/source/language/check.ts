// What tests use of src/language/check.
export type { TypedNode } from "../../../../src/expression/check/typed-ast.ts";
