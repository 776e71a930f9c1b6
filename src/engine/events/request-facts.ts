import type { GeoRecord } from "../../request/head/geo.ts";
import type { WafRequest } from "../../request/model/request.ts";
import type { RequestFacts } from "./event.ts";

/**
 * Facts of a request for events and reports, not yet redacted: as received, with the client as the engine determined it.
 *
 * @param onError told when a database of geography throws; the facts then lack its part.
 */
export function requestFacts(request: WafRequest, onError: (error: unknown) => void): RequestFacts {
  const { country, asn } = geoOf(request, onError);
  return {
    method: request.view.method,
    host: request.host,
    path: request.rawTarget.path,
    query: request.rawTarget.query,
    client: request.clientText,
    userAgent: request.rawHeaders.joined("user-agent"),
    version: request.view.version,
    ...(country === undefined ? {} : { country }),
    ...(asn === undefined ? {} : { asn }),
  };
}

/** An event without geography is better than no event. */
function geoOf(request: WafRequest, onError: (error: unknown) => void): GeoRecord {
  try {
    return request.geo;
  } catch (error) {
    onError(error);
    return {};
  }
}
