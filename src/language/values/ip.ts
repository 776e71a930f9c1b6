// Addresses are parsed once per request, straight from char codes: no split, no regular expression, no substring.
import { hexDigit } from "./bytes.ts";
import { Ip6, type IpValue } from "./value.ts";

/**
 * Reads a dotted quad: four decimal parts, no leading zeros (semantics.md#address-literals). -1 when the text is
 * anything else. The result is an unsigned 32-bit number.
 */
export function parseIp4(text: string, start = 0, end = text.length): number {
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

/** The groups of the address that is being read. A view, so that they are written by halves and read as words. */
const groups = new DataView(new ArrayBuffer(16));

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
      const digit = hexDigit(text.charCodeAt(at));
      if (digit < 0) break;
      value = value * 16 + digit;
      digits++;
    }
    if (at < end && text.charCodeAt(at) === 46) {
      const embedded = count <= 6 ? parseIp4(text, groupStart, end) : -1;
      if (embedded < 0) return undefined;
      groups.setUint32(count * 2, embedded);
      count += 2;
      at = end;
      break;
    }
    if (digits === 0 || digits > 4) return undefined;
    groups.setUint16(count++ * 2, value);
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
    for (let offset = 1; offset <= tail; offset++)
      groups.setUint16((8 - offset) * 2, groups.getUint16((count - offset) * 2));
    for (let index = gap; index < 8 - tail; index++) groups.setUint16(index * 2, 0);
  }
  return new Ip6(groups.getUint32(0), groups.getUint32(4), groups.getUint32(8), groups.getUint32(12));
}

/** Reads an address of either family; undefined when the text is none. */
export function parseIp(text: string, start = 0, end = text.length): IpValue | undefined {
  const v4 = parseIp4(text, start, end);
  return v4 >= 0 ? v4 : parseIp6(text, start, end);
}

/** An IPv4-mapped IPv6 address (`::ffff:a.b.c.d`) as the IPv4 address that it carries; others unchanged. */
export function unwrapMapped(address: IpValue): IpValue {
  if (typeof address === "number") return address;
  return address.a === 0 && address.b === 0 && address.c === 0xffff ? address.d : address;
}

/** The same of a range that holds nothing but mapped addresses; others unchanged. */
export function unwrapMappedRange(range: IpRange): IpRange {
  if (isIp4Range(range)) return range;
  const start = unwrapMapped(range.start);
  const end = unwrapMapped(range.end);
  // The end is first: see `rangeOf`.
  return typeof start === "number" && typeof end === "number" ? { end, start } : range;
}

/** Dotted quad, or the RFC 5952 form: lower case, longest run of zero groups (two or more, the first) as `::`. */
export function formatIp(address: IpValue): string {
  if (typeof address === "number") {
    return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
  }
  const { a, b, c, d } = address;
  if (a === 0 && b === 0 && c === 0xffff) return `::ffff:${formatIp(d)}`;
  const parts = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff, c >>> 16, c & 0xffff, d >>> 16, d & 0xffff];
  const gap = longestZeros(address);
  const text = parts.map((part) => part.toString(16));
  if (gap === NO_GAP) return text.join(":");
  return `${text.slice(0, gap >>> 4).join(":")}::${text.slice((gap >>> 4) + (gap & 15)).join(":")}`;
}

const NO_GAP = -1;

/** The run of zero groups that `::` stands for: its first group times 16 plus its length. */
function longestZeros({ a, b, c, d }: Ip6): number {
  const zeros = zeroGroups(a) | (zeroGroups(b) << 2) | (zeroGroups(c) << 4) | (zeroGroups(d) << 6);
  let gap = NO_GAP;
  let most = 1;
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && ((zeros >>> (at + length)) & 1) === 1) length++;
    if (length > most) {
      most = length;
      gap = at * 16 + length;
    }
    at += length;
  }
  return gap;
}

/** Bit 0: the upper half is zero; bit 1: the lower one is. */
function zeroGroups(word: number): number {
  return (word >>> 16 === 0 ? 1 : 0) | ((word & 0xffff) === 0 ? 2 : 0);
}

/** Whether `text.slice(0, end)` is what {@link formatIp} gives. Long lists ask this of each item, so nothing is made. */
export function isFormattedIp6(address: Ip6, text: string, end: number): boolean {
  if (address.a === 0 && address.b === 0 && address.c === 0xffff)
    return text.slice(0, end) === formatIp(address);
  const gap = longestZeros(address);
  let at = 0;
  for (let group = 0; group < 8; group++) {
    if (gap !== NO_GAP && group === gap >>> 4) {
      if (text.charCodeAt(at) !== 58 || text.charCodeAt(at + 1) !== 58) return false;
      at += 2;
      group += (gap & 15) - 1;
      continue;
    }
    const isBehindGap = gap !== NO_GAP && group === (gap >>> 4) + (gap & 15);
    if (group > 0 && !isBehindGap && text.charCodeAt(at++) !== 58) return false;
    const word = group < 4 ? (group < 2 ? address.a : address.b) : group < 6 ? address.c : address.d;
    const value = group % 2 === 0 ? word >>> 16 : word & 0xffff;
    for (let shift = value > 0xfff ? 12 : value > 0xff ? 8 : value > 0xf ? 4 : 0; shift >= 0; shift -= 4) {
      const digit = (value >>> shift) & 15;
      if (text.charCodeAt(at++) !== (digit < 10 ? 48 + digit : 87 + digit)) return false;
    }
  }
  return at === end;
}

