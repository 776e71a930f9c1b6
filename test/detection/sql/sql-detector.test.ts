import { describe, expect, it } from "vitest";
import type { Place } from "../../../src/detection/detector/detector.ts";
import { sqlDetector } from "../../../src/detection/sql/sql-detector.ts";
import type { CorpusPlace } from "../corpus/part.ts";
import { sqliCorpus } from "../corpus/sqli.ts";

function placeOf(place: CorpusPlace = "argument"): Place {
  if (place.startsWith("header:")) return { part: "header", name: place.slice(7), isName: false };
  if (place === "path" || place === "cookie" || place === "argument")
    return { part: place, name: "a", isName: false };
  return { part: "body", name: "a", isName: false };
}

/** The kinds that are found in a text, with their points. */
function judge(text: string, place?: CorpusPlace): Map<string, number> {
  const kinds = new Map<string, number>();
  sqlDetector.inspect(text, placeOf(place), (kind, start, end) => {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(text.length);
    kinds.set(kind.name, kind.points);
  });
  return kinds;
}

function isTriggered(text: string): boolean {
  const lower = text.toLowerCase();
  return sqlDetector.triggers.some(
    ({ characters, words }) =>
      (characters === undefined || [...characters].some((character) => text.includes(character))) &&
      (words === undefined || words.some((word) => lower.includes(word))),
  );
}

describe("the corpus of SQL injection", () => {
  it.each(sqliCorpus.attacks)("finds $finds in $text", ({ text, place, finds }) => {
    expect([...judge(text, place).keys()]).toEqual(expect.arrayContaining([...finds]));
    expect(isTriggered(text)).toBe(true);
  });

  it.each(sqliCorpus.lookAlikes)("passes $text", ({ text, place }) => {
    const kinds = judge(text, place);
    const sum = [...kinds.values()].reduce((total, points) => total + points, 0);
    expect(sum, [...kinds.keys()].join()).toBeLessThan(5);
  });
});
