import { formatIp } from "../../language/values/ip.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { RequestFacts } from "./event.ts";

/** What events and reports say of a request, not yet redacted: as received, the client as the engine made it out. */
export function requestFacts(request: WafRequest): RequestFacts {
  const { country, asn } = request.geo;
  return {
    method: request.view.method,
    host: request.host,
    path: request.rawTarget.path,
    query: request.rawTarget.query,
    client: clientText(request),
    userAgent: request.rawHeaders.joined("user-agent"),
    version: request.view.version,
    ...(country === undefined ? {} : { country }),
    ...(asn === undefined ? {} : { asn }),
  };
}

/** The client's address as the engine made it out; what the host says of the peer when that is no address. */
export function clientText({ client, view }: WafRequest): string {
  return client.address === undefined ? (view.remoteAddress ?? "") : formatIp(client.address);
}
