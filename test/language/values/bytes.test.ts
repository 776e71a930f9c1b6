import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytes } from "../../support/source/language/values.ts";

const byteString = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array).toString("latin1"));
const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom("a", "é", "😀", "\ud800", "\udc00", "\uffff"), fc.string({ maxLength: 1 })),
  maxLength: 20,
});

describe("UTF-8", () => {
  test("is written as Node writes it, lone surrogates included", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(bytes.utf8Encode(text)).toBe(Buffer.from(text, "utf8").toString("latin1"));
      }),
    );
  });

  test("is read strictly, and leniently byte by byte", () => {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const nearly = fc.array(
      fc.constantFrom(
        "\xc3",
        "\xa9",
        "\xe2",
        "\x82",
        "\xf0",
        "\x9f",
        "\x98",
        "\x80",
        "\xed",
        "\xa0",
        "\xc0",
        "\xf4",
        "\x90",
        "a",
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          byteString,
          anyText.map(bytes.utf8Encode),
          nearly.map((parts) => parts.join("")),
        ),
        (given) => {
          let expected: string | undefined;
          try {
            expected = decoder.decode(Buffer.from(given, "latin1"));
          } catch {
            expected = undefined;
          }
          expect(bytes.utf8Decode(given)).toBe(expected);
          expect(bytes.isUtf8(given)).toBe(expected !== undefined);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test("case is that of ASCII letters alone", () => {
  fc.assert(
    fc.property(byteString, (given) => {
      expect(bytes.asciiLower(given)).toBe(given.replace(/[A-Z]/g, (char) => char.toLowerCase()));
      expect(bytes.asciiUpper(given)).toBe(given.replace(/[a-z]/g, (char) => char.toUpperCase()));
    }),
  );
  expect(bytes.asciiLower("\xc0\xdeÀ".slice(0, 2))).toBe("\xc0\xde");
});

test("arrays and hexadecimal are Buffer's", () => {
  fc.assert(
    fc.property(byteString, (left) => {
      const one = Buffer.from(left, "latin1");
      expect(bytes.fromUint8Array(one)).toBe(left);
      expect([...bytes.toUint8Array(left)]).toEqual([...one]);
      expect(bytes.toHex(left)).toBe(one.toString("hex"));
    }),
  );
  expect(bytes.fromUint8Array(new Uint8Array(100_000).fill(255))).toBe("\xff".repeat(100_000));
  expect([bytes.isAscii("\x7f"), bytes.isAscii("\x80")]).toEqual([true, false]);
});

test.each<[string, boolean, string]>([
  ["a%20b+c", false, "a b+c"],
  ["a%20b+c", true, "a b c"],
  ["%", true, "%"],
  ["%4", true, "%4"],
  ["%4g%41", true, "%4gA"],
  ["%%41", true, "%A"],
  ["%c3%A9%00", true, "\xc3\xa9\0"],
  ["%2541", true, "%41"],
  ["plain", true, "plain"],
  ["%u0041%41%u", false, "%u0041A%u"],
  ["%u0041+%41%u", true, "%u0041 A%u"],
  ["%U0041%ff%", false, "%U0041\xff%"],
])("percentDecode(%j, %s)", (given, plus, expected) => {
  expect(bytes.percentDecode(given, plus)).toBe(expected);
});

test("percentDecode undoes each escape once, in short texts and in long ones", () => {
  const piece = fc.constantFrom("%", "u", "+", "4", "1", "g", "%41", "%u0041", "%2B", "%2b", "\xe9", "a");
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, fc.boolean(), fc.constantFrom("", "x".repeat(9000)), (given, plus, padding) => {
      const spaced = plus ? given.replace(/\+/g, " ") : given;
      const expected = spaced.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 16)),
      );
      expect(bytes.percentDecode(given + padding, plus)).toBe(expected + padding);
    }),
  );
});

describe("Base64", () => {
  test("is written and read as Buffer does", () => {
    fc.assert(
      fc.property(byteString, fc.boolean(), fc.boolean(), (given, url, pad) => {
        const whole = Buffer.from(given, "latin1")
          .toString(url ? "base64url" : "base64")
          .replace(/=+$/, "");
        const text = bytes.base64Encode(given, { url, pad });
        expect(text).toBe(pad ? whole.padEnd(Math.ceil(whole.length / 4) * 4, "=") : whole);
        expect(bytes.base64Decode(text)).toBe(given);
      }),
    );
  });

  test.each(["a", "a===", "YQ=", "YWJj=", "YQ==YQ==", "Y Q=", "YQ\n", "é", "="])("%j is none", (text) => {
    expect(bytes.base64Decode(text)).toBeUndefined();
  });
});

test.each<[left: string, right: string, same: boolean]>([
  ["", "", true],
  ["a", "a", true],
  ["a", "b", false],
  ["a", "", false],
  ["", "a", false],
  ["", "\0", false],
  ["ab", "aba", false],
  ["aba", "ab", false],
])("%j and %j in constant time", (left, right, same) => {
  expect(bytes.equalInConstantTime(left, right)).toBe(same);
});
