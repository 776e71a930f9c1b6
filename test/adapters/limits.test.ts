import { EventEmitter, once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { Duplex, Readable } from "node:stream";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { HttpForwarder, type ProxyOptions } from "../support/source/adapters/proxy.ts";
import { failOnFatal } from "./fatal.ts";
import { proxyFor, send, sendRaw, upstream } from "./support.ts";

// What bounds the use that clients and upstreams can make of a proxy. Nothing here may end the process.
failOnFatal();

/** The machine may be busy. */
const eventually = <Value>(read: () => Value) => expect.poll(read, { timeout: 20_000 });
const get = (path: string, lines = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;
const webSocket = (path: string) => get(path, "Connection: Upgrade\r\nUpgrade: websocket\r\n");
const SWITCHING = "HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => Number(match[1]));

/** A bare connection and what has come back on it. */
function open(port: number, bytes: string): { readonly socket: Socket; text(): string } {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  socket.write(bytes, "latin1");
  onTestFinished(() => void socket.destroy());
  return { socket, text: () => text };
}

/** An upstream whose requests are answered one by one when the test says so, by path. */
async function held() {
  const waiting = new Map<string, ServerResponse>();
  const arrived: string[] = [];
  const facts = { most: 0 };
  const news = new EventEmitter();
  const arrive = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? "";
    arrived.push(path);
    waiting.set(path, response);
    facts.most = Math.max(facts.most, waiting.size);
    response.once("close", () => {
      waiting.delete(path);
      news.emit("change");
    });
    news.emit("change");
  };
  const up = await upstream();
  up.server.removeAllListeners("request");
  up.server.on("request", arrive);
  up.server.on("upgrade", (request, socket) => {
    arrived.push(request.url ?? "");
    socket.on("error", () => undefined);
    socket.write(SWITCHING);
    onTestFinished(() => void socket.destroy());
  });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await once(news, "change");
  };
  return {
    url: up.url,
    server: up.server,
    arrived,
    facts,
    /** Resolves when the path's request is there. */
    has: (path: string) => until(() => waiting.has(path)),
    /** Resolves when the path's request has been given up or answered. */
    lost: (path: string) => until(() => !waiting.has(path)),
    answer: (path: string) => {
      const response = waiting.get(path);
      if (response === undefined) throw new Error(`nobody asked for ${path}`);
      response.end(`answer to ${path}`);
    },
    begin: (path: string, head: Record<string, string>) => waiting.get(path)?.writeHead(200, head).write("x"),
  };
}

describe("requests that are sent ahead", () => {
  test("of three kinds are answered in turn", async () => {
    const up = await held();
    const { port } = await proxyFor(up.url, {});
    const post = "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    const head = "HEAD /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    const sent = sendRaw(port, get("/1") + post + head);
    for (const path of ["/1", "/2", "/3"]) {
      await up.has(path);
      up.answer(path);
    }
    expect((await sent).match(/HTTP\/1\.1 200|answer to \/\d/g)).toEqual([
      "HTTP/1.1 200",
      "answer to /1",
      "HTTP/1.1 200",
      "answer to /2",
      "HTTP/1.1 200",
    ]);
    expect(up.facts.most).toBe(1);
  });

  const BLOCK = { custom: [{ ref: "b", expression: 'http.request.uri.path eq "/b"', action: "block" }] };
  const ends: readonly (readonly [string, string, Partial<ProxyOptions>, number])[] = [
    ["is for one short request", get("/1"), { maxClientConnections: 4 }, 200],
    ["has no further one announced", get("/1", "Connection: close\r\n"), {}, 200],
    ["is of HTTP/1.0", get("/1").replace("1.1", "1.0"), {}, 200],
    ["has a body that nobody waits for", "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", {}, 403],
    ["holds something else than requests", `${get("/1")}nothing\r\n\r\n`, {}, 200],
  ];

  test.each(ends)("on a connection that %s are not started", async (_name, first, options, status) => {
    const up = await upstream((_request, response) => void setTimeout(() => response.end("ok"), 100));
    const { port } = await proxyFor(up.url, BLOCK, options);
    if (options.maxClientConnections !== undefined)
      for (let at = 0; at < 3; at++) await once(open(port, "").socket, "connect");
    const client = open(port, first);
    const closed = once(client.socket, "close");
    if (status === 403) await eventually(() => statuses(client.text())).toEqual([403]);
    client.socket.write(`${status === 403 ? "abc" : ""}${get("/2")}${get("/3")}`);
    await closed;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(up.received.map(({ url }) => url).filter((url) => url !== "/1")).toEqual([]);
  });

  test("are all answered, however many", async () => {
    let now = 0;
    let most = 0;
    const up = await upstream((request, response) => {
      most = Math.max(most, ++now);
      setImmediate(() => {
        now--;
        response.end(`<${request.url}>`);
      });
    });
    const { port } = await proxyFor(up.url, {});
    const paths = Array.from({ length: 1_200 }, (_, at) => `/${at}`);
    const bytes = paths.map((path, at) => get(path, at === 1_199 ? "Connection: close\r\n" : "")).join("");
    const text = await sendRaw(port, bytes);
    expect(text.match(/<\/\d+>/g)).toEqual(paths.map((path) => `<${path}>`));
    expect(most).toBe(1);
  });

  const behind: readonly (readonly [name: string, bytes: string])[] = [
    ["nothing", ""],
    ["a few requests", get("/2").repeat(3)],
    ["many requests", get("/2").repeat(500)],
    ["a body in chunks", `POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`],
    [
      "a body and many requests",
      `POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc${get("/3").repeat(50)}`,
    ],
  ];
  const leaving: readonly (readonly [name: string, leave: (socket: Socket) => void])[] = [
    ["ends", (socket) => socket.destroy()],
    ["resets", (socket) => socket.resetAndDestroy()],
  ];
  test.each(
    behind.flatMap(([name, bytes]) => leaving.map(([way, leave]) => [name, way, bytes, leave] as const)),
  )("with %s behind them are given up when the client %s", async (_name, _way, bytes, leave) => {
    const up = await held();
    const { port, errors } = await proxyFor(up.url, {}, { upstreamTimeout: 0 });
    const client = open(port, get("/1") + bytes);
    await up.has("/1");
    await new Promise((resolve) => setTimeout(resolve, 50));
    leave(client.socket);
    await up.lost("/1");
    expect([up.arrived, errors]).toEqual([["/1"], []]);
  });

  test("with long bodies are answered in turn", async () => {
    const up = await held();
    const { port } = await proxyFor(up.url, {});
    const chunked = `POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n${"y".repeat(100_000)}\r\n0\r\n\r\n`;
    const client = open(
      port,
      `${get("/1")}POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n${"x".repeat(200_000)}${chunked}${get("/4")}`,
    );
    for (const path of ["/1", "/2", "/3", "/4"]) {
      await up.has(path);
      up.answer(path);
    }
    await eventually(() => statuses(client.text())).toEqual([200, 200, 200, 200]);
    expect(client.text().match(/answer to \/\d/g)).toHaveLength(4);
    expect(up.facts.most).toBe(1);
  });

  test("beyond what may wait while nothing is answered close their connection", async () => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, { upstreamTimeout: 0 });
    const client = open(port, get("/1"));
    await up.has("/1");
    client.socket.write(get("/2", `X: ${"x".repeat(8_000)}\r\n`).repeat(80));
    await Promise.all([new Promise((resolve) => client.socket.once("close", resolve)), up.lost("/1")]);
    expect([up.arrived, client.text()]).toEqual([["/1"], ""]);
  });

  test("by too many connections at once close some of them, and no other client notices", async () => {
    const up = await held();
    const { port } = await proxyFor(up.url, {});
    const flood = get("/x").repeat(2_500);
    const clients = Array.from({ length: 8 }, () => open(port, flood));
    await Promise.race(clients.map(({ socket }) => new Promise((closed) => socket.once("close", closed))));
    const other = send(`http://127.0.0.1:${port}/other`);
    await up.has("/other");
    up.answer("/other");
    expect((await other).status).toBe(200);
  });
});

