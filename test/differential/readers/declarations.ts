// Types and content codings as clients spell them and mutated, given to body-parser, which reads what it takes itself to
// be meant by.

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import type { InputKind, Sent } from "./compare.ts";
import { DECLARATION_READERS } from "./declaration-readers.ts";
import { bytesOf, mostlyOf, mutated, oneOf } from "./draw.ts";

const CHANGES = [
  " ",
  "\t",
  ";",
  ",",
  '"',
  "'",
  "x",
  "/",
  "+",
  "*",
  "=",
  "\\",
  "json",
  "+json",
  "urlencoded",
  "multipart/form-data",
  "application/json",
  "; charset=utf-16",
  ";charset=utf-8",
  ";charset=x",
  "\xff",
  "text/",
  "()",
];
const flipped = (text: string): string =>
  text.replace(/[a-z]/g, (letter, at: number) => (at % 3 === 0 ? letter.toUpperCase() : letter));
const type = fc.oneof(
  {
    weight: 6,
    arbitrary: mutated(
      mostlyOf(
        [
          "application/json",
          "application/x-www-form-urlencoded",
          "text/plain",
          "application/json; charset=utf-8",
        ],
        [
          "",
          "application/vnd.api+json",
          "application/x-www-form-urlencoded;charset=UTF-8",
          "application/json; charset=utf-16le",
          "application/json; charset=utf-16be",
          "application/json; charset=utf-32",
          'application/json; charset="utf-8"',
          'application/json; charset="utf\\-16le"',
          "application/octet-stream",
          "multipart/form-data; boundary=b",
          "application/json; charset=us-ascii",
          "text/plain; charset=utf-7",
        ],
        2,
      ),
      CHANGES,
      1,
    ),
  },
  {
    weight: 1,
    arbitrary: oneOf(
      "application/json",
      "application/x-www-form-urlencoded",
      "application/json;charset=utf-8",
    ).map(flipped),
  },
);

const content = mostlyOf(
  ['{"key":"value one"}', '["x y",{"k":"\\u0041b"}]', "name=value+one&b=%C3%A9", "a=1", "plain text"],
  [
    '"word"',
    "{'a':'b'}",
    '{"a":"b"}\n{"c":"d"}',
    "",
    '\ufeff{"key":"value"}',
    "a[b][c]=d",
    '{"a":',
    'a={"k":"v"}',
    "x\0y=z",
  ],
  5,
).map(bytesOf);
const utf16Content = content.map((text) => Buffer.from(text, "utf16le").toString("latin1"));

/** gzip with a file name in its head (RFC 1952 §2.3.1), which is a field to readers that undo no coding. */
function gzipNamed(bytes: Buffer): Buffer {
  const coded = gzipSync(bytes);
  const head = Buffer.from(coded.subarray(0, 10));
  head[3] = 8;
  return Buffer.concat([head, Buffer.from("x&note=what the head says&y\0"), coded.subarray(10)]);
}

type Codec = (bytes: Buffer) => Buffer;
const CODECS: readonly (readonly [name: string, codec: Codec])[] = [
  ["gzip", (bytes) => gzipSync(bytes)],
  ["gzip", gzipNamed],
  ["deflate", (bytes) => deflateSync(bytes)],
  ["deflate", (bytes) => deflateRawSync(bytes)],
  ["br", (bytes) => brotliCompressSync(bytes)],
  ["identity", (bytes) => bytes],
];
const codec = fc.constantFrom(...CODECS);
const codings = fc.oneof(
  { weight: 4, arbitrary: fc.constant<(typeof CODECS)[number][]>([]) },
  { weight: 5, arbitrary: fc.tuple(codec).map(([one]) => [one]) },
  { weight: 1, arbitrary: fc.array(codec, { minLength: 2, maxLength: 4 }) },
);
/** What becomes of coded bytes on the way. */
const damage = mostlyOf(["whole"], ["cut", "garbage", "twice", "zeros", "flipped"], 4);

function damaged(bytes: string, how: string): string {
  switch (how) {
    case "cut":
      return bytes.slice(0, -4);
    case "garbage":
      return `${bytes}a=b&late=x`;
    case "twice":
      return bytes + bytes;
    case "zeros":
      return `${bytes}${"\0".repeat(9)}`;
    case "flipped":
      return `${bytes.slice(0, -1)}${String.fromCharCode((bytes.charCodeAt(bytes.length - 1) || 0) ^ 1)}`;
    default:
      return bytes;
  }
}

const declaredCoding = mostlyOf(
  ["same"],
  [
    "GZIP",
    "x-gzip",
    "gzip",
    "deflate",
    "br",
    "zstd",
    "compress",
    "gzip,",
    " gzip ",
    "identity",
    "",
    "gzip;q=1",
    '"gzip"',
    "aws-chunked",
  ],
  5,
);

export const declarations: InputKind = {
  name: "declarations",
  inputs: fc
    .record({
      type,
      furtherTypes: fc.oneof(
        { weight: 9, arbitrary: fc.constant<string[]>([]) },
        { weight: 1, arbitrary: type.map((one) => [one]) },
      ),
      body: fc.oneof({ weight: 9, arbitrary: content }, { weight: 1, arbitrary: utf16Content }),
      codings,
      declaredCoding,
      how: damage,
    })
    .map(({ codings: list, declaredCoding: named, how, body, ...rest }): Sent => {
      let coded: Buffer = Buffer.from(body, "latin1");
      for (const [, encode] of list) coded = encode(coded);
      const bytes = coded.toString("latin1");
      const coding = named === "same" ? list.map(([name]) => name).join(", ") : named;
      return { ...rest, coding, body: list.length === 0 ? bytes : damaged(bytes, how) };
    })
    .filter(({ body }) => body !== ""),
  readers: DECLARATION_READERS,
};
