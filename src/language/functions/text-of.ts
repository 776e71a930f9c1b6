import { formatIp } from "../values/ip.ts";
import type { Type } from "../values/types.ts";
import { Ip6, type Value } from "../values/value.ts";

/** Whether values of a type read as text: all but arrays and maps do. */
export function hasTextForm({ kind }: Type): boolean {
  return kind === "Bytes" || kind === "Int" || kind === "Ip" || kind === "Bool";
}

/** How scalars of a type read as text. The type decides, since an IPv4 address and an Int are both numbers. */
export function textForm(type: Type | undefined): (value: Value) => string {
  if (type?.kind !== "Ip") return String;
  return (value) => (typeof value === "number" || value instanceof Ip6 ? formatIp(value) : String(value));
}
