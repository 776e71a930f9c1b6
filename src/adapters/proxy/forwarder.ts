import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { BodyError } from "../../host/incoming.ts";
import { MisuseError } from "../../language/diagnostics/misuse.ts";
import { checkOptionNames, type NamesOf } from "../../language/diagnostics/option-names.ts";
import { LONGEST_WAIT, milliseconds, wholeNumber } from "../../language/diagnostics/option-values.ts";
import { isEventStream } from "../../request/body/media-type.ts";
import type { HeaderLine } from "../../request/head/headers.ts";
import { UpstreamBusy, UpstreamTimeout } from "./faults.ts";
import { hasBody } from "./framing.ts";
import { joinConnections, type ReadAhead, readAhead } from "./joined-connections.ts";
import { type ExchangeKind, type Lease, UpstreamPool } from "./upstream-pool.ts";

/** A request on its way to an upstream. */
export interface OutgoingRequest {
  /** Scheme, host, port, and a path that is put in front. Requests share it: leave it as it is. */
  readonly target: URL;
  /** Method as received. */
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Header lines as they are sent, those that frame the body included. */
  readonly headers: readonly HeaderLine[];
  /** The client's body, all of it. */
  readonly body: Readable;
  /**
   * Key that takes turns when requests wait for the upstream, and holds at most half of its places: the client's
   * address, of IPv6 its network. Default: all such requests take turns as one client, and may hold every place.
   */
  readonly client?: string | undefined;
  /** Host name for TLS, when it is not the target's. */
  readonly serverName?: string | undefined;
}

/** An upstream's response; cancel it when the rest is not needed. */
export interface UpstreamAnswer {
  /** Head and body stream of the upstream's response. */
  readonly response: IncomingMessage;
  /** Gives up the rest of the response. */
  cancel(): void;
}

/** Sends requests on. */
export interface Forwarder {
  /**
   * Rejects when there is no answer, with {@link UpstreamTimeout} or {@link UpstreamBusy} when that is the reason; aborting
   * the signal before there is one gives the request up.
   */
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
  readonly verify?: boolean | undefined;
  /** Milliseconds in which an upstream must answer, counted from the last byte sent to it; 0: no limit; default 60,000. */
  readonly timeout?: number | undefined;
  /**
   * Requests that one upstream gets at once; default 0: no limit. Upgraded connections, event streams and requests whose
   * body is still arriving are at most half of them. One client, if it is known, has at most half of either, rounded up; of two
   * it may have both.
   */
  readonly maxConnections?: number | undefined;
  /**
   * Requests that may wait for one upstream while `maxConnections` are under way; default 1,024. Upgrades and requests whose
   * body is still arriving are at most half of them. Clients take turns, and in a full queue the one that has the most makes room.
   */
  readonly maxQueue?: number | undefined;
  /** Milliseconds that a request may wait for the upstream; default 10,000. */
  readonly queueTimeout?: number | undefined;
}

const FORWARDER_OPTION_NAMES: NamesOf<ForwarderOptions> = {
  verify: true,
  timeout: true,
  maxConnections: true,
  maxQueue: true,
  queueTimeout: true,
};
const DEFAULT_TIMEOUT = 60_000;
const DEFAULT_QUEUE = 1_024;
const DEFAULT_QUEUE_TIMEOUT = 10_000;

/** Milliseconds in which an answer may pause; long polls and event streams are silent too. */
const IDLE_TIMEOUT = 600_000;

/**
 * Connections that wait for the next request. Shorter than most servers keep theirs open (Node's 5 seconds): a request on a
 * connection that the upstream is closing is lost.
 */
const KEEP_ALIVE = { keepAlive: true, maxFreeSockets: 256, scheduling: "lifo", timeout: 4_000 } as const;

/** Milliseconds after which a reset is no longer taken for the end of a connection that was kept too long. */
const STALE_WITHIN = 1_000;

