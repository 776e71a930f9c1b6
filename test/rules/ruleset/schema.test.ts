import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rulesetSchema, STANDARD_PHASES, standardActions } from "../../support/source/rules/ruleset.ts";

type Node = { readonly [key: string]: Node } & readonly Node[];

const schema = JSON.parse(JSON.stringify(rulesetSchema())) as Node;

test("the shipped file is the generated one", () => {
  const file = new URL("../../../docs/reference/ruleset.schema.json", import.meta.url);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(schema);
});

test("it knows all actions with their parameters, and all phases", () => {
  const rule = schema["$defs"]!["rule"]!;
  expect(rule["properties"]!["action"]!["enum"]).toEqual(standardActions.map((action) => action.name));
  expect(rule["allOf"]).toHaveLength(standardActions.length);
  const names = schema["$defs"]!["ruleset"]!["properties"]!["phase"]!["enum"];
  for (const phase of STANDARD_PHASES) expect(names).toContain(phase.name);
});

test("bounds and alternatives of a declaration are in it", () => {
  const block = schema["$defs"]!["rule"]!["allOf"]![0]!["then"]!["properties"]!["action_parameters"]!;
  const response = block["properties"]!["response"]!;
  expect(response["properties"]!["status_code"]).toEqual({ type: "integer", minimum: 400, maximum: 499 });
  expect(response["required"]).toEqual(["status_code"]);
  const limit = schema["$defs"]!["rule"]!["properties"]!["ratelimit"]!;
  expect(limit["allOf"]).toEqual([
    { oneOf: [{ required: ["requests_per_period"] }, { required: ["score_per_period"] }] },
  ]);
});

test("references lead somewhere, and patterns are regular expressions", () => {
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [name, value] of Object.entries(node)) {
      if (name === "$ref") expect(schema["$defs"]).toHaveProperty(String(value).replace("#/$defs/", ""));
      else if (name === "pattern" && typeof value === "string")
        expect(() => new RegExp(value, "u")).not.toThrow();
      else visit(value);
    }
  };
  visit(schema);
});
