import { type HeaderLine, linesOf, withoutHeader } from "../../request/head/headers.ts";
import { CONNECTION_HEADERS } from "../../rules/ruleset/actions/rewrite.ts";

/** Headers that end with the connection that they came on, and what Node's own framing replaces. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([...CONNECTION_HEADERS, "expect", "http2-settings"]);

/** A `Connection` header must not take the message's framing or destination away. */
const NEVER_NAMED: ReadonlySet<string> = new Set(["content-length", "host"]);

/** The lines that are meant for the other end, in their order. */
export function endToEnd(raw: readonly string[]): HeaderLine[] {
  const lines = linesOf(raw);
  const named = new Set<string>();
  for (const [name, value] of lines) {
    const lower = name.toLowerCase();
    if (lower !== "connection" && lower !== "proxy-connection") continue;
    for (const token of value.split(",")) named.add(token.trim().toLowerCase());
  }
  return lines.filter(([name]) => {
    const lower = name.toLowerCase();
    return !HOP_BY_HOP.has(lower) && (!named.has(lower) || NEVER_NAMED.has(lower));
  });
}

export function valuesOf(lines: readonly HeaderLine[], name: string): readonly string[] {
  return lines.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
}

/** What an upstream is told about the client's side of the connection. */
export interface ForwardingFacts {
  readonly peer: string | undefined;
  /** Whether the peer is a proxy whose own forwarding headers are believed. */
  readonly peerTrusted: boolean;
  readonly host: string | undefined;
}

const FORWARDING = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/**
 * Adds the `X-Forwarded-` headers; the proxy's own server speaks no TLS. A peer that is no trusted proxy cannot hand any of
 * them in: they would be believed upstream.
 */
export function withForwarding(lines: readonly HeaderLine[], facts: ForwardingFacts): HeaderLine[] {
  let result = [...lines];
  const before = facts.peerTrusted ? valuesOf(result, "x-forwarded-for").join(", ") : "";
  const kept = facts.peerTrusted ? ["x-forwarded-for"] : FORWARDING;
  for (const name of kept) result = withoutHeader(result, name);
  if (facts.peer !== undefined)
    result.push(["X-Forwarded-For", before === "" ? facts.peer : `${before}, ${facts.peer}`]);
  if (valuesOf(result, "x-forwarded-proto").length === 0) result.push(["X-Forwarded-Proto", "http"]);
  if (facts.host !== undefined && valuesOf(result, "x-forwarded-host").length === 0)
    result.push(["X-Forwarded-Host", facts.host]);
  return result;
}
