import { expect, test } from "vitest";
import { Budget, type Value } from "../../support/source/language/values.ts";
import { requestScheme } from "../../support/source/request/fields.ts";
import { type RequestData, requestFrom, WafRequest } from "../../support/source/request/model.ts";

const scheme = requestScheme([]);

function read(init: RequestData, member: string, budget = 1_000_000): readonly [Value | undefined, number] {
  const context = scheme.createContext<WafRequest>();
  context.reset(new WafRequest(requestFrom(init)));
  context.budget = new Budget(budget);
  const value = context.get(scheme.field(`wirewall.request.${member}`)!.slot);
  return [value, budget - context.budget.remaining];
}

const url = "https://a.example/";
const post = (type: string, body: string): RequestData => ({
  url,
  method: "POST",
  headers: { "Content-Type": type },
  body,
});

const MULTIPART = post(
  "multipart/form-data; boundary=b0",
  [
    "--b0",
    'Content-Disposition: form-data; name="a"',
    "",
    "x%2541+y",
    "--b0",
    'Content-Disposition: form-data; name="f"; filename="..%2fa.txt"',
    "Content-Type: text/plain",
    "",
    "secret",
    "--b0--",
    "",
  ].join("\r\n"),
);

const cases: readonly (readonly [string, RequestData, string, unknown])[] = [
  ["a path keeps its plus sign", { url: `${url}a+b/%252e%u0041` }, "uri.path.decoded", "/a+b/.A"],
  ["a plus sign is a space once", { url: `${url}?a%25+b=1%2B1+2` }, "uri.args.decoded", [["1+1 2", "a% b"]]],
  [
    "layers of arguments",
    { url: `${url}?q=%25253Cx%253E&__proto__` },
    "uri.args.decoded",
    [
      ["<x>", "q"],
      ["", "__proto__"],
    ],
  ],
  ["no arguments", { url }, "uri.args.decoded", []],
  [
    "cookies",
    { url, headers: { Cookie: "a=b+c%20d; e" } },
    "cookies.decoded",
    [
      ["b+c d", "a"],
      ["", "e"],
    ],
  ],
  ["names of cookies", { url, headers: { Cookie: "a=1; a=2" } }, "cookies.names", ["a", "a"]],
  [
    "headers, Cookie as a gap",
    { url, headers: { Host: "h", "X-A": "%2541+", COOKIE: "a=1" } },
    "headers.decoded",
    ["h", "A+", ""],
  ],
  [
    "a form",
    post("application/x-www-form-urlencoded", "a=b+c%2526&%5b=1"),
    "body.decoded",
    [
      ["b c&", "a"],
      ["1", "["],
    ],
  ],
  [
    "keys in the name of a form's field, words and short ones left out",
    post("application/x-www-form-urlencoded", "a%5B%3Cb+c%3Ed%5D%5Bwords+only%5D%5B%24ne%5D=1"),
    "body.decoded",
    [["1", "a[<b c>d][words only][$ne]", "<b c>d"]],
  ],
  [
    "keys that dots divide, and in brackets those that hold dots",
    { url: `${url}?words.%253Cb%253E+c[d.e()f]=1` },
    "uri.args.decoded",
    [["1", "words.<b> c[d.e()f]", "words.<b> c", "d.e()f", "<b> c[d"]],
  ],
  [
    "keys in the name of a cookie",
    { url, headers: { Cookie: "a[<b cd>]=1" } },
    "cookies.decoded",
    [["1", "a[<b cd>]", "<b cd>"]],
  ],
  [
    "keys in the name of a part",
    post(
      "multipart/form-data; boundary=b0",
      '--b0\r\nContent-Disposition: form-data; name="a[<b cd>]"\r\n\r\nx\r\n--b0--\r\n',
    ),
    "body.decoded",
    [["x", "a[<b cd>]", "<b cd>"]],
  ],
  [
    "JSON",
    post("application/json", '{"a":{"b":"1+1 %41"},"c":[2]}'),
    "body.decoded",
    [["1+1 A", "a", "b", "a.b"], ["c"]],
  ],
  [
    "a file gives its names only",
    MULTIPART,
    "body.decoded",
    [
      ["xA+y", "a"],
      ["../a.txt", "f"],
    ],
  ],
  [
    "a part that some readers take for a field gives its content too",
    post(
      "multipart/form-data; boundary=b0",
      '--b0\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nx\r\n--b0--\r\n',
    ),
    "body.decoded",
    [["x", "a.txt", "f"]],
  ],
  [
    "a part with its transfer encoding undone",
    post(
      "multipart/form-data; boundary=b0",
      '--b0\r\nContent-Disposition: form-data; name="f"\r\nContent-Transfer-Encoding: base64\r\n\r\neCUyNXk=\r\n--b0--\r\n',
    ),
    "body.decoded",
    [["eCUyNXk=", "x%y", "f"]],
  ],
  ["what a reader takes is not unread", post("application/json", "{}"), "body.unread", ""],
  ["a text of another kind", post("text/xml", "<a>%41+</a>"), "body.unread", "<a>A+</a>"],
  ["a body with a fault", post("application/json", '{"a":1'), "body.unread", '{"a":1'],
  ["a zero byte", post("application/octet-stream", "a\u0000%62"), "body.unread", "a\0b"],
  ["bytes", post("application/octet-stream", "\u0000\u0001"), "body.unread", ""],
  [
    "what is inside of an argument",
    { url: `${url}?v=%7B%22q%22:%22%5Cu003c%2541%22%7D&w=1` },
    "uri.args.decoded",
    [
      ['{"q":"\\u003cA"}', "v", "<A", "q"],
      ["1", "w"],
    ],
  ],
  [
    "an argument without a value",
    { url: `${url}?%5B%22%5Cu003c%22%5D` },
    "uri.args.decoded",
    [["", '["\\u003c"]', '"\\u003c"', "<"]],
  ],
  [
    "Base64 with plus signs that are not escaped",
    { url: `${url}?v=PGEgaHJlZj0iPz4+Pj4iPg==` },
    "uri.args.decoded",
    // With the blank left out by lenient decoders, and as a plus sign.
    [["PGEgaHJlZj0iPz4 Pj4iPg==", "v", '<a href="?>', '<a href="?>>>>">']],
  ],
  [
    "what is inside of a cookie",
    { url, headers: { Cookie: 'a="\\074b\\076"' } },
    "cookies.decoded",
    [['"\\074b\\076"', "a", "<b>"]],
  ],
  [
    "a cookie in quotes that a semicolon divides, as it is and as Python reads it",
    { url, headers: { Cookie: 'x=1; a="b;c=d"; e=f' } },
    "cookies.decoded",
    [
      ["1", "x"],
      ['"b', "a", "b;c=d"],
      ['d"', "c"],
      ["f", "e"],
    ],
  ],
  [
    "the same with escapes, behind a blank",
    { url, headers: { Cookie: 'x=1 a="\\073;\\"\\074b"' } },
    "cookies.decoded",
    [
      ['1 a="\\073', "x", '\\073;\\"\\074b', ';;"<b'],
      ["", '\\"\\074b"'],
    ],
  ],
  [
    "quotes that end no cookie, or nowhere",
    { url, headers: { Cookie: 'a="b;c="d;e=f' } },
    "cookies.decoded",
    [
      ['"b', "a"],
      ['"d', "c"],
      ["f", "e"],
    ],
  ],
  [
    "a quoted cookie that white space ends",
    { url, headers: { Cookie: 'a="\\101bcdef" b=c' } },
    "cookies.decoded",
    [['"\\101bcdef" b=c', "a", "Abcdef"]],
  ],
  [
    "a string of JSON under a form's type, which a form is cut in",
    post("application/x-www-form-urlencoded", '"a&b=c"'),
    "body.decoded",
    [
      ['"a', '"a&b=c"'],
      ['c"', "b"],
    ],
  ],
  [
    "keys of JSON under a form's type that hold objects",
    post("application/x-www-form-urlencoded", '{"a":{"b":"c"}}'),
    "body.decoded",
    [['{"a":{"b":"c"}}', "c", "a", "b", "a.b"]],
  ],
  [
    "texts of headers",
    { url, headers: { Authorization: "Basic YTonIG9y", Cookie: "a=[1]", "X-A": "%41" } },
    "headers.texts",
    [["a.example"], ["Basic YTonIG9y", "a", "' or"], [], ["A"]],
  ],
  [
    "what is inside of a form's field",
    post("application/x-www-form-urlencoded", "v=%5B%22a+b%22%5D"),
    "body.decoded",
    [['["a b"]', "v", "a b"]],
  ],
  [
    "what is inside of a string of JSON",
    post("application/json", '{"a":"{\\"q\\":\\"x\\"}"}'),
    "body.decoded",
    [['{"q":"x"}', "a", "x", "q"]],
  ],
  [
    "references in a form of an older character set",
    post(
      "application/x-www-form-urlencoded; charset=iso-8859-1",
      "a=%26%2360%3Bb&c=%26%23x3c;&d=%26%2355296;",
    ),
    "body.decoded",
    [
      ["&#60;b", "a", "<b"],
      ["&#x3c;", "c"],
      ["&#55296;", "d"],
    ],
  ],
  ["a text has no fields", post("text/plain", "hello"), "body.decoded", []],
  [
    "XML",
    post("text/xml", '<a b="&lt;1"><c>%42</c><c>d</c></a>'),
    "body.decoded",
    [["<1", "@b"], ["B", "c"], ["d"], ["Bd", "a"]],
  ],
  [
    "JSON under a form's type",
    post("application/x-www-form-urlencoded", '{"q":"\\u003c"}'),
    "body.decoded",
    [['{"q":"\\u003c"}', "<", "q"]],
  ],
];

test.each(cases)("%s", (_, init, member, expected) => {
  expect(read(init, member)[0]).toEqual(expected);
});

test("decoding takes the lengths off the budget", () => {
  expect(read({ url: `${url}?q=${"a".repeat(5000)}` }, "uri.args.decoded")[1]).toBeGreaterThan(5000);
});

test("ends at the last pass, whatever is left", () => {
  const [value] = read({ url: `${url}?q=%${"25".repeat(60)}41` }, "uri.args.decoded");
  expect((value as readonly (readonly string[])[])[0]![0]).toMatch(/^%(?:25)+41$/);
});
