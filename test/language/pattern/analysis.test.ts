import { describe, expect, test } from "vitest";
import { treeOf } from "../../support/pattern-tree.ts";
import {
  compileProgram,
  literalForm,
  literalTest,
  NfaSearch,
  requiredConditions,
} from "../../support/source/language/pattern.ts";
import { asciiLower } from "../../support/source/language/values.ts";
import { drawPattern, drawSubject, seeded } from "./generate.ts";

describe("literal forms", () => {
  test.each<[string, string | undefined]>([
    ["abc", "contains abc"],
    ["^abc", "prefix abc"],
    ["abc$", "suffix abc"],
    ["^abc$", "equals abc"],
    ["", "contains "],
    ["^$", "equals "],
    ["(?i)Ab1$", "suffix ab1 folded"],
    ["(a)(?:b)\\.", "contains ab."],
    ["é", "contains \xc3\xa9"],
    ["a.*", "contains a"],
    [".*a", "contains a"],
    ["^a.*", "prefix a"],
    ["^.*a", undefined],
    ["(?i:a)b", undefined],
    ["a|b", undefined],
    ["a+", undefined],
    ["(?m)^a", undefined],
    ["a^", undefined],
    ["(?u)é", undefined],
  ])("%s: %s", (source, expected) => {
    const form = literalForm(treeOf(source));
    const text = form && `${form.kind} ${form.bytes}${form.caseInsensitive ? " folded" : ""}`;
    expect(text).toBe(expected);
  });
});

describe("required literals", () => {
  test.each<[string, readonly string[] | undefined, boolean]>([
    ["foo.*bar", ["foo"], false],
    ["(?:foo|quux)\\d", ["foo", "quux"], false],
    ["(?i)select\\s+.+from", ["select"], true],
    ["a?bcd", ["bcd"], false],
    ["(?:abc)+", ["abc"], false],
    ["(?:abc)*", undefined, false],
    ["[0-9]+", undefined, false],
    ["abc|.", undefined, false],
  ])("%s: %j", (source, literals, caseInsensitive) => {
    const [best] = requiredConditions(treeOf(source), caseInsensitive, 2).literals;
    expect(best).toEqual(literals);
  });
});

test("what the analysis says holds for every match", () => {
  const random = seeded(9);
  const seen = { forms: 0, literals: 0 };
  for (let count = 0; count < 1500; count++) {
    const tree = treeOf(drawPattern(random));
    const search = new NfaSearch(compileProgram(tree));
    const form = literalForm(tree);
    const plain = requiredConditions(tree, false, 1).literals;
    const folded = requiredConditions(tree, true, 1).literals;
    for (let subjects = 0; subjects < 8; subjects++) {
      const subject = drawSubject(random);
      const matches = search.test(subject);
      if (form !== undefined) {
        expect(literalTest(form)(subject)).toBe(matches);
        seen.forms++;
      }
      if (!matches) continue;
      const lower = asciiLower(subject);
      for (const set of plain) expect(set.some((literal) => subject.includes(literal))).toBe(true);
      for (const set of folded) expect(set.some((literal) => lower.includes(literal))).toBe(true);
      seen.literals += plain.length + folded.length;
    }
  }
  expect(seen.forms).toBeGreaterThan(500);
  expect(seen.literals).toBeGreaterThan(200);
});
