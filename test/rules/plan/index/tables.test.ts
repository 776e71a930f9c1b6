import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asciiLower, Ip6 } from "../../../support/source/language/values.ts";
import {
  ByteTrie,
  Collector,
  EdgeTable,
  IdHeap,
  Ip6Ranges,
  LiteralAutomaton,
  NO_ID,
  NumberRanges,
} from "../../../support/source/rules/plan.ts";

/** A collector in which posting `n` calls up rule `n`, so that what it collects are the postings. */
function postingsHit(count: number, find: (collector: Collector) => void): readonly number[] {
  const starts = Int32Array.from({ length: count + 1 }, (_, at) => at);
  const rules = Int32Array.from({ length: count }, (_, at) => at);
  const collector = new Collector({ starts, rules, size: count });
  return drained(collector, find);
}

function drained(collector: Collector, find: (collector: Collector) => void): readonly number[] {
  const ids = new IdHeap();
  collector.begin(ids);
  find(collector);
  collector.end();
  const out: number[] = [];
  for (; ids.head !== NO_ID; ids.pop()) out.push(ids.head);
  return out;
}

const letters = fc.constantFrom("a", "b", "A", "B", "c", "\xe4", "\xff", "\0");
const text = fc.array(letters, { maxLength: 12 }).map((parts) => parts.join(""));
const lowerTexts = fc.uniqueArray(
  fc.array(letters, { minLength: 1, maxLength: 6 }).map((parts) => asciiLower(parts.join(""))),
  { minLength: 1, maxLength: 20 },
);

function numbered(texts: readonly string[]): ReadonlyMap<string, number> {
  return new Map(texts.map((one, at) => [one, at]));
}

function those(texts: readonly string[], holds: (text: string) => boolean): readonly number[] {
  return texts.flatMap((one, at) => (holds(one) ? [at] : []));
}

test("an edge table keeps what was added, however much", () => {
  const table = new EdgeTable();
  const key = (at: number): number => (at * 7919) % 2 ** 31;
  for (let at = 0; at < 5000; at++) table.add(key(at), at);
  for (let at = 0; at < 5000; at++) expect(table.get(key(at))).toBe(at);
  expect(table.get(3)).toBe(-1);
});

describe("tries find every text that a value begins or ends with", () => {
  test.each([
    { fromEnd: false, folded: false },
    { fromEnd: false, folded: true },
    { fromEnd: true, folded: false },
    { fromEnd: true, folded: true },
  ])("%o", (options) => {
    fc.assert(
      fc.property(lowerTexts, text, (texts, value) => {
        const trie = new ByteTrie(numbered(texts), options);
        const subject = options.folded ? asciiLower(value) : value;
        const expected = those(texts, (one) =>
          options.fromEnd ? subject.endsWith(one) : subject.startsWith(one),
        );
        expect(postingsHit(texts.length, (collector) => trie.find(value, collector))).toEqual(expected);
      }),
      { seed: 1 },
    );
  });
});

// With few cells the deeper states have no rows, and with the usual number of cells all have.
test.each([undefined, 1, 12, 40])("an automaton with %s cells finds every literal that occurs", (cells) => {
  fc.assert(
    fc.property(lowerTexts, text, (texts, value) => {
      const automaton = new LiteralAutomaton(numbered(texts), cells);
      const expected = those(texts, (one) => asciiLower(value).includes(one));
      expect(postingsHit(texts.length, (collector) => automaton.find(value, collector))).toEqual(expected);
    }),
    { seed: 2, numRuns: 300 },
  );
});

