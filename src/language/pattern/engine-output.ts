import { utf8Encode } from "../values/bytes.ts";

/** UTF-16 offsets into decoded text, as an engine reports them, turned into byte offsets; -1 stays. */
export function toByteOffsets(text: string, offsets: readonly number[]): readonly number[] {
  const ascending = [...offsets.entries()].sort(([, left], [, right]) => left - right);
  const out = [...offsets];
  let at = 0;
  let bytes = 0;
  for (const [place, offset] of ascending) {
    if (offset < 0) continue;
    bytes += utf8Encode(text.slice(at, offset)).length;
    at = offset;
    out[place] = bytes;
  }
  return out;
}
