import { Reader, type Response } from "mmdb-lib";
import { describe, expect, test } from "vitest";
import { parseIp } from "../../src/expression/values/ip.ts";
import { type GeoDatabase, lookupGeo, mmdbDatabase } from "../../src/request/geo.ts";

/** MaxMind's data format, as far as these records need it: maps, arrays, texts, doubles, unsigned integers, flags. */
function encode(value: unknown): Buffer {
  if (typeof value === "string") return withControl(2, Buffer.from(value, "utf8"));
  if (typeof value === "boolean") return control(14, value ? 1 : 0);
  if (typeof value === "number" && !Number.isInteger(value)) {
    const double = Buffer.alloc(8);
    double.writeDoubleBE(value);
    return withControl(3, double);
  }
  if (typeof value === "number") {
    const integer = Buffer.alloc(4);
    integer.writeUInt32BE(value);
    return withControl(6, integer);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value as object);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, item]) => [encode(key), encode(item)]),
  ]);
}

function control(type: number, size: number): Buffer {
  const long = size < 29 ? [] : [size - 29];
  const first = Math.min(size, 29);
  return Buffer.from(type < 8 ? [(type << 5) | first, ...long] : [first, type - 7, ...long]);
}

function withControl(type: number, content: Buffer): Buffer {
  return Buffer.concat([control(type, content.length), content]);
}

/** A database with one record for each of the two halves of the IPv4 space. */
function database(low: unknown, high: unknown): Reader<Response> {
  const lowData = encode(low);
  const data = Buffer.concat([lowData, encode(high)]);
  const nodeCount = 1;
  const node = Buffer.alloc(6);
  node.writeUIntBE(nodeCount + 16, 0, 3);
  node.writeUIntBE(nodeCount + 16 + lowData.length, 3, 3);
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_760_000_000,
    database_type: "Test",
    description: { en: "two halves" },
    ip_version: 4,
    languages: ["en"],
    node_count: nodeCount,
    record_size: 24,
  });
  return new Reader(
    Buffer.concat([node, Buffer.alloc(16), data, Buffer.from("\xab\xcd\xefMaxMind.com", "latin1"), metadata]),
  );
}

const city = {
  city: { names: { en: "Zürich" } },
  continent: { code: "EU" },
  country: { iso_code: "CH" },
  location: { latitude: 47.25, longitude: 8.5, time_zone: "Europe/Zurich", metro_code: 7 },
  postal: { code: "8001" },
  subdivisions: [{ iso_code: "ZH", names: { en: "Zurich" } }, { iso_code: "112" }],
};
const flat = { country_code: "AT", autonomous_system_number: 64_496, traits: { is_tor_exit_node: true } };

describe("a MaxMind-format database", () => {
  const geo = mmdbDatabase(database(city, flat));

  test("of cities", () => {
    expect(geo.lookup(parseIp("1.2.3.4")!)).toEqual({
      asn: undefined,
      continent: "EU",
      country: "CH",
      subdivision1: "CH-ZH",
      subdivision2: "CH-112",
      inEuropeanUnion: false,
      city: "Z\xc3\xbcrich",
      region: "Zurich",
      regionCode: "ZH",
      postalCode: "8001",
      metroCode: "7",
      latitude: "47.25",
      longitude: "8.5",
      timeZone: "Europe/Zurich",
    });
  });

  test("with flat records", () => {
    expect(geo.lookup(parseIp("192.0.2.1")!)).toMatchObject({
      asn: 64_496,
      continent: "T1",
      country: "AT",
      inEuropeanUnion: true,
    });
  });

  test("answers nothing for an address it cannot hold", () => {
    expect(geo.lookup(parseIp("2001:db8::1")!)).toBeUndefined();
  });
});

test.each([
  ["AS64496", 64496],
  ["64496", 64496],
  [64496, 64496],
  ["x", undefined],
  [-1, undefined],
])("autonomous system %j", (asn, number) => {
  expect(mmdbDatabase({ get: () => ({ asn }) }).lookup(1)?.asn).toBe(number);
});

test.each([[null], ["text"], [{ country: 5, subdivisions: "x", location: null }]])(
  "a record of %j is harmless",
  (record) => {
    expect(lookupGeo([mmdbDatabase({ get: () => record })], 1).country).toBeUndefined();
  },
);

test("databases are asked in order, member by member", () => {
  const databases: GeoDatabase[] = [
    { lookup: () => undefined },
    { lookup: () => ({ country: "AT", city: undefined }) },
    { lookup: () => ({ country: "DE", city: "Berlin" }) },
  ];
  expect(lookupGeo(databases, 1)).toEqual({ country: "AT", city: "Berlin" });
  expect(lookupGeo([], 1)).toEqual({});
});
