import { describe, expect, test } from "vitest";
import {
  authorityKeyIdentifier,
  certificateText,
  chainText,
  legacyName,
  subjectKeyIdentifier,
} from "../support/source/request/head.ts";

function der(tag: number, ...contents: readonly string[]): string {
  const content = contents.join("");
  const size = content.length;
  const length =
    size < 128
      ? String.fromCharCode(size)
      : `\x82${String.fromCharCode(size >> 8)}${String.fromCharCode(size & 255)}`;
  return String.fromCharCode(tag) + length + content;
}

const extension = (identifier: string, value: string, critical = "") =>
  der(0x30, der(0x06, identifier), critical, der(0x04, value));
/** The outer shape of a certificate, with fillers in place of what is not read. */
const certificate = (...extensions: readonly string[]) =>
  der(
    0x30,
    der(0x30, der(0x02, "\x01"), der(0x30, "x".repeat(200)), der(0xa3, der(0x30, ...extensions))),
    der(0x03, "\0s"),
  );

const whole = certificate(
  extension("\x55\x1d\x13", der(0x30), der(0x01, "\xff")),
  extension("\x55\x1d\x0e", der(0x04, "\x0a\x0b")),
  extension("\x55\x1d\x23", der(0x30, der(0x80, "\x0c\x0d")), der(0x01, "\0")),
);

describe("key identifiers", () => {
  test("are read out of a certificate", () => {
    expect(subjectKeyIdentifier(whole)).toBe("0A0B");
    expect(authorityKeyIdentifier(whole)).toBe("0C0D");
  });

  test("are empty when there is none", () => {
    expect(subjectKeyIdentifier(certificate())).toBe("");
    expect(authorityKeyIdentifier(der(0x30, der(0x30)))).toBe("");
  });

  const named = extension("\x55\x1d\x0e", der(0x04, "\x0a\x0b"));
  const bodyOf = (...parts: readonly string[]) => der(0x30, der(0x30, ...parts, der(0xa3, der(0x30, named))));
  test.each<[what: string, certificate: string, identifier: string]>([
    ["a length of four octets", bodyOf("\x02\x84\0\0\0\x01x"), "0A0B"],
    ["a length of five octets", bodyOf("\x02\x85\0\0\0\0\x01x"), ""],
    ["a length that is not said", bodyOf("\x02\x80"), ""],
    ["an identifier of another type", certificate(extension("\x55\x1d\x0e", der(0x0c, "\x0a"))), ""],
    ["an outer element of another type", `\x31${whole.slice(1)}`, ""],
    ["a value of another type", certificate(der(0x30, der(0x06, "\x55\x1d\x0e"), der(0x0c, named))), ""],
  ])("of a subject: %s", (_what, bytes, identifier) => {
    expect(subjectKeyIdentifier(bytes)).toBe(identifier);
  });

  test.each<[what: string, value: string, identifier: string]>([
    ["the first member", der(0x30, der(0x80, "\x0c"), der(0x82, "\x0d")), "0C"],
    ["only the issuer's name", der(0x30, der(0x81, "\x0c")), ""],
    ["no sequence", der(0x31, der(0x80, "\x0c")), ""],
  ])("of an authority: %s", (_what, value, identifier) => {
    expect(authorityKeyIdentifier(certificate(extension("\x55\x1d\x23", value)))).toBe(identifier);
  });

  test("damage gives no identifier but a stale or empty one, and never an exception", () => {
    for (let at = 0; at <= whole.length; at++) {
      expect(subjectKeyIdentifier(whole.slice(0, at))).toBe(at === whole.length ? "0A0B" : "");
      for (const byte of ["\0", "\x80", "\xff"]) {
        const damaged = whole.slice(0, at) + byte + whole.slice(at + 1);
        expect(subjectKeyIdentifier(damaged)).toMatch(/^[0-9A-F]*$/);
        expect(authorityKeyIdentifier(damaged)).toMatch(/^[0-9A-F]*$/);
      }
    }
  });
});

test.each([
  ["", ""],
  ["CN=a,O=b,C=DE", "/C=DE/O=b/CN=a"],
  ["CN=a\\, b,C=DE", "/C=DE/CN=a, b"],
  ["CN=a\\", "/CN=a\\"],
])("legacy form of %j", (name, legacy) => expect(legacyName(name)).toBe(legacy));

test("byte sequences", () => {
  expect(certificateText("abc")).toBe(":YWJj:");
  expect(chainText(["abc", "a"])).toBe(":YWJj:, :YQ==:");
  expect(chainText([])).toBe("");
});
