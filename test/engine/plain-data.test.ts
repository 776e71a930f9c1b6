import { expect, test } from "vitest";
import type { AnyDecision } from "../support/source/engine/decision.ts";
import type { WafOptions } from "../support/source/engine/options.ts";
import { type Members, rule, ruleset, wafOf } from "./waf-support.ts";

// Decisions cross process borders and land in logs: whatever they hold must survive being written as JSON.

const CUSTOM = "http_request_firewall_custom";
const respond = (response: Members) => rule("r", { action: "block", action_parameters: { response } });
const limit = { characteristics: ["ip.src"], period: 10, requests_per_period: 1 };

type Kind = readonly [name: string, action: string, phase: string, rule: Members, options?: WafOptions];

const kinds: readonly Kind[] = [
  ["pass", "allow", CUSTOM, rule("r", { expression: "not ssl" })],
  ["allow", "allow", CUSTOM, rule("r", { action: "allow" })],
  ["block", "block", CUSTOM, rule("r", { action: "block" })],
  [
    "block with every wording",
    "block",
    CUSTOM,
    respond({
      status_code: 418,
      content_type: "text/html",
      content: "<p>",
      grpc_status: 9,
      variants: { json: { content: "{}" }, xml: { content: "<a/>" }, plain: { content: "no" } },
    }),
  ],
  ["challenge", "challenge", CUSTOM, rule("r", { action: "js_challenge" })],
  [
    "redirect",
    "redirect",
    "http_request_dynamic_redirect",
    rule("r", {
      action: "redirect",
      action_parameters: { from_value: { target_url: { value: "https://b.example/" } } },
    }),
  ],
  ["rate limit", "block", "http_ratelimit", rule("r", { action: "block", ratelimit: limit })],
  [
    "error page",
    "serve_error",
    "http_custom_errors",
    rule("r", { action: "serve_error", action_parameters: { content: "sorry" } }),
  ],
  [
    "scores, changes and lists",
    "allow",
    CUSTOM,
    rule("r", { action: "score", action_parameters: { name: "__proto__", increment: 2 } }),
  ],
  ["observed block", "allow", CUSTOM, rule("r", { action: "block" }), { mode: "observe" }],
  [
    "used-up budget",
    "block",
    CUSTOM,
    rule("r", { expression: 'http.request.uri.path matches "(a|b)*c"' }),
    { budget: 5 },
  ],
];

test.each(kinds.map((kind) => [kind[0], kind] as const))(
  "%s survives a JSON round trip",
  (_name, [, action, phase, one, options]) => {
    const waf = wafOf([ruleset("c", [one], { phase })], { trace: true, ...options });
    const request = {
      url: "https://a.example/abababab?q=\u00ff",
      remoteAddress: "2001:db8::1",
      receivedAt: 0,
      response: { status: 500 },
    };
    waf.evaluateExchangeSync(request);
    const { request: first, response } = waf.evaluateExchangeSync(request);
    const decisions: readonly AnyDecision[] = response === undefined ? [first] : [first, response];
    expect(decisions.map((decision) => decision.action)).toContain(action);
    for (const decision of decisions) {
      expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      onlyPlain(decision, "decision");
    }
  },
);

/** No Map, Set, function or bigint hides at any depth: JSON would drop or refuse it. */
function onlyPlain(value: unknown, path: string): void {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return;
  const prototype = typeof value === "object" ? Object.getPrototypeOf(value) : undefined;
  const isPlain = Array.isArray(value) || prototype === null || prototype === Object.prototype;
  if (!isPlain) throw new Error(`${path} is not plain data`);
  for (const [name, member] of Object.entries(value as object)) {
    if (member !== undefined) onlyPlain(member, `${path}.${name}`);
  }
}
