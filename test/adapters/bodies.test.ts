import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { connect as connectTcp } from "node:net";
import { PassThrough, Readable } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { certificates } from "../support/certificates.ts";
import { type GuardOptions, guard } from "../support/source/adapters/node.ts";
import { type Rule, wafOf } from "./support.ts";
import {
  type AnyRequest,
  type AnyResponse,
  type Outgoing,
  type Transport,
  transports,
} from "./transports.ts";

// What rules have read of a body is still there for the application, and so is the rest, however the application reads.

const READS_BODY: Rule = { ref: "b", expression: 'http.request.body.raw contains "evil"', action: "block" };

/** Ways to read a stream to its end. */
const readers: Readonly<Record<string, (stream: Readable) => Promise<Buffer>>> = {
  "by data": (stream) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => resolve(Buffer.concat(chunks)));
      stream.on("error", reject);
    }),
  "by readable": (stream) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      stream.on("readable", () => {
        for (let chunk: Buffer | null = stream.read(); chunk !== null; chunk = stream.read())
          chunks.push(chunk);
      });
      stream.on("end", () => resolve(Buffer.concat(chunks)));
      stream.on("error", reject);
    }),
  "by iteration": allOf,
  "by pipe": (stream) => allOf(stream.pipe(new PassThrough())),
  "by data, later": async (stream) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return readers["by data"]!(stream);
  },
  "as the body of a Request": async (stream) => {
    // Not in the types of Node's `fetch`.
    const init = { method: "POST", body: stream, duplex: "half" };
    return Buffer.from(await Reflect.construct(Request, ["http://a/", init]).arrayBuffer());
  },
  "as a stream of the web": async (stream) =>
    Buffer.from(await Reflect.construct(Response, [Readable.toWeb(stream)]).arrayBuffer()),
  "by pieces of a length": async (stream) => {
    const chunks: Buffer[] = [];
    const take = (): void => {
      for (let chunk = stream.read(2) ?? stream.read(); chunk !== null; chunk = stream.read())
        chunks.push(chunk);
    };
    stream.on("readable", take);
    await once(stream, "end");
    return Buffer.concat(chunks);
  },
  "by pipe, after a pause": async (stream) => {
    stream.pause();
    await new Promise((resolve) => setTimeout(resolve, 20));
    return allOf(stream.pipe(new PassThrough()));
  },
};

async function allOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const digest = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Bytes of which no two parts are alike, without the word that is blocked. */
function long(bytes: number, seed = 0): Buffer {
  const result = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at++) result[at] = (at * 7 + (at >> 8) * 13 + (at >> 16) + seed) & 0xff;
  return result;
}

const bodies: readonly (readonly [string, Outgoing, Buffer])[] = [
  ["none", { method: "POST" }, Buffer.alloc(0)],
  ["an empty one", { body: "", chunked: true }, Buffer.alloc(0)],
  ["a short one", { body: "abc" }, Buffer.from("abc")],
  ["a short one of no declared length", { body: "abc", chunked: true }, Buffer.from("abc")],
  ["one in pieces", { body: ["ab", "c", "def", "g"] }, Buffer.from("abcdefg")],
  ["one just as long as rules see", { body: long(100_000) }, long(100_000)],
  ["one a little longer", { body: long(100_001) }, long(100_001)],
  ["a long one", { body: long(3_000_000) }, long(3_000_000)],
  ["a long one of no declared length", { body: long(3_000_000), chunked: true }, long(3_000_000)],
  ["trailers", { body: "abc", chunked: true, trailers: { "x-sum": "1" } }, Buffer.from("abc")],
  [
    "trailers after a long one",
    { body: long(300_000), chunked: true, trailers: { "x-sum": "2" } },
    long(300_000),
  ],
];

/** What a site answers that has read a body. */
const summary = (body: Buffer, trailers: object = {}): string =>
  `${body.length} ${digest(body)} ${JSON.stringify(trailers)}`;

function guarded(handle: (request: AnyRequest, response: AnyResponse) => void, options: GuardOptions = {}) {
  const { waf, events } = wafOf({ custom: [READS_BODY] });
  const errors: unknown[] = [];
  const check = guard(waf, {
    bodyLimit: 100_000,
    oversize: "inspect",
    onError: (error) => void errors.push(error),
    ...options,
  });
  const handler = (request: AnyRequest, response: AnyResponse): void =>
    check(request, response, () => handle(request, response));
  return { handler, events, errors };
}

const everyTransport = Object.entries<Transport>(transports);

