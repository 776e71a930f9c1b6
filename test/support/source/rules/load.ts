// What tests use of src/rules/load.

export { loadDocuments as loadWithoutTerraform } from "../../../../src/rules/load/load.ts";
export { loadTerraform } from "../../../../src/rules/load/load-terraform.ts";
export type { LoadOptions } from "../../../../src/rules/load/options.ts";
export { loadDocument, loadDocuments, loadObject } from "../../../../src/rules/load/standard-load.ts";
