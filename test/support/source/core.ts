// What tests use of src/core.

export * as core from "../../../src/core.ts";
export { Bool, Bytes, createCustomWaf, defineField, defineFunction, Scheme } from "../../../src/core.ts";
