// On the request path, for texts with bytes above ASCII.
import { utf8Decode, utf8Encode } from "../../language/values/bytes.ts";

/** Characters that stand for an ASCII one where a compatibility form does not say so. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
  ["\u00a0", " "],
  ["\u00ad", ""],
  ["\u02b9", "'"],
  ["\u02bc", "'"],
  ["\u200b", ""],
  ["\u200c", ""],
  ["\u200d", ""],
  ["\u2060", ""],
  ["\ufeff", ""],
  ["\u2028", "\n"],
  ["\u2029", "\n"],
  ["\u2215", "/"],
  ["\u2044", "/"],
  ["\u29f8", "/"],
  ["\u2216", "\\"],
  ["\u29f5", "\\"],
  ["\u2024", "."],
  ["\u3002", "."],
  ["\uff61", "."],
  ["\u2236", ":"],
  ["\ua789", ":"],
  ["\u2039", "<"],
  ["\u203a", ">"],
  ["\u3008", "<"],
  ["\u3009", ">"],
  ["\u2018", "'"],
  ["\u2019", "'"],
  ["\u2032", "'"],
  ["\u201c", '"'],
  ["\u201d", '"'],
  ["\u2033", '"'],
]);

/** Quotes that writers set: folded only beside characters that nobody writes. */
const TYPOGRAPHIC = /[\u2018\u2019\u2032\u201c\u201d\u2033\u2039\u203a]/;
/** Characters with an ASCII form that nobody writes in prose: full width, circled, mathematical; white space apart. */
const ODD =
  /[\uff01-\uff5e\u{1d400}-\u{1d7ff}\u2460-\u24ff\ufe50-\ufe6b\u2070-\u209c\u2100-\u214f\u02b9\u02bc\u2024\u2215\u2216\u29f5\u29f8\u2236\ua789\u3002\uff61\u200b-\u200d\u2060\u00ad\u00a0\u2028\u2029\u1d2c-\u1d6a\u{1f110}-\u{1f149}]/u;

/** A sequence that spells an ASCII character in more bytes than it needs. */
const OVERLONG =
  /[\xc0\xc1][\x80-\xbf]|\xe0[\x80\x81][\x80-\xbf]|\xf0\x80[\x80\x81][\x80-\xbf]|\xf8\x80\x80[\x80\x81][\x80-\xbf]|\xfc\x80\x80\x80[\x80\x81][\x80-\xbf]/g;

/**
 * The text with characters folded to the ASCII ones that lenient readers, databases and file systems take them for: full-width,
 * circled and mathematical forms (Unicode's compatibility decomposition), white space that is none of ASCII, invisible
 * characters, overlong UTF-8. The same string when there is nothing to fold. Prose in any script stays as it is, typographic quotes
 * included, unless other such characters stand in it.
 */
export function foldToAscii(bytes: string): string {
  const short = undoOverlong(bytes);
  const text = utf8Decode(short);
  if (text === undefined || !ODD.test(text)) return short;
  let out = "";
  for (const character of text) {
    if (character < "\x80") {
      out += character;
      continue;
    }
    const alike = TYPOGRAPHIC.test(character) ? undefined : LOOK_ALIKES.get(character);
    out += alike ?? asciiForm(character);
  }
  return utf8Encode(out);
}

/** The text with ASCII characters that are spelt in more bytes than they need as those characters. */
export function undoOverlong(bytes: string): string {
  return bytes.replace(OVERLONG, (sequence) => {
    const last = sequence.charCodeAt(sequence.length - 1) & 63;
    const before = sequence.charCodeAt(sequence.length - 2);
    return String.fromCharCode(((before & 1) << 6) | last);
  });
}

/** The compatibility form of a character where that is ASCII, else the character. */
function asciiForm(character: string): string {
  const form = character.normalize("NFKC");
  for (let at = 0; at < form.length; at++) if (form.charCodeAt(at) >= 0x80) return character;
  return form;
}
