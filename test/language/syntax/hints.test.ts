import { describe, expect, test } from "vitest";
import { defineScheme } from "../../support/source/language/compile.ts";
import {
  type Diagnostic,
  type DiagnosticCode,
  formatDiagnostic,
} from "../../support/source/language/diagnostics.ts";
import { parseExpression } from "../../support/source/language/syntax.ts";

const language = defineScheme({
  s: "Bytes",
  n: "Int",
  ip: "Ip",
  b: "Bool",
  f: "Bool",
  "http.host": "Bytes",
  arr: "Array<Bytes>",
});

function faults(text: string): readonly Diagnostic[] {
  const result = language.compile(text);
  return result.ok ? [] : result.errors;
}

/** Faulty text; code and column of its only fault; its advice. */
const ADVICE: [text: string, code: DiagnosticCode, column: number, hint: string | undefined][] = [
  // Operators of other languages.
  ['s = "x"', "E_EXPECTED_TOKEN", 3, "write `==` or `eq` to compare"],
  ['s === "x"', "E_EXPECTED_TOKEN", 3, "write `==` or `eq` to compare"],
  ['s !== "x"', "E_EXPECTED_TOKEN", 3, "write `!=` or `ne`"],
  ['s <> "x"', "E_EXPECTED_TOKEN", 3, "write `!=` or `ne`"],
  ["n => 1", "E_EXPECTED_TOKEN", 3, "write `>=` or `ge`"],
  ["n =< 1", "E_EXPECTED_TOKEN", 3, "write `<=` or `le`"],
  ["n < = 1", "E_EXPECTED_TOKEN", 5, "write `<=` without a space"],
  ["b & & f", "E_EXPECTED_TOKEN", 5, "write `&&` without a space"],
  ['s =~ "x"', "E_EXPECTED_TOKEN", 3, "write `matches` or `~` for a pattern"],
  ['s !~ "x"', "E_EXPECTED_TOKEN", 3, "negate the whole comparison: `not field matches …`"],
  ['s !=~ "x"', "E_EXPECTED_TOKEN", 3, "negate the whole comparison: `not field matches …`"],
  ["b | f", "E_TRAILING_INPUT", 3, "write `or` or `||`"],
  ["b ^ f", "E_TRAILING_INPUT", 3, "write `xor` or `^^`"],
  [
    "n + 1 == 2",
    "E_EXPECTED_TOKEN",
    3,
    "there is no arithmetic; `concat(…)` joins strings, and numbers have no plus sign",
  ],
  [
    "n == - 1",
    "E_EXPECTED_TOKEN",
    6,
    "there is no arithmetic, and a minus sign must directly precede its digit",
  ],
  ["n % 2 == 0", "E_EXPECTED_TOKEN", 3, "there is no arithmetic"],
  ["b ? f : f", "E_TRAILING_INPUT", 3, "there is no conditional operator: write two rules"],
  ["b; f", "E_TRAILING_INPUT", 2, "a rule is one expression: join conditions with `and` or `or`"],
  ["s == /x/", "E_EXPECTED_TOKEN", 6, 'there is no `/`; write a pattern as `matches r"…"`, a path as `"/…"`'],
  ["b # why", "E_TRAILING_INPUT", 3, "an expression has no comments"],
  ["b // why", "E_TRAILING_INPUT", 3, "an expression has no comments"],
  ["b /* why */", "E_TRAILING_INPUT", 3, "an expression has no comments"],
  ["s == 'x'", "E_EXPECTED_TOKEN", 6, 'write strings in double quotes: `"…"`'],
  ["s == `x`", "E_EXPECTED_TOKEN", 6, 'write strings in double quotes: `"…"`'],
  ["s == “x”", "E_EXPECTED_TOKEN", 6, 'write straight quotes: `"…"`'],
  ["s == é", "E_EXPECTED_TOKEN", 6, 'names are ASCII; write other text in strings: `"…"`'],
  ["b\u00a0and f", "E_TRAILING_INPUT", 2, "this is not a plain space: delete it and type one"],
  // Words in the wrong case, and words of other languages.
  ["b AND f", "E_TRAILING_INPUT", 3, "operators are lower case: write `and`"],
  ["b Or f", "E_TRAILING_INPUT", 3, "operators are lower case: write `or`"],
  ["b XOR f", "E_TRAILING_INPUT", 3, "operators are lower case: write `xor`"],
  ["NOT b", "E_UNKNOWN_IDENTIFIER", 1, "operators are lower case: write `not`"],
  ['s EQ "x"', "E_EXPECTED_TOKEN", 3, "operators are lower case: write `eq`"],
  ['s Contains "x"', "E_EXPECTED_TOKEN", 3, "operators are lower case: write `contains`"],
  ['s like "x"', "E_EXPECTED_TOKEN", 3, "the operator is `wildcard`"],
  ['s equals "x"', "E_EXPECTED_TOKEN", 3, "the operator is `eq`"],
  ['s includes "x"', "E_EXPECTED_TOKEN", 3, "the operator is `contains`"],
  ['s regex "x"', "E_EXPECTED_TOKEN", 3, "the operator is `matches`"],
  ["n eq42", "E_EXPECTED_TOKEN", 3, "a word ends at a space: write `eq 42`"],
  ['s ends_with "x"', "E_EXPECTED_TOKEN", 3, '`ends_with` is a function: write `ends_with(s, "…")`'],
  [
    'http.host starts_with "x"',
    "E_EXPECTED_TOKEN",
    11,
    '`starts_with` is a function: write `starts_with(http.host, "…")`',
  ],
  // Negation inside a comparison.
  ['s not contains "x"', "E_EXPECTED_TOKEN", 3, "negate the whole comparison: `not s …`"],
  ["n not in {1}", "E_EXPECTED_TOKEN", 3, "negate the whole comparison: `not n …`"],
  ['s !contains "x"', "E_EXPECTED_TOKEN", 3, "negate the whole comparison: `not s …`"],
  ["not in {1}", "E_EXPECTED_TOKEN", 5, "write `not field in {…}`"],
  // Sets and lists.
  ["n in {1, 2}", "E_EXPECTED_TOKEN", 8, "items are separated by spaces, not commas"],
  ["n in 1", "E_EXPECTED_TOKEN", 6, "write the values in braces: `in {…}`"],
  ["n in (1 2)", "E_EXPECTED_TOKEN", 6, "write the values in braces: `in {…}`"],
  ["n in [1]", "E_EXPECTED_TOKEN", 6, "write the values in braces: `in {…}`"],
  ["n in", "E_EXPECTED_TOKEN", 5, "write the values in braces: `in {…}`"],
  ["ip in office", "E_EXPECTED_TOKEN", 7, "named lists begin with `$`; write values in braces: `in {…}`"],
  ["ip in {$office}", "E_EXPECTED_TOKEN", 8, "write a named list without braces: `in $name`"],
  ["$office", "E_EXPECTED_TOKEN", 1, "write a named list after `in`: `field in $office`"],
  [
    "n in {1 .. 5}",
    "E_EXPECTED_TOKEN",
    9,
    "a name has no empty part and no space at its dots; `..` joins the ends of a range without spaces",
  ],
  ["n in {1-5}", "E_INVALID_INT", 7, "write a range as `1..5`, inside braces"],
  ["n in {5..1}", "E_RANGE_BOUNDS", 7, "write the smaller bound first"],
  ["n == 1..5", "E_INVALID_INT", 6, "write ranges in braces: `in {1..5}`"],
  ["ip == 10.0.0.0/8", "E_INVALID_IP", 7, "write networks and ranges in braces: `in {10.0.0.0/8}`"],
  ["n == 1_000", "E_INVALID_INT", 6, "write `1000`, without underscores"],
  ["ip == 192.0.2.7/24", "E_INVALID_IP", 7, "write networks in braces: `in {192.0.2.0/24}`"],
  ["ip == 192.0.2.007", "E_INVALID_IP", 7, "write the parts without leading zeros"],
  [
    "b in {true}",
    "E_UNSUPPORTED_OP",
    3,
    "a Bool needs no comparison: write the field itself, or `not` before it",
  ],
  ["ip in {192.0.2.7/24}", "E_INVALID_IP", 8, "the network is `192.0.2.0/24`"],
  // What should follow an operator.
  ["s matches b", "E_EXPECTED_TOKEN", 11, 'a pattern is a string: `matches r"…"`'],
  ["s matches", "E_EXPECTED_TOKEN", 10, 'a pattern is a string: `matches r"…"`'],
  [
    's contains {"a" "b"}',
    "E_EXPECTED_TOKEN",
    12,
    'one literal follows: `contains "…"`; for several, join comparisons with `or`, or write `matches r"a|b"`',
  ],
  ["b is true", "E_EXPECTED_TOKEN", 3, "a Bool needs no comparison: write `b` alone"],
  ["b is false", "E_EXPECTED_TOKEN", 3, "a Bool needs no comparison: write `not b`"],
  ["b is not true", "E_EXPECTED_TOKEN", 3, "write `ne` for values; of a Bool, `not b`"],
  ['s is "x"', "E_EXPECTED_TOKEN", 3, "the operator is `eq`"],
  [
    '"x" in s',
    "E_EXPECTED_TOKEN",
    1,
    'write the field or function on the left and the value on the right: `s contains "x"`',
  ],
  [
    '"x" in arr[0]',
    "E_EXPECTED_TOKEN",
    1,
    "write the field or function on the left and the value on the right",
  ],
  ["n gt 2024-01-31", "E_INVALID_INT", 6, "times are numbers: in seconds since 1970 this is `1706659200`"],
  ["n gt 2024-13-31", "E_INVALID_INT", 6, "times are numbers, such as seconds since 1970"],
  ["s wildcard", "E_EXPECTED_TOKEN", 11, 'a string follows: `wildcard r"…*"`'],
  [
    "b & f",
    "E_EXPECTED_TOKEN",
    5,
    "`&` tests bits of an integer and takes a number; `and` or `&&` joins conditions",
  ],
  ["any arr[*]", "E_EXPECTED_TOKEN", 5, "write `any(…)`"],
  ["n & 2 == 2", "E_TRAILING_INPUT", 7, "comparisons do not chain: write two of them, joined by `and`"],
  ["n == == 1", "E_EXPECTED_TOKEN", 6, "there is no operator `== ==`"],
  ['"x" == s', "E_EXPECTED_TOKEN", 1, "write the field or function on the left and the value on the right"],
  ['(s) == "x"', "E_EXPECTED_TOKEN", 5, "parentheses group conditions; write an operand without them"],
  // Two conditions and nothing between them.
  ["b f", "E_TRAILING_INPUT", 3, "join conditions with `and` or `or`"],
  ["b, f", "E_TRAILING_INPUT", 2, "join conditions with `and` or `or`"],
  ['s == "x" n == 1', "E_TRAILING_INPUT", 10, "join conditions with `and` or `or`"],
  // Brackets, commas, dots, indexes.
  ["(b", "E_EXPECTED_TOKEN", 3, "`(` at 1:1 is not closed"],
  ["b and\n((f)", "E_EXPECTED_TOKEN", 5, "`(` at 2:1 is not closed"],
  ["((b", "E_EXPECTED_TOKEN", 4, "2 brackets are not closed, the last one `(` at 1:2"],
  ["b)", "E_TRAILING_INPUT", 2, "no `(` is open here"],
  ["(ip in {1.2.3.4)", "E_EXPECTED_TOKEN", 16, "`{` at 1:8 is not closed"],
  ["lower(s,) == s", "E_EXPECTED_TOKEN", 9, "leave out the comma before `)`"],
  ["lower(,s) == s", "E_EXPECTED_TOKEN", 7, "an argument is missing here"],
  ['arr[x] == "a"', "E_EXPECTED_TOKEN", 5, "an index is `*`, a position such as `0`, or a key in quotes"],
  [
    's..x == "a"',
    "E_EXPECTED_TOKEN",
    3,
    "a name has no empty part and no space at its dots; `..` joins the ends of a range without spaces",
  ],
  [
    's. x == "a"',
    "E_EXPECTED_TOKEN",
    3,
    "a name has no empty part and no space at its dots; `..` joins the ends of a range without spaces",
  ],
  // Literals.
  ['s == "a\\n"', "E_INVALID_ESCAPE", 9, "write `\\x0a` for this control character"],
  ['s == "a\\u0041"', "E_INVALID_ESCAPE", 9, "write the character itself, or its UTF-8 bytes as `\\xHH`"],
  [
    's wildcard "\\*"',
    "E_INVALID_ESCAPE",
    14,
    'write `\\\\*` for a literal star, or use a raw string: r"\\*"',
  ],
  ['s == "a\\q"', "E_INVALID_ESCAPE", 9, 'write `\\\\` for a backslash, or use a raw string: r"…"'],
  ['s == "abc', "E_UNTERMINATED_STRING", 7, 'end the string with `"`'],
  ['s == r#"abc"', "E_UNTERMINATED_STRING", 7, 'end the raw string with `"#`'],
  ['s matches "[abc"', "E_UNTERMINATED_STRING", 12, "the character class `[` is not closed"],
  ["s == r##x", "E_EXPECTED_TOKEN", 9, undefined],
  ["n == 08", "E_INVALID_INT", 6, "a leading zero means octal; write `8` for the decimal number"],
  ["n == 1.5", "E_INVALID_INT", 6, "there are no fractions in the language"],
  ["n == 0X10", "E_INVALID_INT", 6, "write `0x` in lower case"],
  // Types.
  ['ip == "192.0.2.1"', "E_EXPECTED_TOKEN", 7, "write the address without quotes"],
  ['ip in {"192.0.2.1"}', "E_EXPECTED_TOKEN", 8, "write the address without quotes"],
  ['n == "42"', "E_EXPECTED_TOKEN", 6, "write the number without quotes"],
  ["n == true", "E_EXPECTED_TOKEN", 6, "write a number, such as `42`"],
  ['n == "ok"', "E_EXPECTED_TOKEN", 6, "write a number, such as `42`"],
  ["ip == true", "E_EXPECTED_TOKEN", 7, "write an address, such as `192.0.2.1`"],
  ["s == 42", "E_TOO_SHORT", 6, 'write text in quotes: `"42"`'],
  [
    "b == true",
    "E_UNSUPPORTED_OP",
    3,
    "a Bool needs no comparison: write the field itself, or `not` before it",
  ],
  [
    'arr == "x"',
    "E_UNSUPPORTED_OP",
    5,
    "test each element: `any(arr[*] eq …)`; or take one element with `[0]`",
  ],
  ['http.hots == "x"', "E_UNKNOWN_IDENTIFIER", 1, "did you mean `http.host`?"],
];

