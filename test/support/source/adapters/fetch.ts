// What tests use of src/adapters/fetch.
export { decisionOf, guard, protect } from "../../../../src/adapters/fetch/index.ts";
