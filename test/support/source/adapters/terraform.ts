// What tests use of src/adapters/terraform.
export { hcl2json } from "../../../../src/adapters/terraform/index.ts";
