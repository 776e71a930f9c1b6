import { utf8Encode } from "../../language/values/bytes.ts";
import { formatIp } from "../../language/values/ip.ts";
import type { IpValue } from "../../language/values/value.ts";

/** The known facts about an address. Texts are byte strings; absent members are unknown. */
export interface GeoRecord {
  readonly asn?: number | undefined;
  /** `AF AN AS EU NA OC SA`, or `T1` for the Tor network. */
  readonly continent?: string | undefined;
  /** ISO 3166-1, two capitals. */
  readonly country?: string | undefined;
  /** ISO 3166-2 with the country: `DE-BY`. */
  readonly subdivision1?: string | undefined;
  readonly subdivision2?: string | undefined;
  readonly inEuropeanUnion?: boolean | undefined;
  readonly city?: string | undefined;
  readonly region?: string | undefined;
  /** The part of `subdivision1` after the country. */
  readonly regionCode?: string | undefined;
  readonly postalCode?: string | undefined;
  readonly metroCode?: string | undefined;
  /** Decimal degrees as text. */
  readonly latitude?: string | undefined;
  readonly longitude?: string | undefined;
  /** IANA name. */
  readonly timeZone?: string | undefined;
}

/** A source of facts about addresses. Must not throw for any address. */
export interface GeoDatabase {
  /** The known facts about the address; undefined when there are none. */
  lookup(address: IpValue): GeoRecord | undefined;
}

/** The part of a MaxMind-format reader (such as mmdb-lib's `Reader`) that is needed. */
export interface MmdbReader {
  /** The database's record for an address in text form. */
  get(address: string): unknown;
  readonly metadata?: { readonly ipVersion: number };
}

/** Reads the record layouts of MaxMind's city, country and ASN databases and the flat ones of free databases. */
export function mmdbDatabase(reader: MmdbReader): GeoDatabase {
  // mmdb-lib reads the first bits of an IPv6 address as an IPv4 one when the database holds no other.
  const onlyV4 = reader.metadata?.ipVersion === 4;
  return {
    lookup(address) {
      if (onlyV4 && typeof address !== "number") return undefined;
      let record: unknown;
      try {
        record = reader.get(formatIp(address));
      } catch {
        // Readers throw for a damaged file: nothing is known then.
        return undefined;
      }
      return isRecord(record) ? geoRecord(record) : undefined;
    },
  };
}

/** The first known value of each member, databases in order. */
export function lookupGeo(databases: readonly GeoDatabase[], address: IpValue): GeoRecord {
  const [first] = databases;
  if (first !== undefined && databases.length === 1) return first.lookup(address) ?? {};
  const merged: Record<string, unknown> = {};
  for (const database of databases) {
    for (const [name, value] of Object.entries(database.lookup(address) ?? {})) {
      if (value !== undefined && merged[name] === undefined) merged[name] = value;
    }
  }
  return merged;
}

/**
 * EU members, and the territories that MaxMind and Cloudflare count with them. Used when a database says nothing of
 * its own.
 */
const EUROPEAN_UNION: ReadonlySet<string> = new Set(
  "AT AX BE BG CY CZ DE DK EE ES FI FR GF GP GR HR HU IE IT LT LU LV MF MQ MT NL PL PT RE RO SE SI SK YT".split(
    " ",
  ),
);

type Json = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

function child(record: Json, name: string): Json {
  return recordOf(record[name]);
}

function recordOf(value: unknown): Json {
  return isRecord(value) ? value : {};
}

function text(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : utf8Encode(value);
  return typeof value === "number" ? String(value) : undefined;
}

function geoRecord(record: Json): GeoRecord {
  const location = child(record, "location");
  const { subdivisions } = record;
  const [outer, inner]: readonly unknown[] = Array.isArray(subdivisions) ? subdivisions : [];
  const first = recordOf(outer);
  const second = recordOf(inner);
  const country =
    text(child(record, "country")["iso_code"]) ?? text(record["country_code"]) ?? flatText(record["country"]);
  const flag = child(record, "country")["is_in_european_union"];
  const tor = child(record, "traits")["is_tor_exit_node"] === true;
  const code = (item: Json): string | undefined => {
    const own = text(item["iso_code"]);
    return own === undefined || country === undefined ? undefined : `${country}-${own}`;
  };
  return {
    asn: asNumber(record["autonomous_system_number"] ?? record["asn"]),
    continent: tor ? "T1" : (text(child(record, "continent")["code"]) ?? flatText(record["continent"])),
    country,
    subdivision1: code(first),
    subdivision2: code(second),
    inEuropeanUnion:
      typeof flag === "boolean" ? flag : country === undefined ? undefined : EUROPEAN_UNION.has(country),
    city: text(child(child(record, "city"), "names")["en"]) ?? flatText(record["city"]),
    region: text(child(first, "names")["en"]) ?? flatText(record["region"] ?? record["state1"]),
    regionCode: text(first["iso_code"]),
    postalCode: text(child(record, "postal")["code"]) ?? flatText(record["postcode"]),
    metroCode: text(location["metro_code"]),
    latitude: text(location["latitude"] ?? record["latitude"]),
    longitude: text(location["longitude"] ?? record["longitude"]),
    timeZone: text(location["time_zone"] ?? record["timezone"]),
  };
}

function flatText(value: unknown): string | undefined {
  return typeof value === "string" ? text(value) : undefined;
}

/** `64496`, `"64496"` and `"AS64496"` alike. */
function asNumber(value: unknown): number | undefined {
  const digits = typeof value === "string" ? value.replace(/^AS/i, "") : value;
  const number =
    typeof digits === "string" ? (/^[0-9]{1,10}$/.test(digits) ? Number(digits) : Number.NaN) : digits;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
