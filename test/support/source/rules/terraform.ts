// What tests use of src/rules/terraform.
export { Evaluator } from "../../../../src/rules/terraform/evaluate.ts";
export { FUNCTIONS } from "../../../../src/rules/terraform/functions.ts";
export type { HclParser } from "../../../../src/rules/terraform/hcl.ts";
export { boundsFault } from "../../../../src/rules/terraform/hcl-bounds.ts";
export { terraformReader } from "../../../../src/rules/terraform/read-terraform.ts";
export { parseExpression } from "../../../../src/rules/terraform/syntax.ts";
export { convert, typeOf } from "../../../../src/rules/terraform/types.ts";
export {
  newObject,
  Open,
  openPart,
  TerraformSet,
  type TerraformValue,
} from "../../../../src/rules/terraform/values.ts";
