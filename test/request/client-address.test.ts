import { expect, test } from "vitest";
import { formatIp } from "../support/source/language/values.ts";
import { clientAddress, Headers, parseNode } from "../support/source/request/head.ts";
import {
  prepareRequestOptions,
  type RequestOptions,
  RequestOptionsError,
} from "../support/source/request/model.ts";

const trust = ["10.0.0.0/8", "2001:db8:ffff::/48", "::ffff:172.16.0.0/108"];

interface Case {
  readonly peer: string | undefined;
  readonly headers?: readonly string[];
  readonly header?: string;
  readonly address: string | undefined;
  readonly trusted?: boolean;
  readonly malformed?: boolean;
}

const xff = "X-Forwarded-For";
const cases: Readonly<Record<string, Case>> = {
  "a header from nobody in particular means nothing": {
    peer: "192.0.2.1",
    headers: [xff, "1.2.3.4"],
    address: "192.0.2.1",
  },
  "no header": { peer: "10.0.0.1", address: "10.0.0.1", trusted: true },
  "one hop": { peer: "10.0.0.1", headers: [xff, "192.0.2.7"], address: "192.0.2.7", trusted: true },
  "what the client invented": {
    peer: "10.0.0.1",
    headers: [xff, "1.2.3.4, 192.0.2.7"],
    address: "192.0.2.7",
    trusted: true,
  },
  "trusted hops are passed": {
    peer: "10.0.0.1",
    headers: [xff, "192.0.2.7, 10.0.0.2,10.0.0.3"],
    address: "192.0.2.7",
    trusted: true,
  },
  "all hops are trusted": {
    peer: "10.0.0.1",
    headers: [xff, "10.0.0.9, 10.0.0.2"],
    address: "10.0.0.9",
    trusted: true,
  },
  "two lines are one list": {
    peer: "10.0.0.1",
    headers: [xff, "192.0.2.7", "x-forwarded-for", "10.0.0.2"],
    address: "192.0.2.7",
    trusted: true,
  },
  "ports are taken off": {
    peer: "10.0.0.1",
    headers: [xff, "192.0.2.7:5511"],
    address: "192.0.2.7",
    trusted: true,
  },
  "brackets are taken off": {
    peer: "10.0.0.1",
    headers: [xff, "[2001:db8::1]:5511"],
    address: "2001:db8::1",
    trusted: true,
  },
  "mapped peer": {
    peer: "::ffff:10.0.0.1",
    headers: [xff, "::ffff:192.0.2.7"],
    address: "192.0.2.7",
    trusted: true,
  },
  "a network of mapped addresses is trusted as what they stand for": {
    peer: "172.16.0.9",
    headers: [xff, "192.0.2.7, ::ffff:172.17.0.1"],
    address: "192.0.2.7",
    trusted: true,
  },
  "the walk stops at rubbish": {
    peer: "10.0.0.1",
    headers: [xff, "192.0.2.7, rubbish, 10.0.0.2"],
    address: undefined,
    trusted: true,
    malformed: true,
  },
  "an empty hop is rubbish": {
    peer: "10.0.0.1",
    headers: [xff, "192.0.2.7,,10.0.0.2"],
    address: undefined,
    trusted: true,
    malformed: true,
  },
  "octal is rubbish": {
    peer: "10.0.0.1",
    headers: [xff, "010.0.0.7"],
    address: undefined,
    trusted: true,
    malformed: true,
  },
  "unknown peer": { peer: undefined, headers: [xff, "192.0.2.7"], address: undefined },
  "peer with a zone": { peer: "fe80::1%eth0", address: "fe80::1" },
  "a header of the proxy's own": {
    peer: "10.0.0.1",
    header: "X-Real-IP",
    headers: ["x-real-ip", "192.0.2.7"],
    address: "192.0.2.7",
    trusted: true,
  },
  Forwarded: {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", 'for=1.2.3.4;proto=http, For="[2001:db8::1]:77";by=10.0.0.1'],
    address: "2001:db8::1",
    trusted: true,
  },
  "Forwarded with a comma in quotes": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", 'for=192.0.2.7;host="a,for=1.2.3.4"'],
    address: "192.0.2.7",
    trusted: true,
  },
  "Forwarded with an escaped quote": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", 'for=192.0.2.7;host="a\\",for=1.2.3.4"'],
    address: "192.0.2.7",
    trusted: true,
  },
  "Forwarded with a quote that is never closed": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", 'for="'],
    address: undefined,
    trusted: true,
    malformed: true,
  },
  "Forwarded with an empty element": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", "for=192.0.2.7, , for=10.0.0.2"],
    address: undefined,
    trusted: true,
    malformed: true,
  },
  "Forwarded with a quote that the client disconnected open": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", 'for=198.51.100.7;x=", for=192.0.2.7;proto=https'],
    address: "192.0.2.7",
    trusted: true,
  },
  "Forwarded with an open quote before a quoted element": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", 'for=198.51.100.7;x=", for="[2001:db8::7]:4711";by="a\\"b"'],
    address: "2001:db8::7",
    trusted: true,
  },
  "Forwarded with an open quote in a line of its own": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", 'for=198.51.100.7;x="', "forwarded", "for=192.0.2.7"],
    address: "192.0.2.7",
    trusted: true,
  },
  "Forwarded with a quoted text that ends in backslashes": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", 'for=192.0.2.7;x="\\\\"'],
    address: "192.0.2.7",
    trusted: true,
  },
  "Forwarded from a trusted hop behind an open quote": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", 'for="198.51.100.7, for=10.0.0.2'],
    address: undefined,
    trusted: true,
    malformed: true,
  },
  "Forwarded with an escaped quote that nothing opens": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", 'for=198.51.100.7;x=\\"'],
    address: undefined,
    trusted: true,
    malformed: true,
  },
  "Forwarded with an empty value": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", 'for=""'],
    address: undefined,
    trusted: true,
    malformed: true,
  },
  "Forwarded without for": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", "for=198.51.100.7, by=10.0.0.1;proto=https"],
    address: undefined,
    trusted: true,
    malformed: true,
  },
  "Forwarded, unknown": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", "for=198.51.100.7, for=unknown"],
    address: undefined,
    trusted: true,
    malformed: true,
  },
  "Forwarded, an empty line": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", "for=192.0.2.7", "Forwarded", " "],
    address: "192.0.2.7",
    trusted: true,
  },
  "no Forwarded": { peer: "10.0.0.1", header: "forwarded", address: "10.0.0.1", trusted: true },
  "Forwarded, obfuscated": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", "for=_hidden, for=10.0.0.2"],
    address: undefined,
    trusted: true,
    malformed: true,
  },
  "Forwarded with two clients": {
    peer: "10.0.0.1",
    header: "forwarded",
    headers: ["Forwarded", "for=1.2.3.4;for=192.0.2.7"],
    address: undefined,
    trusted: true,
    malformed: true,
  },
};

