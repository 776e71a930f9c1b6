// Urlencoded bodies and query strings on which readers may disagree.
import fc from "fast-check";
import type { InputKind } from "./compare.ts";
import { bytesOf, HOLDING, mostlyOf, mutated, oneOf } from "./draw.ts";
import { FORM_READERS, QUERY_READERS, TARGET_READERS } from "./form-readers.ts";

const piece = mostlyOf(
  ["a", "b1", "x", "name", "%20", "+", "%C3%A9", "%26", "%3D", "Z", "-", "_", ".", "1"],
  [
    "%",
    "%4",
    "%zz",
    "%u0041",
    "%2541",
    "%00",
    "%C3",
    "%E2%82",
    "%C0%BC",
    "%FF",
    "%2B",
    "%0A",
    "é",
    "\u00ff",
    "[",
    "]",
    "%5B",
    "%5D",
    ";",
    "=",
    "\\",
    '"',
    "%22",
    "'",
    "&#65;",
    "&amp;",
    "{",
    "[]",
    "😀",
    ",",
    "/",
    "?",
    ":",
    "%EF%BB%BF",
    "%F0%9F%98%80",
    "%ED%A0%80",
  ],
  3,
);
const word = fc.array(piece, { maxLength: 5 }).map((pieces) => bytesOf(pieces.join("")));
const name = fc.oneof(
  { weight: 3, arbitrary: word },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        word,
        fc.array(
          mostlyOf(
            ["[]", "[a]", "[0]", "[b][c]", ".d"],
            ["[", "]", "[[x]]", "[%5D]", "[__proto__]", "%5Bk%5D", "[a", "[]x"],
          ),
          { minLength: 1, maxLength: 3 },
        ),
      )
      .map(([text, keys]) => text + keys.join("")),
  },
);
const value = fc.oneof(
  { weight: 9, arbitrary: word },
  {
    weight: 1,
    arbitrary: fc
      .tuple(oneOf(...HOLDING), fc.boolean())
      .map(([text, isEncoded]) => (isEncoded ? encodeURIComponent(text) : text)),
  },
);
const pair = fc
  .tuple(name, mostlyOf(["="], ["", "==", "%3D", "= ", ":"]), value)
  .map((pieces) => pieces.join(""));
const pairs = fc
  .tuple(
    fc.array(pair, { minLength: 1, maxLength: 4 }),
    mostlyOf(["&"], ["&&", ";", "&amp;", "\n", "%26", ", ", "&\r\n"]),
  )
  .map(([list, separator]) => list.join(separator));
const ODD = [
  "&",
  "=",
  "+",
  "%",
  "%26",
  "%3d",
  ";",
  "[",
  "]",
  "\0",
  " ",
  "\n",
  "\r\n",
  "\xff",
  "\xc3\xa9",
  "?",
  "#",
  "{",
  "<",
  '"',
];

const formType = mostlyOf(
  [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=UTF-8",
    "application/x-www-form-urlencoded;charset=utf-8",
  ],
  [
    "",
    "text/plain",
    "APPLICATION/X-WWW-FORM-URLENCODED",
    "application/x-www-form-urlencoded; charset=iso-8859-1",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/octet-stream",
    "application/x-www-form-urlencoded, application/json",
    "x-www-form-urlencoded",
  ],
  4,
);

/** What makes bytes of a text to those who look for it, in front of a form or of one of its fields. */
const bytes = oneOf(
  "\0",
  "\0\0\0\x05",
  "\x08\x01",
  "\xff\xfe",
  "\x89PNG\r\n\x1a\n",
  "BM",
  "GIF89a",
  "\x1f\x8b\x08\0",
).chain((text) => fc.integer({ min: 1, max: 20 }).map((times) => text.repeat(times)));
const inFront = fc.oneof(
  { weight: 40, arbitrary: oneOf("") },
  { weight: 1, arbitrary: bytes },
  { weight: 1, arbitrary: bytes.map((text) => `${text}&`) },
);
const body = fc.tuple(inFront, mutated(pairs, ODD)).map((pieces) => pieces.join(""));

export const formBodies: InputKind = {
  name: "form",
  inputs: fc.record({ type: formType, body: body.filter((text) => text !== "") }),
  readers: FORM_READERS,
};

/** What a server's parser lets through. */
const targetBytes = (text: string): string => text.replace(/[\0-\x20\x7f]/g, "%20");

export const queryStrings: InputKind = {
  name: "query",
  inputs: mutated(pairs, ODD).map((query) => ({
    target: `/items?${targetBytes(query)}`,
    type: "",
    body: "",
  })),
  readers: QUERY_READERS,
};

const segment = fc.oneof(
  { weight: 6, arbitrary: word },
  { weight: 1, arbitrary: oneOf("a;b=c", "x%2Fy", "a:b", "@", "%5C", "~u") },
);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((list) => `/${list.join("/")}`);

export const targets: InputKind = {
  name: "targets",
  inputs: fc
    .tuple(
      mutated(path, ["/", "//", "\\", ";", "%2f", "@", ":", "#", "?", "\xc3\xa9", "%"]),
      fc.option(pairs, { nil: undefined }),
    )
    .map(([drawn, query]) => targetBytes(query === undefined ? drawn : `${drawn}?${query}`))
    .map((target) => ({ target: target.startsWith("/") ? target : `/${target}`, type: "", body: "" })),
  readers: TARGET_READERS,
};
