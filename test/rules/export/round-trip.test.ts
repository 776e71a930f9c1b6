import fc from "fast-check";
import { expect, test } from "vitest";
import { createWaf } from "../../support/source/engine/firewall.ts";
import { standardScheme } from "../../support/source/index.ts";
import { PLACE_MEMBERS, SERVER_MEMBERS, toCloudflare } from "../../support/source/rules/export.ts";
import { loadObject } from "../../support/source/rules/load.ts";

// What is loaded, written out for Cloudflare and loaded again decides the same, and all that went on the way is told.

type Members = Readonly<Record<string, unknown>>;

const DATE = "2026-02-03T04:05:06Z";
const VENDOR = "efb7b8c949ac4650a09736fc376e9aee";

const lists = [
  { name: "office", kind: "ip", items: ["192.0.2.0/24", { ip: "2001:db8::/32", comment: "new" }] },
  { name: "partners", kind: "hostname", items: ["*.partner.example", "b.example"] },
  {
    name: "moved",
    kind: "redirect",
    items: [
      { redirect: { source_url: "a.example/old", target_url: "https://a.example/new", status_code: 302 } },
    ],
  },
];

const expression = fc.constantFrom(
  "true",
  'http.host eq "a.example"',
  'starts_with(http.request.uri.path, "/old")',
  "ip.src in $office",
  'http.host in $partners or http.request.uri.args["q"][0] eq "1"',
  'any(lower(http.request.headers["x-a"][*])[*] contains "b")',
);

const header = {
  "x-b": { operation: "set", expression: "to_string(ip.src)" },
  "x-c": { operation: "remove" },
};
const response = { status_code: 403, content_type: "text/plain", content: "no" };
const limit = {
  characteristics: ["cf.colo.id", "ip.src"],
  period: 60,
  requests_per_period: 2,
  mitigation_timeout: 60,
};

/** Rules by phase, as Cloudflare's API takes them; some with members of ours. */
const RULES: Readonly<Record<string, readonly Members[]>> = {
  http_request_firewall_custom: [
    { action: "block" },
    { action: "block", action_parameters: { response } },
    { action: "block", action_parameters: { response: { ...response, headers: { "x-d": "1" } } } },
    { action: "log" },
    { action: "managed_challenge" },
    { action: "skip", action_parameters: { ruleset: "current" }, logging: { enabled: false } },
    { action: "skip", action_parameters: { phases: ["http_ratelimit"], products: ["waf"] } },
  ],
  http_request_firewall_managed: [
    { action: "execute", action_parameters: { id: VENDOR, version: "latest", overrides: { action: "log" } } },
    { action: "skip", action_parameters: { rulesets: [VENDOR] } },
    { action: "skip", action_parameters: { rules: { [VENDOR]: [VENDOR] } } },
  ],
  http_ratelimit: [
    { action: "block", ratelimit: limit },
    { action: "log", ratelimit: { ...limit, requests_per_period: 1, algorithm: "fixed_window" } },
    { action: "block", ratelimit: { ...limit, ipv6_prefix_length: 64, response_headers: false } },
  ],
  http_request_transform: [
    { action: "rewrite", action_parameters: { uri: { path: { value: "/x" }, query: { value: "" } } } },
    {
      action: "rewrite",
      action_parameters: { uri: { path: { expression: 'concat("/y", http.request.uri.path)' } } },
    },
  ],
  http_request_late_transform: [{ action: "rewrite", action_parameters: { headers: header } }],
  http_request_dynamic_redirect: [
    {
      action: "redirect",
      action_parameters: {
        from_value: { target_url: { expression: 'concat("https://c.example", http.request.uri.path)' } },
      },
    },
    {
      action: "redirect",
      action_parameters: {
        from_value: { target_url: { value: "/z" }, status_code: 307, headers: { "x-e": "1" } },
      },
    },
  ],
  http_request_redirect: [
    { action: "redirect", action_parameters: { from_list: { name: "moved", key: "http.request.full_uri" } } },
  ],
  http_request_origin: [
    { action: "route", action_parameters: { host_header: "d.example", origin: { port: 90 } } },
  ],
  http_config_settings: [{ action: "set_config", action_parameters: { ssl: "full", bic: true } }],
  http_response_headers_transform: [{ action: "rewrite", action_parameters: { headers: header } }],
  http_custom_errors: [
    {
      action: "serve_error",
      action_parameters: { content: "e", content_type: "text/html", status_code: 503 },
    },
  ],
  http_request_cache_settings: [
    { action: "set_cache_settings", action_parameters: { cache: true, new: [1] } },
  ],
};

/** Members that a rule acts the same without. */
const own = fc.record(
  {
    severity: fc.constant("critical"),
    message: fc.constant("m"),
    references: fc.constant(["CVE-2026-1"]),
    categories: fc.constant(["c"]),
    on_budget: fc.constant("block"),
    mode: fc.constantFrom("enforce", "off"),
    sample: fc.constant(1),
    description: fc.constant("d"),
    enabled: fc.boolean(),
  },
  { requiredKeys: [] },
);

