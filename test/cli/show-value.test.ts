import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseValue, showValue, valueToJson } from "../support/source/cli.ts";
import {
  arrayOf,
  Bool,
  Bytes,
  Int,
  mapOf,
  type Type,
  type Value,
} from "../support/source/language/values.ts";

const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

describe("a value in one line", () => {
  test.each<[what: string, value: Value | undefined, type: Type, shown: string]>([
    ["nothing", undefined, Bytes, "nil"],
    ["a number beyond 2^53", 2n ** 60n, Int, "1152921504606846976"],
    ["bytes that are no text", "a\xff\x00", Bytes, '"a\\xff\\x00"'],
    ["what steers a terminal", bytes("\u009b31m"), Bytes, '"\\xc2\\x9b31m"'],
    ["what turns text round", bytes("a\u202eb\u2028c"), Bytes, '"a\\xe2\\x80\\xaeb\\xe2\\x80\\xa8c"'],
    ["quotes", 'a"\\', Bytes, '"a\\"\\\\"'],
    ["a long text", "x".repeat(201), Bytes, `"${"x".repeat(200)}"… 201 bytes`],
    [
      "one that is cut inside a character",
      bytes(`${"x".repeat(199)}éé`),
      Bytes,
      `"${"x".repeat(199)}"… 203 bytes`,
    ],
    [
      "many numbers",
      Array.from({ length: 22 }, (_, at) => at),
      arrayOf(Int),
      `[${[...Array(20).keys()].join(", ")}, … 2 more]`,
    ],
    [
      "entries, in order",
      new Map([
        ["b", 2],
        ["a", 1],
      ]),
      mapOf(Int),
      '{"a": 1, "b": 2}',
    ],
  ])("%s", (_what, value, type, shown) => {
    expect(showValue(value, type)).toBe(shown);
  });
});

describe("a value as JSON", () => {
  test.each<[what: string, value: Value | undefined, type: Type, json: string]>([
    ["nothing", undefined, Bytes, "null"],
    ["a number beyond 2^53", 2n ** 60n, Int, '"1152921504606846976"'],
    ["bytes that are no text", "\xff", Bytes, '{"hex":"ff"}'],
    ["text", bytes("é"), Bytes, '"é"'],
    ["an array", ["a", "\x80"], arrayOf(Bytes), '["a",{"hex":"80"}]'],
    [
      "keys as clients choose them",
      new Map([
        ["__proto__", 1],
        ["\xff", 2],
      ]),
      mapOf(Int),
      '{"__proto__":1,"\\\\xff":2}',
    ],
  ])("%s", (_what, value, type, json) => {
    expect(JSON.stringify(valueToJson(value, type))).toBe(json);
  });
});

test("what is shown reads back as the value", () => {
  const cases: readonly (readonly [Type, fc.Arbitrary<Value>])[] = [
    [Bool, fc.boolean()],
    [Int, fc.integer()],
    [Bytes, fc.string({ unit: "binary", maxLength: 40 }).map(bytes)],
  ];
  for (const [type, arbitrary] of cases)
    fc.assert(
      fc.property(arbitrary, (value) => {
        const shown = Buffer.from(showValue(value, type), "utf8").toString("utf8");
        expect(parseValue(shown, type)).toEqual({ ok: true, value });
      }),
      { numRuns: 50 },
    );
});
