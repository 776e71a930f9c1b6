// On the request path: sets of two bytes each, which is what country codes are. A mark for each pair between the least
// and the greatest bytes measured less than half of looking the string up in a Set.

/** Bytes that a table may have: letters and digits of either case take fewer. */
const MAX_TABLE = 8192;

/** Tests membership in a set of strings of two bytes each; undefined when the items are others or too far apart. */
export function pairMembership(items: readonly string[]): ((text: string) => boolean) | undefined {
  if (items.length === 0 || items.some((item) => item.length !== 2)) return undefined;
  const pairs = items.map((item) => ({ row: item.charCodeAt(0), column: item.charCodeAt(1) }));
  const firsts = pairs.map((pair) => pair.row);
  const seconds = pairs.map((pair) => pair.column);
  const first = Math.min(...firsts);
  const second = Math.min(...seconds);
  const rows = Math.max(...firsts) - first + 1;
  const width = Math.max(...seconds) - second + 1;
  if (rows * width > MAX_TABLE) return undefined;
  const marks = new Uint8Array(rows * width);
  for (const { row, column } of pairs) marks[(row - first) * width + column - second] = 1;
  return (text) => {
    if (text.length !== 2) return false;
    const row = text.charCodeAt(0) - first;
    const column = text.charCodeAt(1) - second;
    return row >= 0 && row < rows && column >= 0 && column < width && marks[row * width + column] === 1;
  };
}
