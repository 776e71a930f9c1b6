import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  base64Parts,
  base64Text,
  foldToAscii,
  SIGNS,
  undoEscapes,
  undoReferences,
  undoUnits,
  undoUtf7,
  viewsBySigns,
  viewsOf,
} from "../../support/source/detection/views.ts";
import { utf8Encode } from "../../support/source/language/values.ts";

function signsOf(text: string): number {
  return SIGNS.reduce(
    (bits, set, at) => ([...set].some((one) => text.includes(one)) ? bits | (1 << at) : bits),
    0,
  );
}

type Table = readonly (readonly [written: string, plain: string])[];

const ESCAPES: Table = [
  ["\\u0061lert", "alert"],
  ["\\u{61}lert", "alert"],
  ["\\u{000061}", "a"],
  ["\\x3cscript\\x3e", "<script>"],
  ["\\74script", "tscript"],
  ["\\074script\\076", "<script>"],
  ["\\3c script\\3e ", "<script>"],
  ["\\00003c x", "<x"],
  ["\\ud83d\\ude00", "\xf0\x9f\x98\x80"],
  ["\\u00e9", "\xc3\xa9"],
  ["\\\\u0061", "\\\\u0061"],
  ["\\u00g1 \\u{} \\u{110000} \\ud83d \\x4", "\\u00g1 \\u{} \\u{110000} \\ud83d \\x4"],
  ["C:\\new\\table", "C:\\new\\table"],
  ["a\\", "a\\"],
];

const REFERENCES: Table = [
  ["&lt;script&gt;", "<script>"],
  ["&#60;script&#x3E;", "<script>"],
  ["&#0000060script&#X3e", "<script>"],
  ["java&Tab;script&colon;alert&lpar;1&rpar;", "java\tscript:alert(1)"],
  ["&amp;lt;", "&lt;"],
  ["a=1&b=2&copy", "a=1&b=2&copy"],
  ["&#; &#x; &#0; &#1114112; &#xd800; &nothing;", "&#; &#x; &#0; &#1114112; &#xd800; &nothing;"],
  ["R&D", "R&D"],
  ["&#233;", "\xc3\xa9"],
];

const FOLDED: Table = [
  [utf8Encode("＜script＞"), "<script>"],
  [utf8Encode("ⓔⓧⓐⓜⓟⓛⓔ.com"), "example.com"],
  [utf8Encode("𝐬𝐞𝐥𝐞𝐜𝐭"), "select"],
  [utf8Encode("１６９.２５４"), "169.254"],
  [utf8Encode("x＇ or 1"), "x' or 1"],
  [utf8Encode("a\u00a0b\u200bc"), "a bc"],
  ["\xc0\xae\xc0\xae\xc0\xaf", "../"],
  ["\xe0\x80\xaf", "/"],
  ["\xf0\x80\x80\xaf", "/"],
  ["\xc1\x9c", "\\"],
  ["\xf8\x80\x80\x80\xaf", "/"],
  ["\xfc\x80\x80\x80\x80\xae", "."],
  [utf8Encode("it’s “quoted”"), utf8Encode("it’s “quoted”")],
  [utf8Encode("naïve Zürich 東京 ½ ﬁ"), utf8Encode("naïve Zürich 東京 ½ ﬁ")],
  ["\xff\xfe", "\xff\xfe"],
];

const UNITS: Table = [
  ["u003cscriptu003E", "<script>"],
  ["a U0027 or u003d", "a ' or ="],
  ["u0041 u0039 u00e9 u003", "u0041 u0039 u00e9 u003"],
  ["\\u003c", "\\u003c"],
];

const UTF7: Table = [
  ["+ADw-script+AD4-", "<script>"],
  ["+ADwAYg-x", "<bx"],
  ["1 +A 2 +AB +ADw", "1 +A 2 +AB <"],
  ["+AGEzM-", "+AGEzM-"],
];

describe.each([
  ["units", undoUnits, UNITS],
  ["UTF-7", undoUtf7, UTF7],
  ["escapes", undoEscapes, ESCAPES],
  ["references", undoReferences, REFERENCES],
  ["look-alikes", foldToAscii, FOLDED],
] as const)("%s", (_, undo, table) => {
  test.each(table)("%j is %j", (written, plain) => {
    expect(undo(written)).toBe(plain);
  });

  test("of any text: no longer than it, and nothing of ASCII letters", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(..."\\ux{}0139aAfF&#;lt \xc0\xae\xe2\x80\x99".split("")),
          maxLength: 40,
        }),
        (text) => {
          const undone = undo(text);
          expect(undone.length).toBeLessThanOrEqual(text.length);
          for (const unit of undone) expect(unit.charCodeAt(0)).toBeLessThan(256);
        },
      ),
    );
    expect(undo("plain words, 1 + 1 = 2")).toBe("plain words, 1 + 1 = 2");
  });
});

