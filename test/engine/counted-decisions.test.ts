import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { remoteStore } from "../support/remote-store.ts";
import type { Waf } from "../support/source/engine/firewall.ts";
import { requestFrom } from "../support/source/request/model.ts";
import { type CounterStore, MemoryCounterStore } from "../support/source/rules/ratelimit.ts";
import { block, CUSTOM, get, LIMITS, MANAGED, type Members, rule, ruleset, wafOf } from "./waf-support.ts";

const BLOCKED = 'wirewall.decision.action eq "block"';
const ban = (counting: string, limit: Members = {}, members: Members = {}): Members =>
  rule("ban", {
    action: "block",
    ratelimit: {
      characteristics: ["ip.src"],
      period: 60,
      requests_per_period: 2,
      mitigation_timeout: 600,
      counting_expression: counting,
      ...limit,
    },
    ...members,
  });
const limits = (...rules: readonly Members[]) => ruleset("l", rules, { phase: LIMITS });
const isEvil = 'http.request.uri.path contains "evil"';
const custom = (...rules: readonly Members[]) => ruleset("c", rules, { phase: CUSTOM });
const managed = (...rules: readonly Members[]) => ruleset("m", rules, { phase: MANAGED });
const evil = block("evil", { expression: isEvil });
const noted = rule("noted", { expression: isEvil, categories: ["sqli", "confidence-high"] });

/** As long as a remote store may take for one request. */
async function turns(): Promise<void> {
  for (let at = 0; at < 10; at++) await nextTurn();
}

/** Three requests, then an ordinary one: what becomes of it. */
async function afterThree(waf: Waf, path = "/evil", rest: Members = {}): Promise<string> {
  for (let at = 0; at < 3; at++) await waf.evaluateExchange(get(path, rest), { now: at });
  const { request, response = request } = await waf.evaluateExchange(get("/fine", rest), { now: 9 });
  const { action, by } = response;
  return by === undefined ? action : `${action} by ${by.ref}`;
}

const stores: readonly (readonly [string, () => CounterStore])[] = [
  ["memory", () => new MemoryCounterStore()],
  ["remote", remoteStore],
];

