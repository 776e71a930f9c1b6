import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { pipeline } from "node:stream";
import type { Decision, ResponseDecision } from "../../engine/decision/decision.ts";
import { tell } from "../../engine/decision/failure.ts";
import type { Transaction } from "../../engine/evaluation/exchange.ts";
import type { Waf } from "../../engine/firewall/waf.ts";
import { IpSet } from "../../language/sets/ip-set.ts";
import { parseIp, parseIpItem, unwrapMapped } from "../../language/values/ip.ts";
import { RequestOptionsError } from "../../request/model/options.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../request/view/limits.ts";
import {
  type Answer,
  isSendableLine,
  isSendableText,
  plainAnswer,
  refuse,
  sendAnswer,
  sendLastAnswer,
} from "../node/answer.ts";
import { BodyError, hasBody } from "../node/body.ts";
import { hasTooManyHeaders, type JudgeOptions, judge, openTransaction } from "../node/judge.ts";
import { type AnswerOptions, Answers } from "../node/render.ts";
import {
  type Forwarder,
  framing,
  HttpxyForwarder,
  type UpstreamAnswer,
  UpstreamTimeout,
} from "./forwarder.ts";
import { applyOperations, endToEnd, type HeaderLine, valuesOf, withForwarding, without } from "./headers.ts";
import { originForm, type RequestFault, requestFault } from "./request-faults.ts";
import { type HeldBody, holdBody } from "./response-body.ts";

/** How a proxy evaluates, forwards and answers. Only `waf` and `upstream` are required. */
export interface ProxyOptions extends JudgeOptions, AnswerOptions {
  /** The firewall that evaluates requests and responses. */
  readonly waf: Waf;
  /** Where requests go: scheme, host, port, and a path to put in front. */
  readonly upstream: string | URL;
  /** When the firewall itself fails: `closed` (default) answers 503, `open` lets the request pass. */
  readonly failure?: "closed" | "open";
  /** Milliseconds in which the upstream must answer; default 60,000. */
  readonly upstreamTimeout?: number;
  /** Whether the certificate of an https upstream must be valid; default true. */
  readonly verifyUpstream?: boolean;
  /** Bytes of a response body that rules see; default 131,072. */
  readonly responseBodyLimit?: number;
  /** Milliseconds for which a response is held back so that rules can see its body; default 5,000. */
  readonly responseHoldTime?: number;
  /** Told of upstreams and of a firewall that fail; what it throws itself goes unheard. */
  readonly onError?: (error: Error, reference: string) => void;
  /** The name in the `Via` header that upstreams get (RFC 9110 §7.6.3); `false`: none. Default `wirewall`. */
  readonly via?: string | false;
  /** Default: over httpxy. */
  readonly forwarder?: Forwarder;
}

/** A reverse proxy with a firewall in it. */
export interface WafProxy {
  /** The server below; not listening until {@link listen}. */
  readonly server: Server;
  /** Resolves when the port is bound. Port 0: a free one. */
  listen(port: number, host?: string): Promise<AddressInfo>;
  /** Takes no new requests, and waits for the running ones, at most so many milliseconds (default 10,000). */
  close(grace?: number): Promise<void>;
}

/**
 * Makes a reverse proxy that evaluates requests and responses; it does not listen yet.
 *
 * @throws RequestOptionsError for an entry of `trust` that is no address or network; TypeError for a bad URL.
 */
export function createProxy(options: ProxyOptions): WafProxy {
  return new ReverseProxy(options);
}

