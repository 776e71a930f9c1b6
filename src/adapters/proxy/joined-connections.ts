import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { isSendableLine } from "../../host/sendable.ts";
import { linesOf } from "../../request/head/headers.ts";

/** Milliseconds in which an upstream must close its side of a connection that the client has left. */
const LINGER = 2_000;

/** Bytes that a client may send ahead of the answer to its request to upgrade: none, if it keeps to RFC 6455 §4.1. */
const MAX_AHEAD = 65_536;

export interface ReadAhead {
  /** Whether there was more than is kept: the connections cannot be joined. */
  readonly isCut: boolean;
  /** Leaves the rest to others; what was read, at the first call. */
  stop(): Buffer;
}

/** Reads what a client sends ahead, so that its leaving shows; what is beyond {@link MAX_AHEAD} bytes is dropped. */
export function readAhead(socket: Socket, head: Buffer): ReadAhead {
  const chunks = [head];
  let size = head.length;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= MAX_AHEAD) chunks.push(chunk);
  };
  let isStopped = false;
  socket.on("data", onData);
  return {
    get isCut() {
      return size > MAX_AHEAD;
    },
    stop() {
      if (!isStopped) {
        isStopped = true;
        socket.off("data", onData);
        socket.pause();
      }
      return Buffer.concat(chunks.splice(0));
    },
  };
}

/** A connection, and what came after the head on it. */
interface Joined {
  readonly socket: Socket;
  readonly head: Buffer;
}

/** Tells the client that the upstream has switched protocols; from then on either side's bytes are the other's. */
export function joinConnections(client: Joined, upstream: Joined, { rawHeaders }: IncomingMessage): void {
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
  passBytes(client.socket, upstream.socket);
  passBytes(upstream.socket, client.socket);
}

/** When one side closes, the other is closed, too, once everything was sent to it. */
function passBytes(from: Socket, to: Socket): void {
  from.pipe(to);
  from.once("end", () => {
    to.once("finish", () => from.destroy());
  });
  from.once("close", () => {
    to.end();
    const timer = setTimeout(() => to.destroy(), LINGER);
    to.once("close", () => clearTimeout(timer));
  });
}