test.each(Object.entries(cases))(
  "%s",
  (_name, { peer, headers = [], header, address, trusted = false, malformed = false }) => {
    const options = prepareRequestOptions({ client: { trust, ...(header === undefined ? {} : { header }) } });
    const found = clientAddress(peer, Headers.fromRaw(headers, 100), {
      trusted: options.trusted,
      clientHeader: options.clientHeader,
      maxHops: 4,
    });
    expect(found.address === undefined ? undefined : formatIp(found.address)).toBe(address);
    expect(found).toMatchObject({ peerTrusted: trusted, malformed });
  },
);

test.each<[header: string, client: string, proxy: string]>([
  [xff, "192.0.2.7", ", 10.0.0.2"],
  ["Forwarded", "for=192.0.2.7", ", for=10.0.0.2"],
])("no more hops of %s are walked than the limit allows", (header, client, proxy) => {
  const { trusted, clientHeader } = prepareRequestOptions({ client: { trust, header } });
  const found = [3, 4, 9].map((proxies) => {
    const headers = Headers.fromRaw([header, client + proxy.repeat(proxies)], 100);
    return formatIp(clientAddress("10.0.0.1", headers, { trusted, clientHeader, maxHops: 4 }).address!);
  });
  expect(found).toEqual(["192.0.2.7", "10.0.0.2", "10.0.0.2"]);
});

test.each([
  ["1.2.3.4:65535", "1.2.3.4"],
  ["1.2.3.4:_hidden", "1.2.3.4"],
  [`1.2.3.4:_${"a".repeat(64)}`, "1.2.3.4"],
  ["[2001:db8::1]", "2001:db8::1"],
  ["[2001:db8::1]:_a-b.c", "2001:db8::1"],
  ["[::ffff:1.2.3.4]:80", "1.2.3.4"],
  ["fe80::1%eth0", "fe80::1"],
])("%j is the node %s", (text, address) => {
  const node = parseNode(text);
  expect(node === undefined ? undefined : formatIp(node)).toBe(address);
});

test.each([
  "1.2.3.4:655360",
  "1.2.3.4:_",
  `1.2.3.4:_${"a".repeat(65)}`,
  "[2001:db8::1]:",
  "",
  "a",
  "1.2.3.4:",
  "1.2.3.4:x",
  "[::1",
  "[::1]x",
  "1.2.3.4.5",
  "::1::",
])("%j is no node", (text) => {
  expect(parseNode(text)).toBeUndefined();
});

test.each<[options: unknown, mention: string]>([
  [{ client: { trust: ["10.0.0.1/8"] } }, "10.0.0.0/8"],
  [{ client: { trust: "10.0.0.0/8" } }, "`trust` must be an array of texts"],
  [{ client: { trust: ["10.0.0.0/8", 10] } }, "`trust` must be an array of texts"],
  [{ client: { trust: ["proxy"] } }, "proxy"],
  [{ limits: { maxParts: -1 } }, "maxParts"],
  [{ limits: { maxParts: 1.5 } }, "maxParts"],
])("options %j are refused", (options, mention) => {
  const prepare = () => prepareRequestOptions(options as RequestOptions);
  expect(prepare).toThrow(RequestOptionsError);
  expect(prepare).toThrow(mention);
});

test("a limit may be nothing", () => {
  expect(prepareRequestOptions({ limits: { maxParts: 0 } }).limits.maxParts).toBe(0);
});
