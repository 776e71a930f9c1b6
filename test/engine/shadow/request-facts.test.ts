import { expect, test } from "vitest";
import {
  createShadowEvaluator,
  createWaf,
  memorySink,
  requestFrom,
  type WafConfig,
  type WafOptions,
} from "../../support/source/index.ts";
import type { RequestView } from "../../support/source/request/view.ts";

// What an event and a sample of a shadow report say of one request is the same.

const config = (action: "block" | "log"): WafConfig => ({
  rulesets: [
    {
      id: "all",
      name: "all",
      kind: "zone",
      phase: "http_request_firewall_custom",
      rules: [{ ref: "all", action, expression: "true" }],
    },
  ],
});

const PLAIN: RequestView = {
  method: "POST",
  target: "/shop?item=1",
  version: "HTTP/2",
  secure: true,
  rawHeaders: ["host", "shop.example", "User-AGENT", "curl"],
  remoteAddress: "198.51.100.4",
  receivedAt: 1_750_000_000_000,
  body: { bytes: "", truncated: false, size: 0 },
};

const CASES: readonly (readonly [
  what: string,
  over: Partial<RequestView>,
  options: WafOptions,
  facts: Readonly<Record<string, unknown>>,
])[] = [
  [
    "all plain",
    {},
    {},
    {
      method: "POST",
      host: "shop.example",
      path: "/shop",
      query: "item=1",
      client: "198.51.100.4",
      userAgent: "curl",
      version: "HTTP/2",
    },
  ],
  [
    "a target with another host",
    { target: "http://other.example/a" },
    {},
    { host: "shop.example", path: "/a" },
  ],
  [
    "no Host line",
    { target: "http://other.example/a", rawHeaders: [] },
    {},
    { host: "other.example", userAgent: "" },
  ],
  ["two User-Agent lines", { rawHeaders: ["User-Agent", "a", "user-agent", "b"] }, {}, { userAgent: "a, b" }],
  ["an IPv4 address in IPv6", { remoteAddress: "::ffff:192.0.2.9" }, {}, { client: "192.0.2.9" }],
  ["an address in long form", { remoteAddress: "2001:DB8:0:0:0:0:0:1" }, {}, { client: "2001:db8::1" }],
  ["a peer that is no address", { remoteAddress: "unix:" }, {}, { client: "unix:" }],
  ["an unknown peer", { remoteAddress: undefined }, {}, { client: "" }],
  [
    "a trusted proxy",
    { rawHeaders: ["X-Forwarded-For", "203.0.113.5, 192.0.2.1"] },
    { client: { trust: ["198.51.100.0/24"] } },
    { client: "192.0.2.1" },
  ],
  [
    "a client that only claims another address",
    { rawHeaders: ["X-Forwarded-For", "203.0.113.5"] },
    {},
    { client: "198.51.100.4" },
  ],
  [
    "a database",
    {},
    { geo: [{ lookup: () => ({ country: "AT", asn: 64500 }) }] },
    { country: "AT", asn: 64500 },
  ],
  [
    "more headers than are kept",
    { rawHeaders: ["A", "1", "User-Agent", "b"] },
    { limits: { request: { maxHeaders: 1 } } },
    { userAgent: "" },
  ],
  ["a secret in the query", { target: "/?password=hunter2" }, {}, { query: "password=[redacted]" }],
];

test.each(CASES)("of %s", async (_, over, options, facts) => {
  const view = { ...PLAIN, ...over };
  const sink = memorySink();
  const live = createWaf(config("block"), { ...options, events: [sink] });
  const shadow = createShadowEvaluator({ live, candidate: createWaf(config("log"), options) });
  shadow.evaluateSync(view);
  await shadow.evaluate(view);
  await shadow.settled();
  const told = sink.events.map(({ request }) => request);
  expect(told[0]).toMatchObject(facts);
  expect(told).toEqual(shadow.report().samples.map(({ request }) => request));
  expect(told).toHaveLength(2);
});

test("a firewall gives them of any view", () => {
  const view = requestFrom({
    url: "https://a.example/p?q=1",
    headers: { "User-AGENT": "x" },
    remoteAddress: "192.0.2.1",
  });
  expect(createWaf({}).requestFacts(view)).toEqual({
    method: "GET",
    host: "a.example",
    path: "/p",
    query: "q=1",
    client: "192.0.2.1",
    userAgent: "x",
    version: "HTTP/1.1",
  });
});

test("clients are sampled by the address that events show, whatever stands between", () => {
  const sampled = (options: WafOptions, over: (client: string) => Partial<RequestView>) => {
    const live = createWaf(config("block"), options);
    const shadow = createShadowEvaluator({ live, candidate: createWaf(config("log"), options), rate: 0.5 });
    return Array.from({ length: 40 }, (_, at) => {
      const before = shadow.report().compared;
      shadow.evaluateSync({ ...PLAIN, ...over(`203.0.113.${at}`) });
      return shadow.report().compared - before;
    });
  };
  const direct = sampled({}, (client) => ({ remoteAddress: client }));
  expect(new Set(direct)).toEqual(new Set([0, 1]));
  const trust: WafOptions = { client: { trust: ["198.51.100.0/24"] } };
  const header = (client: string) => ({ rawHeaders: ["X-Forwarded-For", client] });
  expect(sampled(trust, header)).toEqual(direct);
  expect(sampled(trust, (client) => ({ remoteAddress: `::ffff:${client}` }))).toEqual(direct);
  // Without trust, what the header says is the sender's own claim: all of them are one client.
  expect(new Set(sampled({}, header)).size).toBe(1);
});
