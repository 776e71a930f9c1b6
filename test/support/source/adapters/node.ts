// What tests use of src/adapters/node.
export { inspectBody as inspectBody2 } from "../../../../src/adapters/node/body.ts";
export { nodeDecoder } from "../../../../src/adapters/node/content-decoder.ts";
export {
  BodyError,
  type GuardedRequest,
  type GuardOptions,
  guard,
  type HostOptions,
  inspectBody,
  NodeRequestView,
  type ResponseOptions,
} from "../../../../src/adapters/node/index.ts";
export { NodeRequestView as NodeRequestView2 } from "../../../../src/adapters/node/node-request.ts";