class ReverseProxy implements WafProxy {
  readonly server: Server;
  readonly #options: ProxyOptions;
  readonly #upstream: URL;
  readonly #forwarder: Forwarder;
  readonly #trusted: IpSet;
  readonly #answers: Answers;
  readonly #upgraded = new Set<Socket>();
  /** Responses under way, by connection: a client may send requests ahead. */
  readonly #underWay = new WeakMap<Socket, Set<ServerResponse>>();

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#upstream = new URL(options.upstream);
    if (!/^https?:$/.test(this.#upstream.protocol)) {
      throw new RequestOptionsError(
        `the upstream must be an http or https URL, not \`${this.#upstream.href}\``,
      );
    }
    this.#trusted = trustedSet(options.client?.trust ?? []);
    this.#answers = new Answers(options);
    this.#forwarder =
      options.forwarder ??
      new HttpxyForwarder({
        ...(options.verifyUpstream === undefined ? {} : { verify: options.verifyUpstream }),
        ...(options.upstreamTimeout === undefined ? {} : { timeout: options.upstreamTimeout }),
      });
    this.server = createServer({ headersTimeout: 30_000, keepAliveTimeout: 65_000 });
    // Lines beyond the count would be dropped in silence, of all lines also those that frame the body. What bounds
    // them is the head's size.
    this.server.maxHeadersCount = 0;
    this.server.on("request", (request, response) => {
      void this.#contain(request, response, () => this.#serve(request, response));
    });
    // The head is judged before the client is told to send its body.
    this.server.on("checkContinue", (request, response) => {
      const sendContinue = (): void => response.writeContinue();
      void this.#contain(request, response, () => this.#serve(request, response, sendContinue));
    });
    this.server.on("upgrade", (request, socket, head) => {
      const serve = (response: ServerResponse) =>
        this.#serveUpgrade(request, response, socket as Socket, head);
      void this.#takeOver(request, socket as Socket, serve);
    });
    this.server.on("connect", (request, socket) => {
      const refuseTunnel = (response: ServerResponse): void =>
        this.#refuse(request, response, { status: 405, message: "no tunnels are opened here" });
      void this.#takeOver(request, socket as Socket, refuseTunnel);
    });
  }

