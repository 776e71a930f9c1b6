import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { hasIpv6 } from "../support/available.ts";
import { isSolution, proofOfWorkProvider } from "../support/source/engine/challenge.ts";
import type { FieldDefinition } from "../support/source/language/scheme.ts";
import { Bytes } from "../support/source/language/values.ts";
import type { WafRequest } from "../support/source/request/model.ts";
import { proxyFor, send, sendRaw, upstream } from "./support.ts";

const block = (ref: string, expression: string, response?: unknown) => ({
  ref,
  expression,
  action: "block",
  ...(response === undefined ? {} : { action_parameters: { response } }),
});

/** The path of the upstream's URL, and what `/c/d?e=/f/` becomes behind it. */
const UPSTREAM_PATHS: readonly (readonly [path: string, url: string])[] = [
  ["", "/c/d?e=/f/"],
  ["/", "/c/d?e=/f/"],
  ["/a/b", "/a/b/c/d?e=/f/"],
  ["/a/b/", "/a/b/c/d?e=/f/"],
];

describe("what passes", () => {
  test("method, header lines and body arrive as sent, the target as judged", async () => {
    const up = await upstream();
    const { url } = await proxyFor(up.url, {});
    const reply = await send(url, {
      path: "/a%2fb//c/../d?q=%20&q",
      method: "PATCH",
      headers: ["X-Twice", "1", "x-twice", "2", "X-Bytes", "caf\xe9", "__proto__", "polluted"],
      body: "hello",
    });
    expect(reply).toMatchObject({ status: 200, body: "ok" });
    const [got] = up.received;
    expect(got).toMatchObject({ method: "PATCH", url: "/a%2Fb/d?q=%20&q", body: "hello" });
    const names = got!.lines.filter(([name]) => /^x-|proto__/i.test(name) && !/^x-forwarded/i.test(name));
    expect(names).toEqual([
      ["X-Twice", "1"],
      ["x-twice", "2"],
      ["X-Bytes", "caf\xe9"],
      ["__proto__", "polluted"],
    ]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("the response comes back line by line", async () => {
    const up = await upstream((_request, response) => {
      response.writeHead(201, [
        "Set-Cookie",
        "a=1",
        "Set-Cookie",
        "b=2",
        "X-Odd",
        "caf\xe9",
        "Connection",
        "x-hop",
        "X-Hop",
        "1",
      ]);
      response.end("made");
    });
    const { url } = await proxyFor(up.url, {});
    const reply = await send(url);
    expect(reply).toMatchObject({ status: 201, body: "made" });
    expect(reply.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(reply.headers["x-odd"]).toBe("caf\xe9");
    expect(reply.headers["x-hop"]).toBeUndefined();
  });

  test("a chunked body goes on in chunks, without a length, whatever the method", async () => {
    const up = await upstream();
    const { url } = await proxyFor(up.url, {});
    for (const method of ["POST", "GET", "DELETE"]) {
      await send(url, { method, headers: ["Transfer-Encoding", "chunked"], body: "abc" });
      const got = up.received.at(-1);
      expect(got).toMatchObject({ method, body: "abc" });
      expect(got?.header("content-length")).toBeUndefined();
    }
  });

  test("trailers of the response", async () => {
    const up = await upstream((_request, response) => {
      response.writeHead(200, { trailer: "grpc-status" });
      response.write("x");
      response.addTrailers({ "grpc-status": "0" });
      response.end();
    });
    const { url } = await proxyFor(up.url, {});
    expect((await send(url)).trailers).toEqual({ "grpc-status": "0" });
  });

  test("hop-by-hop headers end here, those that the client names too", async () => {
    const up = await upstream();
    const { url } = await proxyFor(up.url, {});
    await send(url, {
      method: "POST",
      body: "abc",
      headers: [
        "Connection",
        "close, x-secret",
        "Content-Length",
        "3",
        "X-Secret",
        "1",
        "Keep-Alive",
        "1",
        "TE",
        "trailers",
        "Proxy-Authorization",
        "x",
      ],
    });
    const got = up.received[0]!;
    for (const name of ["x-secret", "keep-alive", "te", "proxy-authorization"])
      expect(got.header(name)).toBeUndefined();
    expect(got.header("host")).toBe(new URL(url).host);
    expect([got.header("content-length"), got.body]).toEqual(["3", "abc"]);
  });
});

describe("forwarding headers", () => {
  test("a client cannot hand them in", async () => {
    const up = await upstream();
    const { url } = await proxyFor(up.url, {});
    await send(url, {
      headers: [
        "X-Forwarded-For",
        "1.2.3.4",
        "X-Real-IP",
        "1.2.3.4",
        "Forwarded",
        "for=1.2.3.4",
        "X-Forwarded-Proto",
        "https",
      ],
    });
    const got = up.received[0]!;
    expect(got.header("x-forwarded-for")).toBe("127.0.0.1");
    expect(got.header("x-forwarded-proto")).toBe("http");
    expect(got.header("x-forwarded-host")).toBe(new URL(url).host);
    expect(got.header("x-real-ip")).toBeUndefined();
    expect(got.header("forwarded")).toBeUndefined();
  });

  test("upstreams learn who passed the request on", async () => {
    const up = await upstream();
    const named = await proxyFor(up.url, {});
    await send(named.url, { headers: ["Via", "1.0 first"] });
    expect(up.received[0]!.header("via")).toBe("1.0 first, 1.1 wirewall");
    const silent = await proxyFor(up.url, {}, { via: false });
    await send(silent.url);
    expect(up.received[1]!.header("via")).toBeUndefined();
  });

  test.each(UPSTREAM_PATHS)("the upstream's path %j stands in front of the request's", async (path, url) => {
    const up = await upstream();
    const proxy = await proxyFor(`${up.url}${path}`, {});
    await send(`${proxy.url}/c/d?e=/f/`);
    expect(up.received[0]!.url).toBe(url);
  });

  test("a trusted proxy's are passed on", async () => {
    const up = await upstream();
    const client = { trust: ["127.0.0.1"] };
    const { url } = await proxyFor(up.url, { custom: [block("b", "ip.src eq 6.6.6.6")] }, {}, { client });
    const theirs = ["X-Forwarded-Proto", "https", "X-Forwarded-Host", "a.example"];
    await send(url, { headers: ["X-Forwarded-For", "1.2.3.4", ...theirs] });
    const forwarding = up.received[0]!.lines.filter(([name]) => /^x-forwarded-/i.test(name));
    expect(Object.fromEntries(forwarding)).toEqual({
      "X-Forwarded-For": "1.2.3.4, 127.0.0.1",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Host": "a.example",
    });
    expect(forwarding).toHaveLength(3);
    expect((await send(url, { headers: ["X-Forwarded-For", "6.6.6.6"] })).status).toBe(403);
  });
});

describe("what rules decide", () => {
  test("a block never reaches the upstream; page, header and event carry one reference", async () => {
    const up = await upstream();
    const { url, events } = await proxyFor(up.url, {
      custom: [block("dot", 'http.request.uri.path contains "/.git"')],
    });
    const reply = await send(`${url}/.git/config`);
    expect(reply.status).toBe(403);
    expect(up.received).toEqual([]);
    const id = reply.headers["x-wirewall-reference"];
    expect(reply.body).toContain(id);
    expect(events).toMatchObject([{ id, action: "block", matches: [{ rule: { ref: "dot" } }] }]);
  });

  test("a rule's own answer", async () => {
    const up = await upstream();
    const response = { status_code: 418, content_type: "application/json", content: '{"no":1}' };
    const { url } = await proxyFor(up.url, { custom: [block("tea", "true", response)] });
    expect(await send(url)).toMatchObject({
      status: 418,
      headers: { "content-type": "application/json" },
      body: '{"no":1}',
    });
  });

  test("gRPC gets its status in the headers", async () => {
    const up = await upstream();
    const { url } = await proxyFor(up.url, { custom: [block("no", "true")] });
    const reply = await send(url, {
      method: "POST",
      headers: ["Content-Type", "application/grpc"],
      body: "x",
    });
    expect(reply).toMatchObject({ status: 200, headers: { "grpc-status": "7" } });
  });

  test("redirects", async () => {
    const up = await upstream();
    const { url } = await proxyFor(up.url, {
      http_request_dynamic_redirect: [
        {
          ref: "r",
          expression: "true",
          action: "redirect",
          action_parameters: {
            from_value: { status_code: 301, target_url: { value: "https://b.example/" } },
          },
        },
      ],
    });
    expect(await send(url)).toMatchObject({ status: 301, headers: { location: "https://b.example/" } });
  });

  test("rewrites of path, query and headers", async () => {
    const up = await upstream();
    const rewrite = (ref: string, action_parameters: unknown) => ({
      ref,
      expression: "true",
      action: "rewrite",
      action_parameters,
    });
    const { url } = await proxyFor(up.url, {
      http_request_transform: [rewrite("u", { uri: { path: { value: "/new" }, query: { value: "a=1" } } })],
      http_request_late_transform: [
        rewrite("h", {
          headers: { "X-Added": { operation: "set", value: "1" }, "X-Gone": { operation: "remove" } },
        }),
      ],
      http_response_headers_transform: [
        rewrite("r", {
          headers: { "X-Out": { operation: "set", value: "2" }, Vary: { operation: "add", value: "Cookie" } },
        }),
      ],
    });
    const reply = await send(`${url}/old?b=2`, { headers: ["X-Gone", "1"] });
    expect(up.received[0]).toMatchObject({ url: "/new?a=1" });
    expect(up.received[0]!.header("x-added")).toBe("1");
    expect(up.received[0]!.header("x-gone")).toBeUndefined();
    expect(reply.headers["x-out"]).toBe("2");
    expect(reply.headers["vary"]).toContain("Cookie");
  });

  test("a route chooses another upstream and Host", async () => {
    const [first, second] = [await upstream(), await upstream()];
    const { port } = new URL(second.url);
    const { url } = await proxyFor(first.url, {
      http_request_origin: [
        {
          ref: "o",
          expression: "true",
          action: "route",
          action_parameters: { host_header: "b.example", origin: { host: "127.0.0.1", port: Number(port) } },
        },
      ],
    });
    await send(url);
    expect(first.received).toEqual([]);
    expect(second.received[0]!.header("host")).toBe("b.example");
  });

  test.each<[what: string, parameters: (port: number) => object, isOther: boolean, host: string]>([
    ["only a Host", () => ({ host_header: "b.example" }), false, "b.example"],
    ["only a port", (port) => ({ origin: { port } }), true, "a.example"],
    ["only a host", () => ({ origin: { host: "localhost" } }), false, "a.example"],
  ])("a route that chooses %s keeps the rest", async (_what, parameters, isOther, host) => {
    const [first, second] = [await upstream(), await upstream()];
    const { url } = await proxyFor(first.url, {
      http_request_origin: [
        {
          ref: "o",
          expression: "true",
          action: "route",
          action_parameters: parameters(Number(new URL(second.url).port)),
        },
      ],
    });
    await send(url, { headers: ["Host", "a.example"] });
    const [chosen, other] = isOther ? [second, first] : [first, second];
    expect([chosen.received.map((one) => one.header("host")), other.received]).toEqual([[host], []]);
  });

  test.skipIf(!hasIpv6()).each(["::1", "[::1]"])(
    "an upstream at an IPv6 address, routed to %s",
    async (host) => {
      const up = createServer((_request, response) => response.end("sixth"));
      onTestFinished(() => void up.close());
      await once(up.listen(0, "::1"), "listening");
      const { port } = up.address() as AddressInfo;
      const route = {
        ref: "o",
        expression: "true",
        action: "route",
        action_parameters: { origin: { host, port } },
      };
      const routed = await proxyFor("http://127.0.0.1:1", { http_request_origin: [route] });
      expect((await send(routed.url)).body).toBe("sixth");
      const straight = await proxyFor(`http://[::1]:${port}/base`, {});
      expect((await send(straight.url)).body).toBe("sixth");
    },
  );

  test("observe mode lets everything pass and says what it would have done", async () => {
    const up = await upstream();
    const { url, events } = await proxyFor(
      up.url,
      { custom: [block("all", "true")] },
      {},
      { mode: "observe" },
    );
    expect((await send(url)).status).toBe(200);
    expect(events).toMatchObject([{ action: "allow", wouldHave: "block" }]);
  });
});

const readsBody = { custom: [block("evil", 'http.request.body.raw contains "evil"')] };

describe("request bodies", () => {
  test("are judged, and sent on whole", async () => {
    const up = await upstream();
    const { url } = await proxyFor(up.url, readsBody);
    expect((await send(url, { method: "POST", body: "an evil one" })).status).toBe(403);
    expect(
      (await send(url, { method: "POST", headers: ["Transfer-Encoding", "chunked"], body: "an evil one" }))
        .status,
    ).toBe(403);
    expect((await send(url, { method: "POST", body: "a good one" })).status).toBe(200);
    expect(
      (await send(url, { method: "POST", headers: ["Transfer-Encoding", "chunked"], body: "also good" }))
        .status,
    ).toBe(200);
    expect(
      (await send(url, { method: "POST", headers: ["Transfer-Encoding", "chunked"], body: "" })).status,
    ).toBe(200);
    expect(up.received.map(({ body }) => body)).toEqual(["a good one", "also good", ""]);
  });

  test("longer than the limit: refused, or judged by their first part and sent on whole", async () => {
    const up = await upstream();
    const long = Buffer.alloc(300_000, "x");
    const strict = await proxyFor(up.url, readsBody, { bodyLimit: 1000 });
    expect((await send(strict.url, { method: "POST", body: long })).status).toBe(413);
    expect(up.received).toEqual([]);
    const lax = await proxyFor(up.url, readsBody, { bodyLimit: 1000, oversize: "inspect" });
    expect((await send(lax.url, { method: "POST", body: long })).status).toBe(200);
    expect(up.received[0]!.body.length).toBe(300_000);
  });

  test("that no rule reads are not held back, however long", async () => {
    const up = await upstream();
    const { url } = await proxyFor(
      up.url,
      { custom: [block("h", 'http.user_agent eq "bad"')] },
      { bodyLimit: 10 },
    );
    expect((await send(url, { method: "POST", body: Buffer.alloc(100_000) })).status).toBe(200);
    expect(up.received[0]!.body.length).toBe(100_000);
  });

  test("a refused head is answered without asking for the body", async () => {
    const up = await upstream();
    const { port } = await proxyFor(up.url, { custom: [block("all", "true")] });
    const text = await sendRaw(
      port,
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
    );
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
    expect(text).not.toContain("100 Continue");
  });

  test("an accepted head is told to go on", async () => {
    const up = await upstream();
    const { port } = await proxyFor(up.url, readsBody);
    const socket = connect(port, "127.0.0.1");
    socket.write(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n",
    );
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(first.toString()).toContain("100 Continue");
    socket.write("ok");
    const [second] = (await once(socket, "data")) as [Buffer];
    expect(second.toString()).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    expect(up.received[0]).toMatchObject({ body: "ok" });
    expect(up.received[0]!.header("expect")).toBeUndefined();
  });

  test("a client that is too slow gets 408", async () => {
    const up = await upstream();
    const { port } = await proxyFor(up.url, readsBody, { bodyTimeout: 50 });
    expect(await sendRaw(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")).toMatch(
      /^HTTP\/1\.1 408 /,
    );
  });

  test("a client that leaves takes nothing down", async () => {
    const up = await upstream();
    const { url, port, errors } = await proxyFor(up.url, readsBody);
    const socket = connect(port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nab");
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await send(url)).status).toBe(200);
    expect(errors).toEqual([]);
    expect(up.received.length).toBe(1);
  });
});

describe("responses", () => {
  /** A field of the embedder's own, so that the test rests on nothing but the host's part. */
  const bodyField: FieldDefinition = {
    name: "test.response_body",
    type: Bytes,
    phases: ["response_body"],
    read: ((request: WafRequest) => request.view.response?.body?.bytes) as never,
  };
  const onBody = { http_response_firewall_body: [block("leak", 'test.response_body contains "SECRET"')] };

  test("rules on status and headers", async () => {
    const up = await upstream((_request, response) => {
      response.writeHead(500, { "X-Debug": "1" });
      response.end("stack trace");
    });
    const { url } = await proxyFor(up.url, {
      http_response_firewall_headers: [block("5xx", "http.response.code ge 500")],
    });
    const reply = await send(url);
    expect(reply.status).toBe(403);
    expect(reply.body).not.toContain("stack trace");
    expect(reply.headers["x-debug"]).toBeUndefined();
  });

  test.each([
    ["plain", (text: string) => Buffer.from(text), {}],
    ["gzip", (text: string) => gzipSync(text), { "content-encoding": "gzip" }],
  ])("rules on a %s body", async (_name, encode, headers) => {
    const up = await upstream((request, response) => {
      response.writeHead(200, headers);
      response.end(encode(request.url === "/leak" ? "a SECRET b" : "harmless"));
    });
    const { url } = await proxyFor(up.url, onBody, {}, { fields: [bodyField] });
    expect((await send(`${url}/leak`)).status).toBe(403);
    const fine = await send(`${url}/fine`);
    expect(fine.status).toBe(200);
    expect(Buffer.from(fine.body, "latin1").equals(encode("harmless"))).toBe(true);
  });

  test("stream through while they last", async () => {
    const up = await upstream((request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      if (request.method === "HEAD") response.end();
      else response.write("data: 1\n\n");
    });
    const { url, port } = await proxyFor(up.url, {
      http_response_firewall_headers: [block("x", "http.response.code eq 599")],
    });
    const request = httpRequest({ port, host: "127.0.0.1", agent: false });
    request.end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const [chunk] = (await once(response, "data")) as [Buffer];
    expect(chunk.toString()).toBe("data: 1\n\n");
    request.destroy();
    expect((await send(url, { method: "HEAD" })).status).toBe(200);
  });
});

describe("upstreams that fail", () => {
  test("one that is not there: 502 with the reference that the operator sees", async () => {
    const dead = createTcpServer();
    await new Promise<void>((resolve) => dead.listen(0, "127.0.0.1", resolve));
    const { port } = dead.address() as AddressInfo;
    await new Promise((resolve) => dead.close(resolve));
    const { url, errors } = await proxyFor(`http://127.0.0.1:${port}`, {});
    const reply = await send(url);
    expect(reply.status).toBe(502);
    const id = /^502 the upstream does not answer\nReference: (\S+)\n$/.exec(reply.body)?.[1];
    expect(id).toBeDefined();
    expect(errors).toEqual([expect.stringContaining(`${id} connect ECONNREFUSED`)]);
  });

  test("one that says nothing: 504", async () => {
    const up = await upstream(() => undefined);
    const { url, errors } = await proxyFor(up.url, {}, { upstreamTimeout: 60 });
    const { status, body } = await send(url);
    const [, id] = /^504 the upstream did not answer in time\nReference: (\S+)\n$/.exec(body) ?? [];
    expect([status, errors]).toEqual([504, [`${id} the upstream did not answer in time`]]);
  });

  test("one that breaks off: the client sees a broken response, not a short one", async () => {
    const up = await upstream((_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("part");
      setTimeout(() => response.destroy(), 20);
    });
    const { url } = await proxyFor(up.url, {});
    await expect(send(url)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  });
});

describe("requests that servers may read differently are not sent on", () => {
  /** Of what Node refuses itself there is no message, and no event. */
  const cases: readonly (readonly [
    name: string,
    request: string,
    status: number,
    message: string | undefined,
  ])[] = [
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
      undefined,
    ],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
      400,
      undefined,
    ],
    [
      "two hosts",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
      400,
      "a request has one Host header",
    ],
    ["no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400, undefined],
    [
      "another coding",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
      501,
      "the only transfer coding understood here is chunked",
    ],
    [
      "another host in the target",
      "GET http://b/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      400,
      "the request target and the Host header name different hosts",
    ],
    [
      "another port in the target",
      "GET http://a:81/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      400,
      "the request target and the Host header name different hosts",
    ],
    [
      "a target without a host",
      "GET http:///a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      400,
      "the request target is malformed",
    ],
    [
      "a target with a user",
      "GET http://b@a/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      400,
      "the request target is malformed",
    ],
    [
      "a target whose user is the host",
      "GET http://a@b/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      400,
      "the request target is malformed",
    ],
    [
      "a target of another scheme",
      "GET ftp://a/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      400,
      "the request target is malformed",
    ],
    [
      "a malformed host",
      "GET / HTTP/1.1\r\nHost: a b/c@d\r\nConnection: close\r\n\r\n",
      400,
      "the Host header is malformed",
    ],
    [
      "chunks in HTTP/1.0",
      "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
      "HTTP/1.0 has no transfer codings",
    ],
    ["another version", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "HTTP/1.0 and HTTP/1.1 are spoken here"],
    [
      "an asterisk that is no OPTIONS",
      "GET * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      400,
      "the request target is malformed",
    ],
    ["a tunnel", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 405, "no tunnels are opened here"],
    [
      "a fragment",
      "GET /a#b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      400,
      "a request target has no fragment",
    ],
    [
      "a body before another protocol",
      "POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx",
      400,
      "a request to upgrade has no body",
    ],
    ["a bare line feed in a header", "GET / HTTP/1.1\nHost: a\nX: y\n\n", 400, undefined],
  ];

  test.each(cases)("%s", async (_name, request, status, message) => {
    const up = await upstream();
    const { port, events } = await proxyFor(up.url, {});
    const text = await sendRaw(port, request);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(up.received).toEqual([]);
    const reasons =
      message === undefined ? [] : [{ action: "block", service: "host", status, reason: message }];
    expect(events).toMatchObject(reasons);
    if (message !== undefined)
      expect(text.slice(text.indexOf("\r\n\r\n") + 4)).toBe(
        `${status} ${message}\nReference: ${events[0]!.id}\n`,
      );
  });

  test("the refusal has an event under its reference", async () => {
    const up = await upstream();
    const { port, events } = await proxyFor(up.url, {});
    const text = await sendRaw(port, "GET /a HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n");
    expect(events).toMatchObject([
      { action: "block", service: "host", status: 400, reason: "the Host header is malformed" },
    ]);
    expect(text).toContain(`Reference: ${events[0]!.id}\n`);
  });

  test("OPTIONS for the server as a whole is answered here", async () => {
    const up = await upstream();
    const { port } = await proxyFor(up.url, {});
    const text = await sendRaw(port, "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(text).toMatch(/^HTTP\/1\.1 204 /);
    expect(up.received).toEqual([]);
  });

  test.each([
    ["http://a/x?y", "/x?y"],
    ["HTTPS://A/x", "/x"],
    ["http://a?y", "/?y"],
    ["http://a", "/"],
  ])("the absolute form %s becomes the path %s", async (target, path) => {
    const up = await upstream();
    const { port } = await proxyFor(up.url, {});
    await sendRaw(port, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(up.received).toMatchObject([{ url: path }]);
  });
});

describe("upgrades", () => {
  test.each(UPSTREAM_PATHS)("the upstream's path %j stands in front", async (path, url) => {
    const up = await echoing();
    const { port } = await proxyFor(`${up.url}${path}`, {});
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write(hello("/c/d?e=/f/"));
    await once(socket, "data");
    expect(up.paths).toEqual([url]);
  });

  /** An upstream that upgrades everything and echoes. */
  async function echoing() {
    const up = await upstream();
    const paths: string[] = [];
    up.server.on("upgrade", (request, socket) => {
      paths.push(request.url ?? "");
      socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
      socket.pipe(socket);
      onTestFinished(() => void socket.destroy());
    });
    return { ...up, paths };
  }

  const hello = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n`;

  test("WebSockets are judged and joined", async () => {
    const up = await echoing();
    const { port } = await proxyFor(up.url, { custom: [block("no", 'http.request.uri.path eq "/no"')] });
    const socket = connect(port, "127.0.0.1");
    socket.write(hello("/chat"));
    const [head] = (await once(socket, "data")) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1\.1 101 /);
    socket.write("ping");
    const [echo] = (await once(socket, "data")) as [Buffer];
    expect(echo.toString()).toBe("ping");
    socket.destroy();
    const refused = await sendRaw(port, hello("/no"));
    expect(refused).toMatch(/^HTTP\/1\.1 403 /);
    expect(refused).toMatch(/^connection: close\r$/im);
    expect(up.paths).toEqual(["/chat"]);
  });

  test("other protocols are ignored, not tunnelled", async () => {
    const up = await echoing();
    const { port } = await proxyFor(up.url, {});
    const text = await sendRaw(
      port,
      "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: x\r\n\r\n",
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(up.paths).toEqual([]);
    expect(up.received[0]!.header("upgrade")).toBeUndefined();
  });

  test("an upstream that is not there: 502", async () => {
    const { port, errors } = await proxyFor("http://127.0.0.1:1", {});
    const text = await sendRaw(port, hello("/"));
    expect(text).toMatch(/^HTTP\/1\.1 502 /);
    expect(errors).toEqual([expect.stringContaining(`${/Reference: (\S+)/.exec(text)?.[1]} `)]);
  });

  test("an upstream that says nothing: 504", async () => {
    const up = await upstream();
    up.server.on("upgrade", (_request, socket) => void onTestFinished(() => void socket.destroy()));
    const { port } = await proxyFor(up.url, {}, { upstreamTimeout: 60 });
    expect(await sendRaw(port, hello("/"))).toMatch(/^HTTP\/1\.1 504 /);
  });

  const asking = (protocol: string) => hello("/").replace("websocket", protocol);

  // Whatever comes back instead of a switch of protocols is a response like any.
  describe.each(["websocket", "h2c"])("an upstream that does not switch to %s", (protocol) => {
    test.each<[string, Parameters<typeof proxyFor>[1], RegExp]>([
      [
        "rules on its head",
        { http_response_firewall_headers: [block("no", "http.response.code eq 200")] },
        /^HTTP\/1\.1 403 /,
      ],
      [
        "rules on its body",
        { http_response_firewall_body: [block("no", 'wirewall.response.body.raw contains "secret"')] },
        /^HTTP\/1\.1 403 /,
      ],
      [
        "rules that change its headers",
        {
          http_response_headers_transform: [
            {
              ref: "h",
              expression: "true",
              action: "rewrite",
              action_parameters: { headers: { "x-why": { operation: "set", value: "changed" } } },
            },
          ],
        },
        /^HTTP\/1\.1 200 .*x-why: changed.*a secret$/is,
      ],
    ])("is held to %s", async (_name, rules, expected) => {
      const up = await upstream((_request, response) => {
        response.writeHead(200, { "x-why": "no key", "content-length": 8 });
        response.end("a secret");
      });
      const { port, errors } = await proxyFor(up.url, rules);
      expect(await sendRaw(port, asking(protocol))).toMatch(expected);
      expect(errors).toEqual([]);
    });

    test("may answer at length", async () => {
      const body = "y".repeat(3_000_000);
      const up = await upstream((_request, response) => response.end(body));
      const { port } = await proxyFor(up.url, {});
      const text = await sendRaw(port, asking(protocol));
      expect(text.slice(text.indexOf("\r\n\r\n") + 4) === body).toBe(true);
    });
  });

  // Of what Node hands over it closes nothing: neither when the client has gone nor at the end.
  test.each<[string, string]>([
    ["CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a WebSocket", hello("/")],
    ["another protocol", asking("h2c")],
  ])(
    "%s: a client that sends more than anybody reads, and leaves, takes no connection",
    async (_name, bytes) => {
      const up = await upstream();
      const { port, proxy } = await proxyFor(up.url, {});
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(bytes + "x".repeat(1_000_000));
      await once(socket, "data");
      socket.destroy();
      const count = promisify(proxy.server.getConnections.bind(proxy.server));
      await expect.poll(count).toBe(0);
    },
  );

  test("connections that wait for an upstream end with the proxy", async () => {
    const up = await upstream();
    const asked = new Promise<void>((resolve) => {
      up.server.on("upgrade", (_request, socket) => {
        onTestFinished(() => void socket.destroy());
        resolve();
      });
    });
    const { port, proxy } = await proxyFor(up.url, {});
    const sent = sendRaw(port, hello("/")).catch(() => "");
    await asked;
    await proxy.close(20);
    expect(await sent).toBe("");
  });

  test("either side that leaves takes the other with it", async () => {
    const up = await echoing();
    const { port, proxy } = await proxyFor(up.url, {});
    const socket = connect(port, "127.0.0.1");
    socket.write(hello("/chat"));
    await once(socket, "data");
    socket.resetAndDestroy();
    const count = promisify(up.server.getConnections.bind(up.server));
    await expect.poll(count).toBe(0);
    await proxy.close(60_000);
  });

  test("no limit on the upstream's time is none for upgrades either", async () => {
    const up = await upstream((_request, response) => {
      setTimeout(() => response.end("at last"), 50);
    });
    const { port, errors } = await proxyFor(up.url, {}, { upstreamTimeout: 0 });
    expect(await sendRaw(port, hello("/"))).toMatch(/at last$/);
    expect(errors).toEqual([]);
  });

  test("an upstream that will not: its own answer", async () => {
    const up = await upstream((_request, response) => {
      response.writeHead(401, { "x-why": "no key" });
      response.end("who are you");
    });
    const { port, errors } = await proxyFor(up.url, {});
    const text = await sendRaw(port, hello("/"));
    expect(text).toMatch(/^HTTP\/1\.1 401 .*x-why: no key.*who are you/is);
    expect(errors).toEqual([]);
  });
});

describe("the end", () => {
  test("running requests are answered, new ones are not taken", async () => {
    let answer = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const up = await upstream((_request, response) => {
      answer();
      setTimeout(() => response.end("late"), 50);
    });
    const { url, proxy } = await proxyFor(up.url, {});
    const running = send(url);
    await arrived;
    const closed = proxy.close(5_000);
    expect((await running).body).toBe("late");
    await closed;
    await expect(send(url)).rejects.toThrow("ECONNREFUSED");
  });
});

describe("challenges", () => {
  test("page, answer, clearance, and then the site", async () => {
    const up = await upstream();
    const challenge = proofOfWorkProvider({
      secret: "a secret of the test",
      difficulty: { js_challenge: 4 },
    });
    const rules = { custom: [{ ref: "ask", expression: "true", action: "js_challenge" }] };
    const { url, events } = await proxyFor(up.url, rules, {}, { challenge });
    const asked = await send(`${url}/shop?a=1`);
    expect(asked.status).toBe(403);
    expect(up.received).toEqual([]);
    expect(events).toMatchObject([{ action: "challenge", matches: [{ rule: { ref: "ask" } }] }]);
    const shown = (pattern: RegExp) => pattern.exec(asked.body)?.[1] ?? "";
    const nonce = shown(/data-nonce="([^"]*)"/);
    const token = shown(/name="token" value="([^"]*)"/);
    let answer = 0;
    while (!isSolution(nonce, String(answer), 4)) answer++;
    const form = (token: string) => ({
      method: "POST",
      body: new URLSearchParams({ token, answer: String(answer) }).toString(),
    });
    expect((await send(`${url}${challenge.answerPath}`, form("forged"))).status).toBe(403);
    const solved = await send(`${url}${challenge.answerPath}`, form(token));
    expect(solved).toMatchObject({ status: 303, headers: { location: "/shop?a=1" } });
    const cookie = String(solved.headers["set-cookie"]).split(";")[0]!;
    expect((await send(`${url}/shop?a=1`, { headers: ["Cookie", cookie] })).status).toBe(200);
    expect((await send(url, { headers: ["Cookie", cookie, "User-Agent", "another"] })).status).toBe(403);
    expect(up.received.map((request) => request.url)).toEqual(["/shop?a=1"]);
  });
});

test.each([
  ["http://a:80/", "a"],
  ["http://A/", "a:80"],
])("a target %s and the Host %s name one host", async (target, host) => {
  const up = await upstream();
  const { port } = await proxyFor(up.url, {});
  const reply = await sendRaw(port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect(reply).toMatch(/^HTTP\/1\.1 200 /);
  expect(up.received[0]?.header("host")).toBe(host);
});

test.each([
  ["open", 200],
  ["closed", 503],
] as const)("facts that cannot be had, with `failure: %s`", async (failure, status) => {
  const up = await upstream();
  const facts = () => {
    throw new Error("no facts");
  };
  const { url, errors } = await proxyFor(up.url, {}, { facts, maxUpstreamConnections: 1 }, { failure });
  expect((await send(url)).status).toBe(status);
  expect(up.received.length).toBe(status === 200 ? 1 : 0);
  expect(errors).toEqual([" no facts"]);
});
