import { asciiLower } from "../../language/values/bytes.ts";
import { isAuthority, isSameAuthority, splitTarget } from "../../request/head/uri.ts";
import type { NodeRequest } from "./node-request.ts";
import { targetOf } from "./target.ts";

/**
 * Why rules and the application may take a request to be for different hosts; undefined when they cannot: several Host
 * lines (RFC 9112 §3.2), one that URL parsers read as another host, or one that differs from `:authority`
 * (RFC 9113 §8.3.1) or from the target (RFC 9112 §3.2.2).
 */
export function hostFault(request: NodeRequest): string | undefined {
  const { rawHeaders } = request;
  let host: string | undefined;
  let authority: string | undefined;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name === ":authority") authority = rawHeaders[at + 1];
    if (name.length !== 4 || asciiLower(name) !== "host") continue;
    if (host !== undefined) return "a request must have exactly one Host header";
    host = rawHeaders[at + 1];
  }
  const target = targetOf(request);
  if (!target.startsWith("/") && request.httpVersionMajor < 2)
    authority = splitTarget(target, request.method ?? "GET").authority;
  for (const named of [host, authority])
    if (named !== undefined && !isAuthority(named)) return "the host of the request is malformed";
  if (host === undefined || authority === undefined || isSameAuthority(host, authority)) return undefined;
  return "the request's target and its Host header name different hosts";
}
