// What tests use of src/rules/lists.
export { compileList } from "../../../../src/ruleset/lists/compile-list.ts";
export { splitCsv } from "../../../../src/ruleset/lists/csv.ts";
export type { CompiledList } from "../../../../src/ruleset/lists/list.ts";
export { ListLines } from "../../../../src/ruleset/lists/list-lines.ts";
export { ListTable } from "../../../../src/ruleset/lists/list-table.ts";
export { type ReadListOptions, readList } from "../../../../src/ruleset/lists/read-list.ts";
export { compileRedirectList } from "../../../../src/ruleset/lists/redirect-list.ts";
