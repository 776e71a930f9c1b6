import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests that may wait behind another one of their connection before the connection is read no further. */
const READ_AHEAD = 16;
/**
 * Bytes of requests that may wait on a connection on which nothing is sent. It is read on then, since otherwise the
 * client's leaving would go unnoticed, and closed beyond.
 */
const MAX_AHEAD_BYTES = 262_144;
/**
 * Requests that may wait in all: one packet may bring thousands. Beyond it, connections with more than
 * {@link READ_AHEAD} are closed.
 */
const MAX_WAITING = 10_000;

/** Milliseconds after which a connection on which nothing was sent is read on. */
const LOOK = 1_000;
/**
 * Milliseconds in which something must be sent on a connection on which requests wait: its client may have left without a word,
 * or unheard after a body that Node does not read ahead.
 */
const STALL_TIMEOUT = 60_000;

interface Turn {
  readonly response: ServerResponse;
  /** Bytes read from the connection when its head was complete. */
  readonly bytesRead: number;
  start(): void;
}

/** The requests of one connection. */
interface Line {
  current: ServerResponse | undefined;
  readonly waiting: Turn[];
  /** Whether nothing was sent for a while, so that the connection is read on. */
  isStuck: boolean;
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
    // One packet may bring more after those for which it was closed.
    if (socket.destroyed) return;
    const line = this.#lines.get(socket) ?? this.#open(socket);
    const turn = { response, start, bytesRead: socket.bytesRead };
    if (line.current === undefined) {
      this.#start(socket, line, turn);
      return;
    }
    line.waiting.push(turn);
    this.#waiting++;
    line.watch ??= watchFor(socket, line);
    const bytes = turn.bytesRead - (line.waiting[0]?.bytesRead ?? 0);
    if (bytes > MAX_AHEAD_BYTES || (this.#waiting > MAX_WAITING && line.waiting.length > READ_AHEAD))
      socket.destroy();
    else pauseIfAhead(socket, line);
  }

  /** Whether a part of an answer was sent on the connection, and the rest is to come. */
  isAnswering(socket: Socket): boolean {
    return this.#lines.get(socket)?.current?.headersSent === true;
  }

  #open(socket: Socket): Line {
    const line: Line = { current: undefined, waiting: [], isStuck: false, watch: undefined };
    this.#lines.set(socket, line);
    socket.once("close", () => this.#close(line));
    // Node resumes it when a request was read.
    socket.on("resume", () => pauseIfAhead(socket, line));
    return line;
  }

  #start(socket: Socket, line: Line, { response, start }: Turn): void {
    line.current = response;
    response.once("close", () => {
      line.current = undefined;
      // Answered for the last time, by `Connection: close` or for a fault: the next answer could not be sent.
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

  /** Node notifies the response that is being sent; one that is queued would wait forever. */
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

function pauseIfAhead(socket: Socket, line: Line): void {
  if (line.waiting.length > READ_AHEAD && !line.isStuck) socket.pause();
}

function watchFor(socket: Socket, line: Line): NodeJS.Timeout {
  let sent = socket.bytesWritten;
  let idle = 0;
  return setInterval(() => {
    const isIdle = socket.bytesWritten === sent;
    idle = isIdle ? idle + LOOK : 0;
    sent = socket.bytesWritten;
    line.isStuck = isIdle;
    if (idle >= STALL_TIMEOUT) socket.destroy();
    else if (!isIdle) pauseIfAhead(socket, line);
    else if (socket.isPaused()) socket.resume();
  }, LOOK);
}

function stopWatch(line: Line): void {
  clearInterval(line.watch);
  line.watch = undefined;
  line.isStuck = false;
}
