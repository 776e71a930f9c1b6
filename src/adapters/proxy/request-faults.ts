import type { IncomingMessage } from "node:http";
import { trimWhiteSpace } from "../../request/head/characters.ts";
import { rawValues } from "../../request/head/headers.ts";
import { isAuthority, isSameAuthority, splitTarget } from "../../request/head/uri.ts";
import { isForwarding } from "./forwarding.ts";
import { namedByConnection } from "./headers.ts";

/** A request that two servers could read differently; it is not forwarded. */
export interface RequestFault {
  readonly status: number;
  readonly message: string;
}

/** What counts as a fault besides. */
export interface FaultOptions {
  /** Whether a path is refused that has dot segments, encoded dots or backslashes. */
  readonly refusesDots: boolean;
  /** Headers, in lower case, in which trusted proxies are configured to write. */
  readonly ownForwarding: ReadonlySet<string>;
}

/**
 * What Node's parser lets through and we do not: transfer codings that we would have to undo, several or malformed
 * hosts, targets that name another host than the Host header or carry a fragment, Connection headers that would take away
 * what rules or the upstream need.
 */
export function requestFault(request: IncomingMessage, options: FaultOptions): RequestFault | undefined {
  // Node takes any version that has two digits, and answers in 1.1.
  if (request.httpVersionMajor !== 1)
    return { status: 505, message: "only HTTP/1.0 and HTTP/1.1 are supported here" };
  const coding = request.headers["transfer-encoding"];
  if (coding !== undefined && request.httpVersion === "1.0") {
    return { status: 400, message: "HTTP/1.0 has no transfer codings" };
  }
  if (coding !== undefined && trimWhiteSpace(coding).toLowerCase() !== "chunked") {
    return { status: 501, message: "the only transfer coding supported here is chunked" };
  }
  if (coding !== undefined && request.headers["content-length"] !== undefined) {
    return { status: 400, message: "a body must have exactly one length" };
  }
  if (rawValues(request.rawHeaders, "host").length > 1) {
    return { status: 400, message: "a request must have exactly one Host header" };
  }
  const { host } = request.headers;
  if (host !== undefined && !isAuthority(host))
    return { status: 400, message: "the Host header is malformed" };
  const target = request.url ?? "/";
  if (target === "*" && request.method !== "OPTIONS") {
    return { status: 400, message: "the request target is malformed" };
  }
  if (target.includes("#")) return { status: 400, message: "a request target must not have a fragment" };
  const named = [...namedByConnection(request.rawHeaders)].find(
    (name) => isNeeded(name) || options.ownForwarding.has(name),
  );
  if (named !== undefined)
    return { status: 400, message: "a Connection header names a field that is not the connection's" };
  if (options.refusesDots && UNRESOLVED.test(splitTarget(target, request.method ?? "GET").path))
    return { status: 400, message: "the path has dot segments, encoded dots or backslashes" };
  if (target.startsWith("/") || target === "*") return undefined;
  const authority = authorityOf(target);
  if (authority === undefined || !isAuthority(authority))
    return { status: 400, message: "the request target is malformed" };
  if (host !== undefined && !isSameAuthority(host, authority)) {
    return { status: 400, message: "the request target and the Host header name different hosts" };
  }
  return undefined;
}

/** Authority of an absolute target that rules and upstreams read alike; undefined for any other target. */
function authorityOf(target: string): string | undefined {
  // Nothing but a path or a query follows the authority: after a user (RFC 9110 §4.2.4) rules and upstream would see
  // different paths.
  return /^https?:\/\/([^/?#@]+)(?:[/?].*)?$/is.exec(target)?.[1];
}

/** Fields that a `Connection` header takes away from rules, from the upstream, or from what it is told of the client. */
function isNeeded(name: string): boolean {
  return NEEDED.has(name) || name.startsWith("content-") || isForwarding(name);
}

const NEEDED: ReadonlySet<string> = new Set(["host", "cookie", "authorization"]);

/** Dot segments, in any spelling that the path's normal form undoes. */
const UNRESOLVED = /\\|%2e|\/\.\.?(?:\/|$)/i;
