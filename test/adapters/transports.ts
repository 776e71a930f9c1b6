import { once } from "node:events";
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import {
  type ClientHttp2Stream,
  connect as connectHttp2,
  createServer as createHttp2Server,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import { createServer as createHttpsServer, request as httpsRequest } from "node:https";
import { type AddressInfo, connect as connectTcp, type Server, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { onTestFinished } from "vitest";
import { certificates } from "../support/certificates.ts";

export type AnyRequest = IncomingMessage | Http2ServerRequest;
export type AnyResponse = ServerResponse | Http2ServerResponse;
type Handler = (request: AnyRequest, response: AnyResponse) => void;

/** A client's TLS side: who it says it is, and which name it asks for. */
export type TlsIdentity = Pick<ConnectionOptions, "cert" | "key" | "servername">;

export interface Outgoing {
  readonly method?: string;
  readonly path?: string;
  /** Alternating names and values. */
  readonly headers?: readonly string[];
  /** Several pieces are sent one after the other. */
  readonly body?: string | Buffer | readonly string[];
  /** Without a declared length. */
  readonly chunked?: boolean;
  /** Declares a longer body, and never sends the rest. */
  readonly unfinished?: boolean;
  /** Sent after the body. */
  readonly trailers?: Readonly<Record<string, string>>;
  /** Leaves when it aborts; the promise rejects then. */
  readonly signal?: AbortSignal;
  readonly tls?: TlsIdentity;
}

export interface Incoming {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on a port of its own, and the way to reach it. */
export interface Listener {
  readonly port: number;
  /** One request on a connection of its own. */
  send(outgoing?: Outgoing): Promise<Incoming>;
  /** Bytes on a bare connection, and what comes back until it ends: HTTP/1 only. */
  raw(bytes: string): Promise<string>;
}

export interface Transport {
  readonly version: "HTTP/1.1" | "HTTP/2";
  readonly encrypted: boolean;
  listen(handler: Handler): Promise<Listener>;
}

/** Servers take any client's certificate and tell by `authorized` whether they know who signed it. */
const SERVER_TLS = {
  ...certificates.server,
  ca: certificates.ca,
  requestCert: true,
  rejectUnauthorized: false,
};

export const transports = {
  http: {
    version: "HTTP/1.1",
    encrypted: false,
    listen: async (handler) => http1Client(await bind(createServer(handler)), false),
  },
  https: {
    version: "HTTP/1.1",
    encrypted: true,
    listen: async (handler) => http1Client(await bind(createHttpsServer(SERVER_TLS, handler)), true),
  },
  "https of an http2 server": {
    version: "HTTP/1.1",
    encrypted: true,
    listen: async (handler) =>
      http1Client(await bind(createSecureServer({ ...SERVER_TLS, allowHTTP1: true }, handler)), true),
  },
  http2: {
    version: "HTTP/2",
    encrypted: true,
    listen: async (handler) => http2Client(await bind(createSecureServer(SERVER_TLS, handler)), true),
  },
  "http2 without TLS": {
    version: "HTTP/2",
    encrypted: false,
    listen: async (handler) => http2Client(await bind(createHttp2Server(handler)), false),
  },
} as const satisfies Readonly<Record<string, Transport>>;

/** The port of a server that lasts as long as the test. */
export async function bind(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on("error", () => session.destroy());
    session.once("close", () => sessions.delete(session));
  });
  onTestFinished(() => {
    server.close();
    for (const session of sessions) session.destroy();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A client of an HTTP/1 server that somebody else has started. */
export function http1Client(port: number, encrypted: boolean): Listener {
  return {
    port,
    send: (outgoing = {}) => sendHttp1(port, encrypted, outgoing),
    raw: async (bytes) => {
      const socket = encrypted
        ? connectTls({ port, host: "127.0.0.1", ca: certificates.ca })
        : connectTcp(port, "127.0.0.1");
      socket.write(bytes, "latin1");
      return textOf(socket);
    },
  };
}

function http2Client(port: number, encrypted: boolean): Listener {
  return {
    port,
    send: (outgoing = {}) => sendHttp2(port, encrypted, outgoing),
    raw: () => Promise.reject(new Error("HTTP/2 is no text")),
  };
}

async function sendHttp1(port: number, encrypted: boolean, outgoing: Outgoing): Promise<Incoming> {
  const { headers = [], chunked = false } = outgoing;
  const hasHost = headers.some((text, at) => at % 2 === 0 && text.toLowerCase() === "host");
  const length = declaredLength(outgoing);
  const request = (encrypted ? httpsRequest : httpRequest)({
    host: "127.0.0.1",
    port,
    path: outgoing.path ?? "/",
    method: outgoing.method ?? "GET",
    // The types know names with values only.
    headers: [
      ...(hasHost ? [] : ["Host", `127.0.0.1:${port}`]),
      ...headers,
      ...(chunked ? ["Transfer-Encoding", "chunked"] : length > 0 ? ["Content-Length", `${length}`] : []),
    ] as never,
    agent: false,
    ...(encrypted ? { ca: certificates.ca, ...outgoing.tls } : {}),
    ...(outgoing.signal === undefined ? {} : { signal: outgoing.signal }),
  });
  const answered = once(request, "response");
  if (outgoing.trailers !== undefined) request.addTrailers(outgoing.trailers);
  void write(request, outgoing);
  const [response] = (await answered) as [IncomingMessage];
  const body = await textOf(response);
  request.destroy();
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

async function sendHttp2(port: number, encrypted: boolean, outgoing: Outgoing): Promise<Incoming> {
  const { headers = [], chunked = false } = outgoing;
  const session = encrypted
    ? connectHttp2(`https://127.0.0.1:${port}`, { ca: certificates.ca, ...outgoing.tls })
    : connectHttp2(`http://127.0.0.1:${port}`);
  const broken = new Promise<never>((_, reject) => session.once("error", reject));
  broken.catch(() => undefined);
  const lines: Record<string, string | string[]> = Object.create(null);
  lines[":method"] = outgoing.method ?? "GET";
  lines[":path"] = outgoing.path ?? "/";
  const length = declaredLength(outgoing);
  if (!chunked && length > 0) lines["content-length"] = `${length}`;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at]!.toLowerCase();
    const before = lines[name];
    lines[name] = before === undefined ? headers[at + 1]! : [before, headers[at + 1]!].flat();
  }
  const stream: ClientHttp2Stream = session.request(lines, {
    endStream: outgoing.body === undefined && !chunked,
    waitForTrailers: outgoing.trailers !== undefined,
    ...(outgoing.signal === undefined ? {} : { signal: outgoing.signal }),
  });
  stream.on("wantTrailers", () => stream.sendTrailers(outgoing.trailers ?? {}));
  // What goes wrong on the way out shows in the answer, or in its absence.
  stream.on("error", () => undefined);
  try {
    const answered = once(stream, "response");
    if (outgoing.body !== undefined || chunked) void write(stream, outgoing);
    const [head] = (await Promise.race([answered, broken])) as [IncomingHttpHeaders & { ":status"?: number }];
    return { status: head[":status"] ?? 0, headers: head, body: await textOf(stream) };
  } finally {
    session.destroy();
  }
}

function declaredLength({ body, unfinished }: Outgoing): number {
  const length = piecesOf(body).reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
  return unfinished === true ? length + 100 : length;
}

function piecesOf(body: Outgoing["body"]): readonly (string | Buffer)[] {
  if (body === undefined) return [];
  return typeof body === "string" || Buffer.isBuffer(body) ? [body] : body;
}

async function write(
  request: { write(piece: string | Buffer): boolean; end(): unknown },
  { body, unfinished }: Outgoing,
): Promise<void> {
  const pieces = piecesOf(body);
  for (const piece of pieces) {
    request.write(piece);
    // Each in a packet of its own.
    if (pieces.length > 1) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (unfinished !== true) request.end();
}

/** All that a stream brings, as bytes. */
export async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("latin1");
}
