import type { Server } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { plainAnswer, withRetryAfter } from "../../host/answer.ts";
import { clientKey } from "../../host/client-key.ts";
import type { IpSet } from "../../language/sets/ip-set.ts";
import { parseIp, unwrapMapped } from "../../language/values/ip.ts";

/** Bounds on clients' connections; 0: none. */
export interface ConnectionLimits {
  /** In all. */
  readonly total: number;
  /** Of one client: an IPv4 address or an IPv6 network of 64 bits. */
  readonly perClient: number;
}

/** Seconds after which a client may try again. */
const RETRY_AFTER = 5;
/** Milliseconds for which a refused connection stays open, so that its client reads why. */
const LINGER = 1_000;
/** Refused connections that stay open so; others are closed at once. */
const MAX_LINGERING = 64;
/** The share of a client's connections that only short requests get: one of so many. */
const SHORT_SHARE = 4;
/** Milliseconds after which such a connection is closed in any case. */
const SHORT_TIME = 30_000;
/** Milliseconds after which it may be closed in favour of another one unless it has begun to be answered. */
const SHORT_PATIENCE = 1_000;
/** Milliseconds between two reports of connections that were dropped. */
const REPORT_EVERY = 60_000;

interface Client {
  open: number;
  isReported: boolean;
  /** Connections for short requests, with the times at which they were opened; the oldest first. */
  readonly short: Map<Socket, number>;
}

/**
 * Counts clients' connections, and refuses those beyond the limits. Trusted proxies have as many as they need.
 *
 * The last quarter of a client's connections is for short requests: event streams, WebSockets and bodies that dribble in
 * must not use up what its other requests need.
 */
export class ClientConnections {
  readonly #limits: ConnectionLimits;
  readonly #trusted: IpSet;
  readonly #report: (error: Error) => void;
  readonly #clients = new Map<string, Client>();
  readonly #refused = new WeakSet<Duplex>();
  readonly #short = new WeakSet<Duplex>();
  readonly #rejected: (status: number) => void;
  #lingering = 0;
  #dropped = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param report called for refusals: the first of a client, and drops at most once a minute.
   * @param rejected called for each refusal, with its status
   */
  constructor(
    server: Server,
    limits: ConnectionLimits,
    trusted: IpSet,
    report: (error: Error) => void,
    rejected: (status: number) => void,
  ) {
    this.#rejected = rejected;
    this.#limits = limits;
    this.#trusted = trusted;
    this.#report = report;
    if (limits.total > 0) server.maxConnections = limits.total;
    server.on("drop", () => this.#onDrop());
    if (limits.perClient > 0) server.on("connection", (socket: Socket) => this.#admit(socket));
  }

  /** Whether the connection was refused: further data on it is discarded. */
  isRefused(socket: Socket): boolean {
    return this.#refused.has(socket);
  }

  /** Whether the connection is one for a short request: it has no other, and gets no stream. */
  isShort(socket: Socket): boolean {
    return this.#short.has(socket);
  }

  #admit(socket: Socket): void {
    const { remoteAddress } = socket;
    const key = remoteAddress === undefined ? undefined : this.#keyOf(remoteAddress);
    if (key === undefined) return;
    const client = this.#clients.get(key) ?? { open: 0, isReported: false, short: new Map() };
    const { perClient } = this.#limits;
    const most = Math.floor(perClient / SHORT_SHARE);
    const isShort = client.open - client.short.size >= perClient - most;
    if (isShort && client.short.size >= most && !displace(client)) {
      this.#refuse(socket);
      if (client.isReported) return;
      client.isReported = true;
      this.#report(
        new Error(
          `connections of ${remoteAddress} are refused: it has ${client.open}, the most that a client may have`,
        ),
      );
      return;
    }
    client.open++;
    this.#clients.set(key, client);
    let timer: NodeJS.Timeout | undefined;
    if (isShort) {
      this.#short.add(socket);
      client.short.set(socket, performance.now());
      timer = setTimeout(() => socket.destroy(), SHORT_TIME);
    }
    socket.once("close", () => {
      clearTimeout(timer);
      client.short.delete(socket);
      client.open--;
      if (client.open === 0) this.#clients.delete(key);
    });
  }

  /** Who is counted; undefined for proxies that are trusted. */
  #keyOf(address: string): string | undefined {
    const [zoneless = address] = address.split("%");
    const parsed = parseIp(zoneless);
    return parsed !== undefined && this.#trusted.has(unwrapMapped(parsed)) ? undefined : clientKey(address);
  }

  #refuse(socket: Duplex): void {
    this.#refused.add(socket);
    this.#rejected(503);
    socket.on("error", () => socket.destroy());
    if (this.#lingering >= MAX_LINGERING) {
      close(socket);
      return;
    }
    this.#lingering++;
    const timer = setTimeout(() => close(socket), LINGER);
    socket.once("close", () => {
      this.#lingering--;
      clearTimeout(timer);
    });
    socket.end(REFUSAL, "latin1");
  }

  #onDrop(): void {
    this.#dropped++;
    const now = performance.now();
    if (now - this.#reportedAt < REPORT_EVERY) return;
    this.#reportedAt = now;
    this.#report(
      new Error(
        `${this.#limits.total} connections are open, the most that there may be: ${this.#dropped} were closed`,
      ),
    );
    this.#dropped = 0;
  }
}

/** Closes the oldest connection for short requests that nothing was sent on for long enough; false when there is none. */
function displace({ short }: Client): boolean {
  const before = performance.now() - SHORT_PATIENCE;
  for (const [socket, openedAt] of short) {
    if (openedAt > before) return false;
    if (socket.bytesWritten > 0) continue;
    short.delete(socket);
    close(socket);
    return true;
  }
  return false;
}

/** A client that does not read would not hear of an ordinary end. Servers are given other streams than sockets too. */
function close(socket: Duplex): void {
  if (socket instanceof Socket) socket.resetAndDestroy();
  else socket.destroy();
}

const REFUSAL = refusalText();

/** Sent before there is a request, so that no `ServerResponse` can send it. */
function refusalText(): string {
  const refusal = plainAnswer(503, "this client has too many connections");
  const { headers, body } = withRetryAfter(refusal, RETRY_AFTER);
  const lines = [...headers, ["Content-Length", body.length], ["Connection", "close"]];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `HTTP/1.1 503 Service Unavailable\r\n${head}\r\n${body}`;
}
