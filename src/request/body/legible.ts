// On the request path, over all of a file: one pass, and a text is only made of what can be read.
import { fromUint8Array } from "../../language/values/bytes.ts";

/** Nothing shorter is an attack in what decoding has made. */
export const MIN_LEGIBLE = 8;

/** By byte: printable ASCII and white space are 1, as in the patterns below. */
export const IS_LEGIBLE = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 9 && byte <= 13) || (byte >= 32 && byte < 127) ? 1 : 0,
);

/** Up to so many bytes {@link RUNS} are shown, beyond them {@link LONG_RUNS}. */
const MAX_WITH_SHORT_RUNS = 65_536;

/** Printable ASCII and white space; random bytes have one run of twelve in about 200 KB, one of eight in 5 KB. */
const RUNS = /[\t-\r -~]{8,}/g;
const LONG_RUNS = /[\t-\r -~]{12,}/g;
const MIN_LONG = 12;

/** The legible parts of bytes that are not text: the runs of printable characters, a line for each. */
export function legibleRuns(bytes: string): string {
  return bytes.length > MAX_WITH_SHORT_RUNS ? longRuns(bytes) : (bytes.match(RUNS) ?? []).join("\n");
}

/** The same of bytes that no text was made of: only the runs are. */
export function legibleRunsOf(bytes: Uint8Array, length: number): string {
  const least = length > MAX_WITH_SHORT_RUNS ? MIN_LONG : MIN_LEGIBLE;
  let runs = "";
  let run = 0;
  for (let at = 0; at < length; at++) {
    // Without a branch: in bytes that are not text every other one would be taken wrongly.
    run = (run + 1) * (IS_LEGIBLE[bytes[at] ?? 0] ?? 0);
    if (run < least) continue;
    const start = at + 1 - least;
    while (at < length && IS_LEGIBLE[bytes[at] ?? 0] === 1) at++;
    const text = fromUint8Array(bytes.subarray(start, at));
    runs = runs === "" ? text : `${runs}\n${text}`;
    run = 0;
  }
  return runs;
}

/** The same with {@link LONG_RUNS} only, however few bytes there are. */
function longRuns(bytes: string): string {
  return (bytes.match(LONG_RUNS) ?? []).join("\n");
}

/** The long runs of bytes, only so many that they are at most `most` bytes, and one more to tell that there are others. */
export function firstLongRuns(bytes: string, most: number): string {
  const runs: string[] = [];
  let length = -1;
  for (const [run] of bytes.matchAll(LONG_RUNS)) {
    runs.push(run.slice(0, most + 1));
    length += run.length + 1;
    if (length > most) break;
  }
  return runs.join("\n").slice(0, most + 1);
}

/** The same of text whose characters are two or four bytes wide, the others NUL; "" where bytes hold no such text. */
export function wideRuns(bytes: string): string {
  return WIDE_RUN.test(bytes) ? legibleRuns(bytes.replaceAll("\0", "")) : "";
}

/** Whether bytes have as many that are NUL as the shortest run of wide characters. */
export function mayBeWide(bytes: Uint8Array, length: number): boolean {
  let zeros = 0;
  for (let at = 0; at < length && zeros < MIN_LEGIBLE; at++) if (bytes[at] === 0) zeros++;
  return zeros === MIN_LEGIBLE;
}

const WIDE_RUN = /(?:[\t-\r -~]\0{1,3}){8}|(?:\0{1,3}[\t-\r -~]){8}/;

/** Up to so many bytes are shown as they are: too few for patterns to match by chance. */
export const SHOWN_WHOLE = 4_096;

/**
 * What a reader that takes bytes for a field has that is legible: of a few bytes all of them, since other bytes between the words of
 * an attack need not end it. A NUL byte is shown as a blank, and a byte above ASCII, which is not a character here, as a delete
 * character: patterns are slow on broken UTF-8.
 */
export function legibleField(bytes: string): readonly string[] {
  const shown =
    bytes.length <= SHOWN_WHOLE
      ? bytes.replaceAll("\0", " ").replace(/[\x80-\xff]/g, "\x7f")
      : legibleRuns(bytes);
  return [shown, wideRuns(bytes)].filter((text) => text !== "");
}
