import { once } from "node:events";
import { createServer as createHttpsServer } from "node:https";
import { connect, createServer, type Socket } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { certificates } from "../support/certificates.ts";
import type { ProxyOptions } from "../support/source/adapters/proxy.ts";
import { type BodyView, Bytes, type FieldDefinition, type WafRequest } from "../support/source/index.ts";
import { proxyFor, type Rule, sendRaw } from "./support.ts";
import { bind } from "./transports.ts";

// Every byte that passes through the proxy, both ways, against an upstream that is nothing but a socket.

interface RawUpstream {
  readonly url: string;
  /** Whole requests as received, in order. */
  readonly requests: readonly string[];
  /** Connections that are open now. */
  readonly open: ReadonlySet<Socket>;
}

type Respond = (socket: Socket, request: string) => void;

/** Whether a request is there to its end: these tests frame bodies by length, or by chunks that end in an empty one. */
function isWhole(bytes: string): boolean {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const head = bytes.slice(0, end);
  if (/^transfer-encoding: chunked$/im.test(head)) return bytes.endsWith("0\r\n\r\n");
  return bytes.length - end - 4 >= Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
}

async function rawUpstream(respond: Respond | string | Buffer): Promise<RawUpstream> {
  const requests: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    let bytes = "";
    socket.on("data", (chunk) => {
      bytes += chunk.toString("latin1");
      if (!isWhole(bytes)) return;
      const request = bytes;
      bytes = "";
      requests.push(request);
      if (typeof respond === "function") respond(socket, request);
      else socket.end(respond);
    });
  });
  const port = await bind(server);
  return { url: `http://127.0.0.1:${port}`, requests, open };
}

const text = (...lines: readonly string[]) => lines.join("\r\n");
const OK = text("HTTP/1.1 200 OK", "Content-Length: 2", "Connection: close", "", "ok");

/** Dates are not what these tests are about. */
function undated(response: string): string {
  return response.replace(/^Date: .*\r\n/m, "");
}

describe("requests arrive as these bytes", () => {
  const cases: readonly (readonly [name: string, sent: string, received: string])[] = [
    [
      "a request without a body",
      text("GET /a%2Fb?q=%20 HTTP/1.1", "Host: shop.example", "X-One: 1", "", ""),
      text(
        "GET /a%2Fb?q=%20 HTTP/1.1",
        "Host: shop.example",
        "X-One: 1",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: shop.example",
        "Via: 1.1 wirewall",
        "Connection: CONN",
        "",
        "",
      ),
    ],
    [
      "lines that end at a hop, and those that `Connection` names",
      text(
        "GET / HTTP/1.1",
        "Host: shop.example",
        "Connection: X-Secret , keep-alive",
        "X-Secret: 1",
        "Keep-Alive: timeout=5",
        "Proxy-Connection: X-Other",
        "X-Other: 1",
        "Proxy-Authorization: Basic x",
        "Proxy-Authenticate: Basic",
        "TE: trailers",
        "Trailer: X-Sum",
        "HTTP2-Settings: AA",
        "X-Kept: 1",
        "",
        "",
      ),
      text(
        "GET / HTTP/1.1",
        "Host: shop.example",
        "X-Kept: 1",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: shop.example",
        "Via: 1.1 wirewall",
        "Connection: CONN",
        "",
        "",
      ),
    ],
    [
      "a body of a declared length",
      text("POST /x HTTP/1.1", "Host: shop.example", "content-length: 5", "X-B: \xe9", "", "h\xe9llo"),
      text(
        "POST /x HTTP/1.1",
        "Host: shop.example",
        "X-B: \xe9",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: shop.example",
        "Via: 1.1 wirewall",
        "Content-Length: 5",
        "Connection: CONN",
        "",
        "h\xe9llo",
      ),
    ],
    [
      "a body in chunks",
      text(
        "PUT /x HTTP/1.1",
        "Host: shop.example",
        "Transfer-Encoding: chunked",
        "",
        "3;ext=1",
        "abc",
        "0",
        "",
        "",
      ),
      text(
        "PUT /x HTTP/1.1",
        "Host: shop.example",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: shop.example",
        "Via: 1.1 wirewall",
        "Transfer-Encoding: chunked",
        "Connection: CONN",
        "",
        "3",
        "abc",
        "0",
        "",
        "",
      ),
    ],
  ];

  test.each(cases)("%s", async (_name, sent, received) => {
    const up = await rawUpstream(OK);
    const { port } = await proxyFor(up.url, {});
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write(sent, "latin1");
    await once(socket, "data");
    // Whether connections to upstreams are kept is the forwarder's business; the client's word must not decide it.
    expect(
      up.requests.map((request) => request.replace(/^(Connection): (?:keep-alive|close)$/im, "$1: CONN")),
    ).toEqual([received]);
  });
});

