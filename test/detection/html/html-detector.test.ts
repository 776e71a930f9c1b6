import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { htmlDetector } from "../../support/source/detection/html.ts";
import { xssCorpus } from "../corpus/xss.ts";
import { find, placeOf } from "./support.ts";

/** Points of the kinds that count without being asked for. */
function points(text: string, place?: Parameters<typeof placeOf>[0]): number {
  const names = new Map(find(text, placeOf(place)).map(({ name, points }) => [name, points]));
  names.delete("xss-any-markup");
  return [...names.values()].reduce((sum, each) => sum + each, 0);
}

describe("the corpus", () => {
  test.each(xssCorpus.attacks)("finds $finds in $text ($place)", ({ text, place, finds }) => {
    const names = find(text, placeOf(place)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...finds]));
  });

  test.each(xssCorpus.lookAlikes)("passes $text ($place)", ({ text, place }) => {
    expect(points(text, place)).toBeLessThan(5);
  });
});

const pieces = fc.constantFrom(
  ..."<>\"'`=/\\()[]{}+!;:&#\0\n \t\u00a0".split(""),
  "<a ",
  "<script",
  "</script>",
  "<svg",
  "<!--",
  "onload=",
  "href=",
  "javascript:",
  "&#x61;",
  "&colon;",
  "\\u0061",
  "\\141",
  "alert(",
  "top[",
  "constructor",
  "document.cookie",
  "${",
  "data:image/svg+xml;base64,",
  "style=x:expression(",
  "word",
);

describe("hostile texts", () => {
  test("spans lie within the text, and nothing throws", () => {
    const text = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(""));
    const place = fc
      .constantFrom("path", "argument", "cookie", "form", "header:x")
      .map((part) => placeOf(part as "path"));
    fc.assert(
      fc.property(text, place, (input, where) => {
        htmlDetector.inspect(input, where, (kind, start, end) => {
          expect(htmlDetector.kinds).toContain(kind);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(input.length);
        });
      }),
      { numRuns: 500 },
    );
  });
});
