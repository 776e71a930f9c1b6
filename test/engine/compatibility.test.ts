import { describe, expect, test } from "vitest";
import { requestFrom } from "../support/source/request/model.ts";
import {
  GET,
  get,
  LIMITS,
  MANAGED,
  type Members,
  matched,
  rule,
  ruleset,
  verdict,
  wafOf,
} from "./waf-support.ts";

// What documents of the reference product mean, case by case.

describe("overrides: rule before tag before ruleset before the rule itself, for each property", () => {
  const target = (own: Members) =>
    ruleset("vendor", [rule("r", { categories: ["x", "y"], ...own })], { kind: "managed", phase: MANAGED });

  const layered = (overrides: Members | undefined, own: Members = {}) =>
    wafOf([
      ruleset(
        "entry",
        [
          rule("run", {
            action: "execute",
            action_parameters: { id: "vendor", ...(overrides && { overrides }) },
          }),
        ],
        { phase: MANAGED },
      ),
      target(own),
    ]);

  // Every combination of levels that may set a property, and who wins.
  const levels = ["rule", "tag", "ruleset"] as const;
  const combinations = Array.from({ length: 8 }, (_, bits) => levels.filter((_, at) => (bits >> at) & 1));

  test.each(combinations.map((given) => [given.join("+") || "none", given] as const))(
    "action set by %s",
    (_, given) => {
      const actions = { rule: "js_challenge", tag: "managed_challenge", ruleset: "challenge" } as const;
      const overrides = {
        ...(given.includes("ruleset") && { action: actions.ruleset }),
        ...(given.includes("tag") && { categories: [{ category: "x", action: actions.tag }] }),
        ...(given.includes("rule") && { rules: [{ id: "r", action: actions.rule }] }),
      };
      const decision = layered(overrides, { action: "block" }).evaluateSync(GET);
      const winner = given[0];
      expect(decision.action).toBe(winner === undefined ? "block" : "challenge");
      if (decision.action === "challenge") expect(decision.kind).toBe(actions[winner ?? "rule"]);
    },
  );

  test.each(combinations.map((given) => [given.join("+") || "none", given] as const))(
    "enabled set by %s",
    (_, given) => {
      // The winner says the opposite of what stands below it.
      const wins = given[0] !== undefined;
      for (const say of [true, false]) {
        const value = (level: (typeof levels)[number]) => (given[0] === level ? say : !say);
        const overrides = {
          ...(given.includes("ruleset") && { enabled: value("ruleset") }),
          ...(given.includes("tag") && { categories: [{ category: "x", enabled: value("tag") }] }),
          ...(given.includes("rule") && { rules: [{ id: "r", enabled: value("rule") }] }),
        };
        const decision = layered(overrides, { enabled: !say }).evaluateSync(GET);
        expect(matched(decision)).toEqual((wins ? say : !say) ? ["run", "r"] : ["run"]);
      }
    },
  );

  test("of several tags the last listed wins, property by property", () => {
    const decision = layered(
      {
        categories: [
          { category: "y", action: "block", enabled: true },
          { category: "x", action: "challenge" },
        ],
      },
      { enabled: false },
    ).evaluateSync(GET);
    expect(verdict(decision)).toBe("challenge by r");
  });

  test("the order of the list counts, not that of the rule's tags", () => {
    const categories = [
      { category: "x", action: "challenge" },
      { category: "y", action: "block" },
    ];
    expect(verdict(layered({ categories }).evaluateSync(GET))).toBe("block by r");
  });

  test("an action does not enable a rule that is disabled", () => {
    const overrides = { action: "block", rules: [{ id: "r", action: "block" }] };
    expect(matched(layered(overrides, { enabled: false }).evaluateSync(GET))).toEqual(["run"]);
  });

  test("a rule that is on stays on under an override of the action alone", () => {
    expect(verdict(layered({ rules: [{ id: "r", action: "block" }] }).evaluateSync(GET))).toBe("block by r");
  });

  test.each(["default", "low", "medium"])("sensitivity %s leaves the rule on", (sensitivity_level) => {
    expect(matched(layered({ sensitivity_level }).evaluateSync(GET))).toEqual(["run", "r"]);
  });

  test("sensitivity `eoff` switches the rule off, unless a narrower override says otherwise", () => {
    expect(matched(layered({ sensitivity_level: "eoff" }).evaluateSync(GET))).toEqual(["run"]);
    const narrower = { sensitivity_level: "eoff", rules: [{ id: "r", sensitivity_level: "default" }] };
    expect(matched(layered(narrower).evaluateSync(GET))).toEqual(["run", "r"]);
  });

  test("one ruleset executed twice has the overrides of each place", () => {
    const run = (ref: string, action: string) =>
      rule(ref, {
        action: "execute",
        action_parameters: { id: "vendor", overrides: { rules: [{ id: "r", action }] } },
      });
    const waf = wafOf([
      ruleset("entry", [run("first", "log"), run("second", "block")], { phase: MANAGED }),
      target({ action: "challenge" }),
    ]);
    const decision = waf.evaluateSync(GET);
    expect(matched(decision)).toEqual(["first", "r", "second", "r"]);
    expect(decision.matches.map((match) => match.executedBy?.ref)).toEqual([
      undefined,
      "first",
      undefined,
      "second",
    ]);
    expect(verdict(decision)).toBe("block by r");
  });
});

