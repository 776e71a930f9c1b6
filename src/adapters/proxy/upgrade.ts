import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { tell } from "../../engine/decision/failure.ts";
import type { PassedRequest } from "../../host/passed-request.ts";
import { sendLastAnswer } from "../node/answer.ts";
import type { ProxyParts } from "./parts.ts";
import { passOn, upstreamFault } from "./relay.ts";

/** Milliseconds in which a client must close its side of a connection once it has its answer. */
const LINGER = 2_000;

/** Whether it is an upgrade that the proxy takes part in. Others are ignored, as RFC 9110 §7.8 allows. */
export function isWebSocket(request: IncomingMessage): boolean {
  return request.method === "GET" && request.headers.upgrade?.toLowerCase() === "websocket";
}

/**
 * A response on a connection that Node has handed over. It is the last one there; undefined while an earlier one is
 * under way. Some of those are Node's own, so that only Node knows.
 */
export function responseOn(request: IncomingMessage, socket: Socket): ServerResponse | undefined {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  try {
    response.assignSocket(socket);
  } catch {
    return undefined;
  }
  // Node's server no longer passes it on, and a long body would wait for it for good.
  const onDrain = (): void => {
    response.emit("drain");
  };
  socket.on("drain", onDrain);
  response.once("finish", () => {
    socket.off("drain", onDrain);
    socket.end();
    // Further data of the client is not needed; left unread, it would hide that the client has closed its side.
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER);
    socket.once("close", () => clearTimeout(timer));
  });
  return response;
}

/**
 * Reads and drops further data of the client: only reading a connection shows that its client has left, so that its
 * work can be cancelled.
 */
export function discard(socket: Socket): void {
  socket.once("end", () => socket.destroy());
  socket.resume();
}

/** Connections that Node has handed over, and that are open: no server closes them. */
export class TakenConnections {
  readonly #sockets = new Set<Socket>();
  /** Those that were joined to one of the upstream's. */
  readonly #joined = new Set<Socket>();

  has(socket: Socket): boolean {
    return this.#sockets.has(socket);
  }

  add(socket: Socket): void {
    if (socket.destroyed) return;
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#joined.delete(socket);
    });
  }

  /** Joins the client's connection to the upstream's; the upstream's other answer is treated like any. */
  async join(
    proxy: ProxyParts,
    passed: PassedRequest,
    request: IncomingMessage,
    response: ServerResponse,
    socket: Socket,
    head: Buffer,
  ): Promise<void> {
    if (socket.destroyed) return;
    try {
      response.detachSocket(socket);
      const answer = await proxy.forwarder.upgrade(proxy.outgoing(request, passed), socket, head);
      if (answer === undefined) {
        // The response no longer knows of the connection.
        passed.end({ status: 101 });
        if (!socket.destroyed) this.#joined.add(socket);
        return;
      }
      if (socket.destroyed) {
        passed.end({ delivery: "aborted" });
        tell(() => answer.cancel());
        return;
      }
      response.assignSocket(socket);
      discard(socket);
      await passOn(proxy, passed, answer, request, response);
    } catch (error) {
      // When the client leaves, its request to the upstream is given up.
      if (socket.readableEnded) socket.destroy();
      if (socket.destroyed) {
        passed.end({ delivery: "aborted" });
        return;
      }
      proxy.report(error, passed.reference);
      if (!socket.writable) {
        passed.end({ delivery: "aborted" });
        return;
      }
      if (response.socket === null) response.assignSocket(socket);
      sendLastAnswer(request, response, upstreamFault(error, passed));
    }
  }

  /** An idle WebSocket cannot be recognised: it is closed like a page that is left. */
  end(): void {
    for (const socket of this.#joined) socket.end();
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
