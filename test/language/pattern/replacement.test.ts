// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how references in templates look.
import { describe, expect, test } from "vitest";
import { automatonEngine, parseReplacement, replaceFirst } from "../../support/source/language/pattern.ts";
import { Budget } from "../../support/source/language/values.ts";

function replace(source: string, template: string, subject: string, budget?: Budget): string {
  const result = automatonEngine.compile(source);
  if (!result.ok) throw new Error(result.fault.message);
  const parsed = parseReplacement(template, result.pattern.groupCount);
  if (!parsed.ok) throw new Error(parsed.fault.message);
  return replaceFirst(result.pattern, parsed.template, subject, budget);
}

describe("replacing", () => {
  test.each([
    ["b+", "x", "abbcbb", "axcbb"],
    ["(\\w)/(\\w)", "${2}-${1}", "a/b/c", "b-a/c"],
    ["b", "[${0}$$]", "abc", "a[b$]c"],
    ["(x)?b", "<${1}>", "ab", "a<>"],
    ["z", "x", "abc", "abc"],
    ["", "x", "abc", "xabc"],
    ["c", "", "abc", "ab"],
  ])("%s by %s in %s: %s", (source, template, subject, expected) => {
    expect(replace(source, template, subject)).toBe(expected);
  });

  test("without budget the subject stays", () => {
    expect(replace("b", "x", "abc", new Budget(1))).toBe("abc");
  });
});

describe("faults in templates", () => {
  test.each([
    ["a$b", 1, 2],
    ["$", 0, 1],
    ["$1", 0, 1],
    ["${x}", 0, 1],
    ["${1", 0, 1],
    ["${}", 0, 1],
    ["a${3}", 1, 5],
    ["${1}".repeat(9), 32, 36],
  ])("%s", (template, start, end) => {
    const parsed = parseReplacement(template, 2);
    expect(parsed.ok ? "accepted" : [parsed.fault.start, parsed.fault.end]).toEqual([start, end]);
  });

  test("eight references are allowed", () => {
    expect(parseReplacement("${1}".repeat(8), 1).ok).toBe(true);
  });
});
