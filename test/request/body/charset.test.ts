import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { available } from "../../support/available.ts";
import { bytes as byteStrings, utf8Encode } from "../../support/source/language/values.ts";
import { charsetOf, detectUnicode } from "../../support/source/request/body.ts";

const PYTHON = spawnSync("python3", ["--version"]).status === 0;

function bytesOf(text: string, encoding: "utf16le" | "latin1" | "utf8"): string {
  return Buffer.from(text, encoding).toString("latin1");
}

/** Bytes of each pair, or four, turned round. */
function swapped(bytes: string, size: number): string {
  let out = "";
  for (let at = 0; at < bytes.length; at += size) out += [...bytes.slice(at, at + size)].reverse().join("");
  return out;
}

function utf32le(text: string): string {
  const out = Buffer.alloc([...text].length * 4);
  [...text].forEach((character, at) => {
    out.writeUInt32LE(character.codePointAt(0) ?? 0, at * 4);
  });
  return out.toString("latin1");
}

function readings(label: string, bytes: string): readonly string[] | undefined {
  return charsetOf(label)?.readings(bytes);
}

describe("charsetOf", () => {
  test.each([
    ["utf-8", "utf-8", "ascii"],
    [" UTF-8\t", "utf-8", "ascii"],
    ["UTF8", "utf-8", "ascii"],
    ["us-ascii", "us-ascii", "ascii"],
    ["ISO-8859-1", "windows-1252", "ascii"],
    ["ISO8859_1", "windows-1252", "ascii"],
    ["iso-8859-15", "iso-8859-15", "ascii"],
    ["Windows-1251", "windows-1251", "ascii"],
    ["koi8-r", "koi8-r", "ascii"],
    ["TIS-620", "windows-874", "ascii"],
    ["IBM850", "ibm850", "ascii"],
    ["x-user-defined", "x-user-defined", "ascii"],
    ["Extended_UNIX_Code_Packed_Format_for_Japanese", "euc-jp", "multi_byte"],
    ["windows-949", "euc-kr", "multi_byte"],
    ["x-sjis", "shift_jis", "multi_byte"],
    ["gb2312", "gbk", "multi_byte"],
    ["Shift_JIS", "shift_jis", "multi_byte"],
    ["big5", "big5", "multi_byte"],
    ["utf-7", "utf-7", "other"],
    ["utf-16", "utf-16", "unicode"],
    ["UTF-16BE", "utf-16be", "unicode"],
    ["utf-32", "utf-32", "unicode"],
    ["ibm037", "ibm037", "other"],
    ["CP500", "ibm500", "other"],
    ["x-ibm1047", "ibm1047", "other"],
  ])("%s", (label, name, kind) => {
    const found = charsetOf(label);
    expect([found?.name, found?.kind]).toEqual([name, kind]);
  });

  test.each(["", "utf-9", "cp1026", "hz-gb-2312", "rot13", "utf\\-8", "__proto__", "u".repeat(1000)])(
    "%j is unknown",
    (label) => {
      expect(charsetOf(label)).toBeUndefined();
    },
  );

  const text = "a<script>\u00e9\u20ac\u{1f600}'";
  const utf8 = utf8Encode(text);
  const le = bytesOf(text, "utf16le");
  test.each([
    ["utf-16le", le, [utf8]],
    ["utf-16le", `\xff\xfe${le}`, [utf8]],
    ["utf-16be", swapped(le, 2), [utf8]],
    ["utf-16", `\xff\xfe${le}`, [utf8]],
    ["utf-16", `\xfe\xff${swapped(le, 2)}`, [utf8]],
    ["utf-16", bytesOf("<", "utf16le"), ["<", "\xe3\xb0\x80"]],
    ["utf-16le", "<\0>", ["<\xef\xbf\xbd"]],
    ["utf-16le", "\x00\xd8<\0", ["\xef\xbf\xbd<"]],
    ["utf-32le", utf32le(text), [utf8]],
    ["utf-32be", swapped(utf32le(text), 4), [utf8]],
    ["utf-32", `\xff\xfe\0\0${utf32le(text)}`, [utf8]],
    ["utf-32", `\0\0\xfe\xff${swapped(utf32le(text), 4)}`, [utf8]],
    ["utf-32le", "<\0\0\0\0\0\x11\0\xff\xff\xff\xff<", ["<\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"]],
    ["utf-7", "a+ADw-script+AD4-+-", ["a<script>+"]],
    ["utf-7", "+ADw<", ["<<"]],
    ["utf-7", "plain", ["plain"]],
    ["ibm037", "\x4c\xa2\x83\x99\x89\x97\xa3\x6e\xba\xbb\xb0", ["<script>[]^"]],
    ["cp500", "\x4c\xa2\x83\x99\x89\x97\xa3\x6e\x4a\x5a\x5f\x4f", ["<script>[]^!"]],
    ["cp1047", "\x4c\xa2\x83\x99\x89\x97\xa3\x6e\xad\xbd\x5f\x4f", ["<script>[]^|"]],
    ["iso-8859-1", "caf\xe9 <", ["caf\xe9 <"]],
    ["windows-1251", "\xcf<", ["\xcf<"]],
    ["shift_jis", "\x83\x5c<", ["\xe3\x82\xbd<"]],
    ["gbk", "<a>", ["<a>"]],
    ["iso-2022-jp", '\x1b$B$"\x1b(B<', ["\xe3\x81\x82<"]],
    ["utf-8", "\xff<", ["\xff<"]],
  ])("%s reads %j", (label, bytes, wanted) => {
    expect(readings(label, bytes)).toEqual(wanted);
  });

  test("knows the labels that the platform knows, under the same names", () => {
    for (const label of WHATWG) {
      const platform = new TextDecoder(label).encoding;
      const own = charsetOf(label)?.name;
      if (own === "us-ascii") expect(platform).toBe("windows-1252");
      else if (own === "utf-16") expect(platform).toBe("utf-16le");
      else expect([label, own]).toEqual([label, platform]);
    }
  });

  test("the sets of one byte that are ASCII as far as it goes are so for the platform", () => {
    const ascii = Uint8Array.from({ length: 128 }, (_, byte) => byte);
    for (const label of WHATWG) {
      const text = new TextDecoder(label).decode(ascii);
      // Tables of ICU exchange some control characters.
      const isAscii =
        text.replace(/[\x1a\x1c\x7f]/g, "") ===
        Buffer.from(ascii)
          .toString("latin1")
          .replace(/[\x1a\x1c\x7f]/g, "");
      if (charsetOf(label)?.kind === "ascii") expect([label, isAscii]).toEqual([label, true]);
    }
  });

  test("reads as the platform does", () => {
    const sets = ["gbk", "big5", "euc-jp", "euc-kr", "shift_jis", "utf-16le", "utf-16be"];
    fc.assert(
      fc.property(fc.constantFrom(...sets), fc.uint8Array({ maxLength: 40 }), (label, drawn) => {
        // Tables of ICU for Japanese exchange some control characters.
        const array = drawn.map((byte) => (byte === 0x1a || byte === 0x1c || byte === 0x7f ? 48 : byte));
        const bytes = Buffer.from(array).toString("latin1");
        // Whether half a pair and half a unit at the end are one fault or two differs.
        const own = readings(label, bytes)?.map((text) => text.replace(/(\xef\xbf\xbd)+$/, "\xef\xbf\xbd"));
        const platform = utf8Encode(new TextDecoder(label).decode(array));
        expect(own).toContain(platform.replace(/(\xef\xbf\xbd)+$/, "\xef\xbf\xbd"));
      }),
    );
  });

  test("reads as Python does", () => {
    if (!available(PYTHON, "Python")) return;
    const script = `import json
out = {name: bytes(range(256)).decode(name) for name in ["cp037", "cp500"]}
text = "a<b>\\u20ac\\U0001f600+~\\\\ \\u00e9"
out["codes"] = {name: text.encode(name).hex() for name in ["utf-7", "utf-16", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]}
out["text"] = text
print(json.dumps(out))`;
    const shown: { cp037: string; cp500: string; codes: Record<string, string>; text: string } = JSON.parse(
      spawnSync("python3", ["-c", script], { encoding: "utf8" }).stdout,
    );
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("latin1");
    expect(readings("cp037", every)).toEqual([utf8Encode(shown.cp037)]);
    expect(readings("cp500", every)).toEqual([utf8Encode(shown.cp500)]);
    for (const [label, hex] of Object.entries(shown.codes))
      expect(readings(label, Buffer.from(hex, "hex").toString("latin1"))).toContain(utf8Encode(shown.text));
  });

  test("gives text for any bytes", () => {
    const labels = ["utf-16", "utf-16le", "utf-32", "utf-32be", "ibm037", "ibm1047", "gb18030"];
    fc.assert(
      fc.property(fc.constantFrom(...labels), fc.uint8Array({ maxLength: 30 }), (label, array) => {
        const read = readings(label, Buffer.from(array).toString("latin1")) ?? [];
        for (const text of read) expect(byteStrings.isUtf8(text)).toBe(true);
      }),
    );
  });
});

