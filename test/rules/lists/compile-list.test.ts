import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatIp, Ip6, parseIpItem, utf8Encode } from "../../support/source/language/values.ts";
import { compileList } from "../../support/source/rules/lists.ts";
import type { ListDocument, ListItemDocument } from "../../support/source/rules/ruleset.ts";
import { compiled, has, ip } from "./support.ts";

const at = (time: number) => new Date(time).toISOString();

describe("address lists", () => {
  const office = compiled("ip", [
    "192.0.2.0/24",
    { ip: "192.0.2.7", description: "printer" },
    "198.51.100.10..198.51.100.20",
    "2001:DB8::/32",
    { value: "2001:db8:1::/48", comment: "lab" },
    "2001:db8:1::5",
  ]);

  test.each<[string, string | undefined, string?]>([
    ["192.0.2.7", "192.0.2.7", "printer"],
    ["192.0.2.8", "192.0.2.0/24"],
    ["192.0.3.0", undefined],
    ["198.51.100.9", undefined],
    ["198.51.100.10", "198.51.100.10..198.51.100.20"],
    ["198.51.100.20", "198.51.100.10..198.51.100.20"],
    ["198.51.100.21", undefined],
    ["2001:db8:2::1", "2001:DB8::/32"],
    ["2001:db8:1::1", "2001:db8:1::/48", "lab"],
    ["2001:db8:1::5", "2001:db8:1::5"],
    ["2001:db9::", undefined],
    ["::ffff:192.0.2.7", undefined],
  ])("%s is held by %s", (address, item, description) => {
    expect(has(office, ip(address))).toBe(item !== undefined);
    const found = office.find(ip(address));
    expect([found?.item, found?.description]).toEqual([item, description]);
  });

  test.each([
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:c000:207", "192.0.2.7"],
    ["::ffff:192.0.2.0/120", "192.0.2.7"],
    ["::ffff:0:0/96", "192.0.2.7"],
    ["::ffff:192.0.2.1..::ffff:192.0.2.9", "192.0.2.7"],
  ])("the mapped item %s holds %s, and shows as written", (item, address) => {
    const list = compiled("ip", [item]);
    expect(list.find(ip(address))?.item).toBe(item);
    expect(list.find(ip(`::ffff:${address}`))?.item).toBe(item);
    expect(list.find(ip("::1"))).toBeUndefined();
  });

  test("a mapped item and the address that it maps are the same", () => {
    const twice = compileList(
      { name: "l", kind: "ip", items: ["192.0.2.7", "::ffff:192.0.2.7"] },
      { now: () => 0 },
    );
    expect(twice.warnings.map(({ code, pointer }) => [code, pointer])).toEqual([["W_LIST_ITEM", "/items/1"]]);
  });

  test("families never mix, and /0 is allowed with a warning", () => {
    const everything = compileList({ name: "l", kind: "ip", items: ["::/0"] }, { now: () => 0 });
    expect(everything.warnings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ["W_LIST_ITEM", "/items/0"],
    ]);
    const list = compiled("ip", ["::/0"]);
    expect([has(list, ip("::1")), has(list, ip("0.0.0.1"))]).toEqual([true, false]);
  });

  test("an item counts until it expires, and wider ones go on", () => {
    const clock = { time: 999 };
    const list = compiled(
      "ip",
      ["10.0.0.0/8", { ip: "10.1.0.0/16", expires_at: at(1000) }, { ip: "11.0.0.1", expires_at: at(2000) }],
      clock,
    );
    expect(list.find(ip("10.1.2.3"))).toEqual({ item: "10.1.0.0/16", expiresAt: 1000 });
    expect(has(list, ip("11.0.0.1"))).toBe(true);
    clock.time = 1000;
    expect(list.find(ip("10.1.2.3"))).toEqual({ item: "10.0.0.0/8" });
    clock.time = 2000;
    expect([has(list, ip("11.0.0.1")), list.find(ip("11.0.0.1")), has(list, ip("10.1.2.3"))]).toEqual([
      false,
      undefined,
      true,
    ]);
    expect(list.size).toBe(3);
  });

  // Few distinct bits, so that networks and ranges nest, touch, overlap and repeat.
  const word = fc.constantFrom(0, 1, 2, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff);
  const address6 = fc.tuple(word, word, word, word).map(([a, b, c, d]) => new Ip6(a, b, c, d));
  const address4 = fc.oneof(word, fc.integer({ min: 0, max: 40 }));
  const network = fc.tuple(fc.oneof(address4, address6), fc.nat(32)).map(([address, bits]) => {
    const refused = parseIpItem(`${formatIp(address)}/${bits}`);
    return "reason" in refused && refused.reason === "host-bits"
      ? refused.network
      : `${formatIp(address)}/${bits}`;
  });
  const range = fc
    .tuple(fc.nat(40), fc.nat(12))
    .map(([start, length]) => `${formatIp(start)}..${formatIp(start + length)}`);
  const item = fc.record({
    ip: fc.oneof(network, range),
    expires_at: fc.option(fc.integer({ min: 1, max: 20 }).map(at), { nil: undefined }),
  });

  test("equals a scan over all items, at any time", () => {
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 100 }),
        fc.array(fc.oneof(address4, address6), { minLength: 1 }),
        fc.nat(21),
        (items, addresses, time) => {
          const list = compiled("ip", items as ListItemDocument[], { time });
          for (const address of addresses) {
            const holding = items.filter((one) => {
              const read = parseIpItem(one.ip);
              if ("reason" in read) throw new Error(one.ip);
              const alive = one.expires_at === undefined || Date.parse(one.expires_at) > time;
              return alive && key(address) >= key(read.start) && key(address) <= key(read.end);
            });
            expect(has(list, address)).toBe(holding.length > 0);
            const found = list.find(address);
            expect(found === undefined).toBe(holding.length === 0);
            if (found !== undefined) {
              expect(size(found.item)).toBe(
                holding.map((one) => size(one.ip)).reduce((least, one) => (one < least ? one : least)),
              );
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  function key(address: number | Ip6): bigint {
    if (typeof address === "number") return BigInt(address) - (1n << 40n);
    return [address.a, address.b, address.c, address.d].reduce(
      (sum, part) => (sum << 32n) | BigInt(part),
      0n,
    );
  }

  function size(text: string): bigint {
    const read = parseIpItem(text);
    if ("reason" in read) throw new Error(text);
    return key(read.end) - key(read.start);
  }

  test("answers rightly at a size where it searches by buckets and samples", () => {
    const items = Array.from({ length: 5000 }, (_, at) => [
      `10.${at >> 6}.${(at & 63) * 4}.0/24`,
      `2a02:${(at * 7).toString(16)}::/32`,
    ]).flat();
    const list = compiled("ip", items);
    for (let number = 0; number < 5000; number += 7) {
      expect(has(list, ip(`10.${number >> 6}.${(number & 63) * 4}.255`))).toBe(true);
      expect(has(list, ip(`10.${number >> 6}.${(number & 63) * 4 + 1}.0`))).toBe(false);
      expect(list.find(ip(`2a02:${(number * 7).toString(16)}:ffff::1`))?.item).toBe(
        `2a02:${(number * 7).toString(16)}::/32`,
      );
      expect(has(list, ip(`2a02:${(number * 7 + 1).toString(16)}::`))).toBe(false);
    }
  });
});

describe("integer lists", () => {
  const asns = compiled("asn", [
    13335,
    "AS64512",
    "as64600..64700",
    { asn: 64650, description: "lab" },
    "0x10",
  ]);

  test.each<[number | bigint, string | undefined]>([
    [13335, "13335"],
    [64512, "AS64512"],
    [64600, "as64600..64700"],
    [64650, "64650"],
    [64701, undefined],
    [16, "0x10"],
    [-1, undefined],
    [2n ** 60n, undefined],
  ])("%s is held by %s", (value, item) => {
    expect(has(asns, value)).toBe(item !== undefined);
    expect(asns.find(value)?.item).toBe(item);
    expect(asns.kind).toBe("int");
  });

  test("64-bit bounds and expiry", () => {
    const clock = { time: 0 };
    const list = compiled("int", ["9223372036854775807", { value: "-5..5", expires_at: at(10) }], clock);
    expect([has(list, 2n ** 63n - 1n), has(list, -5), has(list, 6)]).toEqual([true, true, false]);
    clock.time = 10;
    expect([has(list, -5), list.find(0)]).toEqual([false, undefined]);
  });
});

describe("host name lists", () => {
  const hosts = compiled("hostname", [
    "Example.com.",
    "*.shop.example",
    { hostname: { url_hostname: "api.shop.example" }, description: "api" },
    { hostname: { url_hostname: "*.both.example", exclude_exact_hostname: false } },
  ]);

  test.each<[string, string | undefined]>([
    ["example.com", "Example.com."],
    ["EXAMPLE.COM:8443", "Example.com."],
    ["example.com.", "Example.com."],
    ["www.example.com", undefined],
    ["shop.example", undefined],
    ["a.shop.example", "*.shop.example"],
    ["a.b.shop.example:80", "*.shop.example"],
    ["api.shop.example", "api.shop.example"],
    ["ashop.example", undefined],
    [".shop.example", undefined],
    ["both.example", "*.both.example"],
    ["a.both.example", "*.both.example"],
    ["", undefined],
    ["__proto__", undefined],
    [`${"a.".repeat(5000)}shop.example`, undefined],
    ["[2001:db8::1]:443", undefined],
  ])("%s is held by %s", (host, item) => {
    expect(has(hosts, host)).toBe(item !== undefined);
    expect(hosts.find(host)?.item).toBe(item);
  });
});

describe("byte string lists", () => {
  test.each<[ListDocument["kind"], string[], string, string | undefined]>([
    ["string", ["a", "é", ""], "é", "é"],
    ["string", ["a", ""], "", ""],
    ["string", ["a"], "A", undefined],
    ["string", ["constructor"], "toString", undefined],
    ["prefix", ["/admin", "/admin/x"], "/admin/xyz", "/admin/x"],
    ["prefix", ["/admin"], "/adm", undefined],
    ["suffix", [".php", "x.php"], "/index.php", "x.php"],
    ["suffix", [".php"], ".php5", undefined],
    ["substring", ["she", "he", "hers"], "ushers", "hers"],
    ["substring", ["abcd", "bc"], "xabcy", "bc"],
    ["substring", ["é"], "café!", "é"],
    ["substring", ["abc"], "ab", undefined],
  ])("%s %j on %j: %j", (kind, items, value, item) => {
    const list = compiled(kind, items);
    expect(has(list, utf8Encode(value))).toBe(item !== undefined);
    expect(list.find(utf8Encode(value))?.item).toBe(item);
  });

  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
  test.each<[ListDocument["kind"], (value: string, item: string) => boolean]>([
    ["string", (value, item) => value === item],
    ["prefix", (value, item) => value.startsWith(item)],
    ["suffix", (value, item) => value.endsWith(item)],
    ["substring", (value, item) => value.includes(item)],
  ])("%s equals a scan, with expiry, and finds the longest", (kind, holds) => {
    const item = fc.record({
      value: text.filter((word) => word !== ""),
      expires_at: fc.option(fc.integer({ min: 1, max: 4 }).map(at), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 20 }), text, fc.nat(5), (items, value, time) => {
        const list = compiled(kind, items as ListItemDocument[], { time });
        const holding = items.filter(
          (one) =>
            holds(value, one.value) && (one.expires_at === undefined || Date.parse(one.expires_at) > time),
        );
        expect(has(list, value)).toBe(holding.length > 0);
        const longest = Math.max(-1, ...holding.map((one) => one.value.length));
        expect(list.find(value)?.item.length ?? -1).toBe(longest);
      }),
      { numRuns: 300 },
    );
  });

  test("an automaton too large for a table answers the same", () => {
    const words = Array.from(
      { length: 20_000 },
      (_, at) => `${(at * 2_654_435_761).toString(36)}\u00ff${at}`,
    );
    const list = compiled("substring", words);
    for (let number = 0; number < words.length; number += 997) {
      expect(list.find(utf8Encode(`<<${words[number]}>>`))?.item).toContain(
        `${(number * 2_654_435_761).toString(36)}`,
      );
    }
    expect(has(list, "<<nothing of the kind>>")).toBe(false);
  });
});

test.each<[ListDocument["kind"], ListItemDocument, string, string]>([
  ["ip", "10.0.0.1/8", "E_INVALID_IP", "`10.0.0.1/8` has bits set beyond its prefix length"],
  ["ip", "10.0.0.0/33", "E_INVALID_IP", "`10.0.0.0/33` has no valid prefix length"],
  ["ip", "example.com", "E_INVALID_IP", "`example.com` is not an IP address"],
  [
    "ip",
    "10.0.0.9..10.0.0.1",
    "E_RANGE_BOUNDS",
    "the range `10.0.0.9..10.0.0.1` has its higher address first",
  ],
  ["ip", "10.0.0.9..::1", "E_RANGE_BOUNDS", "the range `10.0.0.9..::1` mixes IPv4 and IPv6"],
  ["ip", { hostname: "a.example" }, "E_LIST_ITEM", "`hostname` is not a value of a list of kind ip"],
  ["ip", { description: "x" }, "E_LIST_ITEM", "the item has no value of a list of kind ip"],
  ["ip", null as never, "E_LIST_ITEM", "an item is a string, a number or an object"],
  [
    "ip",
    { ip: "::1", expires_at: "2026-02-30T00:00:00Z" },
    "E_LIST_ITEM",
    "`2026-02-30T00:00:00Z` is not an RFC 3339 time such as `2026-01-31T00:00:00Z`",
  ],
  ["asn", "ASx", "E_INVALID_INT", "`ASx` is not an integer"],
  ["asn", 4294967296, "E_INVALID_INT", "`4294967296` is not an AS number: they have 32 bits"],
  ["int", "9223372036854775808", "E_INVALID_INT", "`9223372036854775808` does not fit into 64 bits"],
  ["int", "2..1", "E_RANGE_BOUNDS", "the range `2..1` has its higher address first"],
  ["int", 1.5, "E_INVALID_INT", "`1.5` is not an integer"],
  ["hostname", "https://a.example", "E_LIST_ITEM", "`https://a.example` has a scheme"],
  ["hostname", "a.example/x", "E_LIST_ITEM", "`a.example/x` has a path"],
  ["hostname", "a.example:80", "E_LIST_ITEM", "`a.example:80` has a port"],
  ["hostname", "bücher.example", "E_LIST_ITEM", "`bücher.example` has letters outside ASCII"],
  [
    "hostname",
    "a.*.example",
    "E_LIST_ITEM",
    "in `a.*.example` a `*` may only be the whole first label, as in `*.example.com`",
  ],
  ["hostname", "*", "E_LIST_ITEM", "in `*` a `*` may only be the whole first label, as in `*.example.com`"],
  ["hostname", "a..example", "E_LIST_ITEM", "`a..example` has an empty label"],
  ["hostname", "-a.example", "E_LIST_ITEM", "`-a.example` is not a host name"],
  ["prefix", "", "E_LIST_ITEM", "an empty prefix would match every value"],
])("a list of kind %s refuses %j: %s", (kind, item, code, message) => {
  const items: Partial<Record<ListDocument["kind"], ListItemDocument>> = {
    ip: "::1",
    asn: 1,
    int: 1,
    hostname: "b.example",
    prefix: "b",
  };
  const good = items[kind]!;
  const result = compileList({ name: "l", kind, items: [good, item, good, item] }, { now: () => 0 });
  expect(result.ok).toBe(false);
  const errors = result.ok ? [] : result.errors;
  expect(errors.map((error) => [error.code, error.message])).toEqual([
    [code, message],
    [code, message],
  ]);
  expect(errors.map(({ pointer }) => pointer?.split("/").slice(0, 3).join("/"))).toEqual([
    "/items/1",
    "/items/3",
  ]);
  expect(errors[0]?.source).toBe("$l");
});

test.each<[kind: ListDocument["kind"], item: unknown, message: string, member: string, expected?: string[]]>([
  ["ip", { ip: true }, "`ip` must be a string or a number", "/ip"],
  ["ip", { value: null }, "`value` must be a string or a number", "/value"],
  ["asn", { asn: [1] }, "`asn` must be a string or a number", "/asn"],
  ["hostname", { hostname: {} }, "`hostname` must be a string or a number", "/hostname"],
  ["string", { value: {} }, "`value` must be a string or a number", "/value"],
  ["ip", {}, "the item has no value of a list of kind ip", "", ["ip", "value"]],
  ["int", { ip: "x" }, "`ip` is not a value of a list of kind int", "", ["asn", "value"]],
  ["hostname", { asn: 1 }, "`asn` is not a value of a list of kind hostname", "", ["hostname", "value"]],
  ["string", { redirect: {} }, "`redirect` is not a value of a list of kind string", "", ["value"]],
  ["ip", [], "an item is a string, a number or an object", ""],
  ["ip", true, "an item is a string, a number or an object", ""],
])(
  "a list of kind %s refuses the item %j, and says where and what may stand there",
  (kind, item, message, member, expected) => {
    const result = compileList({ name: "l", kind, items: [item as never] }, { now: () => 0 });
    const errors = result.ok ? [] : result.errors;
    expect(
      errors.map(({ code, message, pointer, expected }) => ({ code, message, pointer, expected })),
    ).toEqual([{ code: "E_LIST_ITEM", message, pointer: `/items/0${member}`, expected }]);
  },
);

test("repeated items are warnings that name the first", () => {
  const lists: readonly (readonly [ListDocument["kind"], ListItemDocument, ListItemDocument])[] = [
    ["ip", "10.0.0.0/8", "10.0.0.0/8"],
    ["hostname", "a.example", "A.example."],
    ["string", "x", "x"],
    ["suffix", "x", "x"],
  ];
  for (const [kind, first, again] of lists) {
    const { ok, warnings } = compileList({ name: "l", kind, items: [first, again] }, { now: () => 0 });
    expect([ok, ...warnings.map(({ code, message }) => `${code} ${message}`)]).toEqual([
      true,
      `W_LIST_ITEM \`${again}\` is in the list already, as item 1`,
    ]);
  }
});

test("of repeated items the one that lives longest counts", () => {
  for (const kind of ["ip", "string", "hostname", "prefix", "substring"] as const) {
    const value = kind === "ip" ? "10.0.0.1" : "a.example";
    const clock = { time: 5 };
    const list = compiled(
      kind,
      [
        { value, expires_at: at(20) },
        { value, expires_at: at(10) },
      ],
      clock,
    );
    const asked = kind === "ip" ? ip(value) : value;
    clock.time = 15;
    expect([kind, has(list, asked)]).toEqual([kind, true]);
    clock.time = 20;
    expect([kind, has(list, asked)]).toEqual([kind, false]);
  }
});

test("a broken list shows its first faults and counts the rest", () => {
  const result = compileList({ name: "l", kind: "ip", items: Array(1000).fill("x") }, { now: () => 0 });
  const errors = result.ok ? [] : result.errors;
  expect([errors.length, errors.at(-1)?.hint]).toEqual([
    200,
    "host names are compared with `http.host`, and their lists are of kind `hostname`; 800 more are not shown",
  ]);
});

test.each([
  ["ipp", "did you mean `ip`?"],
  ["redirect", undefined],
])("there is no list of kind %s", (kind, hint) => {
  const document: unknown = { name: "l", kind, items: [] };
  const result = compileList(document as ListDocument, { now: () => 0 });
  const [error] = result.ok ? [] : result.errors;
  expect([error?.code, error?.pointer, error?.hint]).toEqual(["E_LIST_KIND", "/kind", hint]);
});
