import { utf8Encode } from "../values/bytes.ts";

/** UTF-16 offsets into decoded text, as an engine reports them, turned into byte offsets; -1 stays. */
export function toByteOffsets(text: string, offsets: readonly number[]): readonly number[] {
  const known = new Map<number, number>([[-1, -1]]);
  let at = 0;
  let bytes = 0;
  for (const offset of [...new Set(offsets)].sort((left, right) => left - right)) {
    if (offset < 0) continue;
    bytes += utf8Encode(text.slice(at, offset)).length;
    at = offset;
    known.set(offset, bytes);
  }
  return offsets.map((offset) => known.get(offset)!);
}
