import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { reasonOf } from "../../engine/respond/own-page.ts";
import type { Answer } from "../../host/answer.ts";
import type { Gate } from "../../host/gate.ts";
import type { RequestView } from "../../request/view/request-view.ts";

/** Milliseconds for which the connection stays open, so that its client reads why. */
const LINGER = 1_000;
/** Bytes of what arrived in which the client's `Accept` is looked for. */
const MAX_HEAD = 65_536;

/** Errors of Node's parser, and their equivalents in HTTP. */
const FAULTS: ReadonlyMap<string, readonly [status: number, message: string]> = new Map([
  ["HPE_HEADER_OVERFLOW", [431, "the head of the request is too long"]],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", [413, "the extensions of the chunks are too long"]],
  ["ERR_HTTP_REQUEST_TIMEOUT", [408, "the request did not arrive in time"]],
]);

/** Answers requests that Node's parser rejects: with a page, like all others. There is no event, and no reference. */
export class ClientErrors {
  readonly #gate: Gate;
  readonly #answered = new WeakSet<Duplex>();

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** @param isAnswering whether a part of an answer was sent already on the connection. */
  answer(
    error: Error & { readonly code?: string; readonly rawPacket?: unknown },
    socket: Socket,
    isAnswering: boolean,
  ): void {
    if (this.#answered.has(socket)) return;
    this.#answered.add(socket);
    if (!socket.writable || isAnswering || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const [status, message] = FAULTS.get(error.code ?? "") ?? [400, "the request is malformed"];
    this.#gate.firewall.metrics?.rejected(status);
    const received = textOf(error.rawPacket);
    const view = new UnreadRequest(acceptOf(received), socket.remoteAddress);
    // A client that sent HEAD would take a body for the next response.
    const text = messageText(this.#gate.page({ view }, status, message), !/^\s*HEAD /.test(received));
    const timer = setTimeout(() => socket.destroy(), LINGER);
    socket.once("close", () => clearTimeout(timer));
    // Read on, it would only be faulty again.
    socket.pause();
    socket.end(text, "latin1");
  }
}

/** A request of which nothing is known but what its client likes to get. */
class UnreadRequest implements RequestView {
  readonly method = "GET";
  readonly target = "/";
  readonly version = "HTTP/1.1";
  readonly secure = false;
  readonly receivedAt = Date.now();
  readonly rawHeaders: readonly string[];
  readonly remoteAddress: string | undefined;

  constructor(accept: string, remoteAddress: string | undefined) {
    this.rawHeaders = accept === "" ? [] : ["accept", accept];
    this.remoteAddress = remoteAddress;
  }
}

/** The last input of Node's parser: the beginning of the request when it came in one piece. */
function textOf(packet: unknown): string {
  if (!(packet instanceof Uint8Array)) return "";
  return Buffer.from(packet.buffer, packet.byteOffset, Math.min(packet.byteLength, MAX_HEAD)).toString(
    "latin1",
  );
}

/** The first `Accept` among bytes that were no request; it only says how the answer looks. */
function acceptOf(text: string): string {
  return /\naccept:[ \t]*([\t\x20-\x7e]{1,1024})/i.exec(text)?.[1] ?? "";
}

function messageText({ status, headers, body }: Answer, hasBody: boolean): string {
  const lines = [
    ...headers.filter(([name]) => name.toLowerCase() !== "content-length"),
    ["connection", "close"],
  ];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `HTTP/1.1 ${status} ${reasonOf(status)}\r\n${head}content-length: ${body.length}\r\n\r\n${hasBody ? body : ""}`;
}
