// What tests use of src/request/model.
export { parseHttpMessage } from "../../../../src/request/http-message.ts";
export { type RequestInit, requestFrom } from "../../../../src/request/memory-request.ts";
export {
  prepareRequestOptions,
  type RequestOptions,
  RequestOptionsError,
} from "../../../../src/request/options.ts";
export { type RequestChange, WafRequest } from "../../../../src/request/request.ts";
