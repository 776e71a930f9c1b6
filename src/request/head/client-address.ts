import type { IpSet } from "../../language/sets/ip-set.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import { parseIp, unwrapMapped } from "../../language/values/ip.ts";
import type { IpValue } from "../../language/values/value.ts";
import { trimWhiteSpace } from "./characters.ts";
import type { Headers } from "./headers.ts";

/** Who the client is, and how that is known. */
export interface ClientAddress {
  /** Undefined only when the host does not know its peer. */
  readonly address: IpValue | undefined;
  /** The socket's other end. */
  readonly peer: IpValue | undefined;
  /** Whether the peer is a trusted proxy, so that its forwarding headers count. */
  readonly peerTrusted: boolean;
  /** True when a trusted proxy's header held something that is no address; the walk stopped there. */
  readonly malformed: boolean;
}

export interface ClientAddressSettings {
  readonly trusted: IpSet;
  /** Lower case. */
  readonly clientHeader: string;
  readonly maxHops: number;
}

/**
 * Walks the forwarding header from its end, where the nearest proxy wrote, for as long as the address at hand is a
 * trusted proxy's. The first address that is not is the client; whatever stands further left may be the client's
 * invention. When all are trusted, the leftmost counts.
 */
export function clientAddress(
  remoteAddress: string | undefined,
  headers: Headers,
  settings: ClientAddressSettings,
): ClientAddress {
  const peer = remoteAddress === undefined ? undefined : parseNode(remoteAddress);
  if (peer === undefined || !settings.trusted.has(peer)) {
    return { address: peer, peer, peerTrusted: false, malformed: false };
  }
  const header = headers.joined(settings.clientHeader);
  const hops =
    settings.clientHeader === "forwarded"
      ? forwardedFor(header, settings.maxHops)
      : lastItems(header, settings.maxHops);
  let address = peer;
  for (const hop of hops.toReversed()) {
    if (hop === "" && hops.length === 1) break;
    const parsed = parseNode(hop);
    if (parsed === undefined) return { address, peer, peerTrusted: true, malformed: true };
    address = parsed;
    if (!settings.trusted.has(parsed)) break;
  }
  return { address, peer, peerTrusted: true, malformed: false };
}

/** The last `limit` items of a comma-separated header, trimmed, in order. */
function lastItems(header: string, limit: number): readonly string[] {
  const items: string[] = [];
  for (let end = header.length; items.length < limit; ) {
    const comma = end === 0 ? -1 : header.lastIndexOf(",", end - 1);
    items.push(trimWhiteSpace(header.slice(comma + 1, end)));
    if (comma === -1) break;
    end = comma;
  }
  return items.reverse();
}

/**
 * The `for` of each element of a Forwarded header (RFC 7239 §4), "?" for an element without a single readable one.
 * Quotes are taken off; commas and semicolons inside them do not separate.
 */
function forwardedFor(header: string, limit: number): readonly string[] {
  const found: string[] = [];
  let current: string | undefined;
  let conflict = false;
  let pieceStart = 0;
  let quoted = false;
  for (let at = 0; at <= header.length; at++) {
    const code = at === header.length ? 44 : header.charCodeAt(at);
    if (at < header.length) {
      if (quoted && code === 92) {
        at++;
        continue;
      }
      if (code === 34) quoted = !quoted;
      if (quoted || (code !== 44 && code !== 59)) continue;
    }
    const piece = trimWhiteSpace(header.slice(pieceStart, at));
    pieceStart = at + 1;
    if (asciiLower(piece.slice(0, 4)) === "for=") {
      conflict ||= current !== undefined;
      current = piece.slice(4);
    }
    if (code === 44) {
      found.push(current === undefined || conflict ? "?" : unquote(current));
      // Only the nearest hops are walked: the list must not grow with the header.
      if (found.length > limit) found.shift();
      current = undefined;
      conflict = false;
    }
  }
  return header === "" ? [""] : found;
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/**
 * An address as proxies and sockets write it: bare, with a port (`192.0.2.1:80`, `[2001:db8::1]:80`), in brackets,
 * with a zone (`fe80::1%eth0`). IPv4-mapped addresses become IPv4.
 */
export function parseNode(text: string): IpValue | undefined {
  let host = text;
  if (text.startsWith("[")) {
    const close = text.indexOf("]");
    if (close === -1 || !isPort(text.slice(close + 1))) return undefined;
    host = text.slice(1, close);
  } else {
    const colon = text.indexOf(":");
    if (colon !== -1 && colon === text.lastIndexOf(":")) {
      if (!isPort(text.slice(colon))) return undefined;
      host = text.slice(0, colon);
    }
  }
  const zone = host.indexOf("%");
  const address = parseIp(zone === -1 ? host : host.slice(0, zone));
  return address === undefined ? undefined : unwrapMapped(address);
}

/** Nothing, or a colon and a port; the obfuscated ports of RFC 7239 §6.3 begin with `_`. */
function isPort(text: string): boolean {
  return text === "" || /^:(?:[0-9]{1,5}|_[A-Za-z0-9._-]{1,64})$/.test(text);
}
