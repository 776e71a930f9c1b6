import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type IntRange, intMembership, mergeIntRanges } from "../../support/source/language/sets.ts";
import {
  hasCommonBit,
  INT_MAX,
  INT_MIN,
  type IntValue,
  normalizeInt,
  parseInteger,
} from "../../support/source/language/values.ts";

const value = (big: bigint): IntValue => normalizeInt(big)!;
const int64 = fc.oneof(
  fc.bigInt({ min: INT_MIN, max: INT_MAX }),
  fc.bigInt({ min: -70n, max: 70n }),
  fc.constantFrom(INT_MIN, INT_MAX, 2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n), 2n ** 31n, -(2n ** 31n) - 1n),
);

describe("parseInteger", () => {
  test.each<[string, IntValue | "digits" | "range"]>([
    ["0", 0],
    ["00", 0],
    ["-0", 0],
    ["42", 42],
    ["052", 42],
    ["0x2a", 42],
    ["0x2A", 42],
    ["-05", -5],
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992n],
    ["9223372036854775807", INT_MAX],
    ["9223372036854775808", "range"],
    ["-9223372036854775808", INT_MIN],
    ["-9223372036854775809", "range"],
    ["0x7fffffffffffffff", INT_MAX],
    ["0xffffffffffffffff", "range"],
    ["0777777777777777777777", INT_MAX],
    [`0${"0".repeat(4000)}7`, 7],
    ["9".repeat(4000), "range"],
    ["08", "digits"],
    ["0X2A", "digits"],
    ["-0x5", "digits"],
    ["0x", "digits"],
    ["-", "digits"],
    ["", "digits"],
    ["+42", "digits"],
    ["4_2", "digits"],
    ["0b1", "digits"],
    ["42a", "digits"],
    ["42.0", "digits"],
    ["1e3", "digits"],
  ])("%.30s", (text, expected) => {
    expect(parseInteger(text)).toBe(expected);
  });

  test("reads what BigInt writes, in each base", () => {
    fc.assert(
      fc.property(int64, (big) => {
        expect(parseInteger(String(big))).toBe(value(big));
        if (big < 0n) return;
        expect(parseInteger(`0x${big.toString(16)}`)).toBe(value(big));
        expect(parseInteger(`0${big.toString(8)}`)).toBe(value(big));
      }),
    );
  });
});

test("an integer has one representation", () => {
  fc.assert(
    fc.property(int64, (big) => {
      const made = value(big);
      expect(BigInt(made)).toBe(big);
      expect(typeof made).toBe(Number.isSafeInteger(Number(big)) ? "number" : "bigint");
    }),
  );
  expect([normalizeInt(INT_MIN - 1n), normalizeInt(INT_MAX + 1n)]).toEqual([undefined, undefined]);
});

test("common bits are those of 64-bit two's complement", () => {
  fc.assert(
    fc.property(int64, int64, (left, right) => {
      expect(hasCommonBit(value(left), value(right))).toBe(BigInt.asUintN(64, left & right) !== 0n);
    }),
    { numRuns: 1000 },
  );
});

test("a set holds what a scan of its ranges finds, whatever its shape", () => {
  const range = fc.tuple(int64, fc.bigInt({ min: 0n, max: 5n })).map(([start, more]): IntRange => {
    const end = start + more > INT_MAX ? INT_MAX : start + more;
    return { start: value(start), end: value(end) };
  });
  const single = int64.map((big): IntRange => ({ start: value(big), end: value(big) }));
  const ranges = fc.oneof(fc.array(range, { maxLength: 30 }), fc.array(single, { maxLength: 30 }));
  fc.assert(
    fc.property(ranges, fc.array(int64, { maxLength: 10 }), (given, others) => {
      const merged = mergeIntRanges(given);
      const has = intMembership(merged);
      for (const [at, next] of merged.slice(1).entries()) {
        expect(BigInt(next.start) > BigInt(merged[at]!.end) + 1n).toBe(true);
      }
      const ends = given.flatMap(({ start, end }) => [BigInt(start), BigInt(end)]);
      for (const near of [...others, ...ends.flatMap((end) => [end - 1n, end, end + 1n])]) {
        const probe = normalizeInt(near);
        if (probe === undefined) continue;
        expect(has(probe)).toBe(given.some(({ start, end }) => near >= BigInt(start) && near <= BigInt(end)));
      }
    }),
    { numRuns: 500 },
  );
});
