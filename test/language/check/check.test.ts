import { describe, expect, test } from "vitest";
import { RICH_SCHEME } from "../../support/arbitrary-expression.ts";
import { literalEngine } from "../../support/literal-engine.ts";
import { parsed } from "../../support/parsed.ts";
import { checkFilter } from "../../support/source/language/check.ts";
import { type CompileOptions, compileFilter, compileValue } from "../../support/source/language/compile.ts";
import { Source } from "../../support/source/language/diagnostics.ts";
import { automatonEngine } from "../../support/source/language/pattern.ts";
import type { FunctionDefinition, Scheme } from "../../support/source/language/scheme.ts";
import type { Expression } from "../../support/source/language/syntax.ts";
import { Bytes, Int, mapOf, parseType } from "../../support/source/language/values.ts";

const rewrite = (name: string): FunctionDefinition => ({
  name,
  summary: "stands once",
  params: [{ name: "value", type: Bytes, kind: "dynamic" }],
  returns: Bytes,
  once: true,
  contexts: ["rewrite"],
  evaluate: (value) => value,
});

const picky: FunctionDefinition = {
  name: "picky",
  summary: "wants an even literal",
  params: [
    { name: "value", type: Bytes, kind: "dynamic" },
    { name: "even", type: Int, kind: "literal" },
  ],
  returns: Bytes,
  prepare: ([, even]) =>
    Number(even?.literal) % 2 === 0
      ? (value) => value
      : [{ argument: 1, code: "E_ARG_VALUE", message: "must be even", hint: "add one" }],
  evaluate: () => undefined,
};

const scheme: Scheme<never> = RICH_SCHEME.extend({
  fields: [
    { name: "late", type: Bytes, phases: ["response"] },
    { name: "host", type: Bytes, hostName: { asSent: "host.raw" } },
    { name: "request.headers", type: mapOf({ kind: "Array", element: Bytes }), lowerCaseKeys: true },
  ],
  functions: [rewrite("rewrite_a"), rewrite("rewrite_b"), picky],
  lists: [{ name: "hosts", kind: "hostname" }],
});

interface Found {
  readonly code: string;
  readonly place: string;
}

function check(text: string, options: Partial<CompileOptions> = {}, on: Scheme<never> = scheme) {
  return compileFilter(text, on, { patterns: literalEngine, ...options });
}

/** Each fault as its code and the text that it points at. */
function faults(
  text: string,
  options: Partial<CompileOptions> = {},
  on: Scheme<never> = scheme,
): readonly Found[] {
  const result = check(text, options, on);
  return result.ok
    ? []
    : result.errors.map(({ code, offset, endOffset }) => ({ code, place: text.slice(offset, endOffset) }));
}

function warnings(text: string, options: Partial<CompileOptions> = {}): readonly string[] {
  return check(text, options).warnings.map(({ code }) => code);
}

describe("operators by type", () => {
  const operands = {
    Bool: "b",
    Int: "n",
    Bytes: "s",
    Ip: "ip",
    "Array<Int>": "numbers",
    "Map<Bytes>": "map",
  };
  const literals = {
    Bool: "true",
    Int: "1",
    Bytes: '"x"',
    Ip: "10.0.0.1",
    "Array<Int>": "1",
    "Map<Bytes>": '"x"',
  };
  const items = { ...literals, Bool: "1" };
  const order = ["eq", "==", "ne", "!=", "lt", "<", "le", "<=", "gt", ">", "ge", ">="];
  const scalars = ["Int", "Bytes", "Ip"];
  const rows: readonly (readonly [string, readonly string[], (type: keyof typeof operands) => string])[] = [
    ...order.map((operator) => [operator, scalars, (type: keyof typeof operands) => literals[type]] as const),
    ["bitwise_and", ["Int"], () => "1"],
    ["&", ["Int"], () => "1"],
    ["contains", ["Bytes"], () => '"x"'],
    ["matches", ["Bytes"], () => '"x"'],
    ["~", ["Bytes"], () => '"x"'],
    ["wildcard", ["Bytes"], () => '"x*"'],
    ["strict wildcard", ["Bytes"], () => '"x*"'],
    ["in", scalars, (type) => `{${items[type]}}`],
  ];

  test.each(rows)("%s", (operator, accepted, right) => {
    for (const [type, operand] of Object.entries(operands)) {
      const text = `${operand} ${operator} ${right(type as keyof typeof operands)}`;
      const [fault] = faults(text);
      const expected = accepted.includes(type) ? undefined : { code: "E_UNSUPPORTED_OP", place: operator };
      expect({ text, fault }).toEqual({ text, fault: expected });
    }
  });
});

