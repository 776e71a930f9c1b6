import { describe, expect, test } from "vitest";
import { Ip, parseIp } from "../support/source/language/values.ts";
import { GET, LIMITS, type Members, rule, ruleset, wafOf } from "./waf-support.ts";

/** A firewall that lets one request of each client through. */
function limitedTo(characteristics: readonly string[], members: Members = {}, options: Members = {}) {
  const ratelimit = { characteristics, period: 60, requests_per_period: 1, ...members };
  return wafOf([ruleset("l", [rule("limit", { action: "block", ratelimit })], { phase: LIMITS })], options);
}

const by = (bits: number): Members => ({ ipv6_prefix_length: bits });

describe("whether two addresses are one client", () => {
  const A = "2001:db8:1:2::1";
  test.each<
    [what: string, characteristics: string[], members: Members, left: string, right: string, one: boolean]
  >([
    ["a /64 by default", ["ip.src"], {}, A, "2001:db8:1:2:ffff:ffff:ffff:ffff", true],
    ["the next /64", ["ip.src"], {}, A, "2001:db8:1:3::1", false],
    ["a /48 where the rule says so", ["ip.src"], by(48), A, "2001:db8:1:ffff::9", true],
    ["the next /48", ["ip.src"], by(48), A, "2001:db8:2:2::1", false],
    ["a prefix within a group", ["ip.src"], by(52), A, "2001:db8:1:f02::1", true],
    ["the network next to it", ["ip.src"], by(52), A, "2001:db8:1:1002::1", false],
    ["below the middle", ["ip.src"], by(96), A, "2001:db8:1:2:0:0:ffff::", true],
    ["above it", ["ip.src"], by(96), A, "2001:db8:1:2:0:1::1", false],
    ["a single address", ["ip.src"], by(128), A, "2001:db8:1:2::2", false],
    ["the same address", ["ip.src"], by(128), A, "2001:0DB8:1:2:0::1", true],
    ["one bit", ["ip.src"], by(1), A, "7fff::", true],
    ["the visitor of the reference product", ["cf.unique_visitor_id"], {}, A, "2001:db8:1:2::2", true],
    ["with a data centre that is left out", ["cf.colo.id", "ip.src"], {}, A, "2001:db8:1:2::2", true],
    ["with another characteristic", ["http.host", "ip.src"], {}, A, "2001:db8:1:2::2", true],
    ["as text", ["to_string(ip.src)"], {}, A, "2001:db8:1:2::2", true],
    ["as text, the next /64", ["to_string(ip.src)"], {}, A, "2001:db8:1:3::2", false],
    ["as text, exact", ["to_string(ip.src)"], by(128), A, "2001:db8:1:2::2", false],
    ["in a longer text", ['concat(http.host, "/", to_string(ip.src))'], {}, A, "2001:db8:1:2::2", true],
    ["a network of the author's", ["cidr6(ip.src, 96)"], {}, A, "2001:db8:1:2:0:1::2", false],
    ["a network of the author's, the same", ["cidr6(ip.src, 96)"], {}, A, "2001:db8:1:2::2", true],
    ["a wider one", ["cidr(ip.src, 24, 48)"], {}, A, "2001:db8:1:9::2", true],
    ["the documented /64", ["cidr6(ip.src, 64)"], {}, A, "2001:db8:1:2::2", true],
    ["a question about the exact address", [`ip.src eq ${A}`], {}, A, "2001:db8:1:2::2", false],
    ["IPv4 addresses", ["ip.src"], {}, "192.0.2.1", "192.0.2.2", false],
    ["IPv4 addresses under a short prefix", ["ip.src"], by(1), "192.0.2.1", "192.0.2.2", false],
    ["IPv4, mapped", ["ip.src"], {}, "192.0.2.1", "::ffff:192.0.2.1", true],
    ["two of IPv4, mapped", ["ip.src"], {}, "::ffff:192.0.2.1", "::ffff:192.0.2.2", false],
    ["IPv4 behind a translator", ["ip.src"], {}, "64:ff9b::192.0.2.1", "64:ff9b::192.0.2.2", false],
    ["the same one", ["ip.src"], {}, "64:ff9b::192.0.2.1", "192.0.2.1", true],
    ["the loopback address and a site", ["ip.src"], {}, "::1", A, false],
  ])("%s, %j %j: %s and %s: %s", (_what, characteristics, members, left, right, one) => {
    const waf = limitedTo(characteristics, members);
    const actions = [left, right].map((remoteAddress) => waf.evaluateSync({ ...GET, remoteAddress }).action);
    expect(actions).toEqual(["allow", one ? "block" : "allow"]);
  });

  test.each<[type: unknown, left: unknown, right: unknown, one: boolean]>([
    [Ip, "2001:db8::1", "2001:db8::2", true],
    [Ip, "2001:db8::1", "2001:db8:0:1::1", false],
    [Ip, "::ffff:192.0.2.1", "::ffff:192.0.2.2", false],
    [Ip, "::ffff:192.0.2.1", "192.0.2.1", true],
  ])("a field of the embedder's: %#", (type, left, right, one) => {
    const field = {
      name: "my.client",
      type: type as typeof Ip,
      summary: "The client as a header tells.",
      read: (request: { headers: { first(name: string): string | undefined } }) =>
        parseIp(request.headers.first("x-client") ?? ""),
    };
    const waf = limitedTo(["my.client"], {}, { fields: [field] });
    const actions = [left, right].map(
      (client) => waf.evaluateSync({ ...GET, headers: [["X-Client", String(client)]] }).action,
    );
    expect(actions).toEqual(["allow", one ? "block" : "allow"]);
  });
});

