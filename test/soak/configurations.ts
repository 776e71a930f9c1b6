import type { WafConfig } from "../support/source/engine/snapshot.ts";
import { type StandardPhase, uncheckedRuleset } from "../support/source/rules/ruleset.ts";

/** Every rule's `ref` begins with its configuration's number, so that a decision shows which ones it used. */
export function configuration(number: number): WafConfig {
  const ref = (name: string) => `v${number}.${name}`;
  const zone = <const Phase extends StandardPhase>(phase: Phase) =>
    ({ id: phase, name: phase, kind: "zone", phase }) as const;
  const changing = Array.from({ length: 1 + (number % 7) }, (_, at) => ({
    ref: ref(`path-${at}`),
    expression: `http.request.uri.path wildcard "/page/${(number * 7 + at) % 40}*" and http.request.method eq "GET"`,
    action: at % 3 === 0 ? ("block" as const) : ("log" as const),
  }));
  return {
    rulesets: [
      {
        ...zone("http_request_transform"),
        rules: [
          {
            ref: ref("rewrite"),
            expression: 'starts_with(http.request.uri.path, "/old/")',
            action: "rewrite",
            action_parameters: { uri: { path: { value: `/new/${number}` } } },
          },
        ],
      },
      {
        ...zone("http_request_firewall_custom"),
        rules: [
          {
            ref: ref("skip"),
            expression: "ip.src in $friends",
            action: "skip",
            action_parameters: { phases: ["http_ratelimit"] },
          },
          { ref: ref("common"), expression: "true", action: "execute", action_parameters: { id: "common" } },
          ...changing,
          {
            ref: ref("form"),
            expression: 'any(http.request.body.form["q"][*] contains "attack")',
            action: "score",
            action_parameters: { increment: 3 },
          },
          { ref: ref("threshold"), expression: "true", action: "block", score_threshold: 5 },
        ],
      },
      {
        id: "common",
        name: "Common",
        kind: "custom",
        phase: "http_request_firewall_custom",
        rules: [
          {
            ref: ref("args"),
            expression: String.raw`any(url_decode(http.request.uri.args.values[*])[*] matches r"(?i)union\s+select|<script")`,
            action: "score",
            action_parameters: { increment: 3 + (number % 4) },
          },
          { ref: ref("agent"), expression: 'lower(http.user_agent) contains "bot"', action: "log" },
        ],
      },
      {
        ...zone("http_ratelimit"),
        rules: [
          {
            ref: ref("limit"),
            expression: 'starts_with(http.request.uri.path, "/api/")',
            action: "block",
            ratelimit: {
              characteristics: ["ip.src"],
              period: 10,
              requests_per_period: 5,
              mitigation_timeout: 10,
              counting_expression: "http.response.code ge 400",
            },
          },
        ],
      },
      {
        ...zone("http_response_headers_transform"),
        rules: [
          {
            ref: ref("header"),
            expression: "http.response.code lt 400",
            action: "rewrite",
            action_parameters: { headers: { "x-version": { operation: "set", value: String(number) } } },
          },
        ],
      },
      {
        ...zone("http_response_firewall_body"),
        rules: [
          { ref: ref("leak"), expression: 'wirewall.response.body.raw contains "secret"', action: "block" },
        ],
      },
    ],
    lists: {
      friends: [
        "192.0.2.0/25",
        `198.51.100.${number % 256}`,
        `2001:db8:${(number % 4096).toString(16)}::/48`,
      ],
    },
  };
}

const FAULTS: readonly ((config: WafConfig) => WafConfig)[] = [
  (config) => withRule(config, { ref: "bad", expression: "no.such.field eq 1", action: "block" }),
  (config) => withRule(config, { ref: "bad", expression: "http.host gt ip.src", action: "block" }),
  (config) => withRule(config, { ref: "bad", expression: "ip.src in {10.0.0.1/8}", action: "block" }),
  (config) => withRule(config, { ref: "bad", expression: '(http.host eq "a"', action: "block" }),
  (config) => withRule(config, { ref: "bad", expression: "true", action: "explode" }),
  (config) =>
    withRule(config, {
      ref: "bad",
      expression: "true",
      action: "execute",
      action_parameters: { id: "nowhere" },
    }),
  (config) => withRule(config, { ref: "bad", expression: "ip.src in $nobody", action: "block" }),
  (config) => ({ ...config, lists: { friends: ["192.0.2.0/25", "not an address"] } }),
];

/** The configuration with one of several faults in it. */
export function faulty(number: number): WafConfig {
  return FAULTS[number % FAULTS.length]!(configuration(number));
}

/** How many kinds of faults there are. */
export const FAULT_KINDS = FAULTS.length;

function withRule(config: WafConfig, rule: object): WafConfig {
  const last = uncheckedRuleset({
    id: "bad",
    name: "bad",
    kind: "zone",
    phase: "http_request_firewall_managed",
    rules: [rule],
  });
  return { ...config, rulesets: [...(config.rulesets ?? []), last] };
}
