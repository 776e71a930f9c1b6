import { createServer, type ServerResponse } from "node:http";
import { connect, createServer as createServer2 } from "node:http2";
import type { AddressInfo } from "node:net";
import { pipeline, Readable } from "node:stream";

import { describe, expect, onTestFinished, test } from "vitest";
import { guard } from "../support/source/adapters/node.ts";
import { wafOf } from "./support.ts";
import { type Transport, transports } from "./transports.ts";

// A response that rules read is held back: what reaches the client is what the handler wrote, however it wrote it.

interface Writable {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers?: Record<string, string>): unknown;
  write(chunk: string): boolean;
  end(): unknown;
  end(chunk: string): unknown;
  once(event: "drain", listener: () => void): unknown;
}

const writeAll = (response: Writable): void => {
  let written = 0;
  const more = (): void => {
    while (written++ < 200) {
      if (!response.write("x".repeat(10_000))) {
        response.once("drain", more);
        return;
      }
    }
    response.end();
  };
  more();
};

const CASES: readonly (readonly [
  what: string,
  handle: (response: Writable) => void,
  status: number,
  bytes: number | RegExp,
])[] = [
  ["one chunk", (response) => response.end("hello"), 200, 5],
  [
    "a head, then pieces",
    (response) => {
      response.writeHead(201, { "x-a": "1" });
      response.write("a");
      response.end("b");
    },
    201,
    2,
  ],
  [
    "what a rule blocks, in two pieces",
    (response) => {
      response.write("SEC");
      response.end("RET");
    },
    403,
    /\b403\b/,
  ],
  [
    "pieces with back pressure, less than is held",
    (response) => {
      const rest = (left: number): void => {
        if (left === 0) response.end();
        else if (response.write("y".repeat(1000))) rest(left - 1);
        else response.once("drain", () => rest(left - 1));
      };
      rest(100);
    },
    200,
    100_000,
  ],
  ["more than is held, with back pressure", writeAll, 200, 2_000_000],
  [
    "no body",
    (response) => {
      response.writeHead(304);
      response.end();
    },
    304,
    0,
  ],
  [
    "an event stream, which is not held",
    (response) => {
      response.setHeader("content-type", "text/event-stream");
      response.write("data: 1\n\n");
      setImmediate(() => response.end("data: 2\n\n"));
    },
    200,
    18,
  ],
];

function guarded() {
  const rule = { ref: "leak", expression: 'wirewall.response.body.raw contains "SECRET"', action: "block" };
  // A body that is waited for without end would let these tests run into their time limit.
  return guard(wafOf({ http_response_firewall_body: [rule] }).waf, { responseHoldTime: 600_000 });
}

test.each(CASES)("over HTTP/1.1: %s", async (_what, handle, status, bytes) => {
  const check = guarded();
  const server = createServer((request, response) => check(request, response, () => handle(response)));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const reply = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const text = await reply.text();
  expect(reply.status).toBe(status);
  if (typeof bytes === "number") expect(text.length).toBe(bytes);
  else expect(text).toMatch(bytes);
});

