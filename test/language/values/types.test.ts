import { expect, test } from "vitest";
import {
  arrayOf,
  Bool,
  Bytes,
  fitsType,
  Int,
  Ip,
  Ip6,
  isType,
  mapOf,
  type Type,
} from "../../support/source/language/values.ts";

const V6 = new Ip6(1, 0, 0, 0);

test.each<[type: Type, fits: readonly unknown[], others: readonly unknown[]]>([
  [Bool, [true, false], [0, "true", undefined]],
  [Int, [0, -5, 2 ** 53 - 1, 2n ** 60n], [0.5, 2 ** 53, 5n, "5", Number.NaN]],
  [Bytes, ["", "a", "\xff"], ["\u0100", 5, undefined]],
  [Ip, [0, 2 ** 32 - 1, V6], [-1, 2 ** 32, 0.5, "10.0.0.1"]],
  [arrayOf(Bytes), [[], ["a"]], ["a", [5], ["a", undefined], new Map()]],
  [
    mapOf(arrayOf(Int)),
    [new Map(), new Map([["a", [1]]])],
    [{}, [], new Map([["a", 1]]), new Map([["\u0100", []]]), new Map([[1, []]])],
  ],
])("values of $kind", (type, fits, others) => {
  for (const value of fits) expect([value, fitsType(type, value)]).toEqual([value, true]);
  for (const value of others) expect([value, fitsType(type, value)]).toEqual([value, false]);
});

test("types within types, to a depth", () => {
  const nested = (depth: number): Type => (depth === 0 ? Int : arrayOf(nested(depth - 1)));
  expect([0, 1, 63, 64].map((depth) => isType(nested(depth)))).toEqual([true, true, true, false]);
  const endless = { kind: "Array", element: undefined as unknown };
  endless.element = endless;
  expect([endless, null, "Int", {}, { kind: "Set" }, { kind: "Map" }].map(isType)).toEqual(
    Array.from({ length: 6 }, () => false),
  );
});
