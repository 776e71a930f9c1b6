// What tests use of src/engine/firewall.

export { standardScheme } from "../../../../src/detection/fields/shared-scheme.ts";
export { createWaf, tryCreateWaf } from "../../../../src/engine/firewall/standard-waf.ts";
export type { Waf } from "../../../../src/engine/firewall/waf.ts";
