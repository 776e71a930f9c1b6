import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joined } from "../support/joined.ts";
import { Budget } from "../support/source/language/values.ts";
import { ParsedBody, sniffMediaType } from "../support/source/request/body.ts";
import { Headers } from "../support/source/request/head.ts";
import { DEFAULT_REQUEST_LIMITS } from "../support/source/request/view.ts";

const limits = {
  ...DEFAULT_REQUEST_LIMITS,
  maxBodyBytes: 4096,
  maxFormFields: 16,
  maxParts: 8,
  maxJsonDepth: 8,
  maxJsonValues: 32,
  maxJsonPathBytes: 1024,
};
/**
 * Steps for each byte of a body: every reader looks at each byte a bounded number of times, and at those of a second text of
 * half as many bytes again where the body may be UTF-16.
 */
const STEPS_PER_BYTE = 10;

const RUNS = 4000;
function parse(type: string, bytes: string): ParsedBody {
  return new ParsedBody({ bytes, truncated: false }, Headers.fromRaw(["Content-Type", type], 10), limits);
}

function outputBytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/** What holds for whatever a client sends. */
function checkBody(type: string, bytes: string): void {
  const body = parse(type, bytes);
  const budget = new Budget(1_000_000);
  const form = body.form(budget);
  const { parts } = body.multipart(budget);
  const json = body.json(budget);
  expect(typeof body.error(budget)).toBe("string");
  const anomalies = body.anomalies(budget);
  expect(new Set(anomalies).size).toBe(anomalies.length);
  expect(sniffMediaType(bytes).length).toBeLessThan(60);
  expect(form.names.length).toBe(form.values.length);
  expect(form.names.length).toBeLessThanOrEqual(limits.maxFormFields);
  // The bytes as they are, and what they are in UTF-16, two bytes three and half of them too, where they may be that.
  expect(outputBytes(form.names) + outputBytes(form.values)).toBeLessThanOrEqual(3 * bytes.length);
  expect(parts.length).toBeLessThanOrEqual(limits.maxParts);
  expect(outputBytes(parts.map(({ content }) => content))).toBeLessThanOrEqual(bytes.length);
  // A name whose quotes are not closed is read in two ways.
  expect(outputBytes(parts.flatMap(({ names, filenames }) => [...names, ...filenames]))).toBeLessThanOrEqual(
    2 * bytes.length,
  );
  const lines = parts.flatMap((part) => [
    ...part.contentTypes,
    ...part.dispositions,
    ...part.transferEncodings,
  ]);
  expect(outputBytes(lines)).toBeLessThanOrEqual(bytes.length);
  expect(json.names.length).toBe(json.values.length);
  expect(json.names.length).toBeLessThanOrEqual(limits.maxJsonValues);
  expect(outputBytes(json.names)).toBeLessThanOrEqual(limits.maxJsonPathBytes);
  // A lone surrogate's six bytes become three, a two-byte escape one; two bytes of UTF-16 three, and half of them too.
  expect(outputBytes(json.values)).toBeLessThanOrEqual(3 * bytes.length);
  expect(json.depth).toBeLessThanOrEqual(limits.maxJsonDepth);
  expect(1_000_000 - budget.remaining).toBeLessThanOrEqual(STEPS_PER_BYTE * bytes.length + 300);
  // The same bytes under any smaller allowance: an answer still, and never a wrong claim of success.
  const small = new Budget(8);
  const starved = parse(type, bytes);
  starved.anomalies(small);
  if (small.exhausted && starved.kind(small) !== "") expect(starved.error(small)).not.toBe("");
}