describe("detectUnicode", () => {
  const json = '{"a":1}';
  test.each([
    [json, undefined],
    [`\xef\xbb\xbf${json}`, undefined],
    ["", undefined],
    ["1", undefined],
    [bytesOf(json, "utf16le"), "utf-16le"],
    [swapped(bytesOf(json, "utf16le"), 2), "utf-16be"],
    [`\xff\xfe${bytesOf(json, "utf16le")}`, "utf-16le"],
    [`\xfe\xff${swapped(bytesOf(json, "utf16le"), 2)}`, "utf-16be"],
    [utf32le(json), "utf-32le"],
    [swapped(utf32le(json), 4), "utf-32be"],
    [`\xff\xfe\0\0${utf32le(json)}`, "utf-32le"],
    [`\0\0\xfe\xff${swapped(utf32le(json), 4)}`, "utf-32be"],
    ["1\0", "utf-16le"],
    ["\x001", "utf-16be"],
    ['"\0\xe9\xe8', "utf-16le"],
    ["<\0a\0/\0>\0", "utf-16le"],
    ["\x4c\x6f\xa7\x94\x93", "ibm037"],
    ["\0\0\0\0", undefined],
  ])("%j", (bytes, name) => {
    expect(detectUnicode(bytes)?.name).toBe(name);
  });
});

