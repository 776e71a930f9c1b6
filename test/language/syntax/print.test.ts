import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryAst } from "../../support/arbitrary-ast.ts";
import { parsed } from "../../support/parsed.ts";
import { type Expression, printExpression, sameSyntax } from "../../support/source/language/syntax.ts";

const ROOMY = { limits: { maxExpressionLength: 1_000_000, maxNestingDepth: 2000 } };

describe("printExpression", () => {
  test.each([
    // Operators are words; every notation comes out the same.
    ["a==1&&b!=2||c<3^^d<=4", "a eq 1 and b ne 2 or c lt 3 xor d le 4"],
    ["a>1 && !b>=2", "a gt 1 and not b ge 2"],
    ["a&1", "a bitwise_and 1"],
    ['a~"x"', 'a matches "x"'],
    ['a strict\n  wildcard  r"x*"', 'a strict wildcard r"x*"'],
    // Only the parentheses that the tree needs.
    ["((a))", "a"],
    ["(a and b) or (c and d)", "a and b or c and d"],
    ["(a or b) and c", "(a or b) and c"],
    ["a and (b and c)", "a and (b and c)"],
    ["(a xor b) or (c xor d)", "a xor b or c xor d"],
    ["(a xor b) and c", "(a xor b) and c"],
    ["not (a and b)", "not (a and b)"],
    ["not (a eq 1)", "not a eq 1"],
    ["!(!(a))", "not not a"],
    ["(not a) and b", "not a and b"],
    ["any((a[*] eq 1 or b[*] eq 2))", "any(a[*] eq 1 or b[*] eq 2)"],
    ["f( (a or b) , c)", "f(a or b, c)"],
    // Operands.
    ["f ( )", "f()"],
    ['f(a [*] , "x" , 0x10)[ 0 ] [ "k" ][ r"q" ]', 'f(a[*], "x", 0x10)[0]["k"][r"q"]'],
    ["a in{1 2..3}", "a in {1 2..3}"],
    ["a in { }", "a in {}"],
    ["a in $b.c", "a in $b.c"],
    ["true", "true"],
    // Literals keep their form; what cannot be seen is escaped.
    ['s eq "\\x41é😀\\303\\251"', 's eq "Aé😀é"'],
    ['s eq "\\x00\t"', 's eq "\\x00\\x09"'],
    ['s eq "\\xff\\x7e"', 's eq "\\xff~"'],
    ['s eq "\u202e\u200b\u0085\ufeff"', 's eq "\\xe2\\x80\\xae\\xe2\\x80\\x8b\\xc2\\x85\\xef\\xbb\\xbf"'],
    ['s eq r##"a"#b"##', 's eq r##"a"#b"##'],
    ['s eq r###"a"###', 's eq r"a"'],
    ['s matches "a\\"[b"]\\d"', 's matches "a\\"[b"]\\d"'],
    ['s matches r#"["#', 's matches r"["'],
  ])("%s", (text, printed) => {
    expect(printExpression(parsed(text, ROOMY))).toBe(printed);
  });

  test("falls back to the form that can spell a literal", () => {
    const span = { start: 0, end: 0 };
    const string = (form: "quoted" | "raw", value: string): Expression => ({
      kind: "string",
      form,
      value,
      span,
    });
    expect(printExpression(string("raw", "\xff"))).toBe('"\\xff"');
    expect(printExpression(string("raw", `"${"#".repeat(255)}`))).toBe(`"\\"${"#".repeat(255)}"`);
    const regex = (pattern: string, form: "quoted" | "raw"): Expression => ({
      kind: "comparison",
      left: { kind: "operand", base: { kind: "identifier", name: "s", span }, indexes: [], span },
      operator: "matches",
      operatorSpan: span,
      right: { kind: "regex", form, pattern, patternStart: 0, span },
      span,
    });
    expect(printExpression(regex('\\"', "quoted"))).toBe('s matches r#"\\""#');
    expect(printExpression(regex("[a", "quoted"))).toBe('s matches r"[a"');
    expect(printExpression(regex("a\\", "quoted"))).toBe('s matches r"a\\"');
    expect(printExpression(regex(`"${"#".repeat(255)}`, "raw"))).toBe(`s matches "\\"${"#".repeat(255)}"`);
  });

  test("breaks long expressions at their outermost operators", () => {
    const text =
      'http.request.method eq "POST" and not ip.src in {10.0.0.0/8 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24} and (http.host eq "a" or http.host eq "bcdefgh") and any(lower(http.request.headers["content-type"][*])[*] contains "json")';
    expect(printExpression(parsed(text, ROOMY), { width: 60 })).toBe(
      [
        'http.request.method eq "POST" and',
        "not ip.src in {",
        "  10.0.0.0/8 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24",
        "} and",
        '(http.host eq "a" or http.host eq "bcdefgh") and',
        "any(",
        "  lower(",
        '    http.request.headers["content-type"][*]',
        '  )[*] contains "json"',
        ")",
      ].join("\n"),
    );
    expect(
      printExpression(parsed("aaaa and bbbb or cccc and (dddd or eeee)"), { width: 12, indent: 4 }),
    ).toBe(
      ["aaaa and", "    bbbb or", "cccc and", "    (", "        dddd or", "        eeee", "    )"].join("\n"),
    );
    expect(printExpression(parsed("f(aaaa, bbbb)[0] eq 1 and c"), { width: 10 })).toBe(
      ["f(", "  aaaa,", "  bbbb", ")[0] eq 1 and", "c"].join("\n"),
    );
    expect(printExpression(parsed("n in {1 2 3 4 5 6 7}", ROOMY), { width: 10 })).toBe(
      ["n in {", "  1 2 3 4", "  5 6 7", "}"].join("\n"),
    );
  });

  test("stays on one line without a width, and within it wherever there is a break", () => {
    const text = Array.from({ length: 50 }, (_, at) => `field${at} eq ${at}`).join(" and ");
    expect(printExpression(parsed(text, ROOMY))).toBe(text);
    const lines = printExpression(parsed(text, ROOMY), { width: 30 }).split("\n");
    expect(lines).toHaveLength(50);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(30);
  });

  test("reading back what was printed gives the same tree, at any width", () => {
    fc.assert(
      fc.property(arbitraryAst, fc.constantFrom(undefined, 1, 20, 60, 100), (ast, width) => {
        const options = width === undefined ? {} : { width };
        const text = printExpression(ast, options);
        const again = parsed(text, ROOMY);
        expect(sameSyntax(ast, again), text).toBe(true);
        expect(printExpression(again, options)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test("prints the widest tree that the limits allow without much ado", () => {
    const text = Array.from({ length: 20_000 }, () => "a").join(" or ");
    expect(printExpression(parsed(text, ROOMY), { width: 80 }).split("\n")).toHaveLength(20_000);
    const deep = `${"not ".repeat(120)}(a or b)`;
    expect(printExpression(parsed(deep, ROOMY), { width: 20 })).toBe(
      `${"not ".repeat(120)}(\n  a or\n  b\n)`,
    );
  });
});
