import { describe, expect, test } from "vitest";
import { treeOf } from "../../support/pattern-tree.ts";
import {
  automatonEngine,
  boundedRegExp,
  compileProgram,
  NfaSearch,
  needlesOf,
} from "../../support/source/language/pattern.ts";
import { drawPattern, drawSubject, seeded } from "./generate.ts";

describe("what runs on the platform", () => {
  test.each([
    "(?i)nikto|sqlmap|nmap",
    "^5\\d{2}$",
    "%[0-9a-f]{2}",
    "\\bunion\\b",
    "a?b?c?d",
    "(?:ab|cd){1,3}",
    "é|\\xff",
    "(?s:.){30}",
    "(?i)googlebot/\\d+\\.\\d+",
    "a+b",
    "^\\w+:",
    "=[a-z]*;x",
    "x\\s+",
    "a".repeat(63),
    `${"a".repeat(31)}|${"b".repeat(31)}`,
  ])("%s", (source) => {
    expect(boundedRegExp(treeOf(source))).toBeInstanceOf(RegExp);
  });
});

describe("what does not", () => {
  test.each([
    ["a run that may begin anywhere", "x?a+b"],
    ["a run that may begin before it", "[a-z]a+:"],
    ["a run that may end before it", "/a+[a-z]"],
    ["a run behind a place", "\\ba+:"],
    ["a run within a group", "(?:/a+)+:"],
    ["a run of two at least", "/a{2,}:"],
    ["any bytes in between", "foo.*bar"],
    ["ways that multiply", "(?:a|b|ab){8}c"],
    ["optional parts that multiply", "(?:a?){10}a{10}"],
    ["counted repetitions within each other", "(?:a{1,8}){1,8}"],
    ["a long count", "(?:a){65}"],
    ["many alternatives", Array.from({ length: 40 }, (_, at) => `x${at}`).join("|")],
    ["a byte too many", "a".repeat(64)],
    ["a byte too many in two alternatives", `${"a".repeat(32)}|${"b".repeat(31)}`],
    ["lines", "(?m)^a"],
    ["characters judged by Unicode", "(?u)[é]"],
    ["a class of characters", "(?u:[àé])"],
    ["word starts", "\\<a"],
  ])("%s: %s", (_, source) => {
    expect(boundedRegExp(treeOf(source))).toBeUndefined();
  });
});

test("the platform and the needles agree with stepping the threads", () => {
  const random = seeded(21);
  const seen = { bounded: 0, boundedMatches: 0, needles: 0 };
  for (let count = 0; count < 3000; count++) {
    const tree = treeOf(drawPattern(random));
    const search = new NfaSearch(compileProgram(tree));
    const regexp = boundedRegExp(tree);
    const needles = needlesOf(tree);
    for (let subjects = 0; subjects < 6; subjects++) {
      const subject = drawSubject(random);
      const matches = search.test(subject);
      if (regexp !== undefined) {
        expect(regexp.test(subject), `${regexp.source} on ${JSON.stringify(subject)}`).toBe(matches);
        seen.bounded++;
        if (matches) seen.boundedMatches++;
      }
      if (needles.length > 0 && matches) {
        expect(needles.some((needle) => subject.includes(needle))).toBe(true);
        seen.needles++;
      }
    }
  }
  expect(seen.bounded).toBeGreaterThan(2000);
  expect(seen.boundedMatches).toBeGreaterThan(500);
  expect(seen.needles).toBeGreaterThan(200);
});

test("long subjects are answered, too", () => {
  const result = automatonEngine.compile("/\\d+:|[a-c]x");
  if (!result.ok) throw new Error(result.fault.message);
  const digits = `/${"1".repeat(600_000)}`;
  expect(result.pattern.test(digits)).toBe(false);
  expect(result.pattern.test(`${digits}:`)).toBe(true);
  expect(result.pattern.test(`${digits}bx`)).toBe(true);
});

test("what the platform is given is written byte by byte, whatever stands in the pattern", () => {
  expect(boundedRegExp(treeOf("(?i)k\\x{e9}[/\\]\\\\-]"))!.source).toMatch(
    /^(?:[()?:[\]-]|\\x[0-9a-f]{2})+$/,
  );
  expect(boundedRegExp(treeOf("(?i)\\xe9"))!.test("\xc9")).toBe(false);
});
