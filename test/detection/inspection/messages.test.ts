import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringsOfMessages } from "../../support/source/detection/inspection.ts";

const base64 = (bytes: string) => Buffer.from(bytes, "latin1").toString("base64");
const PROTOBUF = "application/x-protobuf";
const GRPC = "application/grpc";

describe("strings of messages", () => {
  test.each<[name: string, type: string, bytes: string, strings: readonly string[]]>([
    ["a field", PROTOBUF, "\x08\x96\x01\x12\x05words", ["words"]],
    ["numbers of four and eight bytes", PROTOBUF, "\x0d1234\x1112345678\x12\x05words", ["words"]],
    ["a message in a message", PROTOBUF, "\x1a\x09\x0a\x05words\x10\x01", ["words"]],
    [
      "a string that is a message too",
      PROTOBUF,
      `\x0a\x22\x0a\x20${"w".repeat(32)}`,
      [`\n ${"w".repeat(32)}`, "w".repeat(32)],
    ],
    ["what ends too soon", PROTOBUF, "\x0a\x05words\x12\x7fmore", ["words"]],
    ["no message", PROTOBUF, "words only", []],
    ["the frame of gRPC", GRPC, "\0\0\0\0\x07\x0a\x05words", ["words"]],
    [
      "two frames",
      "application/grpc-web+proto",
      "\0\0\0\0\x07\x0a\x05words\0\0\0\0\x06\x0a\x04more",
      ["words", "more"],
    ],
    ["a frame that is compressed", GRPC, "\x01\0\0\0\x07\x0a\x05words", []],
    ["a message without its frame", GRPC, "\x0a\x05words", ["words"]],
    [
      "frames in Base64",
      "application/grpc-web-text",
      `${base64("\0\0\0\0\x07\x0a\x05words")}${base64("\0\0\0\0\x06\x0a\x04more")}`,
      ["words", "more"],
    ],
    ["MessagePack", "application/msgpack", "\x82\xa1a\xa5words\xa1b\xd9\x04more", ["words", "more"]],
    [
      "MessagePack behind bytes and numbers",
      "application/x-msgpack",
      "\x95\xc4\x02ab\xcd\x01\x02\xcb12345678\xd6\x011234\xda\0\x05words",
      ["words"],
    ],
    ["CBOR", "application/cbor", "\xa2\x61a\x65words\x61b\x78\x04more", ["words", "more"]],
    ["CBOR in pieces, behind bytes", "application/cbor", "\x82\x42ab\x7f\x65words\xff", ["words"]],
    ["another type", "application/json", "\x0a\x05words", []],
  ])("%s", (_, type, bytes, strings) => {
    expect(stringsOfMessages(bytes, type)).toEqual(strings);
  });

  test.each([PROTOBUF, GRPC, "application/grpc-web-text", "application/msgpack", "application/cbor"])(
    "of any bytes as %s: no more than there are, in linear time",
    (type) => {
      fc.assert(
        fc.property(
          fc.string({ unit: fc.constantFrom(..."\x0a\x12\x01\x05\x7f\x80\xff\xa5\xd9\x65\x78ab=") }),
          (bytes) => {
            const strings = stringsOfMessages(bytes, type);
            if (type !== "application/grpc-web-text")
              for (const text of strings) expect(bytes).toContain(text);
          },
        ),
      );
      const start = performance.now();
      stringsOfMessages("\x0a\x7e".repeat(131_072), type);
      stringsOfMessages("\0\0\0\0\0".repeat(52_000), type);
      expect(performance.now() - start).toBeLessThan(2000);
    },
  );
});
