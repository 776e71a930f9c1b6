import type { IncomingMessage, ServerResponse } from "node:http";
import { tell } from "../../engine/decision/failure.ts";
import type { Answer } from "../../host/answer.ts";
import { BodyError, type HeldView, type OutgoingResponse, type ReadLimits } from "../../host/incoming.ts";
import type { PassedRequest, Release } from "../../host/passed-request.ts";
import { hasContent, isSendableLine, isSendableText } from "../../host/sendable.ts";
import { isEventStream } from "../../request/body/media-type.ts";
import { trimWhiteSpace } from "../../request/head/characters.ts";
import { type HeaderLine, linesOf, withChanges, withoutHeader } from "../../request/head/headers.ts";
import { writeAnswer } from "../node/answer.ts";
import { UpstreamBusy, UpstreamTimeout } from "./faults.ts";
import type { UpstreamAnswer } from "./forwarder.ts";
import { endToEnd } from "./headers.ts";
import type { ProxyParts } from "./parts.ts";
import { type HeldBody, holdBody } from "./response-body.ts";

/** Sends a request that passed to the upstream, and the upstream's answer to the client. */
export async function relay(
  proxy: ProxyParts,
  passed: PassedRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort(new Error("the client disconnected"));
  response.once("close", leave);
  let answer: UpstreamAnswer;
  try {
    const outgoing = { ...proxy.outgoing(request, passed), body: request };
    answer = await proxy.forwarder.forward(outgoing, gone.signal);
  } catch (error) {
    if (gone.signal.aborted || response.destroyed) return;
    proxy.report(error, passed.reference);
    writeAnswer(request, response, upstreamFault(error, passed));
    return;
  } finally {
    response.off("close", leave);
  }
  await passOn(proxy, passed, answer, request, response);
}

/** Evaluates the upstream's answer, and sends it to the client. */
export async function passOn(
  proxy: ProxyParts,
  passed: PassedRequest,
  answer: UpstreamAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Until the answer is read, its errors have no other listener.
  answer.response.on("error", () => undefined);
  const cancel = (): void => tell(() => answer.cancel());
  if (response.destroyed) {
    cancel();
    return;
  }
  response.once("close", cancel);
  if (isEventStream(answer.response.headers["content-type"]) && !proxy.mayStream(request.socket)) {
    cancel();
    const busy = new UpstreamBusy("this client has too many connections for another event stream");
    writeAnswer(request, response, upstreamFault(busy, passed));
    return;
  }
  const fault = answerFault(answer.response);
  if (fault === undefined) {
    await answerWith(proxy, passed, answer, request, response);
    return;
  }
  cancel();
  proxy.report(new Error(`the upstream answered with ${fault}`), passed.reference);
  const message = "the upstream's answer cannot be passed on";
  writeAnswer(request, response, passed.fail(502, message));
}

/** Seconds after which a client may try again. */
const RETRY_AFTER = 5;

/** The answer for an upstream that gave none. */
export function upstreamFault(error: unknown, passed: PassedRequest): Answer {
  if (error instanceof UpstreamBusy) return passed.reject(503, "the site is busy", RETRY_AFTER);
  if (error instanceof BodyError) return passed.reject(408, error.message);
  return error instanceof UpstreamTimeout
    ? passed.fail(504, "the upstream did not answer in time")
    : passed.fail(502, "the upstream does not answer");
}

async function answerWith(
  proxy: ProxyParts,
  passed: PassedRequest,
  answer: UpstreamAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const upstream = answer.response;
  const shown = new UpstreamResponse(upstream);
  let release: Release;
  try {
    release = await passed.respond(shown);
  } catch (error) {
    // When the client leaves, its request to the upstream is given up.
    if (response.destroyed) return;
    proxy.report(error, passed.reference);
    writeAnswer(request, response, passed.fail(502, "the upstream disconnected"));
    return;
  }
  if (!release.passed) {
    // Now: its client may be made to wait, and the upstream's place is for others.
    tell(() => answer.cancel());
    writeAnswer(request, response, release.answer, proxy.tarpit);
    return;
  }
  // Only the upstream's own lines: those of rules can be sent.
  const lines = endToEnd(upstream.rawHeaders).filter(isSendable);
  // Rules on the body do not see trailers, and intermediaries may drop them (RFC 9110 §6.5.1).
  const hasTrailers = !passed.readsResponseBody;
  sendHead(upstream, withChanges(lines, release.headers), hasTrailers, request, response);
  // The rest only flows: the event need not wait for the end of a long stream.
  passed.end(isEventStream(upstream.headers["content-type"]) ? { status: response.statusCode } : undefined);
  sendBody(upstream, shown.held, hasTrailers, response);
}