describe("hostile bodies", () => {
  test(`${RUNS} forms`, () => {
    const bytes = joined(
      "&",
      "=",
      "a",
      "__proto__",
      "%",
      "%2",
      "%00",
      "+",
      "[]",
      "&&",
      ";",
      "\0",
      "\xff",
      "constructor=1&",
    );
    fc.assert(
      fc.property(bytes, (text) => checkBody("application/x-www-form-urlencoded", text)),
      { numRuns: RUNS },
    );
  });

  test(`${RUNS} multipart bodies`, () => {
    const bytes = joined(
      "--b",
      "--b\r\n",
      "--b--",
      "\r\n",
      "\n",
      "\r",
      "--",
      " ",
      "\t",
      "b",
      "\0",
      "Content-Disposition: form-data; name=a\r\n",
      'Content-Disposition: form-data; name="',
      '"',
      "; filename*=utf-8''%41",
      "; filename=x",
      "Content-Type: multipart/mixed; boundary=b\r\n",
      "Content-Transfer-Encoding: base64\r\n",
      "X: y",
      ":",
      ";",
      "=",
      "\\",
      "__proto__",
      "\r\n\r\n",
      "\r\n--b\r\n",
    );
    const type = fc.constantFrom(
      "multipart/form-data; boundary=b",
      'multipart/form-data; boundary="b"; boundary=c',
      "multipart/form-data; boundary=",
      'multipart/form-data; boundary="-"',
      "multipart/form-data; x; boundary=b",
    );
    fc.assert(
      fc.property(type, bytes, (declared, text) => checkBody(declared, text)),
      { numRuns: RUNS },
    );
  });

  test(`${RUNS} JSON texts`, () => {
    const bytes = joined(
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"',
      '"a"',
      '"__proto__":',
      '"a.b":',
      "1",
      "-",
      ".",
      "e",
      "0",
      "true",
      "null",
      "\\",
      "\\u",
      "\\ud83d",
      "\\u0000",
      "\xef\xbb\xbf",
      "\xff",
      "\0",
      "\n",
      " ",
      '{"a":',
      "[[",
      "]]",
      '[{"k":[',
    );
    fc.assert(
      fc.property(bytes, (text) => checkBody("application/json", text)),
      { numRuns: RUNS },
    );
  });

  const size = 4096;
  test.each<[name: string, type: string, bytes: string]>([
    ["one long argument", "application/x-www-form-urlencoded", "a".repeat(size)],
    ["ampersands", "application/x-www-form-urlencoded", "&".repeat(size)],
    ["brackets", "application/json", "[".repeat(size)],
    ["objects", "application/json", '{"a":'.repeat(size / 8)],
    ["backslashes", "application/json", `"${"\\".repeat(size - 2)}`],
    ["a long key with many children", "application/json", `{"${"k".repeat(900)}":[${"1,".repeat(500)}1]}`],
    [
      "boundaries that are none",
      "multipart/form-data; boundary=b",
      `--b\r\n\r\n${"\n--bb".repeat(size / 8)}`,
    ],
    ["hyphens", `multipart/form-data; boundary="${"-".repeat(70)}"`, `\n${"-".repeat(size - 1)}`],
    ["line ends", "multipart/form-data; boundary=b", `--b\r\n${"\r\n".repeat(size / 4)}`],
    [
      "parameters",
      "multipart/form-data; boundary=b",
      `--b\r\nContent-Disposition: form-data${"; name=a".repeat(400)}\r\n\r\n`,
    ],
    ["folds", "multipart/form-data; boundary=b", `--b\r\nX: y${"\r\n z".repeat(900)}\r\n\r\n`],
  ])("%s", (_name, type, bytes) => checkBody(type, bytes));

  // An expression that tries each way to divide such a text does not come to an end.
  const blanks = " ".repeat(100_000);
  test.each<[name: string, type: string, bytes: string]>([
    ...["&", "a&", "&a", "&&a", "a&&"].flatMap((piece) =>
      ["", "text/plain", "image/png"].map((type): [string, string, string] => [
        `${JSON.stringify(piece)} many times in front of a brace, of type ${JSON.stringify(type)}`,
        type,
        `${piece.repeat(10_000)}{`,
      ]),
    ),
    ["a label with blanks inside", `text/plain; charset="a${blanks}b"`, "a"],
    ["a label of XML with blanks inside", "text/xml", `<?xml version="1.0" encoding="a${blanks}b"?><o/>`],
  ])("%s", (_name, type, bytes) => {
    const read = new ParsedBody(
      { bytes, truncated: false },
      Headers.fromRaw(["Content-Type", type], 10),
      DEFAULT_REQUEST_LIMITS,
    );
    const budget = new Budget(1_000_000);
    expect(["form", "text", "xml"]).toContain(read.kind(budget));
    expect(read.outcome(budget)).toMatch(/^(?:inspected|partly)$/);
  });

  test("names of the prototype's members are names", () => {
    const form = parse("application/x-www-form-urlencoded", "__proto__=1&constructor=2&toString=3").form(
      new Budget(1000),
    );
    expect(form.names).toEqual(["__proto__", "constructor", "toString"]);
    expect(({} as Record<string, unknown>)["1"]).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