describe("advice", () => {
  test.each(ADVICE)("%s", (text, code, column, hint) => {
    const found = faults(text);
    expect(found.map((fault) => [fault.code, fault.column, fault.hint])).toEqual([[code, column, hint]]);
  });
});

describe("several faults of one text", () => {
  test.each<[string, [DiagnosticCode, number][]]>([
    [
      "n = 1 and s = 2 or ip in 3",
      [
        ["E_EXPECTED_TOKEN", 2],
        ["E_EXPECTED_TOKEN", 12],
        ["E_EXPECTED_TOKEN", 25],
      ],
    ],
    [
      's == "\\q" and n in {1, 2} and s == "\\z"',
      [
        ["E_INVALID_ESCAPE", 7],
        ["E_EXPECTED_TOKEN", 21],
        ["E_INVALID_ESCAPE", 37],
      ],
    ],
    [
      "and b or or f",
      [
        ["E_EXPECTED_TOKEN", 0],
        ["E_EXPECTED_TOKEN", 9],
      ],
    ],
    [
      "b AND f f OR n = 3",
      [
        ["E_TRAILING_INPUT", 2],
        ["E_TRAILING_INPUT", 8],
        ["E_EXPECTED_TOKEN", 15],
      ],
    ],
    [
      "b ) and (n = 1)",
      [
        ["E_TRAILING_INPUT", 2],
        ["E_EXPECTED_TOKEN", 11],
      ],
    ],
  ])("%s", (text, expected) => {
    const result = parseExpression(text);
    expect(!result.ok && result.errors.map(({ code, offset }) => [code, offset])).toEqual(expected);
  });

  test("are told in the order of the text, and up to the limit", () => {
    const text = Array.from({ length: 60 }, (_, at) => `n = ${at}`).join(" and ");
    const offsets = (limits?: { readonly maxDiagnostics: number }) => {
      const result = parseExpression(text, limits === undefined ? {} : { limits });
      return result.ok ? [] : result.errors.map(({ offset }) => offset);
    };
    expect(offsets()).toHaveLength(50);
    expect(offsets()).toEqual([...offsets()].sort((left, right) => left - right));
    expect(offsets({ maxDiagnostics: 60 })).toHaveLength(60);
    expect(offsets({ maxDiagnostics: 1 })).toEqual([2]);
  });
});