describe("a connection on which requests wait", () => {
  const start = async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const up = await held();
    const { port } = await proxyFor(up.url, {}, { upstreamTimeout: 0 });
    const client = open(port, get("/1") + get("/2"));
    const closed = new Promise<void>((resolve) => client.socket.once("close", () => resolve()));
    await up.has("/1");
    return { up, client, closed };
  };

  test("is closed when nothing is sent on it for a minute", async () => {
    const { up, closed } = await start();
    vi.advanceTimersByTime(60_000);
    await closed;
    await up.lost("/1");
    expect(up.arrived).toEqual(["/1"]);
  });

  test("stays while something is sent", async () => {
    const { up, client, closed } = await start();
    up.begin("/1", { "content-type": "text/plain" });
    await once(client.socket, "data");
    vi.advanceTimersByTime(60_000);
    up.answer("/1");
    await up.has("/2");
    vi.advanceTimersByTime(600_000);
    up.answer("/2");
    while (statuses(client.text()).length < 2) await once(client.socket, "data");
    client.socket.destroy();
    await closed;
  });
});

describe("a client that leaves while its upgrade waits", () => {
  const waits: readonly (readonly [name: string, bytes: string, answers: boolean])[] = [
    ["for an answer", webSocket("/1"), false],
    ["for the rest of another answer", webSocket("/1"), true],
    ["for an answer to another protocol", webSocket("/1").replace("websocket", "h2c"), false],
    ["for an answer, and has sent bytes ahead", webSocket("/1") + "x".repeat(40_000), false],
  ];
  const ways: readonly (readonly [name: string, leave: (socket: Socket) => void])[] = [
    ["ends", (socket) => socket.end()],
    ["resets", (socket) => socket.resetAndDestroy()],
  ];
  const cases = waits.flatMap(([wait, bytes, answers]) =>
    ways.map(([way, leave]) => [`${wait}: it ${way}`, bytes, answers, leave] as const),
  );
  test.each(cases)("%s", async (_name, bytes, answers, leave) => {
    const up = await held();
    up.server.removeAllListeners("upgrade");
    const { port, errors } = await proxyFor(up.url, {}, { upstreamTimeout: 0 });
    const client = open(port, bytes);
    await up.has("/1");
    if (answers) {
      up.begin("/1", { "content-type": "text/plain" });
      await once(client.socket, "data");
    }
    leave(client.socket);
    await up.lost("/1");
    expect(errors).toEqual([]);
  });

  test("one that sends too much ahead is heard to leave, and gets an answer", async () => {
    const up = await held();
    up.server.removeAllListeners("upgrade");
    const { port, errors } = await proxyFor(up.url, {}, { upstreamTimeout: 0 });
    for (const path of ["/1", "/2"]) {
      const client = open(port, webSocket(path));
      await up.has(path);
      client.socket.write("x".repeat(1_000_000));
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (path === "/1") client.socket.destroy();
      else up.answer(path);
      await up.lost(path);
      if (path === "/2") await eventually(() => statuses(client.text())).toEqual([200]);
    }
    expect(errors).toEqual([]);
  });

  test("one that sends too much ahead is not joined to an upstream that switches", async () => {
    const up = await upstream();
    const asked = new Promise<Socket>((resolve) => {
      up.server.on("upgrade", (_request, socket: Socket) => resolve(socket));
    });
    const { port } = await proxyFor(up.url, {}, { maxUpstreamConnections: 1 });
    const client = open(port, webSocket("/1"));
    const closed = new Promise((resolve) => client.socket.once("close", resolve));
    const socket = await asked;
    socket.on("error", () => undefined);
    client.socket.write("x".repeat(1_000_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.write(SWITCHING);
    await closed;
    expect(client.text()).toBe("");
    // Its place is free.
    expect((await send(`http://127.0.0.1:${port}/2`)).status).toBe(200);
  });

  test("what it has sent ahead reaches the upstream that switches", async () => {
    const up = await upstream();
    up.server.on("upgrade", (_request, socket: Socket, head: Buffer) => {
      onTestFinished(() => void socket.destroy());
      setTimeout(() => socket.write(SWITCHING), 50);
      socket.unshift(head);
      socket.pipe(socket);
    });
    const { port } = await proxyFor(up.url, {});
    const client = open(port, `${webSocket("/1")}early `);
    await once(client.socket, "connect");
    client.socket.write("ahead");
    await eventually(() => client.text().split("\r\n\r\n")[1]).toBe("early ahead");
  });
});

describe("a pool of one connection", () => {
  const ONE = { maxUpstreamConnections: 1 };

  test.each<readonly [string, (socket: Socket) => void]>([
    ["leaves", (socket) => socket.destroy()],
    ["resets its connection", (socket) => socket.resetAndDestroy()],
  ])("a client that %s while it waits is forgotten", async (_name, leave) => {
    const up = await held();
    const { port, errors } = await proxyFor(up.url, {}, ONE);
    const first = open(port, get("/1", "Connection: close\r\n"));
    await up.has("/1");
    const second = open(port, get("/2"));
    await once(second.socket, "connect");
    const third = open(port, get("/3", "Connection: close\r\n"));
    await once(third.socket, "connect");
    leave(second.socket);
    await once(second.socket, "close");
    await new Promise((resolve) => setTimeout(resolve, 50));
    up.answer("/1");
    await up.has("/3");
    up.answer("/3");
    await Promise.all([first, third].map(({ socket }) => once(socket, "close")));
    expect([...statuses(first.text()), ...statuses(third.text())]).toEqual([200, 200]);
    expect(up.arrived).toEqual(["/1", "/3"]);
    expect(errors).toEqual([]);
  });

  test("who waits too long gets 503, and there is an event", async () => {
    const up = await held();
    const { url, events, errors } = await proxyFor(up.url, {}, { ...ONE, upstreamQueueTimeout: 30 });
    const first = send(`${url}/1`);
    await up.has("/1");
    const { status, headers, body } = await send(`${url}/2`);
    expect({ status, after: headers["retry-after"] }).toEqual({ status: 503, after: "5" });
    expect(events).toMatchObject([
      { action: "block", service: "host", status: 503, reason: "the site is busy" },
    ]);
    expect(body).toBe(`503 the site is busy\nReference: ${events[0]?.id}\n`);
    expect(errors).toEqual([`${events[0]?.id} the request waited too long for a connection to the upstream`]);
    up.answer("/1");
    expect((await first).status).toBe(200);
  });

  test("an upgrade waits too, and is joined when there is a place", async () => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, ONE);
    const first = send(`http://127.0.0.1:${port}/1`);
    await up.has("/1");
    const upgraded = open(port, webSocket("/ws"));
    await once(upgraded.socket, "connect");
    up.answer("/1");
    expect((await first).status).toBe(200);
    await once(upgraded.socket, "data");
    expect(statuses(upgraded.text())).toEqual([101]);
    expect(up.arrived).toEqual(["/1", "/ws"]);
  });

  test("an upgrade whose client leaves while it waits is forgotten", async () => {
    const up = await held();
    const { port, errors } = await proxyFor(up.url, {}, ONE);
    const first = send(`http://127.0.0.1:${port}/1`);
    await up.has("/1");
    const upgraded = open(port, webSocket("/ws"));
    await once(upgraded.socket, "connect");
    await new Promise((resolve) => setTimeout(resolve, 30));
    upgraded.socket.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    up.answer("/1");
    await first;
    const second = send(`http://127.0.0.1:${port}/2`);
    await up.has("/2");
    up.answer("/2");
    expect((await second).status).toBe(200);
    expect(up.arrived).toEqual(["/1", "/2"]);
    expect(errors).toEqual([]);
  });

  test("an upgrade that finds the queue full gets 503", async () => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, { ...ONE, maxUpstreamQueue: 0 });
    const first = send(`http://127.0.0.1:${port}/1`);
    await up.has("/1");
    expect(await sendRaw(port, webSocket("/ws"))).toMatch(/^HTTP\/1\.1 503 .*retry-after: 5/is);
    up.answer("/1");
    await first;
  });

  test("an upstream that fails gives its place back", async () => {
    const { url } = await proxyFor("http://127.0.0.1:1", {}, { ...ONE, maxUpstreamQueue: 0 });
    const port = Number(new URL(url).port);
    const seen = [(await send(url)).status, (await send(url)).status];
    expect([...seen, ...statuses(await sendRaw(port, webSocket("/")))]).toEqual([502, 502, 502]);
    expect((await send(url)).status).toBe(502);
  });
});

