// What tests use of src/request/fields.

export { standardFields } from "../../../../src/detection/fields/index.ts";
export { requestScheme } from "../../../../src/detection/fields/standard-scheme.ts";
export {
  FROM_BODY,
  FROM_HEAD,
  FROM_RESPONSE,
  ignoresSupplied,
  PACKET_ONLY,
} from "../../../../src/request/fields/field.ts";
