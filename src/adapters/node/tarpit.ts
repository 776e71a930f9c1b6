import { constants, Http2ServerResponse } from "node:http2";
import type { Socket } from "node:net";
import { wholeNumber } from "../../language/diagnostics/option-values.ts";
import type { NodeRequest } from "./node-request.ts";
import type { NodeResponse } from "./node-response.ts";

/** Requests that are held at once. */
export const DEFAULT_TARPITS = 1_024;
/** Milliseconds between two looks at what is held. */
const LOOK = 250;
/** Bytes that a held client may go on sending; they are dropped, and beyond them the connection is closed. */
const MAX_DISCARDED = 1_048_576;

/** The option of hosts that can hold connections. */
export interface TarpitOption {
  /**
   * Requests that `tarpit` rules hold at once; further ones are dropped. 0: all are. Default 1,024. A held request keeps its
   * connection, and nothing of its body.
   */
  readonly maxTarpits?: number;
}

export function maxTarpits(value: number | undefined): number {
  return wholeNumber("maxTarpits", value ?? DEFAULT_TARPITS, 0);
}

/** A request whose client waits. */
interface Held {
  readonly request: NodeRequest;
  readonly response: NodeResponse;
  /** By the clock of `performance.now()`. */
  readonly until: number;
  /** The end of the wait. */
  finish(): void;
}

/** Holds requests for a while: one timer for all of them, and nothing but the connection for each. */
export class Tarpit {
  readonly #most: number;
  readonly #held = new Set<Held>();
  #timer: NodeJS.Timeout | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Requests that are held now. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * Holds a request; false: as many are held as there may be. Nothing is held of a client that has left.
   *
   * @param finish called when the time is over, unless the client has left.
   */
  hold(request: NodeRequest, response: NodeResponse, seconds: number, finish: () => void): boolean {
    // It has told so already, and would keep a place of those who wait.
    if (hasLeft(request, response)) return true;
    if (this.#held.size >= this.#most) return false;
    const held: Held = { request, response, until: performance.now() + seconds * 1000, finish };
    this.#held.add(held);
    const gone = response instanceof Http2ServerResponse ? response.stream : response;
    gone.once("close", () => this.#release(held));
    discardRest(request, () => closeConnection(request, response));
    // Connections keep the process alive, and holding those that have left has no purpose.
    this.#timer ??= setInterval(() => this.#look(), LOOK).unref();
    return true;
  }

  /** Closes all connections that are held. */
  close(): void {
    for (const { request, response } of [...this.#held]) closeConnection(request, response);
    this.#held.clear();
    this.#stopWhenEmpty();
  }

  #look(): void {
    const now = performance.now();
    for (const held of [...this.#held]) {
      const isOver = held.until <= now;
      // A closing server waits for its open connections.
      const isClosing = !isOver && isServerClosing(held);
      if (!isOver && !isClosing) continue;
      this.#release(held);
      if (isClosing) closeConnection(held.request, held.response);
      else held.finish();
    }
  }

  #release(held: Held): void {
    this.#held.delete(held);
    this.#stopWhenEmpty();
  }

  #stopWhenEmpty(): void {
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** Closes the connection without an answer; of HTTP/2 only the stream. Never throws. */
export function closeConnection(request: NodeRequest, response: NodeResponse): void {
  if (response instanceof Http2ServerResponse) {
    const { stream } = response;
    // After `REFUSED_STREAM` clients send the request again (RFC 9113 §8.7), and `CANCEL` is not error to many.
    if (!stream.destroyed) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    request.resume();
  } else {
    request.socket.destroy();
  }
}

function hasLeft(request: NodeRequest, response: NodeResponse): boolean {
  return response instanceof Http2ServerResponse
    ? response.stream.destroyed
    : response.destroyed || request.socket.destroyed;
}

/** The body is discarded; unread, it would hide that the client leaves. */
function discardRest(request: NodeRequest, tooMuch: () => void): void {
  let left = MAX_DISCARDED;
  request.on("error", () => undefined);
  request.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) tooMuch();
  });
  request.resume();
}

function isServerClosing({ request, response }: Held): boolean {
  // Without its session, a stream has no socket.
  if (response instanceof Http2ServerResponse && response.stream.session?.destroyed !== false) return false;
  const socket: Partial<Pick<Socket, "destroyed">> & { readonly server?: { readonly listening?: boolean } } =
    request.socket;
  return socket.server?.listening === false;
}
