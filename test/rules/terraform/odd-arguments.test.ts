// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform, not of JavaScript
// Whatever a function gets, it gives a value or says what is wrong: a configuration is a stranger's text.
import { describe, expect, test } from "vitest";
import {
  Evaluator,
  FUNCTIONS,
  newObject,
  Open,
  parseExpression,
  TerraformSet,
  type TerraformValue,
} from "../../support/source/rules/terraform.ts";

const ODD: readonly TerraformValue[] = [
  null,
  "",
  "a",
  "-3",
  "a,b",
  true,
  0,
  -1,
  2.5,
  1e21,
  [],
  ["b", "a", "a"],
  [1, null, true],
  [["a"], ["b"]],
  new TerraformSet(["a", "b"]),
  newObject([["a", "1"]]),
  newObject([["b", newObject([["c", [1]]])]]),
  new Open("not known"),
];
const FEW: readonly TerraformValue[] = [
  null,
  "a",
  1,
  ["a", "b"],
  newObject([["a", 1]]),
  new Open("not known"),
];
const NAMES = ["x", "y", "z"] as const;

function call(name: string, values: readonly TerraformValue[]): TerraformValue {
  const node = parseExpression(`${name}(${values.map((_, at) => NAMES[at]).join(", ")})`);
  if (node instanceof Open) return node;
  const known = new Map<string, TerraformValue>(values.map((value, at) => [NAMES[at] ?? "", value]));
  return new Evaluator().evaluate(node, (word) => known.get(word));
}

describe("a function with arguments that it was not made for", () => {
  test.each([...FUNCTIONS.keys()])("%s gives a value, or says what is wrong", (name) => {
    const given: (readonly TerraformValue[])[] = [[], ...ODD.map((one) => [one])];
    for (const first of ODD) for (const second of FEW) given.push([first, second], [second, first]);
    for (const first of FEW)
      for (const second of FEW) for (const third of FEW) given.push([first, second, third]);
    const results = given.map((values) => call(name, values));
    for (const result of results) {
      expect(result).not.toBeUndefined();
      if (result instanceof Open) expect(result.message).not.toBe("");
    }
    // None takes everything: at least the number of arguments is checked, or their type.
    expect(results.some((result) => result instanceof Open)).toBe(true);
  });

  test.each(["+", "-", "*", "/", "%", "<", ">=", "==", "!=", "&&", "||"])("operator %s", (operator) => {
    const node = parseExpression(`x ${operator} y`);
    if (node instanceof Open) throw new Error(node.message);
    for (const x of ODD) {
      for (const y of ODD) {
        const known = new Map<string, TerraformValue>([
          ["x", x],
          ["y", y],
        ]);
        const result = new Evaluator().evaluate(node, (word) => known.get(word));
        expect(result).not.toBeUndefined();
        if (x instanceof Open && y instanceof Open) expect(result).toBeInstanceOf(Open);
      }
    }
  });

  test.each([
    "x[y]",
    "x.a",
    "x.*.a",
    "x[*]",
    "!x",
    "-x",
    "x ? y : y",
    "[for a in x : a]",
    "{for k, v in x : k => v}",
    '"${x}${y}"',
  ])("%s", (text) => {
    const node = parseExpression(text);
    if (node instanceof Open) throw new Error(node.message);
    for (const x of ODD) {
      for (const y of ODD) {
        const known = new Map<string, TerraformValue>([
          ["x", x],
          ["y", y],
        ]);
        expect(new Evaluator().evaluate(node, (word) => known.get(word))).not.toBeUndefined();
      }
    }
  });
});