describe("faults and their places", () => {
  test.each<[string, string, string]>([
    // Names.
    ['no.such eq "a"', "E_UNKNOWN_IDENTIFIER", "no.such"],
    ['s == "a" and nope', "E_UNKNOWN_IDENTIFIER", "nope"],
    ["nope(s)", "E_UNKNOWN_IDENTIFIER", "nope"],
    ["s eq nope", "E_UNKNOWN_IDENTIFIER", "nope"],
    ['S == "a"', "E_UNKNOWN_IDENTIFIER", "S"],
    ['s("x")', "E_TRAILING_INPUT", '("x")'],
    ['len == "x"', "E_EXPECTED_TOKEN", "len"],
    // Literals by type.
    ["n == 08", "E_INVALID_INT", "08"],
    ["n == 9223372036854775808", "E_INVALID_INT", "9223372036854775808"],
    ["n == 1..5", "E_INVALID_INT", "1..5"],
    ["n == 10.0.0.1", "E_INVALID_INT", "10.0.0.1"],
    ['n == "42"', "E_EXPECTED_TOKEN", '"42"'],
    ["n in {5..1}", "E_RANGE_BOUNDS", "5..1"],
    ["ip == 10.0.0.0/8", "E_INVALID_IP", "10.0.0.0/8"],
    ["ip in {10.0.0.1/8}", "E_INVALID_IP", "10.0.0.1/8"],
    ["ip in {10.0.0.9..10.0.0.1}", "E_RANGE_BOUNDS", "10.0.0.9..10.0.0.1"],
    ["ip in {10.0.0.1..::1}", "E_RANGE_BOUNDS", "10.0.0.1..::1"],
    ["ip in {192.0.2.007}", "E_INVALID_IP", "192.0.2.007"],
    ['ip == "10.0.0.1"', "E_EXPECTED_TOKEN", '"10.0.0.1"'],
    ["s == 42", "E_TOO_SHORT", "42"],
    // Patterns.
    ['s matches "("', "E_INVALID_REGEX", "("],
    ['s wildcard "a**"', "E_INVALID_WILDCARD", '"a**"'],
    [String.raw`s wildcard r"\?"`, "E_INVALID_WILDCARD", String.raw`r"\?"`],
    // Dynamic right sides.
    ["s eq n", "E_TYPE_MISMATCH", "n"],
    ["s eq b", "E_UNSUPPORTED_OP", "eq"],
    ["s eq words", "E_UNSUPPORTED_OP", "eq"],
    ["s eq words[*]", "E_MAP_EACH", "words[*]"],
    // Indexes.
    ["words[0][0] == 1", "E_INDEX_ACCESS", "[0]"],
    ['words["k"] == "a"', "E_INDEX_ACCESS", '["k"]'],
    ['map[0] == "a"', "E_INDEX_ACCESS", "[0]"],
    ['s[0] == "a"', "E_INDEX_ACCESS", "[0]"],
    ['words[4294967296] == "a"', "E_INDEX_LITERAL", "4294967296"],
    // Elements.
    ['words[*] == "a"', "E_TYPE_MISMATCH", 'words[*] == "a"'],
    ['any(words == "a")', "E_UNSUPPORTED_OP", "=="],
    ["any(words)", "E_TYPE_MISMATCH", "words"],
    ["any(b)", "E_TYPE_MISMATCH", "b"],
    ['any(s == "a")', "E_TYPE_MISMATCH", 's == "a"'],
    ["any(1)", "E_TYPE_MISMATCH", "1"],
    ["any(switches[*])", "E_TYPE_MISMATCH", "switches[*]"],
    ['any(words[*] == "a" and numbers[*] == 1)', "E_MAP_EACH_MIX", "numbers[*] == 1"],
    ['any(dropb(words[*])[*] == "a" and words[*] == "a")', "E_MAP_EACH_MIX", 'words[*] == "a"'],
    ['any(grid[*][0] == "a" and grid[*][*] == "a")', "E_MAP_EACH_MIX", 'grid[*][*] == "a"'],
    ['any(names[*] == "a" and words[*] == "a")', "E_MAP_EACH_MIX", 'words[*] == "a"'],
    ['b and words[*] == "a"', "E_TYPE_MISMATCH", 'words[*] == "a"'],
    ["starts_with(s, words[*])", "E_MAP_EACH", "words[*]"],
    // Calls.
    ["len() == 1", "E_ARG_COUNT", ")"],
    ["len(s, t) == 1", "E_ARG_COUNT", "t"],
    ['upper("a") == "A"', "E_ARG_KIND", '"a"'],
    ["len(n) == 1", "E_ARG_TYPE", "n"],
    ['upper(words) == "A"', "E_ARG_TYPE", "words"],
    ["len((s)) == 1", "E_EXPECTED_TOKEN", "s"],
    ['int("x") == 1', "E_ARG_TYPE", '"x"'],
    ["byt(10.0.0.1) == s", "E_ARG_TYPE", "10.0.0.1"],
    ["concat(s, words) == s", "E_ARG_TYPE", "words"],
    ["picky(s, n) == s", "E_ARG_KIND", "n"],
    ["picky(s, 3) == s", "E_ARG_VALUE", "3"],
    // Conditions.
    ["len(s)", "E_EXPECTED_TOKEN", ""],
    ["n", "E_EXPECTED_TOKEN", ""],
    ["42", "E_EXPECTED_TOKEN", "42"],
    // Lists.
    ["n in $nope", "E_LIST_UNKNOWN", "$nope"],
    ["n in $some_ips", "E_LIST_KIND", "$some_ips"],
    ["ip in $hosts", "E_LIST_KIND", "$hosts"],
    [`n in $${"a".repeat(51)}`, "E_LIST_NAME", `$${"a".repeat(51)}`],
    ["b in $some.ints", "E_UNSUPPORTED_OP", "in"],
  ])("%s", (text, code, place) => {
    expect(faults(text)[0]).toEqual({ code, place });
  });

  test("all of them are reported, in the order of the text", () => {
    const text =
      'no.a eq 1 or n eq 08 or ip in {1.2.3 10.0.0.1/8} or len(n) eq 1 or any(words[*] matches "(")';
    expect(faults(text).map(({ code }) => code)).toEqual([
      "E_UNKNOWN_IDENTIFIER",
      "E_INVALID_INT",
      "E_INVALID_IP",
      "E_INVALID_IP",
      "E_ARG_TYPE",
      "E_INVALID_REGEX",
    ]);
  });

  test("what stands before input left over is checked, too", () => {
    expect(faults("n == 42or b").map(({ code }) => code)).toEqual(["E_INVALID_INT", "E_TRAILING_INPUT"]);
    expect(faults("b b").map(({ code }) => code)).toEqual(["E_TRAILING_INPUT"]);
  });

  test("a flood of faults is cut", () => {
    const text = Array.from({ length: 300 }, () => "nope").join(" or ");
    expect(faults(text).length).toBeLessThanOrEqual(100);
  });
});

