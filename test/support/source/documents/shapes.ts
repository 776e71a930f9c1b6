// What tests use of src/documents/shapes.
export { integer, object, required } from "../../../../src/documents/shapes/shape.ts";
