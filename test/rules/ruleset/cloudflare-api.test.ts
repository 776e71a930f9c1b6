import { describe, expect, test } from "vitest";
import { createWaf, tryCreateWaf } from "../../support/source/engine/firewall.ts";
import { standardScheme } from "../../support/source/index.ts";
import { formatDiagnostic, Source } from "../../support/source/language/diagnostics.ts";
import { loadDocuments } from "../../support/source/rules/load.ts";
import { canonicalJson } from "../../support/source/rules/ruleset.ts";

// What Cloudflare's API answers and takes, by its documentation: which of it loads, what is told of it, and what it decides.

type Documents = Readonly<Record<string, unknown>>;
type Members = Readonly<Record<string, unknown>>;

const VENDOR = "efb7b8c949ac4650a09736fc376e9aee";
const ID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const DATE = "2026-02-03T04:05:06Z";

const answer = (result: unknown, more: Members = {}) => ({
  result,
  success: true,
  errors: [],
  messages: [],
  ...more,
});

/** A rule as the API answers it. */
const rule = (members: Members): Members => ({
  id: "r1",
  ref: "r1",
  version: "1",
  last_updated: DATE,
  enabled: true,
  action: "block",
  expression: "true",
  ...members,
});

const entry = (phase: string, rules: readonly Members[], members: Members = {}): Members => ({
  id: ID,
  name: "default",
  description: "",
  kind: "zone",
  version: "3",
  phase,
  last_updated: DATE,
  rules,
  ...members,
});

/** A body that is sent to the API: nothing in it has an id. */
const body = (phase: string, rules: readonly Members[], members: Members = {}): Members => ({
  name: "default",
  kind: "zone",
  phase,
  rules,
  ...members,
});

const CUSTOM = "http_request_firewall_custom";

function load(documents: Documents) {
  return loadDocuments(
    Object.entries(documents).map(([name, value]) => new Source(JSON.stringify(value), name)),
    { scheme: standardScheme() },
  );
}

/** The outcome, and what is told, by code and pointer. */
function outcomeOf(documents: Documents) {
  const result = load(documents);
  const told = (result.ok ? result.warnings : result.errors).map(
    ({ code, pointer = "" }) => `${code} ${pointer}`,
  );
  return { ok: result.ok, told };
}

/** With what a firewall of the documents says, which has all lists. */
function wholeOutcomeOf(documents: Documents) {
  const result = load(documents);
  if (!result.ok) return outcomeOf(documents);
  const made = tryCreateWaf(result.value);
  const whole = [...result.warnings, ...(made.ok ? made.warnings : made.errors)];
  return {
    ok: made.ok,
    told: [...new Set(whole.map(({ code, pointer = "" }) => `${code} ${pointer}`))],
  };
}

/**
 * The firewall of the documents. It is the same when the configuration is written out and read again, as a text and as
 * plain data: what is an import stays one.
 */
function wafOf(documents: Documents) {
  const result = load(documents);
  if (!result.ok) throw new Error(result.errors.map(formatDiagnostic).join("\n"));
  const text = canonicalJson(result.value);
  const again = load({ "again.json": JSON.parse(text) });
  if (!again.ok) throw new Error(again.errors.map(formatDiagnostic).join("\n"));
  expect(canonicalJson(again.value)).toBe(text);
  for (const configuration of [JSON.parse(text), again.value, structuredClone(result.value)]) {
    const made = tryCreateWaf(configuration);
    if (!made.ok) throw new Error(made.errors.map(formatDiagnostic).join("\n"));
  }
  return createWaf(result.value);
}

const actionAt = (documents: Documents, url: string) => {
  const decision = wafOf(documents).evaluateSync({ url, remoteAddress: "192.0.2.1" });
  return decision.action === "redirect" ? `${decision.status} ${decision.location}` : decision.action;
};

