import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  automatonEngine,
  type CompiledPattern,
  MAX_PATTERN_LENGTH,
  parsePattern,
} from "../../support/source/language/pattern.ts";
import { utf8Encode } from "../../support/source/language/values.ts";

function compile(source: string): CompiledPattern {
  const result = automatonEngine.compile(source);
  if (!result.ok) throw new Error(`${source}: ${result.fault.message}`);
  return result.pattern;
}

const accentAndEmoji = utf8Encode("é\u{1f600}");

describe("what patterns mean on bytes", () => {
  test.each<[string, boolean]>([
    ["^..$", false],
    ["^.{6}$", true],
    ["é", true],
    ["\\xc3\\xa9", true],
    ["\\u{e9}", true],
    ["\\x{e9}", true],
    ["\\u00e9", true],
    ["\\U000000e9", true],
    ["\\xe9", false],
    ["[^\\x00-\\x7f]", true],
    ["[\\xc3]", true],
    ["(?i)É", false],
    ["\\w", false],
    ["\\W", true],
    ["(?u)^..$", true],
    ["(?u)\\w", true],
    ["(?u)[é]", true],
    ["(?iu)É", true],
    ["(?u)\\pL+", true],
    ["(?u)^\\p{Ll}\\P{L}$", true],
    ["(?u)\\bé\\b", true],
    ["(?u)é\\B", false],
    ["(?u:^..$)", true],
    ["(?u)(?-u:^......$)", true],
  ])("%s on é and an emoji: %s", (source, matches) => {
    expect(compile(source).test(accentAndEmoji)).toBe(matches);
  });

  test.each<[string, string, boolean]>([
    ["a**", "", true],
    ["x++", "xx", true],
    ["^x{2}{3}$", "xxxxxx", true],
    ["^x{2}{3}$", "xxxxx", false],
    ["a{ 2 , 3 }", "aa", true],
    ["\\b{3}a", "a", true],
    ["[]a]", "]", true],
    ["[^]a]", "]", false],
    ["[a-]", "-", true],
    ["[-a]", "-", true],
    ["[a-z&&[^aeiou]]{2}", "Hello World", true],
    ["[a-z--[aeiou]]{2}", "Hello World", true],
    ["^[a-c~~b-d]+$", "ad", true],
    ["^[a-c~~b-d]+$", "abd", false],
    ["[[a]b]", "a", true],
    ["[a&&b]", "a", false],
    ["[&&a]", "a", false],
    ["[a&&b--c]", "b", false],
    ["[[:alpha:]]", "a", true],
    ["[[:^alpha:]]", "a", false],
    ["[^[:alpha:]1]", "1", false],
    ["\\<Hello\\>", "Hello World", true],
    ["\\<ello", "Hello", false],
    ["\\b{start}Hello\\b{end}", "Hello", true],
    ["\\b{start-half}ello", "Hello", false],
    ["Hell\\b{end-half}", "Hello", false],
    ["(?x) a b # comment\n c\\ d [e f]", "abc de", true],
    ["(?x)[a ]b", " b", false],
    ["(?R).", "\r", false],
    ["(?mR)^b$", "a\r\nb\r\n", true],
    ["(?mR)\r$", "\r\n", false],
    ["(?m)a$", "a\r\nb", false],
    ["(?m)^b", "a\nb", true],
    ["(?m)^\\b", "\r\na", true],
    ["a$", "a\n", false],
    ["\\Aa\\z", "a", true],
    ["(?s)^.$", "\n", true],
    ["^.$", "\n", false],
    ["(?i)k", "K", true],
    ["(?i:a)b", "AB", false],
    ["a(?i)b|c", "C", true],
    ["(?i)[^k]", "K", false],
    ["(?i)\\xe9", "\xc9", false],
    ["\\s", "\v", true],
    ["|a", "", true],
    ["}", "}", true],
    ["\\/\\%\\ ", "/% ", true],
    ["(?:){4294967295}x", "x", true],
    ["[^\\x00-\\xff]", "a", false],
  ])("%s on %j: %s", (source, subject, matches) => {
    expect(compile(source).test(subject)).toBe(matches);
  });

  test("a pattern in Unicode mode throughout does not match broken UTF-8", () => {
    expect(compile("(?u)a").test("a\xff")).toBe(false);
    expect(compile("(?u)é").test("\xc3\xa9\xff")).toBe(false);
    expect(compile("(?u)a").test("a")).toBe(true);
    expect(compile("(?u:a)").test("a\xff")).toBe(true);
  });

  test("Unicode folding is simple folding", () => {
    expect(compile("(?iu)k").test(utf8Encode("\u212a"))).toBe(true);
    expect(compile("(?iu)s").test(utf8Encode("\u017f"))).toBe(true);
    expect(compile("(?iu)i").test(utf8Encode("\u0131"))).toBe(false);
    expect(compile("(?iu)ß").test(utf8Encode("\u1e9e"))).toBe(true);
  });
});

