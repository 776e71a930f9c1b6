import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileWildcard, Wildcard } from "../../support/source/language/values.ts";

function compiled(pattern: string, strict = true): Wildcard {
  const made = compileWildcard(pattern, strict, 32);
  if (!(made instanceof Wildcard)) throw new Error(made.message);
  return made;
}

describe("wildcards", () => {
  test.each<[string, string, boolean]>([
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "a\n/", true],
    ["a*", "ab", true],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["*a*", "bab", true],
    ["?", "?", true],
    ["?", "a", false],
    ["a\\*", "a*", true],
    ["a\\*", "ab", false],
    ["\\\\*", "\\x", true],
    ["a\\**b", "a*--b", true],
    ["ab*bc", "abc", false],
  ])("%j against %j", (pattern, text, expected) => {
    expect(compiled(pattern).test(text)).toBe(expected);
  });

  test("fold ASCII letters alone unless strict", () => {
    expect(compiled("A*z", false).test("axZ")).toBe(true);
    expect(compiled("A*z", true).test("axZ")).toBe(false);
    expect(compiled("\xc0", false).test("\xe0")).toBe(false);
  });

  test.each<[string, number, number]>([
    ["a**", 1, 3],
    ["a\\", 1, 2],
    ["a\\?b", 1, 3],
    [`${"a*".repeat(32)}*`, 63, 65],
    ["a*".repeat(33), 65, 66],
  ])("%.20s is refused", (pattern, start, end) => {
    expect(compileWildcard(pattern, true, 32)).toMatchObject({ start, end });
  });

  test("match and capture as the shortest matches of a plain search do", () => {
    const piece = fc.constantFrom("a", "b", "*", "\\*", "\\\\");
    const pattern = fc
      .array(piece, { maxLength: 7 })
      .map((parts) => parts.join("").replace(/(?<!\\)\*(\*)+/g, "*"));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "\\"), maxLength: 9 });
    fc.assert(
      fc.property(pattern, text, (given, subject) => {
        const made = compileWildcard(given, true, 32);
        fc.pre(made instanceof Wildcard);
        const lazy = new RegExp(
          `^${made.segments.map((part) => part.replace(/[*\\]/g, "\\$&")).join("(.*?)")}$`,
          "ds",
        );
        const match = lazy.exec(subject);
        expect(made.test(subject)).toBe(match !== null);
        expect(made.captures(subject)).toEqual(match?.indices?.slice(1).flat());
      }),
      { numRuns: 2000 },
    );
  });
});
