import type { Place, Report } from "../detector/detector.ts";
import { ZERO_BYTE } from "./path-kinds.ts";

const BEHIND = /(?:\.?\w{0,5}$|[/\\])/y;
const FILE = /(?:passwd|\.(?:php\d?|jsp|asp|ini|conf|cfg|log))$/i;

const isControl = (code: number) => code < 0x20 && code !== 0x09;
const isWord = (code: number) =>
  (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) || code === 0x5f;

/** A zero byte that ends the name of a file for what is written in C. */
export function findZeroByte(text: string, place: Place, report: Report): void {
  if (place.part === "header") return;
  const first = text.indexOf("\0");
  if (endsName(text, first)) report(ZERO_BYTE, first, first + 1);
  for (let at = first; at !== -1; at = text.indexOf("\0", at + 1)) {
    if (at > 0 && isWord(text.charCodeAt(at - 1)) && FILE.test(text.slice(Math.max(0, at - 8), at))) {
      report(ZERO_BYTE, at, at + 1);
      return;
    }
  }
}

/** In the middle of a binary file a zero byte means nothing: no control character is in front of this one. */
function endsName(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (!isWord(before) && before !== 0x29) return false;
  BEHIND.lastIndex = at + 1;
  if (!BEHIND.test(text)) return false;
  for (let one = 0; one < at; one++) if (isControl(text.charCodeAt(one))) return false;
  return true;
}