describe("skip", () => {
  const vendor = ruleset("vendor", [rule("v1"), rule("v2")], { kind: "managed", phase: MANAGED });
  const vendorEntry = (kind: string) =>
    ruleset(
      `${kind}-managed`,
      [
        rule(`${kind}-before`),
        rule(`${kind}-run`, { action: "execute", action_parameters: { id: "vendor" } }),
      ],
      { kind, phase: MANAGED },
    );
  const skip = (action_parameters: Members) => rule("skip", { action: "skip", action_parameters });
  const limits = (kind: string) =>
    ruleset(`${kind}-limits`, [rule(`${kind}-limit`, { ratelimit: limit })], { kind, phase: LIMITS });
  const limit = { characteristics: ["ip.src"], period: 10, requests_per_period: 1 };

  const run = (layer: "root" | "zone", parameters: Members) => {
    const waf = wafOf([
      ruleset("root-custom", layer === "root" ? [skip(parameters), rule("root-rest")] : [rule("root-rest")], {
        kind: "root",
      }),
      ruleset("zone-custom", layer === "zone" ? [skip(parameters), rule("zone-rest")] : [rule("zone-rest")]),
      vendorEntry("root"),
      vendorEntry("zone"),
      limits("root"),
      limits("zone"),
      vendor,
    ]);
    waf.evaluateSync(GET);
    return matched(waf.evaluateSync(GET)).filter((ref) => ref !== "skip");
  };

  const all = [
    ..."root-rest zone-rest root-limit zone-limit".split(" "),
    ..."root-before root-run v1 v2 zone-before zone-run v1 v2".split(" "),
  ];
  /** All but the nth (from 1) mention of each ref. */
  const without = (...refs: readonly (readonly [ref: string, ...nth: number[]])[]) => {
    const seen = new Map<string, number>();
    return all.filter((ref) => {
      const count = (seen.get(ref) ?? 0) + 1;
      seen.set(ref, count);
      const entry = refs.find(([name]) => name === ref);
      return entry === undefined || !(entry.length === 1 || entry.slice(1).includes(count));
    });
  };

  test.each<[layer: "root" | "zone", parameters: Members, expected: readonly string[]]>([
    ["root", { ruleset: "current" }, without(["root-rest"])],
    ["zone", { ruleset: "current" }, without(["zone-rest"])],
    ["root", { phase: "current" }, without(["root-rest"])],
    ["root", { phase: "current", scope: "below" }, without(["root-rest"], ["zone-rest"])],
    ["root", { phase: "current", scope: "all" }, without(["root-rest"], ["zone-rest"])],
    ["zone", { phase: "current", scope: "all" }, without(["zone-rest"])],
    ["root", { phases: [LIMITS] }, without(["root-limit"])],
    ["root", { phases: ["ratelimit"], scope: "below" }, without(["root-limit"], ["zone-limit"])],
    ["zone", { phases: [LIMITS] }, without(["zone-limit"])],
    ["zone", { phases: [LIMITS], scope: "below" }, without(["zone-limit"])],
    ["zone", { phases: [LIMITS], scope: "all" }, without(["root-limit"], ["zone-limit"])],
    ["zone", { phases: [MANAGED] }, without(["zone-before"], ["zone-run"], ["v1", 2], ["v2", 2])],
    ["root", { phases: [MANAGED] }, without(["root-before"], ["root-run"], ["v1", 1], ["v2", 1])],
    ["zone", { rulesets: ["vendor"] }, without(["v1", 2], ["v2", 2])],
    ["root", { rulesets: ["vendor"], scope: "below" }, without(["v1"], ["v2"])],
    ["zone", { rules: { vendor: ["v1"] } }, without(["v1", 2])],
    ["root", { rules: { vendor: ["v2"] }, scope: "all" }, without(["v2"])],
    ["zone", { rules: { "zone-custom": ["zone-rest"] } }, without(["zone-rest"])],
    ["zone", { rules: { "root-custom": ["root-rest"] }, scope: "all" }, all],
    ["zone", { products: ["bic"] }, all],
    [
      "zone",
      { ruleset: "current", phases: [LIMITS], products: ["hot"] },
      without(["zone-rest"], ["zone-limit"]),
    ],
  ])("%s skips %j", (layer, parameters, expected) => {
    expect(run(layer, parameters)).toEqual(expected);
  });

  test("a skip reaches only what comes after it", () => {
    const waf = wafOf([ruleset("c", [rule("first"), skip({ ruleset: "current" }), rule("last")])]);
    expect(matched(waf.evaluateSync(GET))).toEqual(["first", "skip"]);
  });

  test("expressions of skipped rules are not evaluated", () => {
    let asked = 0;
    const field = {
      name: "test.asked",
      type: { kind: "Bool" },
      read: () => {
        asked++;
        return true;
      },
    } as const;
    const waf = wafOf(
      [ruleset("c", [skip({ ruleset: "current" }), rule("last", { expression: "test.asked" })])],
      {
        fields: [field],
      },
    );
    expect(matched(waf.evaluateSync(GET))).toEqual(["skip"]);
    expect(asked).toBe(0);
  });

  test("of several exceptions the widest counts", () => {
    const waf = wafOf([
      ruleset(
        "entry",
        [
          skip({ rules: { vendor: ["v1"] } }),
          rule("skip-all", { action: "skip", action_parameters: { rulesets: ["vendor"] } }),
          rule("run", { action: "execute", action_parameters: { id: "vendor" } }),
        ],
        { phase: MANAGED },
      ),
      vendor,
    ]);
    const decision = waf.evaluateSync(GET);
    expect(matched(decision)).toEqual(["skip", "skip-all", "run"]);
    expect(decision.matches[2]?.notes).toEqual(["the ruleset was skipped by entry/skip-all"]);
  });

  test("an exception beats an override", () => {
    const overrides = { rules: [{ id: "v1", action: "block", enabled: true }] };
    const waf = wafOf([
      ruleset(
        "entry",
        [
          skip({ rules: { vendor: ["v1"] } }),
          rule("run", { action: "execute", action_parameters: { id: "vendor", overrides } }),
        ],
        { phase: MANAGED },
      ),
      vendor,
    ]);
    expect(matched(waf.evaluateSync(GET))).toEqual(["skip", "run", "v2"]);
  });

  test("the rest of the phase includes rulesets that were to be executed later", () => {
    const waf = wafOf([
      ruleset("c", [
        rule("inner", { action: "execute", action_parameters: { id: "own" } }),
        rule("again", { action: "execute", action_parameters: { id: "own" } }),
      ]),
      ruleset("own", [skip({ phase: "current" }), rule("rest")], { kind: "custom" }),
    ]);
    expect(matched(waf.evaluateSync(GET))).toEqual(["inner", "skip"]);
  });

  test("skipping the rest of an executed ruleset comes back to its caller", () => {
    const waf = wafOf([
      ruleset("c", [rule("run", { action: "execute", action_parameters: { id: "own" } }), rule("after")]),
      ruleset("own", [skip({ ruleset: "current" }), rule("rest")], { kind: "custom" }),
    ]);
    expect(matched(waf.evaluateSync(GET))).toEqual(["run", "skip", "after"]);
  });

  test("products are the host's business, and each is named once", () => {
    const waf = wafOf([
      ruleset("c", [
        skip({ products: ["bic", "waf"] }),
        rule("b", { action: "skip", action_parameters: { products: ["bic"] } }),
      ]),
    ]);
    expect(waf.evaluateSync(GET).changes.skippedProducts).toEqual(["bic", "waf"]);
  });
});