const rulesets = fc.array(
  fc.constantFrom(...Object.keys(RULES)).chain((phase) =>
    fc.record({
      phase: fc.constant(phase),
      rules: fc.array(
        fc
          .tuple(fc.constantFrom(...(RULES[phase] ?? [])), expression, own)
          .map(([rule, text, members]) => ({ ...rule, ...members, expression: text })),
        { minLength: 1, maxLength: 4 },
      ),
      answered: fc.boolean(),
    }),
  ),
  { maxLength: 4 },
);

/** As bodies, whose rules have no names, or as the API answers them. */
function document({
  phase,
  rules,
  answered,
}: {
  phase: string;
  rules: readonly Members[];
  answered: boolean;
}) {
  const kind = phase === "http_request_redirect" ? "root" : "zone";
  if (!answered) return { name: "default", kind, phase, rules };
  const named = rules.map((rule, at) => ({
    id: `i${at}`,
    ref: `r${at}`,
    version: "1",
    last_updated: DATE,
    ...rule,
  }));
  return {
    id: phase,
    name: "default",
    kind,
    phase,
    version: "2",
    last_updated: DATE,
    source: "x",
    rules: named,
  };
}

const options = { scheme: standardScheme(), references: "late" } as const;

function loaded(value: unknown) {
  const result = loadObject(value, options);
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join("\n"));
  return result.value;
}

const REQUESTS: readonly Members[] = [
  { url: "https://a.example/old", remoteAddress: "192.0.2.7" },
  { url: "https://a.example/old/x?q=1", remoteAddress: "198.51.100.1" },
  { url: "https://s.partner.example/", remoteAddress: "2001:db8::1", headers: { "x-a": "AB", "x-c": "1" } },
];

/** Without the headers of limits: `response_headers` is a member that the export strips. */
function shownChanges(changes: Members): Members {
  const headers = changes["responseHeaders"];
  if (!Array.isArray(headers)) return changes;
  const isOfLimit = (one: { readonly name: string }) => one.name.startsWith("ratelimit");
  return { ...changes, responseHeaders: headers.filter((one) => !isOfLimit(one)) };
}

function decisions(configuration: ReturnType<typeof loaded>) {
  const waf = createWaf(configuration);
  return [...REQUESTS, ...REQUESTS, ...REQUESTS].map((request, at) => {
    const { url, ...rest } = request;
    const made = waf.evaluateExchangeSync(
      { ...rest, url: String(url), response: { status: at % 2 === 0 ? 200 : 500, headers: { "x-c": "2" } } },
      { now: 1_760_000_000_000 + at },
    );
    const shown = ({ action, changes, ...other }: Members & { action: string; changes: object }) => ({
      action,
      changes: shownChanges({ ...changes }),
      status: other["status"],
      location: other["location"],
    });
    return [made.request, made.response].map((one) => (one === undefined ? undefined : shown({ ...one })));
  });
}

/** Paths of members that are in one value and not in the other, by the way to the first that is missing. */
function missing(before: unknown, after: unknown, path: readonly string[] = []): readonly string[] {
  if (typeof before !== "object" || before === null || Array.isArray(before)) return [];
  return Object.entries(before).flatMap(([name, value]) => {
    const place = [...path, name];
    const other: unknown = typeof after === "object" && after !== null ? Reflect.get(after, name) : undefined;
    return other === undefined ? [place.join(".")] : missing(value, other, place);
  });
}

test("an export decides as what it was made of, and tells of each member that went", () => {
  fc.assert(
    fc.property(rulesets, (given) => {
      const phases = new Map(given.map((one) => [one.phase, one]));
      const first = loaded({ rulesets: [...phases.values()].map(document), lists });
      const sent = toCloudflare(first);
      expect(sent.stripped.filter(({ outcome }) => outcome === "left_out")).toEqual([]);
      const again = loaded({
        rulesets: sent.rulesets,
        lists: sent.lists.map(({ list, items }) => ({ ...list, items })),
      });
      expect(decisions(again)).toEqual(decisions(first));
      for (const [at, ruleset] of first.rulesets.entries()) {
        const rules: unknown = sent.rulesets[at]?.["rules"];
        for (const [index, rule] of ruleset.rules.entries()) {
          const after: unknown = Array.isArray(rules) ? rules[index] : undefined;
          const { extra, ...known } = rule;
          const gone = missing({ ...extra, ...known }, after).filter(
            (name) => !SERVER_MEMBERS.includes(name) && !(name === "ref" && rule.ref.startsWith("content-")),
          );
          const place = `/rulesets/${at}/rules/${index}`;
          const told = sent.stripped.filter(({ path, outcome }) => path === place && outcome === "stripped");
          expect(gone.sort()).toEqual(told.map(({ member }) => member).sort());
        }
        const { extra, rules: _, ...own } = ruleset;
        const told = sent.stripped
          .filter(({ path, outcome }) => path === `/rulesets/${at}` && outcome === "stripped")
          .map(({ member }) => member);
        const gone = missing({ ...extra, ...own }, sent.rulesets[at]).filter(
          (name) => !SERVER_MEMBERS.includes(name) && !PLACE_MEMBERS.includes(name),
        );
        expect(gone).toEqual(told);
      }
      // What was sent once is sent again.
      const second = toCloudflare(again);
      expect(second.rulesets).toEqual(sent.rulesets);
      expect(second.lists).toEqual(sent.lists);
    }),
    { numRuns: 30 },
  );
});
