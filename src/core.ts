// `wirewall/core`: bring a scheme of your own. `createCustomWaf` leaves the standard fields and functions to bundlers to
// drop; `createWaf` is the one of `wirewall`, so that a name means the same everywhere.
export {
  type CustomWafOptions,
  createCustomWaf,
  tryCreateCustomWaf,
} from "./engine/firewall/custom-waf.ts";
export { createWaf, tryCreateWaf } from "./engine/firewall/standard-waf.ts";
export * from "./exports.ts";
// Without Terraform, which is the option `terraform` and a part of `wirewall`.
export { loadDocument, loadDocuments, loadObject } from "./rules/load/load.ts";
