import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Gate } from "../../host/gate.ts";
import type { PassedRequest } from "../../host/passed-request.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkFunction, LONGEST_WAIT } from "../../language/diagnostics/option-values.ts";
import { thrownError } from "../../language/diagnostics/thrown.ts";
import { giveBackWhenOver, sendLastAnswer, writeAnswer } from "../node/answer.ts";
import { hasBody } from "../node/body.ts";
import { type NodeFacts, NodeIncoming } from "../node/incoming.ts";
import { hasLostPeer } from "../node/lost-peer.ts";
import { closeConnection, maxTarpits, Tarpit } from "../node/tarpit.ts";
import { ClientConnections } from "./client-connections.ts";
import { ClientErrors } from "./client-errors.ts";
import { HttpForwarder } from "./forwarder.ts";
import {
  checkProxyOptions,
  forwarderOptions,
  PROXY_OPTION_NAMES,
  type ProxyOptions,
  upstreamUrl,
} from "./options.ts";
import { type OutgoingOptions, outgoingRequest, shownHeaders } from "./outgoing.ts";
import type { ProxyParts } from "./parts.ts";
import { relay } from "./relay.ts";
import { type FaultOptions, type RequestFault, requestFault } from "./request-faults.ts";
import { Turns } from "./turns.ts";
import { discard, isWebSocket, responseOn, TakenConnections } from "./upgrade.ts";

/** Each takes two of the system's file descriptors while a request of it is under way. */
const DEFAULT_CONNECTIONS = 10_000;
const DEFAULT_CLIENT_CONNECTIONS = 256;

const TOO_MANY_STREAMS: RequestFault = { status: 503, message: "this client has too many connections" };

/** A reverse proxy with a firewall in it. */
export interface WafProxy {
  /** The HTTP server; for its own events and settings. */
  readonly server: Server;
  /** Resolves when the port is bound. Port 0: a free one. */
  listen(port: number, host?: string): Promise<AddressInfo>;
  /** Takes no new requests, and waits for the running ones, at most so many milliseconds (default 10,000). */
  close(grace?: number): Promise<void>;
}

/**
 * A reverse proxy in front of one upstream.
 *
 * @throws MisuseError `E_OPTION_UNKNOWN` for an unknown option, `E_OPTION` for one that contradicts the firewall's or
 *   has a value that makes no sense.
 */
export function createProxy(options: ProxyOptions): WafProxy {
  return new ReverseProxy(options);
}

class ReverseProxy implements WafProxy {
  readonly server: Server;
  readonly #parts: ProxyParts;
  readonly #facts: NodeFacts | undefined;
  /** Undefined when the embedder has given another. */
  readonly #ownForwarder: HttpForwarder | undefined;
  readonly #taken = new TakenConnections();
  readonly #turns = new Turns();
  readonly #clients: ClientConnections;

