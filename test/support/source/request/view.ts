// What tests use of src/request/view.
export { DEFAULT_REQUEST_LIMITS } from "../../../../src/request/view/limits.ts";
export type { RequestView, ResponseView } from "../../../../src/request/view/request-view.ts";
