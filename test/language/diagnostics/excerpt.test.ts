import fc from "fast-check";
import { expect, test } from "vitest";
import { excerpt, printableText } from "../../support/source/language/diagnostics.ts";

test.each<[text: string, limit: number, shown: string]>([
  ["", 1, ""],
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["abcd", 1, "…"],
  ["a😀b", 4, "a😀b"],
  ["a😀bc", 4, "a😀…"],
  ["a😀bc", 3, "a…"],
  ["a\ud83dbc", 3, "a\ud83d…"],
])("%j in %d", (text, limit, shown) => {
  expect(excerpt(text, limit)).toBe(shown);
});

test.each<[text: string, shown: string]>([
  ["plain é €", "plain é €"],
  ["a\\b", "a\\\\b"],
  ["\0\x1b\x7f", "\\x00\\x1b\\x7f"],
  ["\r\n\t ", "\\r\\n\\t "],
  ["\u{80}\u{ad}\u{202e}\u{e0001}", "\\u{80}\\u{ad}\\u{202e}\\u{e0001}"],
])("%j as it is shown", (text, shown) => {
  expect(printableText(text, 100)).toBe(shown);
});

test("fits, and breaks no character", () => {
  const text = fc.string({ unit: "binary", maxLength: 20 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20 }), (whole, limit) => {
      const shown = excerpt(whole, limit);
      expect(shown.length).toBeLessThanOrEqual(limit);
      expect(shown).not.toMatch(/\p{Cs}/u);
      if (whole.length > limit) expect(whole.startsWith(shown.slice(0, -1))).toBe(true);
      else expect(shown).toBe(whole);
    }),
  );
});