describe("advice", () => {
  test.each<[string, string]>([
    ['word[*] == "a"', "words"],
    ["lenn(s) == 1", "len"],
    ["n in $some.int", "some.ints"],
    ["NOT b", "`not`"],
    ["b == 1", "`not`"],
    ['words == "a"', "any("],
    ["any(words)", "[*]"],
    ['upper(words) == "A"', "[*]"],
    ["n == 08", "8"],
    ["n == 1.5", "fractions"],
    ["ip == 10.0.0.0/8", "in {"],
    ["ip in {10.0.0.1/8}", "10.0.0.0/8"],
    ['ip == "10.0.0.1"', "quotes"],
  ])("%s → %s", (text, words) => {
    const result = check(text);
    expect(result.ok ? "" : result.errors[0]?.hint).toContain(words);
  });
});

describe("what is accepted", () => {
  test.each([
    "b",
    "true",
    "not b xor !c",
    "s == 61:62",
    "s == t",
    "n > len(s)",
    "s in {}",
    "n in {1 1 0..5 -3..0x10}",
    "ip in {10.0.0.0/8 ::1 10.0.0.1..10.0.0.3}",
    'headers["k"][0] == "a"',
    'tree["a"]["b"] == "x"',
    "any(flags)",
    "any(flags[*])",
    'any(switches["k"][*])',
    "any(switches[*][*])",
    'any(starts_with(words[*], "b")[*])',
    'any(words[*] == "a" and lower(words[*])[*] == "b" or len(words[*])[*] > 2)',
    'any(names[*] == "a" and values[*] == "b")',
    'any(lower(names[*])[*] == "a" and values[*] == "b")',
    "any(words[*] == s)",
    'all(not words[*] in {"a"})',
    "bool(b and n > 1)",
    'boolarr(words[*] == "a")[0]',
    "int(0x10) == 16",
    "byt(61:62) == s",
    'any(words[*] == "a") and any(numbers[*] == 1)',
  ])("%s", (text) => {
    expect(faults(text)).toEqual([]);
  });
});

