import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { PassedRequest } from "../../host/passed-request.ts";
import { sendLastAnswer } from "../node/answer.ts";
import type { ProxyParts } from "./parts.ts";
import { upstreamFault } from "./relay.ts";

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
  response.once("finish", () => socket.end());
  return response;
}

/** Connections that were upgraded, and are open. */
export class UpgradedSockets {
  readonly #sockets = new Set<Socket>();

  /** Joins the client's connection to the upstream's. */
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
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      await proxy.forwarder.upgrade(proxy.outgoing(request, passed), socket, head);
    } catch (error) {
      proxy.report(error, passed.reference);
      if (!socket.writable) return;
      if (response.socket === null) response.assignSocket(socket);
      sendLastAnswer(request, response, upstreamFault(error, passed.reference));
    }
  }

  /** Nobody can say when a WebSocket is idle: it is closed like a page that is left. */
  end(): void {
    for (const socket of this.#sockets) socket.end();
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