/** Methods that may be sent again when a connection turns out to be closed (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"]);

/** The forwarder over `node:http` and `node:https`. Connections are kept open for the next request. */
export class HttpForwarder implements Forwarder {
  readonly #options: {
    readonly [Name in keyof ForwarderOptions]-?: Exclude<ForwarderOptions[Name], undefined>;
  };
  readonly #http = new HttpAgent(KEEP_ALIVE);
  readonly #https = new HttpsAgent(KEEP_ALIVE);
  /** By origin; only those at which something runs or waits. */
  readonly #pools = new Map<string, UpstreamPool>();

  /** @throws MisuseError `E_OPTION_UNKNOWN` for an unknown option, `E_OPTION` for a value that makes no sense. */
  constructor(options: ForwarderOptions = {}) {
    checkOptionNames(options, FORWARDER_OPTION_NAMES);
    if (options.verify !== undefined && typeof options.verify !== "boolean")
      throw new MisuseError("E_OPTION", "`verify` must be `true` or `false`");
    this.#options = {
      verify: options.verify ?? true,
      timeout: milliseconds("timeout", options.timeout ?? DEFAULT_TIMEOUT),
      maxConnections: wholeNumber("maxConnections", options.maxConnections ?? 0, 0),
      maxQueue: wholeNumber("maxQueue", options.maxQueue ?? DEFAULT_QUEUE, 0),
      queueTimeout: wholeNumber(
        "queueTimeout",
        options.queueTimeout ?? DEFAULT_QUEUE_TIMEOUT,
        1,
        LONGEST_WAIT,
      ),
    };
  }

  async forward(request: OutgoingRequest, signal: AbortSignal): Promise<UpstreamAnswer> {
    const kind = hasBody(request) && isArriving(request.body) ? "arriving" : "ordinary";
    const lease = await this.#lease(request, kind, signal);
    try {
      return await this.#exchange(request, signal, lease, false);
    } catch (error) {
      lease?.release();
      throw error;
    }
  }

  async upgrade(
    request: Omit<OutgoingRequest, "body">,
    socket: Socket,
    head: Buffer,
  ): Promise<UpstreamAnswer | undefined> {
    const gone = new AbortController();
    const leave = (): void => gone.abort(new Error("the client disconnected"));
    // Only who reads a connection hears that its other side has left.
    const ahead = readAhead(socket, head);
    socket.once("end", leave).once("close", leave);
    try {
      const lease = await this.#lease(request, "lasting", gone.signal);
      try {
        return await this.#upgrade(request, socket, ahead, lease, gone.signal);
      } catch (error) {
        lease?.release();
        throw error;
      }
    } finally {
      ahead.stop();
      socket.off("end", leave).off("close", leave);
    }
  }

  /** Closes the connections to upstreams. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  /** Undefined when there is no limit. */
  async #lease(
    request: Omit<OutgoingRequest, "body">,
    kind: ExchangeKind,
    signal: AbortSignal,
  ): Promise<Lease | undefined> {
    const { maxConnections, maxQueue, queueTimeout } = this.#options;
    if (maxConnections === 0) return undefined;
    const { target, serverName, client } = request;
    const origin = `${target.protocol}//${target.host} ${serverName ?? ""}`;
    const pool =
      this.#pools.get(origin) ??
      new UpstreamPool({ connections: maxConnections, queue: maxQueue, queueTimeout });
    this.#pools.set(origin, pool);
    // A pool that was idle before may have been taken out, and another one put there.
    const leave = (): void => {
      if (pool.isIdle && this.#pools.get(origin) === pool) this.#pools.delete(origin);
    };
    let lease: Lease;
    try {
      lease = await pool.lease(kind, client, signal);
    } catch (error) {
      leave();
      throw error;
    }
    return {
      ...lease,
      release: () => {
        lease.release();
        leave();
      },
    };
  }

  #exchange(
    request: OutgoingRequest,
    signal: AbortSignal,
    lease: Lease | undefined,
    isRepeated: boolean,
  ): Promise<UpstreamAnswer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const { method, body } = request;
      const started = Date.now();
      const outgoing = this.#open(request, request.headers, isRepeated ? undefined : this.#agent(request));
      const sendsBody = hasBody(request);
      let isAnswered = false;
      const { settle, refresh } = awaitAnswer(outgoing, this.#options.timeout, signal, reject, () => {
        // The side that sends nothing although it could is the late one.
        const isConnected = outgoing.socket?.connecting === false;
        return sendsBody && isConnected && !outgoing.writableEnded && !outgoing.writableNeedDrain
          ? new BodyError("E_BODY_TIMEOUT", "the client sends its body too slowly")
          : upstreamLate();
      });
      outgoing.once("response", (response) => {
        isAnswered = true;
        settle();
        // Until the response is read, its errors have no other listener.
        response.on("error", () => undefined);
        outgoing.setTimeout(IDLE_TIMEOUT, () => outgoing.destroy());
        if (sendsBody && !outgoing.writableFinished) endEarly(request, response, outgoing);
        if (isEventStream(response.headers["content-type"]) && lease?.toLasting() === false) {
          reject(new UpstreamBusy("the limit of open event streams of the upstream is reached"));
          outgoing.destroy();
          return;
        }
        resolve({ response, cancel: () => outgoing.destroy() });
      });
      outgoing.once("upgrade", (_response, socket) => {
        reject(new Error("the upstream switched protocols without being asked"));
        socket.destroy();
      });
      outgoing.on("error", (error) => {
        settle();
        const isStale = isReset(error) && Date.now() - started < STALE_WITHIN;
        const mayRepeat = !isRepeated && !isAnswered && outgoing.reusedSocket && isStale;
        if (mayRepeat && !sendsBody && IDEMPOTENT.has(method) && !signal.aborted)
          resolve(this.#exchange(request, signal, lease, true));
        else reject(error);
      });
      outgoing.once("close", () => {
        settle();
        // Errors come first: without one, the answer was complete, or a repetition goes on.
        if (isAnswered) lease?.release();
        reject(new Error("the upstream closed the connection"));
      });
      if (!sendsBody) {
        outgoing.end();
        return;
      }
      body.once("error", () => outgoing.destroy());
      body.on("data", refresh);
      body.once("end", () => lease?.bodyArrived());
      // The upstream may answer before there is a body; a first part that is there goes in the same packet.
      if (body.readableLength === 0) outgoing.flushHeaders();
      body.pipe(outgoing);
    });
  }

  #upgrade(
    request: Omit<OutgoingRequest, "body">,
    socket: Socket,
    ahead: ReadAhead,
    lease: Lease | undefined,
    signal: AbortSignal,
  ): Promise<UpstreamAnswer | undefined> {
    return new Promise((resolve, reject) => {
      const upgradeLines: readonly HeaderLine[] = [
        ["Connection", "Upgrade"],
        ["Upgrade", "websocket"],
      ];
      const outgoing = this.#open(request, [...request.headers, ...upgradeLines], undefined);
      const leave = (): void => {
        outgoing.destroy();
      };
      const { settle } = awaitAnswer(outgoing, this.#options.timeout, signal, reject, upstreamLate);
      let isAnswered = false;
      outgoing.once("upgrade", (response, upstream: Socket, rest) => {
        settle();
        // RFC 9110 §7.8: only to a protocol that was requested.
        if (response.headers.upgrade?.toLowerCase() !== "websocket") {
          reject(new Error("the upstream switched protocols without being asked"));
          upstream.destroy();
          return;
        }
        if (ahead.isCut) {
          reject(new Error("the client sent too much before the upstream switched"));
          upstream.destroy();
          socket.destroy();
          return;
        }
        upstream.once("close", () => lease?.release());
        joinConnections({ socket, head: ahead.stop() }, { socket: upstream, head: rest }, response);
        resolve(undefined);
      });
      outgoing.once("response", (response) => {
        isAnswered = true;
        settle();
        response.on("error", () => undefined);
        outgoing.setTimeout(IDLE_TIMEOUT, leave);
        resolve({ response, cancel: leave });
      });
      outgoing.on("error", reject);
      outgoing.once("close", () => {
        settle();
        if (isAnswered) lease?.release();
        reject(new Error("the upstream closed the connection"));
      });
      outgoing.end();
    });
  }

  #agent({ target }: OutgoingRequest): HttpAgent | undefined {
    return target.protocol === "https:" ? this.#https : this.#http;
  }

  /** @param agent undefined: a connection of its own. */
  #open(
    { target, method, path, serverName }: Omit<OutgoingRequest, "body">,
    lines: readonly HeaderLine[],
    agent: HttpAgent | undefined,
  ): ClientRequest {
    // Lines in a list are sent in their order and spelling.
    const headers = lines.flat();
    const options: RequestOptions = {
      method,
      hostname: hostName(target),
      port: target.port,
      path: joined(target, path),
      headers,
      agent: agent ?? false,
    };
    if (target.protocol !== "https:") return httpRequest(options);
    return httpsRequest({
      ...options,
      rejectUnauthorized: this.#options.verify,
      servername: serverName ?? tlsName(hostName(target)),
    });
  }
}