interface WireCase {
  readonly name: string;
  readonly method?: string;
  readonly upstream: string;
  readonly received: string;
}

describe("responses arrive as these bytes", () => {
  const cases: readonly WireCase[] = [
    {
      name: "a declared length stays",
      upstream: text("HTTP/1.1 201 Made It", "X-One: 1", "Content-Length: 4", "x-two: \xe9", "", "m\xe9de"),
      received: text(
        "HTTP/1.1 201 Made It",
        "X-One: 1",
        "Content-Length: 4",
        "x-two: \xe9",
        "Connection: close",
        "",
        "m\xe9de",
      ),
    },
    {
      name: "the length that HEAD asks for",
      upstream: text("HTTP/1.1 200 OK", "Content-Length: 1234", "", ""),
      received: text("HTTP/1.1 200 OK", "Content-Length: 1234", "Connection: close", "", ""),
      method: "HEAD",
    },
    {
      name: "the length of what is not modified",
      upstream: text("HTTP/1.1 304 Not Modified", 'ETag: "1"', "Content-Length: 1234", "", ""),
      received: text(
        "HTTP/1.1 304 Not Modified",
        'ETag: "1"',
        "Content-Length: 1234",
        "Connection: close",
        "",
        "",
      ),
    },
    {
      name: "chunks stay chunks",
      upstream: text("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "3;ext=1", "abc", "0", "", ""),
      received: text(
        "HTTP/1.1 200 OK",
        "Connection: close",
        "Transfer-Encoding: chunked",
        "",
        "3",
        "abc",
        "0",
        "",
        "",
      ),
    },
    {
      name: "lines that end at a hop, and those that `Connection` names",
      upstream: text(
        "HTTP/1.1 200 OK",
        "Set-Cookie: a=1",
        "Connection: close, X-Hop",
        "X-Hop: 1",
        "Keep-Alive: timeout=5",
        "Proxy-Connection: keep-alive",
        "Proxy-Authenticate: Basic",
        "Set-Cookie: b=2",
        "Upgrade: h2c",
        "Content-Length: 2",
        "",
        "ok",
      ),
      received: text(
        "HTTP/1.1 200 OK",
        "Set-Cookie: a=1",
        "Set-Cookie: b=2",
        "Content-Length: 2",
        "Connection: close",
        "",
        "ok",
      ),
    },
  ];

  test.each(cases)("$name", async ({ upstream, received, method = "GET" }) => {
    const up = await rawUpstream(Buffer.from(upstream, "latin1"));
    const { port } = await proxyFor(up.url, {});
    const reply = await sendRaw(port, text(`${method} / HTTP/1.1`, "Host: a", "Connection: close", "", ""));
    expect(undated(reply)).toBe(received);
  });
});

describe("rewrites", () => {
  const uri = (parts: object): Rule => ({
    ref: "r",
    expression: "true",
    action: "rewrite",
    action_parameters: { uri: parts },
  });
  const cases: readonly (readonly [name: string, rule: Rule, sent: string, received: string])[] = [
    ["the path alone", uri({ path: { value: "/new" } }), "/old?a=1&b=%20", "/new?a=1&b=%20"],
    ["the path alone, without a query", uri({ path: { value: "/new" } }), "/old", "/new"],
    ["the path alone, before an empty query", uri({ path: { value: "/new" } }), "/old?", "/new?"],
    ["the path alone, before a query with marks", uri({ path: { value: "/n" } }), "/old?a?b=?", "/n?a?b=?"],
    ["the query alone", uri({ query: { value: "c=3" } }), "/old/%2e?a=1", "/old/?c=3"],
    ["the query alone, where there was none", uri({ query: { value: "c=3" } }), "/old", "/old?c=3"],
    ["the query alone, away", uri({ query: { value: "" } }), "/old?a=1", "/old"],
    ["both", uri({ path: { value: "/new" }, query: { value: "c=3" } }), "/old?a=1", "/new?c=3"],
    ["nothing", { ref: "r", expression: "true", action: "log" }, "/old/%2e/?a=%31&", "/old/?a=%31&"],
  ];

  test.each(cases)("%s", async (_name, rule, sent, received) => {
    const up = await rawUpstream(OK);
    const phase = rule.action === "rewrite" ? "http_request_transform" : "custom";
    const { port } = await proxyFor(up.url, { [phase]: [rule] });
    await sendRaw(port, text(`GET ${sent} HTTP/1.1`, "Host: a", "Connection: close", "", ""));
    expect(up.requests.map((request) => request.split("\r\n")[0])).toEqual([`GET ${received} HTTP/1.1`]);
  });

  test("what is rewritten is put behind the path of the upstream", async () => {
    const up = await rawUpstream(OK);
    const { port } = await proxyFor(`${up.url}/base/`, {
      http_request_transform: [uri({ path: { value: "/new" } })],
    });
    await sendRaw(port, text("GET /old?a=1 HTTP/1.1", "Host: a", "Connection: close", "", ""));
    expect(up.requests.map((request) => request.split("\r\n")[0])).toEqual(["GET /base/new?a=1 HTTP/1.1"]);
  });
});

describe("clients that leave", () => {
  const begun = text("HTTP/1.1 200 OK", "Content-Length: 100", "", "the first part");
  const holding = {
    http_response_firewall_body: [
      { ref: "r", expression: 'test.response_body contains "x"', action: "block" },
    ],
  };
  const field: FieldDefinition = { name: "test.response_body", type: Bytes, phases: ["response_body"] };
  type Moment = readonly [name: string, Respond, awaited: string, rules: Parameters<typeof proxyFor>[1]];
  const moments: readonly Moment[] = [
    ["before there is an answer", () => undefined, "", {}],
    ["while the answer is held", (socket) => void socket.write(begun), "", holding],
    ["in the middle of the answer", (socket) => void socket.write(begun), "the first part", {}],
  ];

  test.each(moments)(
    "%s take their requests to the upstream with them",
    async (_name, respond, awaited, rules) => {
      let asked = (): void => undefined;
      const arrived = new Promise<void>((resolve) => {
        asked = resolve;
      });
      const up = await rawUpstream((socket, request) => {
        respond(socket, request);
        if (up.open.size === 3) asked();
      });
      const { port, errors } = await proxyFor(
        up.url,
        rules,
        { responseHoldTime: 600_000 },
        { fields: [field] },
      );
      const clients = await Promise.all(
        Array.from({ length: 3 }, async () => {
          const socket = connect(port, "127.0.0.1");
          socket.write(text("GET / HTTP/1.1", "Host: a", "", ""));
          while (awaited !== "") {
            const [chunk] = (await once(socket, "data")) as [Buffer];
            if (chunk.toString().includes(awaited)) break;
          }
          return socket;
        }),
      );
      await arrived;
      expect(up.open.size).toBe(3);
      // A reset is an end like any other.
      const ended = [...up.open].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
      for (const socket of clients) socket.destroy();
      await Promise.all(ended);
      expect(up.open.size).toBe(0);
      expect(errors).toEqual([]);
    },
  );
});

describe("response bodies that rules read", () => {
  /** A rule that looks for a secret in the body as the proxy shows it, and what it was shown. */
  async function reading(upstream: RawUpstream, options: Partial<ProxyOptions> = {}) {
    const seen: (BodyView | undefined)[] = [];
    const field: FieldDefinition = {
      name: "test.response_body",
      type: Bytes,
      phases: ["response_body"],
      read: ((request: WafRequest) => {
        seen.push(request.view.response?.body);
        return request.view.response?.body?.bytes;
      }) as never,
    };
    const leak = { ref: "leak", expression: 'test.response_body contains "SECRET"', action: "block" };
    const { port, errors } = await proxyFor(upstream.url, { http_response_firewall_body: [leak] }, options, {
      fields: [field],
    });
    const get = () => sendRaw(port, text("GET / HTTP/1.1", "Host: a", "Connection: close", "", ""));
    return { get, seen, port, errors };
  }

  const answerOf = (body: Buffer, ...lines: readonly string[]) =>
    Buffer.concat([
      Buffer.from(text("HTTP/1.1 200 OK", ...lines, `Content-Length: ${body.length}`, "", "")),
      body,
    ]);
  const received = (body: Buffer, ...lines: readonly string[]) =>
    text("HTTP/1.1 200 OK", ...lines, `Content-Length: ${body.length}`, "Connection: close", "", "") +
    body.toString("latin1");

  const plain = (content: string) => Buffer.from(content);
  const codings: readonly (readonly [lines: readonly string[], encode: (content: string) => Buffer])[] = [
    [[], plain],
    [["Content-Encoding: "], plain],
    [["Content-Encoding: identity"], plain],
    [["Content-Encoding: Identity"], plain],
    [["Content-Encoding: gzip"], gzipSync],
    [["content-encoding: GZip"], gzipSync],
    [["Content-Encoding: x-gzip"], gzipSync],
    [["Content-Encoding: deflate"], deflateSync],
    [["Content-Encoding: br"], brotliCompressSync],
  ];

  describe.each(codings)("%j", (lines, encode) => {
    test("a body is judged, and passed on as it came", async () => {
      const leaking = await reading(await rawUpstream(answerOf(encode("a SECRET b"), ...lines)));
      expect(await leaking.get()).toMatch(/^HTTP\/1\.1 403 /);
      const fine = await reading(await rawUpstream(answerOf(encode("harmless"), ...lines)));
      expect(undated(await fine.get())).toBe(received(encode("harmless"), ...lines));
      expect(fine.seen).toEqual([
        { bytes: "harmless", truncated: false, size: 8, ...(encode === plain ? {} : { coding: "undone" }) },
      ]);
    });

    test.each([
      [19, false],
      [20, false],
      [21, true],
    ])("%i bytes of 20 that rules see at most", async (length, truncated) => {
      const body = encode("x".repeat(length));
      // What is encoded is longer than this text, or as long.
      const limit = { responseBodyLimit: 20 };
      const host = await reading(await rawUpstream(answerOf(body, ...lines)), limit);
      const reply = undated(await host.get());
      expect(reply).toBe(received(body, ...lines));
      const isCut = truncated || body.length > 20;
      expect(host.seen[0]).toMatchObject({ truncated: isCut });
      expect("x".repeat(20).startsWith(host.seen[0]?.bytes ?? "?")).toBe(true);
      if (!isCut) expect(host.seen[0]?.bytes.length).toBe(length);
    });
  });

  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ] as const)("a bomb in %s is unpacked as far as the limit", async (coding, encode) => {
    const bomb = encode(Buffer.alloc(20_000_000, "x"));
    const line = `Content-Encoding: ${coding}`;
    const host = await reading(await rawUpstream(answerOf(bomb, line)), { responseBodyLimit: 50_000 });
    // The difference of two long texts tells nobody anything.
    expect(undated(await host.get()) === received(bomb, line)).toBe(true);
    expect(host.seen).toHaveLength(1);
    expect(host.seen[0]).toMatchObject({ truncated: true, size: 50_000 });
    expect(host.seen[0]?.bytes === "x".repeat(50_000)).toBe(true);
  });

  test.each([
    ["a coding that nobody here knows", "compress"],
    ["more codings than anybody needs", "gzip, gzip, gzip, br"],
    ["another coding than it says", "gzip"],
  ])("%s: judged as it was sent, and shown as cut", async (_name, coding) => {
    const line = `Content-Encoding: ${coding}`;
    const leaking = await reading(await rawUpstream(answerOf(plain("a SECRET b"), line)));
    expect(await leaking.get()).toMatch(/^HTTP\/1\.1 403 /);
    const fine = await reading(await rawUpstream(answerOf(plain("harmless"), line)));
    expect(undated(await fine.get())).toBe(received(plain("harmless"), line));
    expect(fine.seen).toEqual([{ bytes: "harmless", truncated: true, size: 8, coding: "faulty" }]);
  });

  test.each([
    ["several codings", "gzip, br", brotliCompressSync(gzipSync("a SECRET b"))],
    ["several with identity", "identity,gzip", gzipSync("a SECRET b")],
    ["deflate without the head of zlib", "deflate", deflateRawSync("a SECRET b")],
  ] as const)("%s are undone", async (_name, coding, body) => {
    const host = await reading(await rawUpstream(answerOf(body, `Content-Encoding: ${coding}`)));
    expect(await host.get()).toMatch(/^HTTP\/1\.1 403 /);
  });

  test("a coding that ends early: what can be decoded is judged", async () => {
    const whole = gzipSync(`a SECRET b${"0123456789".repeat(100)}`);
    const host = await reading(
      await rawUpstream(answerOf(whole.subarray(0, whole.length - 12), "Content-Encoding: gzip")),
    );
    expect(await host.get()).toMatch(/^HTTP\/1\.1 403 /);
  });

  describe("an upstream that stops in the middle of its body", () => {
    const head = text("HTTP/1.1 200 OK", "Content-Length: 20", "", "");

    test("is judged by what there is", async () => {
      const up = await rawUpstream((socket) => void socket.write(`${head}a SECRET b`));
      const host = await reading(up, { responseHoldTime: 40 });
      expect(await host.get()).toMatch(/^HTTP\/1\.1 403 /);
      expect(host.seen).toEqual([{ bytes: "a SECRET b", truncated: true, size: 10 }]);
    });

    test("and goes on later: the client gets all of it, in order", async () => {
      let goOn = (): void => undefined;
      const up = await rawUpstream((socket) => {
        socket.write(`${head}0123456789`);
        goOn = () => void socket.write("abcdefghij");
      });
      const host = await reading(up, { responseHoldTime: 40 });
      const socket = connect(host.port, "127.0.0.1");
      socket.write(text("GET / HTTP/1.1", "Host: a", "Connection: close", "", ""));
      let bytes = "";
      for await (const chunk of socket) {
        bytes += String(chunk);
        if (bytes.endsWith("0123456789")) goOn();
      }
      expect(undated(bytes)).toBe(received(Buffer.from("0123456789abcdefghij")));
      expect(host.seen).toEqual([{ bytes: "0123456789", truncated: true, size: 10 }]);
    });

    test("and breaks off: 502", async () => {
      const up = await rawUpstream((socket) => void socket.end(`${head}0123456789`));
      const host = await reading(up);
      expect(await host.get()).toMatch(/^HTTP\/1\.1 502 /);
      expect(host.seen).toEqual([]);
      expect(host.errors).toEqual([expect.stringContaining("the upstream disconnected")]);
    });
  });
});