describe("options", () => {
  test("phases", () => {
    const text = 'late == "x"';
    expect(faults(text)).toEqual([]);
    const result = check(text, {}, scheme.narrow("request"));
    expect(!result.ok && result.errors[0]).toMatchObject({
      code: "E_FIELD_PHASE",
      offset: 0,
      endOffset: 4,
      hint: expect.stringContaining("`response`"),
    });
    expect(faults(text, {}, scheme.narrow("response"))).toEqual([]);
  });

  test("late lists", () => {
    expect(faults("n in $later", { lists: "late" })).toEqual([]);
    expect(warnings("n in $later", { lists: "late" })).toEqual(["W_LIST_UNKNOWN"]);
    expect(warnings("n in $some.ints", { lists: "late" })).toEqual([]);
    const compiled = compileFilter("n in $later", scheme, { lists: "late" });
    expect(compiled.ok && compiled.value.lists).toEqual([{ name: "later", kind: "int" }]);
  });

  test("functions that stand once", () => {
    const text = "rewrite_a(s) == rewrite_a(t)";
    expect(warnings(text)).toEqual(["W_FUNC_REPEAT"]);
    expect(warnings("rewrite_a(s) == t")).toEqual([]);
    expect(warnings("rewrite_a(s) == rewrite_b(t)")).toEqual([]);
    expect(warnings("rewrite_b(lower(rewrite_a(s))) == t")).toEqual(["W_FUNC_REPEAT"]);
    expect(faults(text, { strict: true })).toEqual([{ code: "E_FUNC_REPEAT", place: "rewrite_a" }]);
  });

  test("functions in contexts that do not document them", () => {
    const text = "rewrite_a(s) == t";
    expect(faults(text, { strict: true, context: "filter" })).toEqual([
      { code: "E_FUNC_CONTEXT", place: "rewrite_a" },
    ]);
    expect(faults(text, { strict: true, context: "rewrite" })).toEqual([]);
    expect(faults(text, { context: "filter" })).toEqual([]);
  });

  test.each<[string, NonNullable<CompileOptions["limits"]>, string, string | undefined]>([
    ["patterns", { maxRegexPerExpression: 2 }, 's matches "a" or s matches "b"', undefined],
    ["patterns", { maxRegexPerExpression: 1 }, 's matches "a" or s matches "b"', "E_REGEX_LIMIT"],
    [
      "patterns of functions, too",
      { maxRegexPerExpression: 1 },
      's matches "a" and regex_replace(s, "a", "b") == ""',
      "E_REGEX_LIMIT",
    ],
    ["patterns of functions", { maxRegexPerExpression: 1 }, 'regex_replace(s, "a", "b") == ""', undefined],
    ["arguments", { maxVariadicArguments: 2 }, 'concat(s, "a") == coalesce(s, "a")', undefined],
    ["arguments of concat", { maxVariadicArguments: 2 }, 'concat(s, s, "a") == "a"', "E_ARG_COUNT"],
    ["arguments of coalesce", { maxVariadicArguments: 2 }, 'coalesce(s, s, "a") == "a"', "E_ARG_COUNT"],
    ["pieces", { maxSplitPieces: 2 }, 'split(s, ",", 2)[0] == "a"', undefined],
    ["pieces", { maxSplitPieces: 2 }, 'split(s, ",", 3)[0] == "a"', "E_ARG_VALUE"],
    ["references", { maxReplacementReferences: 1 }, `regex_replace(s, "a", "$\{0}") == ""`, undefined],
    [
      "references",
      { maxReplacementReferences: 1 },
      `regex_replace(s, "a", "$\{0}$\{0}") == ""`,
      "E_ARG_VALUE",
    ],
    ["length of a pattern", { maxRegexLength: 2 }, 's matches "é"', undefined],
    ["length of a pattern", { maxRegexLength: 2 }, 's matches "éa"', "E_REGEX_LIMIT"],
    ["stars", { maxWildcardStars: 2 }, 's wildcard "*a*"', undefined],
    ["stars", { maxWildcardStars: 2 }, 's wildcard "*a*b*"', "E_INVALID_WILDCARD"],
    ["index", { maxIndex: 3 }, 'words[3] == "a"', undefined],
    ["index", { maxIndex: 3 }, 'words[4] == "a"', "E_INDEX_LITERAL"],
    ["nodes", { maxNodes: 3 }, 's == "a"', undefined],
    ["nodes", { maxNodes: 3 }, 's == "a" and b', "E_EXPR_TOO_LONG"],
  ])("limit on %s", (_what, limits, text, code) => {
    expect(faults(text, { limits })[0]?.code).toBe(code);
  });
});

