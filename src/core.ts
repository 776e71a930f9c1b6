// `wirewall/core`: everything but the standard fields and functions; bring a scheme of your own.
export {
  type CustomWafOptions,
  createCustomWaf,
  tryCreateCustomWaf,
} from "./engine/firewall/custom-waf.ts";
export * from "./exports.ts";
