// `wirewall/core`: everything but the standard fields and functions; bring a scheme of your own.
export { createWaf, tryCreateWaf } from "./engine/firewall/custom-waf.ts";
export * from "./exports.ts";
