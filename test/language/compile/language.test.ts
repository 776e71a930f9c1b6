import { describe, expect, expectTypeOf, test } from "vitest";
import { VECTOR_FUNCTIONS } from "../../conformance/test-functions.ts";
import { defineScheme } from "../../support/source/language/compile.ts";
import { Bytes } from "../../support/source/language/values.ts";

const language = defineScheme(
  {
    "http.host": "Bytes",
    "ip.src": "Ip",
    "bot.score": "Int",
    verified: "Bool",
    "http.request.headers": "Map<Array<Bytes>>",
  },
  { functions: VECTOR_FUNCTIONS, lists: [{ name: "office", kind: "ip" }] },
);

function compiled(text: string) {
  const result = language.compile(text);
  if (!result.ok) throw new Error(result.errors[0]?.message);
  return result.value;
}

describe("defineScheme", () => {
  test("gives predicates over named values", () => {
    const hit = compiled("bot.score lt 30 and not ip.src in {10.0.0.0/8 2001:db8::/32}");
    expect(hit({ "bot.score": 12, "ip.src": "203.0.113.9" })).toBe(true);
    expect(hit({ "bot.score": 12, "ip.src": "10.1.2.3" })).toBe(false);
    expect(hit({ "bot.score": 12, "ip.src": "2001:db8::1" })).toBe(false);
    expect(hit({ "bot.score": 30n, "ip.src": "203.0.113.9" })).toBe(false);
    expect(hit({})).toBe(false);
    expect(hit.filter.fields.map(({ name }) => name)).toEqual(["bot.score", "ip.src"]);
  });

  test("types the values by the declaration", () => {
    const hit = compiled("verified");
    expectTypeOf(hit).parameter(0).toHaveProperty("bot.score").toEqualTypeOf<number | bigint | undefined>();
    expectTypeOf(hit).parameter(0).toHaveProperty("verified").toEqualTypeOf<boolean | undefined>();
    // @ts-expect-error a misspelt field is a type error
    expect(() => hit({ "bot.scroe": 12 })).toThrow(/bot\.scroe/);
    // @ts-expect-error a wrong type is a type error
    expect(() => hit({ "bot.score": "12" })).toThrow(/expected Int/);
    // @ts-expect-error an element of a wrong type is a type error
    expect(() => hit({ "http.request.headers": { accept: ["*/*", 1] } })).toThrow(/expected Bytes/);
    // @ts-expect-error a type that does not exist
    expect(() => defineScheme({ host: "String" })).toThrow(/not a type/);
  });

  test("takes objects and Maps for maps, text and bytes for Bytes", () => {
    const hit = compiled('any(http.request.headers["accept"][*] contains "é")');
    const bytes = new Uint8Array([0x78, 0xc3, 0xa9]);
    expect(hit({ "http.request.headers": { accept: ["a", "é"] } })).toBe(true);
    expect(hit({ "http.request.headers": new Map([["accept", [bytes]]]) })).toBe(true);
    expect(hit({ "http.request.headers": { accept: ["e"] } })).toBe(false);
  });

  test("looks lists up by name", () => {
    const hit = compiled("ip.src in $office");
    const office = { has: (address: number) => address === 0x7f000001 };
    expect(hit({ "ip.src": "127.0.0.1" }, { office })).toBe(true);
    expect(hit({ "ip.src": "127.0.0.2" }, { office })).toBe(false);
    expect(hit({ "ip.src": "127.0.0.1" })).toBe(false);
  });

  test("compiles value expressions of an expected type", () => {
    const result = language.compileValue('concat(http.host, "/x")', "Bytes");
    expect(result.ok && result.value({ "http.host": "a.example" })).toBe("a.example/x");
    expect(result.ok && result.value.expression.type).toEqual(Bytes);
    const wrong = language.compileValue("bot.score", "Bytes");
    expect(!wrong.ok && wrong.errors[0]).toMatchObject({
      code: "E_TYPE_MISMATCH",
      hint: expect.stringContaining("to_string"),
    });
  });

  test("compiles with its options", () => {
    const loose = defineScheme({ s: "Bytes" }, {}, { nilNotEqual: true });
    const result = loose.compile('s != "x"');
    expect(result.ok && result.value({})).toBe(true);
    expect(language.compile('http.host != "x"').ok && compiled('http.host != "x"')({})).toBe(false);
  });

  test("puts faults into the result", () => {
    const result = language.compile('http.hots eq "a" and bot.score eq "x" and verifed');
    expect(!result.ok && result.errors.map(({ code, offset }) => [code, offset])).toEqual([
      ["E_UNKNOWN_IDENTIFIER", 0],
      ["E_EXPECTED_TOKEN", 34],
      ["E_UNKNOWN_IDENTIFIER", 42],
    ]);
    expect(!result.ok && result.errors[0]?.hint).toContain("http.host");
  });
});
