import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isReadWhole, weigh } from "../../support/source/detection/inspection.ts";

const ALL = { views: true, furtherLeaves: true, veto: true, secondOpinion: true, scorerAlone: true };
const LONG = `${"The order came late, and nobody asked why. ".repeat(4)}x' or 1=1`;
const SHORT = "x' or 1=1";

describe("the scorer's word", () => {
  test.each<[text: string, score: number, strongest: number, isVetoed: boolean, further: string | undefined]>(
    [
      [LONG, -5, 5, true, undefined],
      // A short text is little else than what was found in it; of a text without a mark nothing is known.
      [SHORT, -5, 5, false, undefined],
      [LONG, -12, 5, false, undefined],
      [LONG, 5, 5, false, undefined],
      [SHORT, 5, 0, false, "scorer-alone"],
      [SHORT, 2.5, 3, false, "scorer-confirmed"],
      [SHORT, 2.5, 1, false, undefined],
      [SHORT, 1, 3, false, undefined],
      ["http://203.0.113.9/a", 9, 3, false, undefined],
    ],
  )("%j scored %d with evidence of %d", (text, score, strongest, isVetoed, further) => {
    const verdict = weigh(text, { score, prose: 0 }, strongest, ALL);
    expect([verdict.isVetoed, verdict.further?.name]).toEqual([isVetoed, further]);
  });
});

describe("texts that detectors read whole", () => {
  test.each([
    "http://203.0.113.9:8080/a/b?c=d&e=f#g",
    "color=red&size[]=5&top=",
    "12 = 3 * 4 and 15 = 3 * 5",
    "apple(s), box(es) and plums",
    'what is "or 1=1"?',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "<?xml version='1.0'?>\n<a xmlns='urn:b'><c/></a>",
  ])("%j", (text) => {
    expect(isReadWhole(text)).toBe(true);
  });

  test.each([
    "http://203.0.113.9/<b>",
    "color=red&size='5",
    "12 = 3 or sleep(4)",
    "alert(sum)",
    'x "or 1=1--"',
    'x "or" 1="1',
    "x <!doctype html> ' or 1=1",
    "<a b='xmlns'>",
  ])("not %j", (text) => {
    expect(isReadWhole(text)).toBe(false);
  });

  test("whatever the text is, there is an answer", () => {
    fc.assert(fc.property(fc.string(), (text) => typeof isReadWhole(text) === "boolean"));
  });
});
