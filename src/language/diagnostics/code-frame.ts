import type { Source } from "./source.ts";

/** Terminal columns that a frame shows of one line. */
const FRAME_WIDTH = 100;
/** Characters kept to the left of the place when a line is cut. */
const LEAD = 30;

/**
 * The line at `start` with carets under the span (at least one, and not beyond the line), ready to print.
 *
 * Long lines are cut to a window round the place. Carets stand right under wide and combining characters and under
 * tabs. Control characters show as their pictures: a rule's text must not steer the terminal that reports on it.
 */
export function codeFrame(source: Source, start: number, end: number): string {
  const { line } = source.positionAt(start);
  const text = source.lineText(line);
  const lineStart = source.lineStart(line);
  const from = Math.min(start - lineStart, text.length);
  const to = Math.max(from, Math.min(end - lineStart, text.length));
  const first = text.length <= FRAME_WIDTH ? 0 : wholePair(text, Math.max(0, from - LEAD));
  const last =
    text.length <= FRAME_WIDTH ? text.length : wholePair(text, Math.min(text.length, first + FRAME_WIDTH));
  const before = first > 0 ? "…" : "";
  const shownTo = Math.min(to, last);
  const lead = [...text.slice(first, from)].map(blank).join("");
  const carets = Math.max(1, width(text.slice(from, shownTo)));
  const gutter = String(line);
  return [
    `${gutter} | ${before}${[...text.slice(first, last)].map(visible).join("")}${last < text.length ? "…" : ""}`,
    `${" ".repeat(gutter.length)} | ${before === "" ? "" : " "}${lead}${"^".repeat(carets)}`,
  ].join("\n");
}

/** Moves an offset that splits a surrogate pair to the pair's start. */
function wholePair(text: string, at: number): number {
  const splits = (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return splits ? at - 1 : at;
}

function visible(char: string): string {
  const code = char.codePointAt(0)!;
  if (char === "\t") return char;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return isInvisible(code) ? "\ufffd" : char;
}

function blank(char: string): string {
  return char === "\t" ? "\t" : " ".repeat(width(char));
}

function width(text: string): number {
  let columns = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    columns += isCombining(code) ? 0 : isWide(code) ? 2 : 1;
  }
  return columns;
}

/** C1 controls, lone surrogates, and the marks that reorder or hide text. */
function isInvisible(code: number): boolean {
  return (
    (code >= 0x80 && code < 0xa0) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0xfeff
  );
}

function isCombining(code: number): boolean {
  return (
    (code >= 0x300 && code <= 0x36f) ||
    (code >= 0x20d0 && code <= 0x20ff) ||
    (code >= 0xfe00 && code <= 0xfe0f)
  );
}

/** East Asian wide and fullwidth blocks and the emoji planes, after Unicode's EastAsianWidth, by block. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1f64f) ||
    (code >= 0x1f900 && code <= 0x1f9ff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
