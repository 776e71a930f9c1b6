import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WordScreen } from "../../support/source/detection/detector.ts";

describe("words of which a text may hold some", () => {
  const screenOf = (words: readonly string[]) => new WordScreen(words, (word) => word);

  test.each<[words: readonly string[], text: string, found: readonly string[]]>([
    [["union", "select"], "a UniOn b", ["union"]],
    [["he", "she", "his", "hers"], "ushers", ["he", "she", "hers"]],
    [
      ["java.net.url", "java.net.urlclassloader"],
      "java.net.urlclassloader",
      ["java.net.url", "java.net.urlclassloader"],
    ],
    [["union"], "onion", []],
    [["union"], "", []],
    [[], "union", []],
  ])("%j in %j", (words, text, found) => {
    expect(screenOf(words).in(text)).toEqual(found);
  });

  test("more words than bits: one too many, none too few, in order", () => {
    const words = Array.from(
      { length: 150 },
      (_, at) => `w${String.fromCharCode(97 + (at % 26), 97 + Math.floor(at / 26))}x`,
    );
    const screen = screenOf(words);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words, " ", "w", "ax"), { maxLength: 6 }), (parts) => {
        const text = parts.join("");
        const found = screen.in(text);
        expect(words.filter((word) => text.includes(word) && !found.includes(word))).toEqual([]);
        expect(words.filter((word) => found.includes(word))).toEqual(found);
      }),
    );
  });
});
