import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { IpSet } from "../../support/source/language/sets.ts";
import { Ip6, type IpValue, ip } from "../../support/source/language/values.ts";

const word = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0xffff, 0xffffffff, 0x80000000),
);
const v6: fc.Arbitrary<IpValue> = fc.tuple(word, word, word, word).map(([a, b, c, d]) => new Ip6(a, b, c, d));
const address: fc.Arbitrary<IpValue> = fc.oneof(word, v6);

function big(value: IpValue): bigint {
  if (typeof value === "number") return BigInt(value);
  return [value.a, value.b, value.c, value.d].reduce((sum, part) => (sum << 32n) | BigInt(part), 0n);
}

function bitsOf(value: IpValue): number {
  return typeof value === "number" ? 32 : 128;
}

describe("addresses", () => {
  test("are read as ipaddr.js reads them, and back", () => {
    fc.assert(
      fc.property(address, fc.boolean(), (value, upper) => {
        const text = ip.formatIp(value);
        const theirs = ipaddr.parse(text);
        expect(theirs.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)).toBe(big(value));
        expect(ip.parseIp(upper ? text.toUpperCase() : text)).toEqual(value);
        if (typeof value !== "number") {
          expect(ip.parseIp(theirs.toNormalizedString())).toEqual(value);
          if (!text.includes(".")) expect(text).toBe((theirs as ipaddr.IPv6).toRFC5952String());
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.04",
    "1..2.3",
    ".1.2.3.4",
    "1.2.3.4.",
    " 1.2.3.4",
    "0x1.2.3.4",
    "1.2.3.-4",
    ":",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "12345::",
    "g::",
    "::1%eth0",
    "[::1]",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::1.2.3",
    "1:",
    ":1",
    "1:2:3:4:5:6:7:8::",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "::ffff:1.2.3.04",
  ])("%j is none", (text) => {
    expect(ip.parseIp(text)).toBeUndefined();
  });

  test("mapped addresses are IPv6 until they are unwrapped", () => {
    const mapped = ip.parseIp("::ffff:192.0.2.7")!;
    expect(mapped).toBeInstanceOf(Ip6);
    expect(ip.sameIp(mapped, ip.parseIp("192.0.2.7")!)).toBe(false);
    expect(ip.unwrapMapped(mapped)).toBe(ip.parseIp("192.0.2.7"));
    expect(ip.formatIp(mapped)).toBe("::ffff:192.0.2.7");
  });

  test("compare as numbers within a family, and not across", () => {
    fc.assert(
      fc.property(address, address, (left, right) => {
        const order = ip.compareIp(left, right);
        if (bitsOf(left) !== bitsOf(right)) expect(order).toBeNaN();
        else expect(Math.sign(order)).toBe(big(left) < big(right) ? -1 : big(left) > big(right) ? 1 : 0);
        expect(ip.sameIp(left, right)).toBe(order === 0);
      }),
      { numRuns: 500 },
    );
  });

  test("networks are cut by their prefix", () => {
    fc.assert(
      fc.property(address, fc.nat({ max: 128 }), (value, given) => {
        const bits = given % (bitsOf(value) + 1);
        const host = (1n << BigInt(bitsOf(value) - bits)) - 1n;
        const network = ip.maskIp(value, bits);
        expect(big(network)).toBe(big(value) & ~host);
        expect(big(ip.lastOfNetwork(network, bits))).toBe(big(value) | host);
        expect(ip.parseIpItem(`${ip.formatIp(network)}/${bits}`)).toEqual({
          start: network,
          end: ip.lastOfNetwork(network, bits),
        });
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, object]>([
    ["192.0.2.7/24", { reason: "host-bits", network: "192.0.2.0/24" }],
    ["2001:db8::1/32", { reason: "host-bits", network: "2001:db8::/32" }],
    ["1.2.3.4/33", { reason: "prefix" }],
    ["::/129", { reason: "prefix" }],
    ["1.2.3.4/", { reason: "prefix" }],
    ["1.2.3.0/024", { reason: "prefix" }],
    ["1.2.3/24", { reason: "address" }],
    ["1.2.3.4..1.2.3.3", { reason: "order" }],
    ["1.2.3.4..::1", { reason: "families" }],
    ["1.2.3.4..1.2.3.0/24", { reason: "address" }],
    ["1.2.3.4 .. 1.2.3.5", { reason: "address" }],
  ])("%s", (text, fault) => {
    expect(ip.parseIpItem(text)).toEqual(fault);
  });
});

test("a set holds what a scan of its ranges finds", () => {
  const range = fc.tuple(address, fc.nat({ max: 128 })).map(([value, given]) => {
    const bits = given % (bitsOf(value) + 1);
    const start = ip.maskIp(value, bits);
    return { start, end: ip.lastOfNetwork(start, bits) } as ip.IpRange;
  });
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 100, size: "max" }),
      fc.array(address, { maxLength: 10 }),
      (ranges, others) => {
        const set = IpSet.from(ranges);
        const ends = ranges.slice(0, 20).flatMap(({ start, end }) => [start, end]);
        for (const probe of [...others, ...ends]) {
          const inside = ranges.some(
            ({ start, end }) =>
              bitsOf(start) === bitsOf(probe) && big(probe) >= big(start) && big(probe) <= big(end),
          );
          expect(set.has(probe)).toBe(inside);
        }
      },
    ),
    { numRuns: 150 },
  );
});
