import { describe, expect, test } from "vitest";
import { forEachLeaf } from "../../support/source/detection/inspection.ts";
import { Budget } from "../../support/source/language/values.ts";
import { type RequestData, requestFrom, WafRequest } from "../../support/source/request/model.ts";

/** @param data of what is no input: the form of the document that it is, or `data` */
type Leaf = readonly [text: string, part: string, field: string, key: string, isName: boolean, data?: string];

function leavesOf(data: RequestData): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const request = new WafRequest(requestFrom({ receivedAt: 0, ...data }));
  forEachLeaf(request, new Budget(1e6), (text, { part, field, document, isData }, key, isName) => {
    const data = document ?? (isData ? "data" : undefined);
    leaves.push(
      data === undefined ? [text, part, field, key, isName] : [text, part, field, key, isName, data],
    );
  });
  return leaves;
}

const ARGS = "http.request.uri.args";
const HEADERS = "http.request.headers";
const PATH = "http.request.uri.path";
const RAW = "http.request.body.raw";
const MULTIPART = "http.request.body.multipart";
const FORM = "http.request.body.form";
const JSON_BODY = "wirewall.request.body.json.values";
const at = (url: string, headers: RequestData["headers"] = {}): RequestData => ({ url, headers });
const post = (type: string, body: string): RequestData => ({
  method: "POST",
  url: "/",
  headers: { "Content-Type": type },
  body,
});

const base64 = (text: string) => Buffer.from(text, "utf8").toString("base64");
const file = (name: string, type: string, content: string): RequestData =>
  post(
    "multipart/form-data; boundary=b",
    `--b\r\nContent-Disposition: form-data; name="f"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n${content}\r\n--b--\r\n`,
  );

