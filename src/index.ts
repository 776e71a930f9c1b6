// The main entry point: a firewall with the standard fields, functions, actions and phases.

export { standardFields } from "./detection/fields/index.ts";
export { standardScheme } from "./detection/fields/shared-scheme.ts";
export { type SuppliedField, type SuppliedValues, supply } from "./detection/fields/supply.ts";
export { createWaf, tryCreateWaf } from "./engine/firewall/standard-waf.ts";
export * from "./exports.ts";
export { standardFunctions } from "./language/functions/index.ts";
