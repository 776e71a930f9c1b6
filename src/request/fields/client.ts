import type { ValueForm } from "../../language/scheme/definitions.ts";
import { Bool, Bytes, Int, Ip, type ScalarType } from "../../language/values/types.ts";
import type { Value } from "../../language/values/value.ts";
import type { GeoRecord } from "../head/geo.ts";
import { absentText, COST, FROM_HEAD, fieldsOf, RECEIVED, type RequestField, suppliedOr } from "./field.ts";

const field = fieldsOf(FROM_HEAD, RECEIVED);

/** ISO 3166-1 has `GB` and `GR` for what people write as `UK` and `EL`. */
const COUNTRY: ValueForm = {
  like: /^(?!UK$|EL$)[A-Z][A-Z0-9]$/,
  instead: { UK: "GB", EL: "GR", USA: "US", GER: "DE", EN: "GB" },
  described: "a country is two capitals of ISO 3166-1, such as `DE`",
};

/** A fact about the client's address: the embedder's own, or the databases'. */
function geo(
  member: string,
  type: ScalarType,
  summary: string,
  absent: Value,
  key: keyof GeoRecord,
  example: unknown,
  formerly: readonly string[] = [],
  form?: ValueForm,
): RequestField {
  const name = `ip.src.${member}`;
  return field(
    name,
    type,
    summary,
    suppliedOr(name, (request) => request.geo[key] ?? absent),
    {
      cost: COST.lookup,
      whenAbsent: absentText(absent),
      supply: Object.freeze({ by: ["geo", name], otherwise: absent }),
      example,
      deprecatedAliases: formerly,
      ...(form === undefined ? {} : { form }),
    },
  );
}

/** The client's address and what databases say about it. */
export const clientFields: readonly RequestField[] = [
  field(
    "ip.src",
    Ip,
    "Client address: the socket's peer, or what a trusted proxy says.",
    suppliedOr("ip.src", (request) => request.client.address),
    {
      whenAbsent: "nil when the host does not know its peer, or a trusted proxy's header cannot be read",
      example: "192.0.2.7",
      unmapped: true,
    },
  ),
  geo("asnum", Int, "Number of the autonomous system.", 0, "asn", 64496, ["ip.geoip.asnum"]),
  geo(
    "continent",
    Bytes,
    "Continent: AF AN AS EU NA OC SA, or T1 for Tor.",
    "",
    "continent",
    "EU",
    ["ip.geoip.continent"],
    { words: ["AF", "AN", "AS", "EU", "NA", "OC", "SA", "T1"] },
  ),
  geo(
    "country",
    Bytes,
    "Country as two letters of ISO 3166-1.",
    "",
    "country",
    "AT",
    ["ip.geoip.country"],
    COUNTRY,
  ),
  geo("subdivision_1_iso_code", Bytes, "First-level region in ISO 3166-2.", "", "subdivision1", "AT-9", [
    "ip.geoip.subdivision_1_iso_code",
  ]),
  geo("subdivision_2_iso_code", Bytes, "Second-level region in ISO 3166-2.", "", "subdivision2", "GB-CMD", [
    "ip.geoip.subdivision_2_iso_code",
  ]),
  geo(
    "is_in_european_union",
    Bool,
    "Whether the country belongs to the EU.",
    false,
    "inEuropeanUnion",
    true,
    ["ip.geoip.is_in_european_union"],
  ),
  geo("city", Bytes, "City name in English.", "", "city", "Vienna"),
  geo("region", Bytes, "Region name in English.", "", "region", "Vienna"),
  geo("region_code", Bytes, "Region code without the country.", "", "regionCode", "9"),
  geo("postal_code", Bytes, "Postal code.", "", "postalCode", "1010"),
  geo("metro_code", Bytes, "Code of a US media market, as text.", "", "metroCode", "501"),
  geo("lat", Bytes, "Latitude in degrees, as text.", "", "latitude", "48.2085"),
  geo("lon", Bytes, "Longitude in degrees, as text.", "", "longitude", "16.3721"),
  geo("timezone.name", Bytes, "Time zone by its IANA name.", "", "timeZone", "Europe/Vienna"),
];