/** An upstream's answer as the gate sees it. */
class UpstreamResponse implements OutgoingResponse {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  /** Set once the gate has read of the body. */
  held: HeldBody | undefined;
  readonly #upstream: IncomingMessage;

  constructor(upstream: IncomingMessage) {
    this.status = upstream.statusCode ?? 502;
    this.rawHeaders = upstream.rawHeaders;
    this.#upstream = upstream;
  }

  async holdBody({ maxBytes, timeout }: ReadLimits): Promise<HeldView> {
    this.held = await holdBody(this.#upstream, maxBytes, timeout);
    return this.held.view;
  }
}

/** Why an upstream's answer cannot be passed on; undefined when it can be. */
function answerFault({ statusCode, headers }: IncomingMessage): string | undefined {
  // No other protocol was requested, or it is not a status.
  if (statusCode === undefined || statusCode < 200 || statusCode > 999) return `the status ${statusCode}`;
  // To HEAD the answer is that to GET.
  if (!hasContent("GET", statusCode)) return undefined;
  // Node undoes chunks alone. No other coding was requested (RFC 9112 §7.4), and without the header, which ends here,
  // its bytes would be others to the client.
  const codings = (headers["transfer-encoding"] ?? "").toLowerCase().split(",").map(trimWhiteSpace);
  const others = codings.filter((coding) => coding !== "" && coding !== "identity");
  return others.length > 1 || (others[0] ?? "chunked") !== "chunked"
    ? `the transfer coding \`${others.join(", ")}\``
    : undefined;
}

function sendHead(
  upstream: IncomingMessage,
  lines: readonly HeaderLine[],
  hasTrailers: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const status = upstream.statusCode ?? 502;
  const chunked = upstream.headers["transfer-encoding"] !== undefined;
  const shown = chunked ? withoutHeader(lines, "content-length") : [...lines];
  const trailer = upstream.headers.trailer;
  // Node writes chunks only where there is a body and the client knows them, and refuses to announce trailers else.
  const hasChunks =
    hasTrailers && chunked && response.useChunkedEncodingByDefault && hasContent(request.method, status);
  if (hasChunks && trailer !== undefined && isSendableText(trailer)) shown.push(["Trailer", trailer]);
  // A phrase is for people (RFC 9112 §4): one that cannot be sent is replaced by the usual one.
  const phrase = upstream.statusMessage ?? "";
  response.writeHead(status, isSendableText(phrase) ? phrase : undefined, shown.flat());
}

function isSendable([name, value]: HeaderLine): boolean {
  return isSendableLine(name, value);
}

function sendBody(
  upstream: IncomingMessage,
  held: HeldBody | undefined,
  hasTrailers: boolean,
  response: ServerResponse,
): void {
  if (held !== undefined && held.held.length > 0) response.write(held.held);
  if (held?.complete === true) {
    if (hasTrailers) addTrailers(upstream, response);
    response.end();
    return;
  }
  // When one side breaks off, the other is closed, too: a cut response must not look complete. That the client has left
  // is heard elsewhere.
  const breakOff = (): void => {
    if (!upstream.readableEnded) response.destroy();
  };
  if (upstream.destroyed) breakOff();
  if (hasTrailers) upstream.once("end", () => addTrailers(upstream, response));
  upstream.once("error", breakOff);
  upstream.once("close", breakOff);
  upstream.pipe(response);
}

function addTrailers(upstream: IncomingMessage, response: ServerResponse): void {
  const lines = linesOf(upstream.rawTrailers).filter(isSendable);
  if (lines.length > 0) response.addTrailers(lines);
}
