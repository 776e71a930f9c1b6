import { type Address, type Reach, readIpv4, readIpv6 } from "./address.ts";
import { LOOPBACK_DOMAINS, LOOPBACK_NAMES, METADATA_NAMES, RESOLVER_DOMAINS } from "./names.ts";

/** Where a host leads; undefined for a name that only its owner's DNS knows. */
export interface Destination extends Address {
  /** A public name that leads to an address of somebody's choice. */
  readonly resolver: boolean;
}

/** Classifies a host as {@link readUrl} gives it: lower case, brackets kept, no port. */
export function destinationOf(host: string): Destination | undefined {
  if (host === "") return undefined;
  const first = host.charCodeAt(0);
  if (first === 0x5b) return numeric(readIpv6(host.slice(1, -1)));
  if (first >= 0x30 && first <= 0x39) {
    const address = readIpv4(host);
    if (address !== undefined) return numeric(address);
  }
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  if (METADATA_NAMES.has(name)) return named("metadata", false);
  if (LOOPBACK_NAMES.has(name) || name.endsWith(".localhost")) return named("loopback", false);
  const label = name.lastIndexOf(".");
  if (label < 1) return undefined;
  const domain = name.slice(name.lastIndexOf(".", label - 1) + 1);
  if (LOOPBACK_DOMAINS.has(domain)) return named("loopback", true);
  if (RESOLVER_DOMAINS.has(domain)) return named(embedded(name.slice(0, -domain.length - 1)), true);
  return undefined;
}

function numeric(address: Address | undefined): Destination | undefined {
  return address === undefined ? undefined : { ...address, resolver: false };
}

function named(reach: Reach, resolver: boolean): Destination {
  return { reach, odd: false, resolver };
}

/** The address in a name such as `shop.10.0.0.1`, `10-0-0-1`, `7f000001.c0a80001`. */
function embedded(name: string): Reach {
  const dashed = /(?:^|[.-])(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})$/.exec(name.slice(-64));
  if (dashed !== null) return readIpv4(dashed.slice(1).join("."))?.reach ?? "public";
  const reaches = name
    .slice(-64)
    .split(".")
    .filter((label) => /^[0-9a-f]{8}$/.test(label))
    .map((label) => readIpv4(`0x${label}`)?.reach ?? "public");
  return reaches.find((reach) => reach !== "public") ?? "public";
}
