/** Below this many rows, comparing them costs less than counting 65,536 digits (2 ms for each set of a rule, measured). */
const FEW_ROWS = 1024;

/**
 * The order of rows of 32-bit words, most significant word first: a permutation such that the rows ascend, equal rows
 * in the order given. Linear in the number of rows, and without an object for each row.
 *
 * @param words rows one after another.
 * @param width words per row.
 */
export function radixOrder(words: Uint32Array, width: number): Uint32Array {
  const count = words.length / width;
  let order = new Uint32Array(count);
  for (let at = 0; at < count; at++) order[at] = at;
  if (isAscending(words, width, count)) return order;
  if (count < FEW_ROWS) return order.sort((left, right) => compareRows(words, width, left, right));
  let spare = new Uint32Array(count);
  const counts = new Uint32Array(65_537);
  for (let word = width - 1; word >= 0; word--) {
    for (const shift of [0, 16]) {
      counts.fill(0);
      for (let at = word; at < words.length; at += width) counts[((words[at]! >>> shift) & 0xffff) + 1]!++;
      // A half that all rows share, such as the zeros behind a prefix, orders nothing.
      if (counts[((words[word]! >>> shift) & 0xffff) + 1] === count) continue;
      for (let digit = 1; digit <= 65_536; digit++) counts[digit]! += counts[digit - 1]!;
      for (let at = 0; at < count; at++) {
        const row = order[at]!;
        const digit = (words[row * width + word]! >>> shift) & 0xffff;
        spare[counts[digit]!++] = row;
      }
      [order, spare] = [spare, order];
    }
  }
  return order;
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

function compareRows(words: Uint32Array, width: number, left: number, right: number): number {
  for (let at = 0; at < width; at++) {
    const difference = words[left * width + at]! - words[right * width + at]!;
    if (difference !== 0) return difference;
  }
  return left - right;
}
