import type { ServerResponse } from "node:http";
import { Http2ServerResponse } from "node:http2";
import type { Transaction } from "../../engine/evaluation/exchange.ts";
import type { NodeRequest } from "./node-request.ts";

/** A response of `node:http` or of `node:http2`'s compatibility API. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** A complete response in place of the one that was asked for. Names, values and body are byte strings. */
export interface Answer {
  /** Status code. */
  readonly status: number;
  /** Header lines in order; a name may occur several times. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whole body; `""` for none. */
  readonly body: string;
}

/** What Node refuses to write in a header line, though rules, providers or an upstream may come to it. */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Whether text can be sent as a header's value or a reason phrase. */
export function isSendableText(text: string): boolean {
  return !UNSENDABLE.test(text);
}

/** Whether Node accepts a header line; for others its methods throw. */
export function isSendableLine(name: string, value: string): boolean {
  return HEADER_NAME.test(name) && isSendableText(value);
}

/**
 * Sends an answer; header lines that cannot be sent are left out. Throws for a status that is none: see
 * {@link sendLastAnswer}.
 * body that nobody has read is not waited for: the connection ends with the answer.
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
  const lines = new Map<string, [string, string[]]>();
  for (const [name, value] of headers) {
    if (!isSendableLine(name, value)) continue;
    const known = lines.get(name.toLowerCase());
    if (known === undefined) lines.set(name.toLowerCase(), [name, [value]]);
    else known[1].push(value);
  }
  return [...lines.values()].map(([name, values]) => [name, values.length === 1 ? values[0]! : values]);
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

/** Refuses a request for a reason of the host's own; the transaction's event tells, under the same reference. */
export function refuse(
  request: NodeRequest,
  response: NodeResponse,
  transaction: Transaction | undefined,
  status: number,
  message: string,
): void {
  transaction?.refused({ status, reason: message });
  sendAnswer(request, response, plainAnswer(status, message, transaction?.id));
}

/** The host's own refusal, for what no rule decided: a malformed request, an upstream that does not answer. */
export function plainAnswer(status: number, message: string, reference?: string): Answer {
  const id = reference === undefined ? "" : `Reference: ${reference}\n`;
  return {
    status,
    headers: [
      ["Content-Type", "text/plain; charset=utf-8"],
      ["Cache-Control", "no-store"],
      ["X-Content-Type-Options", "nosniff"],
    ],
    body: `${status} ${message}\n${id}`,
  };
}
