// The main entry point: a firewall with the standard fields, functions, actions and phases.

export { standardFields } from "./detection/fields/index.ts";
export { standardScheme } from "./detection/fields/shared-scheme.ts";
export { type SuppliedField, type SuppliedValues, supply } from "./detection/fields/supply.ts";
export { createWaf, tryCreateWaf } from "./engine/firewall/standard-waf.ts";
export * from "./exports.ts";
export { standardFunctions } from "./language/functions/index.ts";
export { type HclParser, type LoadTerraformOptions, loadTerraform } from "./rules/load/load-terraform.ts";
export { loadDocument, loadDocuments, loadObject } from "./rules/load/standard-load.ts";
export { terraformReader } from "./rules/terraform/read-terraform.ts";
export type { TerraformReader } from "./rules/terraform/reader.ts";
