import { describe, expect, test } from "vitest";
import { parsed } from "../../support/parsed.ts";
import { type Expression, printExpression, transform } from "../../support/source/language.ts";

/** Names of fields, `old` made `new`. */
function renamed(node: Expression): Expression {
  return node.kind === "operand" && node.base.kind === "identifier" && node.base.name === "old"
    ? { ...node, base: { ...node.base, name: "new" } }
    : node;
}

/** `not not x` is `x`. */
function plain(node: Expression): Expression {
  return node.kind === "not" && node.argument.kind === "not" ? node.argument.argument : node;
}

describe("transform", () => {
  test.each<[name: string, change: (node: Expression) => Expression, text: string, expected: string]>([
    ["a field", renamed, "old", "new"],
    ["a comparison's left side", renamed, 'old eq "a"', 'new eq "a"'],
    ["a dynamic right side", renamed, "a eq old", "a eq new"],
    ["items of a logical expression", renamed, "a and old and (b or old)", "a and new and (b or new)"],
    ["what is negated", renamed, "not old", "not new"],
    ["the argument of a quantifier", renamed, 'any(old[*] eq "a")', 'any(new[*] eq "a")'],
    ["arguments of calls, however deep", renamed, 'lower(upper(old)) eq "a"', 'lower(upper(new)) eq "a"'],
    ["indexes stay", renamed, 'old["k"][0] eq "a"', 'new["k"][0] eq "a"'],
    [
      "names in sets, texts and lists stay",
      renamed,
      'a in {"old"} or a in $old',
      'a in {"old"} or a in $old',
    ],
    ["from the leaves up", plain, "not not not not a", "a"],
    ["one that is left over", plain, "not not not a", "not a"],
    ["inside others", plain, "b or not not (a and not not c)", "b or a and c"],
  ])("%s", (_name, change, text, expected) => {
    expect(printExpression(transform(parsed(text), change))).toBe(expected);
  });

  test("keeps what it does not change", () => {
    const tree = parsed('a and (not old or lower(b) eq "x") and any(c[*] eq "y")');
    expect(transform(tree, (node) => node)).toBe(tree);
    const changed = transform(tree, renamed);
    if (tree.kind !== "logical" || changed.kind !== "logical") throw new Error("a logical expression");
    expect(changed).not.toBe(tree);
    expect(changed.items.map((item, at) => item === tree.items[at])).toEqual([true, false, true]);
    expect(printExpression(tree)).toBe('a and (not old or lower(b) eq "x") and any(c[*] eq "y")');
  });

  test("visits every expression once, parts before the whole", () => {
    const seen: string[] = [];
    transform(parsed('not (a eq "x" or lower(b) eq c)'), (node) => {
      seen.push(printExpression(node));
      return node;
    });
    expect(seen).toEqual([
      "a",
      'a eq "x"',
      "b",
      "lower(b)",
      "c",
      "lower(b) eq c",
      'a eq "x" or lower(b) eq c',
      'not (a eq "x" or lower(b) eq c)',
    ]);
  });

  test("ignores a replacement that cannot stand on a comparison's side", () => {
    const truth = parsed("true");
    const change = (node: Expression) => (node.kind === "operand" ? truth : node);
    expect(printExpression(transform(parsed("a eq b"), change))).toBe("a eq b");
    expect(printExpression(transform(parsed("not a"), change))).toBe("not true");
    expect(printExpression(transform(parsed("lower(a) eq lower(b)"), change))).toBe(
      "lower(true) eq lower(true)",
    );
  });
});