test.each([{}, { maxConnections: 1 }])(
  "a request that is given up before it is sent, with %j",
  async (options) => {
    const up = await upstream();
    const forwarder = new HttpForwarder(options);
    onTestFinished(() => forwarder.close());
    const reason = new Error("no longer wanted");
    const request = {
      target: new URL(up.url),
      method: "POST",
      path: "/",
      headers: [["Host", "a"] as const],
      body: Readable.from(["a"]),
    };
    await expect(forwarder.forward(request, AbortSignal.abort(reason))).rejects.toBe(reason);
    const answer = await forwarder.forward(request, new AbortController().signal);
    await once(answer.response.resume(), "end");
    expect(up.received).toMatchObject([{ method: "POST", body: "a" }]);
  },
);

test("a stream that is refused and then closed leaves the pool of those after it alone", async () => {
  const up = await held();
  const forwarder = new HttpForwarder({ maxConnections: 2, queueTimeout: 50 });
  onTestFinished(() => forwarder.close());
  const forward = (path: string) =>
    forwarder.forward(
      { target: new URL(up.url), method: "GET", path, headers: [["Host", "a"]], body: Readable.from([]) },
      new AbortController().signal,
    );
  const stream = { "content-type": "text/event-stream" };
  const first = forward("/1");
  await up.has("/1");
  up.begin("/1", stream);
  const { cancel } = await first;
  const second = expect(forward("/2")).rejects.toThrow("the limit of open event streams");
  await up.has("/2");
  up.begin("/2", stream);
  await second;
  cancel();
  await up.lost("/1");
  up.facts.most = 0;
  const results = await Promise.allSettled(
    ["/3", "/4", "/5"]
      .map(forward)
      .map((answer) => Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300))])),
  );
  expect(up.facts.most).toBe(2);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
});

