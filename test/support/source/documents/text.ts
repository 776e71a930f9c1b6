// What tests use of src/documents/text.
export { type Path, placeOf } from "../../../../src/documents/text/located.ts";
export { readText } from "../../../../src/documents/text/read-text.ts";
export { spanInScalar } from "../../../../src/documents/text/scalar-offsets.ts";
