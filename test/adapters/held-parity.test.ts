import { once } from "node:events";
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http";
import { connect } from "node:http2";
import { PassThrough, pipeline, Readable } from "node:stream";
import { createGzip, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { guard } from "../support/source/adapters/node.ts";
import { wafOf } from "./support.ts";
import { type AnyRequest, type AnyResponse, type Transport, textOf, transports } from "./transports.ts";

// A handler cannot tell a response that is held back until rules have read it from one that Node sends at once, and
// neither can its client: the same handler runs on a server with and without a guard, and both tell the same story.

type Log = (...facts: readonly unknown[]) => void;

/** The part of both kinds of response that handlers use. */
type Response = ServerResponse;

interface Row {
  readonly name: string;
  readonly handle: (response: Response, log: Log, request: IncomingMessage) => void;
  readonly method?: string;
  /** Middleware that ran before the guard. */
  readonly before?: (response: Response, log: Log) => void;
  /** `1`: what HTTP/2 does not have. */
  readonly only?: 1;
}

/** What a call returns or throws. */
function outcome(work: () => unknown): unknown {
  try {
    const result = work();
    return typeof result === "object" ? typeof result : result;
  } catch (error) {
    return (error as { readonly code?: string }).code ?? error;
  }
}

const codeOf = (error: unknown): unknown => (error as { readonly code?: string } | null | undefined)?.code;

const stateOf = ({ headersSent, writableEnded, writableFinished }: Response): unknown => ({
  headersSent,
  writableEnded,
  writableFinished,
});

function* pieces(count: number, size: number): Generator<Buffer> {
  for (let at = 0; at < count; at++) yield Buffer.alloc(size, 97 + (at % 26));
}

/** Calls `listener` when the head is about to be sent, as middleware that adds headers late does. */
function onHead(response: Response, listener: () => void): void {
  const inner = response.writeHead;
  let isDone = false;
  response.writeHead = function writeHead(this: Response, ...given: unknown[]) {
    if (!isDone) listener();
    isDone = true;
    return Reflect.apply(inner, this, given);
  };
}

/** Compresses what is written, as middleware for compression does: by replacing the methods, and keeping the old ones. */
function compress(response: Response): void {
  const { write, end } = response;
  const gzip = createGzip();
  onHead(response, () => {
    response.setHeader("Content-Encoding", "gzip");
    response.removeHeader("Content-Length");
  });
  const head = (): void => {
    if (!response.headersSent) response.writeHead(response.statusCode);
  };
  gzip.on("data", (chunk: Buffer) => {
    if (!Reflect.apply(write, response, [chunk])) gzip.pause();
  });
  gzip.on("end", () => Reflect.apply(end, response, []));
  gzip.on("drain", () => response.emit("drain"));
  response.on("drain", () => gzip.resume());
  response.write = (chunk: unknown) => {
    head();
    return gzip.write(chunk);
  };
  response.end = (chunk?: unknown) => {
    head();
    gzip.end(chunk);
    return response;
  };
}

const rows: readonly Row[] = [
  { name: "no body", handle: (response) => response.end() },
  { name: "text", handle: (response) => response.end("h\u00e9llo") },
  { name: "text in another encoding", handle: (response) => response.end("68656c6c6f", "hex") },
  { name: "an empty text", handle: (response) => response.end("") },
  { name: "bytes", handle: (response) => response.end(Buffer.from([0, 255, 10, 13])) },
  {
    name: "bytes that the handler uses again",
    handle: (response) => {
      const buffer = Buffer.from("abc");
      response.write(buffer, () => {
        buffer.fill("x");
        response.end(buffer);
      });
    },
  },
  { name: "an end with a callback", handle: (response, log) => response.end(() => log("ended")) },
  {
    name: "a callback for each call",
    handle: (response, log) => {
      log(response.write("a", () => log("a")));
      log(response.write("b", "utf8", () => log("b")));
      response.end("c", () => log("ended"));
    },
  },
  {
    name: "calls in turns of their own",
    handle: (response, log) => {
      response.write("a", () => log("a"));
      setTimeout(() => {
        response.write("b", () => log("b"));
        setTimeout(() => response.end("c", "utf8", () => log("ended")), 10);
      }, 10);
    },
  },
  {
    name: "a head with headers",
    handle: (response) => response.writeHead(201, { "X-A": "1", "x-list": ["1", "2"], "x-n": 7 }).end("x"),
  },
  {
    name: "a head with a reason",
    only: 1,
    handle: (response) => response.writeHead(404, "Nowhere", { "X-A": "1" }).end("x"),
  },
  {
    name: "a head with a reason only",
    only: 1,
    handle: (response) => response.writeHead(202, "Taken").end(),
  },
  {
    name: "a head with a reason and lines",
    only: 1,
    handle: (response) => response.writeHead(202, "Taken", ["x-a", "1"]).end("b"),
  },
  {
    name: "a head with lines of one name",
    handle: (response) => response.writeHead(202, ["x-a", "1", "x-b", "2", "X-A", "3"]).end(),
  },
  {
    name: "a head of lines over headers that are set",
    handle: (response) => {
      response.setHeader("x-a", "0");
      response.setHeader("x-c", "0");
      response.writeHead(202, ["X-A", "1", "X-B", "2"]).end("b");
    },
  },
  {
    name: "a head of alternating names and values",
    handle: (r) => r.writeHead(200, ["X-A", "1", "X-B", "2"]).end("x"),
  },
  {
    name: "a head over headers that are set",
    handle: (response) => {
      response.setHeader("X-A", "1");
      response.setHeader("X-B", "2");
      response.writeHead(200, { "x-a": "3" });
      response.end();
    },
  },
  {
    name: "a reason that is set",
    only: 1,
    handle: (response) => {
      response.statusCode = 400;
      response.statusMessage = "No";
      response.end("x");
    },
  },
  {
    name: "cookies that are set",
    handle: (response) => {
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      response.end("b");
    },
  },
  {
    name: "text in several encodings",
    handle: (response) => {
      response.write("6869", "hex");
      response.write("aGk=", "base64");
      response.write("\u00e9", "latin1");
      response.write("\u00e9");
      response.end("\u00e9", "utf8");
    },
  },
  {
    name: "bytes of several kinds",
    handle: (response) => {
      response.write(new Uint8Array([104, 105]));
      response.end(Buffer.from("hi"));
    },
  },
  {
    name: "a method that other middleware has kept and replaced",
    handle: (response) => {
      const end: (chunk: string) => unknown = response.end.bind(response);
      Object.assign(response, { end: (chunk: string) => end(`${chunk}!`) });
      response.end("b");
    },
  },
  {
    name: "a length that the handler knows",
    handle: (response) => {
      response.writeHead(200, { "Content-Length": 5 });
      response.write("he");
      response.end("llo");
    },
  },
  {
    name: "a head, and a body whose length Node has not seen",
    handle: (response) => {
      response.writeHead(200);
      response.end("hello");
    },
  },
  {
    name: "headers that are flushed",
    handle: (response, log) => {
      response.setHeader("X-A", "1");
      response.flushHeaders();
      log(stateOf(response));
      setTimeout(() => response.end("later"), 10);
    },
  },
  {
    name: "what a response says of itself",
    handle: (response, log) => {
      log(stateOf(response), response.getHeaderNames());
      response.setHeader("X-A", "1");
      response.write("a");
      log(stateOf(response), response.getHeader("x-a"), response.hasHeader("x-a"));
      response.end(() => log(stateOf(response)));
      log(response.finished, response.writableEnded);
    },
  },
  {
    name: "changes of a head that is sent",
    handle: (response, log) => {
      response.setHeader("X-A", "1");
      response.write("a");
      log(outcome(() => response.setHeader("X-A", "2")));
      log(outcome(() => response.appendHeader("X-A", "2")));
      log(outcome(() => response.removeHeader("X-A")));
      log(outcome(() => response.writeHead(500, { "X-A": "2" })));
      response.statusCode = 500;
      response.end("b");
      log(outcome(() => response.setHeader("X-A", "2")));
      log(outcome(() => response.writeHead(500)));
    },
  },
  {
    name: "changes after the end",
    handle: (response, log) => {
      response.end("a");
      log(outcome(() => response.setHeader("X-A", "2")));
      log(outcome(() => response.writeHead(500)));
    },
  },
  {
    name: "a chunk after the end",
    handle: (response, log) => {
      response.end("a");
      log(outcome(() => response.write("late", (error) => log("write", codeOf(error)))));
    },
  },
  {
    name: "two ends",
    handle: (response, log) => {
      response.end("a", () => log("first"));
      log(outcome(() => response.end()));
      response.end(() => log("second"));
    },
  },
  {
    name: "chunks that are none",
    only: 1,
    handle: (response, log) => {
      log(outcome(() => Reflect.apply(response.write, response, [null])));
      log(outcome(() => Reflect.apply(response.write, response, [7])));
      log(outcome(() => Reflect.apply(response.write, response, [{}])));
      response.end("x");
    },
  },
  {
    name: "a status that is none",
    only: 1,
    handle: (response, log) => {
      log(outcome(() => response.writeHead(99)));
      log(outcome(() => response.writeHead(1000)));
      response.end("x");
    },
  },
  {
    name: "header values that are none",
    handle: (response, log) => {
      const bad: OutgoingHttpHeaders = { "X-A": undefined };
      log(typeof outcome(() => response.writeHead(200, bad)));
      response.end("x");
    },
  },
  {
    name: "a reason that cannot be sent",
    only: 1,
    handle: (response, log) => {
      log(outcome(() => response.writeHead(200, "a\nb")));
      response.statusMessage = "Fine";
      response.end("x");
    },
  },
  {
    name: "a head with names without values",
    handle: (response, log) => {
      log(outcome(() => response.writeHead(200, ["X-A", "1", "X-B"])));
      response.end("x");
    },
  },
  {
    name: "no content",
    handle: (response, log) => {
      response.statusCode = 204;
      response.end(() => log("ended"));
    },
  },
  {
    name: "not modified, and a body for it",
    only: 1,
    handle: (response, log) => {
      response.writeHead(304, { ETag: '"a"' });
      log(response.write("a", () => log("a")));
      response.end("b", () => log("ended"));
    },
  },
  {
    name: "a body for HEAD",
    method: "HEAD",
    only: 1,
    handle: (response, log) => response.end("hello", () => log("ended")),
  },
  { name: "HEAD", method: "HEAD", handle: (response) => response.writeHead(200, { "X-A": "1" }).end() },
  {
    name: "HEAD, answered later",
    method: "HEAD",
    handle: (response) => void setTimeout(() => response.writeHead(200, { "X-A": "1" }).end(), 10),
  },
  {
    name: "trailers",
    handle: (response) => {
      response.writeHead(200, { Trailer: "X-Sum" });
      response.write("abc");
      response.addTrailers({ "X-Sum": "3" });
      response.end();
    },
  },
  {
    name: "an early hint",
    handle: (response) => {
      response.writeEarlyHints({ link: "</a.css>; rel=preload" });
      setTimeout(() => response.end("x"), 10);
    },
  },
  {
    name: "corked pieces",
    handle: (response, log) => {
      response.cork();
      response.write("a", () => log("a"));
      response.write("b", () => log("b"));
      process.nextTick(() => {
        response.uncork();
        response.end("c", () => log("ended"));
      });
    },
  },
  {
    name: "a stream that is piped",
    handle: (response) => void Readable.from(pieces(5, 10)).pipe(response),
  },
  {
    name: "a long stream that is piped",
    handle: (response) => void Readable.from(pieces(40, 50_000)).pipe(new PassThrough()).pipe(response),
  },
  {
    name: "a long pipeline",
    handle: (response, log) =>
      void pipeline(Readable.from(pieces(40, 50_000)), response, (error) => log("done", codeOf(error))),
  },
  {
    name: "a pipeline that fails before it writes",
    handle: (response, log) => {
      const source = new Readable({
        read: () => source.destroy(Object.assign(new Error(), { code: "E_MINE" })),
      });
      pipeline(source, response, (error) => log("done", codeOf(error)));
    },
  },
  {
    name: "writes as fast as the response takes them",
    handle: (response) => {
      const all = pieces(40, 50_000);
      const more = (): void => {
        for (let next = all.next(); next.done !== true; next = all.next()) {
          if (response.write(next.value)) continue;
          response.once("drain", more);
          return;
        }
        response.end();
      };
      more();
    },
  },
  {
    name: "writes that wait for one another",
    handle: (response, log) => {
      const all = pieces(20, 10_000);
      const more = (): void => {
        const { done, value } = all.next();
        if (done === true) response.end(() => log("ended"));
        else response.write(value, more);
      };
      more();
    },
  },
  { name: "a response that is destroyed", handle: (response) => void response.destroy() },
  {
    name: "a write to a destroyed response",
    only: 1,
    handle: (response, log) => {
      response.on("close", () => {
        log(response.write("late", (error) => log("write", codeOf(error))));
        log(typeof response.end());
      });
      response.destroy();
    },
  },
  {
    name: "a header that middleware adds as late as it can",
    handle: (response, log) => {
      onHead(response, () => {
        log("head");
        response.appendHeader("X-Late", "1");
      });
      response.end("x");
    },
  },
  {
    name: "the same, with a head from the handler",
    handle: (response, log) => {
      onHead(response, () => {
        log("head");
        response.appendHeader("X-Late", "1");
      });
      response.writeHead(202, { "X-A": "1" });
      response.write("x");
      response.end();
    },
  },
  {
    name: "the same, of middleware before the guard",
    before: (response, log) =>
      onHead(response, () => {
        log("head");
        response.appendHeader("X-Late", "1");
      }),
    handle: (response) => {
      response.write("x");
      response.end("y");
    },
  },
  {
    name: "compression",
    handle: (response) => {
      compress(response);
      response.setHeader("Content-Length", "3");
      response.end("abc");
    },
  },
  {
    name: "compression of a long body in pieces",
    handle: (response) => {
      compress(response);
      Readable.from(pieces(40, 50_000)).pipe(response);
    },
  },
  {
    name: "compression before the guard",
    before: compress,
    handle: (response) => void Readable.from(pieces(10, 10_000)).pipe(response),
  },
];

interface Story {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly hints: readonly unknown[];
  readonly headers: unknown;
  readonly body: string;
  readonly trailers: unknown;
}

const plainHeaders = (headers: Readonly<Record<string, unknown>>): unknown => {
  const { date, ...rest } = headers;
  return { ...rest, hasDate: date !== undefined };
};

const bodyOf = (headers: Readonly<Record<string, unknown>>, bytes: Buffer): string =>
  headers["content-encoding"] === "gzip" ? gunzipSync(bytes).toString("latin1") : bytes.toString("latin1");

async function overHttp1(port: number, method: string): Promise<Story | string> {
  const hints: unknown[] = [];
  const request: ClientRequest = httpRequest({ host: "127.0.0.1", port, method, agent: false });
  request.on("information", ({ statusCode, headers }) => hints.push([statusCode, headers["link"]]));
  request.end();
  try {
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const body = Buffer.from(await textOf(response), "latin1");
    const { statusCode: status, statusMessage: reason, headers, trailers } = response;
    // Compressed pieces have lengths of their own.
    return { status, reason, hints, headers: plainHeaders(headers), body: bodyOf(headers, body), trailers };
  } catch (error) {
    return String(codeOf(error));
  } finally {
    request.destroy();
  }
}

async function overHttp2(port: number, method: string): Promise<Story | string> {
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    const hints: unknown[] = [];
    const stream = session.request({ ":path": "/", ":method": method });
    let trailers: Readonly<Record<string, unknown>> = {};
    stream.on("headers", (headers) => hints.push([headers[":status"], headers["link"]]));
    stream.on("trailers", (given) => {
      trailers = { ...given };
    });
    const answered = once(stream, "response");
    const broken = once(stream, "close").then(() => [{}]);
    const [head] = (await Promise.race([answered, broken])) as [Record<string, unknown>];
    if (head[":status"] === undefined) return "broken";
    const body = Buffer.from(await textOf(stream), "latin1");
    const headers = plainHeaders(head);
    return { status: undefined, reason: undefined, hints, headers, body: bodyOf(head, body), trailers };
  } catch (error) {
    return String(codeOf(error));
  } finally {
    session.destroy();
  }
}

