// What tests use of src/request/model.
export { parseHttpMessage } from "../../../../src/request/model/http-message.ts";
export { type RequestData, requestFrom } from "../../../../src/request/model/memory-request.ts";
export {
  prepareRequestOptions,
  type RequestOptions,
  RequestOptionsError,
} from "../../../../src/request/model/options.ts";
export { type RequestChange, WafRequest } from "../../../../src/request/model/request.ts";