describe("request bodies name no rule", () => {
  const twice = { action: "block", expression: 'http.host eq "a.example"' };
  const refsOf = (rules: readonly Members[]) => {
    const result = load({ "b.json": body(CUSTOM, rules) });
    if (!result.ok) throw new Error(result.errors.map(formatDiagnostic).join("\n"));
    return result.value.rulesets.flatMap((ruleset) => ruleset.rules.map(({ ref }) => ref));
  };

  test("content names a rule, and inserting another does not rename it", () => {
    const [first] = refsOf([twice]);
    const other = { action: "log", expression: "true" };
    expect(first).toMatch(/^content-[0-9a-f]{8}$/);
    expect(refsOf([other, twice])[1]).toBe(first);
    expect(refsOf([{ ...twice, enabled: false }])).toEqual([first]);
  });

  test("equal rules are numbered, and parameters count as content", () => {
    const [first, second, third] = refsOf([twice, twice, { ...twice, id: "", ref: "" }]);
    expect([second, third]).toEqual([`${first}-2`, `${first}-3`]);
    const response = { status_code: 410, content: "gone", content_type: "text/plain" };
    expect(new Set(refsOf([twice, { ...twice, action_parameters: { response } }])).size).toBe(2);
    const taken = { ...twice, ref: String(first) };
    expect(refsOf([twice, taken])).toEqual([`${first}-2`, first]);
  });

  test("entry points of one name in several files", () => {
    const limit = { characteristics: ["ip.src"], period: 60, requests_per_period: 9 };
    const documents = {
      "a.json": body(CUSTOM, [twice]),
      "b.json": body("http_ratelimit", [{ ...twice, ratelimit: limit }]),
      "c.json": body(CUSTOM, [twice], { kind: "root" }),
    };
    const result = load(documents);
    expect(result.ok && result.value.rulesets.map(({ id }) => id)).toEqual([
      CUSTOM,
      "http_ratelimit",
      `account-${CUSTOM}`,
    ]);
    expect(actionAt(documents, "https://a.example/")).toBe("block");
  });
});

