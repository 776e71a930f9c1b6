// JSON on which readers may disagree: texts of a grammar with what lenient readers take, in several forms of Unicode
// and under the types with which it is sent, then mutated.
import fc from "fast-check";
import type { InputKind } from "./compare.ts";
import { bytesOf, mostlyOf, mutated, oneOf } from "./draw.ts";
import { JSON_READERS } from "./json-readers.ts";

const character = mostlyOf(
  [
    "a",
    "b c",
    "x1",
    "Ü",
    "€",
    "😀",
    "\\n",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\ude00",
    '\\"',
    "\\\\",
    "\\/",
    ".",
  ],
  [
    "%41",
    "&lt;",
    "+",
    "\\ud83d",
    "\\udE00",
    "\\x41",
    "\\'",
    "\\u{41}",
    "\\\n",
    "\\v",
    "\\0",
    "\\q",
    "\t",
    "\n",
    "\0",
    "\\u004",
    "'",
    "//",
    "/*",
    "\ufeff",
    "{}",
    '\\u007b\\"k\\":1}',
  ],
  6,
);
const content = fc.array(character, { maxLength: 4 }).map((pieces) => pieces.join(""));
const string = fc
  .tuple(content, mostlyOf(['"'], ["'"], 30))
  .map(([text, quote]) => `${quote}${text}${quote}`);
const scalar = fc.oneof(
  { weight: 6, arbitrary: string },
  {
    weight: 3,
    arbitrary: mostlyOf(
      ["1", "-2.5", "0", "1e3", "true", "false", "null", "12345678901234567890"],
      [
        "NaN",
        "Infinity",
        "-Infinity",
        "+1",
        ".5",
        "1.",
        "0x1F",
        "01",
        "undefined",
        "True",
        "None",
        "-NaN",
        "word",
      ],
    ),
  },
);
const blank = mostlyOf(
  ["", "", " ", "\n", "\r\n", "\t"],
  ["/* c */", "// c\n", "# c\n", "\u00a0", "\f", "\v", "\u2028", "\ufeff", "\0", "/* } */", "// ]\r", "\x1e"],
  40,
);
const key = fc.oneof(
  { weight: 15, arbitrary: string },
  {
    weight: 1,
    arbitrary: oneOf("a", "$b", "_c", "Ü", "\\u0061b", "1", "a-b", "null", "__proto__", '"__proto__"'),
  },
);

const { value } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: tie("array") },
    { weight: 2, arbitrary: tie("object") },
  ),
  array: fc
    .tuple(
      fc.array(fc.tuple(blank, tie("value"), blank), { maxLength: 3 }),
      mostlyOf([","], [" ", ",,", ";"], 60),
      mostlyOf([""], [","], 30),
    )
    .map(([items, comma, trailing]) => `[${items.map((item) => item.join("")).join(comma)}${trailing}]`),
  object: fc
    .tuple(
      fc.array(
        fc.tuple(blank, key, blank, mostlyOf([":"], ["=", " ", "::"], 60), blank, tie("value"), blank),
        {
          maxLength: 3,
        },
      ),
      mostlyOf([","], [" ", ",,", ";"], 60),
      mostlyOf([""], [","], 30),
    )
    .map(
      ([members, comma, trailing]) => `{${members.map((member) => member.join("")).join(comma)}${trailing}}`,
    ),
}));

const text = fc
  .tuple(
    mostlyOf([""], ["\ufeff", ")]}',\n", "\x1e", "\ufeff\ufeff"], 25),
    blank,
    value,
    blank,
    mostlyOf([""], ["\n{}", ',"x"', "x", "}", '\n\n["y"]', "\0", "\x1a", "a=b"], 25),
  )
  .map((pieces) => pieces.join(""));

/** Deeper than rules read. */
const deep = string.map((text) => `${"[".repeat(1001)}${text}${"]".repeat(1001)}`);

const ODD = [
  '"',
  "'",
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\n",
  "\r",
  " ",
  "\0",
  "\u00ff",
  "/",
  "*",
  "u",
  "NaN",
  "%22",
  "<",
  "&",
  "=",
];

type Encode = (text: string) => string;
const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");
const utf32 = (text: string): Buffer =>
  Buffer.concat(
    [...text].map((character) => {
      const unit = Buffer.alloc(4);
      unit.writeUInt32LE(character.codePointAt(0) ?? 0);
      return unit;
    }),
  );
const swapped = (bytes: Buffer, size: 2 | 4): Buffer =>
  Buffer.from(size === 2 ? bytes.swap16() : bytes.swap32());
const ENCODINGS: readonly Encode[] = [
  (text) => utf16(text).toString("latin1"),
  (text) => swapped(utf16(text), 2).toString("latin1"),
  (text) => utf16(`\ufeff${text}`).toString("latin1"),
  (text) => swapped(utf16(`\ufeff${text}`), 2).toString("latin1"),
  (text) => utf32(text).toString("latin1"),
  (text) => swapped(utf32(text), 4).toString("latin1"),
  (text) => utf32(`\ufeff${text}`).toString("latin1"),
  (text) => swapped(utf32(`\ufeff${text}`), 4).toString("latin1"),
  // ASCII spelt in more bytes than it has.
  (text) => bytesOf(text).replaceAll("a", "\xc1\xa1"),
  (text) => bytesOf(text).replaceAll('"', "\xc0\xa2"),
  (text) => Buffer.from(text, "latin1").toString("latin1"),
];
const encoding = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Encode>(bytesOf) },
  { weight: 1, arbitrary: fc.constantFrom(...ENCODINGS) },
);

const type = mostlyOf(
  [
    "application/json",
    "application/json; charset=utf-8",
    "application/vnd.api+json",
    "application/json;charset=UTF-8",
  ],
  [
    "",
    "text/plain",
    "text/plain;charset=UTF-8",
    "text/json",
    "application/x-ndjson",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
    "application/json; charset=utf-16le",
    "application/json; charset=utf-32",
    "application/json; charset=iso-8859-1",
    "application/json; charset=utf-7",
    "application/graphql-response+json",
    "application/csp-report",
    "APPLICATION/JSON",
    "application/javascript",
    "application/ld+json",
    "text/html",
    "*/*",
    "x",
    "json",
  ],
  2,
);

const texts = fc.oneof({ weight: 200, arbitrary: text }, { weight: 1, arbitrary: deep });
const body = fc.tuple(mutated(texts, ODD), encoding).map(([drawn, encode]) => encode(drawn));

export const jsonBodies: InputKind = {
  name: "json",
  inputs: fc.record({ type, body: mutated(body, ["\0", "\xff", '"', "}", "\\"], 8) }),
  readers: JSON_READERS,
};