  /** Runs a handler: whatever it throws ends here, and not the process. */
  async #contain(
    request: IncomingMessage,
    response: ServerResponse,
    handle: () => Promise<void>,
  ): Promise<void> {
    try {
      this.#watch(request.socket, response);
      await handle();
    } catch (error) {
      this.#report(error, "");
      sendLastAnswer(request, response, plainAnswer(500, "the proxy failed"));
    }
  }

  /**
   * The same for a request whose connection Node has handed over. Node does not queue it behind the requests before it
   * on that connection: when one of them still waits for its answer, the connection is closed.
   */
  async #takeOver(
    request: IncomingMessage,
    socket: Socket,
    handle: (response: ServerResponse) => Promise<void> | void,
  ): Promise<void> {
    socket.on("error", () => socket.destroy());
    try {
      const response = responseOn(request, socket);
      if (response === undefined) this.#closeEarly(request, socket);
      else await handle(response);
    } catch (error) {
      this.#report(error, "");
      socket.destroy();
    }
  }

  #closeEarly(request: IncomingMessage, socket: Socket): void {
    const transaction = this.#open(request);
    const reason = "a request to leave HTTP before earlier requests were answered";
    transaction?.refused({ status: 400, reason });
    this.#end(transaction);
    // Last: a closed socket no longer knows its peer's address.
    socket.destroy();
  }

  /**
   * When a connection closes, Node tells the response that is being sent. Those queued behind it would keep their
   * upstreams busy for nobody.
   */
  #watch(socket: Socket, response: ServerResponse): void {
    const known = this.#underWay.get(socket);
    const all = known ?? new Set<ServerResponse>();
    if (known === undefined) {
      this.#underWay.set(socket, all);
      socket.once("close", () => {
        for (const queued of all) {
          if (queued.socket !== null) continue;
          queued.destroy();
          queued.emit("close");
        }
      });
    }
    all.add(response);
    response.once("close", () => all.delete(response));
  }

  listen(port: number, host = "127.0.0.1"): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, host, () => {
        this.server.off("error", reject);
        // A connection that could not be accepted; the others go on.
        this.server.on("error", (error) => this.#report(error, ""));
        resolve(this.server.address() as AddressInfo);
      });
    });
  }

  close(grace = 10_000): Promise<void> {
    return new Promise((resolve) => {
      const force = setTimeout(() => {
        this.server.closeAllConnections();
        for (const socket of this.#upgraded) socket.destroy();
      }, grace);
      this.server.close(() => {
        clearTimeout(force);
        resolve();
      });
      this.server.closeIdleConnections();
      // Nobody can say when a WebSocket is idle: it is closed like a page that is left.
      for (const socket of this.#upgraded) socket.end();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse, sendContinue?: () => void): Promise<void> {
    const fault = requestFault(request);
    if (fault !== undefined) {
      this.#refuse(request, response, fault);
      return;
    }
    let transaction: Transaction | undefined;
    try {
      if (this.#answers.isChallengeAnswer(request)) {
        sendContinue?.();
        sendAnswer(request, response, await this.#answers.challengeAnswer(request));
        return;
      }
      transaction = this.#open(request);
      const decision = await this.#judge(transaction, request, response, sendContinue);
      if (decision === undefined || response.destroyed) return;
      if (request.url === "*") {
        sendAnswer(request, response, { status: 204, headers: [], body: "" });
        return;
      }
      await this.#pass(transaction, decision, request, response);
    } catch (error) {
      this.#report(error, transaction?.id ?? "");
      sendLastAnswer(request, response, plainAnswer(500, "the proxy failed", transaction?.id));
    } finally {
      this.#end(transaction);
    }
  }

  /** The answer is under way: what goes wrong now must not break it off. */
  #end(transaction: Transaction | undefined): void {
    try {
      transaction?.end();
    } catch (error) {
      this.#report(error, transaction?.id ?? "");
    }
  }

  /** Undefined when the firewall fails even at that. */
  #open(request: IncomingMessage): Transaction | undefined {
    try {
      return openTransaction(this.#options.waf, request, this.#options);
    } catch (error) {
      this.#report(error, "");
      return undefined;
    }
  }

  /** Refuses what no rule is asked about; there is an event all the same. */
  #refuse(request: IncomingMessage, response: ServerResponse, { status, message }: RequestFault): void {
    const transaction = this.#open(request);
    try {
      refuse(request, response, transaction, status, message);
    } finally {
      this.#end(transaction);
    }
  }

  /** The decision to let the request pass; undefined when it was answered. */
  async #judge(
    transaction: Transaction | undefined,
    request: IncomingMessage,
    response: ServerResponse,
    sendContinue?: () => void,
  ): Promise<Decision | "unjudged" | undefined> {
    try {
      if (transaction === undefined) return this.#unjudged(request, response, sendContinue);
      if (hasTooManyHeaders(request, this.#options)) {
        const message = "the request has more header lines than this site inspects";
        refuse(request, response, transaction, 431, message);
        return undefined;
      }
      const { decision, bodyRead, oversize } = await judge(transaction, request, this.#options, sendContinue);
      const refusal = this.#answers.of(decision, request);
      if (refusal !== undefined) {
        sendAnswer(request, response, refusal);
        return undefined;
      }
      if (oversize && (this.#options.oversize ?? "block") === "block") {
        refuse(request, response, transaction, 413, "the body is longer than this site inspects");
        return undefined;
      }
      if (!bodyRead && hasBody(request)) sendContinue?.();
      return decision;
    } catch (error) {
      if (error instanceof BodyError) {
        if (error.code === "E_BODY_TIMEOUT") refuse(request, response, transaction, 408, error.message);
        return undefined;
      }
      this.#report(error, transaction?.id ?? "");
      return this.#unjudged(request, response, sendContinue, transaction);
    }
  }

  /** What becomes of a request when the firewall fails. */
  #unjudged(
    request: IncomingMessage,
    response: ServerResponse,
    sendContinue: (() => void) | undefined,
    transaction?: Transaction,
  ): "unjudged" | undefined {
    if (this.#options.failure === "open") {
      sendContinue?.();
      return "unjudged";
    }
    refuse(request, response, transaction, 503, "the firewall cannot judge requests now");
    return undefined;
  }

  async #pass(
    transaction: Transaction | undefined,
    decision: Decision | "unjudged",
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort(new Error("the client left")));
    let answer: UpstreamAnswer;
    try {
      answer = await this.#forwarder.forward(
        { ...this.#outgoing(request, decision), body: request },
        gone.signal,
      );
    } catch (error) {
      if (gone.signal.aborted || response.destroyed) return;
      this.#report(error, transaction?.id ?? "");
      sendAnswer(request, response, upstreamFault(error, transaction?.id));
      return;
    }
    // Until somebody reads the answer, its errors have nobody else to tell.
    answer.response.on("error", () => undefined);
    const cancel = (): void => tell(() => answer.cancel());
    if (response.destroyed) {
      cancel();
      return;
    }
    response.once("close", cancel);
    await this.#answer(transaction, decision, answer, request, response);
  }

  async #answer(
    transaction: Transaction | undefined,
    decision: Decision | "unjudged",
    answer: UpstreamAnswer,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const upstream = answer.response;
    if (!isFinalStatus(upstream.statusCode)) {
      tell(() => answer.cancel());
      this.#report(
        new Error(`the upstream answered with the status ${upstream.statusCode}`),
        transaction?.id ?? "",
      );
      sendAnswer(
        request,
        response,
        plainAnswer(502, "the upstream's answer cannot be passed on", transaction?.id),
      );
      return;
    }
    let final: Decision | ResponseDecision | "unjudged" = decision;
    let held: HeldBody | undefined;
    if (decision !== "unjudged" && transaction?.needsResponse === true) {
      try {
        if (transaction.needsResponseBody && isHoldable(request, upstream)) {
          held = await holdBody(
            upstream,
            this.#options.responseBodyLimit ?? DEFAULT_REQUEST_LIMITS.maxBodyBytes,
            this.#options.responseHoldTime ?? 5_000,
          );
        }
      } catch (error) {
        // The upstream's answer was given up because the client had left: that is no fault of the upstream.
        if (response.destroyed) return;
        this.#report(error, transaction.id);
        sendAnswer(request, response, plainAnswer(502, "the upstream broke off", transaction.id));
        return;
      }
      try {
        final = await transaction.response({
          status: upstream.statusCode ?? 502,
          rawHeaders: upstream.rawHeaders,
          body: held?.view,
        });
      } catch (error) {
        this.#report(error, transaction.id);
        if (this.#options.failure !== "open") {
          refuse(request, response, transaction, 503, "the firewall cannot judge responses now");
          return;
        }
      }
    }
    const refusal = final === "unjudged" ? undefined : this.#answers.of(final, request);
    if (refusal !== undefined) {
      sendAnswer(request, response, refusal);
      return;
    }
    const operations = final === "unjudged" ? [] : final.changes.responseHeaders;
    sendHead(upstream, applyOperations(endToEnd(upstream.rawHeaders), operations), request, response);
    // Everything is judged and the rest only flows: the event need not wait for the end of a long stream.
    this.#end(transaction);
    sendBody(upstream, held, response);
  }

  #outgoing(request: IncomingMessage, decision: Decision | "unjudged") {
    const changes = decision === "unjudged" ? undefined : decision.changes;
    const method = request.method ?? "GET";
    const peer = request.socket.remoteAddress;
    const address = peer === undefined ? undefined : parseIp(peer);
    const plain = address === undefined ? undefined : unwrapMapped(address);
    const route = changes?.route;
    const target = new URL(this.#upstream);
    if (route?.host !== undefined) target.hostname = route.host;
    if (route?.port !== undefined) target.port = String(route.port);
    let lines = applyOperations(endToEnd(request.rawHeaders), changes?.requestHeaders ?? []);
    const length = valuesOf(lines, "content-length")[0];
    lines = withForwarding(without(lines, "content-length"), {
      peer: typeof plain === "number" ? peer?.replace(/^::ffff:/i, "") : peer,
      peerTrusted: plain !== undefined && this.#trusted.has(plain),
      secure: false,
      host: request.headers.host,
    });
    if (this.#options.via !== false) {
      const before = valuesOf(lines, "via");
      const via = [...before, `${request.httpVersion} ${this.#options.via ?? "wirewall"}`].join(", ");
      lines = [...without(lines, "via"), ["Via", via]];
    }
    const host = route?.hostHeader ?? request.headers.host ?? target.host;
    lines = [["Host", host], ...without(lines, "host"), ...framing(method, length, hasBody(request))];
    return {
      target,
      method,
      path: rewrittenPath(originForm(request.url ?? "/"), changes?.path, changes?.query),
      headers: lines as readonly HeaderLine[],
      serverName: route?.serverName,
    };
  }

  async #serveUpgrade(
    request: IncomingMessage,
    response: ServerResponse,
    socket: Socket,
    head: Buffer,
  ): Promise<void> {
    if (hasBody(request)) {
      this.#refuse(request, response, { status: 400, message: "a request to upgrade has no body" });
      return;
    }
    // Node hands over every upgrade; those that we do not know are ignored, as RFC 9110 §7.8 allows.
    if (request.method !== "GET" || request.headers.upgrade?.toLowerCase() !== "websocket") {
      await this.#serve(request, response);
      return;
    }
    const fault = requestFault(request);
    if (fault !== undefined) {
      this.#refuse(request, response, fault);
      return;
    }
    const transaction = this.#open(request);
    try {
      const decision = await this.#judge(transaction, request, response);
      if (decision === undefined || socket.destroyed) return;
      response.detachSocket(socket);
      this.#upgraded.add(socket);
      socket.once("close", () => this.#upgraded.delete(socket));
      await this.#forwarder.upgrade(this.#outgoing(request, decision), socket, head);
    } catch (error) {
      this.#report(error, transaction?.id ?? "");
      if (!socket.writable) return;
      if (response.socket === null) response.assignSocket(socket);
      sendLastAnswer(request, response, upstreamFault(error, transaction?.id));
    } finally {
      this.#end(transaction);
    }
  }

  #report(error: unknown, reference: string): void {
    tell(() => this.#options.onError?.(error instanceof Error ? error : new Error(String(error)), reference));
  }
}

