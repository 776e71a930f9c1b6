import { describe, expect, test } from "vitest";
import {
  convert,
  Evaluator,
  newObject,
  Open,
  openPart,
  parseExpression,
  TerraformSet,
  type TerraformValue,
} from "../../support/source/rules/terraform.ts";

// Values of variables as their types have them.

function converted(type: string, value: TerraformValue): TerraformValue {
  const node = parseExpression(type);
  if (node instanceof Open) throw new Error(node.message);
  return convert(value, node, (default_) => new Evaluator().evaluate(default_, () => undefined));
}

describe("a value of a type", () => {
  test.each<[type: string, value: TerraformValue, result: unknown]>([
    ["any", [1, "a"], [1, "a"]],
    ["string", 5, "5"],
    ["string", true, "true"],
    ["number", "5", 5],
    ["bool", "true", true],
    ["string", null, null],
    ["list(number)", ["1", 2], [1, 2]],
    ["list(string)", new TerraformSet(["a"]), ["a"]],
    ["set(string)", ["a", "a"], new TerraformSet(["a"])],
    ["map(number)", newObject([["a", "1"]]), newObject([["a", 1]])],
    ["tuple([string, number])", [1, "2"], ["1", 2]],
    [
      "object({ a = string })",
      newObject([
        ["a", 1],
        ["left_out", 2],
      ]),
      newObject([["a", "1"]]),
    ],
    ["object({ a = optional(number, 7) })", newObject(), newObject([["a", 7]])],
    ["object({ a = optional(number) })", newObject(), newObject([["a", null]])],
    ["list", ["a"], ["a"]],
    ["map", newObject([["a", "b"]]), newObject([["a", "b"]])],
  ])("%s of %j", (type, value, result) => {
    expect(converted(type, value)).toEqual(result);
  });

  test.each<[type: string, value: TerraformValue]>([
    ["string", ["a"]],
    ["number", "a"],
    ["bool", "maybe"],
    ["list(string)", "a"],
    ["list(number)", ["a"]],
    ["set(string)", "a"],
    ["set(number)", ["a"]],
    ["map(string)", "a"],
    ["map(number)", newObject([["a", "b"]])],
    ["tuple([number])", ["a"]],
    ["tuple([string])", "a"],
    ["object({ a = string })", newObject()],
    ["object({ a = string })", "a"],
    ["object({ a = number })", newObject([["a", "b"]])],
  ])("%s is not what %j can be", (type, value) => {
    // Of a collection the part that does not fit is what has no value.
    expect(openPart(converted(type, value))).toBeInstanceOf(Open);
  });
});