describe("ranges", () => {
  const bound = fc.oneof(
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.constantFrom(0xffffffff, 0xfffffffe, 0x0a000000, 0x0affffff),
  );
  const pair = fc
    .tuple(bound, bound)
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);
  const pairs = fc.array(pair, { minLength: 1, maxLength: 12 });

  test.each([true, false])("of numbers, addresses: %s", (addresses) => {
    fc.assert(
      fc.property(pairs, bound, (all, value) => {
        const ranges = new NumberRanges(
          all.map(([start, end], posting) => ({ start, end, posting })),
          addresses,
        );
        const expected = all.flatMap(([start, end], at) => (value >= start && value <= end ? [at] : []));
        expect(postingsHit(all.length, (collector) => ranges.find(value, collector))).toEqual(expected);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test("of negative and of the largest safe numbers", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const all = [
      [-most, -1],
      [-20, 20],
      [most - 40, most],
    ] as const;
    const ranges = new NumberRanges(
      all.map(([start, end], posting) => ({ start, end, posting })),
      false,
    );
    for (const value of [-most, -21, -20, -1, 0, 20, 21, most - 41, most - 40, most]) {
      const expected = all.flatMap(([start, end], at) => (value >= start && value <= end ? [at] : []));
      expect(postingsHit(all.length, (collector) => ranges.find(value, collector))).toEqual(expected);
    }
  });

  test("of many networks, found through the upper half of the address", () => {
    const all = Array.from({ length: 600 }, (_, at) => {
      const start = Math.imul(at, 2654435761) >>> 0;
      const size = 2 ** (at % 20);
      const from = start - (start % size);
      return { start: from, end: from + size - 1, posting: at };
    });
    const ranges = new NumberRanges(all, true);
    for (const { start, end } of all) {
      for (const value of [start, end, Math.max(0, start - 1), Math.min(0xffffffff, end + 1)]) {
        const expected = all
          .filter((one) => value >= one.start && value <= one.end)
          .map((one) => one.posting);
        expect(postingsHit(600, (collector) => ranges.find(value, collector))).toEqual(expected);
      }
    }
  });

  test("of IPv6 addresses", () => {
    const word = fc.constantFrom(0, 1, 2, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff);
    const words = fc.tuple(word, word, word, word);
    const big = ([a, b, c, d]: readonly number[]): bigint =>
      [a, b, c, d].reduce((sum, one) => (sum << 32n) | BigInt(one!), 0n);
    const ip6 = ([a, b, c, d]: readonly [number, number, number, number]): Ip6 => new Ip6(a, b, c, d);
    const range = fc
      .tuple(words, words)
      .map(([one, other]) => (big(one) <= big(other) ? ([one, other] as const) : ([other, one] as const)));
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 8 }), words, (all, value) => {
        const ranges = new Ip6Ranges(
          all.map(([start, end], posting) => ({ start: ip6(start), end: ip6(end), posting })),
        );
        const expected = all.flatMap(([start, end], at) =>
          big(value) >= big(start) && big(value) <= big(end) ? [at] : [],
        );
        expect(postingsHit(all.length, (collector) => ranges.find(ip6(value), collector))).toEqual(expected);
      }),
      { seed: 4, numRuns: 30 },
    );
  });
});

describe("a collector", () => {
  const collector = new Collector({
    starts: Int32Array.of(0, 3, 5, 5),
    rules: Int32Array.of(1, 4, 7, 0, 4),
    size: 8,
  });

  test("takes each rule once, smallest first", () => {
    expect(
      drained(collector, (one) => {
        expect(one.busy).toBe(true);
        expect(one.add(0)).toBe(true);
        expect(one.add(1)).toBe(true);
        expect(one.add(0)).toBe(false);
        expect(one.add(2)).toBe(true);
      }),
    ).toEqual([0, 1, 4, 7]);
    expect(collector.busy).toBe(false);
  });

  test("forgets between gatherings", () => {
    expect(drained(collector, (one) => one.add(1))).toEqual([0, 4]);
    expect(drained(collector, (one) => one.add(1))).toEqual([0, 4]);
    expect(drained(collector, () => undefined)).toEqual([]);
  });

  test("orders any number of ids", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(10_000), { maxLength: 200 }), (ids) => {
        const heap = new IdHeap();
        for (const id of ids) heap.push(id);
        heap.order();
        for (const id of [...ids].sort((left, right) => left - right)) {
          expect(heap.head).toBe(id);
          heap.pop();
        }
        expect(heap.head).toBe(NO_ID);
      }),
      { seed: 5 },
    );
  });
});
