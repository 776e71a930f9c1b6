import { clientNetworkText } from "../language/values/ip.ts";

/** Bits of the network that counts as one client. */
const CLIENT_BITS_4 = 32;
const CLIENT_BITS_6 = 64;

/** Who counts as one client: an IPv4 address or an IPv6 network. */
export function clientKey(address: string): string {
  return clientNetworkText(address, CLIENT_BITS_4, CLIENT_BITS_6);
}