describe("scores of an anomaly ruleset", () => {
  const contribute = (ref: string, increment: number, tag: string) =>
    rule(ref, { action: "score", action_parameters: { increment }, categories: [tag] });
  const owasp = ruleset(
    "owasp",
    [
      ...[5, 5, 5].map((increment, at) => contribute(`pl1-${at}`, increment, "paranoia-level-1")),
      contribute("pl2", 3, "paranoia-level-2"),
      ...[5, 3].map((increment, at) => contribute(`pl3-${at}`, increment, "paranoia-level-3")),
      contribute("pl4", 40, "paranoia-level-4"),
      rule("verdict", { action: "block", score_threshold: 40 }),
    ],
    { kind: "managed", phase: MANAGED },
  );
  const decide = (overrides: Members) =>
    wafOf([
      ruleset("entry", [rule("run", { action: "execute", action_parameters: { id: "owasp", overrides } })], {
        phase: MANAGED,
      }),
      owasp,
    ]).evaluateSync(GET);
  const upTo3 = { categories: [{ category: "paranoia-level-4", enabled: false }] };

  test.each<[threshold: number, expected: string]>([
    [25, "block by verdict"],
    [26, "block by verdict"],
    [27, "allow"],
    [40, "allow"],
    [60, "allow"],
  ])("26 against a threshold of %i: %s", (score_threshold, expected) => {
    const decision = decide({ ...upTo3, rules: [{ id: "verdict", score_threshold }] });
    expect(decision.score).toBe(26);
    expect(verdict(decision)).toBe(expected);
  });

  test("paranoia levels are tags that are switched off", () => {
    const lower = {
      categories: ["2", "3", "4"].map((level) => ({ category: `paranoia-level-${level}`, enabled: false })),
    };
    expect(decide(lower).score).toBe(15);
    expect(verdict(decide({}))).toBe("block by verdict");
    expect(decide({}).score).toBe(66);
  });

  test("the contributors stand beside the verdict", () => {
    const decision = decide({ ...upTo3, score_threshold: 25 });
    const scored = decision.matches.map(({ rule: { ref }, scored }) => [ref, scored?.["default"]]);
    expect(scored).toEqual([
      ["run", undefined],
      ["pl1-0", 5],
      ["pl1-1", 5],
      ["pl1-2", 5],
      ["pl2", 3],
      ["pl3-0", 5],
      ["pl3-1", 3],
      ["verdict", undefined],
    ]);
  });

  test("an action for the whole ruleset changes the verdict and not the contributors", () => {
    const decision = decide({ ...upTo3, score_threshold: 25, action: "challenge" });
    expect(verdict(decision)).toBe("challenge by verdict");
  });

  test("each run has its own sum", () => {
    const execute = {
      id: "owasp",
      overrides: { ...upTo3, rules: [{ id: "verdict", action: "log", score_threshold: 27 }] },
    };
    const waf = wafOf([
      ruleset(
        "entry",
        [1, 2].map((at) => rule(`run-${at}`, { action: "execute", action_parameters: execute })),
        {
          phase: MANAGED,
        },
      ),
      owasp,
    ]);
    const decision = waf.evaluateSync(GET);
    expect(decision.score).toBe(52);
    expect(matched(decision)).not.toContain("verdict");
  });

  test("named scores are read by later rules, of the same phase too", () => {
    const score = (ref: string, increment: number) =>
      rule(ref, { action: "score", action_parameters: { name: "sqli", increment } });
    const over = 'wirewall.scores["sqli"] ge 8';
    const waf = wafOf([
      ruleset("c", [
        score("a", 5),
        rule("early", { expression: over }),
        score("b", 3),
        rule("late", { expression: over }),
        score("c", -4),
        rule("again", { expression: over }),
      ]),
    ]);
    const decision = waf.evaluateSync(GET);
    expect(matched(decision)).toEqual(["a", "b", "late", "c"]);
    expect(decision.scores).toEqual({ sqli: 4 });
    expect(decision.score).toBe(0);
  });
});

