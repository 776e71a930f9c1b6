import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { PassThrough } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { type GuardOptions, guard } from "../support/source/adapters/node.ts";
import type { Forwarder } from "../support/source/adapters/proxy.ts";
import type { ChallengeProvider } from "../support/source/engine/decision.ts";
import type { Waf } from "../support/source/engine/firewall.ts";
import { failOnFatal } from "./fatal.ts";
import { brokenWaf, listen, proxyFor, send, sendRaw, upstream, wafOf } from "./support.ts";
import { transports } from "./transports.ts";

failOnFatal();

const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => Number(match[1]));

const CONNECT = "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n";
const upgrade = (protocol: string) =>
  `GET /u HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
const get = (path: string, lines = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;

describe("a request that leaves HTTP while an earlier answer is pending", () => {
  const before: readonly (readonly [name: string, bytes: string])[] = [
    ["one request", get("/1")],
    ["three requests", get("/1") + get("/2") + get("/3")],
    ["a request refused by the proxy", get("/1").replace("Host: a", "Host: a/b")],
    ["a request refused by Node", "GET / HTTP/1.1\r\n\r\n"],
    ["an expectation refused by Node", get("/1", "Expect: nonsense\r\n")],
    ["a request refused by a rule", get("/evil")],
  ];
  const after: readonly (readonly [name: string, bytes: string])[] = [
    ["CONNECT", CONNECT],
    ["WebSocket", upgrade("websocket")],
    ["h2c", upgrade("h2c")],
    ["an upgrade with a body", upgrade("h2c").replace("\r\n\r\n", "\r\nContent-Length: 1\r\n\r\nx")],
  ];
  const cases = before.flatMap(([first, head]) =>
    after.map(([second, rest]) => [`${first}, then ${second}`, head + rest] as const),
  );

  test.each(cases)("%s: the connection ends, the proxy goes on", async (_name, bytes) => {
    const up = await upstream((_request, response) => void setTimeout(() => response.end("late"), 30));
    const rules = [{ ref: "evil", expression: 'http.request.uri.path eq "/evil"', action: "block" }];
    const { url, port } = await proxyFor(up.url, { custom: rules });
    await sendRaw(port, bytes).catch(() => "");
    expect((await send(url)).status).toBe(200);
  });

  test("has an event, and the earlier requests are given up upstream", async () => {
    const left: Promise<unknown>[] = [];
    const up = await upstream((_request, response) => void left.push(once(response, "close")));
    const { port, events } = await proxyFor(up.url, {});
    const sent = sendRaw(port, get("/1") + get("/2") + upgrade("websocket")).catch(() => "");
    expect(await sent).toBe("");
    expect(events).toMatchObject([{ action: "block", service: "host", delivery: "dropped" }]);
    expect(events[0]).not.toHaveProperty("status");
    await Promise.all(left);
  });

  test("requests queued behind a slow one are not started, and it is given up when the client leaves", async () => {
    const arrived: (string | undefined)[] = [];
    const { promise, resolve } = deferred();
    const { promise: first, resolve: onFirst } = deferred();
    const up = await upstream((request, response) => {
      arrived.push(request.url);
      response.once("close", resolve);
      onFirst();
    });
    const { port } = await proxyFor(up.url, {});
    const socket = connect(port, "127.0.0.1");
    socket.write(get("/1") + get("/2") + get("/3"));
    await first;
    socket.destroy();
    await promise;
    expect(arrived).toEqual(["/1"]);
  });
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** An upstream that sends these bytes, whatever it is asked, and hangs up. */
async function bytesUpstream(bytes: string): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(bytes, "latin1"));
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("upstreams that send what cannot be passed on", () => {
  const OK = "Content-Length: 0\r\n\r\n";
  const chunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n1\r\na\r\n0\r\nX-T: 1\r\n\r\n";
  const answers: readonly (readonly [name: string, bytes: string, status: number])[] = [
    ["a control byte in the reason phrase", `HTTP/1.1 200 \x01\x80bad\r\n${OK}`, 200],
    ["DEL in the reason phrase", `HTTP/1.1 404 a\x7fb\r\n${OK}`, 404],
    ["a control byte in a header", `HTTP/1.1 200 OK\r\nX: \x01\r\n${OK}`, 502],
    ["a trailer", chunked, 200],
    ["chunks in other spelling", chunked.replace("chunked", "Identity , CHUNKED"), 200],
    ["a transfer coding", chunked.replace("chunked", "gzip, chunked"), 502],
    ["a transfer coding without chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc", 502],
    [
      "a transfer coding in two lines",
      chunked.replace("chunked", "deflate\r\nTransfer-Encoding: chunked"),
      502,
    ],
    ["an unknown transfer coding", chunked.replace("chunked", "x"), 502],
    [
      "a transfer coding where there is no body",
      "HTTP/1.1 304 N\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      304,
    ],
    ["a status below 100", `HTTP/1.1 099 OK\r\n${OK}`, 502],
    ["a status of four digits", `HTTP/1.1 1000 OK\r\n${OK}`, 502],
    ["the highest status", `HTTP/1.1 999 OK\r\n${OK}`, 999],
    ["101 unasked", "HTTP/1.1 101 S\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nrest", 502],
    ["101 without headers", "HTTP/1.1 101 S\r\n\r\n", 502],
    [
      "100, then 101",
      "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
      502,
    ],
    ["103, then 200", `HTTP/1.1 103 E\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n${OK}`, 200],
    ["nothing", "", 502],
    ["garbage", "\x00\x01\r\n\r\n", 502],
  ];
  const end = "Host: a\r\nConnection: close\r\n";
  const requests: readonly (readonly [name: string, bytes: string])[] = [
    ["GET", `GET / HTTP/1.1\r\n${end}\r\n`],
    ["GET in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\n\r\n"],
    ["HEAD", `HEAD / HTTP/1.1\r\n${end}\r\n`],
    ["POST that waits", `POST / HTTP/1.1\r\n${end}Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc`],
  ];
  const cases = answers.flatMap(([name, bytes, status]) =>
    requests.map(([kind, request]) => [`${name}: ${status} for ${kind}`, bytes, request, status] as const),
  );

  test.each(cases)("%s", async (_name, bytes, request, status) => {
    const { port } = await proxyFor(await bytesUpstream(bytes), {});
    expect(statuses(await sendRaw(port, request)).filter((one) => one !== 100)).toEqual([status]);
  });

  test("trailers reach a client that knows chunks", async () => {
    const { url } = await proxyFor(await bytesUpstream(chunked), {});
    expect(await send(url)).toMatchObject({ body: "a", trailers: { "x-t": "1" } });
  });

  const forwarders: readonly (readonly [name: string, members: object, status: number])[] = [
    ["a header with a line break", { rawHeaders: ["X", "a\r\nb", "Y", "c"] }, 200],
    ["a header without a name", { rawHeaders: ["", "a"] }, 200],
    ["a trailer with a control byte", { rawTrailers: ["X", "\x01"] }, 200],
    ["no status", { statusCode: undefined }, 502],
  ];

  test.each(forwarders)("a forwarder of the embedder's gives %s", async (_name, members, status) => {
    const { url } = await proxyFor("http://a.example", {}, { forwarder: forwarderOf(() => members) });
    const { status: got, body } = await send(url);
    expect(got).toBe(status);
    if (status === 502)
      expect(body).toMatch(/^502 the upstream's answer cannot be passed on\nReference: \S+\n$/);
  });

  test("a forwarder of which every method throws: 502", async () => {
    const forwarder = forwarderOf(() => {
      throw new Error("no way");
    });
    const { url, port } = await proxyFor("http://a.example", {}, { forwarder });
    expect((await send(url)).status).toBe(502);
    expect(statuses(await sendRaw(port, upgrade("websocket")))).toEqual([502]);
  });
});

function forwarderOf(members: () => object): Forwarder {
  const answer = () => {
    const facts = { statusCode: 200, statusMessage: "OK", headers: {}, rawHeaders: [], rawTrailers: [] };
    const stream = Object.assign(new PassThrough(), facts, members());
    stream.end("x");
    return {
      response: stream as never,
      cancel: () => {
        throw new Error("cannot cancel");
      },
    };
  };
  return { forward: async () => answer(), upgrade: async () => void answer() };
}

const reporters: readonly (readonly [name: string, onError: () => void])[] = [
  [
    "throws",
    () => {
      throw new Error("reporter");
    },
  ],
  ["rejects", async () => Promise.reject(new Error("reporter"))],
];

/** A server behind a guard; answers `ok` unless told otherwise. */
async function guarded(waf: Waf, options: GuardOptions, handle?: () => void): Promise<string> {
  const protect = guard(waf, options);
  return listen(
    createServer((request, response) => {
      protect(request, response, () => {
        handle?.();
        response.end("ok");
      });
    }),
  );
}

describe.each(reporters)("a reporter that %s", (_name, onError) => {
  const failures = [
    ["closed", 503],
    ["open", 200],
  ] as const;

  test.each(failures)("guard, %s: %i", async (failure, status) => {
    expect((await send(await guarded(brokenWaf({ failure }), { onError }))).status).toBe(status);
  });

  test.each(failures)("proxy, %s: %i", async (failure, status) => {
    const up = await upstream();
    const { url, port } = await proxyFor(up.url, {}, { waf: brokenWaf({ failure }), onError });
    expect((await send(url)).status).toBe(status);
    expect(statuses(await sendRaw(port, CONNECT))).toEqual([405]);
    expect(statuses(await sendRaw(port, upgrade("h2c")))).toEqual([status]);
  });

  test("proxy, upstream not there: 502", async () => {
    const { url, port } = await proxyFor("http://127.0.0.1:1", {}, { onError });
    expect((await send(url)).status).toBe(502);
    expect(statuses(await sendRaw(port, upgrade("websocket")))).toEqual([502]);
  });

  test("guard, a handler that throws at once: 500", async () => {
    const url = await guarded(wafOf({}).waf, { onError }, () => {
      throw new Error("handler");
    });
    expect(await send(url)).toMatchObject({ status: 500, body: "500 the request could not be handled\n" });
  });
});

test("without a reporter, what a handler throws is a warning of the process", async () => {
  const warned = once(process, "warning");
  const url = await guarded(wafOf({}).waf, {}, () => {
    throw new Error("handler");
  });
  expect((await send(url)).status).toBe(500);
  expect(await warned).toMatchObject([{ message: "handler" }]);
});

test("without a reporter, what a handler throws need not have a text", async () => {
  const url = await guarded(wafOf({}).waf, {}, () => {
    throw Object.create(null);
  });
  expect((await send(url)).status).toBe(500);
});

describe("a challenge provider whose answer cannot be sent", () => {
  const NO_ANSWER = {
    code: "E_ANSWER",
    message: "an answer is an object with `status`, `headers` and `body`",
  };
  const answers: readonly (readonly [name: string, answer: () => unknown, error: object])[] = [
    [
      "no status",
      () => ({ status: 0, headers: [], body: "" }),
      { code: "E_ANSWER", message: "an answer with the status 0 and a string as body cannot be sent" },
    ],
    [
      "no body",
      () => ({ status: 200, headers: [] }),
      { code: "E_ANSWER", message: "an answer with the status 200 and a undefined as body cannot be sent" },
    ],
    ["no answer", () => undefined, NO_ANSWER],
    ["an answer of null", () => null, NO_ANSWER],
    ["no headers", () => ({ status: 200, body: "" }), NO_ANSWER],
    [
      "a line break in a header and no status",
      () => ({ status: 1000, headers: [["X", "a\r\nb"]], body: "" }),
      { code: "E_ANSWER", message: "an answer with the status 1000 and a string as body cannot be sent" },
    ],
    ["a rejection", () => Promise.reject(new Error("provider")), { message: "provider" }],
  ];

  test.each(answers)("%s: an error, not a crash", async (_name, answer, error) => {
    const challenge = { name: "x", answerPath: "/answer", isCleared: () => false, answer } as unknown;
    const options = { challenge: challenge as ChallengeProvider };
    const init = { method: "POST", body: "a=b" };
    const url = await guarded(wafOf({}, options).waf, {});
    expect((await send(`${url}/answer`, init)).status).toBe(503);
    const errors: unknown[] = [];
    const onError = (error: Error): void => void errors.push(error);
    const proxy = await proxyFor("http://127.0.0.1:1", {}, { onError }, options);
    expect((await send(`${proxy.url}/answer`, init)).status).toBe(503);
    expect(errors).toMatchObject([error]);
  });
});

test("a header of a rule that cannot be sent leaves none of that name", async () => {
  const rules = {
    http_response_headers_transform: [
      {
        ref: "echo",
        expression: "true",
        action: "rewrite",
        action_parameters: {
          headers: { "X-Who": { operation: "set", expression: "url_decode(http.request.uri.query)" } },
        },
      },
    ],
  };
  const up = await upstream((_request, response) => response.setHeader("X-Who", "site").end("ok"));
  const { url } = await proxyFor(up.url, rules);
  expect((await send(`${url}/?fine`)).headers["x-who"]).toBe("fine");
  const reply = await send(`${url}/?%01`);
  expect([reply.status, reply.headers["x-who"]]).toEqual([200, undefined]);
});

describe.each(["GET", "HEAD"])("over HTTP/2, to %s", (method) => {
  test("header lines of HTTP/1's connections are left out", async () => {
    const headers = [
      "Connection",
      "HTTP2-Settings",
      "Keep-Alive",
      "Proxy-Connection",
      "TE",
      "Transfer-Encoding",
      "Upgrade",
      "X-A",
    ];
    const answerOf = () => ({ status: 403, headers: headers.map((name) => [name, "a"]), body: "no" });
    const challenge = {
      name: "x",
      answerPath: "/answer",
      isCleared: () => false,
      answer: answerOf,
    } as unknown;
    const check = guard(wafOf({}, { challenge: challenge as ChallengeProvider }).waf);
    const host = await transports.http2.listen((request, response) =>
      check(request, response, () => undefined),
    );
    const answer = await host.send({ method, path: "/answer" });
    expect([answer.status, answer.headers["x-a"], answer.body]).toEqual([
      403,
      "a",
      method === "GET" ? "no" : "",
    ]);
  });

  test("a response of which the end cannot be sent does not keep its client waiting", async () => {
    const check = guard(wafOf({}).waf, { onError: () => undefined });
    const host = await transports.http2.listen((request, response) => {
      check(request, response, () => {
        response.setHeader("Upgrade", "a");
        response.end();
      });
    });
    await expect(host.send({ method })).rejects.toThrow();
  });
});

describe("requests of clients that reset their connections at once", () => {
  /** Sends a request that has arrived whole when nobody knows the client's address any more. */
  const sendAndReset = (port: number, bytes: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(bytes, () => {
          socket.resetAndDestroy();
          resolve();
        });
      });
      socket.on("error", () => undefined);
    });
  const rules = [
    { ref: "banned", expression: 'ip.src eq 127.0.0.1 and http.request.uri.path eq "/bad"', action: "block" },
  ];
  const bytes = "POST /bad HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

  test.each(["guard", "proxy"])("pass no rule on addresses: %s", async (host) => {
    const reached: (string | undefined)[] = [];
    const up = await upstream((request, response) => {
      reached.push(request.url);
      response.end();
    });
    const check = guard(wafOf({ custom: rules }).waf);
    const server = createServer((request, response) =>
      check(request, response, () => {
        reached.push(request.url);
        response.end();
      }),
    );
    const url = host === "guard" ? await listen(server) : (await proxyFor(up.url, { custom: rules })).url;
    for (let at = 0; at < 20; at++) await sendAndReset(Number(new URL(url).port), bytes);
    expect((await send(`${url}/fine`)).status).toBe(200);
    expect(reached).toEqual(["/fine"]);
  });
});
