import { compareWords } from "./word-rows.ts";

/** Below this many rows, comparing them costs less than counting digits. */
const FEW_ROWS = 1024;

/** Bits that one pass sorts by: 2,048 places to write to stay in the nearest cache, 65,536 do not. */
const DIGIT = 11;
const MASK = (1 << DIGIT) - 1;

/**
 * The order of rows of 32-bit words, most significant word first: a permutation such that the rows ascend, equal rows
 * in the order given. Linear in the number of rows, and without an object for each row.
 *
 * @param words rows one after another.
 * @param width words per row.
 * @param leading so many words distinguish most rows; those that they do not are then compared one by one.
 */
export function radixOrder(words: Uint32Array, width: number, leading = width): Uint32Array {
  const count = words.length / width;
  let order = new Uint32Array(count);
  for (let at = 0; at < count; at++) order[at] = at;
  if (isAscending(words, width, count)) return order;
  const compare = (left: number, right: number) =>
    compareWords(words, left * width, words, right * width, width) || left - right;
  if (count < FEW_ROWS) return order.sort(compare);
  let spare = new Uint32Array(count);
  // A word is fetched once, from all over the rows, and then moves along with its row's number.
  let keys = new Uint32Array(count);
  let spareKeys = new Uint32Array(count);
  const counts = new Uint32Array(1 << DIGIT);
  for (let word = leading - 1; word >= 0; word--) {
    for (let at = 0; at < count; at++) keys[at] = words[order[at]! * width + word]!;
    for (let shift = 0; shift < 32; shift += DIGIT) {
      if (!countDigits(keys, shift, counts)) continue;
      for (let at = 0; at < count; at++) {
        const key = keys[at]!;
        const place = counts[(key >>> shift) & MASK]!++;
        spare[place] = order[at]!;
        spareKeys[place] = key;
      }
      [order, spare] = [spare, order];
      [keys, spareKeys] = [spareKeys, keys];
    }
  }
  if (leading < width) orderTies(order, words, width, leading, compare);
  return order;
}

/** Where each digit's rows begin; false for a digit that all share, such as the zeros after a prefix. */
function countDigits(keys: Uint32Array, shift: number, counts: Uint32Array): boolean {
  counts.fill(0);
  for (let at = 0; at < keys.length; at++) counts[(keys[at]! >>> shift) & MASK]!++;
  if (counts.includes(keys.length)) return false;
  let sum = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const many = counts[digit]!;
    counts[digit] = sum;
    sum += many;
  }
  return true;
}

/** Sorts rows that are equal in their leading words by the others. */
function orderTies(
  order: Uint32Array,
  words: Uint32Array,
  width: number,
  leading: number,
  compare: (left: number, right: number) => number,
): void {
  let from = 0;
  for (let at = 1; at <= order.length; at++) {
    if (at < order.length && sameLeading(words, width, leading, order[from]!, order[at]!)) continue;
    if (at - from === 2) {
      const [left, right] = [order[from]!, order[from + 1]!];
      if (compare(left, right) > 0) order.set([right, left], from);
    } else if (at - from > 2) order.subarray(from, at).sort(compare);
    from = at;
  }
}

function sameLeading(
  words: Uint32Array,
  width: number,
  leading: number,
  left: number,
  right: number,
): boolean {
  for (let word = 0; word < leading; word++) {
    if (words[left * width + word] !== words[right * width + word]) return false;
  }
  return true;
}

function isAscending(words: Uint32Array, width: number, count: number): boolean {
  for (let row = 1; row < count; row++) {
    let at = row * width;
    const end = at + width;
    while (at < end && words[at - width] === words[at]) at++;
    if (at < end && words[at - width]! > words[at]!) return false;
  }
  return true;
}
