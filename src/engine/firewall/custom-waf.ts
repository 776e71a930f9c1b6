import type { Result } from "../../language/diagnostics/diagnostic.ts";
import { Scheme } from "../../language/scheme/scheme.ts";
import type { WafOptions } from "../options/options.ts";
import type { WafConfig } from "../snapshot/reports.ts";
import { makeWaf, orThrow } from "./create-waf.ts";
import type { Waf } from "./waf.ts";

/** Options of a firewall whose scheme is the embedder's own. */
export interface CustomWafOptions extends WafOptions {
  readonly scheme: Scheme<never>;
}

/**
 * A firewall over a scheme of your own; nothing of the standard fields and functions is pulled in.
 *
 * @throws ConfigurationError when the configuration has faults.
 * @throws MisuseError for options that make no sense.
 */
export function createCustomWaf(config: WafConfig, options: CustomWafOptions): Waf {
  return orThrow(tryCreateCustomWaf(config, options));
}

/** The same with the faults of the configuration as a result. */
export function tryCreateCustomWaf(config: WafConfig, options: CustomWafOptions): Result<Waf> {
  return makeWaf(config, options, () => new Scheme<never>({}));
}