describe("what lasts holds at most half of the pool", () => {
  const TWO = { maxUpstreamConnections: 2, upstreamQueueTimeout: 50 };
  const post = (path: string) => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab`;
  type Held = Awaited<ReturnType<typeof held>>;

  const kinds: readonly (readonly [
    name: string,
    bytes: (path: string) => string,
    begun: (up: Held, path: string) => Promise<unknown>,
    end: (up: Held, path: string, socket: Socket) => void,
  ])[] = [
    [
      "WebSockets",
      webSocket,
      async (up, path) => eventually(() => up.arrived).toContain(path),
      (_up, _path, socket) => void socket.destroy(),
    ],
    [
      "event streams",
      get,
      async (up, path) => {
        await up.has(path);
        up.begin(path, { "content-type": "text/event-stream" });
      },
      (_up, _path, socket) => void socket.destroy(),
    ],
    [
      "slow bodies",
      post,
      (up, path) => up.has(path),
      (up, path, socket) => {
        socket.write("cde");
        up.answer(path);
      },
    ],
  ];

  test.each(kinds)("%s", async (name, bytes, begun, end) => {
    const up = await held();
    const { port, url } = await proxyFor(up.url, {}, TWO);
    const ordinary = async (path: string): Promise<number> => {
      const sent = send(`${url}${path}`);
      await up.has(path);
      up.answer(path);
      return (await sent).status;
    };
    const first = open(port, bytes("/1"));
    await begun(up, "/1");
    if (name !== "slow bodies") await eventually(first.text).toContain("HTTP/1.1 ");
    const second = open(port, bytes("/2"));
    // Only the answer tells that a stream is one.
    if (name === "event streams") await begun(up, "/2");
    await eventually(() => statuses(second.text())).toEqual([503]);
    expect(await ordinary("/3")).toBe(200);
    end(up, "/1", first.socket);
    await eventually(async () => {
      const another = open(port, bytes("/4"));
      if (name === "event streams") await begun(up, "/4");
      await new Promise((resolve) => setTimeout(resolve, 100));
      return statuses(another.text()).includes(503) ? "refused" : "under way";
    }).toBe("under way");
  });

  test("an event stream remains one of them when the body that it answers has arrived", async () => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, TWO);
    const first = open(port, post("/1"));
    await up.has("/1");
    up.begin("/1", { "content-type": "text/event-stream" });
    await eventually(first.text).toContain("HTTP/1.1 200");
    first.socket.write("cde");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const second = open(port, get("/2"));
    await up.has("/2");
    up.begin("/2", { "content-type": "text/event-stream" });
    await eventually(() => statuses(second.text())).toEqual([503]);
  });

  test("a body that arrives in the end is no longer one of them", async () => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, TWO);
    const first = open(port, post("/1"));
    await up.has("/1");
    first.socket.write("cde");
    await new Promise((resolve) => setTimeout(resolve, 30));
    const second = open(port, post("/2"));
    await up.has("/2");
    second.socket.write("cde");
    up.answer("/1");
    up.answer("/2");
    await eventually(() => [first, second].flatMap(({ text }) => statuses(text()))).toEqual([200, 200]);
  });
});

describe("one client's share of an upstream's places", () => {
  const EIGHT = { maxUpstreamConnections: 8, upstreamQueueTimeout: 300 };
  const trust = { client: { trust: ["127.0.0.1"] } };
  const from = (client: string) => `X-Forwarded-For: ${client}\r\n`;
  const post = (path: string, lines: string) =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\n${lines}Content-Length: 5\r\n\r\nab`;
  const socket = (path: string, lines: string) =>
    get(path, `Connection: Upgrade\r\nUpgrade: websocket\r\n${lines}`);

  const kinds: readonly (readonly [
    name: string,
    bytes: (path: string, lines: string) => string,
    share: number,
  ])[] = [
    ["ordinary requests", get, 4],
    ["unfinished bodies", post, 2],
    ["WebSockets", socket, 2],
  ];
  test.each(kinds)("of %s leaves places for others", async (_name, bytes, share) => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, { ...EIGHT, upstreamQueueTimeout: 60_000 }, trust);
    for (let at = 1; at <= 8; at++) open(port, bytes(`/many${at}`, from("192.0.2.1")));
    await eventually(() => up.arrived.length).toBe(share);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(up.arrived.length).toBe(share);
    open(port, bytes("/one", from("192.0.2.2")));
    await eventually(() => up.arrived.slice(share)).toEqual(["/one"]);
  });

  test("is given to what waits as places come back", async () => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, { ...EIGHT, upstreamQueueTimeout: 60_000 }, trust);
    for (let at = 1; at <= 7; at++) open(port, get(`/many${at}`, from("192.0.2.1")));
    await eventually(() => up.arrived.length).toBe(4);
    for (let at = 0; at < 3; at++) {
      up.answer(up.arrived[at]!);
      await eventually(() => up.arrived.length).toBe(5 + at);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(up.arrived.length).toBe(5 + at);
    }
    expect(up.facts.most).toBe(4);
  });

  test("of event streams is known when they begin", async () => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, EIGHT, trust);
    const begin = async (path: string, client: string) => {
      const opened = open(port, get(path, from(client)));
      await up.has(path);
      up.begin(path, { "content-type": "text/event-stream" });
      await eventually(() => statuses(opened.text()).length).toBe(1);
      return statuses(opened.text())[0];
    };
    const seen: unknown[] = [];
    for (const path of ["/1", "/2", "/3"]) seen.push(await begin(path, "192.0.2.1"));
    seen.push(await begin("/4", "192.0.2.2"));
    expect(seen).toEqual([200, 200, 503, 200]);
  });

  test.each<readonly [string, string, number]>([
    ["an address", "192.0.2.1", 4],
    ["a network of IPv6", "2001:db8::$", 4],
    ["networks of IPv6", "2001:db8:0:$::1", 8],
    ["a trusted proxy", "127.0.0.1", 8],
    ["nobody knows", "unknown", 8],
  ])("is that of %s", async (_name, client, most) => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, EIGHT, trust);
    for (let at = 1; at <= 9; at++) open(port, get(`/${at}`, from(client.replace("$", String(at)))));
    await eventually(() => up.arrived.length).toBe(most);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(up.arrived.length).toBe(most);
  });

  test.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 2],
    [5, 3],
  ])("of %i places is %i", async (maxUpstreamConnections, most) => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, { ...EIGHT, maxUpstreamConnections });
    for (let at = 1; at <= 6; at++) open(port, get(`/${at}`));
    await eventually(() => up.arrived.length).toBe(most);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(up.arrived.length).toBe(most);
  });

  test("is as large as the pool where a forwarder is told no client", async () => {
    const up = await held();
    const forwarder = new HttpForwarder({ maxConnections: 4 });
    onTestFinished(() => forwarder.close());
    for (let at = 1; at <= 5; at++) {
      const request = {
        target: new URL(up.url),
        method: "GET",
        path: `/${at}`,
        headers: [["Host", "a"] as const],
      };
      void forwarder
        .forward({ ...request, body: Readable.from([]) }, new AbortController().signal)
        .catch(() => undefined);
    }
    await eventually(() => up.arrived.length).toBe(4);
  });
});

