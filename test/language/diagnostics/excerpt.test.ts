import fc from "fast-check";
import { expect, test } from "vitest";
import { excerpt } from "../../support/source/language/diagnostics.ts";

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