describe("what the decision shows", () => {
  test.each<[members: Members, address: string, networks: readonly string[] | undefined]>([
    [{}, "2001:db8:1:2::3", ["2001:db8:1:2::/64"]],
    [by(48), "2001:db8:1:2::3", ["2001:db8:1::/48"]],
    [by(128), "2001:db8:1:2::3", undefined],
    [{}, "192.0.2.1", undefined],
    [{}, "::ffff:192.0.2.1", undefined],
  ])("%j %s: %j", (members, remoteAddress, networks) => {
    const waf = limitedTo(["ip.src"], members);
    const decide = () => waf.evaluateSync({ ...GET, remoteAddress });
    decide();
    expect(decide().matches[0]?.rateLimit?.networks).toEqual(networks);
  });

  test("also when the store has failed, and while a client is kept out", () => {
    const down = () => {
      throw new Error("down");
    };
    const counters = { read: down, add: down, mitigate: down, reset: down };
    const closed = limitedTo(["ip.src"], { on_store_error: "closed" }, { counters });
    const request = { ...GET, remoteAddress: "2001:db8::1" };
    expect(closed.evaluateSync(request).matches[0]?.rateLimit?.networks).toEqual(["2001:db8::/64"]);
    const keeping = limitedTo(["ip.src"], { mitigation_timeout: 60 });
    for (let round = 0; round < 2; round++) keeping.evaluateSync(request);
    expect(keeping.evaluateSync(request).matches[0]?.rateLimit?.networks).toEqual(["2001:db8::/64"]);
  });
});

test("rules see the exact address, before a limit and behind it", () => {
  const ratelimit = { characteristics: ["ip.src", "to_string(ip.src)"], period: 60, requests_per_period: 9 };
  const exact = "ip.src eq 2001:db8::5";
  const limits = [
    rule("limit", { action: "block", expression: exact, ratelimit }),
    rule("behind", {
      action: "block",
      expression: exact,
      ratelimit: { ...ratelimit, requests_per_period: 1 },
    }),
  ];
  const waf = wafOf([
    ruleset("l", limits, { phase: LIMITS }),
    ruleset("m", [rule("later", { expression: exact })], { phase: "http_request_firewall_managed" }),
  ]);
  const seen = ["2001:db8::5", "2001:db8::6", "2001:db8::5"].map((remoteAddress) => {
    const decision = waf.evaluateSync({ ...GET, remoteAddress });
    return decision.matches.map(({ rule: { ref } }) => ref);
  });
  expect(seen).toEqual([["later"], [], ["behind"]]);
});
