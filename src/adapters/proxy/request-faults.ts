import type { IncomingMessage } from "node:http";

/** A request that two servers could read differently; it is not forwarded. */
export interface RequestFault {
  readonly status: number;
  readonly message: string;
}

/**
 * What Node's parser lets through and we do not: transfer codings that we would have to undo, several hosts, targets
 * that name another host than the Host header or carry a fragment.
 */
export function requestFault(request: IncomingMessage): RequestFault | undefined {
  const coding = request.headers["transfer-encoding"];
  if (coding !== undefined && coding.trim().toLowerCase() !== "chunked") {
    return { status: 501, message: "the only transfer coding understood here is chunked" };
  }
  if (coding !== undefined && request.headers["content-length"] !== undefined) {
    return { status: 400, message: "a body has one length" };
  }
  if (countLines(request.rawHeaders, "host") > 1) {
    return { status: 400, message: "a request has one Host header" };
  }
  const target = request.url ?? "/";
  if (target.includes("#")) return { status: 400, message: "a request target has no fragment" };
  if (target.startsWith("/") || target === "*") return undefined;
  const absolute = absoluteTarget(target);
  if (absolute === undefined) return { status: 400, message: "the request target is malformed" };
  const host = request.headers.host?.toLowerCase();
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
  const match = /^https?:\/\/([^/?#@]+)(.*)$/is.exec(target);
  if (match === null) return undefined;
  const rest = match[2]!;
  return { authority: match[1]!, path: rest.startsWith("/") ? rest : `/${rest}` };
}

function countLines(raw: readonly string[], name: string): number {
  let count = 0;
  for (let at = 0; at < raw.length; at += 2) if (raw[at]!.toLowerCase() === name) count++;
  return count;
}