const base64 = (text: string) => Buffer.from(text, "utf8").toString("base64");

describe("Base64", () => {
  test.each([
    ["a sign of a language", "x' or 1=1", true],
    ["line breaks", "a;\r\nbc", true],
    ["words alone", "plain words here", false],
    ["control characters", "<b>\x01\x02</b>", false],
    ["too little", "'o'", false],
  ])("is read with %s: %j", (_, text, isRead) => {
    expect(base64Text(base64(text))).toBe(isRead ? text : undefined);
    expect(base64Text(base64(text).replaceAll("=", ""))).toBe(isRead ? text : undefined);
  });

  test("is found behind a sign that divides, wherever it stands", () => {
    const digits = base64("<svg onload=x>").replaceAll("=", "");
    for (let before = 0; before < 40; before++)
      for (const divider of "=:, ") {
        expect(base64Parts(`${".".repeat(before)}${divider}${digits}`)).toBe("<svg onload=x>");
        expect(base64Parts(`${".".repeat(before)}${divider}${digits};x`)).toBe("<svg onload=x>");
      }
    expect(base64Parts(`(${digits}`)).toBeUndefined();
  });

  test("of any text is that text or none", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."<'aé=\0 \x01;") }), (text) => {
        expect([utf8Encode(text), undefined]).toContain(base64Text(base64(text)));
      }),
    );
  });
});

describe("views", () => {
  const CASES: readonly [text: string, views: readonly [text: string, steps: string][]][] = [
    ["plain", []],
    ["\\u003cb\\u003e", [["<b>", "escapes"]]],
    [
      "&#92;u003cb>",
      [
        ["\\u003cb>", "references"],
        ["<b>", "references,escapes"],
      ],
    ],
    ["\\x26lt;b", [["<b", "escapes,references"]]],
    ["\\u00253c", [["<", "escapes,percent"]]],
    ["<p>&lt;b&gt;</p>", []],
    ["3c7363726970743e616c657274283129", [["<script>alert(1)", "hex"]]],
    ["0x3c7363726970743e616c657274283129", [["<script>alert(1)", "hex"]]],
    ["5d41402abc4b2a76b9719d911017c592", []],
    ["61626364656667686970717273747576", []],
    [
      base64("*))\0"),
      [
        ["*))\0", "base64"],
        ["*))", "base64,controls"],
      ],
    ],
    [
      base64("';\u200bid"),
      [
        [utf8Encode("';\u200bid"), "base64"],
        ["';id", "base64,folded"],
      ],
    ],
    [
      base64("<b onclick=x>").replace(/./g, (digit) => `\\x${digit.charCodeAt(0).toString(16)}`),
      [
        [base64("<b onclick=x>"), "escapes"],
        ["<b onclick=x>", "escapes,base64"],
      ],
    ],
    [`a=1,t=${base64("<b onclick=x>")}`, [["<b onclick=x>", "base64"]]],
    ["scr\0ipt", [["script", "controls"]]],
    ["\x01a value\x02here\x03", [["a valuehere", "controls"]]],
    [
      "\x01one value\x02",
      [
        ["one value", "controls"],
        ["one value", "controls"],
      ],
    ],
    ["dashboard", []],
    ["Bearer 9GvGFhoslOBfAhgbFLxi2L8MppAm", []],
  ];
  test.each(CASES)("of %j", (text, views) => {
    expect(viewsOf(text).map((view) => [view.text, view.steps.join(",")])).toEqual(views);
    expect(viewsBySigns(text, signsOf(text))).toEqual(viewsOf(text));
  });

  test("are the same by the signs of the text", () => {
    const parts = [
      "PHNjcmlwdD4",
      "b3IgMT0x",
      "3c7363726970743e",
      "u003c",
      "+ADw",
      "&lt;",
      "\\x3c",
      "a.b",
      "%",
      "\xc0",
    ];
    const part = fc.constantFrom(...parts, ..."0+=:, .-_\n\"'<".split(""));
    const texts = fc.oneof(
      fc.array(part, { maxLength: 6 }).map((all) => all.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(viewsBySigns(text, signsOf(text))).toEqual(viewsOf(text));
      }),
    );
  });

  test("of layers upon layers end", () => {
    let text = "<";
    for (let layer = 0; layer < 12; layer++) text = text.replaceAll("<", "&lt;").replaceAll("&", "&amp;");
    expect(viewsOf(text).length).toBeLessThanOrEqual(3);
  });
});