/** The wait for an upstream's answer. */
interface Wait {
  /** Ends it: there is an answer, or there will be none. */
  settle(): void;
  /** The time begins anew. */
  refresh(): void;
}

/**
 * Gives a request up when the signal aborts, or when there is no answer in time.
 *
 * @param timeout milliseconds; 0: no limit.
 * @param late why there is none.
 */
function awaitAnswer(
  outgoing: ClientRequest,
  timeout: number,
  signal: AbortSignal,
  reject: (reason: unknown) => void,
  late: () => Error,
): Wait {
  const giveUp = (reason: unknown): void => {
    reject(reason);
    outgoing.destroy();
  };
  const onAbort = (): void => giveUp(signal.reason);
  const timer = timeout === 0 ? undefined : setTimeout(() => giveUp(late()), timeout);
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    settle() {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    },
    refresh() {
      timer?.refresh();
    },
  };
}

function upstreamLate(): Error {
  return new UpstreamTimeout("the upstream did not answer in time");
}

/** Whether a client still sends the body. */
function isArriving(body: Readable): boolean {
  return "complete" in body && body.complete === false;
}

function isReset(error: NodeJS.ErrnoException): boolean {
  return error.code === "ECONNRESET" || error.code === "EPIPE";
}

/**
 * An answer that came before the whole request was sent. An upstream that refuses it, or is about to hang up, reads no
 * more; one that has said everything gets no more. What the client still sends is read and dropped.
 */
function endEarly({ body }: OutgoingRequest, response: IncomingMessage, outgoing: ClientRequest): void {
  const stopSending = (): void => {
    if (outgoing.writableEnded) return;
    body.unpipe(outgoing);
    body.resume();
  };
  if ((response.statusCode ?? 0) >= 400 || /\bclose\b/i.test(response.headers.connection ?? ""))
    stopSending();
  response.once("close", () => {
    stopSending();
    if (!outgoing.writableFinished) outgoing.destroy();
  });
}

/** Without the brackets that a URL puts around an IPv6 address: no name server knows them. */
function hostName({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/** Addresses are not names for TLS (RFC 6066 §3); a certificate is compared with the address then. */
function tlsName(host: string): string {
  return isIP(host) === 0 ? host : "";
}

function joined(target: URL, path: string): string {
  return target.pathname === "/" ? path : target.pathname.replace(/\/$/, "") + path;
}