  constructor(options: ProxyOptions) {
    this.#parts = {
      ...partsOf(options),
      mayStream: (socket) => !this.#clients.isShort(socket),
    };
    const { forwarder } = this.#parts;
    this.#ownForwarder =
      options.forwarder === undefined && forwarder instanceof HttpForwarder ? forwarder : undefined;
    this.#facts = options.facts;
    this.server = createServer({
      headersTimeout: 30_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
    });
    // Lines beyond the count would be dropped in silence, of all lines also those that frame the body. What bounds
    // them is the head's size.
    this.server.maxHeadersCount = 0;
    this.#clients = new ClientConnections(
      this.server,
      {
        total: options.maxConnections ?? DEFAULT_CONNECTIONS,
        perClient: options.maxClientConnections ?? DEFAULT_CLIENT_CONNECTIONS,
      },
      this.#parts.gate.firewall.request.trusted,
      (error) => this.#parts.report(error, ""),
      (status) => this.#parts.gate.firewall.metrics?.rejected(status),
    );
    this.server.on("request", (request, response) => {
      this.#inTurn(request, response, () => this.#serve(request, response));
    });
    // The head is evaluated before the client is told to send its body.
    this.server.on("checkContinue", (request, response) => {
      const sendContinue = (): void => response.writeContinue();
      this.#inTurn(request, response, () => this.#serve(request, response, sendContinue));
    });
    this.server.on("upgrade", (request, socket: Socket, head) => {
      void this.#takeOver(request, socket, (response) => this.#serveUpgrade(request, response, socket, head));
    });
    const errors = new ClientErrors(this.#parts.gate);
    this.server.on("clientError", (error, socket: Socket) => {
      errors.answer(error, socket, this.#clients.isRefused(socket) || this.#turns.isAnswering(socket));
    });
    this.server.on("connect", (request, socket: Socket) => {
      const fault = { status: 405, message: "tunnels are not supported here" };
      void this.#takeOver(request, socket, (response) => this.#reject(request, response, fault));
    });
  }

  listen(port: number, host = "127.0.0.1"): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, host, () => {
        this.server.off("error", reject);
        // A connection that could not be accepted; the others go on.
        this.server.on("error", (error) => this.#parts.report(error, ""));
        const address = this.server.address();
        if (address === null || typeof address === "string")
          reject(new Error("unreachable: it listens to a port"));
        else resolve(address);
      });
    });
  }

  close(grace = 10_000): Promise<void> {
    return new Promise((resolve) => {
      const force = setTimeout(
        () => {
          this.server.closeAllConnections();
          this.#taken.destroy();
        },
        Math.min(grace, LONGEST_WAIT),
      );
      this.server.close(() => {
        clearTimeout(force);
        this.#ownForwarder?.close();
        resolve();
      });
      this.server.closeIdleConnections();
      this.#parts.tarpit.close();
      this.#taken.end();
    });
  }

  /** Handles a request when it is its turn. */
  #inTurn(request: IncomingMessage, response: ServerResponse, handle: () => Promise<void>): void {
    const { socket } = request;
    if (this.#clients.isRefused(socket)) return;
    if (this.#clients.isShort(socket)) response.shouldKeepAlive = false;
    this.#turns.take(socket, response, () => void this.#contain(request, response, handle));
  }

  /** Runs a handler: exceptions end here, and do not end the process. */
  async #contain(
    request: IncomingMessage,
    response: ServerResponse,
    handle: () => Promise<void>,
  ): Promise<void> {
    try {
      await handle();
    } catch (error) {
      this.#parts.report(error, "");
      const incoming = new NodeIncoming(request, { response });
      sendLastAnswer(request, response, this.#parts.gate.page(incoming, 500, "the proxy failed"));
    }
  }

  /**
   * The same for a request whose connection Node has handed over. Node does not queue it after the requests before it
   * on that connection: when one of them still waits for its answer, the connection is closed.
   */
  async #takeOver(
    request: IncomingMessage,
    socket: Socket,
    handle: (response: ServerResponse) => Promise<void> | void,
  ): Promise<void> {
    socket.on("error", () => socket.destroy());
    if (this.#clients.isRefused(socket)) return;
    this.#taken.add(socket);
    try {
      const response = responseOn(request, socket);
      if (hasLostPeer(request)) socket.destroy();
      else if (response === undefined) this.#closeEarly(request, socket);
      else await handle(response);
    } catch (error) {
      this.#parts.report(error, "");
      socket.destroy();
    }
  }

  #closeEarly(request: IncomingMessage, socket: Socket): void {
    const reason = "a request to switch protocols before earlier requests were answered";
    this.#parts.gate.reject(this.#incoming(request, undefined), 400, reason);
    // Last: a closed socket no longer knows its peer's address.
    socket.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse, sendContinue?: () => void): Promise<void> {
    if (hasLostPeer(request)) {
      closeConnection(request, response);
      return;
    }
    const fault = this.#parts.fault(request);
    if (fault !== undefined) {
      this.#reject(request, response, fault);
      return;
    }
    await this.#admit(request, response, sendContinue, async (passed) => {
      if (response.destroyed) return;
      if (request.url === "*") writeAnswer(request, response, { status: 204, headers: [], body: "" });
      else await relay(this.#parts, passed, request, response);
    });
  }

  async #serveUpgrade(
    request: IncomingMessage,
    response: ServerResponse,
    socket: Socket,
    head: Buffer,
  ): Promise<void> {
    if (hasBody(request)) {
      this.#reject(request, response, { status: 400, message: "a request to upgrade must not have a body" });
      return;
    }
    if (!isWebSocket(request)) {
      discard(socket);
      await this.#serve(request, response);
      return;
    }
    const fault =
      this.#parts.fault(request) ?? (this.#clients.isShort(socket) ? TOO_MANY_STREAMS : undefined);
    if (fault !== undefined) {
      this.#reject(request, response, fault);
      return;
    }
    await this.#admit(request, response, undefined, (passed) =>
      this.#taken.join(this.#parts, passed, request, response, socket, head),
    );
  }

  /** Answers a request that does not pass, and serves the others. */
  async #admit(
    request: IncomingMessage,
    response: ServerResponse,
    sendContinue: (() => void) | undefined,
    serve: (passed: PassedRequest) => Promise<void>,
  ): Promise<void> {
    const incoming = this.#incoming(request, response, sendContinue);
    const admission = await this.#parts.gate.admit(incoming);
    if (!admission.passed) {
      // Whoever is to wait would not be heard to leave.
      if (admission.answer?.ending !== undefined && this.#taken.has(request.socket)) discard(request.socket);
      if (admission.answer !== undefined)
        writeAnswer(request, response, admission.answer, this.#parts.tarpit);
      return;
    }
    const passed = admission.request;
    giveBackWhenOver(request, response, passed);
    try {
      // Another host with the same secret may have kept it.
      const fault = incoming.isRestored ? this.#parts.fault(request) : undefined;
      if (fault === undefined) await serve(passed);
      else writeAnswer(request, response, passed.reject(fault.status, fault.message));
    } catch (error) {
      this.#parts.report(error, passed.reference);
      sendLastAnswer(request, response, passed.fail(500, "the proxy failed"));
    } finally {
      passed.end();
    }
  }

  /** Rejects what no rule evaluates; there is an event too. */
  #reject(request: IncomingMessage, response: ServerResponse, { status, message }: RequestFault): void {
    writeAnswer(
      request,
      response,
      this.#parts.gate.reject(this.#incoming(request, response), status, message),
    );
  }

  #incoming(
    request: IncomingMessage,
    response: ServerResponse | undefined,
    sendContinue?: () => void,
  ): NodeIncoming {
    return new NodeIncoming(request, {
      response,
      facts: this.#facts,
      sendContinue,
      shownHeaders: () => this.#parts.shown(request),
    });
  }
}

