import type { ServerResponse } from "node:http";
import { Http2ServerResponse } from "node:http2";
import type { Answer } from "../../host/answer.ts";
import { isSendableLine } from "../../host/sendable.ts";
import type { NodeRequest } from "./node-request.ts";

/** A response of `node:http`, `node:https`, or of `node:http2` through its compatibility API. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/**
 * Sends an answer; header lines that cannot be sent are left out. A body that has not been read is not waited for: the
 * connection ends with the answer. Throws for a status that is none: see {@link sendLastAnswer}.
 */
export function sendAnswer(request: NodeRequest, response: NodeResponse, answer: Answer): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = answer.status;
  // The two kinds of response differ only in how they overload this method.
  for (const [name, value] of grouped(answer.headers)) (response as ServerResponse).setHeader(name, value);
  const bodiless = answer.status === 204 || answer.status === 304;
  if (bodiless) response.removeHeader("Content-Length");
  else if (!response.hasHeader("Content-Length")) response.setHeader("Content-Length", answer.body.length);
  if (!request.complete && !(response instanceof Http2ServerResponse))
    response.setHeader("Connection", "close");
  if (request.method === "HEAD" || bodiless) response.end();
  else response.end(Buffer.from(answer.body, "latin1"));
}

function grouped(
  headers: readonly (readonly [string, string])[],
): Iterable<readonly [name: string, value: string | string[]]> {
  const lines = new Map<string, [string, [string, ...string[]]]>();
  for (const [name, value] of headers) {
    if (!isSendableLine(name, value)) continue;
    const known = lines.get(name.toLowerCase());
    if (known === undefined) lines.set(name.toLowerCase(), [name, [value]]);
    else known[1].push(value);
  }
  return [...lines.values()].map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
}

/**
 * The answer when handling has failed, such as {@link sendAnswer} itself. Never throws: a response that can carry
 * nothing is broken off.
 */
export function sendLastAnswer(request: NodeRequest, response: NodeResponse, answer: Answer): void {
  try {
    if (!response.headersSent) {
      // What stands there already may be what could not be sent.
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      if (!(response instanceof Http2ServerResponse)) response.statusMessage = "";
    }
    sendAnswer(request, response, answer);
  } catch {
    breakOff(response);
  }
}

function breakOff(response: NodeResponse): void {
  try {
    response.destroy();
  } catch {
    // An embedder's own response object; there is nothing left to do with it.
  }
}
