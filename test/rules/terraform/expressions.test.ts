// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform, not of JavaScript
// Terraform itself is not at hand: the table holds examples of its documentation, with the results that it states, and
// parts of the HCL specification. https://developer.hashicorp.com/terraform/language
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Evaluator,
  Open,
  parseExpression,
  TerraformSet,
  type TerraformValue,
} from "../../support/source/rules/terraform.ts";

/** Names that the expressions may use. */
const NAMES: Readonly<Record<string, TerraformValue>> = {
  var: {
    text: "web",
    empty: "",
    list: ["a", "b", "c"],
    users: [
      { name: "gina", admin: true },
      { name: "hal", admin: false },
    ],
    map: { b: "2", a: "1" },
    nothing: null,
    unknown: new Open("not known"),
  },
};

function plain(value: TerraformValue): unknown {
  if (value instanceof TerraformSet) return { set: value.items.map(plain) };
  if (value instanceof Open) return { open: value.message };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
  return value;
}

const template = (text: string) => plain(new Evaluator().template(text, (name) => NAMES[name]));

function evaluate(text: string): unknown {
  const node = parseExpression(text);
  return plain(node instanceof Open ? node : new Evaluator().evaluate(node, (name) => NAMES[name]));
}

describe("expressions have the values that the documentation states", () => {
  const cases: readonly (readonly [expression: string, value: unknown])[] = [
    // Operators and their precedence.
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["7 % 4 - -1", 4],
    ["1 < 2 && 2 <= 2 || false", true],
    ["!true || 1 != 2", true],
    ['"1" == 1', false],
    ["[1, 2] == [1, 2]", true],
    ["var.nothing == null", true],
    ["5 / 2", 2.5],
    ['"5" + 5', 10],
    // Conditionals: the branch that is not taken does not count.
    ['true ? "a" : "b"', "a"],
    ["false ? 1 : true ? 2 : 3", 2],
    ['var.empty == "" ? "none" : var.empty', "none"],
    ['true ? "a" : var.missing', "a"],
    // Indexes, attributes, splats.
    ["var.list[1]", "b"],
    ['var.map["a"]', "1"],
    ["var.map.a", "1"],
    ["var.list.0", "a"],
    ["var.users[*].name", ["gina", "hal"]],
    ["var.users.*.name", ["gina", "hal"]],
    ["var.nothing[*]", []],
    ["var.text[*]", ["web"]],
    ['{ a = 1, "b" : 2, (var.text) = 3, c = { d = [4] } }.c.d[0]', 4],
    ['{ "x y" = 1 }', { "x y": 1 }],
    ["{\n  a = 1\n  b = var.text # why\n  // and\n}", { a: 1, b: "web" }],
    // `for`.
    ["[for s in var.list : upper(s)]", ["A", "B", "C"]],
    ['[for i, v in var.list : "${i} is ${v}"]', ["0 is a", "1 is b", "2 is c"]],
    ['[for k, v in var.map : "${k}${v}"]', ["a1", "b2"]],
    ['{for s in var.list : s => upper(s) if s != "b"}', { a: "A", c: "C" }],
    ['{for u in var.users : u.admin ? "yes" : "no" => u.name...}', { yes: ["gina"], no: ["hal"] }],
    ["[for u in var.users : u.name if u.admin]", ["gina"]],
    [
      "[for a in [1, 2] : [for b in [3, 4] : a * b]]",
      [
        [3, 4],
        [6, 8],
      ],
    ],
    // Texts.
    ['"Hello, ${var.text}!"', "Hello, web!"],
    ['"a\\tb\\"c\\\\d\\u00e9"', 'a\tb"c\\dé'],
    ['"$${var.text} %%{ if }"', "${var.text} %{ if }"],
    ['"Hello, %{ if var.text != "" }${var.text}%{ else }unnamed%{ endif }!"', "Hello, web!"],
    ['"%{ for x in var.list ~}  ${x},%{ endfor }"', "a,b,c,"],
    ['"  ${~ var.text ~}  x"', "webx"],
    ["<<EOT\nline ${var.text}\n  more\nEOT\n", "line web\n  more\n"],
    ["<<-EOT\n    a\n      b\n    EOT\n", "a\n  b\n"],
    // Strings.
    ['chomp("hello\\n")', "hello"],
    ['endswith("hello world", "world")', true],
    ['format("Hello, %s!", "Ander")', "Hello, Ander!"],
    ['format("There are %d lights", 4)', "There are 4 lights"],
    ['format("%03d %q %v %t %.2f %%", 5, "a", [1], true, 1.5)', '005 "a" [1] true 1.50 %'],
    ['formatlist("Hello, %s!", ["Valentina", "Ander"])', ["Hello, Valentina!", "Hello, Ander!"]],
    ['formatlist("%s/%s", "a", ["b", "c"])', ["a/b", "a/c"]],
    ['indent(2, "a\\nb")', "a\n  b"],
    ['join("-", ["foo", "bar", "baz"])', "foo-bar-baz"],
    ['join(", ", ["foo"])', "foo"],
    ['lower("HELLO")', "hello"],
    ['lower("АЛЛО!")', "алло!"],
    ['replace("1 + 2 + 3", "+", "-")', "1 - 2 - 3"],
    ['split(",", "foo,bar,baz")', ["foo", "bar", "baz"]],
    ['split(",", "")', [""]],
    ['startswith("hello world", "hello")', true],
    ['strcontains("hello world", "wor")', true],
    ['substr("hello world", 1, 4)', "ello"],
    ['substr("hello world", -5, -1)', "world"],
    ['title("hello world")', "Hello World"],
    ['trim("?!hello?!", "!?")', "hello"],
    ['trimprefix("helloworld", "hello")', "world"],
    ['trimspace("  hello\\n\\n")', "hello"],
    ['trimsuffix("helloworld", "world")', "hello"],
    ['upper("hello")', "HELLO"],
    // Collections.
    ['alltrue(["true", true])', true],
    ["alltrue([])", true],
    ["anytrue([])", false],
    ['chunklist(["a", "b", "c", "d", "e"], 2)', [["a", "b"], ["c", "d"], ["e"]]],
    ['coalesce("", "b")', "b"],
    ['coalesce(null, "a", "b")', "a"],
    ['coalescelist([], ["c", "d"])', ["c", "d"]],
    ['compact(["a", "", "b", null, "c"])', ["a", "b", "c"]],
    ['concat(["a", ""], ["b", "c"])', ["a", "", "b", "c"]],
    ['contains(["a", "b", "c"], "a")', true],
    ['distinct(["a", "b", "a", "c", "d", "b"])', ["a", "b", "c", "d"]],
    ['element(["a", "b", "c"], 3)', "a"],
    ['flatten([["a", "b"], [], ["c"]])', ["a", "b", "c"]],
    ['flatten([[["a", "b"], []], ["c"]])', ["a", "b", "c"]],
    ['index(["a", "b", "c"], "b")', 1],
    ["keys({ a = 1, c = 2, d = 3 })", ["a", "c", "d"]],
    ["length([])", 0],
    ['length({ "a" = "b" })', 1],
    ['length("hello")', 5],
    ['length("👾🕵🏻‍♂️") > 0', true],
    ['lookup({ a = "ay", b = "bee" }, "a", "what?")', "ay"],
    ['lookup({ a = "ay", b = "bee" }, "c", "what?")', "what?"],
    ['merge({ a = "b", c = "d" }, { e = "f", c = "z" })', { a: "b", c: "z", e: "f" }],
    ["one([])", null],
    ['one(["hello"])', "hello"],
    ["range(3)", [0, 1, 2]],
    ["range(1, 8, 2)", [1, 3, 5, 7]],
    ["range(4, 1)", [4, 3, 2]],
    ["reverse([1, 2, 3])", [3, 2, 1]],
    ['setintersection(["a", "b"], ["b", "c"], ["b", "d"])', { set: ["b"] }],
    [
      'setproduct(["a", "b"], ["1", "2"])',
      [
        ["a", "1"],
        ["a", "2"],
        ["b", "1"],
        ["b", "2"],
      ],
    ],
    ['setsubtract(["a", "b", "c"], ["a", "c"])', { set: ["b"] }],
    ['setunion(["a", "b"], ["b", "c"], ["d"])', { set: ["a", "b", "c", "d"] }],
    ['slice(["a", "b", "c", "d"], 1, 3)', ["b", "c"]],
    ['sort(["e", "d", "a", "x"])', ["a", "d", "e", "x"]],
    ["sum([10, 13, 6, 4.5])", 33.5],
    ['toset(["c", "b", "b"])', { set: ["b", "c"] }],
    ["values({ a = 3, c = 2, d = 1 })", [3, 2, 1]],
    ['zipmap(["a", "b"], [1, 2])', { a: 1, b: 2 }],
    // Conversions.
    ['tobool("true")', true],
    ["tobool(null)", null],
    ['tonumber("1")', 1],
    ["tostring(1.5)", "1.5"],
    ["tostring(100000000000000000000)", "100000000000000000000"],
    ['tolist(toset(["b", "a"]))', ["a", "b"]],
    ['jsonencode({ "hello" = "world" })', '{"hello":"world"}'],
    ['jsonencode({ b = [1, null], a = "<&>" })', '{"a":"\\u003c\\u0026\\u003e","b":[1,null]}'],
    ['jsondecode("{\\"hello\\": \\"world\\"}")', { hello: "world" }],
    // Numbers.
    ["abs(-12.4)", 12.4],
    ["ceil(5.1)", 6],
    ["floor(4.9)", 4],
    ["max([12, 54, 3]...)", 54],
    ["min(12, 54, 3)", 3],
    // Mistakes are gone past, what is not known is not.
    ['try(var.missing, "fallback")', "fallback"],
    ["can(var.text)", true],
    ["can(var.missing)", false],
    ["try(var.unknown, 1)", { open: "not known" }],
    ['sensitive("a")', "a"],
  ];
  test.each(cases)("%s", (expression, value) => {
    expect(evaluate(expression)).toEqual(value);
  });
});

