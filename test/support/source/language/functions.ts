// What tests use of src/language/functions.
export { endsWith } from "../../../../src/expression/functions/ends-with.ts";
export { standardFunctions } from "../../../../src/expression/functions/index.ts";
export { lower } from "../../../../src/expression/functions/lower.ts";
export { quantifiers } from "../../../../src/expression/functions/quantifiers.ts";
export { startsWith } from "../../../../src/expression/functions/starts-with.ts";
export { upper } from "../../../../src/expression/functions/upper.ts";
