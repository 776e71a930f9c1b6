import type { IpSet } from "../../language/sets/ip-set.ts";
import { asciiLower } from "../../language/values/bytes.ts";
import { parseIp, unwrapMapped } from "../../language/values/ip.ts";
import type { IpValue } from "../../language/values/value.ts";
import { trimWhiteSpace } from "./characters.ts";
import type { Headers } from "./headers.ts";

/** Who the client is, and how that is known. */
export interface ClientAddress {
  /**
   * Undefined when the host does not know its peer, or when what a trusted proxy wrote cannot be read: the address of the
   * proxy itself would give the client the proxy's trust.
   */
  readonly address: IpValue | undefined;
  /** The socket's other end. */
  readonly peer: IpValue | undefined;
  /** Whether the peer is a trusted proxy, so that its forwarding headers count. */
  readonly peerTrusted: boolean;
  /** True when a trusted proxy's header held something that is not an address; the walk stopped there. */
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
 * trusted proxy's. The first address that is not is the client; entries further left may be forged by the client. When
 * all are trusted, the leftmost counts.
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
  const lines = headers.all(settings.clientHeader);
  const hops =
    settings.clientHeader === "forwarded"
      ? forwardedFor(lines, settings.maxHops)
      : lastItems(lines.join(","), settings.maxHops);
  let address = peer;
  for (const hop of hops) {
    const parsed = parseNode(hop);
    if (parsed === undefined) return { address: undefined, peer, peerTrusted: true, malformed: true };
    address = parsed;
    if (!settings.trusted.has(parsed)) break;
  }
  return { address, peer, peerTrusted: true, malformed: false };
}

/** The last `limit` items of a comma-separated header, trimmed, the last one first; none of an empty header. */
function lastItems(header: string, limit: number): readonly string[] {
  const items: string[] = [];
  for (let end = header.length; items.length < limit; ) {
    const comma = end === 0 ? -1 : header.lastIndexOf(",", end - 1);
    items.push(trimWhiteSpace(header.slice(comma + 1, end)));
    if (comma === -1) break;
    end = comma;
  }
  return items.length === 1 && items[0] === "" ? [] : items;
}

/** Stands for an element whose `for` cannot be read; no address is spelled so. */
const UNREADABLE = "?";

/**
 * The `for` of the last `limit` elements of a Forwarded header (RFC 7239 §4), the last one first, without quotes. Lines
 * are read one by one and from their end: a quote that a client left open cannot swallow what a proxy appended.
 */
function forwardedFor(lines: readonly string[], limit: number): readonly string[] {
  const found: string[] = [];
  for (let at = lines.length - 1; at >= 0 && found.length < limit; at--) {
    const line = lines[at] ?? "";
    if (trimWhiteSpace(line) !== "" && !lastElements(line, limit, found)) break;
  }
  return found;
}

/** Adds a line's elements; false when an unbalanced quote makes everything before it meaningless. */
function lastElements(line: string, limit: number, found: string[]): boolean {
  let node: string | undefined;
  let repeated = false;
  let end = line.length;
  for (let at = line.length - 1; at >= -1 && found.length < limit; at--) {
    const code = at === -1 ? COMMA : line.charCodeAt(at);
    if (code === QUOTE) {
      at = openingQuote(line, at);
      if (at !== -1) continue;
      found.push(UNREADABLE);
      return false;
    }
    if (code !== COMMA && code !== SEMICOLON) continue;
    const piece = trimWhiteSpace(line.slice(at + 1, end));
    end = at;
    if (asciiLower(piece.slice(0, 4)) === "for=") {
      repeated ||= node !== undefined;
      node = piece.slice(4);
    }
    if (code === SEMICOLON) continue;
    found.push(node === undefined || repeated ? UNREADABLE : unquote(node));
    node = undefined;
    repeated = false;
  }
  return true;
}

const QUOTE = 34;
const COMMA = 44;
const SEMICOLON = 59;
const BACKSLASH = 92;

/** Where the quoted text begins that ends at `close`; -1 when it has no beginning. */
function openingQuote(line: string, close: number): number {
  for (let at = close - 1; at >= 0; at--) {
    if (line.charCodeAt(at) !== QUOTE) continue;
    let slash = at - 1;
    while (slash >= 0 && line.charCodeAt(slash) === BACKSLASH) slash--;
    // An odd number of them escapes the quote.
    if ((at - slash) % 2 === 1) return at;
    at = slash + 1;
  }
  return -1;
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
