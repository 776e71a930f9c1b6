import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  OWN_ACTIONS,
  OWN_LIMIT_MEMBERS,
  OWN_PHASES,
  OWN_RULE_MEMBERS,
  OWN_RULESET_MEMBERS,
  PLACE_MEMBERS,
  SENT_ACTIONS,
  SENT_LIMIT_MEMBERS,
  SENT_RULE_MEMBERS,
  SENT_RULESET_MEMBERS,
  SERVER_MEMBERS,
  toCloudflare,
} from "../../support/source/rules/export.ts";
import { loadObject } from "../../support/source/rules/load.ts";
import {
  rateLimitShape,
  ruleMembers,
  rulesetMembers,
  standardActions,
} from "../../support/source/rules/ruleset.ts";

const CUSTOM = "http_request_firewall_custom";
const VENDOR = "efb7b8c949ac4650a09736fc376e9aee";

function exported(document: unknown) {
  const loaded = loadObject(document);
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join("\n"));
  return toCloudflare(loaded.value);
}

function rule(members: Record<string, unknown> = {}) {
  return { ref: "r", action: "block", expression: 'http.host eq "a"', ...members };
}

/** One rule beside one that is always sent. */
function ofRule(members: Record<string, unknown>, phase = CUSTOM, beside: Record<string, unknown> = {}) {
  const limit = { characteristics: ["cf.colo.id", "ip.src"], period: 60, requests_per_period: 9 };
  const plain = rule({ ref: "plain", ...(phase === "http_ratelimit" ? { ratelimit: limit } : {}) });
  const { rulesets, stripped } = exported({
    rulesets: [{ id: "z", kind: "zone", phase, rules: [rule(members), plain] }],
    ...beside,
  });
  const rules = rulesets[0]?.["rules"];
  const sent = Array.isArray(rules) ? rules.find((one) => one.ref !== "plain") : undefined;
  return { sent, stripped };
}

