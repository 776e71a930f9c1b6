import { encodeCodePoint, hexDigit } from "../../language/values/bytes.ts";
import { isLetter } from "../detector/characters.ts";
import { NAMED_CHARACTERS } from "../views/references.ts";

/** In any letter case: what no browser reads costs nothing here. */
const NAMED: ReadonlyMap<string, string> = new Map(
  [...NAMED_CHARACTERS].map(([name, code]) => [name.toLowerCase(), String.fromCharCode(code)]),
);

/** Letters and digits of the longest name in {@link NAMED}. */
const LONGEST_NAME = 16;

/** Names that HTML reads without a semicolon. */
const BARE: ReadonlySet<string> = new Set(["amp", "lt", "gt", "quot", "nbsp"]);

/**
 * The text with its character references replaced by what they stand for, as in the value of an attribute: numeric ones with
 * any number of digits, semicolon or not. The same string when there is none. Characters beyond ASCII come as UTF-8.
 */
export function decodeReferences(text: string): string {
  let at = text.indexOf("&");
  if (at < 0) return text;
  const parts: string[] = [];
  let copied = 0;
  while (at >= 0 && at + 2 < text.length) {
    const end =
      text.charCodeAt(at + 1) === 35 ? numeric(text, at, copied, parts) : named(text, at, copied, parts);
    if (end > at) copied = end;
    at = text.indexOf("&", Math.max(end, at + 1));
  }
  if (parts.length === 0) return text;
  parts.push(text.slice(copied));
  return parts.join("");
}

/** Reads `&#…`; answers the byte after it, or -1 when it is none. */
function numeric(text: string, start: number, copied: number, parts: string[]): number {
  let at = start + 2;
  const hex = (text.charCodeAt(at) | 32) === 120;
  if (hex) at++;
  const first = at;
  let code = 0;
  for (; at < text.length; at++) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit < 0 || (!hex && digit > 9)) break;
    if (code < 0x110000) code = code * (hex ? 16 : 10) + digit;
  }
  if (at === first) return -1;
  if (text.charCodeAt(at) === 59) at++;
  const known = code > 0 && code < 0x110000 && (code < 0xd800 || code > 0xdfff);
  parts.push(text.slice(copied, start), known ? encodeCodePoint(code) : "");
  return at;
}

/** Reads `&name;`; answers the byte after it, or -1 when it is none. */
function named(text: string, start: number, copied: number, parts: string[]): number {
  let at = start + 1;
  const most = Math.min(text.length, at + LONGEST_NAME);
  while (at < most && isLetter(text.charCodeAt(at))) at++;
  const name = text.slice(start + 1, at).toLowerCase();
  const value = NAMED.get(name);
  const closed = text.charCodeAt(at) === 59;
  if (value === undefined || (!closed && !BARE.has(name))) return -1;
  parts.push(text.slice(copied, start), value);
  return closed ? at + 1 : at;
}
