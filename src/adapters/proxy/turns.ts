import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests that may wait behind another one of their connection before the connection is read no further. */
const READ_AHEAD = 16;
/**
 * Requests that may wait in all: one packet may bring thousands. Beyond it, connections with more than
 * {@link READ_AHEAD} are closed.
 */
const MAX_WAITING = 10_000;

/**
 * Milliseconds in which something must be sent on a connection on which requests wait. It may be read no further, and then
 * nobody hears that its client has left.
 */
const STALL_TIMEOUT = 60_000;

interface Turn {
  readonly response: ServerResponse;
  start(): void;
}

/** The requests of one connection. */
interface Line {
  current: ServerResponse | undefined;
  readonly waiting: Turn[];
  /** Runs while requests wait. */
  watch: NodeJS.Timeout | undefined;
}

/**
 * Clients may send requests ahead: each is started once the answer to the one before it is sent, and never when that was the
 * last one on its connection.
 */
export class Turns {
  readonly #lines = new WeakMap<Socket, Line>();
  #waiting = 0;

  /** Calls `start` when it is the request's turn, which may be at once; never when the connection ends before. */
  take(socket: Socket, response: ServerResponse, start: () => void): void {
    const line = this.#lines.get(socket) ?? this.#open(socket);
    const turn = { response, start };
    if (line.current === undefined) {
      this.#start(socket, line, turn);
      return;
    }
    line.waiting.push(turn);
    this.#waiting++;
    line.watch ??= watchFor(socket);
    if (line.waiting.length <= READ_AHEAD) return;
    if (this.#waiting > MAX_WAITING) socket.destroy();
    else socket.pause();
  }

  #open(socket: Socket): Line {
    const line: Line = { current: undefined, waiting: [], watch: undefined };
    this.#lines.set(socket, line);
    socket.once("close", () => this.#close(line));
    // Node resumes it when a request was read.
    socket.on("resume", () => {
      if (line.waiting.length > READ_AHEAD) socket.pause();
    });
    return line;
  }

  #start(socket: Socket, line: Line, { response, start }: Turn): void {
    line.current = response;
    response.once("close", () => {
      line.current = undefined;
      // Answered for the last time, by `Connection: close` or for a fault: nobody would get the next answer.
      if (socket.destroyed || socket.writableEnded) return;
      const next = line.waiting.shift();
      if (next === undefined) return;
      this.#waiting--;
      if (line.waiting.length === 0) stopWatch(line);
      if (line.waiting.length === READ_AHEAD) socket.resume();
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
