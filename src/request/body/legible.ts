// On the request path, over all of a file: one pass, and a text is only made of what can be read.

/** Nothing shorter is an attack. */
export const MIN_LEGIBLE = 8;
/** One byte that is no text in as many. */
const MAX_GAP_SHARE = 5;

/** Printable ASCII and white space. */
const IS_LEGIBLE = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 9 && byte <= 13) || (byte >= 32 && byte < 127) ? 1 : 0,
);

/**
 * What can be read in bytes that are no text, a line for each run: legible bytes, with single others in between. A NUL byte inside
 * of one is shown as a blank, as string tables have one behind each string, and a byte above ASCII, which is no character here, as a
 * delete character: patterns are slow on broken UTF-8. Of random bytes about one in 25 is in such a run.
 */
export function legibleRuns(bytes: string): string {
  let runs = "";
  for (let at = 0; at < bytes.length; ) {
    if (IS_LEGIBLE[bytes.charCodeAt(at)] !== 1) {
      at++;
      continue;
    }
    const start = at;
    let gaps = 0;
    for (at++; at < bytes.length; at++) {
      if (IS_LEGIBLE[bytes.charCodeAt(at)] === 1) continue;
      if (IS_LEGIBLE[bytes.charCodeAt(at + 1)] !== 1) break;
      gaps++;
    }
    const length = at - start;
    if (length < MIN_LEGIBLE || gaps * MAX_GAP_SHARE > length) continue;
    runs += runs === "" ? bytes.slice(start, at) : `\n${bytes.slice(start, at)}`;
  }
  return runs.replaceAll("\0", " ").replace(/[\x80-\xff]/g, "\x7f");
}

/** The same of text whose characters are two or four bytes wide, the others NUL; "" where bytes hold no such text. */
export function wideRuns(bytes: string): string {
  if (!bytes.includes("\0")) return "";
  const narrow = bytes.replaceAll("\0", "");
  return (bytes.length - narrow.length) * MIN_WIDE_SHARE < bytes.length ? "" : legibleRuns(narrow);
}

/** One NUL byte in as many, at least. */
const MIN_WIDE_SHARE = 4;
