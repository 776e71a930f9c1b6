import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { protect } from "../support/source/adapters/fetch.ts";
import { guard } from "../support/source/adapters/node.ts";
import { listen, proxyFor, type Rule, send, upstream, wafOf } from "./support.ts";

const SECRET = "a SECRET in a text";
const leak: Rule = {
  ref: "leak",
  expression: 'wirewall.response.body.raw contains "SECRET"',
  action: "block",
};
/** Makes an event of every response. */
const NOTED: Rule = { ref: "noted", expression: 'wirewall.response.body.outcome ne "never"', action: "log" };

type Site = (request: IncomingMessage, response: ServerResponse) => void;
type Policy = { readonly unreadableResponse?: "pass" | "block"; readonly responseHoldTime?: number };

/** What a host answers, and the field by which rules learn how far they saw. */
interface Served {
  readonly status: number;
  readonly unread: string | undefined;
}

const body = (...rules: readonly Rule[]) => ({ http_response_firewall_body: rules });

const hosts: Readonly<Record<string, (site: Site, policy: Policy) => Promise<Served>>> = {
  async proxy(site, policy) {
    const up = await upstream(site);
    const { url, events } = await proxyFor(up.url, body(leak, NOTED), { responseBodyLimit: 100, ...policy });
    const { status } = await send(url, {});
    return { status, unread: events[0]?.response?.unread };
  },
  async guard(site, policy) {
    const { waf, events } = wafOf(body(leak, NOTED));
    const protectedBy = guard(waf, { responseBodyLimit: 100, ...policy });
    const url = await listen(
      createServer((request, response) => protectedBy(request, response, () => site(request, response))),
    );
    const { status } = await send(url, {});
    return { status, unread: events[0]?.response?.unread };
  },
};

const answer =
  (
    type: string,
    bytes: string | Uint8Array,
    more: Readonly<Record<string, string>> = {},
    status = 200,
  ): Site =>
  (_request, response) => {
    response.writeHead(status, { "content-type": type, ...more });
    response.end(bytes);
  };

const random = new Uint8Array(Array.from({ length: 400 }, (_, at) => (at * 167 + (at >> 3) * 91) % 256));
const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), random]);
const range = { "content-range": "bytes 0-3/9" };

/** `unread`: the reason; `block`: the status under that policy. */
const responses: readonly (readonly [what: string, site: Site, unread: string | undefined, block: number])[] =
  [
    ["a text", answer("text/plain", "fine"), undefined, 200],
    ["gzip", answer("text/plain", gzipSync("fine"), { "content-encoding": "gzip" }), undefined, 200],
    ["no body", answer("text/plain", ""), undefined, 200],
    ["a status without a body", answer("text/plain", "", {}, 204), undefined, 200],
    ["an unknown coding", answer("text/plain", random, { "content-encoding": "x" }), "content_coding", 502],
    ["a faulty coding", answer("text/plain", random, { "content-encoding": "gzip" }), "content_coding", 502],
    [
      "a coding that ends early",
      answer("text/plain", gzipSync("fine".repeat(9)).subarray(0, -9), { "content-encoding": "gzip" }),
      "content_coding",
      502,
    ],
    ["partial content", answer("text/plain", "frag", range, 206), "partial_content", 502],
    ["several ranges", answer("multipart/byteranges; boundary=b", "--b", {}, 206), "partial_content", 502],
    ["a difference", answer("text/plain", "diff", {}, 226), "partial_content", 502],
    ["a long text", answer("text/plain", "x".repeat(101)), "body_too_long", 502],
    ["as much as is read", answer("text/plain", "x".repeat(100)), undefined, 200],
    ["an event stream", answer("Text/Event-Stream; a=b", "data: 1\n\n"), "event_stream", 502],
    ["a long image", answer("image/png", png), undefined, 200],
    [
      "an image in an unknown coding",
      answer("image/png", random, { "content-encoding": "x" }),
      undefined,
      200,
    ],
    ["bytes of no type", answer("application/octet-stream", random), undefined, 200],
    ["a long text of no type", answer("application/octet-stream", "x".repeat(101)), "body_too_long", 502],
    [
      "one that comes late",
      (_request, response) => {
        response.writeHead(200, { "content-type": "text/plain" });
        response.write("begun");
        setTimeout(() => response.end(), 400);
      },
      "hold_time",
      502,
    ],
  ];

describe.each(Object.entries(hosts))("a response that rules read, in the %s", (_host, serve) => {
  test.each(responses)("%s passes, and the event says how far", async (_what, site, unread) => {
    const served = await serve(site, { responseHoldTime: 100 });
    expect(served.status).toBeLessThan(300);
    expect(served.unread).toBe(unread);
  });

  test.each(responses)("%s under `block`", async (_what, site, _unread, block) => {
    const { status } = await serve(site, { responseHoldTime: 100, unreadableResponse: "block" });
    expect(block === 200 ? status < 300 : status === block, String(status)).toBe(true);
  });
});