/**
 * A response on a connection that Node has handed over. It is the last one there; undefined while an earlier one is
 * under way. Some of those are Node's own, so that only Node knows.
 */
function responseOn(request: IncomingMessage, socket: Socket): ServerResponse | undefined {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  try {
    response.assignSocket(socket);
  } catch {
    return undefined;
  }
  response.once("finish", () => socket.end());
  return response;
}

function upstreamFault(error: unknown, reference: string | undefined): Answer {
  return error instanceof UpstreamTimeout
    ? plainAnswer(504, "the upstream did not answer in time", reference)
    : plainAnswer(502, "the upstream does not answer", reference);
}

function trustedSet(entries: readonly string[]): IpSet {
  return IpSet.from(
    entries.map((text) => {
      const item = parseIpItem(text);
      if ("reason" in item)
        throw new RequestOptionsError(`\`${text}\` in \`trust\` is no address, network or range`);
      return item;
    }),
  );
}

function rewrittenPath(target: string, path: string | undefined, query: string | undefined): string {
  if (path === undefined && query === undefined) return target;
  const mark = target.indexOf("?");
  const oldPath = mark === -1 ? target : target.slice(0, mark);
  const oldQuery = mark === -1 ? "" : target.slice(mark + 1);
  const newQuery = query ?? oldQuery;
  return newQuery === "" ? (path ?? oldPath) : `${path ?? oldPath}?${newQuery}`;
}

