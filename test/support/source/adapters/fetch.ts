// What tests use of src/adapters/fetch.
export { fetchDecoder } from "../../../../src/adapters/fetch/fetch-decoder.ts";
export { decisionOf, fetchGuard, protect } from "../../../../src/adapters/fetch/index.ts";
