// What tests use of src/rules/load.

export {
  type LoadOptions,
  loadDocument,
  loadDocuments,
  loadObject,
} from "../../../../src/rules/load/load.ts";
export { loadTerraform } from "../../../../src/rules/load/load-terraform.ts";
