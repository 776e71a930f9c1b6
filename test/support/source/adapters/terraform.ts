// What tests use of src/adapters/terraform.
export { hcl2json, loadTerraform } from "../../../../src/adapters/terraform/index.ts";
