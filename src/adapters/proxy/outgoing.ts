import type { IncomingMessage } from "node:http";
import type { PassedRequest } from "../../host/passed-request.ts";
import { sendableTarget } from "../../host/sendable.ts";
import type { IpSet } from "../../language/sets/ip-set.ts";
import { parseIp, unwrapMapped } from "../../language/values/ip.ts";
import { type HeaderLine, withChanges, withoutHeader } from "../../request/head/headers.ts";
import { hasBody } from "../node/body.ts";
import { framing, type OutgoingRequest } from "./forwarder.ts";
import { endToEnd, type ForwardingFacts, valuesOf, withForwarding } from "./headers.ts";
import { originForm } from "./request-faults.ts";

/** How requests to the upstream are made. */
export interface OutgoingOptions {
  readonly upstream: URL;
  /** Name in the `Via` header; `false`: none. */
  readonly via: string | false;
  /** Peers whose own forwarding headers are believed. */
  readonly trusted: IpSet;
}

/** The request to the upstream for a request that passed: target, path and headers as rules changed them. */
export function outgoingRequest(
  request: IncomingMessage,
  passed: PassedRequest,
  options: OutgoingOptions,
): Omit<OutgoingRequest, "body"> {
  const changes = passed.decision?.changes;
  const route = changes?.route;
  const target = new URL(options.upstream);
  if (route?.host !== undefined) target.hostname = bracketed(route.host);
  if (route?.port !== undefined) target.port = String(route.port);
  const method = request.method ?? "GET";
  const received = withChanges(endToEnd(request.rawHeaders), passed.requestHeaders);
  const length = valuesOf(received, "content-length")[0];
  const forwarded = withForwarding(
    withoutHeader(received, "content-length"),
    forwardingFacts(request, options.trusted),
  );
  const lines = withVia(forwarded, request.httpVersion, options.via);
  const host = route?.hostHeader ?? request.headers.host ?? target.host;
  return {
    target,
    method,
    path: rewrittenPath(originForm(request.url ?? "/"), changes?.path, changes?.query),
    headers: [["Host", host], ...withoutHeader(lines, "host"), ...framing(method, length, hasBody(request))],
    serverName: route?.serverName,
  };
}

/** As a URL has it: colons of an IPv6 address would begin a port. */
function bracketed(host: string): string {
  return /^[^[].*:/.test(host) ? `[${host}]` : host;
}

function forwardingFacts(request: IncomingMessage, trusted: IpSet): ForwardingFacts {
  const peer = request.socket.remoteAddress;
  const address = peer === undefined ? undefined : parseIp(peer);
  const plain = address === undefined ? undefined : unwrapMapped(address);
  return {
    peer: typeof plain === "number" ? peer?.replace(/^::ffff:/i, "") : peer,
    peerTrusted: plain !== undefined && trusted.has(plain),
    host: request.headers.host,
  };
}

function withVia(lines: readonly HeaderLine[], version: string, name: string | false): readonly HeaderLine[] {
  if (name === false) return lines;
  const via = [...valuesOf(lines, "via"), `${version} ${name}`].join(", ");
  return [...withoutHeader(lines, "via"), ["Via", via]];
}

function rewrittenPath(target: string, path: string | undefined, query: string | undefined): string {
  if (path === undefined && query === undefined) return target;
  const mark = target.indexOf("?");
  const oldPath = mark === -1 ? target : target.slice(0, mark);
  const oldQuery = mark === -1 ? "" : target.slice(mark + 1);
  const newPath = path === undefined ? oldPath : sendableTarget(path);
  const newQuery = query === undefined ? oldQuery : sendableTarget(query);
  return newQuery === "" ? newPath : `${newPath}?${newQuery}`;
}
