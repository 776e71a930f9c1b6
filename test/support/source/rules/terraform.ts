// What tests use of src/rules/terraform.
export { Evaluator } from "../../../../src/rules/terraform/evaluate.ts";
export { type HclParser, HclParserMissing } from "../../../../src/rules/terraform/hcl.ts";
export { parseExpression } from "../../../../src/rules/terraform/syntax.ts";
export { Open, TerraformSet, type TerraformValue } from "../../../../src/rules/terraform/values.ts";
