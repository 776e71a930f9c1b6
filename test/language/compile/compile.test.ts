import { describe, expect, test } from "vitest";
import { RICH_LISTS, RICH_SCHEME } from "../../support/arbitrary-expression.ts";
import type { TypedNode } from "../../support/source/language/check.ts";
import {
  compileFilter,
  compileValue,
  costOf,
  type Filter,
  optimize,
} from "../../support/source/language/compile.ts";
import { Source } from "../../support/source/language/diagnostics.ts";
import { Scheme } from "../../support/source/language/scheme.ts";
import { parseExpression } from "../../support/source/language/syntax.ts";
import { Bool, Budget, Bytes, Int } from "../../support/source/language/values.ts";

function filter(text: string, scheme = RICH_SCHEME): Filter {
  const compiled = compileFilter(text, scheme);
  if (!compiled.ok) throw new Error(compiled.errors[0]?.message);
  return compiled.value;
}

function answer(text: string, values: Readonly<Record<string, unknown>>): boolean {
  const lists = Object.fromEntries(RICH_SCHEME.lists.map(({ name }, at) => [name, RICH_LISTS[at]!]));
  return filter(text).test(RICH_SCHEME.contextFrom(values as never, lists));
}

describe("missing values", () => {
  const operators = ['s == "a"', 's != "a"', 's < "a"', 's <= "a"', 's > ""', 's >= ""', "s == t", "s != t"];
  const tests = [
    's contains ""',
    's matches ""',
    's wildcard "*"',
    's in {""}',
    "s in $some_words",
    "n & -1",
    "n in {0}",
  ];

  test.each([...operators, ...tests, "b", 'headers["no"][0] != "a"', "len(s) >= 0"])(
    "%s is false, its negation true",
    (text) => {
      expect(answer(text, { headers: {} })).toBe(false);
      expect(answer(`not ${text}`, { headers: {} })).toBe(true);
    },
  );

  test.each<[string, Record<string, unknown>, boolean, boolean]>([
    ['words[*] == "a"', { words: [] }, false, true],
    ['words[*] != "a"', {}, false, true],
    ["flags", {}, false, false],
    ["(flags)", {}, false, false],
    ["not flags", {}, false, false],
    ["flags", { flags: [] }, false, true],
    ['switches["no"]', { switches: {} }, false, false],
    ['starts_with(words[*], "a")', {}, false, false],
    ["flags and flags", {}, false, false],
  ])("quantifiers over %s given %j", (argument, values, any, all) => {
    expect(answer(`any(${argument})`, values)).toBe(any);
    expect(answer(`all(${argument})`, values)).toBe(all);
  });
});

describe("a compiled filter", () => {
  test("gives its syntax tree to whoever asks, read with the options that it was compiled with", () => {
    const text = "b # why\nand not b";
    const compiled = compileFilter(text, RICH_SCHEME, { comments: true });
    if (!compiled.ok) throw new Error(compiled.errors[0]?.message);
    const parsed = parseExpression(text, { comments: true });
    expect(parsed.ok && compiled.value.ast).toEqual(parsed.ok && parsed.value);
    expect(compiled.value.ast).toBe(compiled.value.ast);
  });

  test("tells what it reads", () => {
    const compiled = filter('any(headers["k"][*] == s) or ip in $some_ips or s == "x"');
    expect(compiled.fields.map(({ name }) => name)).toEqual(["headers", "s", "ip"]);
    expect(compiled.lists.map(({ name }) => name)).toEqual(["some_ips"]);
    expect(compiled.cost).toBeGreaterThan(0);
    expect(Object.isFrozen(compiled)).toBe(true);
  });

  test("keeps the name of its source in diagnostics", () => {
    const compiled = compileFilter(new Source("nope", "/rules/0"), RICH_SCHEME);
    expect(!compiled.ok && compiled.errors[0]?.source).toBe("/rules/0");
  });

  test("reads cheap fields first, and dear ones only when they matter", () => {
    const reads: string[] = [];
    const reader = (name: string, value: boolean) => () => {
      reads.push(name);
      return value;
    };
    const scheme = new Scheme<never>({
      fields: [
        { name: "dear", type: Bool, cost: 1000, read: reader("dear", true) },
        { name: "cheap", type: Bool, read: reader("cheap", false) },
        { name: "yes", type: Bool, read: reader("yes", true) },
      ],
    });
    const context = scheme.createContext<object>();
    for (const [text, expected] of [
      ["dear and cheap", ["cheap"]],
      ["dear or yes", ["yes"]],
      ["dear or cheap", ["cheap", "dear"]],
      ["false and dear", []],
      ["cheap and (dear or yes)", ["cheap"]],
    ] as const) {
      reads.length = 0;
      context.reset({});
      filter(text, scheme).test(context);
      expect({ text, reads }).toEqual({ text, reads: expected });
    }
  });
});

describe("budget", () => {
  const spent = (text: string, values: Readonly<Record<string, unknown>>): number => {
    const context = RICH_SCHEME.contextFrom(values as never);
    context.budget = new Budget(1_000_000);
    filter(text).test(context);
    return 1_000_000 - context.budget.remaining;
  };
  const long = "x".repeat(1000);

  test.each<[string, Record<string, unknown>, number]>([
    ['s contains "a"', { s: long }, 1000],
    ['lookup_json_string(s, "a") == "b"', { s: long }, 1000],
    ['lookup_json_string(s, t) == "b"', { s: long, t: long }, 2000],
    ["hash_in_range(0, 2, s, n, t) == 5", { s: long, t: long }, 2000],
    ['any(url_decode(words[*], "r")[*] == "a")', { words: [long, long] }, 2000],
    ['url_decode(words[*])[0] == "a"', { words: [long, long] }, 2000],
    ['any(remove_bytes(words[*], s)[*] == "a")', { words: [long], s: long }, 2000],
    ['s == "a"', { s: long }, 0],
    ['starts_with(s, "a")', { s: long }, 0],
  ])("%s", (text, values, steps) => {
    expect(spent(text, values)).toBe(steps);
    expect(spent(text, {})).toBe(0);
  });
});

