// What tests use of src/rules/lists.
export { compileList } from "../../../../src/rules/lists/compile-list.ts";
export { splitCsv } from "../../../../src/rules/lists/csv.ts";
export type { CompiledList } from "../../../../src/rules/lists/list.ts";
export { ListLines } from "../../../../src/rules/lists/list-lines.ts";
export { type ReadListOptions, readList, readListOfItsKind } from "../../../../src/rules/lists/read-list.ts";
export { compileRedirectList } from "../../../../src/rules/lists/redirect-list.ts";
