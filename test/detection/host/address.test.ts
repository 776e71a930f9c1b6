import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { destinationOf, readIpv4, readIpv6, readUrl } from "../../support/source/detection/host.ts";

describe("addresses", () => {
  it.each([
    ["127.0.0.1", "loopback", false],
    ["2130706433", "loopback", true],
    ["0x7f.0.0.1", "loopback", true],
    ["0177.1", "loopback", true],
    ["169.254.169.254", "metadata", false],
    ["425.510.425.510", "metadata", true],
    ["0251.254.0xa9fe", "metadata", true],
    ["10.0.0.1.", "private", false],
    ["172.31.255.255", "private", false],
    ["172.32.0.1", "public", false],
    ["8.8.8.8", "public", false],
    ["134744072", "public", true],
  ])("reads %s", (host, reach, odd) => expect(readIpv4(host)).toEqual({ reach, odd }));

  it.each([
    "",
    "1.2.3.4.5",
    "1..2",

    "a.b",
    "1.2.3.1000",
    "300.1",

    "1.2.3.4a",
    "1".repeat(80),
  ])("reads no address in %j", (host) => expect(readIpv4(host)).toBeUndefined());

  it.each([
    ["::1", "loopback", false],
    ["0:0:0:0:0:0:0:1", "loopback", true],
    ["::", "loopback", true],
    ["::ffff:127.0.0.1", "loopback", true],
    ["::ffff:a9fe:a9fe", "metadata", true],
    ["64:ff9b::10.0.0.1", "private", true],
    ["2002:7f00:1::", "loopback", true],
    ["fd00:ec2::254", "metadata", false],
    ["fd12::1", "private", false],
    ["fe80::1%eth0", "link-local", false],
    ["2001:db8::1", "public", false],
  ])("reads [%s]", (text, reach, odd) => expect(readIpv6(text)).toEqual({ reach, odd }));

  it("reads every spelling of an address alike", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (address) => {
        const bytes = [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255];
        const reach = readIpv4(bytes.join("."))?.reach;
        for (const spelling of [
          String(address),
          `0x${address.toString(16)}`,
          bytes.map((byte) => `0x${byte.toString(16)}`).join("."),
          bytes.map((byte) => `0${byte.toString(8)}`).join("."),
          `${bytes[0]}.${bytes[1]}.${((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)}`,
        ])
          expect(readIpv4(spelling)?.reach, spelling).toBe(reach);
      }),
    );
  });
});

describe("names", () => {
  it.each([
    ["localhost", "loopback"],
    ["a.localhost", "loopback"],
    ["shop.lvh.me", "loopback"],
    ["a.127-0-0-1.nip.io", "loopback"],
    ["7f000001.c0a80001.rbndr.us", "loopback"],
    ["metadata.google.internal.", "metadata"],
  ])("knows where %s leads", (host, reach) => expect(destinationOf(host)?.reach).toBe(reach));

  it.each(["a.example", "localhost.example", "nip.io.example", "metadata.example", "1.example"])(
    "leaves %s to its owner",
    (host) => expect(destinationOf(host)).toBeUndefined(),
  );
});

describe("URLs", () => {
  it.each([
    ["https://A.example:8080/x", { scheme: "https", slashes: "//", user: undefined, host: "a.example" }],
    ["//b.example?x", { scheme: "", slashes: "//", host: "b.example" }],
    ["/\\c.example", { scheme: "", slashes: "/\\", host: "c.example" }],
    ["http:d.example", { scheme: "http", slashes: "", host: "d.example" }],
    ["ht\ntp:/\t/e.example/", { scheme: "http", slashes: "//", broken: true, host: "e.example" }],
    ["http://f@g@h.example:1/", { user: "f@g", host: "h.example" }],
    ["http://i.example\\@j.example", { host: "i.example", other: "j.example" }],
    ["http://[::1]:80/", { host: "[::1]" }],
    ["http://\xe2\x91\xa0.1.1.1/", { host: "1.1.1.1", folded: true }],
    ["gopher://k.example:70/_", { scheme: "gopher", host: "k.example" }],
  ])("reads %j", (text, expected) => expect(readUrl(text, 0)).toMatchObject(expected));

  it.each(["a.example", "/a", "mailto:a@b.example", "", "x: y"])("reads none in %j", (text) => {
    expect(readUrl(text, 0)).toBeUndefined();
  });
});
