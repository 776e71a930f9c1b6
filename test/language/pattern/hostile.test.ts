import { describe, expect, test } from "vitest";
import {
  automatonEngine,
  compileProgram,
  LazyDfa,
  NfaSearch,
  parsePattern,
} from "../../support/source/language/pattern.ts";
import { Budget } from "../../support/source/language/values.ts";
import { drawPattern, drawSubject, seeded } from "./generate.ts";

const HOSTILE: readonly (readonly [string, string])[] = [
  ["^(a+)+$", `${"a".repeat(4000)}!`],
  ["^(a|aa)+$", `${"a".repeat(4000)}!`],
  ["(.*)*x", "a".repeat(4000)],
  ["\\s+$", `${" ".repeat(4000)}x`],
  [".*.*=.*", "a".repeat(4000)],
  ["^(\\w+\\s?){1,60}$", `${"a".repeat(4000)}!`],
  ["(?:a?){50}a{50}b", "a".repeat(4000)],
  ["(x+x+)+y", "x".repeat(4000)],
];

/** Steps that a test takes, as charged. */
function work(source: string, subject: string): number {
  const result = automatonEngine.compile(source);
  if (!result.ok) throw new Error(result.fault.message);
  const budget = new Budget(1e9);
  result.pattern.test(subject, budget);
  result.pattern.exec(subject, budget);
  return budget.limit - budget.remaining;
}

describe("work grows with the subject's length, not faster", () => {
  test.each(HOSTILE)("%s", (source, subject) => {
    const short = work(source, subject);
    const long = work(source, subject.repeat(8));
    expect(long).toBeLessThan(short * 10 + 1000);
  });

  test("also where the states multiply", () => {
    const random = seeded(3);
    const letters = Array.from({ length: 128_000 }, () => (random() < 0.5 ? "a" : "b")).join("");
    const source = "a[ab]{18}[^ab]";
    const short = work(source, letters.slice(0, 16_000));
    const long = work(source, letters);
    expect(long).toBeLessThan(short * 10);
  });
});

describe("the table of states", () => {
  const program = (source: string) => {
    const parsed = parsePattern(source);
    if (!parsed.ok) throw new Error(parsed.fault.message);
    return compileProgram(parsed.value);
  };

  test("gives up when it overflows all the time", () => {
    const random = seeded(4);
    const letters = Array.from({ length: 5000 }, () => (random() < 0.5 ? "a" : "b")).join("");
    expect(new LazyDfa(program("a[ab]{14}[^ab]")).test(letters)).toBeUndefined();
    expect(new LazyDfa(program("a[ab]{14}[^ab]"), 8192).test(letters)).toBeUndefined();
    const result = automatonEngine.compile("a[ab]{14}[^ab]");
    expect(result.ok && result.pattern.test(`${letters}a${"b".repeat(14)}c`)).toBe(true);
  });

  test("agrees with stepping the threads, however small it is", () => {
    const random = seeded(6);
    let given = 0;
    let matched = 0;
    for (let count = 0; count < 400; count++) {
      const source = drawPattern(random);
      const compiled = program(source);
      const small = new LazyDfa(compiled, 600);
      const large = new LazyDfa(compiled);
      const threads = new NfaSearch(compiled);
      for (let subjects = 0; subjects < 10; subjects++) {
        const subject = drawSubject(random);
        const expected = threads.test(subject);
        expect(large.test(subject), `${source} on ${JSON.stringify(subject)}`).toBe(expected);
        const answer = small.test(subject);
        if (answer !== undefined) expect(answer, `${source} on ${JSON.stringify(subject)}`).toBe(expected);
        else given++;
        if (expected) matched++;
      }
    }
    expect(given).toBeGreaterThan(20);
    expect(matched).toBeGreaterThan(400);
  });
});

test("a budget stops a search on the way", () => {
  const result = automatonEngine.compile("(?u)\\b(é|a){20}\\b!");
  if (!result.ok) throw new Error(result.fault.message);
  const budget = new Budget(5000);
  expect(result.pattern.test(`${"\xc3\xa9".repeat(10_000)}!`, budget)).toBe(false);
  expect(budget.exhausted).toBe(true);
});

test("word boundaries of characters are the same on ASCII by either way", () => {
  const random = seeded(14);
  for (const source of [
    "(?u)\\bab?\\b",
    "(?u)\\B[ab-]+\\b{end}",
    "(?u)\\<a.*\\b{start-half}-",
    "(?um)^\\b{end-half}-",
  ]) {
    const result = automatonEngine.compile(source);
    const parsed = parsePattern(source);
    if (!result.ok || !parsed.ok) throw new Error(source);
    const threads = new NfaSearch(compileProgram(parsed.value));
    for (let count = 0; count < 200; count++) {
      const subject = drawSubject(random).replace(/[\x80-\xff]/g, "");
      expect(result.pattern.test(subject), JSON.stringify(subject)).toBe(threads.test(subject));
    }
  }
});

test("patterns go on working after they were disposed of", () => {
  const result = automatonEngine.compile("a+b");
  if (!result.ok) throw new Error(result.fault.message);
  expect(result.pattern.test("aab")).toBe(true);
  result.pattern.dispose();
  expect(result.pattern.test("aab")).toBe(true);
});
