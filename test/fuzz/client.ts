import { connect, type Socket } from "node:net";
import type { Random } from "./random.ts";

const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\nX-Judged: forged\r\n\r\n";
const UPGRADE =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/** Requests, of which some are no HTTP and some leave it. */
const REQUESTS: readonly [string, ...string[]] = [
  "GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /evil HTTP/1.1\r\nHost: a\r\n\r\n",
  "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /a HTTP/1.0\r\n\r\n",
  "GET /a HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
  "GET http://u@b/a/../c HTTP/1.1\r\nHost: a\r\n\r\n",
  "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
  `POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  `POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`,
  `POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n1\r\na\r\n0\r\nX: 1\r\n\r\n`,
  `PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`,
  `POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc`,
  `POST /a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a":"b"}`,
  `POST /a HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc`,
  `DELETE /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  `GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nAccept-Encoding: zstd, gzip\r\nTE: trailers\r\n\r\n`,
  `GET /a HTTP/1.1\r\nHost: a\r\nConnection: close, X-Judged\r\nX_Judged: 1\r\nX-Forwarded-For: ::1\r\n\r\n`,
  "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
  `GET /ws HTTP/1.1\r\nHost: a\r\n${UPGRADE}\r\n`,
  `GET /ws HTTP/1.1\r\nHost: a\r\n${UPGRADE}\r\n${SMUGGLED}`,
  "GET /h2 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  `POST /ws HTTP/1.1\r\nHost: a\r\n${UPGRADE}Content-Length: 2\r\n\r\nab`,
];

/** Pieces that change what a head means, or how long a body is. */
const PIECES: readonly [string, ...string[]] = [
  "\r",
  "\n",
  "\r\n",
  "\0",
  "\x7f",
  "\x80",
  " ",
  "\t",
  ":",
  ",",
  ";",
  "0",
  "9",
  "Content-Length: 4\r\n",
  "Content-Length: 0x4\r\n",
  "Content-Length : 4\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: identity\r\n",
  "Transfer-Encoding:\x0bchunked\r\n",
  "Transfer_Encoding: chunked\r\n",
  "Connection: Content-Length\r\n",
  "Host: b\r\n",
  " folded: line\r\n",
  "X: \r\n\r\n",
  "0\r\n\r\n",
  ";ext=1",
  SMUGGLED,
];

function mutated(text: string, random: Random): string {
  let bytes = text;
  for (let left = random.below(4); left > 0; left--) {
    const at = random.below(bytes.length + 1);
    const lineEnd = bytes.indexOf("\r\n", at);
    // Whole lines belong behind a line.
    const place = random.oneIn(2) && lineEnd !== -1 ? lineEnd + 2 : at;
    const dropped = random.oneIn(3) ? random.below(5) : 0;
    bytes =
      bytes.slice(0, place) + (random.oneIn(4) ? "" : random.pick(PIECES)) + bytes.slice(place + dropped);
  }
  return bytes;
}

/** What one connection sends: pipelines, cut anywhere. */
function pipeline(random: Random): string {
  let bytes = "";
  const count = random.oneIn(20) ? 40 : 1 + random.below(5);
  for (let at = 0; at < count; at++) {
    const request = random.pick(REQUESTS);
    bytes += random.oneIn(3) ? mutated(request, random) : request;
  }
  return random.oneIn(6) ? bytes.slice(0, random.below(bytes.length)) : bytes;
}

/** One client on a connection of its own. Resolves with the bytes that it got once the connection has ended. */
export function runClient(port: number, random: Random): Promise<number> {
  return new Promise((resolve) => {
    const bytes = pipeline(random);
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: random.oneIn(4) });
    let received = 0;
    const late = setTimeout(() => socket.destroy(), 300 + random.below(1_200));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(late);
      resolve(received);
    });
    // One that does not read.
    if (!random.oneIn(8)) socket.on("data", (data) => (received += data.length));
    socket.once("connect", () => void sendPieces(socket, bytes, random));
  });
}

async function sendPieces(socket: Socket, bytes: string, random: Random): Promise<void> {
  const isSlow = random.oneIn(3);
  const leaves = random.below(6);
  for (let at = 0; at < bytes.length && !socket.destroyed; ) {
    const length = isSlow ? 1 + random.below(60) : bytes.length;
    socket.write(bytes.slice(at, at + length), "latin1");
    at += length;
    if (leaves === 0 && random.oneIn(4)) {
      if (random.oneIn(2)) socket.resetAndDestroy();
      else socket.destroy();
      return;
    }
    if (isSlow) await new Promise((resolve) => setTimeout(resolve, random.below(15)));
  }
  if (leaves === 1) socket.end();
}
