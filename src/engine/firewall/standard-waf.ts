import { standardScheme } from "../../detection/fields/shared-scheme.ts";
import type { Result } from "../../language/diagnostics/diagnostic.ts";
import type { Scheme } from "../../language/scheme/scheme.ts";
import type { WafOptions } from "../options/options.ts";
import type { WafConfig } from "../snapshot/reports.ts";
import { makeWaf, orThrow } from "./create-waf.ts";
import type { Waf } from "./waf.ts";

/**
 * A firewall.
 *
 * @throws ConfigurationError when the configuration has faults: the first configuration fails closed. Later ones, by
 * {@link Waf.update}, change nothing when they have faults.
 * @throws MisuseError for options that make no sense, and under `requireSync` for a rule that may have to be waited for.
 */
export function createWaf(config: WafConfig, options: WafOptions = {}): Waf {
  return orThrow(tryCreateWaf(config, options));
}

/** The same with the faults of the configuration as a result. */
export function tryCreateWaf(config: WafConfig, options: WafOptions = {}): Result<Waf> {
  return makeWaf(config, options, standardScheme as () => Scheme<never>);
}