describe("warnings", () => {
  test.each<[string, readonly string[]]>([
    ['all(headers["k"][*] == "a")', ["W_ALL_ABSENT"]],
    ['any(headers["k"][*] == "a")', []],
    ['any(headers["k"][*] == "a") and all(headers["k"][*] == "a")', []],
    ['len(headers["k"][0]) > 0 and all(headers["x"][*] == "a")', ["W_ALL_ABSENT"]],
    ['all(words[*] == "a")', []],
    ['any(request.headers["Content-Type"][*] == "a")', ["W_KEY_CASE"]],
    ['host == "Shop.example"', ["W_HOST_FORM"]],
    ['host != "shop.example:443"', ["W_HOST_FORM"]],
    ['host in {"a.example" "b.example." "[2001:DB8::1]:80"}', ["W_HOST_FORM", "W_HOST_FORM"]],
    ['host contains "Shop"', ["W_HOST_FORM"]],
    ['host contains ":1"', []],
    ['host wildcard "*.Shop.example"', []],
    ['host strict wildcard "*.Shop.example"', ["W_HOST_FORM"]],
    ['host wildcard "*.shop.example:*"', ["W_HOST_FORM"]],
    ['host wildcard "shop.*"', []],
    ['starts_with(host, "WWW.")', ["W_HOST_FORM"]],
    ['ends_with(host, ".example:443")', ["W_HOST_FORM"]],
    ['ends_with(host, ".example")', []],
    ['host in {"shop.example" "[2001:db8::1]" ""}', []],
    ['any(grid[*][0] == "a" and grid[*][1] == "b")', ["W_MAP_EACH_SHIFT"]],
    ['any(grid[*][0] == "a" and grid[*][0] != "b")', []],
    ['any(request.headers["content-type"][*] == "a")', []],
  ])("%s", (text, codes) => {
    expect(faults(text)).toEqual([]);
    expect(warnings(text)).toEqual(codes);
  });

  test.each<[string, readonly string[]]>([
    ['host matches "^Shop"', ["W_HOST_FORM"]],
    ['host matches r"^shop\\.example:443$"', ["W_HOST_FORM"]],
    ['host matches r"\\.Example$"', ["W_HOST_FORM"]],
    ['host matches "(?i)^Shop"', []],
    ['host matches r"^shop\\.example$"', []],
    ['host matches ":1"', []],
  ])("%s", (text, codes) => {
    expect(warnings(text, { patterns: automatonEngine })).toEqual(codes);
  });
});

