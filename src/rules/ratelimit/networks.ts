import { formatIp, maskIp, unwrapMapped } from "../../language/values/ip.ts";
import { Ip6, type IpValue, type Value } from "../../language/values/value.ts";
import { isArrayValue, isMapValue } from "../../language/values/value-guards.ts";

/**
 * A value with networks in place of the IPv6 addresses in it. An address that carries one of IPv4 becomes that: else all
 * clients of IPv4 would be one network.
 *
 * @param networks the networks are added here, unless every bit counts.
 */
export function networksIn(value: Value, bits: number, networks: Ip6[]): Value {
  if (value instanceof Ip6) {
    const network = maskedIp(value, bits);
    if (network instanceof Ip6 && bits < 128) networks.push(network);
    return network;
  }
  if (isArrayValue(value)) return value.map((item) => networksIn(item, bits, networks));
  if (!isMapValue(value)) return value;
  return new Map([...value].map(([key, item]) => [key, networksIn(item, bits, networks)]));
}

/** Networks as decisions show them. */
export function networkTexts(networks: readonly Ip6[], bits: number): readonly string[] {
  return networks.map((network) => `${formatIp(network)}/${bits}`);
}

function maskedIp(address: Ip6, bits: number): IpValue {
  // 64:ff9b::/96: a client of IPv4 behind a translator (RFC 6052 §2.1).
  const { a, b, c, d } = address;
  if (a === 0x64_ff9b && b === 0 && c === 0) return d;
  const unwrapped = unwrapMapped(address);
  return typeof unwrapped === "number" || bits >= 128 ? unwrapped : maskIp(unwrapped, bits);
}
