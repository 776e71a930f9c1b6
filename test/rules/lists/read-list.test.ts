import { describe, expect, test } from "vitest";
import { Source } from "../../support/source/language/diagnostics.ts";
import {
  compileList,
  ListLines,
  type ReadListOptions,
  readList,
  readListOfItsKind,
  splitCsv,
} from "../../support/source/rules/lists.ts";
import { accepted } from "./support.ts";

function read(text: string, fileName: string, options: Partial<ReadListOptions> = {}) {
  return readList(new Source(text, fileName), { name: "l", ...options });
}

test.each<[string, string, readonly unknown[]]>([
  [
    "a.txt",
    "10.0.0.1\n\n# a comment\n  10.0.0.2  # office\r\n10.0.0.3",
    ["10.0.0.1", "10.0.0.2", "10.0.0.3"],
  ],
  ["a.txt", "\ufeffa#b\n", ["a#b"]],
  ["a.txt", "", []],
  ["a.csv", "10.0.0.1\n10.0.0.2,printer\n", ["10.0.0.1", { value: "10.0.0.2", description: "printer" }]],
  [
    "a.csv",
    'item,description,expires_at\n10.0.0.1,"a, ""b""",2026-01-01T00:00:00Z\n',
    [{ value: "10.0.0.1", description: 'a, "b"', expires_at: "2026-01-01T00:00:00Z" }],
  ],
  ["a.csv", "expires_at,item\n2026-01-01T00:00:00Z,x", [{ value: "x", expires_at: "2026-01-01T00:00:00Z" }]],
  ["a.json", '["10.0.0.1", {"ip": "10.0.0.2"}]', ["10.0.0.1", { ip: "10.0.0.2" }]],
  ["a.json", '{"name": "x", "kind": "ip", "items": [1]}', [1]],
  ["a.yaml", "items:\n  - 10.0.0.1\n", ["10.0.0.1"]],
  ["a.yml", "items:\n  - 10.0.0.1\n", ["10.0.0.1"]],
  ["A.JSON", '["10.0.0.1"]', ["10.0.0.1"]],
  ["a.jsonl", '{"ip":"10.0.0.1"}\n\n{"ip":"10.0.0.2"}\n', [{ ip: "10.0.0.1" }, { ip: "10.0.0.2" }]],
  ["a.jsonl", '{"ip":"10.0.0.1"}', [{ ip: "10.0.0.1" }]],
  ["a.ndjson", '"10.0.0.1"\n"10.0.0.2"', ["10.0.0.1", "10.0.0.2"]],
  ["a.jsonl", "", []],
  ["a.json", '{"ip":"10.0.0.1"}{"ip":"10.0.0.2"}', [{ ip: "10.0.0.1" }, { ip: "10.0.0.2" }]],
  ["a.json", '{"result": [{"ip":"10.0.0.1"}], "success": true}', [{ ip: "10.0.0.1" }]],
  ["a.json", '{"result": []}', []],
  ["a.json", '{"result": {"name": "x", "items": ["10.0.0.1"]}}', ["10.0.0.1"]],
  ["a.jsonl", '{"result": ["10.0.0.1"]}\n{"result": ["10.0.0.2"]}', ["10.0.0.1", "10.0.0.2"]],
  ["a.jsonl", '["10.0.0.1"]\n["10.0.0.2", "10.0.0.3"]', ["10.0.0.1", "10.0.0.2", "10.0.0.3"]],
  ["a.csv", '"10.0.0.1","office"\n', [{ value: "10.0.0.1", description: "office" }]],
  [
    "a.csv",
    "id,ip,comment,created_on,modified_on\n7c5d,10.0.0.1,office,2026-01-01T00:00:00Z,\n7c5e,10.0.0.2,,,\n",
    [{ value: "10.0.0.1", description: "office" }, "10.0.0.2"],
  ],
  [
    "a.csv",
    "10.0.0.1,https://wiki.example/1\n",
    [{ value: "10.0.0.1", description: "https://wiki.example/1" }],
  ],
])("%s %j", (fileName, text, items) => {
  const { document } = accepted(read(text, fileName));
  expect(JSON.parse(JSON.stringify(document))).toEqual({ name: "l", kind: "ip", items });
});

test("a redirect list from the reference's columns", () => {
  const text = "example.com/a,https://example.net/a,302,TRUE,,true\nexample.com/b,/b\n";
  const { document } = accepted(read(text, "a.csv", { kind: "redirect" }));
  const off = {
    preserve_query_string: false,
    include_subdomains: false,
    subpath_matching: false,
    preserve_path_suffix: false,
  };
  expect(document.items).toEqual([
    {
      redirect: {
        ...off,
        source_url: "example.com/a",
        target_url: "https://example.net/a",
        status_code: 302,
        preserve_query_string: true,
        subpath_matching: true,
      },
    },
    { redirect: { ...off, source_url: "example.com/b", target_url: "/b" } },
  ]);
});

test.each<[name: string, text: string, kind: string]>([
  ["a path in a source", "a.example/x,https://b.example/", "redirect"],
  ["a status", "a.example,https://b.example/,302", "redirect"],
  ["after a comment and a mark", "\ufeff# old\n\na.example/x,/y\n", "redirect"],
  ["one row among hosts", "a.example,https://b.example/\nb.example/x,https://b.example/y", "redirect"],
  ["a header", "target_url,source_url\n", "string"],
  ["a header of redirects", "source_url,target_url\n", "redirect"],
  ["hosts with addresses as comments", "a.example,https://wiki.example/1", "string"],
  ["a network with an address as comment", "10.0.0.0/8,https://wiki.example/1", "ip"],
  ["a network of version 6", "2001:db8::/32,https://wiki.example/1", "ip"],
  ["a scheme is no path", "https://a.example,https://b.example/\n", "string"],
  ["a scheme and a path", "https://a.example/,https://b.example/\n", "redirect"],
  ["another row has no address", "a.example/x,https://b.example/\n10.0.0.1,office", "string"],
  ["a row that is no CSV", 'a.example/x,"https', ""],
  ["numbers", "64500,a\n64501", "int"],
])("the kind of comma separated values: %s", (_name, text, kind) => {
  const result = readListOfItsKind(new Source(text, "a.csv"), "l");
  expect(result.ok ? result.value.document.kind : "").toBe(kind);
});

