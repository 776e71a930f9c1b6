import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFully } from "../../support/source/language/functions.ts";
import { Budget, bytes } from "../../support/source/language/values.ts";
import { flatValues, mayHoldBase64, NestedSearch } from "../../support/source/request/body.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../support/source/request/view.ts";

const base64 = (text: string) => Buffer.from(text, "latin1").toString("base64");

describe("values of a form, decoded in one pass", () => {
  const CASES: readonly [sent: string, decoded: string, isPlain: boolean][] = [
    ["", "", true],
    ["word", "word", true],
    ["two+words", "two words", true],
    ["a%27b%2C+c", "a'b, c", true],
    ["%c3%a9", "\xc3\xa9", true],
    ["50%25+off", "50% off", true],
    ["100%", "100%", true],
    ["%zz%4", "%zz%4", true],
    // A further layer of encoding
    ["%2527", "%27", false],
    ["%25u0027", "%u0027", false],
    ["%u0027", "%u0027", false],
    // What readers of forms make other texts of
    ["a]=b", "a]=b", false],
    ["%41\xc4\xbc", "A\xc4\xbc", false],
    // What holds values
    ["%7B%22a%22%3A1%7D", '{"a":1}', false],
    ["++[1,2,3,4]", "  [1,2,3,4]", false],
    ["<a>b</a>", "<a>b</a>", false],
    ["data:,abc", "data:,abc", false],
    [base64("<script>alert").replace(/=+$/, ""), base64("<script>alert").replace(/=+$/, ""), false],
    ["v1.PGInIG9yIDE9MTxi", "v1.PGInIG9yIDE9MTxi", false],
    ["v1%2ePGInIG9yIDE9MTxi", "v1.PGInIG9yIDE9MTxi", false],
    ["v1,.PGInIG9yIDE9MTxi", "v1,.PGInIG9yIDE9MTxi", true],
    // Plus signs that were digits
    ["/+A+A+A+AHQ+dCB0IHQgdCB0", "/ A A A AHQ dCB0IHQgdCB0", false],
  ];
  test.each(CASES)("%j", (sent, decoded, isPlain) => {
    // Beside others, whose places must not move.
    const { values, isPlain: are } = flatValues(["x+y", sent, "z", "%3d"]);
    expect(values).toEqual(["x y", decoded, "z", "="]);
    expect([...are]).toEqual([1, isPlain ? 1 : 0, 1, 0]);
  });

  test("as percent-decoding has it, and plain ones hold nothing else", () => {
    const part = fc.constantFrom(
      ...'a b + % %2 %41 %25 %3d = { [ " < / // \\ Zm9 PHNjcmlwdD - _ \xe9 \xc4\xbc ba data:'.split(" "),
    );
    const value = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 6 }), (sent) => {
        const { values, isPlain } = flatValues(sent);
        expect(values).toEqual(sent.map((one) => bytes.percentDecode(one, true)));
        for (const [at, shown] of values.entries()) {
          if (isPlain[at] === 0) continue;
          expect(decodeFully(sent[at] ?? "", true)).toBe(shown);
          expect(new NestedSearch(DEFAULT_REQUEST_LIMITS).read(shown, new Budget(1e6))).toEqual([]);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("of a long form, piece by piece", () => {
    const sent = Array.from({ length: 3000 }, (_, at) => (at % 3 === 0 ? `v${at}` : `v+${at}%C3%A9`));
    expect(flatValues(sent).values).toEqual(sent.map((one) => bytes.percentDecode(one, true)));
  });
});

describe("digits that may stand for text", () => {
  /** Worked out byte by byte. */
  function reference(value: string): boolean {
    const hasRun = (digits: string) => {
      const decoded = Buffer.from(
        digits.slice(0, digits.length - (digits.length % 4 === 1 ? 1 : 0)),
        "base64",
      );
      return /[\t-\r -~]{8}/.test(decoded.toString("latin1").replaceAll("\0", ""));
    };
    const clean = (text: string, pattern: RegExp) => text.replace(pattern, "");
    const url = (text: string) => text.split("=").some((piece) => hasRun(clean(piece, /[^\w+/-]/g)));
    const isToken = /^[\w-]+(\.[\w-]*){1,2}$/.test(value);
    return (
      value.length >= 11 &&
      (url(value) ||
        url(clean(value, /[-_]/g)) ||
        hasRun(clean(value, /[^\w+/-]/g)) ||
        hasRun(clean(value, /[^A-Za-z0-9+/]/g)) ||
        (isToken && value.split(".").some(hasRun)))
    );
  }

  test.each([
    [base64("select 1"), true],
    [base64("select"), false],
    [base64("sel\0ect 1"), true],
    [base64("sel\x01ect 1"), false],
    ["the quick brown fox jumps over the lazy dog", false],
    ["=".repeat(20), false],
    [`YWJj=${base64("select 1")}`, true],
  ])("%j: %j", (value, is) => {
    expect([mayHoldBase64(value), reference(value)]).toEqual([is, is]);
  });

  test("none is missed", () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 12 }).map((text) => Buffer.from(text, "utf8").toString("base64")),
      fc.string({ maxLength: 12 }).map((text) => Buffer.from(text, "utf8").toString("base64url")),
      fc.constantFrom("=", "-", "_", " ", ".", "AA", "\xff"),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join("")),
        (value) => {
          expect(mayHoldBase64(value)).toBe(reference(value));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
