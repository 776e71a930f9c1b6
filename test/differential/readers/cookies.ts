// Cookie headers on which readers may disagree.
import fc from "fast-check";
import type { InputKind } from "./compare.ts";
import { COOKIE_READERS } from "./cookie-readers.ts";
import { bytesOf, HOLDING, mostlyOf, mutated, oneOf } from "./draw.ts";

const piece = mostlyOf(
  ["a", "b1", "x", "Z", "%20", "%C3%A9", "-", ".", "_", "abc", "%3D"],
  [
    "%",
    "%zz",
    "%4",
    "%22",
    "%3B",
    "%00",
    "%C3",
    "%2541",
    "=",
    '"',
    "\\",
    "\\073",
    "\\101",
    '\\"',
    "\\\\",
    ",",
    " ",
    "\t",
    "é",
    "\u00ff",
    "+",
    "/",
    "{",
    "}",
    "[",
    ":",
    "'",
    "<",
    "&",
    "@",
    "$",
  ],
  3,
);
const word = fc.array(piece, { maxLength: 5 }).map((pieces) => bytesOf(pieces.join("")));
const value = fc.oneof(
  { weight: 6, arbitrary: word },
  { weight: 2, arbitrary: word.map((text) => `"${text}"`) },
  {
    weight: 1,
    arbitrary: oneOf(
      'j:{"k":"v w"}',
      "j:%7B%22k%22%3A%22v%20w%22%7D",
      'j:["x","y z"]',
      "s:value.signature",
      '{"a":"b c"}',
      '"{\\"a\\":\\"b c\\"}"',
      '"a\\073 b"',
      '"\\303\\251"',
      "%22a%5C073b%22",
      "YWJjIGRlZiBnaGkgamts",
      ...HOLDING.map(encodeURIComponent),
      ...HOLDING,
    ),
  },
);
const name = fc.oneof(
  { weight: 6, arbitrary: oneOf("a", "sid", "lang", "__Host-id", "x.y", "_ga", "b", "c") },
  { weight: 1, arbitrary: word },
  {
    weight: 1,
    arbitrary: oneOf("$Version", "$Path", "Path", "expires", "secure", "HttpOnly", "__proto__", ""),
  },
);
const cookie = fc
  .tuple(mostlyOf([""], [" ", "\t", "  "]), name, mostlyOf(["="], ["", " = ", "= ", "==", ":"]), value)
  .map((pieces) => pieces.join(""));
const header = fc
  .tuple(
    fc.array(cookie, { minLength: 1, maxLength: 4 }),
    mostlyOf(["; "], [";", ", ", ";;", " ", " ", "\t", " ;", "&"]),
  )
  .map(([list, separator]) => list.join(separator));

export const cookies: InputKind = {
  name: "cookies",
  inputs: mutated(header, [";", "=", '"', ",", "\\", " ", "\t", "%", "\xff", "$", "\\0", "\\11"])
    .filter((text) => !/[\0\r\n]/.test(text))
    // A server's parser leaves out white space around a header's value.
    .map((text) => ({ cookie: text.trim(), type: "", body: "" })),
  readers: COOKIE_READERS,
};