describe("upstreams behind TLS", () => {
  async function tlsUpstream(): Promise<{ readonly port: number; readonly urls: string[] }> {
    const urls: string[] = [];
    const { cert, key } = certificates.server;
    const server = createHttpsServer({ cert, key }, (request, response) => {
      urls.push(request.url ?? "");
      response.end("secure");
    });
    return { port: await bind(server), urls };
  }
  const hello = text("GET /x HTTP/1.1", "Host: a", "Connection: close", "", "");
  const upgrade = text("GET /ws HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket", "", "");

  test.each([
    ["a request", hello],
    ["an upgrade", upgrade],
  ])("%s is not sent to one whose certificate nobody vouches for", async (_name, bytes) => {
    const up = await tlsUpstream();
    const { port, errors } = await proxyFor(`https://localhost:${up.port}`, {});
    expect(await sendRaw(port, bytes)).toMatch(/^HTTP\/1\.1 502 /);
    expect(errors).toEqual([expect.stringMatching(/certificate/)]);
    expect(up.urls).toEqual([]);
  });

  test("it is when that was asked for", async () => {
    const up = await tlsUpstream();
    const { port } = await proxyFor(`https://localhost:${up.port}`, {}, { verifyUpstream: false });
    expect(await sendRaw(port, hello)).toMatch(/^HTTP\/1\.1 200 .*secure/s);
    expect(up.urls).toEqual(["/x"]);
  });
});
