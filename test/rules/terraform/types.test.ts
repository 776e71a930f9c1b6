// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform, not of JavaScript
import { describe, expect, test } from "vitest";
import {
  convert,
  Evaluator,
  newObject,
  Open,
  openPart,
  TerraformSet,
  type TerraformValue,
  typeOf,
} from "../../support/source/rules/terraform.ts";

// Values of variables as their types have them.

function converted(type: string, value: TerraformValue): TerraformValue {
  const node = typeOf(type);
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
    ["${set(string)}", ["a"], new TerraformSet(["a"])],
    ["tuple([])", [], []],
    ["map(tuple([any]))", newObject([["a", ["b"]]]), newObject([["a", ["b"]]])],
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
    ["tuple([string])", []],
    ["tuple([string, number])", ["a"]],
    ["tuple([string])", ["a", "b"]],
    ["tuple([])", ["a"]],
    ["list(tuple([string]))", [[]]],
    ["tuple([string])", "a"],
    ["object({ a = string })", newObject()],
    ["object({ a = string })", "a"],
    ["object({ a = number })", newObject([["a", "b"]])],
  ])("%s is not what %j can be", (type, value) => {
    // Of a collection the part that does not fit is what has no value.
    expect(openPart(converted(type, value))).toBeInstanceOf(Open);
  });
});

describe("what is no type", () => {
  const NO_TYPE = "this is not a type, such as `string`, `list(string)` or `object({ name = string })`";
  test.each<[written: unknown, message: string, hint?: string]>([
    [5, NO_TYPE],
    [["string"], NO_TYPE],
    ["list(", NO_TYPE],
    ["[string]", NO_TYPE],
    ["list([string])", NO_TYPE],
    ["strng", "there is no type `strng`", "did you mean `string`?"],
    ["${int}", "there is no type `int`"],
    ["set", "there is no type `set`", "write the type of its elements: `set(…)`"],
    ["object", "there is no type `object`", "write the type of its elements: `object(…)`"],
    ["lst(string)", "there is no type `lst(…)`", "did you mean `list`?"],
    ["list(map(strng))", "there is no type `strng`", "did you mean `string`?"],
    ["list()", "`list(…)` needs one type"],
    ["map(string, number)", "`map(…)` needs one type"],
    ["tuple(string)", "`tuple([…])` needs a list of types"],
    ["tuple([string, x])", "there is no type `x`"],
    ["object(string)", "`object({…})` needs attributes with their types"],
    ["object({ a = string, b = optional(x) })", "there is no type `x`"],
    ["object({ a = optional(string, 1, 2) })", "`optional(…)` needs one type"],
    ["optional(string)", "only attributes of an `object({…})` can be optional"],
    ["object({ a = list(optional(string)) })", "only attributes of an `object({…})` can be optional"],
  ])("%j", (written, message, hint) => {
    const type = typeOf(written);
    expect(type).toBeInstanceOf(Open);
    expect(type).toMatchObject({ message, isMistake: true, ...(hint === undefined ? {} : { hint }) });
  });
});
