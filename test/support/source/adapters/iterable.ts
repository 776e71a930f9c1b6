// What tests use of src/adapters/iterable.
export { protectCalls } from "../../../../src/adapters/iterable/index.ts";
