import { createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import type { Random } from "./random.ts";
import { StrictReader, type StrictRequest } from "./strict-request.ts";

const EMPTY = "Content-Length: 0\r\n\r\n";
const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Answers as upstreams should not give them, and a few as they should. */
const ANSWERS: readonly [string, ...string[]] = [
  OK,
  OK,
  OK,
  `${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n`,
  `${CHUNKED}Trailer: X-T\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n`,
  `${CHUNKED}\r\n5\r\nok`,
  `${CHUNKED}\r\nzz\r\nok\r\n`,
  `${CHUNKED}Content-Length: 3\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
  "HTTP/1.1 200 OK\r\n\r\nup to the end",
  "HTTP/1.0 200 OK\r\n\r\nup to the end",
  `HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${"x".repeat(2000)}`,
  `HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n${"x".repeat(300_000)}`,
  `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok`,
  `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n${gzipSync("x".repeat(9999)).toString("latin1")}`,
  "HTTP/1.1 206 P\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nok",
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n",
  `HTTP/1.1 204 N\r\n\r\n${OK}`,
  `HTTP/1.1 304 N\r\nContent-Length: 5\r\n\r\n`,
  `HTTP/1.1 100 C\r\n\r\n${OK}`,
  `HTTP/1.1 103 E\r\nLink: </x>\r\n\r\n${OK}`,
  "HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nframes",
  "HTTP/1.1 101 S\r\n\r\n",
  `HTTP/1.1 999 X\r\n${EMPTY}`,
  `HTTP/1.1 099 X\r\n${EMPTY}`,
  `HTTP/1.1 200 \x01\x80\r\n${EMPTY}`,
  `HTTP/1.1 200 OK\r\nX: \x01\r\n${EMPTY}`,
  `HTTP/1.1 200 OK\r\nX: ${"y".repeat(100_000)}\r\n${EMPTY}`,
  `HTTP/1.1 302 F\r\nLocation: /\x80\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n${EMPTY}`,
  `${OK}${OK}`,
  "\x16\x03\x01garbage\r\n\r\n",
  "",
];

/** What an upstream has seen so far. */
export interface Seen {
  requests: number;
  upgrades: number;
  readonly faults: string[];
}

/** An upstream that misbehaves, except towards targets below `/probe/`, and reads strictly. */
export class FuzzUpstream {
  readonly seen: Seen = { requests: 0, upgrades: 0, faults: [] };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #random: Random;

  constructor(random: Random, secret: string) {
    this.#random = random;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      const reader = new StrictReader(
        secret,
        (request) => this.#answer(request, reader, socket),
        (fault) => this.seen.faults.push(fault),
      );
      socket.setEncoding("latin1");
      socket.on("data", (bytes) => reader.take(String(bytes)));
    });
  }

  get open(): number {
    return this.#sockets.size;
  }

  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.listen(0, "127.0.0.1", () => {
        const address = this.#server.address();
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new Error("no port"));
      });
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #answer(request: StrictRequest, reader: StrictReader, socket: Socket): void {
    this.seen.requests++;
    const { method, target, isUpgrade } = request;
    if (target.startsWith("/probe/")) {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
      return;
    }
    if (isUpgrade) {
      this.seen.upgrades++;
      // Whatever the answer, the client may have sent frames ahead.
      reader.stop();
    }
    const random = this.#random;
    // Nothing for a while, or for good: the proxy has a time limit.
    if (random.oneIn(40)) return;
    const answer = method === "HEAD" ? OK.slice(0, -2) : random.pick(ANSWERS);
    const send = (): void => {
      if (socket.destroyed) return;
      if (random.oneIn(12)) socket.resetAndDestroy();
      else this.#send(answer, socket);
    };
    if (random.oneIn(4)) setTimeout(send, random.below(80));
    else send();
  }

  #send(answer: string, socket: Socket): void {
    const random = this.#random;
    const cut = random.oneIn(4) ? random.below(answer.length + 1) : answer.length;
    socket.write(answer.slice(0, cut), "latin1");
    setTimeout(() => {
      if (socket.destroyed) return;
      if (cut < answer.length && !random.oneIn(3)) socket.write(answer.slice(cut), "latin1");
      // Only answers that say their length keep the connection.
      if (answer !== OK) socket.end();
    }, random.below(30));
  }
}
