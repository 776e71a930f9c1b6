import { describe, expect, test } from "vitest";
import { type FieldSource, toValue } from "../../support/source/language/scheme.ts";
import { typeName } from "../../support/source/language/values.ts";
import {
  FROM_BODY,
  FROM_HEAD,
  FROM_RESPONSE,
  PACKET_ONLY,
  requestScheme,
  standardFields,
} from "../../support/source/request/fields.ts";
import { EXPECTED_FIELDS } from "./expected-fields.ts";

const byName = new Map(standardFields.map((field) => [field.name, field]));
const PHASES: Readonly<Record<string, readonly string[]>> = {
  head: FROM_HEAD,
  body: FROM_BODY,
  response: FROM_RESPONSE,
  packet: PACKET_ONLY,
};
const expected = EXPECTED_FIELDS.flatMap(([phase, type, names]) =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => ({ name, type, phases: PHASES[phase] })),
);

describe("the catalogue", () => {
  test("has every field of the Rules language with its type and phases", () => {
    expect(expected).toHaveLength(235);
    for (const { name, type, phases } of expected) {
      const field = byName.get(name);
      expect(field, name).toBeDefined();
      expect([name, typeName(field!.type), field!.phases]).toEqual([name, type, phases]);
    }
  });

  test("adds fields in its own name space only", () => {
    const known = new Set(expected.map(({ name }) => name));
    const own = standardFields.filter(({ name }) => !known.has(name));
    expect(own.length).toBeGreaterThan(0);
    for (const { name } of own)
      expect(name).toMatch(
        /^wirewall\.(?:http\.|request\.|response\.|detection\.|decision\.|(?:scores|labels|variables)$)/,
      );
  });

  test.each([
    ["ip.geoip.asnum", "ip.src.asnum"],
    ["ip.geoip.continent", "ip.src.continent"],
    ["ip.geoip.country", "ip.src.country"],
    ["ip.geoip.subdivision_1_iso_code", "ip.src.subdivision_1_iso_code"],
    ["ip.geoip.subdivision_2_iso_code", "ip.src.subdivision_2_iso_code"],
    ["ip.geoip.is_in_european_union", "ip.src.is_in_european_union"],
  ])("%s is an old name of %s", (alias, name) => {
    expect(requestScheme([]).field(alias)?.field.name).toBe(name);
  });

  test("declares each field fully", () => {
    for (const field of standardFields) {
      expect(field.summary, field.name).toMatch(/^[A-Z0-9].*\.$/);
      expect(field.whenAbsent, field.name).toBeTruthy();
      if (!field.phases!.includes("packet")) expect(field.read, field.name).toBeTypeOf("function");
      if (field.example !== undefined)
        expect(() => toValue(field.type, field.example, field.name)).not.toThrow();
    }
  });

  test("parallel groups hold arrays only, two at least", () => {
    const groups = new Map<string, number>();
    for (const { parallelGroup, type } of standardFields) {
      if (parallelGroup === undefined) continue;
      expect(type.kind).toBe("Array");
      groups.set(parallelGroup, (groups.get(parallelGroup) ?? 0) + 1);
    }
    for (const [group, count] of groups) expect(count, group).toBeGreaterThan(1);
  });

  test("packet fields are known, and available in no phase of an HTTP request", () => {
    const scheme = requestScheme([]);
    const field = scheme.field("tcp.flags.syn")!.field;
    for (const phase of ["request", "body", "response"])
      expect(scheme.narrow(phase).isAvailable(field)).toBe(false);
  });

  test("says of each field what it derives from; of a raw one nothing that a rewrite changes", () => {
    for (const { name, derivesFrom } of standardFields) expect(derivesFrom, name).toBeInstanceOf(Array);
    const changed = (source: FieldSource) =>
      standardFields.filter((field) => field.derivesFrom?.includes(source)).map(({ name }) => name);
    for (const source of ["path", "query", "headers"] as const)
      expect(changed(source).filter((name) => name.startsWith("raw."))).toEqual([]);
    const detected = /^(?:wirewall\.detection\.|cf\.waf\.score(?:$|\.))/;
    expect(changed("headers").filter((name) => !detected.test(name))).toEqual([
      "http.request.headers",
      "http.request.headers.names",
      "http.request.headers.values",
      "http.request.headers.truncated",
      "wirewall.request.headers.decoded",
      "wirewall.request.nested.values",
      "wirewall.request.nested.names",
      "wirewall.request.nested.ways",
      "wirewall.request.nested.truncated",
      "wirewall.request.headers.texts",
    ]);
    for (const state of ["scores", "labels", "variables"] as const)
      expect(changed(state)).toEqual([`wirewall.${state}`]);
  });

  test("fields that exist from the body on derive from it, and so with the response and its body", () => {
    for (const { name, phases, derivesFrom } of standardFields) {
      const sources = { body: "body", response: "response", response_body: "response_body" } as const;
      const first = phases?.[0];
      for (const part of Object.values(sources))
        expect(derivesFrom?.includes(part), name).toBe(first === part);
    }
  });
});
