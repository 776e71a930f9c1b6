import { describe, expect, test } from "vitest";
import { memorySink } from "../support/source/engine/events.ts";
import type { WafOptions } from "../support/source/engine/options.ts";
import type { RequestData } from "../support/source/request/model.ts";
import { CUSTOM, get, LIMITS, type Members, rule, ruleset, wafOf } from "./waf-support.ts";

// Evaluations are pooled: whatever the rules did to one request, the next one is judged as by a firewall that has seen
// none. Each row has a rule that only the first request matches; the rules after it show what the second one is like.

const FIRST = { expression: 'http.request.uri.path eq "/first"' };
const did = (action: string, action_parameters?: Members, members: Members = {}) =>
  rule("first", { action, ...(action_parameters && { action_parameters }), ...FIRST, ...members });

const ECHOES = [
  'http.request.uri.path eq "/second"',
  'http.request.uri.query eq "q=2"',
  'any(http.request.headers["x-a"][*] eq "own")',
  'len(http.request.headers["x-new"]) gt 0',
  'wirewall.scores["s"] ge 1',
  'any(http.request.uri.args.values[*] eq "2")',
];

interface Row {
  readonly what: string;
  readonly rulesets: readonly Members[];
  readonly options?: WafOptions;
}

const inPhase = (phase: string, first: Members): readonly Members[] => [
  ruleset("own", [first], { phase }),
  ruleset(
    "later",
    [...ECHOES].map((expression, at) => rule(`echo-${at}`, { expression })),
    {
      phase: "http_request_firewall_managed",
    },
  ),
];

const rows: readonly Row[] = [
  { what: "a block", rulesets: inPhase(CUSTOM, did("block")) },
  { what: "an allow", rulesets: inPhase(CUSTOM, did("allow")) },
  { what: "a challenge", rulesets: inPhase(CUSTOM, did("challenge")) },
  { what: "a log", rulesets: inPhase(CUSTOM, did("log")) },
  { what: "a score", rulesets: inPhase(CUSTOM, did("score", { name: "s", increment: 7 })) },
  { what: "what would have ended it", rulesets: inPhase(CUSTOM, did("block")), options: { mode: "observe" } },
  {
    what: "a skip of a phase",
    rulesets: inPhase(CUSTOM, did("skip", { phases: ["http_request_firewall_managed"] })),
  },
  { what: "a skip of rules", rulesets: inPhase(CUSTOM, did("skip", { rules: { later: ["echo-0"] } })) },
  {
    what: "an exception to one argument",
    rulesets: inPhase(
      CUSTOM,
      did("skip", { rules: { later: ["echo-0"] }, targets: [{ field: "http.request.uri.args" }] }),
    ),
  },
  { what: "a skip of products", rulesets: inPhase(CUSTOM, did("skip", { products: ["bic"] })) },
  {
    what: "a path rewritten",
    rulesets: inPhase("http_request_transform", did("rewrite", { uri: { path: { value: "/other" } } })),
  },
  {
    what: "a query rewritten",
    rulesets: inPhase("http_request_transform", did("rewrite", { uri: { query: { value: "q=9" } } })),
  },
  {
    what: "headers rewritten",
    rulesets: inPhase(
      "http_request_late_transform",
      did("rewrite", {
        headers: { "x-a": { operation: "set", value: "other" }, "x-new": { operation: "add", value: "1" } },
      }),
    ),
  },
  {
    what: "a response's headers rewritten",
    rulesets: inPhase(
      "http_response_headers_transform",
      did("rewrite", { headers: { "x-b": { operation: "set", value: "other" } } }),
    ),
  },
  {
    what: "another origin",
    rulesets: inPhase("http_request_origin", did("route", { origin: { host: "b.example" } })),
  },
  { what: "settings", rulesets: inPhase("http_config_settings", did("set_config", { bic: true })) },
  {
    what: "fields for the log",
    rulesets: inPhase(
      "http_log_custom_fields",
      did("log_custom_field", { request_fields: [{ name: "x-a" }] }),
    ),
  },
  {
    what: "a redirect",
    rulesets: inPhase(
      "http_request_dynamic_redirect",
      did("redirect", { from_value: { target_url: { value: "https://b.example/" } } }),
    ),
  },
  {
    what: "a rate limit",
    rulesets: inPhase(
      LIMITS,
      did("block", undefined, {
        ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 1 },
      }),
    ),
  },
];

const RESPONSE = { status: 200, headers: { "X-B": "1" }, body: "site" };
const FIRST_REQUEST = get("/first?q=1", { headers: { "X-A": "first", Cookie: "c=1" }, response: RESPONSE });
const SECOND_REQUEST = get("/second?q=2", { headers: { "X-A": "own" }, response: RESPONSE });

/** With an event for each match, also of rules that only skip. */
function logged(set: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const rules = set["rules"] as readonly object[];
  return { ...set, rules: rules.map((each) => ({ ...each, logging: { enabled: true } })) };
}

/** What the firewall decides about the last of these exchanges, and the event of it. */
function last(row: Row, requests: readonly RequestData[]) {
  const sink = memorySink();
  const waf = wafOf(row.rulesets.map(logged), { random: () => "01234567", events: [sink], ...row.options });
  const exchanges = requests.map((request) => waf.evaluateExchangeSync(request));
  return { exchange: exchanges.at(-1), event: sink.events.at(-1) };
}

describe("after a request that met with", () => {
  test.each(rows)("$what", (row) => {
    const { event: first } = last(row, [FIRST_REQUEST, FIRST_REQUEST]);
    expect(first?.matches.map(({ rule: { ref } }) => ref)).toContain("first");
    const after = last(row, [FIRST_REQUEST, FIRST_REQUEST, SECOND_REQUEST]);
    expect(after).toEqual(last(row, [SECOND_REQUEST]));
  });
});
