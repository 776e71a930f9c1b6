import { expect, test } from "vitest";
import { get, matched, rule, ruleset, wafOf } from "./waf-support.ts";

// The key of a sample may be of any type; each value is always in, or always out.

const VALUES = Array.from({ length: 64 }, (_, at) => at);

test.each<[key: string, request: (at: number) => ReturnType<typeof get>]>([
  ["http.request.uri.path", (at) => get(`/${at}`)],
  ["ip.src", (at) => get("/", { remoteAddress: `192.0.2.${at}` })],
  ["ip.src", (at) => get("/", { remoteAddress: `2001:db8::${at.toString(16)}` })],
  ["ip.src", (at) => get("/", { remoteAddress: `2001:db8:${at.toString(16)}::1` })],
  ["http.request.timestamp.sec", (at) => get("/", { receivedAt: at * 1000 })],
  ["http.request.uri.args.values", (at) => get(`/?a=${at}`)],
  ["http.request.uri.args.values", (at) => get(`/?a=1&b=${at}`)],
  ["http.request.uri.args", (at) => get(`/?a=${at}`)],
  ["http.request.uri.args", (at) => get(`/?k${at}=a`)],
  ["http.request.uri.args", (at) => get(`/?a=1&a=${at}`)],
])("%s", (key, request) => {
  const waf = wafOf([ruleset("c", [rule("some", { sample: { rate: 0.5, key } })])]);
  const sampled = () => VALUES.map((at) => matched(waf.evaluateSync(request(at))).length);
  const first = sampled();
  expect(sampled()).toEqual(first);
  const share = first.reduce((sum, one) => sum + one, 0);
  expect(share).toBeGreaterThan(VALUES.length * 0.25);
  expect(share).toBeLessThan(VALUES.length * 0.75);
});

test("an address is one key, however it is written", () => {
  const waf = wafOf([ruleset("c", [rule("some", { sample: { rate: 0.5, key: "ip.src" } })])]);
  const sees = (remoteAddress: string) => matched(waf.evaluateSync(get("/", { remoteAddress }))).length;
  for (const at of VALUES) {
    const hex = at.toString(16);
    const expected = sees(`2001:db8::${hex}`);
    for (const spelling of [`2001:DB8:0:0:0:0:0:${hex}`, `[2001:db8::${hex}]:443`])
      expect([spelling, sees(spelling)]).toEqual([spelling, expected]);
  }
});
