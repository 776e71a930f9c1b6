import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IpSet, ipMembership, rangeBelow, SmallIpSet } from "../../support/source/language/sets.ts";
import { compareIp, Ip6, type Ip6Range, type IpValue } from "../../support/source/language/values.ts";

const word = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 0xff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff) },
  fc.integer({ min: 0, max: 0xffffffff }),
);
const v6 = fc.tuple(word, word, word, word).map(([a, b, c, d]) => new Ip6(a, b, c, d));
const rangeOf = <T extends IpValue>(item: fc.Arbitrary<T>) =>
  fc
    .tuple(item, item)
    .map(([one, two]) => (compareIp(one, two) <= 0 ? { start: one, end: two } : { start: two, end: one }));
const range = fc.oneof(rangeOf<number>(word), rangeOf(v6));
const prefix = fc.tuple(word, fc.integer({ min: 1, max: 32 })).map(([a, bits]): Ip6Range => {
  const size = 2 ** (32 - bits);
  const first = a - (a % size);
  const all = 0xffffffff;
  return { start: new Ip6(first, 0, 0, 0), end: new Ip6(first + size - 1, all, all, all) };
});

function holds(
  ranges: readonly { readonly start: IpValue; readonly end: IpValue }[],
  probe: IpValue,
): boolean {
  return ranges.some(({ start, end }) => compareIp(start, probe) <= 0 && compareIp(probe, end) <= 0);
}

describe("few ranges", () => {
  test("hold what a comparison with each finds", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(range, prefix), { maxLength: 12 }),
        fc.array(fc.oneof(word, v6), { minLength: 1, maxLength: 12 }),
        (ranges, others) => {
          const set = new SmallIpSet(ranges);
          for (const probe of [...others, ...ranges.flatMap(({ start, end }) => [start, end])]) {
            expect(set.has(probe)).toBe(holds(ranges, probe));
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test("give way to merged ranges when they are many", () => {
    const many = Array.from({ length: 65 }, (_, at) => ({ start: at * 16, end: at * 16 + 3 }));
    expect(ipMembership(many.slice(1))).toBeInstanceOf(SmallIpSet);
    const set = ipMembership(many);
    expect(set).toBeInstanceOf(IpSet);
    expect([0, 3, 4, 1024, 1028].map((probe) => set.has(probe))).toEqual([true, true, false, true, false]);
  });

  test("below an address are those that are less", () => {
    fc.assert(
      fc.property(v6, v6, v6, (start, end, probe) => {
        const made = rangeBelow(start, end);
        const inside = compareIp(start, probe) <= 0 && compareIp(probe, end) < 0;
        expect(made !== undefined && holds([made], probe)).toBe(inside);
        if (made !== undefined) expect(holds([{ start: made.end, end: made.end }], end)).toBe(false);
      }),
      { numRuns: 400 },
    );
  });
});
