import { EventEmitter } from "node:events";
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { pipeline, type Readable } from "node:stream";
import { createProxyServer, type ProxyServer } from "httpxy";
import { isSendableLine } from "../../host/sendable.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import { milliseconds } from "../../language/diagnostics/option-values.ts";
import { thrownError } from "../../language/diagnostics/thrown.ts";
import { type HeaderLine, linesOf } from "../../request/head/headers.ts";
import { toRecord } from "./headers.ts";

/** A request on its way to an upstream. */
export interface OutgoingRequest {
  /** Scheme, host, port, and a path that is put in front. */
  readonly target: URL;
  /** Method as received. */
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Header lines in the order in which they are sent. */
  readonly headers: readonly HeaderLine[];
  /** The client's body, all of it. */
  readonly body: Readable;
  /** Host name for TLS, when it is not the target's. */
  readonly serverName?: string | undefined;
}

/** An upstream's answer; cancel it when nobody wants the rest. */
export interface UpstreamAnswer {
  /** Head and body stream of the upstream's response. */
  readonly response: IncomingMessage;
  /** Gives up the rest of the response. */
  cancel(): void;
}

/** Sends requests on. */
export interface Forwarder {
  /** Rejects when there is no answer; aborting the signal before there is one gives the request up. */
  forward(request: OutgoingRequest, signal: AbortSignal): Promise<UpstreamAnswer>;
  /**
   * Joins an upgraded connection to the upstream's, when that switches protocols. Any other answer is for the caller,
   * who evaluates and sends it. Rejects when there is none; the connection is still open then.
   */
  upgrade(
    request: Omit<OutgoingRequest, "body">,
    socket: Socket,
    head: Buffer,
  ): Promise<UpstreamAnswer | undefined>;
}

/** How the forwarder treats upstreams. */
export interface ForwarderOptions {
  /** Whether certificates of https upstreams must be valid; default true. */
  readonly verify?: boolean;
  /** Milliseconds in which an upstream must answer, counted from the last byte sent to it; 0: no limit; default 60,000. */
  readonly timeout?: number;
}

const FORWARDER_OPTION_NAMES: NamesOf<ForwarderOptions> = { verify: true, timeout: true };
const DEFAULT_TIMEOUT = 60_000;

/** No answer in time. */
export class UpstreamTimeout extends Error {
  override readonly name = "UpstreamTimeout";
}

/** Milliseconds in which an answer may pause; long polls and event streams are silent too. */
const IDLE_TIMEOUT = 600_000;

/** Methods whose bodies Node frames only when told to (RFC 9110 gives them no meaning). */
const UNFRAMED = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

/**
 * The forwarder over httpxy. Both sides that httpxy is shown are stand-ins: it gets exactly the lines that are to be
 * sent, and leaves the answer to us.
 */
export class HttpxyForwarder implements Forwarder {
  readonly #proxy: ProxyServer = createProxyServer({});
  readonly #options: Required<ForwarderOptions>;

  /** @throws MisuseError `E_OPTION_UNKNOWN` for an unknown option, `E_OPTION` for a value that makes no sense. */
  constructor(options: ForwarderOptions = {}) {
    checkOptionNames(options, FORWARDER_OPTION_NAMES);
    if (options.verify !== undefined && typeof options.verify !== "boolean")
      throw new MisuseError("E_OPTION", "`verify` must be `true` or `false`");
    this.#options = {
      verify: options.verify ?? true,
      timeout: milliseconds("timeout", options.timeout ?? DEFAULT_TIMEOUT),
    };
    this.#proxy.on("proxyReq", (outgoing, request) => {
      if (request instanceof RequestStandIn) request.onOutgoing(outgoing);
    });
    this.#proxy.on("proxyRes", (response, request) => {
      if (request instanceof RequestStandIn) request.onResponse(response);
    });
  }

  forward(request: OutgoingRequest, signal: AbortSignal): Promise<UpstreamAnswer> {
    return new Promise((resolve, reject) => {
      const client = new ClientStandIn();
      const started = Date.now();
      const onResponse = (response: IncomingMessage): void => {
        signal.removeEventListener("abort", onAbort);
        response.setTimeout(IDLE_TIMEOUT);
        // Until somebody reads the answer, its errors have nobody else to tell.
        response.on("error", () => undefined);
        resolve({ response, cancel: () => client.leave() });
      };
      // httpxy knows responses and errors only: a connection that ends otherwise would be waited for without end.
      const onOutgoing = (outgoing: ClientRequest): void => {
        const fail = (why: string): void => {
          signal.removeEventListener("abort", onAbort);
          reject(new Error(why));
        };
        outgoing.once("upgrade", (_response, socket) => {
          socket.destroy();
          fail("the upstream switched to another protocol unasked");
        });
        // The error that says more, if there is one, comes first.
        outgoing.once("close", () => setImmediate(fail, "the upstream closed the connection"));
      };
      const shown = new RequestStandIn(request, onResponse, onOutgoing);
      const onAbort = (): void => {
        client.leave();
        reject(signal.reason);
      };
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener("abort", onAbort, { once: true });
      request.body.once("error", () => client.leave());
      this.#proxy
        .web(shown as unknown as IncomingMessage, client as unknown as ServerResponse, {
          target: dialled(request.target),
          buffer: request.body,
          selfHandleResponse: true,
          proxyTimeout: this.#options.timeout,
          secure: this.#options.verify,
          ...tlsOptions(request),
        })
        .then(
          () => reject(new Error("the upstream closed the connection")),
          (error: unknown) => {
            // httpxy only hangs up when its time is over, and reports that like any other loss of the connection.
            const { timeout } = this.#options;
            const late = codeOf(error) === "ECONNRESET" && timeout > 0 && Date.now() - started >= timeout;
            reject(late ? new UpstreamTimeout("the upstream did not answer in time") : thrownError(error));
          },
        )
        .finally(() => signal.removeEventListener("abort", onAbort));
    });
  }

  upgrade(
    request: Omit<OutgoingRequest, "body">,
    socket: Socket,
    head: Buffer,
  ): Promise<UpstreamAnswer | undefined> {
    return new Promise((resolve, reject) => {
      const { target, method, path, serverName } = request;
      const outgoing = (target.protocol === "https:" ? httpsRequest : httpRequest)({
        method,
        hostname: hostName(target),
        port: target.port,
        path: joined(target, path),
        headers: { ...toRecord(request.headers), connection: "Upgrade", upgrade: "websocket" },
        agent: false,
        rejectUnauthorized: this.#options.verify,
        ...(serverName === undefined ? {} : { servername: serverName }),
      });
      const leave = (): void => {
        outgoing.destroy();
      };
      const expire = (): void => {
        reject(new UpstreamTimeout("the upstream did not answer in time"));
        leave();
      };
      const { timeout } = this.#options;
      const timer = timeout === 0 ? undefined : setTimeout(expire, timeout);
      const settle = (): void => {
        clearTimeout(timer);
        socket.off("close", leave);
      };
      socket.once("close", leave);
      outgoing.once("upgrade", (response, upstream: Socket, rest) => {
        settle();
        joinConnections({ socket, head }, { socket: upstream, head: rest }, response);
        resolve(undefined);
      });
      outgoing.once("response", (response) => {
        settle();
        response.setTimeout(IDLE_TIMEOUT, leave);
        response.on("error", () => undefined);
        resolve({ response, cancel: leave });
      });
      outgoing.on("error", reject);
      outgoing.once("close", () => {
        settle();
        reject(new Error("the upstream closed the connection"));
      });
      outgoing.end();
    });
  }
}

