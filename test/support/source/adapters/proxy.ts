// What tests use of src/adapters/proxy.
export {
  createProxy,
  type Forwarder,
  type ForwarderOptions,
  HttpForwarder,
  type ProxyOptions,
  type ResponseOptions,
  type WafProxy,
} from "../../../../src/adapters/proxy/index.ts";
export { holdBody } from "../../../../src/adapters/proxy/response-body.ts";
