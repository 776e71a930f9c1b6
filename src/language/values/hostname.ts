import { asciiLower } from "./bytes.ts";

/**
 * The usual form of a host as a Host header has it: lower case, without port and last dot. IPv6 addresses keep their
 * brackets. Text that is not a host stays as it is but for these.
 */
export function normalHost(host: string): string {
  const lower = asciiLower(host);
  const name = lower.slice(0, portStart(lower));
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** Where a port begins with its colon; the length of the text when there is none. */
function portStart(host: string): number {
  const colon = host.lastIndexOf(":");
  if (colon === -1 || !isDigits(host, colon + 1)) return host.length;
  // The colons of an IPv6 address are in brackets; without brackets nothing distinguishes its end from a port.
  const isAddress = host.startsWith("[") ? host.charCodeAt(colon - 1) !== 93 : host.indexOf(":") !== colon;
  return isAddress ? host.length : colon;
}

function isDigits(text: string, from: number): boolean {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}
