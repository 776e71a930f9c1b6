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
  ["as64496", 64496],
  [0, 0],
  ["4294967295", 4294967295],
  ["12345678901", undefined],
  [1.5, undefined],
  ["x", undefined],
  ["64496x", undefined],
  [-1, undefined],
])("autonomous system %j", (asn, number) => {
  expect(mmdbDatabase({ get: () => ({ asn }) }).lookup(1)?.asn).toBe(number);
});

test.each<[record: unknown, facts: Readonly<Record<string, unknown>>]>([
  [
    {
      country: "FR",
      continent: "EU",
      city: "Paris",
      region: "Île-de-France",
      postcode: "75001",
      latitude: "48.85",
      longitude: "2.35",
      timezone: "Europe/Paris",
    },
    {
      country: "FR",
      continent: "EU",
      city: "Paris",
      region: "\xc3\x8ele-de-France",
      postalCode: "75001",
      latitude: "48.85",
      longitude: "2.35",
      timeZone: "Europe/Paris",
      inEuropeanUnion: true,
    },
  ],
  [{ state1: "Wien" }, { region: "Wien" }],
  [{ asn: "AS1", autonomous_system_number: 2 }, { asn: 2 }],
  // What the database says of the union counts before what is known here.
  [{ country: { iso_code: "CH", is_in_european_union: true } }, { inEuropeanUnion: true }],
  [{ country: { iso_code: "FR", is_in_european_union: false } }, { inEuropeanUnion: false }],
  [{ country_code: "US" }, { inEuropeanUnion: false }],
  [{}, { inEuropeanUnion: undefined, country: undefined }],
  [
    { country_code: "", city: "" },
    { country: undefined, city: undefined },
  ],
  [{ traits: { is_tor_exit_node: false }, continent: { code: "AS" } }, { continent: "AS" }],
  [{ subdivisions: [{ iso_code: "BY" }] }, { subdivision1: undefined, regionCode: "BY" }],
  [
    { country_code: "DE", subdivisions: [{ iso_code: "BY" }] },
    { subdivision1: "DE-BY", subdivision2: undefined },
  ],
])("a record of %j", (record, facts) => {
  expect(mmdbDatabase({ get: () => record }).lookup(1)).toMatchObject(facts);
});

test("members of the European Union, with the territories that are counted with them", () => {
  const countries =
    "AT AX BE BG CY CZ DE DK EE ES FI FR GF GP GR HR HU IE IT LT LU LV MF MQ MT NL PL PT RE RO SE SI SK YT";
  for (const country of countries.split(" "))
    expect(mmdbDatabase({ get: () => ({ country }) }).lookup(1)?.inEuropeanUnion).toBe(true);
  for (const country of ["CH", "GB", "NO", "UA", "US"])
    expect(mmdbDatabase({ get: () => ({ country }) }).lookup(1)?.inEuropeanUnion).toBe(false);
});

test("a damaged database knows nothing", () => {
  const reader = {
    get() {
      throw new Error("damaged");
    },
  };
  expect(mmdbDatabase(reader).lookup(1)).toBeUndefined();
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