/** An event stream has no end to wait for; other responses without a body have nothing to hold. */
function isHoldable(request: IncomingMessage, upstream: IncomingMessage): boolean {
  const status = upstream.statusCode ?? 0;
  if (request.method === "HEAD" || status === 204 || status === 304) return false;
  return !/^text\/event-stream\b/i.test(upstream.headers["content-type"] ?? "");
}

/** A status that ends an exchange. Others cannot be passed on: nobody asked for another protocol, or it is no status. */
function isFinalStatus(status: number | undefined): status is number {
  return status !== undefined && status >= 200 && status <= 999;
}

function sendHead(
  upstream: IncomingMessage,
  lines: readonly HeaderLine[],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const status = upstream.statusCode ?? 502;
  const chunked = upstream.headers["transfer-encoding"] !== undefined;
  const shown = (chunked ? without(lines, "content-length") : lines).filter(isSendable);
  const trailer = upstream.headers.trailer;
  // Node writes chunks only where there is a body and the client knows them, and refuses to announce trailers else.
  const hasChunks =
    chunked &&
    response.useChunkedEncodingByDefault &&
    request.method !== "HEAD" &&
    status !== 204 &&
    status !== 304;
  if (hasChunks && trailer !== undefined && isSendableText(trailer)) shown.push(["Trailer", trailer]);
  // A phrase is for people (RFC 9112 §4): one that cannot be sent is replaced by the usual one.
  const phrase = upstream.statusMessage ?? "";
  response.writeHead(status, isSendableText(phrase) ? phrase : undefined, shown.flat());
}

function isSendable([name, value]: HeaderLine): boolean {
  return isSendableLine(name, value);
}

function sendBody(upstream: IncomingMessage, held: HeldBody | undefined, response: ServerResponse): void {
  if (held !== undefined && held.held.length > 0) response.write(held.held);
  if (held?.complete === true) {
    addTrailers(upstream, response);
    response.end();
    return;
  }
  upstream.once("end", () => addTrailers(upstream, response));
  // Either side that breaks off takes the other with it: a cut response must not look complete.
  pipeline(upstream, response, () => undefined);
}

function addTrailers(upstream: IncomingMessage, response: ServerResponse): void {
  const raw = upstream.rawTrailers;
  if (raw.length === 0) return;
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name, value] = [raw[at]!, raw[at + 1]!];
    if (isSendableLine(name, value)) pairs.push([name, value]);
  }
  response.addTrailers(pairs);
}
