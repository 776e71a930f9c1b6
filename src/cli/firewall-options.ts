import type { WafOptions } from "../engine/options/options.ts";
import { managedRulesets } from "../rules/managed/index.ts";
import { UsageError } from "./command.ts";
import { geoDatabases } from "./geo-databases.ts";

/** What the command line says about how rules are read: the same for every command that loads them. */
export interface RuleSettings {
  /** Files of named lists, read by the ending of their names. */
  readonly lists: readonly { readonly name: string; readonly path: string }[];
  /** Whether `ne` is true of a missing value. */
  readonly nilNotEqual: boolean;
  /** MaxMind-format databases. */
  readonly geo: readonly string[];
  /** Whether rules with faults are left out instead of refused with all others. */
  readonly partial?: boolean;
  /** The one zone of an account's export. */
  readonly zone?: string | undefined;
  /** Values of the variables of Terraform configurations. */
  readonly terraformVariables?: Readonly<Record<string, string>>;
  /** Fields that the program supplies for which the rules are checked. */
  readonly supplied?: readonly string[];
  /** Proxies whose headers are believed, and the headers in which they name client and protocol. */
  readonly trust?: readonly string[];
  readonly clientHeader?: string;
  readonly protocolHeader?: string | undefined;
  /** Whether clients reach the firewall without TLS. */
  readonly plainHttp?: boolean;
}

/**
 * The options of a firewall that decide which configurations it accepts, and what it says about them. `check`, `explain`
 * and `serve` take them from here, so that they cannot disagree.
 *
 * @throws UsageError for a database that cannot be read and for a header that nobody is believed about, and the system's errors.
 */
export function firewallOptions({
  nilNotEqual,
  geo,
  supplied = [],
  trust = [],
  clientHeader,
  protocolHeader,
  plainHttp = false,
}: Omit<RuleSettings, "lists" | "partial" | "zone" | "terraformVariables">): Pick<
  WafOptions,
  "managed" | "nilNotEqual" | "geo" | "supplied" | "client" | "plainHttp"
> {
  // The header would be read from nobody.
  if (protocolHeader !== undefined && trust.length === 0)
    throw new UsageError(
      "`--protocol-header` needs `--trust CIDR`: only the headers of trusted proxies are read",
    );
  const client = {
    trust,
    ...(clientHeader === undefined ? {} : { header: clientHeader }),
    ...(protocolHeader === undefined ? {} : { protocolHeader }),
  };
  return { managed: managedRulesets, nilNotEqual, geo: geoDatabases(geo), supplied, client, plainHttp };
}