describe("optimize", () => {
  const root = (text: string): TypedNode => optimize(filter(text).checked.root);

  test.each<[string, boolean]>([
    ["true and false", false],
    ["b or true", true],
    ["b and false", false],
    ["not false", true],
    ["true or (b and c)", true],
    ['byt("a") == "a"', true],
    ['byt("a") != byt("a")', false],
    ['len("abc") > 3', false],
    ['lower("ABC") matches "^a.c$"', true],
    ['lower("ABC") in {"abd"}', false],
    ["ipf(10.0.0.1) in {10.0.0.0/8}", true],
    ["int(6) & 2 and true", true],
    ["bool(false) or not true", false],
    ['coalesce("a", s) == "a"', true],
  ])("%s is decided", (text, value) => {
    expect(root(text)).toMatchObject({ kind: "constant", value });
  });

  test.each([
    ["b and true", "field"],
    ["b or false", "field"],
    ["not not b", "field"],
    ["b xor true", "logical"],
    ["ipf(10.0.0.1) in $some_ips", "test"],
    ['starts_with(byt("ab"), "a") and b', "field"],
  ])("%s becomes a %s", (text, kind) => {
    expect(root(text).kind).toBe(kind);
  });

  test("flattens runs of one operator", () => {
    expect(root("(b and c) and (n > 1 and k > 1)")).toMatchObject({ items: { length: 4 } });
    expect(root("(b and c) or n > 1")).toMatchObject({ items: { length: 2 } });
  });

  test("computes calls of literals", () => {
    const compiled = compileValue('concat("a", "b")', RICH_SCHEME);
    expect(compiled.ok && optimize(compiled.value.checked.root)).toMatchObject({
      kind: "constant",
      value: "ab",
    });
  });

  test("computes the right side, and forgets what stands behind a fallback", () => {
    expect(root('s == concat("a", "b")')).toMatchObject({ right: { kind: "constant", value: "ab" } });
    expect(root('coalesce(s, "a", t) == "a"')).toMatchObject({ left: { arguments: { length: 2 } } });
  });

  test("orders by cost", () => {
    const items = (
      root('s matches "a+b" and n == 1 and ip in $some_ips') as Extract<TypedNode, { kind: "logical" }>
    ).items;
    const costs = items.map(costOf);
    expect(costs).toEqual([...costs].sort((left, right) => left - right));
    const texts = (text: string): readonly TypedNode["kind"][] =>
      (root(text) as Extract<TypedNode, { kind: "logical" }>).items.map(({ kind }) => kind);
    expect(texts('encode_base64(sha256(s)) == "x" and any(words[*] == "a") and b')).toEqual([
      "field",
      "quantifier",
      "compare",
    ]);
  });
});

describe("hostile rules and values", () => {
  test("keys that every object has are ordinary keys", () => {
    for (const key of ["__proto__", "constructor", "toString"]) {
      expect(answer(`headers["${key}"][0] == "x"`, { headers: {} })).toBe(false);
      expect(answer(`headers["${key}"][0] == "x"`, { headers: new Map([[key, ["x"]]]) })).toBe(true);
      expect(compileFilter(`${key} == "x"`, RICH_SCHEME).ok).toBe(false);
      expect(compileFilter(`${key}(s) == "x"`, RICH_SCHEME).ok).toBe(false);
      expect(compileFilter(`s in $${key.toLowerCase().replaceAll("__", "")}`, RICH_SCHEME).ok).toBe(false);
    }
  });

  test("deep and wide rules compile and run", () => {
    const limits = { maxExpressionLength: 200_000, maxNodes: 200_000 };
    const wide = compileFilter(
      Array.from({ length: 5000 }, (_, at) => `n == ${at}`).join(" or "),
      RICH_SCHEME,
      { limits },
    );
    expect(wide.ok && wide.value.test(RICH_SCHEME.contextFrom({ n: 4999 } as never))).toBe(true);
    const deep = compileFilter(`${"not ".repeat(127)}(b)`, RICH_SCHEME);
    expect(deep.ok && deep.value.test(RICH_SCHEME.contextFrom({ b: false } as never))).toBe(true);
    expect(compileFilter(`${"!".repeat(100_000)}b`, RICH_SCHEME, { limits }).ok).toBe(false);
  });

  test("long arrays are walked once", () => {
    const words = Array.from({ length: 100_000 }, () => "a");
    expect(answer('all(words[*] == "a" and not words[*] == "b")', { words })).toBe(true);
    expect(answer("all(len(words[*])[*] == 1)", { words })).toBe(true);
  });

  test("64-bit integers are exact", () => {
    expect(answer("n == 9007199254740993", { n: 2n ** 53n + 1n })).toBe(true);
    expect(answer("n == 9007199254740992", { n: 2n ** 53n + 1n })).toBe(false);
    expect(answer("n > 9223372036854775806", { n: 2n ** 63n - 1n })).toBe(true);
    expect(answer("n & 0x4000000000000000", { n: 2n ** 62n })).toBe(true);
    expect(answer("n in {9007199254740993..9007199254740994}", { n: 2n ** 53n })).toBe(false);
  });
});

test("a value expression has its type", () => {
  const types = ["s", "n", "b and c"].map((text) => {
    const compiled = compileValue(text, RICH_SCHEME);
    return compiled.ok ? compiled.value.type : undefined;
  });
  expect(types).toEqual([Bytes, Int, Bool]);
});
