import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { bind, http1Client, type Listener } from "./transports.ts";

/** Serves a fetch handler on a port of its own, as platforms do. */
export async function serveFetch(handler: (request: Request) => Promise<Response>): Promise<Listener> {
  const server = createServer((request, response) => {
    answer(handler, request, response).catch(() => response.destroy());
  });
  return http1Client(await bind(server), false);
}

async function answer(
  handler: (request: Request) => Promise<Response>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answered = await handler(requestOf(request));
  const lines: string[] = [];
  answered.headers.forEach((value, name) => {
    lines.push(name, value);
  });
  if (!request.complete) lines.push("connection", "close");
  response.writeHead(answered.status, lines);
  if (answered.body === null) response.end();
  else await pipeline(Readable.fromWeb(answered.body as WebStream), response);
}

function requestOf(request: IncomingMessage): Request {
  const headers = new Headers();
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2)
    headers.append(request.rawHeaders[at] ?? "", request.rawHeaders[at + 1] ?? "");
  const url = `http://${request.headers.host}${request.url}`;
  const { method = "GET" } = request;
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers });
  const body = Readable.toWeb(request) as ReadableStream<Uint8Array>;
  const init: RequestInit & { readonly duplex: "half" } = { method, headers, body, duplex: "half" };
  return new Request(url, init);
}