describe("texts of a request", () => {
  const CASES: readonly [name: string, data: RequestData, leaves: readonly Leaf[]][] = [
    ["the path, decoded", at("/a/%252e%2e/b"), [["/a/../b", "path", "http.request.uri.path", "", false]]],
    [
      "its segments, when they are more than words",
      at("/item/1'%20or%201=1"),
      [["1' or 1=1", "path", "http.request.uri.path", "", false]],
    ],
    [
      "arguments and their names",
      at("/?q%5B=1+%3C"),
      [
        ["1 <", "argument", ARGS, "q%5B", false],
        ["q[", "argument", ARGS, "q%5B", true],
      ],
    ],
    [
      "the query, where its signs cut a payload",
      at("/?<input autofocus onfocus=a(1)&&b>".replaceAll(" ", "%20")),
      [["<input autofocus onfocus=a(1)&&b>", "query", ARGS, "<input%20autofocus%20onfocus", false]],
    ],
    [
      "arguments of one name, joined",
      at("/?id=1/*&x=2&id=*/2"),
      [["1/*,*/2", "argument", ARGS, "id", false]],
    ],
    [
      "values inside of values, and their names",
      at(`/?f=${encodeURIComponent('{"user":{"$ne":"x<"}}')}`),
      [
        ["x<", "argument", ARGS, "f", false],
        ["$ne", "argument", ARGS, "f", true],
      ],
    ],
    ["cookies", at("/", { Cookie: "a=1; b=%3Cb" }), [["<b", "cookie", "http.request.cookies", "b", false]]],
    ["headers", at("/", { "X-A": "%3Cb" }), [["<b", "header", HEADERS, "x-a", false]]],
    [
      "names of headers that no programmer chose",
      at("/", { "X-'or'1": "a" }),
      [["x-'or'1", "header", HEADERS, "x-'or'1", true]],
    ],
    [
      "fragments of the Referer, arguments of Origin",
      at("/", { Referer: "https://a.example/#x'%20y", Origin: "https://a.example/?q=%3Cb" }),
      [
        ["x' y", "referer", HEADERS, "referer", false],
        ["<b", "referer", HEADERS, "origin", false],
      ],
    ],
    [
      "values in lists of headers",
      at("/", {
        "X-Forwarded-For": "192.0.2.1, x'y",
        Forwarded: 'for="a\\"b";host=c\'d',
        Authorization: 'Digest username="e\'f", realm="r"',
      }),
      [
        ["x'y", "header", HEADERS, "x-forwarded-for", false],
        ['a"b', "header", HEADERS, "forwarded", false],
        ["c'd", "header", HEADERS, "forwarded", false],
        ["e'f", "header", HEADERS, "authorization", false],
      ],
    ],
    [
      "claims of a token",
      at("/", { Authorization: `Bearer ${base64('{"alg":"none"}')}.${base64('{"sub":"x\'y or z"}')}.` }),
      [["x'y or z", "header", HEADERS, "authorization", false]],
    ],
    ["parameters of segments", at("/a;view=%3Cb/c"), [["<b", "argument", PATH, "", false]]],
    [
      "arguments of the Referer",
      at("/", { Referer: "https://a.example/?x=1&y=%27+or" }),
      [["' or", "referer", HEADERS, "referer", false]],
    ],
    [
      "fields of a form",
      post("application/x-www-form-urlencoded", "a=1&b=%3Cb"),
      [
        ["<b", "body", FORM, "b", false],
        ["b", "body", FORM, "b", true],
      ],
    ],
    [
      "keys and values of JSON",
      post("application/json", '{"a":{"$gt":""},"b":["x\\u003c"],"n":12345}'),
      [
        ["$gt", "body", JSON_BODY, "a.$gt", true],
        ["x<", "body", JSON_BODY, "b.0", false],
      ],
    ],
    [
      "texts of XML",
      post("application/xml", "<a b='1'><c>x&lt;y</c></a>"),
      [["x<y", "body", "wirewall.request.body.xml.values", "a.c", false]],
    ],
    [
      "parts of multipart bodies",
      post(
        "multipart/form-data; boundary=b",
        '--b\r\nContent-Disposition: form-data; name="t"\r\n\r\n<b\r\n--b--\r\n',
      ),
      [["<b", "body", "http.request.body.multipart", "t", false]],
    ],
    [
      "what a token behind the name of its scheme holds",
      at("/", {
        Authorization: `Bearer ${[{ alg: "none", kid: "../<" }, { sub: "b<" }, {}].map((one) => Buffer.from(JSON.stringify(one)).toString("base64url")).join(".")}`,
      }),
      [
        ["../<", "header", HEADERS, "authorization", false],
        ["b<", "header", HEADERS, "authorization", false],
      ],
    ],
    [
      "literals of a document of GraphQL",
      post("application/json", JSON.stringify({ query: '{u(a:"/etc/x \\"q\\"",b:"""<block>"""){id}}' })),
      [
        ['/etc/x "q"', "body", JSON_BODY, "query", false],
        ["<block>", "body", JSON_BODY, "query", false],
      ],
    ],
    [
      "literals of a body that is such a document",
      post("application/graphql", 'query { u(a: "x;y") }'),
      [["x;y", "body", RAW, "", false]],
    ],
    [
      "Base64 in a segment of the path",
      at(`/view/${base64("<b onclick=x>").replaceAll("=", "")}`),
      [["<b onclick=x>", "argument", PATH, "", false]],
    ],
    [
      "Base64 in the path, its slashes digits",
      at(`/${base64("a;?>???>?;")}`),
      [["a;?>???>?;", "argument", PATH, "", false]],
    ],
    [
      "the query, where escaped names are no names",
      at("/?a=&lt%3Bb%2Fc&gt%3B"),
      [["a=&lt;b/c&gt;", "query", ARGS, "a", false]],
    ],
    [
      "a cookie that a semicolon cuts",
      at("/", { Cookie: "a=1; b=x'; -- -; c=2" }),
      [["x'; -- -", "cookie", "http.request.cookies", "b", false]],
    ],
    [
      "addresses and origins that headers name",
      at("/", { Origin: "null'", "X-Forwarded-Host": "a'b", "X-Original-URL": "/a'b" }),
      [
        ["null'", "header", HEADERS, "origin", false],
        ["a'b", "header", HEADERS, "x-forwarded-host", false],
        ["/a'b", "header", HEADERS, "x-original-url", false],
      ],
    ],
    [
      "GraphQL: the document, its variables",
      post("application/json", JSON.stringify({ query: '{a(b:"c")}', variables: { t: "x'" } })),
      [
        ['{a(b:"c")}', "body", JSON_BODY, "query", false],
        ["x'", "body", JSON_BODY, "variables.t", false],
      ],
    ],
    [
      "strings in a document of GraphQL",
      post("application/json", JSON.stringify([{ query: 'query q { a(b: "x\\"y") }' }])),
      [['x"y', "body", JSON_BODY, "0.query", false]],
    ],
    [
      "strings in a body of GraphQL",
      post("application/graphql", '{a(b:"c\'d")}'),
      [["c'd", "body", RAW, "", false]],
    ],
    [
      "strings of Protocol Buffers",
      post("application/x-protobuf", "\x08\x01\x12\x05a'b c"),
      [["a'b c", "body", RAW, "", false]],
    ],
    [
      "odd lines of a text, as data",
      post("text/plain", "a note\nof lines\n'x or y\nand more\n"),
      [["'x or y", "body", RAW, "", false, "data"]],
    ],
    [
      "odd lines of a field",
      post("application/json", JSON.stringify({ t: "a note\nof lines\n;x y z\nand more\n" })),
      [[";x y z", "body", JSON_BODY, "t", false, "data"]],
    ],
    [
      "the type of a part that is none",
      file("a.bin", "application/<b>", "x"),
      [["application/<b>", "body", MULTIPART, "f", false]],
    ],
    [
      "texts of a file of JSON",
      file("a.json", "application/json", '{"a":["x\'y or z"]}'),
      [["x'y or z", "body", MULTIPART, "f", false, "data"]],
    ],
    [
      "GraphQL in the query",
      at(
        `/graphql?query=${encodeURIComponent('{a(b:"c")}')}&variables=${encodeURIComponent('{"t":"x\'y z"}')}`,
      ),
      [
        ['{a(b:"c")}', "argument", ARGS, "query", false],
        ["x'y z", "argument", ARGS, "variables", false],
      ],
    ],
    [
      "cells of a table in a file",
      file("a.csv", "text/csv", 'n,t\n1,"x ""<b>"" y"\n2,\'ab; cd\n3,plain words'),
      [
        ['x "<b>" y', "body", MULTIPART, "f", false, "data"],
        ["'ab; cd", "body", MULTIPART, "f", false, "data"],
      ],
    ],
    [
      "a note in a file",
      file("n.txt", "text/plain", "x'y <b>"),
      [["x'y <b>", "body", MULTIPART, "f", false, "data"]],
    ],
    [
      "declarations of XML in any file",
      file("a.svg", "image/svg+xml", "\x01<!ENTITY a>"),
      [["\x01<!ENTITY a>", "body", MULTIPART, "f", false, "xml"]],
    ],
    ["cells of a table as a body", post("text/csv", "n,t\n1,'ab; cd"), [["'ab; cd", "body", RAW, "", false]]],
    [
      "a body that no reader takes",
      post("text/plain", "a <b"),
      [["a <b", "body", "http.request.body.raw", "", false]],
    ],
  ];
  test.each(CASES)("%s", (_, data, leaves) => {
    const found = leavesOf(data);
    for (const leaf of leaves) expect(found).toContainEqual(leaf);
  });

  test("are none of numbers in JSON, nor of a whole query of plain arguments", () => {
    const json = leavesOf(post("application/json", "[1,2,[3,4.5e6],true,null]"));
    expect(json.filter(([, part]) => part === "body")).toEqual([]);
    expect(leavesOf(at("/?a=1&b[c]=2")).filter(([, part]) => part === "query")).toEqual([]);
  });

  test.each([
    ["source code", file("a.js", "text/javascript", "a('<b>')")],
    ["markup", file("a.html", "text/html", "<b onclick=x>")],
    ["a script without a type", file("a.sh", "application/octet-stream", "a; cat b")],
    ["a longer text", file("a.txt", "text/plain", "it's 'a'\n".repeat(5))],
    ["what tools are told", file("package.json", "application/json", '{"scripts":{"a":"b; cat c"}}')],
    ["a text that is too long", file("a.txt", "text/plain", "it's 'a' ".repeat(200))],
  ])("are none of files of %s", (_, data) => {
    expect(leavesOf(data).filter(([, , , , , data]) => data !== undefined)).toEqual([]);
  });

  test.each([
    ["words", "a=tea&a=or+water", false],
    ["words in brackets", "a=tea+(green)&a=water", false],
    ["a comment that goes on", "a=1/*&a=*/2", true],
    ["a bracket that goes on", "a={{[1&a=2]}}", true],
  ])(
    "that no detector is asked about are joined when they leave something open: %s",
    (_, query, isJoined) => {
      let joined = false;
      const request = new WafRequest(requestFrom({ receivedAt: 0, url: `/?${query}` }));
      forEachLeaf(request, new Budget(1e6), (text) => {
        if (text.includes(",")) joined = true;
        return false;
      });
      expect(joined).toBe(isJoined);
    },
  );
});