test("a header names the columns of redirects", () => {
  const text =
    "source_url,status_code,target_url,preserve_query_string,comment\na.example/x,308,/y,true,old\n";
  const { document } = accepted(read(text, "a.csv"));
  expect(document.items).toMatchObject([
    {
      redirect: {
        source_url: "a.example/x",
        target_url: "/y",
        status_code: 308,
        preserve_query_string: true,
      },
    },
  ]);
});

describe("faults stand at their line", () => {
  test.each<[string, string, number, number, string | undefined]>([
    ["a.txt", "10.0.0.1\n# c\n  10.0.0.300\n", 3, 3, undefined],
    ["a.csv", "item,description\n10.0.0.1,x\n10.0.0.300,y\n", 3, 1, undefined],
    ["a.txt", `${"\n".repeat(11)}10.0.0.300`, 12, 1, undefined],
    ["a.json", '[\n  "10.0.0.1",\n  "10.0.0.300"\n]', 3, 3, "/1"],
    ["a.json", '{"items": [\n  {"ip": "10.0.0.300"}\n]}', 2, 3, "/items/0"],
    ["a.jsonl", '{"ip": "10.0.0.1"}\n{"ip": "10.0.0.300"}', 2, 1, "/1"],
    ["a.jsonl", '{"result": []}\n{"result": [\n{"ip": "10.0.0.300"}]}', 3, 1, "/1/result/0"],
  ])("%s %j", (fileName, text, line, column, pointer) => {
    const { document, locate } = accepted(read(text, fileName));
    const result = compileList(document, { now: () => 0, locate });
    const [error, ...rest] = result.ok ? [] : result.errors;
    expect(rest).toEqual([]);
    expect([error?.code, error?.source, error?.line, error?.column]).toEqual([
      "E_INVALID_IP",
      fileName,
      line,
      column,
    ]);
    expect(error?.pointer).toBe(pointer);
    expect(error?.frame).toBe(`${line} | 10.0.0.300\n${" ".repeat(`${line}`.length)} | ^^^^^^^^^^`);
    expect(text.slice(error?.offset).replace(/^\{"ip": "|^"/, "")).toMatch(/^10\.0\.0\.300/);
  });

  test.each<[string, string, string, string]>([
    ["a.csv", 'x\n"y', "E_LIST_ITEM", "a quoted cell does not end, or text follows its closing quote"],
    ["a.csv", "x\na,b,c,d", "E_LIST_ITEM", "the row has more than 3 cells"],
    ["a.txt", `x\n${"y".repeat(131_073)}`, "E_LIST_ITEM", "a line of a list has at most 131072 characters"],
    ["a.json", '\n{"rules": []}', "E_DOC_TYPE", "a list is an array of items, or an object with `items`"],
    ["a.json", "\n[1,", "E_DOC_SYNTAX", "the array does not end"],
    [
      "a.json",
      '\n{"result": null, "success": false}',
      "E_DOC_TYPE",
      "this API answer reports a failure and holds no items",
    ],
    ["a.json", '\n{"result": null}', "E_DOC_TYPE", "a list is an array of items, or an object with `items`"],
    ["a.jsonl", '{"ip": "10.0.0.1"}\n{"ip": 10.0}, ', "E_DOC_SYNTAX", ""],
  ])("%s %j", (fileName, text, code, message) => {
    const result = read(text, fileName);
    const [error] = result.ok ? [] : result.errors;
    expect([error?.code, error?.line]).toEqual([code, 2]);
    if (code !== "E_DOC_SYNTAX") expect(error?.message).toBe(message);
  });

  test.each(['"ipp"', "7", "{}", '["ip"]', "true"])("there is no kind %s", (kind) => {
    const result = read(`{"kind": ${kind}, "items": []}`, "a.json");
    expect(result.ok ? [] : result.errors.map(({ code, pointer }) => [code, pointer])).toEqual([
      ["E_DOC_VALUE", "/kind"],
    ]);
  });
});

test("pieces of any size give the same list", () => {
  const text = "item,description\r\n10.0.0.1,one\n# no\n10.0.0.2\n\n10.0.0.3,three";
  const whole = accepted(read(text, "a.csv"));
  for (const size of [1, 2, 3, 7, 20]) {
    const lines = new ListLines({ name: "l", format: "csv", source: "a.csv" });
    for (let at = 0; at < text.length; at += size) lines.push(text.slice(at, at + size));
    const pieces = accepted(lines.finish());
    expect(pieces.document).toEqual(whole.document);
    expect([0, 1, 2, 3].map(pieces.locate)).toEqual([0, 1, 2, 3].map(whole.locate));
  }
});

test.each<[string, readonly string[] | undefined]>([
  ["", [""]],
  ["a,,", ["a", "", ""]],
  ['"a""b",c', ['a"b', "c"]],
  ['""', [""]],
  ['"a"b', undefined],
  ['"a""', undefined],
])("cells of %j", (line, cells) => {
  expect(splitCsv(line)).toEqual(cells);
});
