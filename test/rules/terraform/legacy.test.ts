import { describe, expect, test } from "vitest";
import { Source } from "../../support/source/language/diagnostics.ts";
import { loadDocuments } from "../../support/source/rules/load.ts";

// Resources of Cloudflare's older interfaces: each is refused by name, at its place, with the rule to write.

const RESOURCES: readonly (readonly [type: string, body: Readonly<Record<string, unknown>>])[] = [
  ["cloudflare_filter", { expression: "ssl" }],
  ["cloudflare_firewall_rule", { filter_id: "x", action: "block", description: "d" }],
  [
    "cloudflare_page_rule",
    { target: "a.example/*", actions: { forwarding_url: { url: "https://b.example" } } },
  ],
  ["cloudflare_page_rule", {}],
  [
    "cloudflare_zone_lockdown",
    { urls: ["a.example"], configurations: [{ target: "ip", value: "192.0.2.1" }] },
  ],
  ["cloudflare_zone_lockdown", { urls: "a.example" }],
  ["cloudflare_user_agent_blocking_rule", { mode: "block", configuration: { target: "ua", value: "bad" } }],
  [
    "cloudflare_user_agent_blocking_rules",
    { mode: "block", configuration: [{ target: "ua", value: "bad" }] },
  ],
  ["cloudflare_access_rule", { mode: "whitelist", configuration: [{ target: "ip", value: "192.0.2.1" }] }],
  ["cloudflare_access_rule", { mode: "block", configuration: { target: "country", value: "AT" } }],
  ["cloudflare_access_rule", { mode: "challenge", configuration: { target: "asn", value: "AS64496" } }],
  [
    "cloudflare_rate_limit",
    { threshold: 5, period: 60, action: [{ mode: "ban" }], match: [{ request: [{ url_pattern: "*" }] }] },
  ],
  ["cloudflare_rate_limit", { threshold: 5, period: 60, action: { mode: "simulate" } }],
];

describe("a resource of an older interface", () => {
  test.each(RESOURCES)("%s %j is a fault that names it", (type, body) => {
    const text = JSON.stringify({ resource: { [type]: { mine: body } } });
    const loaded = loadDocuments([new Source(text, "main.tf.json")]);
    expect(loaded.ok).toBe(false);
    const [first] = loaded.ok ? [] : loaded.errors;
    expect(["E_IMPORT", "E_TF_RESOURCE"]).toContain(first?.code);
    expect(first?.address).toMatch(new RegExp(`^${type}\\.mine`));
    expect(first?.hint).not.toBe("");
  });
});