test.each(CASES)("over HTTP/2: %s", async (_what, handle, status, bytes) => {
  const check = guarded();
  const server = createServer2((request, response) => check(request, response, () => handle(response)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const stream = client.request({ ":path": "/" });
  let received: unknown;
  stream.on("response", (headers) => {
    received = headers[":status"];
  });
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  expect(received).toBe(status);
  if (typeof bytes === "number") expect(text.length).toBe(bytes);
  else expect(text).toMatch(bytes);
});
/** Never ends. */
const endless = (): Readable =>
  new Readable({
    read() {
      setImmediate(() => this.push("SECRET ".repeat(1000)));
    },
  });

const served: readonly (readonly [string, Transport])[] = [
  ["HTTP/1.1", transports.http],
  ["HTTP/2", transports["http2 without TLS"]],
];

describe.each(served)("a handler whose response is blocked, over %s", (_name, transport) => {
  /** Resolves with what the handler tells, once it has told. */
  async function told(handle: (response: ServerResponse, tell: (what: unknown) => void) => void) {
    const check = guarded();
    let tell: (what: unknown) => void = () => undefined;
    const isTold = new Promise<unknown>((resolve) => {
      tell = resolve;
    });
    const listener = await transport.listen((request, response) =>
      check(request, response, () => handle(response as ServerResponse, tell)),
    );
    const reply = await listener.send();
    expect([reply.status, reply.body.includes("SECRET")]).toEqual([403, false]);
    return isTold;
  }

  test("is called back for all it writes, and at the end", async () => {
    const calls = await told((response, tell) => {
      const seen: string[] = [];
      response.write("SECRET", () => seen.push("a"));
      response.end("b", () => tell([...seen, "end"]));
    });
    expect(calls).toEqual(["a", "end"]);
  });

  test("may write on, and end later", async () => {
    const outcome = await told((response, tell) => {
      response.write("SECRET".repeat(50_000));
      response.once("close", () => {
        const taken = response.write("more");
        response.end(() => tell([taken, response.headersSent]));
      });
    });
    expect(outcome).toEqual([false, true]);
  });

  test("and waits for room before that is told to write on", async () => {
    const outcome = await told((response, tell) => {
      const taken = response.write("SECRET".repeat(50_000));
      response.once("drain", () => tell([taken, "drain"]));
      response.once("close", () => setImmediate(tell, "no room"));
    });
    expect(outcome).toEqual([false, "drain"]);
  });

  test("and writes without end sees the response close", async () => {
    const outcome = await told((response, tell) => {
      const more = (): void => {
        while (response.write("SECRET".repeat(1000)));
        response.once("drain", more);
      };
      response.once("close", () => tell("closed"));
      more();
    });
    expect(outcome).toBe("closed");
  });

  test("finds a stream destroyed that it has piped in", async () => {
    const outcome = await told((response, tell) => {
      const source = endless();
      pipeline(source, response, () => tell(source.destroyed));
    });
    expect(outcome).toBe(true);
  });
});

/** A guarded server's reply to what the handler writes. */
async function replyTo(handle: (response: ServerResponse) => void) {
  const check = guarded();
  const server = createServer((request, response) => check(request, response, () => handle(response)));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const reply = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const headers = [...reply.headers];
  return { status: reply.status, reason: reply.statusText, headers, body: await reply.text() };
}

describe("the handler of a response that is held", () => {
  test("a chunk that is neither text nor bytes is the handler's mistake", async () => {
    const { body } = await replyTo((response) => {
      let message = "";
      try {
        response.write(5 as never);
      } catch (error) {
        message = String(error);
      }
      response.end(message);
    });
    expect(body).toMatch(/^TypeError: a chunk of a response/);
  });

  test.each<[what: string, text: string, status: number]>([
    ["that passes", "fine", 200],
    ["that a rule blocks", "SECRET", 403],
  ])("%s is told that its pieces were taken", async (_what, text, status) => {
    const told: string[] = [];
    const ended = deferred();
    const reply = await replyTo((response) => {
      told.push(`sent ${response.headersSent}`);
      response.writeHead(200, "Well", { "x-a": "1" });
      told.push(`sent ${response.headersSent}`);
      response.write(text, () => told.push("write"));
      response.write(text, "utf8", () => told.push("write of an encoding"));
      response.end(() => {
        told.push("end");
        ended.resolve();
      });
    });
    await ended.promise;
    expect(told).toEqual(["sent false", "sent true", "write", "write of an encoding", "end"]);
    expect(reply.status).toBe(status);
    expect([reply.reason, reply.headers.some(([name]) => name === "x-a")]).toEqual(
      status === 200 ? ["Well", true] : ["Forbidden", false],
    );
  });
});

test.each<[what: string, leave: (response: ServerResponse) => void]>([
  ["ends in the middle of its head", (response) => void response.destroy()],
  ["loses its client", (response) => void response.socket?.destroy()],
])("a response that %s still has its event", async (_what, leave) => {
  const seen = { ref: "seen", expression: 'http.request.method eq "GET"', action: "log" };
  const leak = { ref: "leak", expression: "http.response.code eq 200", action: "block" };
  const { waf, events } = wafOf({
    http_request_firewall_custom: [seen],
    http_response_firewall_headers: [leak],
  });
  const check = guard(waf);
  const closed = deferred();
  const server = createServer((request, response) =>
    check(request, response, () => {
      response.once("close", () => setImmediate(closed.resolve));
      leave(response);
    }),
  );
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await expect(fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).rejects.toThrow();
  await closed.promise;
  expect(events.map(({ matches }) => matches.map(({ rule }) => rule.ref))).toEqual([["seen"]]);
});

function deferred() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
