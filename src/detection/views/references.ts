// On the request path, for texts with an ampersand.

import { encodeCodePoint, hexDigit } from "../../language/values/bytes.ts";
import { isLetter } from "../detector/characters.ts";

/** Names of characters that languages are made of (the HTML standard's table of named character references). */
export const NAMED_CHARACTERS: ReadonlyMap<string, number> = new Map([
  ["lt", 60],
  ["gt", 62],
  ["amp", 38],
  ["quot", 34],
  ["apos", 39],
  ["LT", 60],
  ["GT", 62],
  ["AMP", 38],
  ["QUOT", 34],
  ["Tab", 9],
  ["NewLine", 10],
  ["nbsp", 32],
  ["excl", 33],
  ["num", 35],
  ["dollar", 36],
  ["percnt", 37],
  ["lpar", 40],
  ["rpar", 41],
  ["ast", 42],
  ["midast", 42],
  ["plus", 43],
  ["comma", 44],
  ["period", 46],
  ["sol", 47],
  ["colon", 58],
  ["semi", 59],
  ["equals", 61],
  ["quest", 63],
  ["commat", 64],
  ["lsqb", 91],
  ["lbrack", 91],
  ["bsol", 92],
  ["rsqb", 93],
  ["rbrack", 93],
  ["Hat", 94],
  ["lowbar", 95],
  ["grave", 96],
  ["DiacriticalGrave", 96],
  ["lcub", 123],
  ["lbrace", 123],
  ["verbar", 124],
  ["vert", 124],
  ["rcub", 125],
  ["rbrace", 125],
]);

const LONGEST_NAME = 16;

/**
 * The text with character references of HTML undone: numeric ones with and without a semicolon, and names of the ASCII
 * characters that languages are made of. The same string when there is nothing to undo.
 */
export function undoReferences(text: string): string {
  let out = "";
  let copied = 0;
  for (let at = text.indexOf("&"); at !== -1; at = text.indexOf("&", at)) {
    const end = text.charCodeAt(at + 1) === 35 ? numeric(text, at + 2) : named(text, at + 1);
    if (end === 0) {
      at++;
      continue;
    }
    out += text.slice(copied, at) + encodeCodePoint(code);
    copied = end;
    at = end;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

/** What the last reference stands for: one result of two would be an object for each. */
let code = 0;

function numeric(text: string, at: number): number {
  const isHex = (text.charCodeAt(at) | 32) === 120;
  const start = isHex ? at + 1 : at;
  let of = start;
  let value = 0;
  for (; ; of++) {
    const digit = hexDigit(text.charCodeAt(of));
    if (!(digit >= 0) || (!isHex && digit > 9)) break;
    // Leading zeros are free; beyond the last code point all is one.
    value = Math.min(value * (isHex ? 16 : 10) + digit, 0x110000);
  }
  if (of === start || value === 0 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return 0;
  code = value;
  return text.charCodeAt(of) === 59 ? of + 1 : of;
}

function named(text: string, at: number): number {
  let end = at;
  // No further than a name is long: an ampersand may come again with each byte.
  const limit = at + LONGEST_NAME;
  while (end < limit && isLetter(text.charCodeAt(end))) end++;
  if (end === at || text.charCodeAt(end) !== 59) return 0;
  const value = NAMED_CHARACTERS.get(text.slice(at, end));
  if (value === undefined) return 0;
  code = value;
  return end + 1;
}
