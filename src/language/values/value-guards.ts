import { type ArrayValue, Ip6, type IpValue, type MapValue, type Value } from "./value.ts";

// A number may be an Int as well as an IPv4 address: which, only a type says.

export function isIpValue(value: Value): value is IpValue {
  return typeof value === "number" || value instanceof Ip6;
}

export function isArrayValue(value: Value): value is ArrayValue {
  return Array.isArray(value);
}

export function isMapValue(value: Value): value is MapValue {
  return value instanceof Map;
}