describe("whole faults", () => {
  test.each([
    [
      's eq "é😀" and\n  n = 1',
      [
        "error[E_EXPECTED_TOKEN]: expected an operator, found `=`",
        "  <expression> (2:5)",
        "  2 |   n = 1",
        "    |     ^",
        "  expected: `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `contains`, `matches`, `wildcard`, `strict wildcard`, `in`, `bitwise_and`",
        "  help: write `==` or `eq` to compare",
      ],
    ],
    [
      's eq "é😀" and n AND b',
      [
        "error[E_TRAILING_INPUT]: `AND` follows a complete expression",
        "  <expression> (1:17)",
        '  1 | s eq "é😀" and n AND b',
        "    |                  ^^^",
        "  help: operators are lower case: write `and`",
      ],
    ],
    [
      "b and",
      [
        "error[E_EXPECTED_TOKEN]: expected a condition or a value, found the end of the expression",
        "  <expression> (1:6)",
        "  1 | b and",
        "    |      ^",
        "  expected: `not`, `!`, `(`, `any`, `all`, a string, a raw string, a number, address or byte list, `true`, `false`, a field or function",
        "  help: a condition must follow `and`",
      ],
    ],
    [
      's eq "a\\',
      [
        "error[E_UNTERMINATED_STRING]: the string has no closing quote",
        "  <expression> (1:7)",
        '  1 | s eq "a\\',
        "    |       ^^",
        '  help: end the string with `"`',
      ],
    ],
  ])("%s", (text, lines) => {
    const result = parseExpression(text);
    const [first] = result.ok ? [] : result.errors;
    const shown = first === undefined ? [] : formatDiagnostic(first).split("\n");
    expect(shown).toEqual(lines);
  });
});