function partsOf(options: ProxyOptions): Omit<ProxyParts, "mayStream"> {
  if (!isObject(options)) throw new MisuseError("E_OPTION", "a proxy needs options: `waf` and `upstream`");
  const { onError, ...rest } = options;
  checkFunction("onError", onError);
  const gate = new Gate(
    options.waf,
    onError === undefined
      ? rest
      : { ...rest, onError: (error, reference) => onError(thrownError(error), reference) },
    PROXY_OPTION_NAMES,
  );
  checkProxyOptions(options);
  const upstream = upstreamUrl(options.upstream);
  const { pathForwarding = "normalize", via = "wirewall" } = options;
  const { request } = gate.firewall;
  const { normalizePath, clientHeader, protocolHeader } = request;
  const ownForwarding = new Set([clientHeader, ...(protocolHeader === undefined ? [] : [protocolHeader])]);
  const outgoing: OutgoingOptions = {
    upstream,
    via,
    request,
    ownForwarding,
    normalizePath: pathForwarding === "keep" ? "none" : normalizePath,
  };
  const faults: FaultOptions = { refusesDots: pathForwarding === "refuse", ownForwarding };
  return {
    gate,
    tarpit: new Tarpit(maxTarpits(options.maxTarpits)),
    forwarder: options.forwarder ?? new HttpForwarder(forwarderOptions(options)),
    fault: (incoming) => requestFault(incoming, faults),
    shown: (incoming) => shownHeaders(incoming, upstream),
    outgoing: (incoming, passed) => outgoingRequest(incoming, passed, outgoing),
    report: gate.options.onError,
  };
}

/** Values that programs without types may pass. */
function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
