/** The byte order mark of UTF-8. */
export const UTF8_MARK = "\xef\xbb\xbf";

/** Byte order marks of the wide forms of Unicode, the longer ones first: that of UTF-16 begins one of UTF-32. */
const WIDE_MARKS = [
  { bytes: "\xff\xfe\0\0", form: "utf-32le" },
  { bytes: "\0\0\xfe\xff", form: "utf-32be" },
  { bytes: "\xff\xfe", form: "utf-16le" },
  { bytes: "\xfe\xff", form: "utf-16be" },
] as const;

export type WideMark = (typeof WIDE_MARKS)[number];

/** The byte order mark of UTF-16 or UTF-32 that the bytes begin with. */
export function wideMark(bytes: string): WideMark | undefined {
  return WIDE_MARKS.find((mark) => bytes.startsWith(mark.bytes));
}

/** Where the text begins after a byte order mark of UTF-8. */
export function behindMark(bytes: string): 0 | 3 {
  return bytes.startsWith(UTF8_MARK) ? 3 : 0;
}