/** What happens on both sides of an exchange. */
async function tell(
  transport: Transport,
  row: Row,
  around: (request: AnyRequest, response: AnyResponse, next: () => void) => void,
): Promise<{ readonly client: Story | string; readonly server: readonly unknown[] }> {
  const server: unknown[] = [];
  const log: Log = (...facts) => void server.push(facts.length === 1 ? facts[0] : facts);
  let over: () => void = () => undefined;
  const isOver = new Promise<void>((resolve) => {
    over = resolve;
  });
  const { port } = await transport.listen((request, given) => {
    const response = given as Response;
    response.on("finish", () => log("finish"));
    response.on("close", () => {
      log("close");
      setImmediate(() => setImmediate(over));
    });
    response.on("error", (error) => log("error", codeOf(error)));
    row.before?.(response, log);
    around(request, given, () => row.handle(response, log, request as IncomingMessage));
  });
  const method = row.method ?? "GET";
  const client = await (transport.version === "HTTP/2" ? overHttp2(port, method) : overHttp1(port, method));
  await isOver;
  return { client, server };
}

/** A guard of which a rule reads every response, and lets it pass. */
function holding() {
  const rule = { ref: "r", expression: 'wirewall.response.body.raw contains "SECRET"', action: "block" };
  const errors: unknown[] = [];
  const check = guard(wafOf({ http_response_firewall_body: [rule] }).waf, {
    responseHoldTime: 600_000,
    onError: (error) => void errors.push(error),
  });
  return { check, errors };
}

const served: readonly (readonly [string, Transport])[] = [
  ["HTTP/1.1", transports.http],
  ["HTTP/2", transports["http2 without TLS"]],
];

describe.each(served)(
  "over %s, a response that is held tells the same as one that is not",
  (_name, transport) => {
    const possible = rows.filter(({ only }) => only === undefined || transport.version === "HTTP/1.1");
    test.each(possible)("$name", async (row) => {
      const plain = await tell(transport, row, (_request, _response, next) => next());
      const { check, errors } = holding();
      const held = await tell(transport, row, check);
      expect(held).toEqual(plain);
      expect(errors).toEqual([]);
    });
  },
);