describe.each(everyTransport)("over %s", (_transport, transport) => {
  describe.each(Object.entries(readers))("a site that reads %s", (_reader, read) => {
    test.each(bodies)("gets %s", async (_body, outgoing, expected) => {
      const { handler } = guarded((request, response) => {
        read(request).then(
          (body) => response.end(summary(body, request.trailers)),
          () => response.destroy(),
        );
      });
      const listener = await transport.listen(handler);
      const reply = await listener.send({ method: "POST", ...outgoing });
      expect(reply.body).toBe(summary(expected, outgoing.trailers));
    });
  });

  test("a body that is blocked at its end does not reach the site", async () => {
    let reached = 0;
    const { handler } = guarded((_request, response) => {
      reached++;
      response.end();
    });
    const listener = await transport.listen(handler);
    const bytes = Buffer.concat([long(90_000), Buffer.from("evil")]);
    expect((await listener.send({ method: "POST", body: bytes })).status).toBe(403);
    expect(reached).toBe(0);
  });
});

function sessionTo(port: number, encrypted: boolean): ClientHttp2Session {
  const session = encrypted
    ? connect(`https://127.0.0.1:${port}`, { ca: certificates.ca })
    : connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  return session;
}

const http2Transports = everyTransport.filter(([, { version }]) => version === "HTTP/2");

describe.each(http2Transports)("streams of one session over %s", (_transport, transport) => {
  test("many bodies at once", async () => {
    const { handler } = guarded((request, response) => {
      allOf(request).then(
        (body) => response.end(summary(body, request.trailers)),
        () => response.destroy(),
      );
    });
    const { port } = await transport.listen(handler);
    const session = sessionTo(port, transport.encrypted);
    const all = Array.from({ length: 40 }, async (_, at) => {
      const body = long(at * 10_000, at);
      const stream = session.request({ ":method": "POST", ":path": "/" });
      for (let from = 0; from < body.length; from += 70_000) {
        stream.write(body.subarray(from, from + 70_000));
        if (at % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      stream.end();
      return (await allOf(stream)).toString() === summary(body);
    });
    expect(new Set(await Promise.all(all))).toEqual(new Set([true]));
  });

  test.each<[string, (stream: ClientHttp2Stream) => void]>([
    ["resets a stream", (stream) => stream.destroy()],
    ["resets a stream without an error", (stream) => stream.close(constants.NGHTTP2_NO_ERROR)],
    ["ends a stream", (stream) => stream.end()],
  ])("a client that %s before the end of its body", async (_how, leave) => {
    const reached: string[] = [];
    const { handler, errors } = guarded((request, response) => {
      reached.push(request.url ?? "");
      response.end("ok");
    });
    const served = new EventEmitter();
    const { port } = await transport.listen((request, response) => {
      if (request.url === "/broken") request.once("close", () => served.emit("broken"));
      handler(request, response);
    });
    const closed = once(served, "broken");
    const session = sessionTo(port, transport.encrypted);
    const stream = session.request({ ":method": "POST", ":path": "/broken", "content-length": "100" });
    stream.on("error", () => undefined);
    stream.write("abc", () => setTimeout(leave, 20, stream));
    await closed;
    const next = session.request({ ":path": "/next" });
    expect((await allOf(next)).toString()).toBe("ok");
    expect(reached).toEqual(["/next"]);
    expect(errors).toEqual([]);
  });

  test("a client that resets a stream while the site reads what rules have not seen", async () => {
    const served = new EventEmitter();
    const { handler } = guarded(
      (request) => {
        request.on("aborted", () => served.emit("aborted"));
        request.on("data", () => undefined);
      },
      { bodyLimit: 10 },
    );
    const { port } = await transport.listen(handler);
    const aborted = once(served, "aborted");
    const stream = sessionTo(port, transport.encrypted).request({ ":method": "POST", ":path": "/" });
    stream.on("error", () => undefined);
    stream.write(long(100), () => setTimeout(() => stream.destroy(), 20));
    await aborted;
  });

  test.each([
    ["a site that does not read the rest", "inspect", 200],
    ["an answer of the gate", "block", 413],
  ] as const)("a stream ends with %s", async (_what, oversize, status) => {
    const { handler } = guarded((_request, response) => response.end("unread"), { bodyLimit: 10, oversize });
    const served = new EventEmitter();
    const { port } = await transport.listen((request, response) => {
      request.once("close", () => served.emit("closed"));
      handler(request, response);
    });
    const isClosed = once(served, "closed");
    const stream = sessionTo(port, transport.encrypted).request({ ":method": "POST", ":path": "/" });
    stream.resume();
    const answered = once(stream, "response");
    stream.end(long(500_000));
    const [head] = (await answered) as [{ ":status": number }];
    expect(head[":status"]).toBe(status);
    await isClosed;
  });
});

describe("a connection is kept", () => {
  test("when the site does not read the rest of a body", async () => {
    const { handler } = guarded((request, response) => response.end(`at ${request.url}\n`), {
      bodyLimit: 10,
    });
    const { port } = await transports.http.listen(handler);
    const socket = connectTcp(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n");
    socket.write(long(500_000));
    socket.write("GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const text = (await allOf(socket)).toString("latin1");
    expect(text.match(/^at .*$/gm)).toEqual(["at /1", "at /2"]);
  });
});
