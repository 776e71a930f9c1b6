import { encodeCodePoint } from "../values/bytes.ts";
import { pairsOf, type Ranges } from "./ranges.ts";

/** A run of byte ranges, one per position: `[low, high, low, high, …]`. */
export type ByteSequence = readonly number[];

/** Largest code point of each encoded length. */
const LENGTH_LIMITS = [0x7f, 0x7ff, 0xffff, 0x10ffff];

/** The byte sequences that encode exactly the code points of a set, in ascending order. */
export function utf8Sequences(ranges: Ranges): readonly ByteSequence[] {
  const out: ByteSequence[] = [];
  for (const [low, high] of pairsOf(ranges)) split(low, high, out);
  return out;
}

function split(low: number, high: number, out: ByteSequence[]): void {
  if (low > high) return;
  for (const limit of LENGTH_LIMITS) {
    if (low <= limit && limit < high) {
      split(low, limit, out);
      split(limit + 1, high, out);
      return;
    }
  }
  // Cut until every continuation byte below the first difference runs through its whole range.
  if (high > 0x7f) {
    for (let bits = 6; bits <= 18; bits += 6) {
      const mask = (1 << bits) - 1;
      if ((low & ~mask) === (high & ~mask)) continue;
      if ((low & mask) !== 0) {
        split(low, low | mask, out);
        split((low | mask) + 1, high, out);
        return;
      }
      if ((high & mask) !== mask) {
        split(low, (high & ~mask) - 1, out);
        split(high & ~mask, high, out);
        return;
      }
    }
  }
  const from = encodeCodePoint(low);
  const to = encodeCodePoint(high);
  const sequence: number[] = [];
  for (let at = 0; at < from.length; at++) sequence.push(from.charCodeAt(at), to.charCodeAt(at));
  out.push(sequence);
}
