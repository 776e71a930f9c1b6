// What people and logs get to see of requests in which a secret is planted: shared by the tests of single kinds.
import type { AnyDecision } from "../../support/source/engine/decision.ts";
import {
  createMetrics,
  eventText,
  exceptionYaml,
  memorySink,
  suggestException,
  toOcsf,
} from "../../support/source/engine/events.ts";
import { createWaf } from "../../support/source/engine/firewall.ts";
import { renderDecision } from "../../support/source/engine/respond.ts";
import type { RequestData } from "../../support/source/request/model.ts";
import { managedRulesets } from "../../support/source/rules/managed.ts";
import { uncheckedRuleset } from "../../support/source/rules/ruleset.ts";

/** In each secret, as text that nothing encodes; digits and letters, as in what is drawn. */
export const MARK = "Zq7hVx2mKp";

const READ = [
  ...["http.request.uri.args.values[*]", "http.request.uri.args.names[*]", "http.request.uri.args[*][*]"],
  ...["http.request.headers.values[*]", "http.request.headers[*][*]", "http.request.cookies[*][*]"],
  ...[
    "http.request.body.form.values[*]",
    "http.request.body.form[*][*]",
    "http.request.body.multipart.values[*]",
  ],
  ...["wirewall.request.uri.args.decoded[*][*]", "wirewall.request.cookies.decoded[*][*]"],
  ...[
    "wirewall.request.headers.decoded[*]",
    "wirewall.request.headers.texts[*][*]",
    "wirewall.request.body.decoded[*][*]",
  ],
  ...["wirewall.request.body.json.values[*]", "wirewall.request.body.xml.values[*]"],
  ...["wirewall.request.nested.values[*]", "wirewall.request.body.nested.values[*]"],
];
const WHOLE = [
  "http.request.uri",
  "http.request.uri.query",
  "http.request.uri.path",
  "http.request.full_uri",
  "http.cookie",
];
const WHOLE_TOO = [
  "http.referer",
  "http.request.body.raw",
  "raw.http.request.uri",
  'lookup_json_string(http.request.body.raw, "password")',
];

const needle = (field: string) => `lower(${field})`;
const conditions = [
  ...READ.flatMap((field) => [
    `any(${field} contains "${MARK}")`,
    `any(${needle(field)}[*] contains "${MARK.toLowerCase()}")`,
  ]),
  ...READ.map((field) => `any(len(${field})[*] > 9)`),
  ...[...WHOLE, ...WHOLE_TOO].flatMap((field) => [
    `${field} contains "${MARK}"`,
    `${field} matches "${MARK}.*"`,
    `len(${field}) > 12`,
  ]),
];
const responseConditions = [
  `any(http.response.headers.values[*] contains "${MARK}")`,
  `any(http.response.headers[*][*] contains "${MARK}")`,
];

const rules = (expressions: readonly string[]) =>
  expressions.map((expression, at) => ({ ref: `r${at}`, action: "log", expression }));
/** Rules that report the mark wherever it is, and the managed ones. */
export const markRulesets = [
  { id: "c", name: "C", kind: "zone", phase: "http_request_firewall_custom", rules: rules(conditions) },
  {
    id: "a",
    name: "A",
    kind: "zone",
    phase: "http_response_firewall_managed",
    rules: rules(responseConditions),
  },
  {
    id: "m",
    name: "M",
    kind: "zone",
    phase: "http_request_firewall_managed",
    rules: [
      { ref: "core", expression: "true", action: "execute", action_parameters: { id: "wirewall-core" } },
    ],
  },
];

/** What people and logs get to see of a request. */
export type Outputs = Readonly<Record<string, string>>;

/** A firewall that tells all that it can of each request. */
export function observer(): (request: Partial<RequestData>) => Promise<Outputs> {
  const sink = memorySink();
  const errors: unknown[] = [];
  const waf = createWaf(
    { rulesets: markRulesets.map(uncheckedRuleset) },
    { managed: managedRulesets, events: [sink], trace: true, onError: (error) => errors.push(error) },
  );
  const labels: unknown[] = [];
  const meter = {
    createCounter: (name: string) => ({ add: (...args: unknown[]) => labels.push(name, args) }),
    createHistogram: (name: string) => ({ record: (...args: unknown[]) => labels.push(name, args) }),
  };
  const metrics = createMetrics(meter);
  return async (request) => {
    sink.clear();
    errors.length = 0;
    labels.length = 0;
    const { request: decision, response } = await waf.evaluateExchange({
      method: "GET",
      remoteAddress: "203.0.113.9",
      ...request,
    } as RequestData);
    metrics.decided(decision, 0.1);
    const suggested = sink.events.flatMap((event) => suggestException(event) ?? []);
    return {
      event: JSON.stringify(sink.events),
      text: sink.events.map(eventText).join("\n"),
      ocsf: JSON.stringify(sink.events.map(toOcsf)),
      exception: JSON.stringify(suggested) + suggested.map(exceptionYaml).join(""),
      explanation: JSON.stringify([decision, response].map((one) => one?.explanation)),
      matches: JSON.stringify([decision.matches, response?.matches]),
      metrics: JSON.stringify(labels),
      page: JSON.stringify(page(decision)),
      errors: errors.map(String).join("\n"),
    };
  };
}

function page(decision: AnyDecision): unknown {
  return decision.action === "allow"
    ? ""
    : renderDecision(decision, { method: "GET", accept: "text/html", contentType: "" });
}

/** The output around the mark, in any letter case and as Base64 has it; undefined when it is not there. */
export function leak(output: string): string | undefined {
  const shown = withoutConditions(output);
  const folded = shown.toLowerCase().replaceAll("%", "");
  const at = folded.indexOf(MARK.toLowerCase());
  if (at !== -1) return folded.slice(Math.max(0, at - 300), at + 60);
  const word = (shown.match(/[A-Za-z0-9+/]{12,}/g) ?? []).find((one) =>
    [0, 1, 2, 3].some((from) => Buffer.from(one.slice(from), "base64").toString("latin1").includes(MARK)),
  );
  return word === undefined ? undefined : `${word}, which is Base64`;
}

/** Rules have the mark in their conditions. */
function withoutConditions(output: string): string {
  return [...conditions, ...responseConditions].reduce((text, condition) => {
    const inner = condition.replace(/^any\((.*)\)$/, "$1");
    return text.replaceAll(JSON.stringify(inner).slice(1, -1), "").replaceAll(inner, "");
  }, output);
}
