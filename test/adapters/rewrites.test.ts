import { describe, expect, test } from "vitest";
import { protect } from "../support/source/adapters/fetch.ts";
import { guard } from "../support/source/adapters/node.ts";
import { proxyFor, type Rule, send, upstream, wafOf } from "./support.ts";
import { type Transport, transports } from "./transports.ts";

/** Takes the new path, or the new query, from an argument of the request: anybody's bytes. */
function rewriting(part: "path" | "query"): Rule {
  const expression = 'url_decode(http.request.uri.args["to"][0])';
  const uri = part === "path" ? { path: { expression }, query: { value: "q=1" } } : { query: { expression } };
  return { ref: part, expression: "true", action: "rewrite", action_parameters: { uri } };
}

/** The target that the site sees of a request that a rule rewrites. */
const hosts: Readonly<Record<string, (rule: Rule, path: string) => Promise<string | undefined>>> = {
  proxy: async (rule, path) => {
    const up = await upstream();
    const { url } = await proxyFor(up.url, { http_request_transform: [rule] });
    await send(url, { path });
    return up.received[0]?.url;
  },
  "fetch handler": async (rule, path) => {
    const { waf } = wafOf({ http_request_transform: [rule] });
    let target: string | undefined;
    const handler = protect(waf, ({ url }) => {
      const { pathname, search } = new URL(url);
      target = pathname + search;
      return new Response("ok");
    });
    await handler(new Request(`http://a.example${path}`));
    return target;
  },
};

// What rules see later of a rewritten part is what the site sees of it.
const rows: readonly (readonly [what: string, part: "path" | "query", given: string, target: string])[] = [
  ["a question mark in a path", "path", "/a?b=2", "/a%3Fb=2?q=1"],
  ["a fragment in a path", "path", "/a#b", "/a%23b?q=1"],
  ["a fragment in a query", "query", "a#b", "/x?a%23b"],
  ["a question mark before a query", "query", "?a", "/x??a"],
  ["bytes that no target has", "path", "/\xff", "/%FF?q=1"],
  ["bytes that no query has", "query", "\xfe", "/x?%FE"],
  ["a backslash, which URLs take for a slash", "path", "/a\\b", "/a%5Cb?q=1"],
  ["an escape", "path", "/a%2Fb", "/a%2Fb?q=1"],
  ["dot segments", "path", "/a/../../b/./c/..", "/b/?q=1"],
  ["dot segments that are escaped", "path", "/a/%2e%2E/b", "/b?q=1"],
  ["an escape that nothing needs", "path", "/%61", "/a?q=1"],
  ["repeated slashes", "path", "/to/https://b", "/to/https://b?q=1"],
  ["no query at all", "query", "", "/x"],
  ["a path of its own", "path", "/a/b", "/a/b?q=1"],
];

function escaped(text: string): string {
  return [...text].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");
}

describe.each(Object.entries(hosts))("%s", (_name, target) => {
  test.each(rows)("%s", async (_what, part, given, expected) => {
    expect(await target(rewriting(part), `/x?to=${escaped(given)}`)).toBe(expected);
  });
});

test("later rules see a path without the dot segments that the site would resolve", () => {
  const { waf } = wafOf({
    http_request_transform: [rewriting("path")],
    custom: [{ ref: "b", expression: 'http.request.uri.path eq "/b"', action: "log" }],
  });
  const decision = waf.evaluateSync({ url: `http://a.example/x?to=${escaped("/a/%2e./b")}` });
  expect([decision.matches.at(-1)?.rule.ref, decision.changes.path]).toEqual(["b", "/b"]);
});

test("later rules see no other parts than the site", () => {
  const { waf } = wafOf({
    http_request_transform: [rewriting("path")],
    custom: [
      { ref: "as sent", expression: 'http.request.uri eq "/a%3Fb%23c?q=1"', action: "log" },
      { ref: "path", expression: 'http.request.uri.path eq "/a%3Fb%23c"', action: "log" },
    ],
  });
  const { matches } = waf.evaluateSync({ url: `http://a.example/x?to=${escaped("/a?b#c")}` });
  expect(matches.map(({ rule }) => rule.ref)).toEqual(["path", "as sent", "path"]);
});

// Applications and what adapts them read headers in each of these forms.
test.each(Object.entries<Transport>(transports))(
  "a guard over %s changes each form of a request's headers",
  async (_name, transport) => {
    const change = (name: string, operation: string, value?: string) => [
      name,
      { operation, ...(value === undefined ? {} : { value }) },
    ];
    const headers = Object.fromEntries([
      change("X-Set", "set", "new"),
      change("X-Added", "add", "2"),
      change("X-Removed", "remove"),
      change("__proto__", "set", "own"),
      change("User-Agent", "add", "two"),
    ]);
    const leak: Rule = {
      ref: "leak",
      expression: 'http.request.headers["x-set"][0] eq "old" and wirewall.response.body.raw contains "never"',
      action: "block",
    };
    const { waf } = wafOf({
      http_request_late_transform: [
        { ref: "h", expression: "true", action: "rewrite", action_parameters: { headers } },
      ],
      http_response_firewall_body: [leak],
    });
    const check = guard(waf);
    const listener = await transport.listen((request, response) => {
      check(request, response, () => {
        const distinct = "headersDistinct" in request ? request.headersDistinct : undefined;
        response.end(JSON.stringify({ headers: request.headers, distinct, raw: request.rawHeaders }));
      });
    });
    const sent = ["X-Set", "old", "X-Set", "older", "X-Added", "1", "X-Removed", "x", "User-Agent", "one"];
    const { headers: shown, distinct, raw } = JSON.parse((await listener.send({ headers: sent })).body);
    const own = Object.getOwnPropertyDescriptor(shown, "__proto__")?.value;
    expect([shown["x-set"], shown["x-added"], shown["x-removed"], shown["user-agent"], own]).toEqual([
      "new",
      "1, 2",
      undefined,
      "one",
      "own",
    ]);
    if (distinct !== undefined) {
      expect([distinct["x-set"], distinct["x-added"], distinct["x-removed"]]).toEqual([
        ["new"],
        ["1", "2"],
        undefined,
      ]);
    }
    const lines = new Map<string, string[]>();
    for (let at = 0; at < raw.length; at += 2)
      lines.set(raw[at].toLowerCase(), [...(lines.get(raw[at].toLowerCase()) ?? []), raw[at + 1]]);
    expect([
      lines.get("x-set"),
      lines.get("x-added"),
      lines.get("x-removed"),
      lines.get("user-agent"),
    ]).toEqual([["new"], ["1", "2"], undefined, ["one", "two"]]);
  },
);
