import type { IntValue } from "./value.ts";

export const INT_MIN = -(2n ** 63n);
export const INT_MAX = 2n ** 63n - 1n;

/** The one representation of an integer: a number when safe, else a bigint. Undefined outside 64 bits. */
export function normalizeInt(value: bigint): IntValue | undefined {
  if (value < INT_MIN || value > INT_MAX) return undefined;
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

export type IntFault = "digits" | "range";

/**
 * Reads an integer literal (semantics.md#integer-literals): decimal with an optional minus, `0x` hexadecimal, or
 * octal after a leading zero. Never rounds.
 */
export function parseInteger(text: string): IntValue | IntFault {
  const negative = text.startsWith("-");
  const body = negative ? text.slice(1) : text;
  let digits = body;
  let prefix = "";
  let allowed = /^[0-9]+$/;
  if (!negative && body.startsWith("0x")) {
    digits = body.slice(2);
    prefix = "0x";
    allowed = /^[0-9a-fA-F]+$/;
  } else if (!negative && body.length > 1 && body.startsWith("0")) {
    digits = body.slice(1);
    prefix = "0o";
    allowed = /^[0-7]+$/;
  }
  if (!allowed.test(digits)) return "digits";
  // 4096 characters of digits would make a large bigint for nothing: 22 octal digits are more than 64 bits.
  const significant = digits.replace(/^0+/, "");
  if (significant.length > 22) return "range";
  const magnitude = BigInt(prefix + (significant === "" ? "0" : significant));
  return normalizeInt(negative ? -magnitude : magnitude) ?? "range";
}

/** Whether two integers have a bit in common, in 64-bit two's complement (semantics.md#comparisons). */
export function hasCommonBit(left: IntValue, right: IntValue): boolean {
  if (typeof left === "number" && typeof right === "number") {
    // `&` truncates to 32 bits, which is exact when both fit.
    if ((left | 0) === left && (right | 0) === right) return (left & right) !== 0;
  }
  return (BigInt.asUintN(64, BigInt(left)) & BigInt.asUintN(64, BigInt(right))) !== 0n;
}
