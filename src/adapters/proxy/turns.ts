import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { hasBody } from "../node/body.ts";

/**
 * Requests that may wait behind another one of their connection, and about how many bytes of them. A connection that brings
 * more is closed: left unread, nobody would hear that its client has left, and the request under way would go on.
 */
const MAX_AHEAD = 1_000;
const MAX_AHEAD_BYTES = 262_144;
/** Requests that may wait in all. Beyond it, connections with more than {@link FEW_AHEAD} are closed. */
const MAX_WAITING = 10_000;
const FEW_AHEAD = 16;

/** Milliseconds in which something must be sent on a connection on which requests wait: its client may have left without a word. */
const STALL_TIMEOUT = 60_000;

interface Turn {
  readonly response: ServerResponse;
  /** What had been read of the connection when its head was there. */
  readonly bytesRead: number;
  start(): void;
}

/** The requests of one connection. */
interface Line {
  current: ServerResponse | undefined;
  readonly waiting: Turn[];
  /** Requests that are never started, since one was not that came before them. */
  skipped: number;
  /** Runs while requests wait. */
  watch: NodeJS.Timeout | undefined;
}

/**
 * Clients may send requests ahead: each is started once the answer to the one before it is sent, and never when that was the
 * last one on its connection. The connection is read all the while, so that the request under way is given up as soon as its
 * client leaves. For that, a request whose body may be more than Node reads ahead is not started: the connection is closed after
 * the answers before it, and its client has to send it again (RFC 9112 §9.3.2).
 */
export class Turns {
  readonly #lines = new WeakMap<Socket, Line>();
  #waiting = 0;

  /** Calls `start` when it is the request's turn, which may be at once; never when the connection ends before. */
  take(socket: Socket, response: ServerResponse, start: () => void): void {
    // One packet may bring more after those for which it was closed.
    if (socket.destroyed) return;
    const line = this.#lines.get(socket) ?? this.#open(socket);
    const turn = { response, start, bytesRead: socket.bytesRead };
    if (line.current === undefined) {
      this.#start(socket, line, turn);
      return;
    }
    if (line.skipped > 0 || mayBlock(response)) {
      line.skipped++;
      const last = line.waiting.at(-1)?.response ?? line.current;
      last.shouldKeepAlive = false;
      response.req.resume();
      if (line.skipped > MAX_AHEAD) socket.destroy();
      return;
    }
    line.waiting.push(turn);
    this.#waiting++;
    line.watch ??= watchFor(socket);
    const most = this.#waiting > MAX_WAITING ? FEW_AHEAD : MAX_AHEAD;
    const bytes = turn.bytesRead - (line.waiting[0]?.bytesRead ?? 0);
    if (line.waiting.length > most || bytes > MAX_AHEAD_BYTES) socket.destroy();
  }

  #open(socket: Socket): Line {
    const line: Line = { current: undefined, waiting: [], skipped: 0, watch: undefined };
    this.#lines.set(socket, line);
    socket.once("close", () => this.#close(line));
    return line;
  }

  #start(socket: Socket, line: Line, { response, start }: Turn): void {
    line.current = response;
    response.once("close", () => {
      line.current = undefined;
      // Answered for the last time, by `Connection: close` or for a fault: nobody would get the next answer.
      if (socket.destroyed || socket.writableEnded) return;
      const next = line.waiting.shift();
      if (next === undefined) {
        // Its head may have been sent before it was known to be the last.
        if (line.skipped > 0) socket.end(() => socket.destroy());
        return;
      }
      this.#waiting--;
      if (line.waiting.length === 0) stopWatch(line);
      this.#start(socket, line, next);
    });
    start();
  }

  /** Node tells the response that is being sent; one whose turn to be sent has not come would wait for good. */
  #close(line: Line): void {
    this.#waiting -= line.waiting.length;
    line.waiting.length = 0;
    stopWatch(line);
    const { current } = line;
    if (current === undefined || current.socket !== null) return;
    current.destroy();
    current.emit("close");
  }
}

/** Whether Node stops to read the connection, unless somebody reads the body. */
function mayBlock({ req }: ServerResponse): boolean {
  if (!hasBody(req)) return false;
  const length = req.headers["content-length"];
  return length === undefined || Number(length) >= req.readableHighWaterMark;
}

function watchFor(socket: Socket): NodeJS.Timeout {
  let sent = socket.bytesWritten;
  return setInterval(() => {
    if (socket.bytesWritten === sent) socket.destroy();
    sent = socket.bytesWritten;
  }, STALL_TIMEOUT);
}

function stopWatch(line: Line): void {
  clearInterval(line.watch);
  line.watch = undefined;
}
