import { Reader, type Response } from "mmdb-lib";
import { describe, expect, test } from "vitest";
import { mmdbBytes } from "../support/mmdb.ts";
import { parseIp } from "../support/source/language/values.ts";
import { type GeoDatabase, lookupGeo, mmdbDatabase } from "../support/source/request/head.ts";

function database(low: unknown, high: unknown): Reader<Response> {
  return new Reader(mmdbBytes(low, high));
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