describe("rate limits", () => {
  const headers = (key: string) => ({ "X-API-Key": key });

  test("walk-through A: each tuple of characteristics has its own counter", () => {
    const waf = wafOf([
      ruleset(
        "limits",
        [
          rule("limit", {
            action: "block",
            expression: 'http.request.uri.path eq "/api"',
            ratelimit: {
              characteristics: ["cf.colo.id", "ip.src", 'http.request.headers["x-api-key"]'],
              period: 10,
              requests_per_period: 1,
              mitigation_timeout: 600,
            },
          }),
        ],
        { phase: LIMITS },
      ),
    ]);
    const ask = (path: string, key: string, now: number) =>
      verdict(waf.evaluateSync(get(path, { headers: headers(key) }), { now }));
    expect(ask("/api", "abc", 0)).toBe("allow");
    expect(ask("/api", "def", 100)).toBe("allow");
    expect(ask("/api", "abc", 200)).toBe("block by limit");
    expect(ask("/other", "abc", 300)).toBe("allow");
    expect(ask("/api", "abc", 599_000)).toBe("block by limit");
    expect(ask("/api", "def", 11_000)).toBe("allow");
  });

  test("walk-through B: what counts is what the response says", async () => {
    const waf = wafOf([
      ruleset(
        "limits",
        [
          rule("limit", {
            action: "block",
            expression: 'http.request.uri.path eq "/form"',
            ratelimit: {
              characteristics: ["cf.colo.id", "ip.src"],
              period: 10,
              requests_per_period: 1,
              mitigation_timeout: 60,
              counting_expression: 'http.request.uri.path eq "/form" and http.response.code eq 400',
            },
          }),
        ],
        { phase: LIMITS },
      ),
    ]);
    const ask = async (status: number, now: number) => {
      const transaction = waf.begin(requestFrom(get("/form")), { now });
      expect(transaction.needsResponse).toBe(true);
      const decision = await transaction.request();
      if (decision.action === "allow") await transaction.response({ status, rawHeaders: [] });
      transaction.end();
      return verdict(decision);
    };
    expect(await ask(400, 0)).toBe("allow");
    expect(await ask(200, 100)).toBe("allow");
    expect(await ask(400, 200)).toBe("allow");
    expect(await ask(200, 300)).toBe("block by limit");
    expect(await ask(200, 59_000)).toBe("block by limit");
    expect(await ask(200, 70_000)).toBe("allow");
  });

  test("a limit answers 429 and says when to come again", () => {
    const waf = wafOf([
      ruleset(
        "limits",
        [
          rule("limit", {
            action: "block",
            ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 1 },
          }),
        ],
        { phase: LIMITS },
      ),
    ]);
    waf.evaluateSync(GET, { now: 1000 });
    const decision = waf.evaluateSync(GET, { now: 2000 });
    expect(decision).toMatchObject({ action: "block", status: 429 });
    expect(decision.matches[0]?.rateLimit).toMatchObject({ count: 2, limit: 1, period: 10 });
    expect(decision.matches[0]?.rateLimit?.retryAfter).toBeGreaterThan(0);
  });
});

