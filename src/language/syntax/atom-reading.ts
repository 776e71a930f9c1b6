import { parseInteger } from "../values/int.ts";
import { parseIpItem } from "../values/ip.ts";
import type { IntValue } from "../values/value.ts";

// Possible meanings of an atom, by its text alone (semantics.md#literals): for uses that have no types.

export function integerOf(text: string): IntValue | undefined {
  const read = parseInteger(text);
  return typeof read === "string" ? undefined : read;
}

/** Whether the text is one address or a network. */
export function isAddressText(text: string): boolean {
  return !text.includes("..") && !("reason" in parseIpItem(text));
}

/** Whether the text is an integer that no JSON number holds. */
export function isLargeInteger(text: string): boolean {
  return /^-?[0-9]{16,}$/.test(text) && typeof integerOf(text) === "bigint";
}

/** The bytes of a byte list (semantics.md#string-literals); undefined when the text is none. */
export function byteListOf(text: string): readonly number[] | undefined {
  const isList = /^[0-9A-Fa-f]{2}(?:[:.-][0-9A-Fa-f]{2})+$/.test(text);
  if (!isList || (/^[A-Fa-f]/.test(text) && /[.-]/.test(text))) return undefined;
  return text.split(/[:.-]/).map((digits) => Number.parseInt(digits, 16));
}
