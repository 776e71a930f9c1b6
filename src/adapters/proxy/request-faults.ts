import type { IncomingMessage } from "node:http";
import { trimWhiteSpace } from "../../request/head/characters.ts";
import { rawValues } from "../../request/head/headers.ts";

/** A request that two servers could read differently; it is not forwarded. */
export interface RequestFault {
  readonly status: number;
  readonly message: string;
}

/** A registered name or an address, and a port (RFC 3986 §3.2.2); empty for a target without an authority. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]*)?$/;

/**
 * What Node's parser lets through and we do not: transfer codings that we would have to undo, several or malformed
 * hosts, targets that name another host than the Host header or carry a fragment.
 */
export function requestFault(request: IncomingMessage): RequestFault | undefined {
  // Node takes any version that has two digits, and answers in 1.1.
  if (request.httpVersionMajor !== 1)
    return { status: 505, message: "HTTP/1.0 and HTTP/1.1 are spoken here" };
  const coding = request.headers["transfer-encoding"];
  if (coding !== undefined && request.httpVersion === "1.0") {
    return { status: 400, message: "HTTP/1.0 has no transfer codings" };
  }
  if (coding !== undefined && trimWhiteSpace(coding).toLowerCase() !== "chunked") {
    return { status: 501, message: "the only transfer coding understood here is chunked" };
  }
  if (coding !== undefined && request.headers["content-length"] !== undefined) {
    return { status: 400, message: "a body has one length" };
  }
  if (rawValues(request.rawHeaders, "host").length > 1) {
    return { status: 400, message: "a request has one Host header" };
  }
  const host = request.headers.host?.toLowerCase();
  if (host !== undefined && !HOST.test(host)) return { status: 400, message: "the Host header is malformed" };
  const target = request.url ?? "/";
  if (target === "*" && request.method !== "OPTIONS") {
    return { status: 400, message: "the request target is malformed" };
  }
  if (target.includes("#")) return { status: 400, message: "a request target has no fragment" };
  if (target.startsWith("/") || target === "*") return undefined;
  const absolute = absoluteTarget(target);
  if (absolute === undefined) return { status: 400, message: "the request target is malformed" };
  if (host !== undefined && host !== absolute.authority.toLowerCase()) {
    return { status: 400, message: "the request target and the Host header name different hosts" };
  }
  return undefined;
}

/** Path and query as they are sent on: the absolute form is for proxies (RFC 9112 §3.2.2). */
export function originForm(target: string): string {
  return absoluteTarget(target)?.path ?? target;
}

function absoluteTarget(target: string): { readonly authority: string; readonly path: string } | undefined {
  // Nothing but a path or a query follows the authority: after a user (RFC 9110 §4.2.4) rules and upstream would see
  // different paths.
  const [, authority, rest = ""] = /^https?:\/\/([^/?#@]+)([/?].*)?$/is.exec(target) ?? [];
  if (authority === undefined) return undefined;
  return { authority, path: rest.startsWith("/") ? rest : `/${rest}` };
}
