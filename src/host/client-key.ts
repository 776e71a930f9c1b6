import { clientNetworkText, formatIp, unwrapMapped } from "../language/values/ip.ts";
import type { PreparedRequestOptions } from "../request/model/options.ts";
import { WafRequest } from "../request/model/request.ts";
import type { RequestView } from "../request/view/request-view.ts";

/** Bits of the network that counts as one client. */
const CLIENT_BITS_4 = 32;
const CLIENT_BITS_6 = 64;

/** Who counts as one client: an IPv4 address or an IPv6 network. */
export function clientKey(address: string): string {
  return clientNetworkText(address, CLIENT_BITS_4, CLIENT_BITS_6);
}

/** The client whose share a request counts for; undefined for trusted proxies and unknown clients. */
export function countedClient(view: RequestView, options: PreparedRequestOptions): string | undefined {
  const { address } = new WafRequest(view, options).client;
  if (address === undefined || options.trusted.has(unwrapMapped(address))) return undefined;
  return clientKey(formatIp(address));
}
