import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Detector, Prefilter, type Trigger } from "../../support/source/detection/detector.ts";

function detector(triggers: readonly Trigger[], shortest = 1): Detector {
  return { name: "test", kinds: [], triggers, shortest, inspect: () => {} };
}

/** The prefilter's promise, word by word. */
function isWorthAsking({ triggers, shortest }: Detector, text: string): boolean {
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return (
    text.length >= shortest &&
    triggers.some(
      ({ characters, words }) =>
        (characters === undefined || [...characters].some((one) => text.includes(one))) &&
        (words === undefined || words.some((word) => lower.includes(word))),
    )
  );
}

function numbersOf(detectors: readonly Detector[], text: string): readonly number[] {
  return detectors.flatMap((one, at) => (isWorthAsking(one, text) ? [at] : []));
}

describe("a detector is asked", () => {
  const CASES: readonly [Trigger, string, boolean][] = [
    [{ characters: "<" }, "a<b", true],
    [{ characters: "<>" }, "a>b", true],
    [{ characters: "<" }, "a b", false],
    [{ words: ["union"] }, "a UniOn b", true],
    [{ words: ["union"] }, "a uniom b", false],
    [{ words: ["he", "she", "his", "hers"] }, "ushers", true],
    [{ words: ["select"] }, "sselect", true],
    [{ words: ["abab", "babb"] }, "ababb", true],
    [{ characters: "(", words: ["exec"] }, "exec()", true],
    [{ characters: "(", words: ["exec"] }, "exec", false],
    [{ characters: "(", words: ["exec"] }, "()", false],
    [{ words: ["a1-"] }, "\xe9a1-\xff", true],
    [{}, "anything", true],
    // Digits, blanks and quotes are one: asked once too often.
    [{ words: ["a1 '"] }, 'a2\t"', true],
  ];
  test.each(CASES)("%j about %j: %j", (trigger, text, is) => {
    expect(new Prefilter([detector([trigger])]).ask(text)).toEqual(is ? [0] : []);
  });

  test("when the text is long enough", () => {
    const prefilter = new Prefilter([detector([{ characters: "x" }], 3)]);
    expect(prefilter.ask("xx")).toEqual([]);
    expect(prefilter.ask("xxx")).toEqual([0]);
  });

  test("as the triggers say, whatever they are and whatever the text is", () => {
    const letters = fc.constantFrom(..."abcA(;<\xff".split(""));
    const word = fc.array(fc.constantFrom("a", "b", "c", "("), { minLength: 2, maxLength: 5 });
    const trigger = fc.record(
      {
        characters: fc.constantFrom("a", "(;", "<"),
        words: fc.array(
          word.map((parts) => parts.join("")),
          { minLength: 1, maxLength: 4 },
        ),
      },
      { requiredKeys: [] },
    );
    const several = fc.array(
      fc.array(trigger, { minLength: 1, maxLength: 3 }).map((triggers) => detector(triggers, 2)),
      { minLength: 1, maxLength: 5 },
    );
    const texts = fc.array(
      fc.array(letters, { maxLength: 24 }).map((parts) => parts.join("")),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(several, texts, (detectors, all) => {
        const prefilter = new Prefilter(detectors);
        for (const text of all) expect(prefilter.ask(text)).toEqual(numbersOf(detectors, text));
      }),
    );
  });
});

test("a prefilter without words asks by characters", () => {
  expect(new Prefilter([]).ask("x")).toEqual([]);
});

test.each([
  ["plain", 0],
  ["a<b", 1],
  ["a;b", 2],
  ["a<b;", 3],
  ["", 0],
] as const)("of %j it notes the sets %i", (text, notes) => {
  const prefilter = new Prefilter([detector([{ words: ["plain"] }])], ["<>", ";"]);
  prefilter.ask(text);
  expect(prefilter.notes).toBe(notes);
});