describe("what has no value says why", () => {
  const cases: readonly (readonly [expression: string, message: string])[] = [
    ["var.missing", "there is no attribute `missing`"],
    ["var.list[9]", "there is no index 9: the list has 3 values"],
    ["nothing.here", "there is no `nothing` here"],
    ['file("rules.txt")', "the function `file` is not evaluated"],
    ['provider::x::y("a")', "the function `provider::x::y` is not evaluated"],
    ['regex("a", "b")', "the function `regex` is not evaluated"],
    ['replace("aab", "/a+/", "b")', "`replace` with a regular expression is not evaluated"],
    ['"x" + 1', "expected a number, found `x`"],
    ["upper([])", "expected text, found a list"],
    ["upper()", "the function `upper` does not take 0 arguments"],
    ['"a${null}"', "`null` cannot be part of a string"],
    ['"a${[1]}"', "expected text, found a list"],
    ["1 / 0", "division by 0"],
    ["[for x in 5 : x]", "`for` needs a list or an object, found a number"],
    ['{for x in ["a", "a"] : x => 1}', "two values of a `for` have the key `a`"],
    ["tolist(toset([1]))[0] + toset([1])[0]", "the values of a set have no index"],
    ["range(1, 100000)", "a function returns at most 10000 values"],
    ["1 +", "expected a value, found the end of the text"],
    ["(1", "expected `)` at the end"],
    ["[1, 2", "expected `]` at the end"],
    ["@", "expected a value, found `@`"],
    ['"%{ if true }x"', "`%{ if }` has no `%{ endif }`"],
    ['"%{ endif }"', "this directive has no matching start"],
    ['"%{ while x }"', "there is no directive `while`"],
    ['"\\q"', "`\\q` is not an escape sequence"],
    ["<<EOT\nabc", "the heredoc has no line `EOT` that ends it"],
    ["1 2", "an operator or the end of the expression must follow here"],
    [`${"(".repeat(200)}1${")".repeat(200)}`, "expressions nest more than 100 levels deep"],
    [`${"!".repeat(5000)}true`, "expressions nest more than 100 levels deep"],
    // Whatever is made of what is not known is not known.
    ["var.unknown", "not known"],
    ['"a${var.unknown}b"', "not known"],
    ["var.unknown ? 1 : 2", "not known"],
    ["[for x in var.unknown : x]", "not known"],
    ["upper(var.unknown)", "not known"],
    ['join(",", ["a", var.unknown])', "not known"],
    ["jsonencode({ a = var.unknown })", "not known"],
    ["toset([var.unknown])", "not known"],
    ["var.unknown == 1", "not known"],
    ["var.unknown[0].a", "not known"],
  ];
  test.each(cases)("%s", (expression, message) => {
    expect(evaluate(expression)).toEqual({ open: message });
  });

  test("of a list with an open part, what does not depend on it is known", () => {
    expect(evaluate("length([var.unknown, 1])")).toBe(2);
    expect(evaluate("concat([var.unknown], [1])[1]")).toBe(1);
    expect(evaluate("merge({ a = var.unknown }, { b = 1 }).b")).toBe(1);
  });
});