/** A connection, and what came behind the head on it. */
interface Joined {
  readonly socket: Socket;
  readonly head: Buffer;
}

/** Tells the client that the upstream has switched protocols; from then on either side's bytes are the other's. */
function joinConnections(client: Joined, upstream: Joined, { rawHeaders }: IncomingMessage): void {
  for (const { socket, head } of [client, upstream]) {
    socket.setTimeout(0);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 0);
    // Also after both directions have ended.
    socket.on("error", () => undefined);
    if (head.length > 0) socket.unshift(head);
  }
  let lines = "HTTP/1.1 101 Switching Protocols\r\n";
  for (const [name, value] of linesOf(rawHeaders)) {
    if (isSendableLine(name, value)) lines += `${name}: ${value}\r\n`;
  }
  client.socket.write(`${lines}\r\n`, "latin1");
  // Either side that breaks off takes the other with it.
  pipeline(upstream.socket, client.socket, () => undefined);
  pipeline(client.socket, upstream.socket, () => undefined);
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

/** Without the brackets that a URL puts around an IPv6 address: no name server knows them. */
function hostName({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/** The target as httpxy connects to it. */
function dialled(target: URL): URL | { protocol: string; hostname: string; port: string; pathname: string } {
  const hostname = hostName(target);
  if (hostname === target.hostname) return target;
  return { protocol: target.protocol, hostname, port: target.port, pathname: target.pathname };
}

function joined(target: URL, path: string): string {
  return target.pathname === "/" ? path : target.pathname.replace(/\/$/, "") + path;
}

/** A fresh object each time: httpxy writes into it. */
function tlsOptions(request: Pick<OutgoingRequest, "serverName">): { ssl?: Record<string, unknown> } {
  return request.serverName === undefined ? {} : { ssl: { servername: request.serverName } };
}

/** What httpxy reads of an incoming request. */
class RequestStandIn extends EventEmitter {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string | string[]>;
  readonly httpVersion = "1.1";
  readonly httpVersionMajor = 1;
  /** It asks whether the client is still there; that is our business. */
  readonly socket = { writable: true };
  readonly onResponse: (response: IncomingMessage) => void;
  readonly onOutgoing: (outgoing: ClientRequest) => void;

  constructor(
    request: OutgoingRequest,
    onResponse: (response: IncomingMessage) => void,
    onOutgoing: (outgoing: ClientRequest) => void,
  ) {
    super();
    this.method = request.method;
    this.url = request.path;
    this.headers = toRecord(request.headers);
    this.onResponse = onResponse;
    this.onOutgoing = onOutgoing;
  }
}

/** What httpxy reads of the response to the client: whether it is over. */
class ClientStandIn extends EventEmitter {
  readonly headersSent = false;
  readonly finished = false;
  readonly writableFinished = false;
  destroyed = false;

  /** httpxy calls it when the upstream breaks off; whoever reads the answer sees that for itself. */
  destroy(): void {
    this.destroyed = true;
  }

  leave(): void {
    this.destroyed = true;
    this.emit("close");
  }
}

/**
 * Header lines that frame the body: its length as announced, else chunks. In lower case: httpxy looks for these names,
 * and would give a DELETE without them a second framing.
 */
export function framing(
  method: string,
  contentLength: string | undefined,
  hasBody: boolean,
): readonly HeaderLine[] {
  if (contentLength !== undefined) return [["content-length", contentLength]];
  const unframed = UNFRAMED.has(method.toUpperCase());
  if (hasBody) return unframed ? [["transfer-encoding", "chunked"]] : [];
  return unframed ? [] : [["content-length", "0"]];
}
