import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryAst } from "../../support/arbitrary-ast.ts";
import {
  type Expression,
  PACKED_INDEXES,
  PACKED_KINDS,
  PACKED_OPERATORS,
  type PackedTree,
  parseExpression,
  printExpression,
  unpackTree,
} from "../../support/source/language/syntax.ts";

const names = { PACKED_INDEXES, PACKED_KINDS, PACKED_OPERATORS };
const tool = new URL("../../../grammar/tools/pack-tree.mjs", import.meta.url).href;
const { packTree } = (await import(tool)) as {
  readonly packTree: (
    tree: Expression,
    text: string,
    numberOf: (pattern: string) => number,
    use: typeof names,
  ) => PackedTree;
};

const ROOMY = { limits: { maxExpressionLength: 1_000_000, maxNestingDepth: 2000 } };

/** What a text reads as, and what is left of that once it was packed, written as JSON and unpacked. */
function both(text: string) {
  const result = parseExpression(text, ROOMY);
  if (!result.ok) throw new Error(`${result.errors[0]?.message} in ${text}`);
  const patterns: string[] = [];
  const packed = packTree(result.value, text, (pattern) => patterns.push(pattern) - 1, names);
  const found: string[] = [];
  const written: PackedTree = JSON.parse(JSON.stringify(packed));
  const unpacked = unpackTree(written, text, (pattern, number) => {
    found[number] = pattern;
  });
  return { parsed: result.value, unpacked, patterns, found };
}

describe("a packed tree is the tree, places included", () => {
  test.each([
    "true",
    "false",
    "a",
    "  a.b.c  ",
    "not a and !b or not (c xor d ^^ e)",
    "((a or b) and (c || d)) && e",
    "any(a[*] eq 1) and all((b[*][*] > 2))",
    'f(a, g(), "x", 3, true)[1][*] == h(b)["k"][r#"k\\"#]',
    'a contains "x" and b contains r"y" and c contains 61:62',
    'a in {"x" r##"y"## 61:62} and b in {1 2..3} and c in {} and d in $list.name',
    'a matches "x\\"y" and b ~ r#"(?i)"x""#',
    'a wildcard "x*" or a strict  wildcard r"y*"',
    "a & 3 and a bitwise_and 4",
    'a eq "\\x41\\"" or a ne "\u00e9" or a lt r"\u00e9"',
    "a==1&&b!=2||c<3^^d<=4&&e>5&&f>=6",
  ])("%s", (text) => {
    const { parsed, unpacked, patterns, found } = both(text);
    expect(unpacked).toEqual(parsed);
    expect(found).toEqual(patterns);
  });

  test("whatever the text says", () => {
    fc.assert(
      fc.property(arbitraryAst, (ast) => {
        const { parsed, unpacked, patterns, found } = both(printExpression(ast));
        expect(unpacked).toEqual(parsed);
        expect(found).toEqual(patterns);
      }),
    );
  });

  test("a tree beside another text, or cut off, is refused", () => {
    expect(() => unpackTree([], "a", () => {})).toThrow("unreachable");
    expect(() => unpackTree([6, 0, 1, 0], "a eq 1", () => {})).toThrow("unreachable");
  });
});
