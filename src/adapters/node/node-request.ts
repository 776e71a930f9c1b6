import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { Socket } from "node:net";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { Value } from "../../language/values/value.ts";
import type {
  BodyView,
  ClientCertificate,
  RequestView,
  ResponseView,
  TlsFacts,
} from "../../request/view/request-view.ts";
import { targetOf } from "./target.ts";

/** A request of `node:http`, `node:https`, or of `node:http2` through its compatibility API. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;

/** Data that the embedder adds to a request. */
export interface NodeRequestOptions {
  /** Milliseconds since 1970; default `Date.now()`. */
  readonly receivedAt?: number;
  /** Values that only the embedder knows, by field name. */
  readonly supplied?: ReadonlyMap<string, Value>;
}

/**
 * Shows a Node request to the engine. Nothing is copied; Node decodes header names, values and the target as
 * Latin-1, so that they already are byte strings. TLS facts are read from the socket on first use.
 */
export class NodeRequestView implements RequestView {
  readonly receivedAt: number;
  readonly supplied: ReadonlyMap<string, Value> | undefined;
  body: BodyView | undefined;
  hasBody: boolean | undefined;
  response: ResponseView | undefined;
  readonly #request: NodeRequest;
  #headers: readonly string[] | undefined;
  #tls: TlsFacts | undefined;
  #tlsRead = false;

  /** @param rawHeaders header lines to show; default: as received. */
  constructor(request: NodeRequest, options: NodeRequestOptions = {}, rawHeaders?: readonly string[]) {
    this.#request = request;
    this.#headers = rawHeaders;
    this.receivedAt = options.receivedAt ?? Date.now();
    this.supplied = options.supplied;
  }

  get method(): string {
    return this.#request.method ?? "GET";
  }

  get target(): string {
    return targetOf(this.#request);
  }

  get version(): string {
    return this.#request.httpVersionMajor >= 2 ? "HTTP/2" : `HTTP/${this.#request.httpVersion}`;
  }

  get secure(): boolean {
    return isEncrypted(this.#request.socket);
  }

  /** HTTP/2 pseudo headers are left out; `:authority` stands in for a missing `Host` (RFC 9113 §8.3.1). */
  get rawHeaders(): readonly string[] {
    this.#headers ??=
      this.#request.httpVersionMajor >= 2 ? plainHeaders(this.#request) : this.#request.rawHeaders;
    return this.#headers;
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  /** Port of the socket's peer; undefined when the socket is closed. */
  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  /** Address that the client connected to; undefined when the socket is closed. */
  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  /** Port that the client connected to; undefined when the socket is closed. */
  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  /** Facts about the TLS connection; undefined for plain text. */
  get tls(): TlsFacts | undefined {
    if (!this.#tlsRead) {
      this.#tlsRead = true;
      const { socket } = this.#request;
      this.#tls = isEncrypted(socket) ? tlsFacts(socket) : undefined;
    }
    return this.#tls;
  }

  get #socket(): Socket {
    return this.#request.socket;
  }
}

function isEncrypted(socket: Socket): socket is TLSSocket {
  return "encrypted" in socket && socket.encrypted === true;
}

function plainHeaders(request: NodeRequest): readonly string[] {
  const headers: string[] = [];
  let authority: string | undefined;
  let hasHost = false;
  // Names and values alternate.
  let name: string | undefined;
  for (const text of request.rawHeaders) {
    if (name === undefined) {
      name = text;
      continue;
    }
    if (name === ":authority") authority = text;
    if (!name.startsWith(":")) {
      if (name.toLowerCase() === "host") hasHost = true;
      headers.push(name, text);
    }
    name = undefined;
  }
  return authority !== undefined && !hasHost ? ["host", authority, ...headers] : headers;
}

/** Certificates are followed no further than this; a chain is attacker-supplied. */
const MAX_CHAIN = 8;

function tlsFacts(socket: TLSSocket): TlsFacts {
  const peer = socket.getPeerCertificate(true);
  return {
    version: socket.getProtocol() ?? undefined,
    cipher: socket.getCipher()?.standardName,
    serverName: typeof socket.servername === "string" ? socket.servername : undefined,
    clientCertificate: peer?.raw === undefined ? undefined : clientCertificate(peer, socket.authorized),
  };
}

function clientCertificate(peer: DetailedPeerCertificate, verified: boolean): ClientCertificate {
  const chain: string[] = [];
  let at = peer.issuerCertificate;
  for (let depth = 0; depth < MAX_CHAIN && at?.raw !== undefined; depth++) {
    chain.push(at.raw.toString("latin1"));
    if (at.issuerCertificate === at) break;
    at = at.issuerCertificate;
  }
  const issuer: DetailedPeerCertificate | undefined = peer.issuerCertificate;
  return {
    verified,
    subject: distinguishedName(peer.subject),
    issuer: distinguishedName(peer.issuer),
    serial: peer.serialNumber?.toUpperCase(),
    issuerSerial: issuer?.serialNumber?.toUpperCase(),
    fingerprintSha256: hexLower(peer.fingerprint256),
    fingerprintSha1: hexLower(peer.fingerprint),
    notBefore: peer.valid_from,
    notAfter: peer.valid_to,
    der: peer.raw.toString("latin1"),
    chainDer: chain,
  };
}

function hexLower(fingerprint: string | undefined): string | undefined {
  return fingerprint?.replaceAll(":", "").toLowerCase();
}

/** RFC 2253 order: most specific part first; special characters escaped (RFC 2253 §2.4). */
function distinguishedName(name: object | undefined): string | undefined {
  if (name === undefined) return undefined;
  const parts: string[] = [];
  for (const [type, value] of Object.entries(name)) {
    for (const item of Array.isArray(value) ? value : [value])
      parts.push(`${type}=${escapeDn(String(item))}`);
  }
  return Buffer.from(parts.reverse().join(","), "utf8").toString("latin1");
}

function escapeDn(value: string): string {
  const escaped = value.replaceAll(/[,+"\\<>;]/g, (char) => `\\${char}`);
  const lead = /^[ #]/.test(escaped) ? `\\${escaped}` : escaped;
  return lead.endsWith(" ") ? `${lead.slice(0, -1)}\\ ` : lead;
}
