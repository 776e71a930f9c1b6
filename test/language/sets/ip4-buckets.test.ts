import fc from "fast-check";
import { expect, test } from "vitest";
import { BUCKETS_FROM, Ip4Ranges } from "../../support/source/language/sets.ts";

const EDGES = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffeffff, 0xffff0000, 0xfffffffe, 0xffffffff];

/** First and last addresses of disjoint ranges, in order; within one upper half, or over all of them. */
const sorted = fc
  .record({
    from: fc.constantFrom(0, 0xc0a80000, 0xffff0000),
    within: fc.constantFrom(0xffff, 0xffffffff),
    points: fc.uniqueArray(fc.nat({ max: 0xffffffff }), {
      minLength: BUCKETS_FROM + 2,
      maxLength: BUCKETS_FROM + 400,
    }),
  })
  .map(({ from, within, points }) => {
    const drawn = points.map((point) => (within === 0xffff ? from + (point % 0x10000) : point));
    return [...new Set(drawn)].sort((left, right) => left - right);
  })
  .map((points) => points.slice(0, points.length - (points.length % 2)));

test("a long set holds what its ranges hold, and its neighbours not", () => {
  fc.assert(
    fc.property(sorted, fc.array(fc.nat({ max: 0xffffffff }), { maxLength: 50 }), (points, others) => {
      const set = new Ip4Ranges(points);
      const probes = new Set([
        ...EDGES,
        ...others,
        ...points.slice(0, 200).flatMap((point) => [point - 1, point, point + 1]),
        ...points.slice(-40).flatMap((point) => [point - 1, point, point + 1]),
      ]);
      for (const probe of probes) {
        if (probe < 0 || probe > 0xffffffff) continue;
        let held = false;
        for (let at = 0; at < points.length; at += 2)
          held ||= probe >= points[at]! && probe <= points[at + 1]!;
        expect(set.has(probe), String(probe)).toBe(held);
      }
    }),
    { numRuns: 40 },
  );
});

test("a long set that reaches the last address", () => {
  const points = Array.from({ length: BUCKETS_FROM }, (_, at) => at * 4);
  const set = new Ip4Ranges([...points.flatMap((point) => [point, point + 1]), 0xfffffff0, 0xffffffff]);
  expect([0, 1, 2, 0xffffffef, 0xfffffff0, 0xffffffff].map((address) => set.has(address))).toEqual([
    true,
    true,
    false,
    false,
    true,
    true,
  ]);
});
