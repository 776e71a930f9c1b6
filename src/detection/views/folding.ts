// On the request path, for texts with bytes above ASCII.
import { isUtf8, utf8Decode, utf8Encode } from "../../language/values/bytes.ts";

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

/** The same in UTF-8, without overlong forms: what holds none of it need not be decoded. */
const ODD_BYTES =
  /\xef(?:[\xb9\xbc-\xbe]|\xbb\xbf)|\xf0(?:\x9d[\x90-\x9f]|\x9f\x84[\x90-\xbf]|\x9f\x85)|\xe2(?:[\x91-\x93]|\x81[\xa0\xb0-\xbf]|\x82[\x80-\x9c]|\x84|\x85[\x80-\x8f]|\x80[\x8b-\x8d\xa4\xa8\xa9]|\x88[\x95\x96\xb6]|\xa7[\xb5\xb8])|\xca[\xb9\xbc]|\xea\x9e\x89|\xe3\x80\x82|\xc2[\xa0\xad]|\xe1(?:\xb4[\xac-\xbf]|\xb5[\x80-\xaa])/;

/** A sequence that spells an ASCII character in more bytes than it needs. */
const OVERLONG =
  /[\xc0\xc1][\x80-\xbf]|\xe0[\x80\x81][\x80-\xbf]|\xf0\x80[\x80\x81][\x80-\xbf]|\xf8\x80\x80[\x80\x81][\x80-\xbf]|\xfc\x80\x80\x80[\x80\x81][\x80-\xbf]/g;

const MAY_BE_OVERLONG = /[\xc0\xc1\xe0\xf0\xf8\xfc]/;

/**
 * The text with characters folded to the ASCII ones that lenient readers, databases and file systems take them for: full-width,
 * circled and mathematical forms (Unicode's compatibility decomposition), white space that is none of ASCII, invisible
 * characters, overlong UTF-8. The same string when there is nothing to fold. Prose in any script stays as it is, typographic quotes
 * included, unless other such characters are in it.
 */
export function foldToAscii(bytes: string): string {
  const short = undoOverlong(bytes);
  if (!ODD_BYTES.test(short) || !isUtf8(short)) return short;
  let isOdd = false;
  const folded = short.replace(SEQUENCE, (sequence) => {
    const { form, isOdd: isOne } = formOf(sequence);
    isOdd ||= isOne;
    return form;
  });
  return isOdd ? folded : short;
}

/** A character outside of ASCII, in UTF-8. */
const SEQUENCE = /[\xc2-\xf4][\x80-\xbf]{1,3}/g;

interface Form {
  readonly form: string;
  readonly isOdd: boolean;
}

/** Texts have few characters, and those often. */
const forms = new Map<string, Form>();
const MAX_FORMS = 2048;

/** What a character is folded to: itself, as a rule. */
function formOf(sequence: string): Form {
  const known = forms.get(sequence);
  if (known !== undefined) return known;
  const character = utf8Decode(sequence) ?? "";
  const alike = TYPOGRAPHIC.test(character) ? undefined : LOOK_ALIKES.get(character);
  const made = { form: utf8Encode(alike ?? asciiForm(character)), isOdd: ODD.test(character) };
  if (forms.size === MAX_FORMS) forms.clear();
  forms.set(sequence, made);
  return made;
}

/** The text with ASCII characters that are spelt in more bytes than they need as those characters. */
export function undoOverlong(bytes: string): string {
  if (!MAY_BE_OVERLONG.test(bytes)) return bytes;
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