export function sameIp(left: IpValue, right: IpValue): boolean {
  if (typeof left === "number" || typeof right === "number") return left === right;
  return left.d === right.d && left.c === right.c && left.b === right.b && left.a === right.a;
}

/**
 * Negative, zero or positive within a family; NaN across families, so that every ordering test on it is false
 * (semantics.md#equality-and-order).
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

/**
 * The network that counts as one client, under a prefix length for each family. An IPv6 address that carries one of IPv4
 * becomes that, mapped or after a translator (64:ff9b::/96, RFC 6052 §2.1): else all clients of IPv4 would be one network.
 */
export function clientNetwork(address: IpValue, bits4: number, bits6: number): IpValue {
  const plain = untranslated(unwrapMapped(address));
  return maskIp(plain, typeof plain === "number" ? bits4 : bits6);
}

function untranslated(address: IpValue): IpValue {
  if (typeof address === "number") return address;
  const { a, b, c, d } = address;
  return a === 0x64_ff9b && b === 0 && c === 0 ? d : address;
}

/** The same as text; a text that is not an address stays as it is. */
export function clientNetworkText(text: string, bits4: number, bits6: number): string {
  const [zoneless = text] = text.split("%");
  const address = parseIp(zoneless);
  return address === undefined ? text : formatIp(clientNetwork(address, bits4, bits6));
}

/** The highest address of the network. */
export function lastOfNetwork(network: IpValue, bits: number): IpValue {
  return typeof network === "number" ? lastOf4(network, bits) : lastOf6(network, bits);
}

function lastOf4(network: number, bits: number): number {
  return (network | ~maskWord(bits)) >>> 0;
}

function lastOf6(network: Ip6, bits: number): Ip6 {
  return new Ip6(
    (network.a | ~maskWord(bits)) >>> 0,
    (network.b | ~maskWord(bits - 32)) >>> 0,
    (network.c | ~maskWord(bits - 64)) >>> 0,
    (network.d | ~maskWord(bits - 96)) >>> 0,
  );
}

/** Addresses from `start` to `end`, both included and of one family. */
export type IpRange = Ip4Range | Ip6Range;

export interface Ip4Range {
  readonly start: number;
  readonly end: number;
}

export interface Ip6Range {
  readonly start: Ip6;
  readonly end: Ip6;
}

export function isIp4Range(range: IpRange): range is Ip4Range {
  return typeof range.start === "number";
}

export type IpItemFault =
  | { readonly reason: "address" | "prefix" | "order" | "families" }
  | { readonly reason: "host-bits"; readonly network: string };

/**
 * Undefined for addresses of two families.
 *
 * The end is first on purpose. V8 gives `{ start, end }` one shape wherever it is written, so that one address
 * above 2³¹ would have the offsets of all spans in the program boxed as doubles (16 bytes each, measured).
 */
function rangeOf(start: IpValue, end: IpValue): IpRange | undefined {
  if (typeof start === "number") return typeof end === "number" ? { end, start } : undefined;
  return typeof end === "number" ? undefined : { end, start };
}

/** The addresses of a network. */
function networkRange(start: IpValue, bits: number): IpRange {
  if (typeof start === "number") return { end: lastOf4(start, bits), start };
  return { end: lastOf6(start, bits), start };
}

/**
 * Reads an address, a CIDR network or a range `first..last` (semantics.md#address-literals). Host bits of a network
 * must be zero; the fault then names the network that was probably meant.
 */
export function parseIpItem(text: string): IpRange | IpItemFault {
  const dots = text.indexOf("..");
  if (dots !== -1) {
    const start = parseIp(text, 0, dots);
    const end = parseIp(text, dots + 2);
    if (start === undefined || end === undefined) return { reason: "address" };
    const range = rangeOf(start, end);
    if (range === undefined) return { reason: "families" };
    return compareIp(start, end) > 0 ? { reason: "order" } : range;
  }
  const slash = text.indexOf("/");
  const start = parseIp(text, 0, slash === -1 ? text.length : slash);
  if (start === undefined) return { reason: "address" };
  if (slash === -1) return typeof start === "number" ? { end: start, start } : { end: start, start };
  const most = typeof start === "number" ? 32 : 128;
  const bits = prefixLength(text, slash + 1);
  if (bits < 0 || bits > most) return { reason: "prefix" };
  const network = maskIp(start, bits);
  if (!sameIp(network, start)) return { reason: "host-bits", network: `${formatIp(network)}/${bits}` };
  return networkRange(start, bits);
}

/** Up to three decimal digits without a leading zero; -1 for anything else. */
function prefixLength(text: string, start: number): number {
  const digits = text.length - start;
  if (digits < 1 || digits > 3 || (digits > 1 && text.charCodeAt(start) === 48)) return -1;
  let bits = 0;
  for (let at = start; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    bits = bits * 10 + digit;
  }
  return bits;
}
