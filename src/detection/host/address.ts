import { parseIp6 } from "../../language/values/ip.ts";

/** Where an address leads that a server connects to. */
export type Reach = "metadata" | "loopback" | "link-local" | "private" | "public";

export interface Address {
  readonly reach: Reach;
  /** Whether it is spelled as people and programs never do. */
  readonly odd: boolean;
}

/** Services that tell a machine of a cloud its own secrets. */
const METADATA = new Set(
  [
    [169, 254, 169, 254],
    [169, 254, 169, 253],
    [169, 254, 169, 250],
    [169, 254, 170, 2],
    [169, 254, 170, 23],
    [169, 254, 42, 42],
    [169, 254, 0, 23],
    [100, 100, 100, 200],
    [192, 0, 0, 192],
    [168, 63, 129, 16],
  ].map(([a = 0, b = 0, c = 0, d = 0]) => ((a << 24) | (b << 16) | (c << 8) | d) >>> 0),
);

/** Bytes of the longest spelling that is read. */
const LONGEST = 64;

export function reachOf(address: number): Reach {
  if (METADATA.has(address)) return "metadata";
  const first = address >>> 24;
  const second = (address >>> 16) & 255;
  if (first === 127 || first === 0) return "loopback";
  if (first === 169 && second === 254) return "link-local";
  if (first === 10 || (first === 192 && second === 168) || (first === 172 && second >> 4 === 1))
    return "private";
  return "public";
}

/**
 * Reads an IPv4 address as `inet_aton` and its heirs do: one to four parts, decimal, octal or hex, the last one taking up
 * what is left. Parts that are too large wrap around, as they do in careless readers.
 */
export function readIpv4(host: string): Address | undefined {
  if (host.length > LONGEST) return undefined;
  const parts = (host.endsWith(".") ? host.slice(0, -1) : host).split(".");
  if (parts.length > 4) return undefined;
  let odd = parts.length < 4;
  let address = 0;
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? "";
    const value = readPart(part);
    if (value === undefined) return undefined;
    if (part !== String(value)) odd = true;
    const last = at === parts.length - 1;
    const size = last ? 256 ** (4 - at) : 256;
    if (value >= size) {
      // Wrapping is for what is meant as an address: not for the parts of a version or a date.
      if (parts.length > 1 && (parts.length < 4 || value > 999)) return undefined;
      odd = true;
    }
    address = last ? address * size + (value % size) : address * 256 + (value % 256);
  }
  return { reach: reachOf(address >>> 0), odd };
}

function readPart(part: string): number | undefined {
  if (/^0x[0-9a-f]{0,32}$/.test(part)) return Number(part === "0x" ? 0 : lowBits(part.slice(2), 16));
  if (/^0[0-7]{1,40}$/.test(part)) return lowBits(part, 8);
  return /^\d{1,13}$/.test(part) ? Number(part) : undefined;
}

/** The last digits of a number: those that 32 bits hold. */
function lowBits(digits: string, base: 8 | 16): number {
  return Number.parseInt(digits.slice(base === 16 ? -8 : -12), base);
}

/** Reads what is in the brackets of an IPv6 host. */
export function readIpv6(text: string): Address | undefined {
  const zone = text.indexOf("%");
  const bare = zone < 0 ? text : text.slice(0, zone);
  const address = parseIp6(bare);
  if (address === undefined) return undefined;
  const { a, b, c, d } = address;
  const low = d >>> 0;
  const zeros = a === 0 && b === 0;
  if (zeros && c === 0 && low <= 1) return { reach: "loopback", odd: bare !== "::1" };
  // IPv4 in IPv6: mapped, compatible, translated (RFC 6052), and 6to4.
  if (zeros && (c === 0 || c >>> 0 === 0xffff || c >>> 0 === 0xffff0000))
    return { reach: reachOf(low), odd: true };
  if (a >>> 0 === 0x0064ff9b) return { reach: reachOf(low), odd: true };
  if (a >>> 16 === 0x2002) {
    const inner = reachOf((((a & 0xffff) << 16) | (b >>> 16)) >>> 0);
    return { reach: inner, odd: inner !== "public" };
  }
  if (a >>> 0 === 0xfd000ec2 && low === 0x254) return { reach: "metadata", odd: false };
  if (a >>> 25 === 0x7e) return { reach: "private", odd: false };
  if (a >>> 22 === 0x3fa) return { reach: "link-local", odd: false };
  return { reach: "public", odd: false };
}
