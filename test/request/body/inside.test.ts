// What stands inside of values, as rules see it: from requests to matches.
import { expect, test } from "vitest";
import { createWaf, type RequestData } from "../../support/source/index.ts";

const TEXTS = [
  "wirewall.request.uri.args.decoded[*][*]",
  "wirewall.request.cookies.decoded[*][*]",
  "wirewall.request.headers.texts[*][*]",
  "wirewall.request.body.decoded[*][*]",
];
const waf = createWaf({
  rulesets: [
    {
      id: "r",
      name: "r",
      kind: "zone",
      phase: "http_request_firewall_custom",
      rules: [
        {
          ref: "script",
          action: "log",
          expression: TEXTS.map((text) => `any(${text} contains "<script>")`).join(" or "),
        },
      ],
    },
  ],
});

function isSeen(request: Omit<RequestData, "url"> & { readonly url?: string }): boolean {
  const decision = waf.evaluateSync({ url: "https://a.example/", remoteAddress: "192.0.2.7", ...request });
  expect(decision.budget).toBeUndefined();
  return decision.matches.length > 0;
}

const send = (type: string, body: string) => ({ method: "POST", headers: { "Content-Type": type }, body });
const FORM = "application/x-www-form-urlencoded";
const PART = 'Content-Disposition: form-data; name="a"';

/** Requests that hold a value in each place where one can be. */
const PLACES: Readonly<Record<string, (value: string) => Parameters<typeof isSeen>[0]>> = {
  "an argument": (value) => ({ url: `https://a.example/?q=${encodeURIComponent(value)}` }),
  "a cookie": (value) => ({ headers: { Cookie: `q=${encodeURIComponent(value)}` } }),
  "a header": (value) => ({ headers: { "X-A": value.replaceAll("\n", " ") } }),
  "a form": (value) => send(FORM, `q=${encodeURIComponent(value)}`),
  "a string of JSON": (value) => send("application/json", JSON.stringify({ q: value })),
  "a text of XML": (value) => send("text/xml", `<q>${value.replaceAll("<", "&lt;")}</q>`),
  "a part": (value) => send("multipart/form-data; boundary=b", `--b\r\n${PART}\r\n\r\n${value}\r\n--b--`),
};

const S = "\\u003cscript>";
const VALUES: Readonly<Record<string, string>> = {
  JSON: `{"a":["${S}"]}`,
  NaN: `{"n":NaN,"a":"${S}"}`,
  "an unusual number": `{"n":+.5,"a":"${S}"}`,
  "a comment in front": `/**/{"a":"${S}"}`,
  "a comment inside": `{/**/"a":"${S}"}`,
  "a comma too many": `{"b":[1,],"a":"${S}"}`,
  "other quotes": `{'a':'${S}'}`,
  "no quotes": `{n:1,a:"${S}"}`,
  "a wrong escape in front": `{"n":"\\q","a":"${S}"}`,
  "an escape of JSON5": `{"a":"\\x3cscript>"}`,
  "text behind it": `{"a":"${S}"} and so on`,
  "a key": `{"${S}":[1]}`,
  "JSON in Base64": Buffer.from(`{n:1,"a":"${S}"}`).toString("base64"),
};

test.each(Object.entries(PLACES))("rules see what is inside of %s", (_, place) => {
  const missed = Object.keys(VALUES).filter((name) => !isSeen(place(VALUES[name] ?? "")));
  expect(missed).toEqual([]);
});
