import { expect, test } from "vitest";
import { createWaf, requestFrom, uncheckedRuleset, type WafConfig } from "../support/source/index.ts";

const NOW = Date.UTC(2026, 0, 1);
const BODY = 'wirewall.response.body.raw contains "x"';
const RESPONSE = "http_response_firewall_body";

type Rule = Readonly<Record<string, unknown>>;

const reader = (expression = BODY, more: Rule = {}): Rule => ({
  ref: "r",
  expression,
  action: "block",
  ...more,
});
const on = (path: string, rest = BODY) => reader(`http.request.uri.path eq "${path}" and ${rest}`);
const entry = (rules: readonly Rule[], phase = RESPONSE) =>
  uncheckedRuleset({ id: phase, name: phase, kind: "zone", phase, rules });
const managed = (...rules: readonly Rule[]) =>
  uncheckedRuleset({ id: "m", name: "m", kind: "managed", phase: RESPONSE, rules });
const execute = (expression: string) =>
  entry([{ ref: "e", expression, action: "execute", action_parameters: { id: "m" } }]);
const custom = (rule: Rule) => entry([{ ref: "c", ...rule }], "http_request_firewall_custom");

type Rulesets = NonNullable<WafConfig["rulesets"]>;

test.each<[what: string, rulesets: Rulesets, needs: boolean]>([
  ["no rule", [], false],
  ["any response may match", [entry([reader()])], true],
  ["the request rules it out", [entry([on("/other")])], false],
  ["the request allows it", [entry([on("/a")])], true],
  ["one of two is ruled out", [entry([on("/other"), { ...on("/a"), ref: "s" }])], true],
  ["either side may hold", [entry([reader(`http.request.uri.path eq "/other" or ${BODY}`)])], true],
  ["a condition on the response", [entry([on("/a", `http.response.code eq 500 and ${BODY}`)])], true],
  [
    "beside a condition on the response",
    [entry([on("/other", `http.response.code eq 200 and ${BODY}`)])],
    false,
  ],
  ["not", [entry([reader(`not http.request.uri.path eq "/a" and ${BODY}`)])], false],
  ["over elements", [entry([reader(`any(http.request.uri.args["q"][*] eq "1") and ${BODY}`)])], true],
  ["over other elements", [entry([reader(`any(http.request.uri.args["q"][*] eq "2") and ${BODY}`)])], false],
  ["of a call", [entry([reader(`len(http.request.uri.path) gt 9 and ${BODY}`)])], false],
  ["switched off", [entry([reader(BODY, { enabled: false })])], false],
  ["expired", [entry([reader(BODY, { expires_at: "2025-01-01T00:00:00Z" })])], false],
  ["executed", [execute("true"), managed(reader())], true],
  ["executed elsewhere", [execute('http.request.uri.path eq "/other"'), managed(reader())], false],
  ["executed, and ruled out", [execute("true"), managed(on("/other"))], false],
  ["executed if the body says so", [execute(BODY), managed(reader("true"))], true],
  [
    "skipped",
    [
      entry([reader()]),
      custom({ expression: "true", action: "skip", action_parameters: { phases: [RESPONSE] } }),
    ],
    false,
  ],
  [
    "by the path that a rule made",
    [
      entry([on("/made")]),
      entry(
        [
          {
            ref: "t",
            expression: "true",
            action: "rewrite",
            action_parameters: { uri: { path: { value: "/made" } } },
          },
        ],
        "http_request_transform",
      ),
    ],
    true,
  ],
])("whether the response's body is needed: %s", async (_what, rulesets, needs) => {
  const waf = createWaf({ rulesets });
  const transaction = waf.begin(requestFrom({ url: "https://a.example/a?q=1", receivedAt: NOW }));
  await transaction.request();
  expect(transaction.needsResponseBody).toBe(needs);
  transaction.end();
});
