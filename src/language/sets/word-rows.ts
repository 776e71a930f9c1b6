// Rows of 32-bit words in one array, most significant word first: IPv6 addresses are rows of four.
import type { Ip6 } from "../values/value.ts";

/** Compares the words after two places: negative, zero or positive. */
export function compareWords(
  left: Uint32Array,
  at: number,
  right: Uint32Array,
  place: number,
  width: number,
): number {
  for (let word = 0; word < width; word++) {
    const difference = left[at + word]! - right[place + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether the row of four words at a place is an address's or one before it. */
export function isAtOrBelow(rows: Uint32Array, at: number, address: Ip6): boolean {
  if (rows[at] !== address.a) return rows[at]! < address.a;
  if (rows[at + 1] !== address.b) return rows[at + 1]! < address.b;
  if (rows[at + 2] !== address.c) return rows[at + 2]! < address.c;
  return rows[at + 3]! <= address.d;
}
