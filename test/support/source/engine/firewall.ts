// What tests use of src/engine/firewall.
export { createWaf, standardScheme, tryCreateWaf } from "../../../../src/engine/firewall/standard-waf.ts";
export type { Waf } from "../../../../src/engine/firewall/waf.ts";