describe("a ruleset or list that stands outside", () => {
  const execute = (id: string, members: Members = {}) => ({
    action: "execute",
    expression: "true",
    action_parameters: { id },
    ...members,
  });
  const skip = (parameters: Members, members: Members = {}) => ({
    action: "skip",
    expression: "true",
    action_parameters: parameters,
    ...members,
  });
  const managed = "http_request_firewall_managed";
  const own = { id: "own-rules", name: "own", kind: "custom", phase: managed, rules: [] };
  const NATIVE = { ref: "r" };
  const bulk = "http_request_redirect";
  const fromList = (name: string, members: Members = {}) => ({
    action: "redirect",
    expression: "true",
    action_parameters: { from_list: { name, key: "http.request.full_uri" } },
    ...members,
  });
  const redirects = {
    name: "moved",
    kind: "redirect",
    items: [{ redirect: { source_url: "b.example/x", target_url: "/y" } }],
  };
  test.each<[name: string, documents: Documents, told: readonly string[], ok?: boolean]>([
    [
      "an answer executes it",
      { "a.json": answer(entry(managed, [rule(execute("anything"))])) },
      ["W_EXECUTE_TARGET /result/rules/0/action_parameters/id"],
    ],
    [
      "a request body executes it",
      { "a.json": body(managed, [execute("anything")]) },
      ["W_EXECUTE_TARGET /rules/0/action_parameters/id"],
    ],
    [
      "a native document executes Cloudflare's",
      { "a.json": body(managed, [execute(VENDOR, NATIVE)]) },
      ["W_EXECUTE_TARGET /rules/0/action_parameters/id"],
    ],
    [
      "a native document skips Cloudflare's",
      { "a.json": body(managed, [skip({ rulesets: [VENDOR] }, NATIVE)]) },
      ["W_SKIP_TARGET /rules/0/action_parameters/rulesets/0"],
    ],
    [
      "a native document skips rules of Cloudflare's",
      { "a.json": body(managed, [skip({ rules: { [VENDOR]: ["x"] } }, NATIVE)]) },
      [`W_SKIP_TARGET /rules/0/action_parameters/rules/${VENDOR}`],
    ],
    [
      "a native document misspells its own",
      { "a.json": body(managed, [execute("own-rule", NATIVE)]), "b.json": own },
      ["E_EXECUTE_TARGET /rules/0/action_parameters/id"],
      false,
    ],
    [
      "a request body misspells its own",
      { "a.json": body(managed, [execute("own-rule")]), "b.json": own },
      ["E_EXECUTE_TARGET /rules/0/action_parameters/id"],
      false,
    ],
    [
      "a native document misspells the id that its own has from Cloudflare",
      { "a.json": body(managed, [execute(`${ID.slice(0, -1)}1`, NATIVE)]), "b.json": { ...own, id: ID } },
      ["E_EXECUTE_TARGET /rules/0/action_parameters/id"],
      false,
    ],
    [
      "a native document names a list of Cloudflare's",
      { "a.json": body(CUSTOM, [{ ...NATIVE, action: "block", expression: "ip.src in $cf.malware" }]) },
      ["W_LIST_UNKNOWN /rules/0/expression"],
    ],
    [
      "a native document misspells a list of Cloudflare's",
      { "a.json": body(CUSTOM, [{ ...NATIVE, action: "block", expression: "ip.src in $cf.malwar" }]) },
      ["E_LIST_UNKNOWN /rules/0/expression"],
      false,
    ],
    [
      "a request body names a list",
      { "a.json": body(CUSTOM, [{ action: "block", expression: "ip.src in $office" }]) },
      ["W_LIST_UNKNOWN /rules/0/expression"],
    ],
    [
      "a request body misspells a list of its own",
      {
        "a.json": {
          ...body(CUSTOM, [{ action: "block", expression: "ip.src in $ofice" }]),
          lists: { office: ["10.0.0.1"] },
        },
      },
      ["E_LIST_UNKNOWN /rules/0/expression"],
      false,
    ],
    [
      "an answer redirects by a list",
      { "a.json": answer(entry(bulk, [rule(fromList("moved"))])) },
      ["W_LIST_UNKNOWN /result/rules/0/action_parameters/from_list/name"],
    ],
    [
      "a request body redirects by a list",
      { "a.json": body(bulk, [fromList("moved")]) },
      ["W_LIST_UNKNOWN /rules/0/action_parameters/from_list/name"],
    ],
    [
      "a Terraform document redirects by a list",
      {
        "a.tf.json": {
          resource: {
            cloudflare_ruleset: { r: { kind: "root", phase: bulk, name: "r", rules: [fromList("moved")] } },
          },
        },
      },
      ["W_LIST_UNKNOWN /resource/cloudflare_ruleset/r/rules/0/action_parameters/from_list/name"],
    ],
    [
      "a native document redirects by a list",
      { "a.json": body(bulk, [fromList("moved", NATIVE)]) },
      ["E_LIST_UNKNOWN /rules/0/action_parameters/from_list/name"],
      false,
    ],
    [
      "a request body misspells a list to redirect by",
      { "a.json": body(bulk, [fromList("move")]), "b.json": redirects },
      ["E_LIST_UNKNOWN /rules/0/action_parameters/from_list/name"],
      false,
    ],
    [
      "a list to redirect by is none of redirects",
      { "a.json": body(bulk, [fromList("office")]), "b.json": { lists: { office: ["10.0.0.1"] } } },
      ["E_LIST_KIND /rules/0/action_parameters/from_list/name"],
      false,
    ],
    [
      "a list to redirect by has no items",
      {
        "a.json": answer(entry(bulk, [rule(fromList("moved"))])),
        "b.json": answer([{ id: ID, name: "moved", kind: "redirect", num_items: 2 }]),
      },
      ["W_IMPORT /result/0"],
    ],
    [
      "a rule that redirects in a phase that only Cloudflare has",
      { "a.json": answer(entry("http_request_cache_settings", [rule(fromList("moved"))])) },
      ["W_ACTION_CARRIED /result/rules/0/action"],
    ],
  ])("%s", (_name, documents, told, ok = true) => {
    expect(wholeOutcomeOf(documents)).toEqual({ ok, told });
    if (ok) expect(actionAt(documents, "https://a.example/")).toBe("allow");
  });

  test("the list may come later where references may", () => {
    const sources = [new Source(JSON.stringify(body(bulk, [fromList("moved", NATIVE)])), "a.json")];
    const late = loadDocuments(sources, { scheme: standardScheme(), references: "late" });
    expect(late.ok && late.warnings).toEqual([]);
    const made = late.ok ? tryCreateWaf(late.value, { references: "late" }) : late;
    expect(made.ok && made.warnings.map(({ code }) => code)).toEqual(["W_LIST_UNKNOWN"]);
    expect(loadDocuments(sources).ok).toBe(true);
  });
});