describe("texts of attributes are templates", () => {
  const cases: readonly (readonly [text: string, value: unknown])[] = [
    ["plain $ and % and {", "plain $ and % and {"],
    ['a\\nb "quoted"', 'a\\nb "quoted"'],
    ["${var.list}", ["a", "b", "c"]],
    ["x${var.text}", "xweb"],
    ["$${var.text}", "${var.text}"],
    ["$$${var.text}", "$${var.text}"],
    ["${1}$${2}", "1${2}"],
    ["$x$$y$", "$x$$y$"],
    ["cost: 100%%{", "cost: 100%{"],
    [
      'regex_replace(http.request.uri.path, "^/a/(.*)$", "/b/$${1}")',
      'regex_replace(http.request.uri.path, "^/a/(.*)$", "/b/${1}")',
    ],
  ];
  test.each(cases)("%s", (text, value) => {
    expect(template(text)).toEqual(value);
  });

  test("whatever stands there, it is a value or says why not, in little time", () => {
    const word = fc.constantFrom(
      "${",
      "}",
      '"',
      "var.list",
      "[",
      "]",
      "{",
      "for x in",
      ":",
      "%{ if true }",
      "(",
      ")",
      "<<EOT\n",
      "\n",
      "1",
      "?",
      "/*",
      "#",
      "...",
      "=>",
      "\\",
      "~",
      "upper(",
      "$",
      "*",
      ".",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        template(words.join(""));
      }),
      { numRuns: 500 },
    );
  });

  test("texts without templates stand as they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = text.replaceAll("${", "$${").replaceAll("%{", "%%{");
        // A sign before the escape would be taken with it.
        fc.pre(!/\$\$\{|%%\{/.test(text));
        expect(template(escaped)).toBe(text);
      }),
    );
  });
});

