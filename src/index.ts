// The main entry point: a firewall with the standard fields, functions, actions and phases.
export { createWaf, tryCreateWaf } from "./engine/firewall/standard-waf.ts";
export * from "./exports.ts";
export { standardFunctions } from "./language/functions/index.ts";
export { standardFields } from "./request/fields/index.ts";
export { standardScheme } from "./request/fields/shared-scheme.ts";
