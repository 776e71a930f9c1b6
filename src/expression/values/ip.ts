// Addresses are parsed once per request, straight from char codes: no split, no regular expression, no substring.
import { Ip6, type IpValue } from "./value.ts";

/**
 * Reads a dotted quad: four decimal parts, no leading zeros (SPEC §3.7). -1 when the text is anything else.
 * The result is an unsigned 32-bit number.
 */
export function parseIp4(text: string, start = 0, end = text.length): number {
  if (end - start > 15 || end - start < 7) return -1;
  let address = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (digits === 0 || dots === 3) return -1;
      address = address * 256 + part;
      part = 0;
      digits = 0;
      dots++;
    } else if (code >= 48 && code <= 57) {
      if (digits > 0 && part === 0) return -1;
      part = part * 10 + (code - 48);
      if (part > 255) return -1;
      digits++;
    } else return -1;
  }
  return dots === 3 && digits > 0 ? address * 256 + part : -1;
}

const groups = new Uint16Array(8);

/** Reads IPv6 text of any standard spelling, embedded IPv4 included (RFC 4291 §2.2). No zone, no brackets. */
export function parseIp6(text: string, start = 0, end = text.length): Ip6 | undefined {
  if (end - start < 2 || end - start > 45) return undefined;
  let count = 0;
  let gap = -1;
  let at = start;
  if (text.charCodeAt(at) === 58) {
    if (text.charCodeAt(at + 1) !== 58) return undefined;
    gap = 0;
    at += 2;
  }
  while (at < end) {
    if (count === 8) return undefined;
    let value = 0;
    let digits = 0;
    const groupStart = at;
    for (; at < end && digits < 5; at++) {
      const digit = hexValue(text.charCodeAt(at));
      if (digit < 0) break;
      value = value * 16 + digit;
      digits++;
    }
    if (at < end && text.charCodeAt(at) === 46) {
      const embedded = count <= 6 ? parseIp4(text, groupStart, end) : -1;
      if (embedded < 0) return undefined;
      groups[count++] = embedded >>> 16;
      groups[count++] = embedded & 0xffff;
      at = end;
      break;
    }
    if (digits === 0 || digits > 4) return undefined;
    groups[count++] = value;
    if (at === end) break;
    if (text.charCodeAt(at) !== 58) return undefined;
    at++;
    if (at === end) return undefined;
    if (text.charCodeAt(at) === 58) {
      if (gap !== -1) return undefined;
      gap = count;
      at++;
    }
  }
  if (gap === -1) {
    if (count !== 8) return undefined;
  } else {
    if (count > 7) return undefined;
    const tail = count - gap;
    for (let offset = 1; offset <= tail; offset++) groups[8 - offset] = groups[count - offset]!;
    for (let index = gap; index < 8 - tail; index++) groups[index] = 0;
  }
  return new Ip6(
    ((groups[0]! << 16) | groups[1]!) >>> 0,
    ((groups[2]! << 16) | groups[3]!) >>> 0,
    ((groups[4]! << 16) | groups[5]!) >>> 0,
    ((groups[6]! << 16) | groups[7]!) >>> 0,
  );
}

function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const folded = code | 32;
  return folded >= 97 && folded <= 102 ? folded - 87 : -1;
}

/** Reads an address of either family; undefined when the text is none. */
export function parseIp(text: string): IpValue | undefined {
  const v4 = parseIp4(text);
  return v4 >= 0 ? v4 : parseIp6(text);
}

/** An IPv4-mapped IPv6 address (`::ffff:a.b.c.d`) as the IPv4 address that it carries; others unchanged. */
export function unwrapMapped(address: IpValue): IpValue {
  if (typeof address === "number") return address;
  return address.a === 0 && address.b === 0 && address.c === 0xffff ? address.d : address;
}

