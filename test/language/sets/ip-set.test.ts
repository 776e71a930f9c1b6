import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Ip4Ranges, IpSet, radixOrder } from "../../support/source/language/sets.ts";
import {
  compareIp,
  formatIp,
  Ip6,
  type IpRange,
  type IpValue,
  isFormattedIp6,
} from "../../support/source/language/values.ts";

/** Words that crowd: most share their upper bits, as addresses in use do. */
const crowded = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0x20010db8, max: 0x20010fff }) },
  { weight: 2, arbitrary: fc.integer({ min: 0x2a000000, max: 0x2a0fffff }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffffffff }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff) },
);
const shared = fc.constantFrom(0, 0, 0, 0x12345678, 0xffffffff);
const v4: fc.Arbitrary<IpValue> = crowded;
const v6: fc.Arbitrary<IpValue> = fc.oneof(
  fc.tuple(crowded, shared, shared, crowded).map(([a, b, c, d]) => new Ip6(a, b, c, d)),
  fc.tuple(shared, shared, shared, crowded).map(([a, b, c, d]) => new Ip6(a, b, c, d)),
);

function plus(value: IpValue, count: number): IpValue {
  if (typeof value === "number") return Math.min(value + count, 0xffffffff);
  return new Ip6(value.a, value.b, value.c, Math.min(value.d + count, 0xffffffff));
}

/** The addresses at which a range could be wrong by one. */
function around({ start, end }: IpRange): readonly IpValue[] {
  const before =
    typeof start === "number"
      ? Math.max(start - 1, 0)
      : new Ip6(start.a, start.b, start.c, Math.max(start.d - 1, 0));
  return [before, start, end, plus(end, 1)];
}

describe.each([
  ["IPv4", v4],
  ["IPv6", v6],
])("a crowded set of %s ranges", (_family, address) => {
  const ranges = fc.array(
    fc
      .tuple(address, fc.oneof(fc.nat(3), fc.nat(70_000)))
      .map(([start, size]) => ({ start, end: plus(start, size) }) as IpRange),
    { minLength: 1, maxLength: 300, size: "max" },
  );

  test("holds what a scan finds, at every bound", () => {
    fc.assert(
      fc.property(ranges, (given) => {
        const set = IpSet.from(given);
        for (const probe of given.slice(0, 60).flatMap(around)) {
          const inside = given.some(
            ({ start, end }) => compareIp(probe, start) >= 0 && compareIp(probe, end) <= 0,
          );
          expect(set.has(probe)).toBe(inside);
        }
      }),
      { numRuns: 100 },
    );
  });
});

test("ten thousand neighbours in one network, and one far away", () => {
  const base = { a: 0x20010db8, b: 1, c: 2 };
  const even = Array.from({ length: 10_000 }, (_, at) => new Ip6(base.a, base.b, base.c, at * 2));
  const set = IpSet.from([...even, new Ip6(0xfe800000, 0, 0, 1)].map((start) => ({ start, end: start })));
  expect(set.rangeCount).toEqual({ v4: 0, v6: 10_001 });
  for (let at = 0; at < 20_000; at++) {
    expect(set.has(new Ip6(base.a, base.b, base.c, at))).toBe(at % 2 === 0);
  }
  expect(set.has(new Ip6(base.a, base.b, base.c + 1, 0))).toBe(false);
  expect(set.has(new Ip6(0xfe800000, 0, 0, 1))).toBe(true);
  expect(set.has(new Ip6(0xffffffff, 0, 0, 1))).toBe(false);
});

test("ranges that double in distance crowd behind every table", () => {
  const starts = Array.from({ length: 31 }, (_, at) => 2 ** at * 2);
  const many = starts.flatMap((start) => Array.from({ length: 20 }, (_, at) => start + at * 2));
  const ranges = new Ip4Ranges(many.flatMap((start) => [start, start]));
  const wanted = new Set(many);
  for (const probe of many.flatMap((start) => [start - 1, start, start + 1])) {
    expect(ranges.has(probe)).toBe(wanted.has(probe));
  }
});

test("the whole space is one range without an end", () => {
  const ranges = new Ip4Ranges([5, 0xffffffff, 0, 4]);
  expect(ranges.count).toBe(1);
  expect(ranges.ranges()).toEqual({ starts: Uint32Array.of(0), ends: Uint32Array.of(0xffffffff) });
  expect([0, 5, 0xffffffff].every((address) => ranges.has(address))).toBe(true);
});

test("rows are ordered as by comparison, whatever leads", () => {
  const word = fc.oneof(
    fc.constantFrom(0, 1, 0x7ff, 0x800, 0xffffffff),
    fc.integer({ min: 0, max: 0xffffffff }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(word, word, word), { minLength: 1500, maxLength: 1600, size: "max" }),
      fc.integer({ min: 1, max: 3 }),
      (rows, leading) => {
        const order = radixOrder(Uint32Array.from(rows.flat()), 3, leading);
        const wanted = rows
          .map((_, at) => at)
          .sort((left, right) => {
            const [a, b] = [rows[left]!, rows[right]!];
            return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || left - right;
          });
        expect([...order]).toEqual(wanted);
      },
    ),
    { numRuns: 10 },
  );
});

test("a spelling is the usual one exactly when formatting gives it", () => {
  const word = fc.oneof(
    fc.constantFrom(0, 0, 1, 0xffff, 0x10000, 0xabc0def),
    fc.integer({ min: 0, max: 0xffffffff }),
  );
  fc.assert(
    fc.property(
      fc.tuple(word, word, word, word),
      fc.nat(40),
      fc.constantFrom("0", "A", ":", ""),
      (words, at, odd) => {
        const address = new Ip6(...words);
        const text = formatIp(address);
        expect(isFormattedIp6(address, text, text.length)).toBe(true);
        expect(isFormattedIp6(address, `${text}/64`, text.length)).toBe(true);
        const other = text.slice(0, at) + odd + text.slice(at + 1);
        expect(isFormattedIp6(address, other, other.length)).toBe(other === text);
      },
    ),
    { numRuns: 1000 },
  );
});
