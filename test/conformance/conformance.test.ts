import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { casesOfFile } from "./files.ts";

const folder = new URL("../../grammar/conformance/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

describe("conformance suite", () => {
  test("is there", () => expect(files.length).toBeGreaterThan(10));

  test.each(files)("%s", (name) => {
    const cases = casesOfFile(name, readFileSync(new URL(name, folder), "utf8"), () => undefined);
    expect(cases.length).toBeGreaterThan(0);
    const misses = cases
      .map(({ id, text, run }) => ({ id, text, outcome: run() }))
      .filter(({ outcome }) => outcome.status !== "passed");
    expect(misses).toEqual([]);
  });
});

describe("forms of case files", () => {
  const lines = [
    '{"id":"a","kind":"eval","scheme":{"s":"Bytes"},"expr":"s == \\"x\\"","context":{"s":"x"},"expect":true}',
    '{"id":"b","kind":"eval","scheme":{"s":"Bytes"},"expr":"s == \\"x\\"","context":{"s":"y"},"expect":true}',
    '{"id":"c","kind":"parse-error","scheme":{},"expr":"s","code":"E_UNKNOWN_IDENTIFIER","error":{"start":0,"end":1}}',
    '{"id":"d","kind":"parse-error","scheme":{},"expr":" s","code":"E_UNKNOWN_IDENTIFIER","error":{"start":0,"end":1}}',
    '{"id":"e","kind":"parse-ok","scheme":{},"functions":["of.another.world"],"expr":"of.another.world()"}',
    '{"id":"f","kind":"parse-ok","scheme":{},"expr":"false"}',
    '{"id":"g","kind":"parse-ok","scheme":{},"expr":"fal"}',
  ];
  const statuses = ["passed", "failed", "passed", "failed", "skipped", "passed", "failed"];

  test.each([
    ["JSON lines", lines.join("\n")],
    ["an array", `[${lines.join(",")}]`],
    ["an object with cases", `{"cases":[${lines.join(",")}]}`],
  ])("%s", (_form, content) => {
    const cases = casesOfFile("cases", content, () => undefined);
    expect(cases.map(({ run }) => run().status)).toEqual(statuses);
  });

  test("lines of the standard scheme, with this project's own fields", () => {
    const content = [
      '{"id":"a","kind":"parse-ok","scheme":"standard","expr":"ip.geoip.country in {\\"AA\\"}"}',
      '{"id":"b","kind":"parse-ok","expr":"any(http.request.jwt.claims[\\"c\\"][*] contains \\"x\\")"}',
      '{"id":"c","kind":"eval","scheme":"standard","expr":"http.host == \\"a\\"","context":{"http.host":"a"},"expect":true}',
      '{"id":"d","kind":"parse-ok","scheme":{},"expr":"http.host == \\"a\\""}',
    ].join("\n");
    const statuses = (own: boolean) =>
      casesOfFile("cases", content, () => undefined, own).map(({ run }) => run().status);
    expect(statuses(true)).toEqual(["passed", "passed", "passed", "failed"]);
    expect(statuses(false)).toEqual(["skipped", "skipped", "skipped", "failed"]);
  });

  test("a vector that states two outcomes is tried with the option, too", () => {
    const content = JSON.stringify({
      schema: { fields: { s: "Bytes" } },
      context: {},
      vectors: [
        {
          id: 1,
          mode: "filter",
          expr: 's != "x"',
          wirefilter: { result: true, resultNilNotEqualFalse: false },
          ours: { result: false },
        },
        {
          id: 2,
          mode: "filter",
          expr: "s in $s",
          wirefilter: { result: true },
          ours: { na: "no such thing" },
        },
        { id: 3, mode: "filter", expr: 's == "x"', wirefilter: { result: true }, ours: "same" },
      ],
      nesting: [{ shape: "n times ! before a Bool field", n: 3, wirefilter: "accepted" }],
    });
    const cases = casesOfFile("cases", content, () => undefined);
    expect(cases.map(({ run }) => run().status)).toEqual(["passed", "skipped", "failed", "failed"]);
  });

  test("a line without an expression is refused", () => {
    expect(() => casesOfFile("cases", '{"id":1}', () => undefined)).toThrow(/no case/);
  });
});
