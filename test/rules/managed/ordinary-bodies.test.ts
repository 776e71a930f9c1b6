// Bodies as browsers, command lines and libraries send them: the managed rules have nothing against them.
import { expect, test } from "vitest";
import { managedWaf, matchesOf, send } from "./support.ts";

const waf = managedWaf({}, "request");

const WORDS = [
  "Grüße aus Köln",
  "O'Brien & Sons",
  "1 + 1 = 2",
  "50% off",
  "a < b, b > a",
  "select a size",
  "naïve café",
  "https://shop.example/a?b=c&d=e",
  "user@shop.example",
  "C# and C++",
  "日本語のテキスト",
  "emoji 😀 in text",
  "line one\nline two",
  "2026-11-27T23:00:00Z",
  '"quoted"',
  "",
  "(555) 123-4567",
  "drop me a line",
  "it's; that's all",
  "0",
];

const JSON_TYPES = [
  "application/json",
  "application/json; charset=utf-8",
  "application/json;charset=UTF-8",
  "application/vnd.api+json",
  "application/problem+json",
];
const jsonOf = (word: string, at: number): readonly unknown[] => [
  { id: at, name: word, tags: [word, "b"], price: 9.5, active: true, parent: null },
  {
    data: {
      type: "articles",
      id: "1",
      attributes: { title: word },
      relationships: { author: { data: null } },
    },
  },
  {
    query: "query Items($first: Int!) { items(first: $first) { id title } }",
    variables: { first: 5, text: word },
  },
];

const formsOf = (word: string): readonly string[] => [
  new URLSearchParams({ name: word, note: "", "items[0][size]": "42" }).toString(),
  `name=${encodeURIComponent(word)}&agree=on`,
  // Java and .NET escape more than they need.
  `name=${encodeURIComponent(word).replace(/['()!*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)}&empty=`,
];

const escaped = (word: string): string =>
  word.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const xmlsOf = (word: string): readonly (readonly [type: string, body: string])[] => [
  [
    "application/xml",
    `<?xml version="1.0" encoding="UTF-8"?>\n<order><item size="42">${escaped(word)}</item></order>`,
  ],
  [
    "text/xml; charset=utf-8",
    `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><Get xmlns="urn:shop"><q>${escaped(word)}</q></Get></soap:Body></soap:Envelope>`,
  ],
  [
    "application/rss+xml",
    `<rss version="2.0"><channel><title>${escaped(word)}</title><link>https://shop.example/</link></channel></rss>`,
  ],
];

type Sent = readonly [type: string, body: string | Uint8Array];

const othersOf = (word: string, at: number): readonly Sent[] => {
  const bytes = Uint8Array.from({ length: 600 }, (_, index) => (index * 167 + at * 31) % 256);
  const head = (...first: readonly number[]) => Uint8Array.from([...first, ...bytes]);
  return [
    ["application/x-ndjson", `${JSON.stringify({ a: word })}\n${JSON.stringify({ b: at })}\n`],
    ["text/plain;charset=UTF-8", JSON.stringify({ event: "click", label: word })],
    ["text/plain", `plain ${word || "text"}`],
    [
      "application/csp-report",
      JSON.stringify({
        "csp-report": { "document-uri": "https://shop.example/", "blocked-uri": "inline", "line-number": at },
      }),
    ],
    [
      "application/reports+json",
      JSON.stringify([{ type: "deprecation", age: at, body: { id: "x", message: word } }]),
    ],
    ["application/protobuf", head(8, at, 18, 4)],
    ["image/png", head(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)],
    ["image/jpeg", head(0xff, 0xd8, 0xff, 0xe0)],
    ["application/octet-stream", bytes],
    ["application/zip", head(0x50, 0x4b, 3, 4)],
  ];
};

const KINDS: Readonly<Record<string, readonly Sent[]>> = {
  json: WORDS.flatMap((word, at) =>
    jsonOf(word, at).flatMap((value) => JSON_TYPES.map((type): Sent => [type, JSON.stringify(value)])),
  ),
  form: WORDS.flatMap((word) =>
    formsOf(word).flatMap((body) =>
      ["", "; charset=UTF-8", ";charset=utf-8"].map(
        (more): Sent => [`application/x-www-form-urlencoded${more}`, body],
      ),
    ),
  ),
  xml: WORDS.flatMap(xmlsOf),
  others: WORDS.flatMap(othersOf),
};

test.each(Object.entries(KINDS))("ordinary bodies pass: %s", (_kind, bodies) => {
  const refused = bodies
    .map(([type, body]) => ({ type, body, by: matchesOf(waf, send(type, body)) }))
    .filter(({ by }) => by.length > 0);
  expect(refused).toEqual([]);
});

// What the readers read is what the rules have steps for: XML is not refused before it is too long.
const filled = (piece: string) => piece.repeat(Math.floor(160_000 / piece.length));
const paragraph =
  '<p>The mayor said on Tuesday that the "new" bridge will open in May.</p><p>Read <a href="https://news.example/5">more</a>.</p>';
test.each([
  [
    "a feed with HTML in references",
    `<rss><channel>${filled(`<item><title>News &amp; views</title><link>https://news.example/?id=5&amp;page=2</link><description>${escaped(paragraph)}</description></item>`)}</channel></rss>`,
  ],
  [
    "a feed with HTML in CDATA",
    `<rss>${filled(`<item><description><![CDATA[${paragraph}]]></description></item>`)}</rss>`,
  ],
  ["a long text", `<note>${filled("The quick brown fox jumps over, the lazy dog. ")}</note>`],
  ["a text full of references", `<note>${filled("Tom &amp; Jerry &amp; co ")}</note>`],
  [
    "rows",
    `<rows>${filled("<row><name>Smith &amp; Sons</name><price>12.50</price><qty>3</qty><note>Deliver on Monday &amp; call first</note></row>")}</rows>`,
  ],
  ["attributes", `<rows>${filled('<row id="5" name="Smith &amp; Sons" note="call first"/>')}</rows>`],
])("160,000 bytes of XML are judged to their end: %s", (_, body) => {
  const { request } = waf.evaluateExchangeSync(send("application/xml", body));
  expect([request.action, request.budget]).toEqual(["allow", undefined]);
});
