import { expect, test } from "vitest";
import { Budget, type Value } from "../../support/source/language/values.ts";
import { requestScheme } from "../../support/source/request/fields.ts";
import { type RequestData, requestFrom, WafRequest } from "../../support/source/request/model.ts";

const scheme = requestScheme([]);
const url = "https://a.example/";

function read(init: RequestData, group: string): readonly (Value | undefined)[] {
  const context = scheme.createContext<WafRequest>();
  context.reset(new WafRequest(requestFrom(init)));
  context.budget = new Budget(1_000_000);
  const members = ["values", "names", "ways", "truncated"];
  return members.map((member) => context.get(scheme.field(`wirewall.request.${group}.${member}`)!.slot));
}

const post = (type: string, body: string): RequestData => ({
  url,
  method: "POST",
  headers: { "Content-Type": type },
  body,
});

const PARTS = [
  "--b0",
  'Content-Disposition: form-data; name="a"',
  "",
  '["xyz"]',
  "--b0",
  'Content-Disposition: form-data; name="f"; filename="a.json"',
  "Content-Type: application/json",
  "",
  '["file"]',
  "--b0--",
  "",
].join("\r\n");

const cases: Record<string, readonly [RequestData, string, unknown]> = {
  "an argument": [
    { url: `${url}?v=%7B%22q%22:%22x%22%7D` },
    "nested",
    [["x"], ["v.q"], [["argument", "json"]], false],
  ],
  "cookies and headers": [
    { url, headers: { Cookie: 'a="\\074b>"; b=%5B%22c%22%5D', Authorization: "Basic YTonIG9y" } },
    "nested",
    [
      ["<b>", "c", "a", "' or"],
      ["a", "b.0", "authorization.user", "authorization.password"],
      [
        ["cookie", "quoted", "octal_escapes"],
        ["cookie", "percent", "json"],
        ["header", "basic"],
        ["header", "basic"],
      ],
      false,
    ],
  ],
  "nothing inside": [
    { url: `${url}?q=blue+shoes`, headers: { Cookie: "a=b", Accept: "*/*" } },
    "nested",
    [[], [], [], false],
  ],
  "too deep": [
    { url: `${url}?v=${encodeURIComponent(JSON.stringify([JSON.stringify([JSON.stringify(["[1]"])])]))}` },
    "nested",
    [expect.any(Array), ["v.0", "v.0.0", "v.0.0.0"], expect.any(Array), false],
  ],
  "a form": [
    post("application/x-www-form-urlencoded", "v=%5B%22a+b%22%5D"),
    "body.nested",
    [["a b"], ["v.0"], [["form", "json"]], false],
  ],
  "a string of JSON": [
    post("application/json", '{"a":["[\\"xyz\\"]"]}'),
    "body.nested",
    [["xyz"], ["a.0.0"], [["json", "json"]], false],
  ],
  "a part, but no file": [
    post("multipart/form-data; boundary=b0", PARTS),
    "body.nested",
    [["xyz"], ["a.0"], [["part", "json"]], false],
  ],
};

test.each(Object.entries(cases))("%s", (_, [init, group, expected]) => {
  expect(read(init, group)).toEqual(expected);
});
