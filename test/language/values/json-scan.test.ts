import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJson } from "../../support/source/language/values.ts";

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("whether a text is JSON", () => {
  test.each<[text: string, is: boolean]>([
    ["{}", true],
    [" [ ] ", true],
    ['{"a":[1,{"b":null}],"c":"\\u00e9\\n"}', true],
    ['"a\\"b"', true],
    ["-0.5e+3", true],
    ["", false],
    ["{", false],
    ["[1,]", false],
    ['{"a":1,}', false],
    ['{"a" 1}', false],
    ["{a:1}", false],
    ["[1 2]", false],
    ["[1}", false],
    ["[1]]", false],
    ["01", false],
    ["1.", false],
    ['"\\x"', false],
    ['"\\u00g0"', false],
    ['"a\nb"', false],
    ["nul", false],
    ["true false", false],
    [`${"[".repeat(20_000)}${"]".repeat(20_000)}`, true],
    ["[".repeat(20_000), false],
  ])("%j", (text, is) => {
    expect([isJson(text), parses(text)]).toEqual([is, is]);
  });

  test("as `JSON.parse` says", () => {
    const piece = fc.constantFrom(
      ...["{", "}", "[", "]", '"', '"a"', ":", ",", " ", "1", "-", "0", ".5", "e3", "true", "nul", "l"],
      ...["\\", "\\u00", "41", "\n", "\x01", "\xe9", '"b":', '{"a":1}', "[1,2]", "-0.1", "01", "1e", '""'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join("");
        expect(isJson(text)).toBe(parses(text));
      }),
      { numRuns: 5000 },
    );
  });
});