describe("answers of every shape", () => {
  const list = (members: Members = {}) => ({
    id: ID,
    name: "office",
    kind: "ip",
    num_items: 3,
    created_on: DATE,
    ...members,
  });
  const blocks = answer(entry(CUSTOM, [rule({ expression: "ip.src in $office" })]));
  const page = (ip: string, after = "") =>
    answer([{ id: ip, ip, created_on: DATE }], { result_info: { cursors: { after } } });
  const skipsOf = (parameters: Members) => ({
    "a.json": answer(entry(CUSTOM, [rule({ action: "skip", action_parameters: parameters })])),
  });
  test.each<[name: string, documents: Documents, told: readonly string[], action?: string]>([
    [
      "pages of a list",
      {
        "a.json": blocks,
        "l.json": answer([list()]),
        [`${ID}.items.json`]: page("10.0.0.1", "x"),
        [`${ID}.items-1.json`]: page("10.0.0.2", "y"),
        [`${ID}.items-10.json`]: page("192.0.2.1"),
        [`${ID}.items-9.json`]: page("10.0.0.3", "z"),
      },
      [],
      "block",
    ],
    [
      "pages with numbers alone",
      {
        "a.json": blocks,
        "l.json": answer([list()]),
        [`${ID}.json`]: page("10.0.0.1", "x"),
        [`${ID}-2.json`]: page("192.0.2.1"),
        [`${ID}-1.json`]: page("10.0.0.2", "y"),
      },
      [],
      "block",
    ],
    [
      "pages in one file behind their list",
      { "a.json": blocks, "l.json": [answer(list()), page("10.0.0.1", "x"), page("192.0.2.1")] },
      [],
      "block",
    ],
    [
      "a page is missing",
      { "a.json": blocks, "l.json": answer([list()]), "office.items.json": page("192.0.2.1", "x") },
      ["W_IMPORT /result/0"],
      "block",
    ],
    [
      "an empty list",
      { "a.json": blocks, "l.json": answer([list({ num_items: 0 })]), [`${ID}.items.json`]: answer([]) },
      [],
    ],
    ["a list whose items nothing asks for", { "l.json": answer([list()]) }, []],
    [
      "a list whose items a rule asks for",
      { "a.json": blocks, "l.json": answer([list()]) },
      ["W_IMPORT /result/0"],
    ],
    ["a list as it is created", { "l.json": { name: "office", kind: "ip", description: "" } }, []],
    [
      "items as they are created",
      { "a.json": blocks, "office.json": [{ ip: "192.0.2.1", comment: "" }] },
      [],
      "block",
    ],
    ["an answer of nothing", { "a.json": answer([]) }, ["W_IMPORT /result"]],
    [
      "a listing beside its rulesets",
      {
        "all.json": answer([{ ...entry(CUSTOM, []), rules: undefined }]),
        "a.json": answer(entry(CUSTOM, [rule({})])),
      },
      [],
      "block",
    ],
    [
      "a listing of more than there is, and of Cloudflare's",
      {
        "all.json": answer([
          { id: ID, kind: "zone", phase: CUSTOM },
          { id: "other", kind: "custom", phase: CUSTOM },
          { id: VENDOR, kind: "managed", phase: "http_request_firewall_managed" },
        ]),
        "a.json": answer(entry(CUSTOM, [rule({})])),
      },
      ["W_IMPORT /result/1"],
      "block",
    ],
    [
      "a ruleset of Cloudflare's, whose rules have no expressions",
      {
        "m.json": answer(
          entry(
            "http_request_firewall_managed",
            [{ id: "x", version: "1", action: "block", categories: ["a"] }],
            {
              id: VENDOR,
              kind: "managed",
            },
          ),
        ),
      },
      ["W_IMPORT /result"],
    ],
    [
      "empty texts and nulls for what is not there",
      {
        "a.json": answer(
          entry(CUSTOM, [
            rule({ ref: "", description: null, categories: null, logging: null, action_parameters: null }),
          ]),
        ),
      },
      [],
      "block",
    ],
    [
      "empty lists of what is skipped",
      skipsOf({ rules: { [VENDOR]: [] }, products: [] }),
      [
        `W_SKIP_TARGET /result/rules/0/action_parameters/rules/${VENDOR}`,
        `W_SKIP_TARGET /result/rules/0/action_parameters/rules/${VENDOR}`,
        "W_SKIP_TARGET /result/rules/0/action_parameters/products",
      ],
    ],
    [
      "an empty `mitigation_expression`",
      {
        "a.json": answer(
          entry("http_ratelimit", [
            rule({
              ratelimit: {
                characteristics: ["cf.colo.id", "ip.src"],
                period: 60,
                requests_per_period: 1000,
                mitigation_timeout: 60,
                mitigation_expression: "",
              },
            }),
          ]),
        ),
      },
      [],
    ],
    [
      "fields of the log by their names",
      {
        "a.json": body("http_log_custom_fields", [
          {
            action: "log_custom_field",
            expression: "true",
            action_parameters: { cookie_fields: ["session"] },
          },
        ]),
      },
      [],
    ],
    [
      "a condition that is true",
      { "a.json": body(CUSTOM, [{ action: "block", expression: true }]) },
      [],
      "block",
    ],
  ])("%s", (_name, documents, told, action = "allow") => {
    expect(outcomeOf(documents)).toEqual({ ok: true, told });
    expect(actionAt(documents, "https://a.example/")).toBe(action);
  });

  test.each<[name: string, document: unknown, message: RegExp]>([
    [
      "a failure, in the words of the API",
      {
        result: null,
        success: false,
        errors: [{ code: 10000, message: "Authentication error" }],
        messages: [],
      },
      /reports a failure.*: 10000 Authentication error/,
    ],
    [
      "a failure without a result",
      { success: false, errors: [{ code: 7003, message: "no route" }] },
      /7003 no route/,
    ],
    ["an answer without a result", answer(null), /contains no ruleset/],
    ["what nobody knows", answer({ widgets: 1 }), /neither a ruleset nor a list: it has `widgets`/],
    ["several of what nobody knows", answer([{ widgets: 1 }]), /neither a ruleset nor a list/],
  ])("%s is refused", (_name, document, message) => {
    const result = load({ "x.json": document });
    expect(result.ok ? [] : result.errors.map((error) => error.message)).toEqual([
      expect.stringMatching(message),
    ]);
  });
});

