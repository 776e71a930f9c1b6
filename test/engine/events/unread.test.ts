import { expect, test } from "vitest";
import {
  createWaf,
  type RuleInput,
  type StandardAction,
  type WafEvent,
  type WafOptions,
} from "../../support/source/index.ts";
import { managedRulesets } from "../../support/source/rules/managed.ts";

type ManagedRule = RuleInput<StandardAction, "http_request_firewall_managed">;

const MANAGED: ManagedRule = {
  ref: "core",
  expression: "true",
  action: "execute",
  action_parameters: { id: "wirewall-core" },
};
/** Executing alone makes no event. */
const EVERY: ManagedRule = { ref: "every", expression: "true", action: "log" };
const BY_PATH: ManagedRule = { ref: "path", expression: 'http.request.uri.path eq "/a"', action: "log" };

async function eventFor(rule: ManagedRule, type: string, body: string, options: WafOptions = {}) {
  const events: WafEvent[] = [];
  const waf = createWaf(
    { rulesets: [{ phase: "http_request_firewall_managed", rules: [rule, EVERY] }] },
    {
      managed: managedRulesets,
      events: [{ name: "memory", write: (event) => void events.push(event) }],
      ...options,
    },
  );
  await waf.evaluate({
    url: "https://shop.example/a",
    method: "POST",
    headers: { "Content-Type": type },
    body,
    remoteAddress: "203.0.113.9",
  });
  return events[0];
}

const deep = `${"[".repeat(1_001)}${"]".repeat(1_001)}`;

test.each<
  readonly [rule: ManagedRule, type: string, body: string, action: string, unread: string | undefined]
>([
  [MANAGED, "application/json", '{"a":1}', "allow", undefined],
  [MANAGED, "application/json", '{"a":', "block", "json_unexpected_end"],
  [MANAGED, "application/json", '{"a":1,,}', "block", "json_syntax"],
  [MANAGED, "application/json", deep, "block", "json_too_deep"],
  [MANAGED, "application/json; charset=x-none", '{"a":1}', "block", "unknown_charset"],
  [MANAGED, "multipart/form-data; boundary=b", "--b\r\n\r\nx", "block", "multipart_missing_end"],
  [MANAGED, "image/png", "\x89PNG\r\n\x1a\n", "allow", undefined],
  // No rule reads the body.
  [BY_PATH, "application/json", '{"a":', "allow", undefined],
])("%o %s: an event says why a body was read in part", async (rule, type, body, action, unread) => {
  const event = await eventFor(rule, type, body);
  expect([event?.action, event?.unread]).toEqual([action, unread]);
});

test("the event of a text beyond the limit names the limit", async () => {
  const limits = { request: { maxInspectedBytes: 100 } };
  const event = await eventFor(MANAGED, "application/json", `{"a":"${"x".repeat(100)}"}`, { limits });
  expect(event).toMatchObject({ action: "block", status: 413, unread: "body_too_long" });
  expect(event?.reason).toContain("`maxInspectedBytes`");
});