describe.each(stores)("limits on what became of requests, %s store", (_name, counters) => {
  const counted: Readonly<Record<string, readonly [rulesets: readonly Members[], rest?: Members]>> = {
    "blocks of an earlier phase": [[custom(evil), limits(ban(BLOCKED))]],
    "blocks of a later phase": [[limits(ban(BLOCKED)), managed(evil)]],
    "blocks of an earlier rule of the same ruleset": [
      [
        limits(
          block("evil", {
            expression: isEvil,
            ratelimit: {
              characteristics: ["ip.src"],
              period: 60,
              requests_per_period: 1,
              counting_expression: "true",
            },
          }),
          ban(BLOCKED, { requests_per_period: 1 }),
        ),
      ],
    ],
    "log matches of a later phase": [
      [limits(ban('any(wirewall.decision.categories[*] eq "sqli")')), managed(noted)],
    ],
    "log matches of an earlier phase": [
      [custom(noted), limits(ban('any(wirewall.decision.rules[*] eq "noted")'))],
    ],
    "matches in a ruleset": [[custom(noted), limits(ban('any(wirewall.decision.rulesets[*] eq "c")'))]],
    "the rule that decided": [[limits(ban('wirewall.decision.rule eq "evil"')), managed(evil)]],
    "the part that decided": [[limits(ban('wirewall.decision.service eq "managed"')), managed(evil)]],
    "the status of blocks": [[limits(ban("wirewall.decision.status eq 403")), managed(evil)]],
    "blocks, by the fields of responses": [[limits(ban("http.response.code eq 403")), managed(evil)]],
    challenges: [
      [
        custom(rule("pose", { action: "managed_challenge", expression: isEvil })),
        limits(ban('wirewall.decision.action eq "challenge"')),
      ],
    ],
    scores: [
      [
        limits(ban('wirewall.scores["default"] ge 5 and wirewall.decision.action eq "allow"')),
        managed(rule("s", { action: "score", expression: isEvil, action_parameters: { increment: 5 } })),
      ],
    ],
    "responses of rules": [
      [
        limits(ban(BLOCKED)),
        ruleset("r", [block("leak", { expression: isEvil })], { phase: "http_response_firewall_headers" }),
      ],
      { response: { status: 200 } },
    ],
    "what a response rule logs": [
      [
        limits(ban('any(wirewall.decision.rules[*] eq "leak")')),
        ruleset("r", [rule("leak", { expression: isEvil })], { phase: "http_response_firewall_headers" }),
      ],
      { response: { status: 200 } },
    ],
    "for a limit on responses": [
      [
        ruleset(
          "r",
          [
            rule("noted", { expression: isEvil }),
            ban('any(wirewall.decision.rules[*] eq "noted")', {}, { expression: "true" }),
          ],
          { phase: "http_response_firewall_headers" },
        ),
      ],
      { response: { status: 200 } },
    ],
    "a limit in a ruleset that is executed": [
      [
        custom(evil),
        limits(rule("run", { action: "execute", action_parameters: { id: "own" } })),
        ruleset("own", [ban(BLOCKED)], { phase: LIMITS, kind: "custom" }),
      ],
    ],
    "a limit whose rule does not match what was blocked": [
      [custom(evil), limits(ban(BLOCKED, {}, { expression: 'http.request.uri.path eq "/fine"' }))],
    ],
  };
  test.each(Object.entries(counted))("counts %s", async (_what, [rulesets, rest]) => {
    expect(await afterThree(wafOf(rulesets, { counters: counters() }), "/evil", rest)).toBe("block by ban");
  });

  const uncounted: Readonly<Record<string, readonly Members[]>> = {
    "requests that pass": [custom(noted), limits(ban(BLOCKED))],
    "rules in shadow mode": [
      custom(rule("noted", { expression: isEvil, mode: "shadow" })),
      limits(ban('any(wirewall.decision.rules[*] eq "noted")')),
    ],
    "rules that execute": [
      managed(rule("run", { action: "execute", expression: isEvil, action_parameters: { id: "own" } })),
      ruleset("own", [], { phase: MANAGED, kind: "custom" }),
      limits(ban('any(wirewall.decision.rules[*] eq "run")')),
    ],
    "for a limit that is disabled": [custom(evil), limits(ban(BLOCKED, {}, { enabled: false }))],
    "for a limit that has expired": [
      custom(evil),
      limits(ban(BLOCKED, {}, { expires_at: "1970-01-01T00:00:00Z" })),
    ],
    "for a limit that was skipped": [
      custom(rule("skip", { action: "skip", action_parameters: { phases: [LIMITS] } }), evil),
      limits(ban(BLOCKED)),
    ],
    "for a ruleset that is executed for other requests": [
      custom(evil),
      limits(rule("run", { action: "execute", expression: "false", action_parameters: { id: "own" } })),
      ruleset("own", [ban(BLOCKED)], { phase: LIMITS, kind: "custom" }),
    ],
  };
  test.each(Object.entries(uncounted))("does not count %s", async (_what, rulesets) => {
    expect(await afterThree(wafOf(rulesets, { counters: counters() }))).toBe("allow");
  });

  test("counts what the host rejects, and tells the client's faults from its own", async () => {
    const run = async (status: number, counting: string) => {
      const waf = wafOf([limits(ban(counting))], { counters: counters() });
      for (let at = 0; at < 3; at++) {
        const transaction = waf.begin(requestFrom(get("/upload")), { now: at });
        if (at > 0) await transaction.request();
        transaction.refused({ status, reason: "too long" });
        transaction.end();
      }
      // A remote store is told after the answer.
      await turns();
      return (await waf.evaluate(get("/"), { now: 9 })).action;
    };
    const OF_HOST = 'wirewall.decision.service eq "host"';
    expect(await run(413, BLOCKED)).toBe("block");
    expect(await run(431, `${OF_HOST} and wirewall.decision.status eq 431`)).toBe("block");
    expect(await run(413, "http.response.code eq 413")).toBe("block");
    expect(await run(502, BLOCKED)).toBe("allow");
    expect(await run(502, 'wirewall.decision.action eq "error"')).toBe("block");
  });

  test("counts each request once", async () => {
    const waf = wafOf(
      [limits(ban('wirewall.decision.action ne ""', { requests_per_period: 3 })), managed(noted)],
      {
        counters: counters(),
      },
    );
    for (let at = 0; at < 3; at++) {
      const transaction = waf.begin(requestFrom(get("/evil")), { now: at });
      await transaction.request();
      transaction.refused({ status: 413, reason: "too long" });
      transaction.end();
    }
    await turns();
    expect((await waf.evaluate(get("/"), { now: 9 })).action).toBe("allow");
    expect((await waf.evaluate(get("/"), { now: 10 })).action).toBe("block");
  });

  test("a ban neither feeds on itself nor on another one", async () => {
    const waf = wafOf(
      [
        ruleset("account", [ban(BLOCKED, { period: 5, mitigation_timeout: 5 })], {
          phase: LIMITS,
          kind: "root",
        }),
        limits(ban(BLOCKED, { period: 5, mitigation_timeout: 5 })),
        managed(evil),
      ],
      { counters: counters() },
    );
    const actions: string[] = [];
    for (let now = 0; now < 12_000; now += 500) {
      const path = now < 1500 ? "/evil" : "/fine";
      actions.push((await waf.evaluate(get(path), { now })).action);
    }
    // Banned from the third attack on for five seconds, whatever came meanwhile.
    expect(actions.indexOf("allow")).toBe(12);
    expect(actions.slice(12)).toEqual(actions.slice(12).map(() => "allow"));
  });

  test("refusals of a throttle count for other limits, and for itself when it asks", async () => {
    const throttle = (members: Members) =>
      rule("throttle", {
        action: "block",
        ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 1, ...members },
      });
    const run = async (rules: readonly Members[]) => {
      const waf = wafOf([limits(...rules)], { counters: counters() });
      const refs: (string | undefined)[] = [];
      for (let at = 0; at < 8; at++) refs.push((await waf.evaluate(get("/"), { now: at })).by?.ref);
      return refs;
    };
    const twoRules = await run([ban(BLOCKED), throttle({})]);
    expect(twoRules).toEqual([undefined, "throttle", "throttle", "throttle", "ban", "ban", "ban", "ban"]);
  });

  test("a ban that counts its own refusals begins anew with each", async () => {
    const waf = wafOf(
      [limits(ban(BLOCKED, { period: 1, mitigation_timeout: 5, count_own_refusals: true })), managed(evil)],
      {
        counters: counters(),
      },
    );
    const at = async (now: number, path = "/fine") => (await waf.evaluate(get(path), { now })).action;
    for (let now = 0; now < 3; now++) await at(now, "/evil");
    expect([await at(4000), await at(8000), await at(12_999), await at(18_000)]).toEqual([
      "block",
      "block",
      "block",
      "allow",
    ]);
  });

  test("the ban outlasts the window in which the limit was passed", async () => {
    const waf = wafOf([limits(ban(BLOCKED, { period: 10 })), managed(evil)], { counters: counters() });
    for (const now of [7000, 8000, 9000]) await waf.evaluate(get("/evil"), { now });
    expect((await waf.evaluate(get("/fine"), { now: 60_000 })).action).toBe("block");
    expect((await waf.evaluate(get("/fine"), { now: 609_001 })).action).toBe("allow");
  });

  test("counts what would have been blocked in observe mode, and blocks nothing", async () => {
    const waf = wafOf([custom(evil), limits(ban(BLOCKED))], { counters: counters(), mode: "observe" });
    for (let now = 0; now < 3; now++) await waf.evaluate(get("/evil"), { now });
    expect(await waf.evaluate(get("/fine"), { now: 9 })).toMatchObject({
      action: "allow",
      wouldHave: "block",
    });
  });
});

