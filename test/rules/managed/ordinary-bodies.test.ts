// Bodies as browsers, command lines and libraries send them: the managed rules have nothing against them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { noise } from "../../support/noise.ts";
import { escapeXml, ORDINARY_BODIES, ORDINARY_TEXTS } from "../../support/ordinary-bodies.ts";
import { managedWaf, matchesOf, send } from "./support.ts";

const waf = managedWaf({}, "request");

test.each(ORDINARY_BODIES)("bodies as clients write them pass: $name", ({ bodies }) => {
  const refused = fc.sample(bodies, { numRuns: 500, seed: 1 }).filter(({ type, body }) => {
    const { request } = waf.evaluateExchangeSync(send(type, Buffer.from(body, "latin1")));
    return request.action !== "allow";
  });
  expect(refused).toEqual([]);
});

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

test("no rule matches bodies under other types", () => {
  const matched = ORDINARY_TEXTS.flatMap(othersOf)
    .map(([type, body]) => ({ type, body, by: matchesOf(waf, send(type, body)) }))
    .filter(({ by }) => by.length > 0);
  expect(matched).toEqual([]);
});

// What the readers read is what the rules have steps for: a body is not refused before it is too long.
const LENGTH = 160_000;
const filled = (piece: string, length = LENGTH) => piece.repeat(Math.floor(length / piece.length));
const paragraph =
  '<p>The mayor said on Tuesday that the "new" bridge will open in May.</p><p>Read <a href="https://news.example/5">more</a>.</p>';
const prose = "Nobody spoke much about the old bridge, and later they all went home; it rained. ";
const article = `<section><title>A title</title><para>${prose}<emphasis>So it is</emphasis> ${prose}</para></section>`;
const base64 = (text: string) => Buffer.from(text, "latin1").toString("base64");
const XML = "application/xml";
const JSON_TYPE = "application/json";
test.each<[name: string, type: string, body: string]>([
  [
    "a feed with HTML in references",
    XML,
    `<rss><channel>${filled(`<item><title>News &amp; views</title><link>https://news.example/?id=5&amp;page=2</link><description>${escapeXml(paragraph)}</description></item>`)}</channel></rss>`,
  ],
  [
    "a feed with HTML in CDATA",
    XML,
    `<rss>${filled(`<item><description><![CDATA[${paragraph}]]></description></item>`)}</rss>`,
  ],
  ["a long text", XML, `<note>${filled("The quick brown fox jumps over, the lazy dog. ")}</note>`],
  ["a text full of references", XML, `<note>${filled("Tom &amp; Jerry &amp; co ")}</note>`],
  [
    "rows",
    XML,
    `<rows>${filled("<row><name>Smith &amp; Sons</name><price>12.50</price><qty>3</qty><note>Deliver on Monday &amp; call first</note></row>")}</rows>`,
  ],
  ["attributes", XML, `<rows>${filled('<row id="5" name="Smith &amp; Sons" note="call first"/>')}</rows>`],
  ["a book that mixes text and elements", XML, `<book>${filled(article)}</book>`],
  [
    "a book in a string of JSON",
    JSON_TYPE,
    JSON.stringify({ book: `<book>${filled(article, 150_000)}</book>` }),
  ],
  ["Base64 of prose", JSON_TYPE, JSON.stringify({ text: base64(filled(prose, 112_000)) })],
  [
    "Base64 of a book",
    JSON_TYPE,
    JSON.stringify({ text: base64(`<book>${filled(article, 112_000)}</book>`) }),
  ],
  ["Base64 of JSON", JSON_TYPE, JSON.stringify({ text: base64(`[${filled(`"${prose}",`, 112_000)}0]`) })],
])("160,000 bytes are judged to their end: %s", (_, type, body) => {
  const { request } = waf.evaluateExchangeSync(send(type, body));
  expect([request.action, request.budget]).toEqual(["allow", undefined]);
});

const PHOTO = `\xff\xd8\xff\xe0${noise(250_000)}`;

const lines = (...texts: readonly string[]) => texts.join("\r\n");
const envelope = (href: string) =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><f><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="${href}"/></f></soap:Body></soap:Envelope>`;
const related = (head: string, ...content: readonly string[]) => lines(head, "", ...content);
const batch = (change: string, target: string): string => {
  const http = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary";
  return lines(
    "--outer",
    "Content-Type: multipart/mixed; boundary=changes",
    "",
    "--changes",
    http,
    "Content-ID: 1",
    "",
    "PATCH /svc/Products(1) HTTP/1.1",
    "Content-Type: application/json",
    "",
    change,
    "--changes--",
    "",
    "--outer",
    http,
    "",
    `GET ${target} HTTP/1.1`,
    "Host: shop.example",
    "",
    "",
    "--outer--",
    "",
  );
};
const SCRIPT = '{"Name":"\\u003cscript\\u003ealert(document.cookie)\\u003c/script\\u003e"}';

test.each<[name: string, type: string, body: string, isRefused: boolean]>([
  [
    "an envelope with its attachment",
    'multipart/related; boundary="uuid:1"; type="application/xop+xml"; start="<a@b>"; start-info="text/xml"',
    lines(
      "--uuid:1",
      related(
        'Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\nContent-Transfer-Encoding: 8bit\r\nContent-ID: <a@b>',
        envelope("cid:x%40y"),
      ),
      "--uuid:1",
      related(
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <x@y>",
        PHOTO,
      ),
      "--uuid:1--",
      "",
    ),
    false,
  ],
  [
    "a photo with what describes it",
    "multipart/related; boundary=outer",
    lines(
      "--outer",
      related("Content-Type: application/json; charset=UTF-8", '{"name":"photo.jpg"}'),
      "--outer",
      related(
        "Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64",
        base64(PHOTO).replace(/.{76}/g, "$&\r\n"),
      ),
      "--outer--",
    ),
    false,
  ],
  [
    "bytes that hold an attack, where some readers take them for a field",
    "multipart/related; boundary=outer",
    lines(
      "--outer",
      related("Content-Type: image/jpeg", `${PHOTO}<script>alert(document.cookie)</script>${PHOTO}`),
      "--outer--",
    ),
    true,
  ],
  [
    "a batch",
    "multipart/mixed; boundary=outer",
    batch('{"Price":3.5}', "/svc/Products?$filter=Price%20gt%203"),
    false,
  ],
  ["an attack in a change", "multipart/mixed; boundary=outer", batch(SCRIPT, "/svc/Products"), true],
  [
    "an attack in a target",
    "multipart/mixed; boundary=outer",
    batch("{}", "/svc/Files?name=..%2f..%2f..%2fetc%2fpasswd"),
    true,
  ],
  ["a batch in a form", "multipart/form-data; boundary=outer", batch("{}", "/svc/Products"), true],
  [
    "batches that are too deep",
    "multipart/mixed; boundary=b0",
    [1, 2, 3, 4].reduceRight(
      (inner, depth) =>
        lines(
          `--b${depth - 1}`,
          `Content-Type: multipart/mixed; boundary=b${depth}`,
          "",
          inner,
          `--b${depth - 1}--`,
        ),
      lines("--b4", "", "x", "--b4--"),
    ),
    true,
  ],
])("multipart bodies that are no forms: %s", (_, type, body, isRefused) => {
  const { request } = waf.evaluateExchangeSync(send(type, Buffer.from(body, "latin1")));
  expect([request.action !== "allow", request.budget]).toEqual([isRefused, undefined]);
});
