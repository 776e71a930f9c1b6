// What tests use of src/documents/text.
export { type Path, placeOf } from "../../../../src/ruleset/text/located.ts";
export { readText } from "../../../../src/ruleset/text/read-text.ts";
export { spanInScalar } from "../../../../src/ruleset/text/scalar-offsets.ts";
