import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { drawPattern, drawSubject, seeded } from "../language/pattern/generate.ts";
import {
  automatonEngine,
  type CompiledPattern,
  type PatternEngine,
  Re2WasmEngine,
  type Re2WasmModule,
  re2jsEngine,
} from "../support/source/language/pattern.ts";
import { Budget, utf8Encode } from "../support/source/language/values.ts";

const wasm = createRequire(import.meta.url)("re2-wasm") as Re2WasmModule;
const engines: readonly PatternEngine[] = [automatonEngine, re2jsEngine, new Re2WasmEngine(wasm)];

function compile(engine: PatternEngine, source: string): CompiledPattern {
  const result = engine.compile(source);
  if (!result.ok) throw new Error(`${engine.name}: ${source}: ${result.fault.message}`);
  return result.pattern;
}

/** What offsets cut out of a subject. */
function cut(subject: string, offsets: readonly number[] | undefined): readonly (string | undefined)[] {
  const starts = (offsets ?? []).filter((_, at) => at % 2 === 0);
  return starts.map((start, group) =>
    start < 0 ? undefined : subject.slice(start, offsets?.[group * 2 + 1]),
  );
}

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  test.each<[string, string, boolean]>([
    ["", "", true],
    ["abc", "xabcx", true],
    ["^abc$", "abc\n", false],
    ["(?i)abc", "xABc", true],
    ["é", "\xc3\xa9", true],
    ["^.$", "\xc3\xa9", false],
    ["[\\x80-\\xff]", "\xe9", true],
    ["(?i)\\xe9", "\xc9", false],
    ["\\x{e9}", "\xc3\xa9", true],
    ["\\u0041", "A", true],
    ["\\s", "\v", true],
    ["\\bfoo\\b", "a foo b", true],
    ["(?m)^b$", "a\nb\nc", true],
    ["(?s)a.b", "a\nb", true],
    ["a{2,3}b", "xaab", true],
    ["[^a-z]", "abc", false],
    ["(?u)^.$", utf8Encode("\u{1f600}"), true],
    ["(?u)[é]", "\xc3\xa9", true],
    ["(?u)a", "a\xff", false],
  ])("%s on %j: %s", (source, subject, matches) => {
    const pattern = compile(engine, source);
    expect(pattern.test(subject)).toBe(matches);
    expect(pattern.exec(subject) !== undefined).toBe(matches);
    expect([pattern.source, pattern.engine]).toEqual([source, engine.name]);
    pattern.dispose();
  });

  test.each<[string, string, readonly number[] | undefined]>([
    ["b+", "abbc", [1, 3]],
    ["b+?", "abbc", [1, 2]],
    ["(a+)(b*?)(c)?", "xaabc", [1, 3, 1, 3, 3, 3, -1, -1]],
    ["a|ab", "ab", [0, 1]],
    ["(?:(a)|b)c", "bc", [0, 2, -1, -1]],
    ["(?P<n>x)(?<m>y)", "xy", [0, 2, 0, 1, 1, 2]],
    ["x", "a", undefined],
    ["(?u)(é)b", "\xc3\xa9\xc3\xa9b", [2, 5, 2, 4]],
  ])("%s on %j captures %j", (source, subject, offsets) => {
    const pattern = compile(engine, source);
    const found = pattern.exec(subject);
    expect(found?.slice(0, 2)).toEqual(offsets?.slice(0, 2));
    expect(cut(subject, found)).toEqual(cut(subject, offsets));
    // The module of re2-wasm reports the text of groups without their place.
    if (engine.name !== "re2-wasm") expect(found).toEqual(offsets);
    if (offsets !== undefined) expect(pattern.groupCount).toBe(offsets.length / 2 - 1);
    pattern.dispose();
  });

  test.each([
    "[é]",
    "\\pL",
    "a{,2}",
    "a{",
    "\\0",
    "\\07",
    "\\Qa\\E",
    "\\C",
    "[\\d-z]",
    "(?=a)",
    "(a)\\1",
    "(",
    "[z-a]",
  ])("%s is refused", (source) => {
    const result = engine.compile(source);
    expect(result.ok ? "accepted" : result.fault.code).toBe("E_INVALID_REGEX");
  });

  test("a program that is too large is refused", () => {
    const result = engine.compile("(a{1000}){1000}");
    expect(result.ok ? "accepted" : result.fault.code).toBe("E_REGEX_LIMIT");
  });

  test("work is charged, and an exhausted budget never matches", () => {
    const pattern = compile(engine, "a.*b");
    // A step pays for four bytes at most.
    const subject = `${"x".repeat(20)}axxb`;
    const budget = new Budget(10_000);
    expect(pattern.test(subject, budget)).toBe(true);
    expect(budget.remaining).toBeLessThanOrEqual(10_000 - 6);
    const spent = new Budget(3);
    expect(pattern.test(subject, spent)).toBe(false);
    expect(spent.exhausted).toBe(true);
    expect(pattern.exec(subject, spent)).toBeUndefined();
    pattern.dispose();
  });
});

