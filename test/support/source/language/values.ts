// What tests use of src/language/values.
export { Budget } from "../../../../src/language/values/budget.ts";
export * as bytes from "../../../../src/language/values/bytes.ts";
export {
  asciiLower,
  asciiUpper,
  base64Decode,
  fromUint8Array,
  toHex,
  utf8Encode,
} from "../../../../src/language/values/bytes.ts";
export { fitsType } from "../../../../src/language/values/fits.ts";
export { HASH_START, hashUnits, mixedHash } from "../../../../src/language/values/hash.ts";
export {
  hasCommonBit,
  INT_MAX,
  INT_MIN,
  normalizeInt,
  parseInteger,
} from "../../../../src/language/values/int.ts";
export * as ip from "../../../../src/language/values/ip.ts";
export {
  compareIp,
  formatIp,
  type Ip6Range,
  type IpRange,
  isFormattedIp6,
  parseIp,
  parseIpItem,
} from "../../../../src/language/values/ip.ts";
export { isJson } from "../../../../src/language/values/json-scan.ts";
export {
  type ArrayType,
  arrayOf,
  Bool,
  Bytes,
  Int,
  Ip,
  isScalar,
  isType,
  type MapType,
  mapOf,
  parseType,
  type ScalarType,
  sameType,
  type Type,
  typeName,
} from "../../../../src/language/values/types.ts";
export {
  type ArrayValue,
  type BytesValue,
  type IntValue,
  Ip6,
  type IpValue,
  type MapValue,
  type Value,
} from "../../../../src/language/values/value.ts";
export { compileWildcard, Wildcard } from "../../../../src/language/values/wildcard.ts";