describe("order", () => {
  test("in each phase the account comes before the zone, whatever the order of the documents", () => {
    const waf = wafOf([
      ruleset("zone-late", [rule("zone-late")], { phase: MANAGED }),
      ruleset("zone", [rule("zone")]),
      ruleset("root-late", [rule("root-late")], { kind: "root", phase: MANAGED }),
      ruleset("root", [rule("root")], { kind: "root" }),
    ]);
    const decision = waf.evaluateSync(GET);
    expect(matched(decision)).toEqual(["root", "zone", "root-late", "zone-late"]);
    expect(decision.matches.map(({ rule: { layer } }) => layer)).toEqual([
      "account",
      "zone",
      "account",
      "zone",
    ]);
  });

  test("a terminating action stops all that follows", () => {
    const waf = wafOf([
      ruleset("root", [rule("stop", { action: "block" }), rule("rest")], { kind: "root" }),
      ruleset("zone", [rule("zone")]),
      ruleset("late", [rule("late")], { phase: MANAGED }),
    ]);
    expect(matched(waf.evaluateSync(GET))).toEqual(["stop"]);
  });
});

describe("values are frozen within a phase", () => {
  const rewrite = (ref: string, uri: Members) => rule(ref, { action: "rewrite", action_parameters: { uri } });

  test("a rewrite shows in the next phase, and never in `raw`", () => {
    const seen = (ref: string, phase: string) =>
      ruleset(
        `${ref}-set`,
        [
          rule(`${ref}-new`, { expression: 'http.request.uri.path eq "/new"' }),
          rule(`${ref}-old`, { expression: 'http.request.uri.path eq "/old"' }),
          rule(`${ref}-raw`, { expression: 'raw.http.request.uri.path eq "/old"' }),
          rule(`${ref}-arg`, { expression: 'http.request.uri.args["b"][0] eq "2"' }),
        ],
        { phase },
      );
    const transform = "http_request_transform";
    const waf = wafOf([
      ruleset(
        "transform",
        [
          rule("reads", {
            action: "rewrite",
            expression: 'http.request.uri.args["b"][0] eq "1"',
            action_parameters: { uri: { path: { value: "/new" } } },
          }),
          rewrite("query", { query: { value: "b=2" } }),
          rule("same-phase", {
            action: "rewrite",
            expression: 'http.request.uri.path eq "/new" or http.request.uri.query eq "b=2"',
            action_parameters: { uri: { path: { value: "/wrong" } } },
          }),
        ],
        { phase: transform },
      ),
      seen("custom", "http_request_firewall_custom"),
    ]);
    const decision = waf.evaluateSync(get("/old?b=1"));
    expect(matched(decision)).toEqual(["reads", "query", "custom-new", "custom-raw", "custom-arg"]);
    expect(decision.changes).toMatchObject({ path: "/new", query: "b=2" });
  });

  test("the account's rewrite does not show to the zone's rules of the same phase", () => {
    const phase = "http_request_transform";
    const waf = wafOf([
      ruleset("root", [rewrite("account", { path: { value: "/new" } })], { kind: "root", phase }),
      ruleset(
        "zone",
        [
          rule("zone", {
            action: "rewrite",
            expression: 'http.request.uri.path eq "/new"',
            action_parameters: { uri: { path: { value: "/no" } } },
          }),
        ],
        { phase },
      ),
    ]);
    expect(matched(waf.evaluateSync(get("/old")))).toEqual(["account"]);
  });

  test("of several rewrites of one part the last counts", () => {
    const waf = wafOf([
      ruleset("t", [rewrite("a", { path: { value: "/1" } }), rewrite("b", { path: { value: "/2" } })], {
        phase: "http_request_transform",
      }),
    ]);
    expect(waf.evaluateSync(GET).changes.path).toBe("/2");
  });
});