test("what only Cloudflare can compute, and where actions belong, is told with what to write", () => {
  const hintOf = (one: Members) => {
    const result = load({ "a.json": { rules: [one] } });
    return result.ok ? "" : result.errors[0]?.hint;
  };
  expect(hintOf({ action: "block", expression: 'not is_jwt_valid("a")' })).toMatch(
    /has_key\(http\.request\.jwt/,
  );
  expect(hintOf({ action: "block", expression: 'is_jwt_present("a")' })).toMatch(/"authorization"/);
  expect(hintOf({ action: "block", expression: "is_jwt_vlid()" })).toBeUndefined();
  const route = { action: "route", expression: "true", action_parameters: { host_header: "a.example" } };
  expect(hintOf(route)).toBe("set the `phase` of the ruleset to `http_request_origin`");
});

describe("what is no ruleset is refused by its name", () => {
  const lockdown = {
    urls: ["a.example/admin*"],
    configurations: [{ target: "ip", value: "192.0.2.9" }],
    paused: false,
  };
  const access = { mode: "block", configuration: { target: "country", value: "AQ" }, notes: "" };
  const page = {
    targets: [{ target: "url", constraint: { operator: "matches", value: "*a.example/old/*" } }],
    actions: [{ id: "forwarding_url", value: { url: "https://a.example/$1", status_code: 301 } }],
    priority: 1,
    status: "active",
  };
  const limit = {
    match: { request: { methods: ["POST"], schemes: ["_ALL_"], url: "a.example/login" }, response: {} },
    threshold: 5,
    period: 60,
    action: { mode: "ban", timeout: 600 },
  };
  test.each<[name: string, value: Members, said: string, hint: string]>([
    [
      "a firewall rule",
      { action: "block", filter: { expression: "ssl" } },
      "firewall rule of the older API",
      '{"action":"block","expression":"ssl"}',
    ],
    [
      "one that simulates",
      { action: "simulate", filter: { expression: "ssl" } },
      "firewall rule",
      '{"action":"log","expression":"ssl"}',
    ],
    [
      "one that bypasses",
      { action: "bypass", products: ["waf"], filter: { expression: "ssl" } },
      "firewall rule",
      '"action_parameters":{"products":["waf"]}',
    ],
    [
      "one whose filter is elsewhere",
      { action: "block", filter: { id: "f" } },
      "firewall rule",
      '"expression":"…"',
    ],
    [
      "one that bypasses nothing",
      { action: "bypass", filter: { expression: "ssl" } },
      "firewall rule",
      '"action_parameters":{"products":[]}',
    ],
    [
      "one with an action that nobody knows",
      { action: "tickle", filter: { expression: 5 } },
      "firewall rule",
      '{"action":"tickle","expression":"…"}',
    ],
    ["a filter", { id: "f", expression: "ssl", paused: false }, "filter of the older API", "write a rule"],
    ["a page rule whose actions are none", { ...page, actions: [5, { id: "x" }] }, "page rule", "set_config"],
    [
      "a zone lockdown of several places",
      {
        urls: ["https://a.example/x", "b.example/*", 5],
        configurations: ["x", { value: 5 }, { target: "ip", value: "192.0.2.9" }],
      },
      "zone lockdown rule",
      '(http.request.full_uri wildcard \\"https://a.example/x\\" or http.request.full_uri wildcard \\"*://b.example/*\\") and not ip.src in {192.0.2.9}',
    ],
    [
      "an IP access rule for what nobody knows",
      { mode: "tickle", configuration: { target: "moon", value: "x" } },
      "IP access rule",
      '{"action":"tickle","expression":"…"}',
    ],
    [
      "an IP access rule for no text",
      { mode: "challenge", configuration: { target: "ip", value: 5 } },
      "IP access rule",
      '{"action":"challenge","expression":"…"}',
    ],
    ...[
      ["ip", "192.0.2.1", "ip.src eq 192.0.2.1"],
      ["ip6", "2001:db8::1", "ip.src eq 2001:db8::1"],
      ["asn", "AS64496", "ip.src.asnum eq 64496"],
    ].map(([target, value, text]): [string, Members, string, string] => [
      `an IP access rule for ${target}`,
      { mode: "block", configuration: { target, value } },
      "IP access rule",
      `"expression":"${text}"`,
    ]),
    [
      "a rate limit of everything",
      { match: 5, threshold: 5, period: 60, action: "x" },
      "rate limit of the older API",
      '{"action":"block","expression":"true","ratelimit":{"characteristics":["ip.src"],"period":60,"requests_per_period":5}}',
    ],
    [
      "a rate limit of all methods",
      {
        match: { request: { url: "*", methods: ["_ALL_"] } },
        threshold: 5,
        period: 60,
        action: { mode: "simulate" },
      },
      "rate limit of the older API",
      '{"action":"log","expression":"true"',
    ],
    [
      "a rate limit of a pattern",
      { match: { request: { url_pattern: "a.example/*", methods: "POST" } }, threshold: 5, period: 60 },
      "rate limit of the older API",
      'http.request.full_uri wildcard \\"*://a.example/*\\"',
    ],
    [
      "a rate limit of methods alone",
      { match: { request: { methods: ["GET", "PUT"] } }, threshold: 5, period: 60 },
      "rate limit of the older API",
      'http.request.method in {\\"GET\\" \\"PUT\\"}',
    ],
    ["a page rule", page, "page rule", "http_request_dynamic_redirect"],
    [
      "a page rule for the cache",
      { ...page, actions: [{ id: "cache_level", value: "bypass" }] },
      "page rule",
      "set_config",
    ],
    [
      "a zone lockdown",
      lockdown,
      "zone lockdown rule",
      'http.request.full_uri wildcard \\"*://a.example/admin*\\" and not ip.src in {192.0.2.9}',
    ],
    [
      "a user-agent rule",
      { mode: "block", configuration: { target: "ua", value: "Bot/1" } },
      "user-agent rule",
      'http.user_agent eq \\"Bot/1\\"',
    ],
    ["an IP access rule", access, "IP access rule", 'ip.src.country eq \\"AQ\\"'],
    [
      "an IP access rule for a network",
      { mode: "whitelist", configuration: { target: "ip_range", value: "10.0.0.0/8" } },
      "IP access rule",
      '{"action":"allow","expression":"ip.src in {10.0.0.0/8}"}',
    ],
    [
      "a rate limit",
      limit,
      "rate limit of the older API",
      '"period":60,"requests_per_period":5,"mitigation_timeout":600',
    ],
    [
      "a snippet rule",
      { expression: "true", snippet_name: "s", enabled: true },
      "snippet rule",
      "leave them out",
    ],
    [
      "a waiting-room rule",
      { action: "bypass_waiting_room", expression: "true" },
      "waiting-room rule",
      "leave it out",
    ],
    [
      "managed transforms",
      { managed_request_headers: [], managed_response_headers: [] },
      "managed transforms",
      "rewrite",
    ],
    [
      "a Cloud Connector rule",
      { provider: "aws_s3", expression: "true", parameters: { host: "b.example" } },
      "Cloud Connector rule",
      "route",
    ],
    [
      "a page shield policy",
      { action: "log", expression: "true", value: "script-src 'self'", enabled: true },
      "page shield policy",
      "Content-Security-Policy",
    ],
    [
      "a token validation rule",
      { action: "block", expression: "is_jwt_valid()", selector: {}, title: "t" },
      "token validation rule",
      "leave it out",
    ],
    ["a rule alone", { action: "block", expression: "true" }, "rule alone", "`phase`"],
  ])("%s", (_name, value, said, hint) => {
    const codes = ["E_IMPORT"];
    for (const document of [answer([value]), answer(value), [value], value]) {
      const result = load({ "x.json": document });
      expect(result.ok ? [] : result.errors.map(({ code }) => code)).toEqual(codes);
      const [error] = result.ok ? [] : result.errors;
      expect([error?.message, error?.hint]).toEqual([
        expect.stringContaining(said),
        expect.stringContaining(hint),
      ]);
    }
  });

  test("rules of another product in a ruleset's place", () => {
    const document = { rules: [{ expression: "true", snippet_name: "s" }] };
    expect(outcomeOf({ "x.json": document })).toEqual({ ok: false, told: ["E_IMPORT /rules"] });
    const waiting = body(CUSTOM, [{ action: "bypass_waiting_room", expression: "true" }]);
    expect(outcomeOf({ "x.json": waiting })).toEqual({
      ok: false,
      told: ["E_ACTION_UNKNOWN /rules/0/action"],
    });
  });
});

describe("phases that are kept and not executed", () => {
  test.each<[phase: string, action: string, parameters: Members | undefined, expression?: string]>([
    ["ddos_l4", "execute", { id: VENDOR }, "ip.dst in {192.0.2.0/24}"],
    ["magic_transit", "block", undefined, "ip.dst in {192.0.2.0/24} and tcp.dstport in {80 443}"],
    ["magic_transit", "skip", { ruleset: "current" }, 'ip.proto eq "udp"'],
    ["magic_transit_managed", "execute", { id: VENDOR }],
    ["magic_transit_ratelimit", "block", undefined, "icmp"],
    ["magic_transit_ids_managed", "execute", { id: VENDOR }],
    ["ddos_l7", "execute", { id: VENDOR, overrides: { sensitivity_level: "low" } }],
    [
      "http_request_cache_settings",
      "set_cache_settings",
      { cache: true, edge_ttl: { mode: "respect_origin" } },
    ],
    ["http_response_cache_settings", "set_cache_settings", { strip_etags: true }],
    ["http_response_cache_settings", "set_cache_control", { "max-age": { operation: "set", value: 60 } }],
    [
      "http_response_cache_settings",
      "set_cache_tags",
      { operation: "set", values: ["a"] },
      'http.request.uri.path.no_such eq "a"',
    ],
    ["http_response_compression", "compress_response", { algorithms: [{ name: "zstd" }, { name: "auto" }] }],
    ["http_request_snippets", "run_snippet", { name: "a" }],
    ["http_request_cloud_connector", "connect", { provider: "aws_s3" }],
    ["http_request_api_gateway_early", "block", undefined],
    ["http_request_api_gateway_late", "log", undefined],
    ["a_phase_of_tomorrow", "do_something", { deep: { er: 1 } }],
  ])("%s: %s", (phase, action, parameters, expression = "true") => {
    const one = rule({
      action,
      expression,
      ...(parameters === undefined ? {} : { action_parameters: parameters }),
    });
    const documents = { "a.json": answer(entry(phase, [one])) };
    const { ok, told } = outcomeOf(documents);
    expect([ok, told.every((line) => line.startsWith("W_")), told.length > 0]).toEqual([true, true, true]);
    expect(actionAt(documents, "https://a.example/")).toBe("allow");
  });

  test("a mistake in the grammar is one all the same", () => {
    const one = rule({ expression: "ip.dst in {192.0.2.0/24" });
    expect(outcomeOf({ "a.json": answer(entry("magic_transit", [one])) }).ok).toBe(false);
  });

  test("a native rule names what the engine knows", () => {
    const packet = { ref: "r", action: "block", expression: "tcp.dstport eq 80" };
    expect(outcomeOf({ "a.json": body("magic_transit", [packet]) }).ok).toBe(true);
    const unknown = { ...packet, expression: "tcp.dsport eq 80" };
    expect(outcomeOf({ "a.json": body("magic_transit", [unknown]) }).ok).toBe(false);
    expect(outcomeOf({ "a.json": body("a_phase_of_tomorrow", [packet]) }).ok).toBe(false);
  });
});

describe("bulk redirects", () => {
  const rules = [
    rule({
      action: "redirect",
      expression: "http.request.full_uri in $moved",
      action_parameters: { from_list: { name: "moved", key: "http.request.full_uri" } },
    }),
  ];
  const target = "https://b.example/new";
  const listed = (...redirects: readonly Members[]) =>
    redirects.map((redirect, at) => ({ id: `i${at}`, redirect: { target_url: target, ...redirect } }));
  const exported = (...redirects: readonly Members[]) => ({
    "r.json": answer(entry("http_request_redirect", rules, { kind: "root" })),
    "l.json": answer([{ id: ID, name: "moved", kind: "redirect", num_items: redirects.length }]),
    [`${ID}.items.json`]: answer(listed(...redirects)),
  });
  const native = (...redirects: readonly Members[]) => ({
    "r.json": {
      ...body("http_request_redirect", rules, { kind: "root" }),
      lists: { moved: { kind: "redirect", items: listed(...redirects) } },
    },
  });
  test.each<[name: string, item: Members, url: string, action: string]>([
    ["the address", { source_url: "a.example/x" }, "https://a.example/x", `301 ${target}`],
    ["another path", { source_url: "a.example/x" }, "https://a.example/y", "allow"],
    ["a query does not matter", { source_url: "a.example/x" }, "https://a.example/x?q=1", `301 ${target}`],
    ["a port does not matter", { source_url: "a.example/x" }, "http://a.example:8080/x", `301 ${target}`],
    ["the status", { source_url: "a.example/x", status_code: 308 }, "https://a.example/x", `308 ${target}`],
    ["one scheme", { source_url: "https://a.example/x" }, "http://a.example/x", "allow"],
    [
      "subdomains",
      { source_url: "a.example/x", include_subdomains: true },
      "https://m.a.example/x",
      `301 ${target}`,
    ],
    ["no subdomains", { source_url: "a.example/x" }, "https://m.a.example/x", "allow"],
    [
      "paths below",
      { source_url: "a.example/x", subpath_matching: true },
      "https://a.example/x/y",
      `301 ${target}/y`,
    ],
    [
      "paths below, without the rest",
      { source_url: "a.example/x", subpath_matching: true, preserve_path_suffix: false },
      "https://a.example/x/y",
      `301 ${target}`,
    ],
    ["no paths below", { source_url: "a.example/x" }, "https://a.example/x/y", "allow"],
    [
      "the query is kept",
      { source_url: "a.example/x", preserve_query_string: true },
      "https://a.example/x?q=1",
      `301 ${target}?q=1`,
    ],
  ])("%s", (_name, item, url, action) => {
    for (const documents of [exported(item), native(item)]) {
      expect(outcomeOf(documents)).toEqual({ ok: true, told: [] });
      expect(actionAt(documents, url)).toBe(action);
    }
  });

  test("an address that no item has leaves the rule unmatched", () => {
    const waf = wafOf(exported({ source_url: "a.example/x" }));
    expect(waf.evaluateSync({ url: "https://a.example/y" }).matches).toEqual([]);
  });

  test("a list of redirects holds addresses, not numbers", () => {
    const one = rule({ expression: "ip.src in $moved" });
    const documents = {
      ...exported({ source_url: "a.example/x" }),
      "c.json": answer(entry(CUSTOM, [one], { id: "c" })),
    };
    expect(outcomeOf(documents).told).toEqual(["E_LIST_KIND /result/rules/0/expression"]);
  });
});

describe("values of headers", () => {
  const setting = (expression: string) => ({
    "a.json": body("http_request_late_transform", [
      {
        action: "rewrite",
        expression: "true",
        action_parameters: { headers: { "X-A": { operation: "set", expression } } },
      },
    ]),
  });
  test.each<[expression: string, remoteAddress: string, text: string]>([
    ["ip.src", "192.0.2.7", "192.0.2.7"],
    ["ip.src", "2001:DB8:0:0::7", "2001:db8::7"],
    ["len(http.host)", "192.0.2.7", "9"],
    ["ssl", "192.0.2.7", "true"],
    ['http.host eq "b"', "192.0.2.7", "false"],
    ["http.host", "192.0.2.7", "a.example"],
  ])("%s from %s is sent as %s", (expression, remoteAddress, value) => {
    const { changes } = wafOf(setting(expression)).evaluateSync({ url: "https://a.example/", remoteAddress });
    expect(changes.requestHeaders).toEqual([{ operation: "set", name: "X-A", value }]);
  });

  test.each(["http.request.headers", "http.request.headers.names"])("%s has no text", (expression) => {
    expect(outcomeOf(setting(expression))).toEqual({
      ok: false,
      told: ["E_TYPE_MISMATCH /rules/0/action_parameters/headers/X-A/expression"],
    });
  });
});
