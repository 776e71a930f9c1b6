// What detection costs, counted in steps of the budget, and what happens when that runs out.
import { describe, expect, test } from "vitest";
import { send } from "../../rules/managed/support.ts";
import { inspect } from "../../support/source/detection/inspection.ts";
import { createWaf } from "../../support/source/engine/firewall.ts";
import { DEFAULT_BUDGET, type WafOptions } from "../../support/source/engine/options.ts";
import { Budget, utf8Encode } from "../../support/source/language/values.ts";
import { requestFrom, WafRequest } from "../../support/source/request/model.ts";
import { DEFAULT_REQUEST_LIMITS } from "../../support/source/request/view.ts";
import { managedRulesets } from "../../support/source/rules/managed.ts";
import { uncheckedRuleset } from "../../support/source/rules/ruleset.ts";
import { LONG_BODIES } from "../corpus/benign/long-bodies.ts";

const XML = "application/xml";
const FORM = "application/x-www-form-urlencoded";

function requestOf(type: string, body: string): WafRequest {
  return new WafRequest(requestFrom(send(type, body)));
}

function stepsOf(type: string, body: string, steps = 1e9): number {
  const budget = new Budget(steps);
  inspect(requestOf(type, body), budget);
  return budget.limit - budget.remaining;
}

const list = (length: number, make: (at: number) => string) => Array.from({ length }, (_, at) => make(at));
/** Distinct short texts of signs that every detector is asked about. */
const odd = (at: number) => `${at}' {{or}} <a ${at}=\${jndi: -- $(x) ||`;
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const asJson = (text: string) => JSON.stringify(JSON.stringify({ a: text }));

describe("steps a byte", () => {
  const SENTENCE = "She asked for two of them, and they came on Monday.";
  test.each<[name: string, type: string, body: string, most: number]>([
    ["texts in JSON", "application/json", JSON.stringify(list(800, (at) => `${at} ${SENTENCE}`)), 3],
    [
      "numbers in JSON",
      "application/json",
      JSON.stringify(list(6000, (at) => String(at * 1.25)).map(Number)),
      2,
    ],
    ["a form", FORM, list(700, (at) => `f${at}=${SENTENCE.replaceAll(" ", "+")}`).join("&"), 3],
    ["a text", "text/plain", list(800, (at) => `${at} ${SENTENCE}`).join("\n"), 3],
    ["one odd text again and again", "application/json", JSON.stringify(list(1000, () => odd(1))), 4],
    ["odd texts", "application/json", JSON.stringify(list(1000, odd)), 80],
    // Views of JSON whose strings are texts of their own, and of those alone.
    ["JSON in XML", XML, `<r>${list(200, (at) => `<i>${escaped(asJson(odd(at)))}</i>`).join("")}</r>`, 200],
    [
      "elements that nothing closes",
      "text/plain",
      `{}\n${list(2000, (at) => `<a${at}>word ${at} &lt;`).join(" ")}`,
      25,
    ],
  ])("%s", (_, type, body, most) => {
    expect(stepsOf(type, body) / body.length).toBeLessThan(most);
  });

  test("grow as the body does", () => {
    const of = (length: number) => stepsOf("application/json", JSON.stringify(list(length, odd)));
    expect(of(2000) / of(500)).toBeLessThan(4.4);
  });

  test.each(LONG_BODIES)("$name leaves most of the budget, as long as bodies may be", ({ type, body }) => {
    const bytes = utf8Encode(body());
    const steps = stepsOf(type, bytes) * (DEFAULT_REQUEST_LIMITS.maxInspectedBytes / bytes.length);
    expect(steps).toBeLessThan(DEFAULT_BUDGET * 0.4);
  });
});

function decisionOn(body: string, options: WafOptions) {
  const entry = uncheckedRuleset({
    id: "entry",
    name: "managed",
    kind: "zone",
    phase: "http_request_firewall_managed",
    rules: [
      { ref: "managed", action: "execute", expression: "true", action_parameters: { id: "wirewall-core" } },
    ],
  });
  const waf = createWaf({ rulesets: [entry] }, { managed: managedRulesets, ...options });
  return waf.evaluateSync(send("application/json", body));
}

describe("a budget that runs out", () => {
  const PADDING = list(3000, odd);
  const body = JSON.stringify([...PADDING, "<script>alert(1)</script>"]);

  test("ends the work within a text", () => {
    const steps = 500_000;
    const one = stepsOf("application/json", JSON.stringify([odd(1)]));
    expect(stepsOf("application/json", body, steps)).toBeLessThan(steps + body.length * 2 + one);
  });

  test("refuses what stands behind padding", () => {
    const decision = decisionOn(body, { budget: 1_000_000 });
    expect(decision.action).toBe("block");
    expect(decision.budget).toEqual({ exhausted: true, verdict: "block" });
  });

  test("says so where it is to go on", () => {
    const decision = decisionOn(body, { budget: 1_000_000, onBudget: "continue" });
    expect(decision.budget).toEqual({ exhausted: true, verdict: "continue" });
  });

  test("keeps nothing for a budget that has steps left", () => {
    const request = requestOf("application/json", body);
    const small = new Budget(500_000);
    expect(inspect(request, small).evidence.map(({ text }) => text)).not.toContain(
      "<script>alert(1)</script>",
    );
    expect(small.exhausted).toBe(true);
    // Several fields tell of one inspection.
    const told = inspect(request, small);
    expect(inspect(request, small)).toBe(told);
    const large = inspect(request, new Budget(1e9));
    expect(large.evidence.map(({ text }) => text)).toContain("<script>alert(1)</script>");
    expect(inspect(request, small)).toBe(large);
  });
});
