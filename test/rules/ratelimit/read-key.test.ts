import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  arrayOf,
  Bool,
  Bytes,
  Int,
  Ip,
  mapOf,
  parseIp,
  type Type,
  type Value,
} from "../../support/source/language/values.ts";
import { encodeKey, readKey, valueOfText } from "../../support/source/rules/ratelimit.ts";

const P = "1:r1:a";
const ip = (text: string): Value => {
  const value = parseIp(text);
  if (value === undefined) throw new Error(text);
  return value;
};

describe("a key as texts", () => {
  test.each<[what: string, value: Value | undefined, type: Type, text: string | null]>([
    ["a missing value", undefined, Bytes, null],
    ["an empty one", "", Bytes, ""],
    ["bytes", "a;b:\xff", Bytes, "a;b:\xff"],
    ["a long text, hashed", "x".repeat(200), Bytes, expect.stringMatching(/^sha256:[\w-]{43}$/)],
    ["a number", -7, Int, "-7"],
    ["a number beyond 2^53", 2n ** 62n, Int, "4611686018427387904"],
    ["true", true, Bool, "true"],
    ["false", false, Bool, "false"],
    ["an IPv4 address", ip("192.0.2.7"), Ip, "192.0.2.7"],
    ["an IPv6 address", ip("2001:db8::1"), Ip, "2001:db8::1"],
    ["an array", ["a", "b"], arrayOf(Bytes), "a, b"],
    ["an array of addresses", [ip("192.0.2.7"), ip("::1")], arrayOf(Ip), "192.0.2.7, ::1"],
    [
      "a map",
      new Map([
        ["b", 2],
        ["a", 1],
      ]),
      mapOf(Int),
      "a=1, b=2",
    ],
    ["a map of arrays", new Map([["a", ["x", "y"]]]), mapOf(arrayOf(Bytes)), "a=x, y"],
  ])("%s", (_what, value, type, text) => {
    expect(readKey(encodeKey(P, [value, 1]), P, [type, Int])).toEqual([text, "1"]);
  });

  test.each<[what: string, key: string, types: readonly Type[]]>([
    ["of another rule", encodeKey("1:r1:b", [1]), [Int]],
    [
      "hashed as a whole",
      encodeKey(
        P,
        Array.from({ length: 60 }, () => 1),
      ),
      [Int],
    ],
    ["with a value too many", encodeKey(P, [1, 2]), [Int]],
    ["with a value too few", encodeKey(P, [1]), [Int, Int]],
    ["of no type", `${P}x`, [Int]],
    ["a text without a length", `${P}sabc`, [Bytes]],
    ["a text with another length", `${P}sx:abc`, [Bytes]],
    ["a text that is cut", `${P}s9:abc`, [Bytes]],
    ["a hash that is cut", `${P}habc`, [Bytes]],
    ["a number without an end", `${P}n12`, [Int]],
    ["a number that is none", `${P}n1e9;`, [Int]],
    ["an address beyond all", `${P}n4294967296;`, [Ip]],
    ["an address below all", `${P}n-1;`, [Ip]],
    ["an IPv6 address without an end", `${P}p::1`, [Ip]],
    ["an array of more than there is", `${P}a999999:`, [arrayOf(Int)]],
    ["an array without a length", `${P}a`, [arrayOf(Int)]],
    ["an array with a damaged item", `${P}a2:n1;x`, [arrayOf(Int)]],
    ["arrays without end", `${P}${"a1:".repeat(20)}t`, [arrayOf(Bool)]],
  ])("none of one %s", (_what, key, types) => {
    expect(readKey(key, P, types)).toBeUndefined();
  });

  test("whatever a store hands back, in time", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."-tfshnpam01239:;"), maxLength: 60 }), (rest) => {
        for (const type of [Int, Bytes, Ip, arrayOf(mapOf(Int))]) {
          const texts = readKey(P + rest, P, [type]);
          expect(texts === undefined || texts.length === 1).toBe(true);
        }
      }),
    );
  });
});

test.each<[text: string | null, type: Type, value: unknown]>([
  [null, Int, { value: undefined }],
  ["é", Bytes, { value: "\xc3\xa9" }],
  ["-7", Int, { value: -7 }],
  ["7.5", Int, undefined],
  ["9".repeat(16), Int, undefined],
  ["true", Bool, { value: true }],
  ["false", Bool, { value: false }],
  ["yes", Bool, undefined],
  ["192.0.2.7", Ip, { value: ip("192.0.2.7") }],
  ["2001:db8::/64", Ip, { value: ip("2001:db8::") }],
  ["nobody", Ip, undefined],
  ["a, b", arrayOf(Bytes), undefined],
])("the value of the text %j", (text, type, value) => {
  expect(valueOfText(text, type)).toEqual(value);
});