describe("limits on what became of requests", () => {
  test("need no host that shows responses", () => {
    const needs = (counting: string) => wafOf([limits(ban(counting))]).hostNeeds.map(({ part }) => part);
    expect(needs(BLOCKED)).toEqual([]);
    expect(needs("http.response.code eq 403")).toEqual(["response"]);
  });

  test("count in time even where the store hangs, and change no decision", async () => {
    const never = () => new Promise<never>(() => {});
    const counters: CounterStore = {
      answersLater: true,
      read: never,
      add: never,
      mitigate: never,
      reset: never,
    };
    const waf = wafOf([custom(evil), limits(ban(BLOCKED))], { counters, storeTimeout: 20 });
    const decision = await waf.evaluate(get("/evil"));
    expect(decision).toMatchObject({
      action: "block",
      by: { ref: "evil" },
      failures: [
        { source: "store", verdict: "open", rule: { ref: "ban" }, message: "no answer within 20 ms" },
      ],
    });
  });

  test("tell of what throws, and change no decision", async () => {
    const told: unknown[] = [];
    const waf = wafOf([custom(evil), limits(ban(BLOCKED))], {
      counters: {
        read: () => ({ count: 0, resetsAt: 0, mitigatedUntil: 0 }),
        add: () => {
          throw new Error("down");
        },
        mitigate: () => undefined,
        reset: () => undefined,
      },
      onError: (error) => told.push(error),
    });
    expect(waf.evaluateSync(get("/evil"))).toMatchObject({
      by: { ref: "evil" },
      failures: [{ message: "down" }],
    });
  });

  test("their fields are for counting expressions alone", () => {
    expect(() => wafOf([custom(block("a", { expression: BLOCKED }))])).toThrow(
      /counting_expression. of a rate limit/,
    );
  });
});
