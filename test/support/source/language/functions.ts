// What tests use of src/language/functions.
export { endsWith } from "../../../../src/language/functions/ends-with.ts";
export { standardFunctions } from "../../../../src/language/functions/index.ts";
export { lower } from "../../../../src/language/functions/lower.ts";
export { quantifiers } from "../../../../src/language/functions/quantifiers.ts";
export { startsWith } from "../../../../src/language/functions/starts-with.ts";
export { upper } from "../../../../src/language/functions/upper.ts";
export { decodeFully } from "../../../../src/language/functions/url-decode.ts";
