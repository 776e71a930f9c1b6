// What tests use of src/language/check.
export type { TypedNode } from "../../../../src/language/check/typed-ast.ts";