describe("faults", () => {
  test.each<[string, number, number]>([
    ["[é]", 1, 2],
    ["\\pL", 0, 3],
    ["\\p{Lu}", 0, 6],
    ["(a)\\1", 3, 5],
    ["(?=a)", 0, 3],
    ["(?!a)", 0, 3],
    ["(?<=a)", 0, 4],
    ["(?>a)", 0, 3],
    ["(?#c)", 0, 3],
    ["\\Qa\\E", 0, 2],
    ["\\C", 0, 2],
    ["\\h", 0, 2],
    ["\\R", 0, 2],
    ["\\e", 0, 2],
    ["\\G", 0, 2],
    ["\\K", 0, 2],
    ["\\X", 0, 2],
    ["\\Z", 0, 2],
    ["\\cA", 0, 2],
    ["\\é", 0, 2],
    ["\\0", 0, 2],
    ["\\07", 0, 2],
    ["a{,3}", 1, 3],
    ["{", 0, 1],
    ["a{", 1, 2],
    ["a{2", 1, 3],
    ["a{5,3}", 1, 6],
    ["a{99999999999}", 2, 13],
    ["*a", 0, 1],
    ["a|*", 2, 3],
    ["(?i)*", 4, 5],
    ["(a", 0, 1],
    ["a)", 1, 2],
    ["[a", 0, 1],
    ["[]", 0, 1],
    ["[z-a]", 1, 4],
    ["[a-\\d]", 1, 5],
    ["[\\d-z]", 1, 5],
    ["[\\b]", 1, 3],
    ["(?)", 0, 3],
    ["(?-)", 0, 3],
    ["(?ii)", 3, 4],
    ["(?z)", 2, 3],
    ["(?P<a>x)(?P<a>y)", 12, 13],
    ["(?P<1>x)", 4, 5],
    ["(?P<>x)", 4, 4],
    ["\\x{}", 0, 4],
    ["\\x{d800}", 0, 8],
    ["\\x{110000}", 0, 10],
    ["\\xg0", 0, 3],
    ["\\b{nothing}", 0, 11],
    ["(?u)\\p{Nonsense}", 4, 16],
    ["\\", 0, 1],
  ])("%s is refused at %i to %i", (source, start, end) => {
    const result = automatonEngine.compile(source);
    expect(result.ok ? "accepted" : [result.fault.code, result.fault.start, result.fault.end]).toEqual([
      "E_INVALID_REGEX",
      start,
      end,
    ]);
  });

  test.each<[source: string, message: string, start: number, end: number]>([
    ["(a{1000}){1000}", "the compiled pattern would be too large", 0, 15],
    ["((a{100}){100}){100}", "the compiled pattern would be too large", 0, 20],
    ["(?:\\b){4294967295}", "the compiled pattern would be too large", 0, 18],
    ["(".repeat(250) + ")".repeat(250), "the pattern nests deeper than 250 levels", 0, 500],
    ["(".repeat(251) + ")".repeat(251), "groups nest deeper than 250 levels", 250, 251],
    [`${"[".repeat(251)}a${"]".repeat(251)}`, "classes nest deeper than 250 levels", 250, 251],
    [`a${"*".repeat(250)}`, "the pattern nests deeper than 250 levels", 0, 251],
    [
      "a".repeat(MAX_PATTERN_LENGTH + 1),
      `the pattern is longer than ${MAX_PATTERN_LENGTH} characters`,
      0,
      MAX_PATTERN_LENGTH + 1,
    ],
  ])("a pattern beyond the limits is refused: %.30s", (source, message, start, end) => {
    const result = automatonEngine.compile(source);
    expect(result.ok ? "accepted" : result.fault).toMatchObject({
      code: "E_REGEX_LIMIT",
      message,
      start,
      end,
    });
  });

  test.each([
    "(?:a{1000}){100}",
    "(".repeat(249) + ")".repeat(249),
    `${"[".repeat(250)}a${"]".repeat(250)}`,
    `a${"*".repeat(249)}`,
    // One after another do not nest.
    "(a)*".repeat(251),
    "a".repeat(MAX_PATTERN_LENGTH),
  ])("a pattern within the limits is accepted: %.30s", (source) => {
    expect(automatonEngine.compile(source).ok).toBe(true);
  });

  test("any text is a pattern or has a fault inside it", () => {
    const piece = fc.constantFrom(..."()[]{}*+?|\\^$.-&~:<>PpuxiRU,=!dwbB19azé\u{1f600}#\n");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join("");
        const parsed = parsePattern(text);
        if (parsed.ok) return;
        const { start, end } = parsed.fault;
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2000, seed: 11 },
    );
  });
});
