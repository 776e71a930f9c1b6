import { describe, expect, test } from "vitest";
import {
  automatonEngine,
  compileProgram,
  parsePattern,
  programBound,
} from "../../support/source/language/pattern.ts";
import { drawPattern, seeded } from "./generate.ts";

/** Instructions of a pattern's program, and the bound that is known without it. */
function sizes(source: string): { readonly made: number; readonly bound: number } {
  const parsed = parsePattern(source);
  if (!parsed.ok) throw new Error(parsed.fault.message);
  return { made: compileProgram(parsed.value).op.length, bound: programBound(parsed.value) };
}

describe("the bound of a program's size", () => {
  test.each([
    ["", 1],
    ["abc", 4],
    ["(a|b)", 6],
    ["(?:ab?){3}", 10],
    ["(?:a|b*){2,}", 10],
    ["a{0}", 1],
    ["(?u)[\\x{7}-\\x{10FFFF}]", 20],
    ["(?u)[\\x{81}-\\x{10FFFE}]", 20],
    ["(?u)\\w\\d\\s", 100],
    ["(?u)\\pL{20}", 1000],
    ["(?u)[^\\x00-\\x7f\\x{800}]", 8],
  ])("is not below %j", (source, least) => {
    const { made, bound } = sizes(source);
    expect(made).toBeGreaterThanOrEqual(least);
    expect(bound).toBeGreaterThanOrEqual(made);
  });

  test("is below no drawn pattern", () => {
    const random = seeded(11);
    for (let count = 0; count < 2000; count++) {
      const source = drawPattern(random);
      const { made, bound } = sizes(source);
      expect(bound, source).toBeGreaterThanOrEqual(made);
    }
  });
});

test("a pattern that answers without its program still finds groups and reads long subjects", () => {
  const result = automatonEngine.compile("x(\\d)y");
  if (!result.ok) throw new Error(result.fault.message);
  const { pattern } = result;
  expect(pattern.test("ax1y")).toBe(true);
  expect(pattern.exec("ax1y")).toEqual([1, 4, 2, 3]);
  const long = "a".repeat(300_000);
  expect(pattern.test(`${long}x1y`)).toBe(true);
  expect(pattern.test(long)).toBe(false);
});