describe("repeated parameters", () => {
  test.each([
    ['any(http.request.uri.args["a"][*] eq "2")', true],
    ['any(http.request.uri.args["a"][*] eq "1")', true],
    ['http.request.uri.args["a"][1] eq "2"', true],
    ['any(http.request.uri.args["a"][*] eq "1, 2")', false],
    ['any(http.request.cookies["c"][*] eq "y")', true],
    ['any(http.request.headers["x"][*] eq "q")', true],
  ])("%s: %s", (expression, expected) => {
    const waf = wafOf([ruleset("c", [rule("hit", { expression, action: "block" })])]);
    const decision = waf.evaluateSync(
      get("/?a=1&a=2", {
        headers: [
          ["Cookie", "c=x; c=y"],
          ["X", "p"],
          ["x", "q"],
        ],
      }),
    );
    expect(decision.action === "block").toBe(expected);
  });
});

describe("missing values", () => {
  // The reference product has two values: a comparison with a missing value is false, and `not` turns it round.
  const missing = 'http.request.headers["none"][0] eq "x"';
  test.each([
    [missing, false],
    [`not ${missing}`, true],
    [`${missing} or true`, true],
    [`${missing} and true`, false],
    [`not (${missing} and true)`, true],
    ['http.request.headers["none"][0] ne "x"', false],
  ])("%s: %s", (expression, expected) => {
    const waf = wafOf([ruleset("c", [rule("hit", { expression, action: "block" })])]);
    expect(waf.evaluateSync(GET).action === "block").toBe(expected);
  });
});
