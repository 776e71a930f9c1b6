import { afterAll, expect, test } from "vitest";
import { available } from "../../support/available.ts";
import { compare, type InputKind, type Sent } from "./compare.ts";
import { cookies } from "./cookies.ts";
import { declarations } from "./declarations.ts";
import { EXPLAINED } from "./explained.ts";
import { formBodies, queryStrings, targets } from "./form.ts";
import { jsonBodies } from "./json.ts";
import { MISSING_LANGUAGES, stopPrograms } from "./programs.ts";
import { xmlBodies } from "./xml.ts";

afterAll(stopPrograms);

/** Inputs, of which some must prove something: refusing everything would do too. */
const INPUTS = 500;
const KINDS: readonly { readonly kind: InputKind; readonly least: number }[] = [
  { kind: xmlBodies, least: 200 },
  { kind: jsonBodies, least: 50 },
  { kind: formBodies, least: 400 },
  { kind: queryStrings, least: 400 },
  { kind: targets, least: 400 },
  { kind: cookies, least: 400 },
  { kind: declarations, least: 50 },
];

test.each(KINDS)(
  "what readers hand over is seen or refused: $kind.name",
  { timeout: 120_000 },
  async ({ kind, least }) => {
    for (const language of MISSING_LANGUAGES) available(false, language);
    const { passed, differences } = await compare(kind, INPUTS, 1);
    expect(differences).toEqual([]);
    expect(passed).toBeGreaterThan(least);
  },
);

const PLAIN: readonly { readonly kind: InputKind; readonly given: Partial<Sent> }[] = [
  { kind: xmlBodies, given: { type: "text/xml", body: "<q>x</q>" } },
  { kind: jsonBodies, given: { type: "application/json", body: '{"q":"x"}' } },
  { kind: formBodies, given: { type: "application/x-www-form-urlencoded", body: "q=x" } },
  { kind: queryStrings, given: { target: "/items?q=x" } },
  { kind: cookies, given: { cookie: "q=x" } },
];

test.each(PLAIN)("every reader reads what is plain: $kind.name", async ({ kind, given }) => {
  for (const reader of kind.readers) {
    // What is inside of values, of which there is nothing here.
    if (reader.name.startsWith("JSON") && kind !== jsonBodies) continue;
    const received = await reader.read({ type: "", body: "", ...given });
    const texts = new Set(received.texts.map(({ text }) => text));
    // PHP changes names, which are left out therefore.
    const expected = /^PHP (?!json)/.test(reader.name) ? ["x"] : ["q", "x"];
    expect([reader.name, [...texts]]).toEqual([reader.name, expected]);
  }
});

test("there are at most twenty reasons for a difference, each with a name of its own", () => {
  expect(new Set(EXPLAINED.map(({ name }) => name)).size).toBe(EXPLAINED.length);
  expect(EXPLAINED.length).toBeLessThanOrEqual(20);
});
