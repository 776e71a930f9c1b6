import {
  asciiLower,
  encodeCodePoint,
  isAscii,
  toUint8Array,
  utf8Encode,
} from "../../language/values/bytes.ts";
import { type WideMark, wideMark } from "./marks.ts";

/**
 * How a character set relates to ASCII:
 *
 * - `ascii`: a byte below 0x80 is the ASCII character, wherever it is;
 * - `multi_byte`: such a byte may also be a part of another character, so that readers which know the set see other text
 *   than those which do not;
 * - `unicode`: UTF-16 and UTF-32, in which it is a part of a character;
 * - `other`: it may be another character. Bytes as they are tell nothing.
 */
export type CharsetKind = "ascii" | "multi_byte" | "unicode" | "other";

export interface Charset {
  /** Lower-case name. */
  readonly name: string;
  readonly kind: CharsetKind;
  /**
   * The texts, as UTF-8 byte strings, that readers of the set may see in the bytes: several where they disagree about byte
   * order. Ill-formed bytes become U+FFFD. The bytes as they are for `ascii`, since what is not ASCII says nothing to rules.
   * Empty when the platform cannot decode the set.
   */
  readonly readings: (bytes: string) => readonly string[];
}

/**
 * The character set that a label stands for, letter case and blanks at its ends aside: the labels of the WHATWG
 * Encoding Standard, spellings that Java and Python use, and sets that only they decode. Undefined for any other: the
 * text of a body in it is not known. The label is a parsed parameter value, without its quotes.
 */
export function charsetOf(label: string): Charset | undefined {
  const name = asciiLower(withoutBlanks(label));
  return name.length > MAX_LABEL
    ? undefined
    : CHARSETS.get(LABELS.get(name) ?? LABELS.get(name.replaceAll("_", "-")) ?? "");
}

/**
 * The form of Unicode that the first bytes show: a byte order mark, or the zero bytes of ASCII characters (RFC 4627 §3, XML
 * 1.0 appendix F). Undefined when they show none, as in plain UTF-8. A mark of UTF-8 is none of these.
 */
export function detectUnicode(bytes: string): Charset | undefined {
  const form = unicodeForm(bytes);
  return form === undefined ? undefined : CHARSETS.get(form);
}

function unicodeForm(bytes: string): string | undefined {
  const marked = wideMark(bytes);
  if (marked !== undefined) return marked.form;
  if (bytes.startsWith("\x4c\x6f\xa7\x94")) return "ibm037";
  if (bytes.length < 2) return undefined;
  const first = bytes.charCodeAt(0);
  const second = bytes.charCodeAt(1);
  const isLong = bytes.length >= 4 && bytes.length % 4 === 0;
  const rest = bytes.charCodeAt(2) || bytes.charCodeAt(3);
  if (first === 0 && second !== 0) return "utf-16be";
  if (first !== 0 && second === 0) return isLong && rest === 0 ? "utf-32le" : "utf-16le";
  return first === 0 && isLong && bytes.charCodeAt(2) === 0 && rest !== 0 ? "utf-32be" : undefined;
}

const LABEL_BLANKS = "\t\n\f\r ";

/** By indexes, since an expression for the end of a text is tried at each run of blanks in it. */
function withoutBlanks(label: string): string {
  let start = 0;
  let end = label.length;
  while (start < end && LABEL_BLANKS.includes(label.charAt(start))) start++;
  while (end > start && LABEL_BLANKS.includes(label.charAt(end - 1))) end--;
  return label.slice(start, end);
}

/** Longer than any label there is. */
const MAX_LABEL = 48;

type Order = "le" | "be";

/** UTF-16 in one order; a mark of that order at the beginning is left out. */
function utf16(bytes: string, order: Order, from = 0): string {
  const [high, low] = order === "be" ? [0, 1] : [1, 0];
  const units: string[] = [];
  let at = from;
  for (; at + 1 < bytes.length; at += 2)
    units.push(String.fromCharCode((bytes.charCodeAt(at + high) << 8) | bytes.charCodeAt(at + low)));
  if (at < bytes.length) units.push("\ufffd");
  const text = units.join("");
  return utf8Encode(text.startsWith("\ufeff") ? text.slice(1) : text);
}

function utf32(bytes: string, order: Order, from = 0): string {
  const characters: string[] = [];
  let at = from;
  for (; at + 3 < bytes.length; at += 4) {
    const [first, second, third, fourth] =
      order === "be" ? [at, at + 1, at + 2, at + 3] : [at + 3, at + 2, at + 1, at];
    const code =
      bytes.charCodeAt(first) * 0x1000000 +
      ((bytes.charCodeAt(second) << 16) | (bytes.charCodeAt(third) << 8) | bytes.charCodeAt(fourth));
    const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    if (code !== 0xfeff || at > from) characters.push(encodeCodePoint(isCharacter ? code : 0xfffd));
  }
  if (at < bytes.length) characters.push(encodeCodePoint(0xfffd));
  return characters.join("");
}