const WHATWG =
  `unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8 866 cp866 csibm866 ibm866 csisolatin2
iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2 csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593
iso_8859-3 iso_8859-3:1988 l3 latin3 csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4
csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988 arabic asmo-708 csiso88596e
csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987
csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek
csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual
csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6 iso-8859-13 iso8859-13 iso885913 iso-8859-14 iso8859-14 iso885914
csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 cskoi8r koi koi8 koi8-r koi8_r koi8-ru koi8-u csmacintosh mac macintosh
x-mac-roman dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874 cp1250 windows-1250 x-cp1250 cp1251 windows-1251 x-cp1251
ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1
us-ascii windows-1252 x-cp1252 cp1253 windows-1253 x-cp1253 cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9
iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254 cp1255 windows-1255 x-cp1255 cp1256 windows-1256 x-cp1256 cp1257 windows-1257
x-cp1257 cp1258 windows-1258 x-cp1258 x-mac-cyrillic x-mac-ukrainian chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk
iso-ir-58 x-gbk gb18030 big5 big5-hkscs cn-big5 csbig5 x-x-big5 cseucpkdfmtjapanese euc-jp x-euc-jp csiso2022jp iso-2022-jp
csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987
ks_c_5601-1989 ksc5601 ksc_5601 windows-949 unicodefffe utf-16be csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16
utf-16le`.split(/\s+/);
