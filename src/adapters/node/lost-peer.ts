import type { Socket } from "node:net";
import type { NodeRequest } from "./node-request.ts";

/**
 * Whether the client has reset the connection, so that its address is no longer known. Its request may have arrived
 * whole: evaluated without an address it would pass rules and limits that name one. Reading the address makes the
 * socket keep it.
 */
export function hasLostPeer(request: NodeRequest): boolean {
  // An HTTP/2 session that is gone has no socket, and sockets of other transports may have no addresses at all.
  if (request.httpVersionMajor >= 2 && isSessionGone(request)) return true;
  const socket: Partial<Pick<Socket, "remoteAddress" | "localAddress" | "destroyed">> = request.socket;
  if (socket.remoteAddress !== undefined) return false;
  return socket.destroyed === true || socket.localAddress !== undefined;
}

function isSessionGone(request: NodeRequest): boolean {
  return "stream" in request && (request.stream.session?.destroyed ?? true);
}
