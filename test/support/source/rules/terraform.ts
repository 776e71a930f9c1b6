// What tests use of src/rules/terraform.
export { Evaluator } from "../../../../src/rules/terraform/evaluate.ts";
export { type HclParser, HclParserMissing, readHcl } from "../../../../src/rules/terraform/hcl.ts";
export { locateHcl } from "../../../../src/rules/terraform/outline.ts";
export { parseExpression } from "../../../../src/rules/terraform/syntax.ts";
export { Open, openPart, TerraformSet, type TerraformValue } from "../../../../src/rules/terraform/values.ts";
