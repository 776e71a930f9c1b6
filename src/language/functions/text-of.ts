import { formatIp } from "../values/ip.ts";
import type { Type } from "../values/types.ts";
import { Ip6, type Value } from "../values/value.ts";

/** How scalars of a type read as text. The type decides, since an IPv4 address and an Int are both numbers. */
export function textForm(type: Type | undefined): (value: Value) => string {
  if (type?.kind !== "Ip") return String;
  return (value) => (typeof value === "number" || value instanceof Ip6 ? formatIp(value) : String(value));
}