// No text reads so, but a program may make such a tree.
describe("right sides that an operator does not take", () => {
  test.each<[operator: string, right: string, message: string]>([
    ['s eq "a"', 's in {"a"}', "`eq` needs a literal, a field or a function on its right side"],
    ['s ne "a"', 's matches "a"', "`ne` needs a literal, a field or a function on its right side"],
    ["n lt 5", "n in $some_ints", "`lt` needs a literal, a field or a function on its right side"],
    ['s contains "a"', "s eq t", "`contains` needs a literal on its right side"],
  ])("%s with that of %s", (operator, other, message) => {
    const tree = parsed(operator);
    const { right } = comparisonOf(parsed(other));
    const result = checkFilter({ ...comparisonOf(tree), right }, new Source(other), scheme, {
      patterns: literalEngine,
    });
    expect(result.ok ? [] : result.errors).toMatchObject([{ code: "E_EXPECTED_TOKEN", message }]);
  });

  function comparisonOf(tree: Expression): Extract<Expression, { kind: "comparison" }> {
    if (tree.kind !== "comparison") throw new Error("not a comparison");
    return tree;
  }
});

describe("value expressions", () => {
  test.each<[string, string, string | undefined]>([
    ["s", "Bytes", undefined],
    ['"a"', "Bytes", undefined],
    ["42", "Int", undefined],
    ["10.0.0.1", "Ip", undefined],
    ["true", "Bool", undefined],
    ["48:65", "Bytes", undefined],
    ['s == "a" or b', "Bool", undefined],
    ["words", "Array<Bytes>", undefined],
    ["lower(words[*])", "Array<Bytes>", undefined],
    ["n", "Bytes", "E_TYPE_MISMATCH"],
    ["words", "Bytes", "E_TYPE_MISMATCH"],
    ["words[*]", "Bytes", "E_TYPE_MISMATCH"],
    ["lower(words[*])[*]", "Bytes", "E_TYPE_MISMATCH"],
    ['words[*] == "a"', "Array<Bool>", "E_TYPE_MISMATCH"],
    ["(s)", "Bytes", "E_EXPECTED_TOKEN"],
    ["(b)", "Bool", undefined],
    ["nope", "Bytes", "E_UNKNOWN_IDENTIFIER"],
  ])("%s as %s", (text, type, code) => {
    const result = compileValue(text, scheme, parseType(type), { patterns: literalEngine });
    expect(result.ok ? undefined : result.errors[0]?.code).toBe(code);
  });
});
