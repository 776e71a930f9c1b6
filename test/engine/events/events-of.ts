import type { WafEvent } from "../../support/source/engine/events.ts";
import { createWaf } from "../../support/source/engine/firewall.ts";
import { requestFrom } from "../../support/source/request/model.ts";
import { managedRulesets } from "../../support/source/rules/managed.ts";
import { block, LIMITS, MANAGED, rule, ruleset } from "../waf-support.ts";

/** Events of many kinds, as a firewall makes them. */
export async function manyEvents(): Promise<readonly WafEvent[]> {
  const events: WafEvent[] = [];
  const limit = { characteristics: ["ip.src"], period: 10, requests_per_period: 1 };
  const path = (text: string) => ({ expression: `http.request.uri.path eq "/${text}"` });
  const waf = createWaf(
    {
      rulesets: [
        ruleset("c", [
          rule("seen", { description: "All.", severity: "notice", categories: ["probe"] }),
          rule("points", { action: "score", action_parameters: { increment: 3 }, ...path("score") }),
          block("forbidden", { ...path("block"), severity: "critical" }),
          rule("prove", { action: "managed_challenge", ...path("challenge") }),
        ]),
        ruleset("l", [block("often", { ratelimit: limit, ...path("limit") })], { phase: LIMITS }),
        ruleset("m", [rule("core", { action: "execute", action_parameters: { id: "wirewall-core" } })], {
          phase: MANAGED,
        }),
        ruleset(
          "f",
          [
            rule("fields", {
              action: "log_custom_field",
              action_parameters: { request_fields: [{ name: "x-a" }] },
            }),
          ],
          {
            phase: "http_log_custom_fields",
          },
        ),
      ],
    } as never,
    {
      managed: managedRulesets,
      events: [{ name: "test", write: (event) => void events.push(event) }],
      deduplicateEvents: { windowMs: 1_000 },
      fields: [],
    },
  );
  const paths = [
    "",
    "score",
    "block",
    "challenge",
    "limit",
    "limit",
    "limit",
    "?q=1'+UNION+SELECT+a+FROM+b--",
    "block",
  ];
  for (const [at, text] of paths.entries())
    await waf.evaluate(
      { url: `https://shop.example/${text}`, headers: { "X-A": "1" }, remoteAddress: "192.0.2.7" },
      { now: at },
    );
  const refused = waf.begin(requestFrom({ url: "/", method: "PURGE" }));
  refused.refused({ status: 413, reason: "too long" });
  refused.end({ status: 413, delivery: "complete" });
  const failed = waf.begin(requestFrom({ url: "https://shop.example/up" }));
  await failed.request();
  failed.refused({ status: 502, reason: "no answer", failed: true });
  failed.end({ status: 502, delivery: "aborted" });
  const later = waf.begin(requestFrom({ url: "https://shop.example/later" }));
  await later.request();
  later.end((tell) => tell({ status: 204, delivery: "complete" }));
  await waf.close();
  return events;
}