test("work is bounded, whatever an expression makes of a few lists", () => {
  const digits = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
  const nested = ["a", "b", "c", "d", "e", "f", "g"].reduce(
    (inner, name) => `[for ${name} in ${digits} : ${inner}]`,
    "1",
  );
  expect(evaluate(nested)).toEqual({ open: "evaluating this configuration takes too much work" });
});

describe("what a few lines make is bounded", () => {
  /** Locals that refer to one another, in a budget of their own. */
  function last(lines: readonly string[]): unknown {
    const evaluator = new Evaluator();
    const values: Record<string, TerraformValue> = {};
    lines.forEach((line, at) => {
      const node = parseExpression(line);
      values[`v${at}`] = node instanceof Open ? node : evaluator.evaluate(node, (name) => values[name]);
    });
    return plain(values[`v${lines.length - 1}`] ?? null);
  }
  const doubled = (first: string, times: number) => [
    first,
    ...Array.from({ length: times }, (_, at) => `[v${at}, v${at}]`),
  ];
  const LETTERS = 'join("", [for i in range(10000) : "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])';

  test.each<[string, readonly string[]]>([
    ["lists of lists", doubled("[1]", 45)],
    ["empty lists", doubled("[]", 45)],
    ["their JSON", [...doubled("[1]", 45), "jsonencode(v45)"]],
    ["a comparison of them", [...doubled("[1]", 45), "v45 == v44"]],
    ["their length", [...doubled("[]", 45), "length(flatten(v45))"]],
    ["objects", ["{ a = 1 }", ...Array.from({ length: 45 }, (_, at) => `{ a = v${at}, b = v${at} }`)]],
    ["nesting", ["[1]", ...Array.from({ length: 5_000 }, (_, at) => `[v${at}]`)]],
    ["a text in a text", [LETTERS, 'replace(v0, "a", v0)']],
    ["a text between texts", [LETTERS, "join(v0, range(10000))"]],
    ["arguments of a format", [LETTERS, `format("${"%[1]s".repeat(1_000)}", v0)`]],
    ["a list of formats", [LETTERS, 'formatlist("%s%s", v0, range(10000))']],
    ["indents", ['join("\\n", range(10000))', "indent(1000, indent(1000, v0))", "indent(1000, [v1, v1])"]],
    ["arguments", ["[for i in range(200) : range(1000)]", "[for i in range(200000) : i]", "max(v1...)"]],
    ["a long text, often", [LETTERS, "[for i in range(10000) : length(v0)]"]],
    ["a long list, often", ["range(10000)", "[for i in range(10000) : length(sort(v0))]"]],
    ["products", [`setproduct(range(10000)${", [1]".repeat(1_000)})`]],
  ])("%s", (_what, lines) => {
    expect(JSON.stringify(last(lines)).slice(0, 10_000)).toContain('"open":');
  });

  test("sets of lists are told apart as by `==`", () => {
    expect(last(['toset([[1], [1], ["1"], [1, null], {}, []])'])).toEqual({
      set: [[1], ["1"], [1, null], {}, []],
    });
    expect(last(["distinct([for i in range(10000) : [i % 3]])"])).toEqual([[0], [1], [2]]);
    expect(last(['setintersection([[1], "a", 2], [2, [1]])'])).toEqual({ set: [[1], 2] });
  });
});