describe("the table of names", () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      "rules",
      Object.keys(ruleMembers),
      [...SENT_RULE_MEMBERS, ...SERVER_MEMBERS, ...Object.keys(OWN_RULE_MEMBERS)],
    ],
    [
      "rate limits",
      Object.keys(rateLimitShape.members),
      [...SENT_LIMIT_MEMBERS, ...Object.keys(OWN_LIMIT_MEMBERS)],
    ],
    [
      "rulesets",
      Object.keys(rulesetMembers),
      [...SENT_RULESET_MEMBERS, ...SERVER_MEMBERS, ...PLACE_MEMBERS, ...Object.keys(OWN_RULESET_MEMBERS)],
    ],
    ["actions", standardActions.map(({ name }) => name), [...Object.keys(SENT_ACTIONS), ...OWN_ACTIONS]],
    ...standardActions.flatMap(({ name, parameters }) => {
      const sent = SENT_ACTIONS[name];
      if (sent?.members === undefined) return [];
      const known = [...sent.members, ...Object.keys(sent.own ?? {})];
      return [[`parameters of ${name}`, Object.keys(parameters?.members ?? {}), known] as const];
    }),
  ];
  test.each(cases)("of %s has all that documents have", (_, declared, known) => {
    expect(declared.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("a document of the API", () => {
  const bodies = [
    {
      name: "default",
      description: "d",
      kind: "zone",
      phase: CUSTOM,
      rules: [
        {
          ref: "one",
          action: "block",
          action_parameters: {
            response: { content: "no", content_type: "text/plain", status_code: 403 },
          },
          expression: '(ip.src in $office and http.host eq "a.example")',
          description: "d",
          enabled: true,
        },
        {
          ref: "two",
          action: "skip",
          action_parameters: { phases: ["http_ratelimit"], products: ["waf"], ruleset: "current" },
          expression: "cf.bot_management.verified_bot",
          enabled: false,
          logging: { enabled: true },
        },
      ],
    },
    {
      name: "default",
      kind: "root",
      phase: "http_request_firewall_managed",
      rules: [
        {
          ref: "execute",
          action: "execute",
          action_parameters: {
            id: VENDOR,
            overrides: {
              action: "log",
              categories: [{ category: "wordpress", enabled: false }],
              rules: [{ enabled: false, id: "5de7edfa648c4d6891dc3e7f84534ffa" }],
            },
            version: "latest",
          },
          expression: "true",
          enabled: true,
        },
      ],
    },
    {
      name: "default",
      kind: "zone",
      phase: "http_ratelimit",
      rules: [
        {
          ref: "limit",
          action: "managed_challenge",
          expression: 'starts_with(http.request.uri.path, "/login")',
          enabled: true,
          ratelimit: {
            characteristics: ["ip.src", "cf.colo.id"],
            counting_expression: "http.response.code eq 401",
            mitigation_timeout: 600,
            period: 60,
            requests_per_period: 5,
            requests_to_origin: true,
          },
        },
      ],
    },
    {
      name: "default",
      kind: "zone",
      phase: "http_request_cache_settings",
      rules: [
        {
          ref: "cache",
          action: "set_cache_settings",
          action_parameters: { cache: true, edge_ttl: { default: 60, mode: "override_origin" } },
          expression: "true",
          enabled: true,
        },
      ],
    },
  ];
  const asAnswered = (body: (typeof bodies)[number], at: number) => ({
    result: {
      ...body,
      id: `${at}`.padStart(32, "0"),
      version: "3",
      last_updated: "2026-01-01T00:00:00Z",
      source: "firewall_custom",
      rules: body.rules.map((one, index) => ({
        ...one,
        id: `${at}${index}`.padStart(32, "a"),
        version: "1",
        last_updated: "2026-01-01T00:00:00Z",
      })),
    },
    success: true,
    errors: [],
    messages: [],
  });

  test("comes out as the body that made it, with what the server sets left out", () => {
    const { rulesets, stripped } = exported(bodies.map(asAnswered));
    expect(rulesets).toEqual(bodies);
    expect(stripped).toEqual([]);
  });

  test("loads again as the same bodies", () => {
    expect(exported(exported(bodies.map(asAnswered)).rulesets).rulesets).toEqual(bodies);
  });

  test("keeps an id that an import has from there, and does not execute wirewall-core", () => {
    const rules = ["custom-one", "wirewall-core"].map((id) => ({
      ref: id,
      action: "execute",
      expression: "true",
      action_parameters: { id },
    }));
    const { rulesets, stripped } = exported({
      kind: "root",
      phase: "http_request_firewall_managed",
      last_updated: "2026-01-01T00:00:00Z",
      rules,
    });
    expect(rulesets[0]?.["rules"]).toEqual([{ ...rules[0], enabled: true }]);
    expect(stripped.map(({ outcome, ref }) => [outcome, ref])).toEqual([["left_out", "wirewall-core"]]);
  });

  test("gives a rule without a name none", () => {
    const { rulesets } = exported({
      kind: "zone",
      phase: CUSTOM,
      rules: [{ action: "block", expression: "ssl" }],
    });
    expect(rulesets[0]?.["rules"]).toEqual([{ action: "block", expression: "ssl", enabled: true }]);
  });
});

const LIMIT = { characteristics: ["ip.src", "cf.colo.id"], period: 60, requests_per_period: 5 };

describe("a rule that would act differently is left out", () => {
  const limited = (members: Record<string, unknown>) => ({ ratelimit: { ...LIMIT, ...members } });
  test.each<[string, Record<string, unknown>, string, string?]>([
    ["shadow", { mode: "shadow" }, "mode"],
    ["a share of requests", { sample: 0.5 }, "sample"],
    ["an end", { expires_at: "2030-01-01T00:00:00Z" }, "expires_at"],
    ["long bodies", { on_oversize: "match" }, "on_oversize"],
    ["allow", { action: "allow" }, "action"],
    ["drop", { action: "drop" }, "action"],
    ["a score", { action: "score", action_parameters: { increment: 1 } }, "action"],
    ["a field of ours", { expression: 'wirewall.http.host.raw eq "A"' }, "wirewall.http.host.raw"],
    ["a function of ours", { expression: "detect.sqli(http.request.uri.query)" }, "detect.sqli"],
    ["a ruleset of ours", { action: "execute", action_parameters: { id: "mine" } }, "action_parameters.id"],
    ["a list that is left out", { expression: "http.host in $hosts" }, "$hosts"],
    [
      "a skip of one input",
      { action: "skip", action_parameters: { targets: [{ field: "http.request.uri.query" }] } },
      "action_parameters.targets",
    ],
    ["a limit in another phase", { ratelimit: LIMIT }, "ratelimit"],
    [
      "a skip of a phase of ours",
      { action: "skip", action_parameters: { phases: [OWN_PHASES[0]] } },
      "action_parameters.phases",
    ],
    [
      "a skip of a ruleset of ours",
      { action: "skip", action_parameters: { rulesets: ["mine"] } },
      "action_parameters.rulesets",
    ],
    [
      "a skip of rules of ours",
      { action: "skip", action_parameters: { rules: { mine: ["r"] } } },
      "action_parameters.rules",
    ],
    [
      "an override of a category with an action of ours",
      {
        action: "execute",
        action_parameters: { id: VENDOR, overrides: { categories: [{ category: "c", action: "drop" }] } },
      },
      "action_parameters.overrides",
    ],
    [
      "an override of a rule with an action of ours",
      {
        action: "execute",
        action_parameters: { id: VENDOR, overrides: { rules: [{ id: "a", action: "drop" }] } },
      },
      "action_parameters.overrides",
    ],
    [
      "redirects by a list that is left out",
      {
        action: "redirect",
        action_parameters: { from_list: { name: "moved.urls", key: "http.request.full_uri" } },
      },
      "$moved.urls",
      "http_request_redirect",
    ],
    ["steps", limited({ steps: [{ requests_per_period: 50 }] }), "ratelimit.steps", "http_ratelimit"],
    ["a cost", limited({ cost_expression: "5" }), "ratelimit.cost_expression", "http_ratelimit"],
    [
      "counted refusals",
      limited({ count_own_refusals: true }),
      "ratelimit.count_own_refusals",
      "http_ratelimit",
    ],
    ["a bucket", limited({ algorithm: "token_bucket" }), "ratelimit.algorithm", "http_ratelimit"],
    [
      "a count of ours",
      limited({ counting_expression: 'wirewall.decision.action eq "block"' }),
      "wirewall.decision.action",
      "http_ratelimit",
    ],
  ])("%s", (_, members, member, phase) => {
    const lists = [
      { name: "hosts", kind: "string", items: ["a"] },
      { name: "moved.urls", kind: "redirect", items: [] },
    ];
    const mine = { id: "mine", kind: "custom", phase: CUSTOM, rules: [rule()] };
    const loaded = loadObject({
      rulesets: [
        { id: "z", kind: "zone", phase: phase ?? CUSTOM, rules: [rule(members)] },
        ...(/mine/.test(JSON.stringify(members)) ? [mine] : []),
      ],
      lists,
    });
    if (!loaded.ok) throw new Error(loaded.errors.map((one) => one.message).join());
    const { rulesets, stripped } = toCloudflare(loaded.value);
    expect(rulesets.filter((one) => one["kind"] === "zone")).toEqual([]);
    expect(stripped).toContainEqual(
      expect.objectContaining({
        outcome: "left_out",
        path: "/rulesets/0/rules/0",
        of: "z",
        ref: "r",
        member,
      }),
    );
    // No empty body takes away the rules that are there.
    expect(stripped).toContainEqual(
      expect.objectContaining({ outcome: "left_out", path: "/rulesets/0", member: "rules" }),
    );
  });
});

describe("a member that changes nothing there is stripped and told", () => {
  test.each<readonly [string, Record<string, unknown>, Record<string, unknown>, readonly string[]]>([
    ["severity", { severity: "critical", message: "m" }, {}, ["severity", "message"]],
    ["mode enforce", { mode: "enforce" }, {}, ["mode"]],
    ["mode off", { mode: "off" }, { enabled: false }, ["mode"]],
    [
      "headers of a refusal",
      {
        action_parameters: {
          response: { status_code: 403, content_type: "text/plain", content: "no", headers: { "x-a": "1" } },
        },
      },
      { action_parameters: { response: { status_code: 403, content_type: "text/plain", content: "no" } } },
      ["action_parameters.response.headers"],
    ],
    ["logging of a rule that does not skip", { logging: { enabled: true } }, {}, ["logging"]],
    ["a member that nobody knows", { colour: "red" }, {}, ["colour"]],
    [
      "labels of overrides",
      { action: "execute", action_parameters: { id: VENDOR, overrides: { action: "log", labels: ["x"] } } },
      { action: "execute", action_parameters: { id: VENDOR, overrides: { action: "log" } } },
      ["action_parameters.overrides.labels"],
    ],
    [
      "an answer without a text",
      { action_parameters: { response: { status_code: 404 } } },
      {},
      ["action_parameters.response"],
    ],
  ])("%s", (_, members, expected, told) => {
    const { sent, stripped } = ofRule(members);
    expect(sent).toEqual({ ...rule(), enabled: true, ...expected });
    expect(stripped.map(({ outcome, member }) => [outcome, member])).toEqual(
      told.map((member) => ["stripped", member]),
    );
  });

  test("writes named conditions out", () => {
    const conditions = {
      inside: {
        params: [{ name: "prefix", type: "Bytes" }],
        expression: "starts_with(http.request.uri.path, prefix)",
      },
      admin: 'condition.inside("/admin") or http.host eq "admin"',
    };
    const { sent, stripped } = ofRule({ expression: "condition.admin()" }, CUSTOM, { conditions });
    expect(sent?.expression).toBe('starts_with(http.request.uri.path, "/admin") or http.host eq "admin"');
    expect(stripped.map(({ member }) => member)).toEqual(["conditions"]);
  });

  test("adds the data centre to what a limit counts by", () => {
    const { sent, stripped } = ofRule(
      { ratelimit: { ...LIMIT, characteristics: ["ip.src"] } },
      "http_ratelimit",
    );
    expect(sent?.ratelimit.characteristics).toEqual(["ip.src", "cf.colo.id"]);
    expect(stripped.map(({ outcome }) => outcome)).toEqual(["added"]);
  });
});

describe("rulesets and lists", () => {
  test.each<readonly [string, Record<string, unknown>, string]>([
    ["a default verdict", { kind: "zone", phase: CUSTOM, default_action: "block" }, "default_action"],
    ["a managed ruleset", { kind: "managed", phase: CUSTOM }, "kind"],
    ["a phase of ours", { kind: "zone", phase: OWN_PHASES[0] }, "phase"],
  ])("%s is left out whole", (_, members, member) => {
    const { rulesets, stripped } = exported({ id: "a", rules: [rule({ severity: "info" })], ...members });
    expect(rulesets).toEqual([]);
    expect(stripped).toEqual([
      expect.objectContaining({ outcome: "left_out", path: "/rulesets/0", of: "a", member }),
    ]);
  });

  test.each<Record<string, unknown>>([
    { phases: ["http_ratelimit"] },
    { rulesets: [VENDOR] },
    { rules: { [VENDOR]: [VENDOR] } },
  ])("keeps what has the names of Cloudflare's rulesets: %j", (skip) => {
    const { sent, stripped } = ofRule({ action: "skip", action_parameters: skip });
    expect([sent?.action_parameters, stripped]).toEqual([skip, []]);
  });

  // Configurations of programs need not have been loaded.
  test.each<readonly [string, Record<string, unknown>, string, string | undefined]>([
    ["an expression that cannot be read", { expression: "ip.src ==" }, "", undefined],
    ["one that names what is ours", { expression: "wirewall.scores[ ==" }, "left_out", "wirewall.scores"],
    ["an unknown action", { action: "constructor" }, "left_out", "action"],
    [
      "an answer that is none",
      { action_parameters: { response: 5 } },
      "stripped",
      "action_parameters.response",
    ],
    [
      "overrides that are none",
      { action: "execute", action_parameters: { id: VENDOR, overrides: "x" } },
      "",
      undefined,
    ],
    [
      "rules to skip that are none",
      { action: "skip", action_parameters: { rules: "x", rulesets: "y" } },
      "",
      undefined,
    ],
    ["characteristics that are none", { ratelimit: { period: 9 } }, "", undefined],
    ["a member without a value", { description: undefined }, "", undefined],
  ])("%s", (_, members, outcome, member) => {
    const one = { ...rule(), id: "r", enabled: true, ...members };
    const phase = "ratelimit" in members ? "http_ratelimit" : CUSTOM;
    const { rulesets, stripped } = toCloudflare({
      rulesets: [{ id: "z", name: "z", kind: "zone", phase, rules: [one] }],
      lists: [],
    });
    const first = stripped.find((remark) => remark.member !== "rules");
    expect([first?.outcome ?? "", first?.member]).toEqual([outcome, member]);
    expect(rulesets).toHaveLength(outcome === "left_out" ? 0 : 1);
  });

  test("members of a list that its server sets are left to it, and others are told", () => {
    const { lists, stripped } = exported({
      lists: [
        {
          id: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
          name: "l",
          kind: "asn",
          description: "d",
          num_items: 1,
          created_on: "2026-02-03T04:05:06Z",
          account_id: "a",
          colour: "red",
          items: [{ asn: 64496, description: "x" }, { value: 64497 }],
        },
      ],
    });
    expect(lists).toEqual([
      {
        list: { name: "l", kind: "asn", description: "d" },
        items: [{ asn: 64496, comment: "x" }, { asn: 64497 }],
      },
    ]);
    expect(stripped.map(({ member }) => member).filter((name) => name !== "colour")).toEqual([]);
  });

  test.each<readonly [string, unknown, string]>([
    ["ip", 5, "Cloudflare's list items are addresses and networks"],
    ["asn", "ASx", "an item must be the number of an autonomous system"],
    ["hostname", 5, "an item must be a host name"],
    ["redirect", "a.example", "an item must be a redirect"],
    ["redirect", { redirect: "a.example" }, "an item must be a redirect"],
  ])("an item of a list of kind %s that is none", (kind, item, why) => {
    const items: never[] = [];
    Object.assign(items, [item]);
    const list = Object.assign({ name: "l", kind: "ip" as const, items }, { kind });
    const { lists, stripped } = toCloudflare({ rulesets: [], lists: [list] });
    expect([lists, stripped.map((remark) => remark.why)]).toEqual([[], [why]]);
  });

  test.each<readonly [string, unknown, unknown]>([
    [
      "hostname",
      { hostname: { url_hostname: "a.example" }, comment: "c" },
      { hostname: { url_hostname: "a.example" }, comment: "c" },
    ],
    [
      "redirect",
      { redirect: { source_url: "a.example/x", target_url: "/y" } },
      { redirect: { source_url: "a.example/x", target_url: "/y" } },
    ],
  ])("an item of a list of kind %s", (kind, item, sent) => {
    expect(exported({ lists: [{ name: "l", kind, items: [item] }] }).lists[0]?.items).toEqual([sent]);
  });

  test("sends lists and their items apart", () => {
    const { lists, stripped } = exported({
      lists: [
        { name: "ips", kind: "ip", items: ["192.0.2.1", { ip: "198.51.100.0/24", comment: "office" }] },
        { name: "nets", kind: "asn", items: [64496, "AS64497"] },
        { name: "hosts", kind: "hostname", items: ["a.example", "*.b.example"] },
      ],
    });
    expect(stripped).toEqual([]);
    expect(lists).toEqual([
      {
        list: { name: "ips", kind: "ip" },
        items: [{ ip: "192.0.2.1" }, { ip: "198.51.100.0/24", comment: "office" }],
      },
      { list: { name: "nets", kind: "asn" }, items: [{ asn: 64496 }, { asn: 64497 }] },
      {
        list: { name: "hosts", kind: "hostname" },
        items: [{ hostname: { url_hostname: "a.example" } }, { hostname: { url_hostname: "*.b.example" } }],
      },
    ]);
  });

  test.each<readonly [string, Record<string, unknown>, string]>([
    ["a kind of ours", { kind: "prefix", items: ["/a"] }, "kind"],
    [
      "an item that expires",
      { kind: "ip", items: [{ ip: "192.0.2.1", expires_at: "2030-01-01T00:00:00Z" }] },
      "items/0",
    ],
    ["a name that is too long there", { kind: "ip", name: "l.2", items: ["192.0.2.1"] }, "name"],
    ["a range", { kind: "ip", items: ["192.0.2.1", "192.0.2.4..192.0.2.9"] }, "items/1"],
  ])("a list with %s is left out", (_, members, member) => {
    const { lists, stripped } = exported({ lists: [{ name: "l", ...members }] });
    expect(lists).toEqual([]);
    expect(stripped).toEqual([
      expect.objectContaining({ outcome: "left_out", path: "/lists/0", of: members["name"] ?? "l", member }),
    ]);
  });
});

describe("whatever a configuration says", () => {
  const values: Record<string, fc.Arbitrary<unknown>> = {
    mode: fc.constantFrom("enforce", "shadow", "off"),
    sample: fc.constantFrom(1, 0.5, { rate: 0.5 }),
    mandatory: fc.boolean(),
    expires_at: fc.constant("2030-01-01T00:00:00Z"),
    severity: fc.constantFrom("info", "critical"),
    message: fc.constant("m"),
    references: fc.constant(["r"]),
    on_budget: fc.constantFrom("block", "log"),
    on_oversize: fc.constantFrom("continue", "match", "no_match"),
    score_threshold: fc.constant(5),
    categories: fc.constant(["c"]),
  };
  const action = fc.constantFrom<Record<string, unknown>>(
    { action: "block" },
    { action: "block", action_parameters: { response: { status_code: 403, headers: { a: "b" } } } },
    { action: "log" },
    { action: "allow" },
    { action: "drop" },
    { action: "tarpit" },
    { action: "label", action_parameters: { name: "wirewall" } },
    { action: "skip", action_parameters: { ruleset: "current" } },
    { action: "skip", action_parameters: { targets: [{ field: "http.host" }] } },
  );
  const expression = fc.constantFrom(
    'http.host eq "a"',
    "wirewall.request.body.error",
    "detect.xss(http.host)",
    "condition.c()",
    "ip.src in $own",
    "ip.src in $sent",
  );
  const rules = fc.array(
    fc
      .record(values, { requiredKeys: [] })
      .chain((members) =>
        fc.tuple(action, expression).map(([act, text]) => ({ ...members, ...act, expression: text })),
      ),
    { maxLength: 5 },
  );

  test("no name of ours is in what is sent, and a rule that acts here by itself does not act otherwise there", () => {
    fc.assert(
      fc.property(rules, (given) => {
        const { rulesets, stripped, lists } = exported({
          rulesets: [
            { kind: "root", phase: CUSTOM, rules: given.map((one, at) => ({ ...one, ref: `r${at}` })) },
          ],
          lists: [
            { name: "own", kind: "ip", items: ["192.0.2.4..192.0.2.9"] },
            { name: "sent", kind: "ip", items: ["192.0.2.4"] },
          ],
          conditions: { c: "ip.src in $own or ssl" },
        });
        const text = JSON.stringify({ rulesets, lists });
        expect(text).not.toMatch(/wirewall|detect\.|condition\.|\$own|targets|headers/);
        for (const name of [...Object.keys(OWN_RULE_MEMBERS), ...OWN_ACTIONS])
          expect(text).not.toContain(`"${name}"`);
        const sent = rulesets.flatMap((one) => one["rules"]).map((one) => Object(one).ref);
        for (const [at, one] of given.entries()) {
          const isLeftOut = stripped.some(({ outcome, ref }) => outcome === "left_out" && ref === `r${at}`);
          expect(sent.includes(`r${at}`)).toBe(!isLeftOut);
          const { mode, sample, expires_at: end } = Object(one);
          if (mode === "shadow" || (sample !== undefined && sample !== 1) || end !== undefined)
            expect(isLeftOut).toBe(true);
        }
      }),
    );
  });
});
