import { clientNetwork, formatIp } from "../../language/values/ip.ts";
import { Ip6, type Value } from "../../language/values/value.ts";
import { isArrayValue, isMapValue } from "../../language/values/value-guards.ts";

/**
 * A value with networks in place of the IPv6 addresses in it; an address that carries one of IPv4 becomes that.
 *
 * @param networks the networks are added here, unless every bit counts.
 */
export function networksIn(value: Value, bits: number, networks: Ip6[]): Value {
  if (value instanceof Ip6) {
    const network = clientNetwork(value, 32, bits);
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
