import { describe, expect, test } from "vitest";
import { compileFilter } from "../support/source/language/compile.ts";
import { requestScheme } from "../support/source/request/fields.ts";
import { type RequestData, requestFrom, WafRequest } from "../support/source/request/model.ts";

const scheme = requestScheme([]);

function matches(expression: string, init: RequestData): boolean {
  const compiled = compileFilter(expression, scheme);
  if (!compiled.ok)
    throw new Error(compiled.errors.map(({ code, message }) => `${code} ${message}`).join("; "));
  const context = scheme.createContext<WafRequest>();
  context.reset(new WafRequest(requestFrom(init)));
  return compiled.value.test(context);
}

const login: RequestData = {
  method: "POST",
  url: "https://a.example/x/%2e%2e/.git/config?id=1&id=2",
  headers: { "Content-Type": "application/json", "X-Tag": ["one", "two"] },
  body: '{"user":{"name":"o\'hara"},"admin":true}',
  remoteAddress: "::ffff:192.0.2.7",
};

describe("rules over requests", () => {
  test.each<[expression: string, expected: boolean]>([
    ['http.request.uri.path eq "/.git/config"', true],
    ['http.request.uri.path contains ".."', false],
    ['raw.http.request.uri.path contains "%2e"', true],
    ['http.request.uri.args["id"][1] eq "2"', true],
    ['http.request.uri.args["none"][0] eq ""', false],
    ['http.request.headers["x-tag"][1] eq "two"', true],
    ["ip.src in {192.0.2.0/24}", true],
    ["ip.src in {::ffff:0:0/96}", true],
    ["ip.src in {::ffff:192.0.2.0/120 2001:db8::/32}", true],
    ["ip.src in {::ffff:192.0.2.1..::ffff:192.0.2.9}", true],
    ["ip.src in {::ffff:192.0.2.8/125}", false],
    ["ip.src in {::/0}", false],
    ["ip.src eq ::ffff:c000:207", true],
    ["ip.src ne ::ffff:192.0.2.7", false],
    ["ip.src lt ::ffff:192.0.2.8", true],
    ["cf.bot_management.score lt 30", false],
    ["not cf.bot_management.score lt 30", true],
    ['wirewall.request.body.json.names[0] eq "user.name"', true],
    ['wirewall.request.body.error eq ""', true],
    ['ip.geoip.country eq ""', true],
    ["ssl", true],
  ])("%s: %s", (expression, expected) => {
    expect(matches(expression, login)).toBe(expected);
  });

  test.each([
    ["http.request.body.size gt 0", "request", false],
    ["http.request.body.size gt 0", "body", true],
    ["http.response.code eq 404", "body", false],
    ["http.response.code eq 404 and http.request.body.size gt 0", "response", true],
    ["tcp.dstport eq 80", "request", false],
    ["tcp.dstport eq 80", "response", false],
  ])("%s in phase %s: %s", (expression, phase, allowed) => {
    const compiled = compileFilter(expression, scheme.narrow(phase), { strict: true });
    expect(compiled.ok ? [] : compiled.errors.map(({ code }) => code)).toEqual(
      allowed ? [] : ["E_FIELD_PHASE"],
    );
  });
});
