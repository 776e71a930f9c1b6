// Attackers escape names and delimiters to evade filters, and programs do so to embed them in other texts: the search for
// secrets reads the plain text.
import { encodeCodePoint } from "../../language/values/bytes.ts";

/** A text without its escapes. */
export interface PlainText {
  readonly text: string;
  /** For each byte, and for the end, its position in the original text. */
  readonly at: readonly number[];
}

/** Escapes that stand for a character: of URLs, programs, and markup. */
const ESCAPE =
  /%u([0-9a-f]{4})|%([0-9a-f]{2})|\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\u\{0{0,6}([0-9a-f]{1,6})\}|\\([0-7]{2,3})|&#0{0,8}([0-9]{1,7});|&#x0{0,8}([0-9a-f]{1,6});|&(equals|colon|quot|apos|lt|gt|amp|lowbar|nbsp);|\\(["'/\\tnr])/gi;
const NAMED: Readonly<Record<string, string>> = {
  equals: "=",
  colon: ":",
  quot: '"',
  apos: "'",
  lt: "<",
  gt: ">",
  amp: "&",
  lowbar: "_",
  nbsp: " ",
  t: "\t",
  n: "\n",
  r: "\r",
};
const BASES = [16, 16, 16, 16, 16, 8, 10, 16] as const;
/** Up to three levels of escapes are undone; programs do not produce more. */
const MAX_ROUNDS = 3;

/** The text after each level of undone escapes; empty when it has none. */
export function plainTexts(text: string): readonly PlainText[] {
  const found: PlainText[] = [];
  let last = text;
  let map: readonly number[] | undefined;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = unescaped(last);
    if (next === undefined) break;
    const before = map;
    map = before === undefined ? next.at : next.at.map((at) => before[at] ?? text.length);
    last = next.text;
    found.push({ text: last, at: map });
  }
  return found;
}

function unescaped(text: string): PlainText | undefined {
  if (!/[%\\&]/.test(text)) return undefined;
  const at: number[] = [];
  let out = "";
  let copied = 0;
  const copy = (end: number): void => {
    for (let one = copied; one < end; one++) at.push(one);
    out += text.slice(copied, end);
  };
  for (const match of text.matchAll(ESCAPE)) {
    const character = characterOf(match);
    copy(match.index);
    for (let one = 0; one < character.length; one++) at.push(match.index);
    out += character;
    copied = match.index + match[0].length;
  }
  if (copied === 0) return undefined;
  copy(text.length);
  at.push(text.length);
  return { text: out, at };
}

/** As bytes: an escape of URLs is one byte, all others are characters. */
function characterOf([whole, ...groups]: RegExpExecArray): string {
  const name = groups[8] ?? groups[9];
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? (name.length === 1 ? name : whole);
  const kind = groups.findIndex((group) => group !== undefined);
  const code = Number.parseInt(groups[kind] ?? "", BASES[kind]);
  if (kind === 1 || kind === 2) return String.fromCharCode(code);
  return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? "?" : encodeCodePoint(code);
}
