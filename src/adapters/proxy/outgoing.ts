import type { IncomingMessage } from "node:http";
import { countedClient } from "../../host/client-key.ts";
import type { PassedRequest } from "../../host/passed-request.ts";
import { sendableTarget } from "../../host/sendable.ts";
import type { IpSet } from "../../language/sets/ip-set.ts";
import { parseIp, unwrapMapped } from "../../language/values/ip.ts";
import { type HeaderLine, withChanges, withoutHeader } from "../../request/head/headers.ts";
import { normalizePath, splitTarget, type Target } from "../../request/head/uri.ts";
import type { PreparedRequestOptions } from "../../request/model/options.ts";
import type { PathNormalization } from "../../request/view/limits.ts";
import type { RoutePlan } from "../../rules/ruleset/actions/control.ts";
import { hasBody } from "../node/body.ts";
import { NodeRequestView } from "../node/node-request.ts";
import type { OutgoingRequest } from "./forwarder.ts";
import { type ForwardingFacts, isForwarding, withForwarding } from "./forwarding.ts";
import { framing } from "./framing.ts";
import { endToEnd, valuesOf, withoutNamed } from "./headers.ts";
import { LookAlikes } from "./look-alikes.ts";

/** How requests to the upstream are made. */
export interface OutgoingOptions {
  readonly upstream: URL;
  /** Name in the `Via` header; `false`: none. */
  readonly via: string | false;
  /** How the firewall reads requests; it says which peers' own forwarding headers are trusted. */
  readonly request: PreparedRequestOptions;
  /** Headers, in lower case, that such a peer is configured to write besides the usual ones. */
  readonly ownForwarding: ReadonlySet<string>;
  /** In which form the path is sent that no rule rewrote. */
  readonly normalizePath: PathNormalization;
}

/** The Host header that goes with a request: what rules see is what the upstream gets. */
export function hostOf(request: IncomingMessage, upstream: URL): string {
  return request.headers.host ?? targetOf(request).authority ?? upstream.host;
}

/** The header lines that rules see. */
export function shownHeaders(request: IncomingMessage, upstream: URL): readonly string[] {
  const shown = withoutNamed(request.rawHeaders);
  // HTTP/1.0 knows requests without Host.
  return request.headers.host === undefined ? ["Host", hostOf(request, upstream), ...shown] : shown;
}

/** The request to the upstream for a request that passed: target, path and headers as rules changed them. */
export function outgoingRequest(
  request: IncomingMessage,
  passed: PassedRequest,
  options: OutgoingOptions,
): Omit<OutgoingRequest, "body"> {
  const changes = passed.decision?.changes;
  const route = changes?.route;
  const method = request.method ?? "GET";
  const facts = forwardingFacts(request, options.request.trusted);
  const lookAlikes = LookAlikes.of(passed.ruleHeaders);
  const received = endToEnd(request.rawHeaders).filter(([name]) => {
    if (lookAlikes.has(name)) return false;
    const lower = name.toLowerCase();
    // The upstream would trust the peer's headers about the client.
    return facts.peerTrusted || !(isForwarding(lower) || options.ownForwarding.has(lower));
  });
  const changed = withChanges(received, [...passed.requestHeaders, ...passed.readableHeaders]);
  const length = valuesOf(changed, "content-length")[0];
  const forwarded = withForwarding(withoutHeader(changed, "content-length"), facts);
  const lines = withVia(forwarded, request.httpVersion, options.via);
  const host = route?.hostHeader ?? hostOf(request, options.upstream);
  return {
    target: route === undefined ? options.upstream : targetFor(options.upstream, route),
    method,
    path: pathOf(targetOf(request), options.normalizePath, changes),
    headers: [["Host", host], ...withoutHeader(lines, "host"), ...framing(method, length, hasBody(request))],
    // Only a forwarder with a queue reads it. Without the embedder's facts: they say nothing of it, and may throw.
    get client() {
      return countedClient(new NodeRequestView(request), options.request);
    },
    serverName: route?.serverName,
  };
}

/** Where a rule sends the request. */
function targetFor(upstream: URL, { host, port }: RoutePlan): URL {
  if (host === undefined && port === undefined) return upstream;
  const target = new URL(upstream);
  if (host !== undefined) target.hostname = bracketed(host);
  if (port !== undefined) target.port = String(port);
  return target;
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
    host: request.headers.host ?? targetOf(request).authority,
  };
}

function targetOf(request: IncomingMessage): Target {
  return splitTarget(request.url ?? "/", request.method ?? "GET");
}

function withVia(lines: readonly HeaderLine[], version: string, name: string | false): readonly HeaderLine[] {
  if (name === false) return lines;
  const via = [...valuesOf(lines, "via"), `${version} ${name}`].join(", ");
  return [...withoutHeader(lines, "via"), ["Via", via]];
}

/** Path and query as rules evaluated or rewrote them. The absolute form is for proxies (RFC 9112 §3.2.2). */
function pathOf(
  target: Target,
  normalization: PathNormalization,
  changes: { readonly path?: string | undefined; readonly query?: string | undefined } | undefined,
): string {
  const path =
    changes?.path === undefined ? normalizePath(target.path, normalization) : sendableTarget(changes.path);
  if (changes?.query === undefined) return path + target.pathAndQuery.slice(target.path.length);
  return changes.query === "" ? path : `${path}?${sendableTarget(changes.query)}`;
}
