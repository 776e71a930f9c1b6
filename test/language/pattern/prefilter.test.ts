import { describe, expect, test } from "vitest";
import { LiteralScan, PatternPack } from "../../support/source/language/pattern.ts";
import { asciiLower, Budget } from "../../support/source/language/values.ts";
import { drawPattern, drawSubject, seeded } from "./generate.ts";

function build(sources: readonly string[]): PatternPack {
  const result = PatternPack.build(sources);
  if (!result.ok) throw new Error(result.faults[0]!.fault.message);
  return result.pack;
}

describe("packs of patterns", () => {
  test("find what a loop over the patterns finds", () => {
    const random = seeded(12);
    const words = ["select", "union", "script", "passwd", "<svg", "../", "sleep(", "onerror="];
    const sources = Array.from({ length: 300 }, (_, at) => {
      const word = words[at % words.length]!.replace(/[.(]/g, "\\$&");
      return random() < 0.5 ? drawPattern(random) : `(?i)${word}(?:${drawPattern(random)})`;
    });
    const pack = build(sources);
    let matched = 0;
    let left = 0;
    const rounds = 60;
    for (let count = 0; count < rounds; count++) {
      const word = random() < 0.6 ? words[Math.floor(random() * words.length)]! : "";
      const subject =
        drawSubject(random) + (random() < 0.3 ? word.toUpperCase() : word) + drawSubject(random);
      const expected = pack.patterns.flatMap((pattern, index) => (pattern.test(subject) ? [index] : []));
      expect(pack.matchAll(subject)).toEqual(expected);
      matched += expected.length;
      left += pack.candidateCount(subject);
    }
    expect(matched).toBeGreaterThan(0);
    expect(left).toBeLessThan((rounds * sources.length * 9) / 10);
  });

  test("run no pattern whose literal is missing", () => {
    const pack = build(["select.*from", "(?i)union\\s+all", "(?:foo|bar)baz", "[<>]x"]);
    expect(pack.candidateCount("plain value")).toBe(0);
    expect(pack.candidateCount("a SELECT b FROM c")).toBe(1);
    expect(pack.matchAll("Union  All select x from y <x")).toEqual([0, 1, 3]);
  });

  test("report every pattern that is refused", () => {
    const result = PatternPack.build(["a", "(", "b", "[z-a]"]);
    expect(result.ok ? [] : result.faults.map(({ index }) => index)).toEqual([1, 3]);
  });

  test("an empty pack matches nothing", () => {
    expect(build([]).matchAll("abc")).toEqual([]);
  });

  test("stop at the end of the budget", () => {
    const budget = new Budget(10);
    const pack = build(["a.*b", "b.*c", "c.*d"]);
    expect(pack.matchAll("abcdabcd", budget).length).toBeLessThan(3);
    expect(budget.exhausted).toBe(true);
  });
});

test("one scan finds the literals that a search for each finds", () => {
  const random = seeded(13);
  let found = 0;
  for (let count = 0; count < 300; count++) {
    const literals = [
      ...new Set(Array.from({ length: 12 }, () => asciiLower(drawSubject(random)).slice(0, 5))),
    ].filter((literal) => literal !== "");
    const scan = new LiteralScan(literals);
    for (let subjects = 0; subjects < 5; subjects++) {
      const subject = drawSubject(random) + drawSubject(random);
      const hits = [...scan.found.subarray(0, scan.run(subject))];
      const lower = asciiLower(subject);
      const expected = literals.flatMap((literal, number) => (lower.includes(literal) ? [number] : []));
      expect(hits.sort((left, right) => left - right)).toEqual(expected);
      found += expected.length;
      const bytes = [97, 66, 0xe9, 10].filter((byte) => subject.includes(String.fromCharCode(byte)));
      expect([97, 66, 0xe9, 10].filter((byte) => scan.met(Uint8Array.of(byte)))).toEqual(bytes);
    }
  }
  expect(found).toBeGreaterThan(500);
});
