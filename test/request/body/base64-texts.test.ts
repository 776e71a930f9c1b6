import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8Encode } from "../../support/source/language/values.ts";
import { decodedTexts } from "../../support/source/request/body.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");
const base64 = (text: string) => latin1(text).toString("base64");
const wide = (text: string) => Buffer.from(text, "utf16le");

describe("texts that Base64 stands for", () => {
  const QUERY = "' or 1=1 --";
  const NOISE = "\x80\xff\x01\x81";
  test.each<[what: string, written: string, texts: readonly string[]]>([
    ["a text", base64(QUERY), [QUERY]],
    ["a text above ASCII", base64(utf8Encode("Überweisung 日本")), [utf8Encode("Überweisung 日本")]],
    ["what is legible of bytes", base64(`${NOISE}${QUERY}${NOISE}sleep(12)\xc3`), [`${QUERY}\nsleep(12)`]],
    ["nothing in short runs", base64(`${NOISE}or 1=1${NOISE}`), []],
    ["a text with half a character", base64(`${QUERY}\xc3`), [QUERY]],
    ["wide characters", wide(QUERY).toString("base64"), [QUERY]],
    ["and others", wide(QUERY).swap16().toString("base64"), [QUERY]],
    [
      "pieces, and all of them together",
      `${base64("' or 1=1 ")}=${base64("-- union all")}A==`,
      ["' or 1=1 ", "-- union all", "' or 1=1 -- union all"],
    ],
    ["pieces that end within a byte, together", "JyBvc=iA.xPTEtLQ==", ["' or 1=1--"]],
    ["the same to who leaves out what URLs have for digits", "J_yBvc=iAx-PTEtLQ==", ["' or 1=1--"]],
    ["the other alphabet and none", "PD8_Pj8-PD8_", ["<??>?><??"]],
    ["parts of a token", `${base64(QUERY)}.${base64("{}{}{}{}")}`.replaceAll("=", ""), [QUERY, "{}{}{}{}"]],
    ["no program", base64(`\0asm\x01\0\0\0\x01\xff\x1f${"a".repeat(4095)}`), []],
  ])("%s", (_, written, texts) => {
    expect(decodedTexts(written)).toEqual(expect.arrayContaining([...texts]));
    if (texts.length === 0) expect(decodedTexts(written)).toEqual([]);
  });

  /** What Node.js makes of digits, where all that is decoded is a text. */
  test("are those of Node.js", () => {
    const text = fc.string({ unit: fc.constantFrom(..."aB1 '<{\n".split("")), minLength: 8, maxLength: 40 });
    const between = fc.constantFrom("", " ", "\r\n", ".!", '"');
    fc.assert(
      fc.property(text, between, fc.boolean(), (plain, sign, isPadded) => {
        const written = base64(plain)
          .replace(isPadded ? /$/ : /=+$/, "")
          .replace(/(.{5})/g, `$1${sign}`);
        expect(decodedTexts(written)).toContain(Buffer.from(written, "base64").toString("latin1"));
      }),
    );
  });

  test("whatever is written, nothing is made of it that has no run of text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const written = Buffer.from(bytes).toString("base64");
        for (const text of decodedTexts(written)) expect(text.length).toBeGreaterThanOrEqual(8);
        const whole = Buffer.from(bytes).toString("latin1");
        const runs = whole.match(/[\t-\r -~]{8,}/g)?.join("\n");
        if (runs !== undefined && bytes.some((byte) => byte >= 0xf8))
          expect(decodedTexts(written)).toContain(runs);
      }),
    );
  });
});
