import { formatIp } from "../../language/values/ip.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { RequestFacts } from "./event.ts";

/** What events and reports say of a request, not yet redacted: as received, the client as the engine made it out. */
export function requestFacts(request: WafRequest): RequestFacts {
  const { address } = request.client;
  const { country, asn } = request.geo;
  return {
    method: request.view.method,
    host: request.host,
    path: request.rawTarget.path,
    query: request.rawTarget.query,
    client: address === undefined ? (request.view.remoteAddress ?? "") : formatIp(address),
    userAgent: request.rawHeaders.joined("user-agent"),
    version: request.view.version,
    ...(country === undefined ? {} : { country }),
    ...(asn === undefined ? {} : { asn }),
  };
}