describe("clients that wait for an upstream", () => {
  const trust = { client: { trust: ["127.0.0.1"] } };
  const from = (client: string) => `X-Forwarded-For: ${client}\r\nConnection: close\r\n`;
  const rows: readonly (readonly [string, string, string])[] = [
    ["of IPv4", "192.0.2.1", "192.0.2.2"],
    ["of networks of IPv6", "2001:db8::$", "2001:db8:0:1::1"],
  ];

  test.each(rows)("%s take turns", async (_name, many, one) => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, { maxUpstreamConnections: 1 }, trust);
    open(port, get("/0", from(many.replace("$", "9"))));
    await up.has("/0");
    for (let at = 1; at <= 5; at++) open(port, get(`/many${at}`, from(many.replace("$", String(at)))));
    await new Promise((resolve) => setTimeout(resolve, 100));
    open(port, get("/one1", from(one)));
    open(port, get("/one2", from(one)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    up.answer("/0");
    for (let at = 1; at <= 7; at++) {
      await eventually(() => up.arrived.length).toBe(at + 1);
      up.answer(up.arrived[at]!);
    }
    expect(up.arrived.map((path) => path.replace(/\d$/, ""))).toEqual([
      "/",
      "/many",
      "/one",
      "/many",
      "/one",
      "/many",
      "/many",
      "/many",
    ]);
  });

  test("a stream has its turn while ordinary requests wait", async () => {
    const up = await held();
    const { port } = await proxyFor(up.url, {}, { maxUpstreamConnections: 1 }, trust);
    open(port, get("/0", from("192.0.2.1")));
    await up.has("/0");
    for (let at = 1; at <= 3; at++) open(port, get(`/many${at}`, from("192.0.2.1")));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const lines = `Host: a\r\n${from("192.0.2.2")}Content-Length: 2`;
    open(port, `POST /stream HTTP/1.1\r\n${lines}\r\n\r\na`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (let at = 0; at < 2; at++) {
      up.answer(up.arrived[at]!);
      await eventually(() => up.arrived.length).toBe(at + 2);
    }
    expect(up.arrived).toEqual(["/0", "/many1", "/stream"]);
  });

  test.each(["ordinary", "arriving"])("one with 1,000 %s requests makes room for another", async (kind) => {
    const up = await held();
    const options = { maxUpstreamConnections: 1, maxUpstreamQueue: kind === "ordinary" ? 1_000 : 2_000 };
    const { port, errors } = await proxyFor(up.url, {}, { ...options, maxConnections: 0 }, trust);
    open(port, get("/0", from("192.0.2.1")));
    await up.has("/0");
    const request = (path: string, client: string) =>
      kind === "ordinary"
        ? get(path, from(client))
        : `POST ${path} HTTP/1.1\r\nHost: a\r\n${from(client)}Content-Length: 2\r\n\r\na`;
    const many = Array.from({ length: 1_001 }, (_, at) => open(port, request(`/many${at}`, "192.0.2.1")));
    const refused = () => many.filter(({ text }) => statuses(text())[0] === 503).length;
    await eventually(refused).toBe(1);
    open(port, request("/one", "192.0.2.2"));
    await eventually(refused).toBe(2);
    up.answer("/0");
    await eventually(() => up.arrived.length).toBe(2);
    up.answer(up.arrived[1]!);
    for (const { socket } of many) socket.write("b");
    await eventually(() => up.arrived.slice(0, 3)).toContain("/one");
    expect(errors.map((error) => error.replace(/^\S+ /, ""))).toEqual([
      "too many requests wait for the upstream",
      "requests of other clients wait for the upstream",
    ]);
  });
});

/** An upstream of bare connections: called for each request that arrives, with its number and its connection's. */
async function bare(answer: (socket: Socket, request: number, connection: number) => void): Promise<string> {
  let connections = 0;
  let requests = 0;
  const server = createTcpServer((socket) => {
    const connection = ++connections;
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      if (/^[A-Z]+ \S+ HTTP/.test(chunk.toString("latin1"))) answer(socket, ++requests, connection);
    });
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const repeat = (socket: Socket, text: string): void => {
  const timer = setInterval(() => socket.write(text), 5);
  socket.once("close", () => clearInterval(timer));
};

describe("upstreams that do not end", () => {
  test.each<readonly [string, (socket: Socket) => void]>([
    ["sends 103 for ever", (socket) => repeat(socket, "HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\n")],
    [
      "sends its head byte by byte",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\nX: ");
        repeat(socket, "x");
      },
    ],
    ["says nothing", () => undefined],
  ])("one that %s: 504", async (_name, answer) => {
    const { url } = await proxyFor(await bare(answer), {}, { upstreamTimeout: 80 });
    expect((await send(url)).status).toBe(504);
  });

  test("one that sends too long a head: 502", async () => {
    const head = `HTTP/1.1 200 OK\r\n${`X: ${"x".repeat(1_000)}\r\n`.repeat(100)}`;
    const { url } = await proxyFor(await bare((socket) => socket.write(head)), {});
    expect((await send(url)).status).toBe(502);
  });

  test("one that closes amid a chunk: the client's answer is broken off", async () => {
    const cut = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel";
    const { url, port } = await proxyFor(await bare((socket) => socket.end(cut)), {});
    await expect(send(url)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    expect(await sendRaw(port, get("/"))).not.toContain("\r\n0\r\n");
  });

  test.each([204, 304])(
    "one that gives %i a body: the connection's next answer is its own",
    async (status) => {
      const url = await bare((socket, request) => {
        const body = request === 1 ? "Content-Length: 5\r\n\r\nhello" : "Content-Length: 4\r\n\r\nnext";
        socket.write(`HTTP/1.1 ${request === 1 ? status : 200} OK\r\n${body}`);
      });
      const { port } = await proxyFor(url, {});
      const text = await sendRaw(port, get("/1") + get("/2", "Connection: close\r\n"));
      expect(statuses(text)).toEqual([status, 200]);
      expect(text).not.toContain("hello");
      expect(text).toMatch(/\r\n\r\nnext$/);
    },
  );

  test("one that switches a WebSocket to another protocol: 502", async () => {
    const switching = SWITCHING.replace("websocket", "h2c");
    const { port } = await proxyFor(await bare((socket) => socket.write(switching)), {});
    expect(statuses(await sendRaw(port, webSocket("/")))).toEqual([502]);
  });
});

describe("answers that come before the whole body was sent", () => {
  const early: readonly (readonly [name: string, answer: string, status: number])[] = [
    ["a refusal that closes", "413 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno", 413],
    ["a refusal that does not", "413 No\r\nContent-Length: 2\r\n\r\nno", 413],
    ["a success", "200 OK\r\nContent-Length: 2\r\n\r\nok", 200],
    ["a success that closes", "200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 200],
  ];
  test.each(early)("%s reaches the client, whose connection goes on", async (_name, answer, status) => {
    const url = await bare((socket, request) =>
      socket.write(request === 1 ? `HTTP/1.1 ${answer}` : "HTTP/1.1 201 C\r\nContent-Length: 0\r\n\r\n"),
    );
    const { port } = await proxyFor(url, {});
    const length = 300_000;
    const client = open(port, `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`);
    await eventually(() => statuses(client.text())).toEqual([status]);
    client.socket.write("x".repeat(length));
    client.socket.write(get("/2"));
    await eventually(() => statuses(client.text())).toEqual([status, 201]);
  });

  test("a client that sends no more of its body gets 408", async () => {
    const up = await upstream();
    const { port, events } = await proxyFor(up.url, {}, { upstreamTimeout: 60 });
    const text = await sendRaw(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
    expect(statuses(text)).toEqual([408]);
    expect(events).toMatchObject([{ status: 408, reason: "the client sends its body too slowly" }]);
  });

  test("a client that leaves amid its body takes the request upstream with it", async () => {
    const up = await held();
    const { port, errors } = await proxyFor(up.url, {});
    const client = open(port, "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
    await up.has("/1");
    client.socket.destroy();
    await up.lost("/1");
    expect(errors).toEqual([]);
  });
});

describe("connections to the upstream that are kept", () => {
  /** Answers the first request of a connection; at the second one it closes. */
  const closing = () =>
    bare((socket, request, connection) => {
      if (request === 2 && connection === 1) socket.destroy();
      else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${connection}`);
    });

  test("serve the next request", async () => {
    const url = await bare((socket, _request, connection) =>
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${connection}`),
    );
    const proxy = await proxyFor(url, {});
    expect([(await send(proxy.url)).body, (await send(proxy.url)).body]).toEqual(["1", "1"]);
  });

  test.each([
    ["GET", undefined, 200],
    ["DELETE", undefined, 200],
    ["POST", undefined, 502],
    ["PUT", "abc", 502],
  ])("when one turns out to be closed, %s with the body %j: %i", async (method, body, status) => {
    const { url } = await proxyFor(await closing(), {});
    expect((await send(url)).status).toBe(200);
    const init = body === undefined ? { method } : { method, body };
    expect((await send(url, init)).status).toBe(status);
  });

  test("end with the proxy", async () => {
    const up = await upstream();
    const { url, proxy } = await proxyFor(up.url, {});
    await send(url);
    await proxy.close();
    await eventually(() => new Promise((done) => up.server.getConnections((_, count) => done(count)))).toBe(
      0,
    );
  });
});

describe("connections of one client", () => {
  /** A connection from that address, without a network. */
  function from(proxy: Awaited<ReturnType<typeof proxyFor>>, remoteAddress: string | undefined) {
    let text = "";
    const socket = Object.assign(
      new Duplex({
        read: () => undefined,
        write: (chunk, _encoding, done) => {
          text += chunk.toString("latin1");
          done();
        },
      }),
      { remoteAddress },
    );
    proxy.proxy.server.emit("connection", socket);
    onTestFinished(() => void socket.destroy());
    return { socket, text: () => text };
  }

  const cases: readonly (readonly [
    name: string,
    addresses: readonly (string | undefined)[],
    refused: number,
  ])[] = [
    ["of one address", ["192.0.2.1", "192.0.2.1", "192.0.2.1"], 1],
    ["of three addresses", ["192.0.2.1", "192.0.2.2", "192.0.2.3"], 0],
    ["of an address in two spellings", ["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1"], 1],
    ["of one network", ["2001:db8::1", "2001:db8::ffff:0:0:2", "2001:db8:0:0:3::"], 1],
    ["of two networks", ["2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:1::2"], 0],
    ["of one link", ["fe80::1%eth0", "fe80::2%eth0", "fe80::3%eth0"], 1],
    ["of a trusted proxy", ["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1"], 0],
    ["without an address", [undefined, undefined, undefined], 0],
  ];
  test.each(cases)("%s", async (_name, addresses, refused) => {
    const client = { trust: ["10.0.0.0/8"] };
    const proxy = await proxyFor("http://a.example", {}, { maxClientConnections: 2 }, { client });
    const made = addresses.map((address) => from(proxy, address));
    const answers = made.map(({ text }) => text()).filter((text) => text !== "");
    expect(answers.map((text) => statuses(text))).toEqual(Array.from({ length: refused }, () => [503]));
    expect(proxy.errors).toHaveLength(refused);
  });

  test("beyond the limit are refused at once and told once; one that ends makes room", async () => {
    const proxy = await proxyFor("http://a.example", {}, { maxClientConnections: 1 });
    const first = from(proxy, "192.0.2.1");
    const second = from(proxy, "192.0.2.1");
    from(proxy, "192.0.2.1");
    expect(second.text()).toMatch(
      /^HTTP\/1\.1 503 .*Retry-After: 5\r\n.*\r\n\r\n503 this client has too many/s,
    );
    await once(second.socket, "close");
    expect(proxy.errors).toEqual([
      " connections of 192.0.2.1 are refused: it has 1, the most that a client may have",
    ]);
    first.socket.destroy();
    await once(first.socket, "close");
    expect(from(proxy, "192.0.2.1").text()).toBe("");
  });

  test("what arrives on a refused one is for nobody", async () => {
    const up = await upstream();
    const { port } = await proxyFor(up.url, {}, { maxClientConnections: 1 });
    const first = open(port, "GET / HTTP/1.1\r\nX: ");
    await once(first.socket, "connect");
    for (const bytes of [get("/"), webSocket("/"), "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"]) {
      const refused = open(port, bytes);
      await once(refused.socket, "close");
      expect(statuses(refused.text())).toEqual([503]);
    }
    expect(up.received).toEqual([]);
  });

  test("a flood of refused ones is closed without an answer", async () => {
    const proxy = await proxyFor("http://a.example", {}, { maxClientConnections: 1 });
    const made = Array.from({ length: 300 }, () => from(proxy, "192.0.2.1"));
    expect(made.filter(({ text }) => text() !== "")).toHaveLength(64);
    expect(made.filter(({ socket }) => socket.destroyed)).toHaveLength(235);
  });

  describe("the last of which are for short requests", () => {
    const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na";

    /** A client with three connections of four, on which bodies dribble in; the fourth is a short one. */
    async function crowded(site?: Parameters<typeof upstream>[0]) {
      const up = await upstream(site);
      const { port } = await proxyFor(up.url, {}, { maxClientConnections: 4 });
      const slow = Array.from({ length: 3 }, () => open(port, post));
      await Promise.all(slow.map(({ socket }) => once(socket, "connect")));
      return { port, slow, up };
    }

    test("a request is answered, and its connection closed", async () => {
      const { port } = await crowded();
      const answers = [await sendRaw(port, get("/1") + get("/2")), await sendRaw(port, get("/3"))];
      expect(answers.map(statuses)).toEqual([[200], [200]]);
      for (const answer of answers) expect(answer).toMatch(/^connection: close\r$/im);
    });

    test("a WebSocket and an event stream are refused there, and not elsewhere", async () => {
      const stream = "text/event-stream";
      const { port, slow } = await crowded((_request, response) => {
        response.writeHead(200, { "content-type": stream });
        response.end("data: 1\n\n");
      });
      expect(statuses(await sendRaw(port, webSocket("/")))).toEqual([503]);
      expect(statuses(await sendRaw(port, get("/")))).toEqual([503]);
      slow[0]?.socket.destroy();
      await eventually(() =>
        sendRaw(port, get("/", "Connection: close\r\n")).then(statuses, () => []),
      ).toEqual([200]);
    });

    test("one that is silent for a second makes room, one that is being answered does not", async () => {
      const { port } = await crowded();
      const silent = open(port, post);
      await once(silent.socket, "connect");
      expect(statuses(await sendRaw(port, get("/")))).toEqual([503]);
      await eventually(() => sendRaw(port, get("/")).then(statuses, () => [])).toEqual([200]);
      expect(silent.socket.destroyed).toBe(true);
    });
  });

  test("no limit is none", async () => {
    const proxy = await proxyFor("http://a.example", {}, { maxClientConnections: 0, maxConnections: 0 });
    const made = Array.from({ length: 300 }, () => from(proxy, "192.0.2.1"));
    expect(made.filter(({ text }) => text() !== "")).toEqual([]);
  });
});

test("connections beyond the limit of all are closed, which is told once", async () => {
  const up = await upstream();
  const { port, errors } = await proxyFor(up.url, {}, { maxConnections: 2 });
  const kept = [open(port, get("/")), open(port, get("/"))];
  await Promise.all(kept.map(({ socket }) => once(socket, "data")));
  for (let at = 0; at < 3; at++) await once(open(port, get("/")).socket, "close");
  expect(errors).toEqual([" 2 connections are open, the most that there may be: 1 were closed"]);
  for (const { socket } of kept) socket.destroy();
  await eventually(() => sendRaw(port, get("/", "Connection: close\r\n")).catch(() => "")).toContain(" 200 ");
});

describe("a client that is too slow", () => {
  const slow: readonly (readonly [what: string, requestTimeout: number, bytes: string])[] = [
    ["with its head", 300_000, "GET / HTTP/1.1\r\nHost: a\r\n"],
    ["with a body that no rule reads", 50, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"],
  ];

  // Node looks at its connections every five seconds.
  test.each(slow)("%s gets 408", { timeout: 20_000 }, async (_what, requestTimeout, bytes) => {
    const up = await upstream();
    const { port, proxy } = await proxyFor(up.url, {});
    expect([proxy.server.headersTimeout, proxy.server.requestTimeout]).toEqual([30_000, 300_000]);
    // Node wants the time for the whole request to be the longer one.
    Object.assign(proxy.server, { headersTimeout: 40, requestTimeout });
    expect(await sendRaw(port, bytes)).toMatch(/^HTTP\/1\.1 408 /);
  });
});
