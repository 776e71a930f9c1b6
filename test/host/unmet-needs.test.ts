import { describe, expect, test } from "vitest";
import { fetchGuard, protect } from "../support/source/adapters/fetch.ts";
import { guard } from "../support/source/adapters/node.ts";
import { createProxy } from "../support/source/adapters/proxy.ts";
import {
  createWaf,
  MisuseError,
  uncheckedRuleset,
  type Waf,
  type WafConfig,
} from "../support/source/index.ts";

// A host that cannot do what rules need says so before it serves, and names the rules.

type Document = Readonly<Record<string, unknown>>;

function config(rules: Readonly<Record<string, readonly Document[]>>): WafConfig {
  return {
    rulesets: Object.entries(rules).map(([phase, of]) =>
      uncheckedRuleset({
        id: phase,
        name: phase,
        kind: "zone",
        phase,
        rules: of.map((one, at) => ({ ref: `r${at}`, expression: "true", ...one })),
      }),
    ),
  };
}

const rewrite = (action_parameters: Document): Document => ({ action: "rewrite", action_parameters });
const path = rewrite({ uri: { path: { value: "/new" } } });
const query = rewrite({ uri: { query: { value: "a=1" } } });
const headers = rewrite({ headers: { "X-A": { operation: "set", value: "1" } } });
const route: Document = { action: "route", action_parameters: { origin: { host: "b.example" } } };

/** Rules, and what the hosts that cannot serve by them say. */
const rows: readonly (readonly [
  what: string,
  rules: Readonly<Record<string, readonly Document[]>>,
  says: { readonly guard?: string; readonly protect?: string; readonly fetchGuard?: string },
])[] = [
  ["rules that only judge", { http_request_firewall_custom: [{ action: "block" }] }, {}],
  [
    "rewrites of paths",
    { http_request_transform: [path, query, path] },
    {
      guard:
        "rewrite paths (`http_request_transform/r0`, `http_request_transform/r2`), rewrite queries (`http_request_transform/r1`)",
    },
  ],
  ["request headers", { http_request_firewall_custom: [headers] }, {}],
  [
    "routes",
    { http_request_origin: [route] },
    {
      guard: "route requests to other origins (`http_request_origin/r0`)",
      protect: "route requests to other origins (`http_request_origin/r0`)",
      fetchGuard: "route requests to other origins (`http_request_origin/r0`)",
    },
  ],
  [
    "rules on responses",
    {
      http_response_firewall_body: [
        { expression: 'wirewall.response.body.raw contains "x"', action: "block" },
      ],
    },
    { fetchGuard: "show rules the response (`http_response_firewall_body/r0`)" },
  ],
  [
    "headers of responses",
    { http_response_headers_transform: [headers] },
    { fetchGuard: "show rules the response (`http_response_headers_transform/r0`)" },
  ],
  [
    "limits that count responses",
    {
      http_ratelimit: [
        {
          action: "block",
          ratelimit: {
            characteristics: ["ip.src"],
            period: 60,
            requests_per_period: 3,
            mitigation_timeout: 60,
            counting_expression: "http.response.code eq 401",
          },
        },
      ],
    },
    { fetchGuard: "show rules the response (`http_ratelimit/r0`)" },
  ],
  ["rules that are switched off", { http_request_transform: [{ ...path, enabled: false }] }, {}],
  ["rules on trial", { http_request_transform: [{ ...path, mode: "shadow" }] }, {}],
  [
    "many",
    { http_request_transform: Array.from({ length: 7 }, () => path) },
    {
      guard: `rewrite paths (${[0, 1, 2, 3, 4].map((at) => `\`http_request_transform/r${at}\``).join(", ")} and 2 more)`,
    },
  ],
];

interface Options {
  readonly unsupportedRules?: "refuse" | "ignore";
}

const hosts: Readonly<Record<string, (waf: Waf, options?: Options) => unknown>> = {
  guard,
  protect: (waf, options) => protect(waf, () => new Response("ok"), options),
  fetchGuard,
  createProxy: (waf) => createProxy({ waf, upstream: "http://127.0.0.1:1" }),
};

describe.each(Object.entries(hosts))("%s", (name, start) => {
  test.each(rows)("of %s", (_what, rules, says) => {
    const expected = Object.entries(says).find(([host]) => host === name)?.[1];
    const waf = createWaf(config(rules));
    if (expected === undefined) {
      start(waf);
      return;
    }
    const text = `rules need what this host cannot do: ${expected}; leave them out, use a host that can, or set \`unsupportedRules\` to \`ignore\``;
    expect(() => start(waf)).toThrow(new MisuseError("E_HOST_RULES", text));
    start(waf, { unsupportedRules: "ignore" });
  });
});

test("rules that come with an update are told once, and requests go on", async () => {
  const waf = createWaf(config({}));
  const told: unknown[] = [];
  const check = fetchGuard(waf, { onError: (error) => void told.push(error) });
  const ask = async () => (await check(new Request("http://a/"))).response?.status;
  expect([await ask(), told]).toEqual([undefined, []]);
  waf.update(config({ http_request_origin: [route] }));
  expect([await ask(), await ask()]).toEqual([undefined, undefined]);
  expect(told).toMatchObject([{ code: "E_HOST_RULES" }]);
  waf.update(config({ http_request_firewall_custom: [{ action: "log" }] }));
  await ask();
  waf.update(config({ http_request_origin: [route, route] }));
  await ask();
  expect(told.length).toBe(2);
});

test("a firewall's managed rules count like others", () => {
  const custom = { action: "execute", action_parameters: { id: "target" } };
  const target = uncheckedRuleset({
    id: "target",
    name: "target",
    kind: "custom",
    phase: "http_request_transform",
    rules: [{ ref: "deep", expression: "true", ...path }],
  });
  const { rulesets = [] } = config({ http_request_transform: [custom] });
  const waf = createWaf({ rulesets: [...rulesets, target] });
  expect(() => guard(waf)).toThrow(/`target\/deep`/);
});