/** Without a named order a mark determines it; readers disagree about bytes without one. */
function unordered(
  form: "utf-16" | "utf-32",
  decode: (bytes: string, order: Order, from?: number) => string,
) {
  return (bytes: string): readonly string[] => {
    const mark: WideMark | undefined = wideMark(form === "utf-16" ? bytes.slice(0, 2) : bytes);
    if (mark?.form.startsWith(form))
      return [decode(bytes, mark.form.endsWith("be") ? "be" : "le", mark.bytes.length)];
    return [decode(bytes, "le"), decode(bytes, "be")];
  };
}

/** UTF-7 (RFC 2152), leniently: what is not Base64 ends a shifted part, and characters that need not be there are taken. */
function utf7(bytes: string): string {
  let out = "";
  let copied = 0;
  for (let at = bytes.indexOf("+"); at !== -1; at = bytes.indexOf("+", copied)) {
    out += bytes.slice(copied, at);
    let end = at + 1;
    let bits = 0;
    let group = 0;
    const units: string[] = [];
    for (; end < bytes.length; end++) {
      const digit = BASE64.indexOf(bytes.charAt(end));
      if (digit === -1) break;
      group = ((group << 6) | digit) & 0x3fffff;
      bits += 6;
      if (bits < 16) continue;
      bits -= 16;
      units.push(String.fromCharCode((group >> bits) & 0xffff));
    }
    const isMinus = bytes.charCodeAt(end) === 45;
    // `+-` is a plus sign; so is one before anything else, for lenient readers.
    out += end === at + 1 ? "+" : utf8Encode(units.join(""));
    copied = isMinus ? end + 1 : end;
  }
  return out + bytes.slice(copied);
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Code page 037 as the Latin-1 characters of its bytes. */
const IBM037 =
  "000102039c09867f978d8e0b0c0d0e0f101112139d8508871819928f1c1d1e1f80818283840a171b88898a8b8c050607909116939495960498999a9b14159e1a" +
  "20a0e2e4e0e1e3e5e7f1a22e3c282b7c26e9eaebe8edeeefecdf21242a293bac2d2fc2c4c0c1c3c5c7d1a62c255f3e3ff8c9cacbc8cdcecfcc603a2340273d22" +
  "d8616263646566676869abbbf0fdfeb1b06a6b6c6d6e6f707172aabae6b8c6a4b57e737475767778797aa1bfd0dddeae5ea3a5b7a9a7b6bcbdbe5b5dafa8b4d7" +
  "7b414243444546474849adf4f6f2f3f57d4a4b4c4d4e4f505152b9fbfcf9faff5cf7535455565758595ab2d4d6d2d3d530313233343536373839b3dbdcd9da9f";

/** A code page that differs from 037 in some bytes. */
function ebcdic(differences: readonly (readonly [byte: number, latin: number])[]) {
  let table: readonly string[] | undefined;
  return (bytes: string): readonly string[] => {
    table ??= ebcdicTable(differences);
    let out = "";
    for (let at = 0; at < bytes.length; at++) out += table[bytes.charCodeAt(at)] ?? "";
    return [out];
  };
}

function ebcdicTable(differences: readonly (readonly [byte: number, latin: number])[]): readonly string[] {
  const table: string[] = [];
  for (let at = 0; at < IBM037.length; at += 2)
    table.push(encodeCodePoint(Number.parseInt(IBM037.slice(at, at + 2), 16)));
  for (const [byte, latin] of differences) table[byte] = encodeCodePoint(latin);
  return table;
}

/** The used part of the platform's decoder, which is not in the types of the core. */
type MakeDecoder = new (label: string) => { decode(bytes: Uint8Array): string };

function isDecoder(value: unknown): value is MakeDecoder {
  return typeof value === "function";
}

/** A reader by the platform's decoder, made when first used; nothing where the platform has none for the set. */
function byPlatform(name: string): (bytes: string) => readonly string[] {
  let decode: ((bytes: string) => string | undefined) | undefined;
  return (bytes) => {
    if (isAscii(bytes) && !bytes.includes("\x1b")) return [bytes];
    decode ??= platformDecoder(name);
    const text = decode(bytes);
    return text === undefined ? [] : [text];
  };
}

function platformDecoder(name: string): (bytes: string) => string | undefined {
  const make: unknown = Reflect.get(globalThis, "TextDecoder");
  if (!isDecoder(make)) return () => undefined;
  try {
    const decoder = new make(name);
    return (bytes) => utf8Encode(decoder.decode(toUint8Array(bytes)));
  } catch {
    // A platform without the set's tables says so by an error.
    return () => undefined;
  }
}

function asIs(bytes: string): readonly string[] {
  return [bytes];
}

function charset(name: string, kind: CharsetKind, readings: Charset["readings"]): Charset {
  return Object.freeze({ name, kind, readings });
}

const ASCII_SETS = [
  "utf-8",
  "us-ascii",
  ...[437, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866, 869].map((page) => `ibm${page}`),
  ...[2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16].map((part) => `iso-8859-${part}`),
  "koi8-r",
  "koi8-u",
  "macintosh",
  "windows-874",
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((page) => `windows-125${page}`),
  "x-mac-cyrillic",
  "x-user-defined",
];
const MULTI_BYTE_SETS = ["big5", "euc-jp", "euc-kr", "gb18030", "gbk", "iso-2022-jp", "shift_jis"];

const CHARSETS: ReadonlyMap<string, Charset> = new Map(
  [
    ...ASCII_SETS.map((name) => charset(name, "ascii", asIs)),
    ...MULTI_BYTE_SETS.map((name) => charset(name, "multi_byte", byPlatform(name))),
    charset("utf-16", "unicode", unordered("utf-16", utf16)),
    charset("utf-16le", "unicode", (bytes) => [utf16(bytes, "le")]),
    charset("utf-16be", "unicode", (bytes) => [utf16(bytes, "be")]),
    charset("utf-32", "unicode", unordered("utf-32", utf32)),
    charset("utf-32le", "unicode", (bytes) => [utf32(bytes, "le")]),
    charset("utf-32be", "unicode", (bytes) => [utf32(bytes, "be")]),
    charset("utf-7", "other", (bytes) => [utf7(bytes)]),
    charset("ibm037", "other", ebcdic([])),
    charset(
      "ibm500",
      "other",
      ebcdic([
        [0x4a, 0x5b],
        [0x4f, 0x21],
        [0x5a, 0x5d],
        [0x5f, 0x5e],
        [0xb0, 0xa2],
        [0xba, 0xac],
        [0xbb, 0x7c],
      ]),
    ),
    charset(
      "ibm1047",
      "other",
      ebcdic([
        [0x5f, 0x5e],
        [0xad, 0x5b],
        [0xb0, 0xac],
        [0xba, 0xdd],
        [0xbb, 0xa8],
        [0xbd, 0x5d],
      ]),
    ),
  ].map((set) => [set.name, set]),
);

/** Other labels of each set, those with `_` for `-` left out. */
const ALIASES: readonly (readonly [name: string, labels: string])[] = [
  [
    "utf-8",
    "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf8 x-unicode20utf8 utf8-mb4 utf8mb4 utf-8-sig u8 utf cp65001 iso-10646-utf-8 csutf8",
  ],
  [
    "us-ascii",
    "ascii ansi_x3.4-1968 ansi_x3.4-1986 iso_646.irv:1991 iso646-us us 646 ibm367 cp367 csascii iso-ir-6",
  ],
  ["ibm437", "437 cp437 cspc8codepage437"],
  ["ibm850", "850 cp850 cspc850multilingual"],
  ["ibm852", "852 cp852 cspcp852"],
  ["ibm855", "855 cp855 csibm855"],
  ["ibm857", "857 cp857 csibm857"],
  ["ibm858", "858 cp858 ccsid00858 cp00858 ibm00858 pc-multilingual-850+euro csibm00858"],
  ["ibm860", "860 cp860 csibm860"],
  ["ibm861", "861 cp861 cp-is csibm861"],
  ["ibm862", "862 cp862 cspc862latinhebrew"],
  ["ibm863", "863 cp863 csibm863"],
  ["ibm865", "865 cp865 csibm865"],
  ["ibm866", "866 cp866 csibm866"],
  ["ibm869", "869 cp869 cp-gr csibm869"],
  ["iso-8859-2", "csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2:1987 l2 latin2 latin-2"],
  ["iso-8859-3", "csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3:1988 l3 latin3 latin-3"],
  ["iso-8859-4", "csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4:1988 l4 latin4 latin-4"],
  ["iso-8859-5", "csisolatincyrillic cyrillic iso-ir-144 iso8859-5 iso88595 iso_8859-5:1988"],
  [
    "iso-8859-6",
    "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6:1987",
  ],
  [
    "iso-8859-7",
    "csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 iso8859-7 iso88597 iso_8859-7:1987 sun_eu_greek",
  ],
  [
    "iso-8859-8",
    "csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
  ],
  ["iso-8859-10", "csisolatin6 iso-ir-157 iso8859-10 iso885910 l6 latin6 iso_8859-10:1992"],
  ["iso-8859-13", "iso8859-13 iso885913 csiso885913 iso-ir-179 l7 latin7 latin-7"],
  [
    "iso-8859-14",
    "iso8859-14 iso885914 csiso885914 iso-ir-199 iso_8859-14:1998 iso-celtic l8 latin8 latin-8",
  ],
  ["iso-8859-15", "csisolatin9 iso8859-15 iso885915 l9 latin9 latin-9 csiso885915 iso-ir-203"],
  ["iso-8859-16", "iso8859-16 iso885916 csiso885916 iso-ir-226 iso_8859-16:2001 l10 latin10 latin-10"],
  ["koi8-r", "cskoi8r koi koi8 koi8_r"],
  ["koi8-u", "koi8-ru cskoi8u"],
  ["macintosh", "csmacintosh mac x-mac-roman mac-roman macroman"],
  [
    "windows-874",
    "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 cp874 cstis620 cswindows874 tis620 tis-620-2533 x-windows-874",
  ],
  ["windows-1250", "cp1250 x-cp1250 cswindows1250"],
  ["windows-1251", "cp1251 x-cp1251 cswindows1251"],
  [
    "windows-1252",
    "cp1252 x-cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1:1987 l1 latin1 latin-1 latin 8859 cswindows1252",
  ],
  ["windows-1253", "cp1253 x-cp1253 cswindows1253"],
  [
    "windows-1254",
    "cp1254 x-cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9:1989 l5 latin5 latin-5 cswindows1254",
  ],
  ["windows-1255", "cp1255 x-cp1255 cswindows1255"],
  ["windows-1256", "cp1256 x-cp1256 cswindows1256"],
  ["windows-1257", "cp1257 x-cp1257 cswindows1257"],
  ["windows-1258", "cp1258 x-cp1258 cswindows1258"],
  ["x-mac-cyrillic", "x-mac-ukrainian mac-cyrillic"],
  [
    "gbk",
    "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 iso-ir-58 x-gbk cp936 ms936 euc-cn csgbk windows-936",
  ],
  ["gb18030", "gb18030-2000 csgb18030"],
  ["big5", "big5-hkscs cn-big5 csbig5 x-x-big5 cp950 ms950 csbig5hkscs big5hkscs"],
  ["euc-jp", "cseucpkdfmtjapanese x-euc-jp eucjp extended_unix_code_packed_format_for_japanese ujis"],
  [
    "euc-kr",
    "cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949 cp949 ms949 euckr x-windows-949 uhc",
  ],
  ["iso-2022-jp", "csiso2022jp"],
  [
    "shift_jis",
    "csshiftjis ms932 ms_kanji shift-jis sjis windows-31j x-sjis cp932 shiftjis cswindows31j x-ms-cp932 windows-932 ms_932",
  ],
  [
    "utf-16",
    "utf16 ucs-2 unicode csunicode unicodefeff iso-10646-ucs-2 u16 utf-16-le-bom x-utf-16le-bom csutf16",
  ],
  ["utf-16le", "utf-16-le utf16le utf16-le unicodelittleunmarked ucs-2le x-utf-16le csutf16le"],
  ["utf-16be", "utf-16-be utf16be utf16-be unicodefffe unicodebigunmarked ucs-2be x-utf-16be csutf16be"],
  ["utf-32", "utf32 ucs-4 iso-10646-ucs-4 u32 csutf32 csucs4"],
  ["utf-32le", "utf-32-le utf32le utf32-le ucs-4le x-utf-32le csutf32le"],
  ["utf-32be", "utf-32-be utf32be utf32-be ucs-4be x-utf-32be csutf32be"],
  ["utf-7", "utf7 unicode-1-1-utf-7 unicode-2-0-utf-7 csutf7 u7 x-unicode-2-0-utf-7"],
  [
    "ibm037",
    "cp037 ibm-037 ibm-37 ibm37 x-ibm037 037 cp37 csibm037 ebcdic-cp-us ebcdic-cp-ca ebcdic-cp-wt ebcdic-cp-nl",
  ],
  ["ibm500", "cp500 ibm-500 x-ibm500 500 csibm500 ebcdic-cp-be ebcdic-cp-ch"],
  ["ibm1047", "cp1047 ibm-1047 x-ibm1047 1047"],
];

const LABELS: ReadonlyMap<string, string> = new Map([
  ...[...CHARSETS.keys()].map((name) => [name, name] as const),
  ...ALIASES.flatMap(([name, labels]) => labels.split(" ").map((label) => [label, name] as const)),
]);