test("protect: bytes in a coding that the platform does not know are not taken for a text", async () => {
  const { waf, events } = wafOf(body(leak, NOTED));
  const coded = (bytes: string | Uint8Array<ArrayBuffer>, coding: string) =>
    protect(waf, () => new Response(bytes, { headers: { "content-encoding": coding } }), {
      unreadableResponse: "block",
    })(new Request("https://a.example/"));
  // What `fetch` has undone keeps its header.
  expect([(await coded(random, "x")).status, (await coded("fine", "x")).status]).toEqual([502, 200]);
  expect((await coded(SECRET, "x")).status).toBe(403);
  expect(events.map(({ response }) => response?.unread)).toEqual(["content_coding", undefined, undefined]);
});

test("in observe mode nothing is refused", async () => {
  const up = await upstream(answer("text/plain", random, { "content-encoding": "x" }));
  const { url } = await proxyFor(up.url, body(leak), { unreadableResponse: "block" }, { mode: "observe" });
  expect((await send(url, {})).status).toBe(200);
});

/** Texts in UTF-16 and UTF-32, which have no ASCII in them as it is. */
const wide = (text: string, form: "16le" | "16be" | "32le" | "32be"): Buffer => {
  const width = form.startsWith("16") ? 2 : 4;
  const bytes = Buffer.alloc(text.length * width);
  for (let at = 0; at < text.length; at++)
    bytes[at * width + (form.endsWith("le") ? 0 : width - 1)] = text.charCodeAt(at);
  return bytes;
};
const MARK = "\ufeff";
const marked = (text: string): Buffer => Buffer.from(MARK + text, "utf16le");

const wideResponses: readonly (readonly [what: string, type: string, bytes: Buffer, status: number])[] = [
  ["UTF-16, declared", "text/plain; charset=utf-16le", wide(SECRET, "16le"), 403],
  ["UTF-16 of the other order, declared", 'text/html; CHARSET="UTF-16BE"', wide(SECRET, "16be"), 403],
  ["UTF-16 of either order, declared", "text/plain; charset=utf-16", wide(SECRET, "16be"), 403],
  ["UTF-32, declared", "text/plain; charset=utf-32be", wide(SECRET, "32be"), 403],
  ["a byte order mark", "text/plain", marked(SECRET), 403],
  ["a byte order mark without a type", "", marked(SECRET), 403],
  ["a byte order mark against the declared set", "text/plain; charset=utf-8", marked(SECRET), 403],
  ["JSON that shows it", "application/json", wide(`{"a":"${SECRET}"}`, "16le"), 403],
  ["UTF-16 that is compressed", "text/plain; charset=utf-16le; coded", gzipSync(wide(SECRET, "16le")), 403],
  ["UTF-16 without the secret", "text/plain; charset=utf-16le", wide("fine", "16le"), 200],
  ["bytes of no type that look like it", "", wide(SECRET, "16le"), 200],
  ["an image that begins with a mark", "image/png", marked(SECRET), 200],
];

describe.each(Object.entries(hosts))("a response in a wide form of Unicode, in the %s", (_host, serve) => {
  test.each(wideResponses)("%s", async (_what, type, bytes, status) => {
    const coding = type.endsWith("coded") ? { "content-encoding": "gzip" } : {};
    const headers = { ...(type === "" ? {} : { "content-type": type }), ...coding };
    const site: Site = (_request, response) => {
      response.writeHead(200, headers);
      response.end(bytes);
    };
    expect((await serve(site, {})).status).toBe(status);
  });
});

// Clients that undo no coding show what was sent.
const inNoCoding: readonly (readonly [coding: string, bytes: Buffer])[] = [
  ["x", Buffer.from(SECRET)],
  ["gzip", Buffer.from(SECRET)],
  ["br", Buffer.from(SECRET)],
  ["gzip, gzip, gzip, gzip", Buffer.from(SECRET)],
  ["gzip", gzipSync(Buffer.concat([Buffer.from(SECRET), random])).subarray(0, -20)],
];

describe.each(Object.entries(hosts))("a response that is not in its coding, in the %s", (_host, serve) => {
  test.each(inNoCoding)("%s", async (coding, bytes) => {
    const site = answer("text/plain", bytes, { "content-encoding": coding });
    expect((await serve(site, {})).status).toBe(403);
  });
});

test("protect: a response in UTF-16 is read, and reaches the client as it is", async () => {
  const { waf, events } = wafOf(body(leak, NOTED));
  const serve = (text: string) =>
    protect(
      waf,
      () => new Response(new Uint8Array(marked(text)), { headers: { "content-type": "text/plain" } }),
    )(new Request("https://a.example/"));
  expect((await serve(SECRET)).status).toBe(403);
  expect(Buffer.from(await (await serve("fine")).arrayBuffer())).toEqual(marked("fine"));
  expect(events[1]?.response?.unread).toBeUndefined();
});