describe("the portable engines", () => {
  const portable = engines.filter((engine) => engine.dialect === "portable");

  test.each([
    "[[a]]",
    "[a&&b]",
    "[a--b]",
    "[a~~b]",
    "\\<a",
    "a\\>",
    "\\b{start}a",
    "\\B{2}",
    "(?x)a",
    "(?R)a",
    "a**",
    "a++",
    "x{2}{3}",
    "a{1001}",
    "(?:a{100}){100}",
    "(?u)\\w",
    "(?u)\\bé",
    "a(?u)é",
    "(?u)a(?-u:b)",
  ])("%s is refused as not portable, with advice", (source) => {
    for (const engine of portable) {
      const result = engine.compile(source);
      expect(result.ok ? "accepted" : result.fault.code).toBe("E_REGEX_PORTABILITY");
      expect(result.ok ? "" : result.fault.hint).toMatch(/\w/);
    }
    expect(automatonEngine.compile(source).ok).toBe(true);
  });
});

test("the engines agree on drawn patterns and subjects", () => {
  const random = seeded(5);
  const trio = [automatonEngine, re2jsEngine, new Re2WasmEngine(wasm)];
  let matched = 0;
  let cases = 0;
  for (let count = 0; count < 200; count++) {
    const source = drawPattern(random);
    // re2-wasm refuses what it would answer wrongly; the other two take all that is drawn.
    const patterns = trio.flatMap((engine) => {
      const result = engine.compile(source);
      return engine.name === "re2-wasm" && !result.ok ? [] : [compile(engine, source)];
    });
    for (let subjects = 0; subjects < 20; subjects++) {
      const subject = drawSubject(random);
      const [ours, ...theirs] = patterns.map((pattern) => pattern.exec(subject)?.slice(0, 2));
      for (const answer of theirs) expect(answer, `${source} on ${JSON.stringify(subject)}`).toEqual(ours);
      expect(patterns.map((pattern) => pattern.test(subject))).toEqual(
        patterns.map(() => ours !== undefined),
      );
      if (ours !== undefined) matched++;
      cases++;
    }
    for (const pattern of patterns) pattern.dispose();
  }
  expect(matched).toBeGreaterThan(cases / 5);
  expect(matched).toBeLessThan((cases * 4) / 5);
});

describe("re2-wasm's guards", () => {
  test("a subject that is too long exhausts the budget instead of passing unseen", () => {
    const engine = new Re2WasmEngine(wasm, { subjectLength: 8 });
    const budget = new Budget(1000);
    expect(compile(engine, "a").test("a".repeat(9), budget)).toBe(false);
    expect(budget.exhausted).toBe(true);
  });

  test("patterns are counted, and freeing one makes room", () => {
    const engine = new Re2WasmEngine(wasm, { livePatterns: 1, compiles: 2 });
    const first = compile(engine, "a");
    expect(engine.compile("b").ok).toBe(false);
    first.dispose();
    compile(engine, "b").dispose();
    const third = engine.compile("c");
    expect(third.ok ? "accepted" : third.fault.code).toBe("E_REGEX_LIMIT");
  });

  test.each(["\\Bfoo", "b|[Bb]", "(?i)b|(?-i:b)", "(?i:x)y(x|z)"])(
    "%s would be answered wrongly and is refused",
    (source) => {
      const result = new Re2WasmEngine(wasm).compile(source);
      expect(result.ok ? "accepted" : result.fault.code).toBe("E_REGEX_PORTABILITY");
      for (const engine of [automatonEngine, re2jsEngine]) expect(engine.compile(source).ok).toBe(true);
    },
  );

  test("after the module has aborted, nothing matches and nothing compiles", () => {
    const broken: Re2WasmModule = {
      RE2: class {
        test(): boolean {
          throw new Error("abort");
        }
        exec(): null {
          throw new Error("abort");
        }
      },
    };
    const engine = new Re2WasmEngine(broken);
    const pattern = compile(engine, "a");
    const budget = new Budget(1000);
    expect(pattern.test("a", budget)).toBe(false);
    expect(budget.exhausted).toBe(true);
    expect(engine.compile("b").ok).toBe(false);
  });
});