/** Dotted quad, or the RFC 5952 form: lower case, longest run of zero groups (two or more, the first) as `::`. */
export function formatIp(address: IpValue): string {
  if (typeof address === "number") {
    return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
  }
  const { a, b, c, d } = address;
  if (a === 0 && b === 0 && c === 0xffff) return `::ffff:${formatIp(d)}`;
  const parts = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff, c >>> 16, c & 0xffff, d >>> 16, d & 0xffff];
  let bestStart = -1;
  let bestLength = 1;
  for (let at = 0; at < 8; ) {
    let length = 0;
    while (at + length < 8 && parts[at + length] === 0) length++;
    if (length > bestLength) {
      bestStart = at;
      bestLength = length;
    }
    at += length + 1;
  }
  const text = parts.map((part) => part.toString(16));
  if (bestStart === -1) return text.join(":");
  return `${text.slice(0, bestStart).join(":")}::${text.slice(bestStart + bestLength).join(":")}`;
}

export function sameIp(left: IpValue, right: IpValue): boolean {
  if (typeof left === "number" || typeof right === "number") return left === right;
  return left.d === right.d && left.c === right.c && left.b === right.b && left.a === right.a;
}

/**
 * Negative, zero or positive within a family; NaN across families, so that every ordering test on it is false
 * (SPEC §2.1).
 */
export function compareIp(left: IpValue, right: IpValue): number {
  if (typeof left === "number") return typeof right === "number" ? left - right : Number.NaN;
  if (typeof right === "number") return Number.NaN;
  return left.a - right.a || left.b - right.b || left.c - right.c || left.d - right.d;
}

function maskWord(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0;
}

/** The network address under a prefix length of the address's own family. */
export function maskIp(address: IpValue, bits: number): IpValue {
  if (typeof address === "number") return (address & maskWord(bits)) >>> 0;
  return new Ip6(
    (address.a & maskWord(bits)) >>> 0,
    (address.b & maskWord(bits - 32)) >>> 0,
    (address.c & maskWord(bits - 64)) >>> 0,
    (address.d & maskWord(bits - 96)) >>> 0,
  );
}

/** The highest address of the network. */
export function lastOfNetwork(network: IpValue, bits: number): IpValue {
  if (typeof network === "number") return (network | ~maskWord(bits)) >>> 0;
  return new Ip6(
    (network.a | ~maskWord(bits)) >>> 0,
    (network.b | ~maskWord(bits - 32)) >>> 0,
    (network.c | ~maskWord(bits - 64)) >>> 0,
    (network.d | ~maskWord(bits - 96)) >>> 0,
  );
}

/** Addresses from `start` to `end`, both included and of one family. */
export interface IpRange {
  readonly start: IpValue;
  readonly end: IpValue;
}

export type IpItemFault =
  | { readonly reason: "address" | "prefix" | "order" | "families" }
  | { readonly reason: "host-bits"; readonly network: string };

/**
 * Reads an address, a CIDR network or a range `first..last` (SPEC §3.7). Host bits of a network must be zero; the
 * fault then names the network that was probably meant.
 */
export function parseIpItem(text: string): IpRange | IpItemFault {
  const dots = text.indexOf("..");
  if (dots !== -1) {
    const start = parseIp(text.slice(0, dots));
    const end = parseIp(text.slice(dots + 2));
    if (start === undefined || end === undefined) return { reason: "address" };
    if ((typeof start === "number") !== (typeof end === "number")) return { reason: "families" };
    return compareIp(start, end) > 0 ? { reason: "order" } : { start, end };
  }
  const slash = text.indexOf("/");
  const start = parseIp(slash === -1 ? text : text.slice(0, slash));
  if (start === undefined) return { reason: "address" };
  if (slash === -1) return { start, end: start };
  const digits = text.slice(slash + 1);
  const most = typeof start === "number" ? 32 : 128;
  const bits = /^(0|[1-9][0-9]{0,2})$/.test(digits) ? Number(digits) : -1;
  if (bits < 0 || bits > most) return { reason: "prefix" };
  const network = maskIp(start, bits);
  if (!sameIp(network, start)) return { reason: "host-bits", network: `${formatIp(network)}/${bits}` };
  return { start, end: lastOfNetwork(start, bits) };
}