test("guard: what a handler has coded for the transfer is undone for rules", async () => {
  const { waf } = wafOf(body(leak));
  const protectedBy = guard(waf);
  const site = answer("text/plain", gzipSync(SECRET), { "transfer-encoding": "gzip, chunked" });
  const url = await listen(
    createServer((request, response) => protectedBy(request, response, () => site(request, response))),
  );
  expect((await send(url)).status).toBe(403);
});

describe("what is asked of the site", () => {
  const wants = (name: string, value: string) => [name, value];
  const everything = ["Range", "bytes=0-3", "If-Range", '"x"', "A-IM", "vcdiff"];
  const cases: readonly (readonly [
    what: string,
    rules: readonly Rule[],
    sent: readonly string[],
    coding: string | undefined,
    hasRange: boolean,
  ])[] = [
    ["no rule", [], [...everything, "Accept-Encoding", "zstd, *"], "zstd, *", true],
    ["none asked for", [leak], everything, undefined, false],
    ["weights", [leak], wants("Accept-Encoding", "br;q=0.5, gzip;q=1.0"), "br;q=0.5, gzip;q=1.0", false],
    ["unknown ones", [leak], wants("Accept-Encoding", "dcb, gzip, x-own, *;q=0.1"), "gzip", false],
    ["old names", [leak], wants("Accept-Encoding", "X-GZIP, compress"), "X-GZIP", false],
    ["nothing left", [leak], wants("Accept-Encoding", "dcz, *"), "identity", false],
    [
      "only refusals left",
      [leak],
      wants("Accept-Encoding", "dcb, gzip;q=0, identity; q=0.000"),
      "identity",
      false,
    ],
    ["an empty value", [leak], wants("Accept-Encoding", ""), "identity", false],
    ["several lines", [leak], ["Accept-Encoding", "dcb", "accept-encoding", "br"], "br", false],
    [
      "a rule for another path",
      [{ ...leak, expression: `http.request.uri.path eq "/other" and ${leak.expression}` }],
      [...everything, "Accept-Encoding", "dcb"],
      "dcb",
      true,
    ],
    [
      "a rule for this path, and for a status",
      [
        {
          ...leak,
          expression: `http.request.uri.path eq "/" and http.response.code eq 500 and ${leak.expression}`,
        },
      ],
      [...everything, "Accept-Encoding", "dcb"],
      "identity",
      false,
    ],
    [
      "a rule on either",
      [{ ...leak, expression: `http.request.uri.path eq "/other" or ${leak.expression}` }],
      [...everything, "Accept-Encoding", "dcb"],
      "identity",
      false,
    ],
  ];

  test.each(cases)("of the upstream: %s", async (_what, rules, sent, coding, hasRange) => {
    const up = await upstream();
    const { url } = await proxyFor(up.url, body(...rules));
    await send(url, { headers: sent });
    const [received] = up.received;
    expect(received?.header("accept-encoding")).toBe(coding);
    for (const name of ["range", "if-range", "a-im"])
      expect(received?.header(name) !== undefined, name).toBe(hasRange);
  });

  test("a rule that sets the header does not widen it", async () => {
    const up = await upstream();
    const headers = { "Accept-Encoding": { operation: "set", value: "dcb, br" } };
    const set = { ref: "set", expression: "true", action: "rewrite", action_parameters: { headers } };
    const { url } = await proxyFor(up.url, { ...body(leak), http_request_late_transform: [set] });
    await send(url, {});
    expect(up.received[0]?.header("accept-encoding")).toBe("br");
  });

  test("of handlers behind guard and protect", async () => {
    const { waf } = wafOf(body(leak));
    const seen: unknown[] = [];
    const protectedBy = guard(waf);
    const url = await listen(
      createServer((request, response) =>
        protectedBy(request, response, () => {
          seen.push([request.headers.range, request.headers["accept-encoding"]]);
          response.end(SECRET);
        }),
      ),
    );
    const headers = ["Range", "bytes=0-1", "Accept-Encoding", "dcb, gzip"];
    expect((await send(url, { headers })).status).toBe(403);
    const handle = protect(waf, (request) => {
      seen.push([request.headers.get("range") ?? undefined, request.headers.get("accept-encoding")]);
      return new Response(SECRET);
    });
    const request = new Request("https://a.example/", {
      headers: { range: "bytes=0-1", "accept-encoding": "dcb, gzip" },
    });
    expect((await handle(request)).status).toBe(403);
    expect(seen).toEqual([
      [undefined, "gzip"],
      [undefined, "gzip"],
    ]);
  });
});

test.each([
  ["are dropped where a rule reads bodies", [leak], undefined],
  ["are passed on elsewhere", [], "1"],
] as const)("trailers %s", async (_what, rules, trailer) => {
  const up = await upstream((_request, response) => {
    response.writeHead(200, { Trailer: "X-T" });
    response.write("fine");
    response.addTrailers({ "X-T": "1" });
    response.end();
  });
  const { url } = await proxyFor(up.url, body(...rules));
  const { headers, trailers } = await send(url, {});
  expect([trailers["x-t"], headers["trailer"]]).toEqual([trailer, trailer && "X-T"]);
});
