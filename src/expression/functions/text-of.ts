import { formatIp } from "../values/ip.ts";
import type { Type } from "../values/types.ts";
import type { IpValue, Value } from "../values/value.ts";

/** How scalars of a type read as text. The type decides, since an IPv4 address and an Int are both numbers. */
export function textForm(type: Type | undefined): (value: Value) => string {
  return type?.kind === "Ip" ? (value) => formatIp(value as IpValue) : String;
}
