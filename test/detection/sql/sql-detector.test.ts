import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Place } from "../../support/source/detection/detector.ts";
import { sqlDetector } from "../../support/source/detection/sql.ts";
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
    ({ characters, words, test }) =>
      (test === undefined || test(text)) &&
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

describe("a sentence", () => {
  it.each([
    "it's or was and is",
    "we're in and they'll go, if you'd like",
    "rose 3.5% (again), and from here",
    "tea and (again), coffee or water",
    "what I like (again): where it is",
    "ask Ann (from the shop) or Bob",
    "that's what it's, and there it's.",
    "tea and more, (from the shop) or the market",
  ])("is not worth a look: %s", (text) => {
    expect(isTriggered(text)).toBe(false);
  });

  it.each([
    "x'or 1 like 1",
    "d's or 'a",
    "1 or (2)",
    "1 and (ascii(a))",
    "1 or f(2)",
    "a like (1)",
    "1 and (not 1)",
    "1 or (true)",
    "1 or\n(true)",
  ])("is worth one: %s", (text) => {
    expect(isTriggered(text)).toBe(true);
  });
});

/** Pieces of statements, from which hostile texts are put together. */
const PIECES = [
  ..."'\"`()[],;#=<>!+-*/|&@$%^~.:?{}\\ \n\x00\xa0\xe2",
  ..."or and not select union case when end like between in is exists binary if sleep( concat( cast( from where order by 1 0x1f 1.e( null".split(
    " ",
  ),
  ..."--  /* */ /*! q'[ n' $$ $a$ @@ :: := -> ->> <=> waitfor delay updatexml( ; drop table exec( declare @x 'a' \"b\" `c`".split(
    " ",
  ),
];

describe("hostile texts", () => {
  it("never throws and keeps its spans inside of the text", () => {
    const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(""));
    fc.assert(fc.property(texts, fc.boolean(), (text, head) => void judge(text, head ? "path" : "form")));
  });

  it("never throws on any bytes", () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((codes) => String.fromCharCode(...codes));
    fc.assert(fc.property(bytes, (text) => void judge(text)));
  });

  it.each(PIECES)("gets to the end of %j repeated", (piece) => {
    judge(piece.repeat(20_000));
    judge(`' or ${piece.repeat(20_000)}`);
  });

  it("finds what stands behind a long text without statements", () => {
    const padding = "All work and no play, or so it's said (twice). ".repeat(2000);
    expect([...judge(`${padding}' union select 1,2,3 from t -- `, "form").keys()]).toContain(
      "sqli-union-select-body",
    );
  });

  it("says so when it did not judge a text to its end", () => {
    expect([...judge("(select ".repeat(20_000)).keys()]).toContain("sqli-unjudged");
  });
});

describe("kinds", () => {
  it("have names of their own", () => {
    const names = sqlDetector.kinds.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("has a text of the corpus for every kind that blocks", () => {
    const found = new Set(sqliCorpus.attacks.flatMap(({ finds }) => finds));
    const blocking = sqlDetector.kinds.filter(({ points }) => points === 5).map(({ name }) => name);
    expect(blocking.filter((name) => !found.has(name))).toEqual([]);
  });
});
