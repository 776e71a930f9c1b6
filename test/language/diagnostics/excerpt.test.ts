import fc from "fast-check";
import { expect, test } from "vitest";
import { excerpt, printable, printableText } from "../../support/source/language/diagnostics.ts";

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

test.each<[bytes: string, limit: number, shown: string]>([
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["\xc3\xa9", 9, "é"],
  ["\xe0\x9f\xbf", 20, "\\xe0\\x9f\\xbf"],
  ["\xe0\xa0\x80", 20, "\u0800"],
  ["\xed\xa0\x80", 20, "\\xed\\xa0\\x80"],
  ["\xf0\x8f\xbf\xbf", 20, "\\xf0\\x8f\\xbf\\xbf"],
  ["\xf0\x9f\x98\x80", 20, "😀"],
  ["\xf4\x90\x80\x80", 20, "\\xf4\\x90\\x80\\x80"],
  ["\xc3", 20, "\\xc3"],
])("the bytes %j in %d", (bytes, limit, shown) => {
  expect(printable(bytes, limit)).toBe(shown);
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
