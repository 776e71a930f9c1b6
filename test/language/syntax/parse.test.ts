import { describe, expect, test } from "vitest";
import { parsed } from "../../support/parsed.ts";
import {
  type Expression,
  type ParseOptions,
  parseExpression,
  type SyntaxNode,
  walk,
} from "../../support/source/language/syntax.ts";

/** Grouping with every bracket written out. */
function shape(node: Expression): string {
  if (node.kind === "logical") return `(${node.items.map(shape).join(` ${node.operator} `)})`;
  if (node.kind === "not") return `not(${shape(node.argument)})`;
  if (node.kind === "quantifier") return `${node.operator}(${shape(node.argument)})`;
  if (node.kind === "comparison") return `[${node.operator}]`;
  return node.kind === "operand" && node.base.kind === "identifier" ? node.base.name : node.kind;
}

test.each([
  ["a or b xor c and d", "(a or (b xor (c and d)))"],
  ["a and b xor c or d", "(((a and b) xor c) or d)"],
  ["a && b and c", "(a and b and c)"],
  ["(a and b) and c", "((a and b) and c)"],
  ["not a and b", "(not(a) and b)"],
  ["!!a", "not(not(a))"],
  ["not n == 42 and b", "(not([eq]) and b)"],
  ["any(a or b)and all(c)", "(any((a or b)) and all(c))"],
  ["order and inner or notify", "((order and inner) or notify)"],
])("%s groups as %s", (text, expected) => {
  expect(shape(parsed(text))).toBe(expected);
});

/** The right side of the comparison. */
function right(text: string, options: ParseOptions = {}) {
  const root = parsed(text, options);
  if (root.kind !== "comparison") throw new Error(root.kind);
  return root.right;
}

describe("literals", () => {
  test.each([
    "42",
    "-5",
    "0x2A",
    "40..45",
    "fe80::1",
    "10.0.0.0/8",
    "61:62",
    "::",
    "1.2.3.4..1.2.3.9",
    "ab:cd",
    "42a",
    "1-5",
  ])("%s is one atom", (text) => {
    expect(right(`n==${text}`)).toMatchObject({ kind: "atom", text });
  });

  test.each([
    ['"a\\"b\\\\\\x41\\101"', 'a"b\\AA'],
    ['"é"', "\xc3\xa9"],
    ['"\\xc3\\xa9"', "\xc3\xa9"],
    ['"\\xff\\000"', "\xff\0"],
    ['"a\nb"', "a\nb"],
    ['r"a\\n"', "a\\n"],
    ['r#"a"b"#', 'a"b'],
    ['r##"a"#b"##', 'a"#b'],
    ['r"é"', "\xc3\xa9"],
  ])("%s", (text, value) => {
    expect(right(`s == ${text}`)).toMatchObject({ kind: "string", value });
  });

  test.each([
    ['"\\d{3}"', "\\d{3}"],
    ['"a\\"b"', 'a"b'],
    ['"[a"b]x"', '[a"b]x'],
    ['"[\\"]"', '[\\"]'],
    ['"\\["', "\\["],
    ['r"["', "["],
    ['r#"a"b"#', 'a"b'],
    ['"é"', "é"],
  ])("%s as a pattern", (text, pattern) => {
    expect(right(`s matches ${text}`)).toMatchObject({ kind: "regex", pattern });
    expect(right(`s~${text}`)).toMatchObject({ kind: "regex", pattern });
  });

  test("a string behind a pattern is a string again", () => {
    expect(right('s == "\\x41"')).toMatchObject({ value: "A" });
    expect(shape(parsed('s matches "\\d" and s == "\\x41"'))).toBe("([matches] and [eq])");
  });
});

test("white space stands anywhere between tokens, and of any kind at the ends", () => {
  expect(shape(parsed("\u0085\u00a0\u2003 n==42&&b\n and(f\tor b)\ufeff"))).toBe("([eq] and b and (f or b))");
  expect(parseExpression("a\u00a0and b").ok).toBe(false);
  expect(parseExpression("a and\fb").ok).toBe(false);
});

test("comments are taken only when they are allowed", () => {
  const text = 'a # why "\nand r#"#"# eq # one more';
  expect(parseExpression(text).ok).toBe(false);
  expect(shape(parsed("a # why (\nand b#end", { comments: true }))).toBe("(a and b)");
  expect(right('s eq r#"#"# # x', { comments: true })).toMatchObject({ value: "#" });
});

test("an empty text is told so, with what to write", () => {
  for (const text of ["", " \n "]) {
    const result = parseExpression(text);
    expect(!result.ok && result.errors).toMatchObject([
      { code: "E_EXPECTED_TOKEN", message: "the expression is empty" },
    ]);
  }
});

test("spans cut out what a node was written as", () => {
  const text =
    '  not (any(f(a[*], "x")[0] eq 1) or b["k"] in {1 2..3}) && s strict  wildcard r"*" && c ~ "é[a]" && d in $l';
  const cut: string[] = [];
  walk(parsed(text) as SyntaxNode, (node) => {
    cut.push(`${node.kind} ${text.slice(node.span.start, node.span.end)}`);
    return undefined;
  });
  expect(cut).toEqual(
    expect.arrayContaining([
      'not not (any(f(a[*], "x")[0] eq 1) or b["k"] in {1 2..3}',
      'quantifier any(f(a[*], "x")[0] eq 1)',
      'operand f(a[*], "x")[0]',
      'call f(a[*], "x")',
      "each [*]",
      "position [0]",
      'key ["k"]',
      "set {1 2..3}",
      "atom 2..3",
      'comparison s strict  wildcard r"*"',
      'regex "é[a]"',
      "list $l",
    ]),
  );
});
