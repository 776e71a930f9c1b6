// What tests use of src/adapters/fetch.
export { decisionOf, fetchGuard, protect } from "../../../../src/adapters/fetch/index.ts";
