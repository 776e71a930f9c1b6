import type { ServerResponse } from "node:http";
import { Http2ServerResponse } from "node:http2";
import { type Answer, type ConnectionEnding, sendable } from "../../host/answer.ts";
import type { PassedRequest } from "../../host/passed-request.ts";
import { hasContent } from "../../host/sendable.ts";
import { isReceived } from "./body.ts";
import type { NodeRequest } from "./node-request.ts";
import type { NodeResponse } from "./node-response.ts";
import { closeConnection, type Tarpit } from "./tarpit.ts";

/** Headers of HTTP/1 connections (RFC 9113 §8.2.2): Node throws when they are sent. */
const NOT_IN_HTTP2 =
  /^(?:connection|http2-settings|keep-alive|proxy-connection|te|transfer-encoding|upgrade)$/i;

export type { NodeResponse } from "./node-response.ts";

/** Milliseconds for which a client may go on sending a body after an answer that does not wait for it. */
const RESET_DELAY = 1_000;

/**
 * Sends an answer; header lines that cannot be sent are left out. A body that has not arrived is not waited for: the
 * connection, or the HTTP/2 stream, ends with the answer.
 *
 * @throws MisuseError `E_ANSWER` for a status outside of 200 to 599, and for a body that is not a string.
 */
export function sendAnswer(request: NodeRequest, response: NodeResponse, answer: Answer): void {
  writeAnswer(request, response, sendable(answer));
}

/**
 * Sends an answer of the gate, which has left out what cannot be sent, or closes or holds the connection in its place. Throws for
 * other answers: see {@link sendLastAnswer}.
 *
 * @param tarpit holds what is to be held; without it such a connection is closed.
 */
export function writeAnswer(
  request: NodeRequest,
  response: NodeResponse,
  answer: Answer,
  tarpit?: Pick<Tarpit, "hold">,
): void {
  if (answer.ending !== undefined) {
    endConnection(request, response, answer, answer.ending, tarpit);
    return;
  }
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = answer.status;
  // The two kinds of response differ only in how they overload this method.
  const isHttp2 = response instanceof Http2ServerResponse;
  const lines = isHttp2 ? answer.headers.filter(([name]) => !NOT_IN_HTTP2.test(name)) : answer.headers;
  for (const [name, value] of grouped(lines)) (response as ServerResponse).setHeader(name, value);
  const bodiless = !hasContent("GET", answer.status);
  const isHead = request.method === "HEAD";
  if (bodiless) response.removeHeader("Content-Length");
  // Only for HEAD the answer knows better: a wrong length of a body would leave the client waiting.
  else if (!isHead || !response.hasHeader("Content-Length"))
    response.setHeader("Content-Length", answer.body.length);
  const isPartial = !isReceived(request);
  if (isPartial && !(response instanceof Http2ServerResponse)) response.setHeader("Connection", "close");
  if (isHead || bodiless) response.end();
  else response.end(Buffer.from(answer.body, "latin1"));
  if (isPartial && response instanceof Http2ServerResponse) giveUp(request, response.stream);
}

function endConnection(
  request: NodeRequest,
  response: NodeResponse,
  { status, headers, body }: Answer,
  { seconds, end }: ConnectionEnding,
  tarpit: Pick<Tarpit, "hold"> | undefined,
): void {
  const finish = (): void => {
    if (end === "drop" || response.headersSent) closeConnection(request, response);
    else sendLastAnswer(request, response, { status, headers, body });
  };
  const isHeld = seconds > 0 && tarpit?.hold(request, response, seconds, finish) === true;
  if (!isHeld) closeConnection(request, response);
}

/** Ends a stream on which the client still sends. Reset at once, many clients would not see the answer. */
function giveUp(request: NodeRequest, stream: Http2ServerResponse["stream"]): void {
  request.resume();
  const reset = setTimeout(() => stream.close(), RESET_DELAY);
  reset.unref();
  stream.once("close", () => clearTimeout(reset));
}

/**
 * After the response is sent, reads the rest of a body that rules have read. Node does so for untouched bodies; the
 * rest of others would block the connection, or keep the HTTP/2 stream open.
 */
export function discardUnread(request: NodeRequest, response: NodeResponse): void {
  const sent = response instanceof Http2ServerResponse ? response.stream : response;
  sent.once("finish", () => {
    if (request.readableFlowing === null) request.resume();
  });
}

/** The handler has the body once it has read it to the end; what is left of it goes with the request. */
export function giveBackWhenOver(request: NodeRequest, response: NodeResponse, passed: PassedRequest): void {
  const release = passed.takeHold();
  if (release === undefined) return;
  request.once("close", release);
  response.once("close", release);
  // Neither would tell any more.
  if (request.destroyed || isClosed(response)) release();
}

function isClosed(response: NodeResponse): boolean {
  return response instanceof Http2ServerResponse ? response.stream.destroyed : response.destroyed;
}

/** Header lines by name, as Node takes them: repeats as an array under the first spelling. */
export function grouped(
  headers: readonly (readonly [string, string])[],
): Iterable<readonly [name: string, value: string | string[]]> {
  const lines = new Map<string, [string, [string, ...string[]]]>();
  for (const [name, value] of headers) {
    const known = lines.get(name.toLowerCase());
    if (known === undefined) lines.set(name.toLowerCase(), [name, [value]]);
    else known[1].push(value);
  }
  return [...lines.values()].map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
}

/**
 * The answer when handling has failed, such as {@link writeAnswer} itself. Never throws: a response that can carry
 * nothing is broken off.
 */
export function sendLastAnswer(request: NodeRequest, response: NodeResponse, answer: Answer): void {
  try {
    // A header that is set already may be the one that could not be sent.
    clearHead(response);
    writeAnswer(request, response, answer);
    // Node takes an HTTP/2 response whose end has failed for one that has ended, and does nothing.
    const isSilent = response instanceof Http2ServerResponse && !response.headersSent;
    if (isSilent && answer.ending === undefined) closeConnection(request, response);
  } catch {
    breakOff(response);
  }
}

/** Takes back headers and reason that were set for another response; does nothing once they are sent. */
export function clearHead(response: NodeResponse): void {
  if (response.headersSent) return;
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  if (!(response instanceof Http2ServerResponse)) response.statusMessage = "";
}

function breakOff(response: NodeResponse): void {
  try {
    response.destroy();
  } catch {
    // An embedder's own response object; there is nothing left to do with it.
  }
}
